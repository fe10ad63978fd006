import ObsData

/// What the server has to offer for the expression that is being typed.
struct PromQLOffers: Equatable, Sendable {
  private var answer: (offer: PromQLOffer, names: [String])?

  mutating func receive(_ update: Update) {
    guard case .explorer(.offers(let offer, _)) = update.subscription, case .explorer(.offers(let names)) = update.body
    else { return }
    answer = (offer, names)
  }

  /// The names for a place; those of a shorter beginning serve until the answer to the present one comes.
  func names(for offer: PromQLOffer?) -> [String] {
    guard let answer, let offer else { return [] }
    switch (answer.offer, offer) {
    case (.names, .names): return answer.names
    case (.labels(let old), .labels(let new)) where old == new: return answer.names
    case (.values(let old, let metric, _), .values(let new, let other, _)) where old == new && metric == other:
      return answer.names
    default: return []
    }
  }

  static func == (a: PromQLOffers, b: PromQLOffers) -> Bool {
    a.answer?.offer == b.answer?.offer && a.answer?.names == b.answer?.names
  }
}

/// The metrics explorer, the PromQL prompt, and what Prometheus says of its own work.
extension Dashboard {
  /// The explorer, where it is on top and has the focus.
  var focusedExplorer: MetricExplorerPane? {
    guard focus == .pushed, case .explorer(let pane)? = pushed.last else { return nil }
    return pane
  }

  /// Whether `&` means PromQL now.
  var asksPromQL: Bool { focus == .metrics || focusedExplorer != nil }

  /// `:metrics`, `:targets`, `:rules`.
  mutating func openExplorer(_ command: Command, argument: String) {
    guard configuration.stores.contains(where: { $0.store == .prometheus }) else {
      say("the context \(configuration.context.name) has no Prometheus to ask", isError: true)
      return
    }
    switch (command, pushed.last) {
    case (.targets, .health(let pane)?) where pane.subject == .targets: return popView()
    case (.rules, .health(let pane)?) where pane.subject == .rules: return popView()
    case (.metrics, .explorer(let pane)?) where pane.isListShown && argument.isEmpty: return popView()
    case (.red, .red?): return popView()
    case (.metrics, .explorer?), (_, .health?), (_, .red?): pushed.removeLast()
    default: break
    }
    let text = argument.trimmingSpaces()
    switch command {
    case .targets: pushed.append(.health(ServerHealthPane(.targets)))
    case .rules: pushed.append(.health(ServerHealthPane(.rules)))
    case .red: pushed.append(.red(REDPane()))
    default: pushed.append(.explorer(MetricExplorerPane(filter: text)))
    }
    focus = .pushed
  }

  /// Draws an expression on top of what is in view.
  mutating func evaluate(_ expression: String) {
    guard !changeExplorer({ $0.evaluate(expression) }) else { return }
    pushed.append(.explorer(MetricExplorerPane(evaluating: expression)))
    focus = .pushed
  }

  /// All panes show one service, by a name that the metrics have for it.
  mutating func showService(_ name: String) {
    pushed.removeAll()
    isMaximised = false
    chosenService = configuration.naming.canonical(name)
    focus = .metrics
    keepFocusInView()
    say("\(name); 0 shows all services again")
  }

  /// Takes what was typed behind `&`: one more row of the metrics, or the explorer's picture.
  mutating func setPromQL(_ text: String) {
    let text = text.trimmingSpaces()
    if focus == .metrics {
      metricExpression = text
    } else {
      changeExplorer { $0.evaluate(text) }
    }
  }

  /// Opens the prompt of `&`; of an expression that was refused, with the cursor on the place.
  mutating func openPromQL() {
    let text = focus == .metrics ? metricExpression : focusedExplorer?.expression ?? ""
    openPrompt(.promQL, text: text)
    let row = focus == .metrics ? metrics.rows?.first { $0.id == MetricRule.rowID } : nil
    guard let refusal = row?.failure ?? focusedExplorer?.result?.failure?.error.answer,
      let offset = PromQLError.offset(in: text, saidBy: refusal)
    else { return }
    prompt?.editor.move(to: offset)
    prompt?.complaint = PromQLError.words(refusal)
  }

  /// Narrows the explorer's list while its prompt is typed in.
  mutating func narrowMetrics(to text: String) { changeExplorer { $0.narrow(to: text) } }

  @discardableResult
  private mutating func changeExplorer(_ body: (inout MetricExplorerPane) -> Void) -> Bool {
    guard var pane = focusedExplorer else { return false }
    body(&pane)
    pushed[pushed.count - 1] = .explorer(pane)
    return true
  }

  // MARK: Completion

  /// Where the cursor stands in an expression that is being typed; nil while none is.
  private var promQLCursor: PromQLCursor? {
    guard let prompt, prompt.kind == .promQL else { return nil }
    let characters = prompt.editor.characters
    return PromQLCursor(
      before: String(characters.prefix(prompt.editor.cursor)), after: String(characters.dropFirst(prompt.editor.cursor))
    )
  }

  /// What the prompt asks of Prometheus. While Tab goes through what is offered, nothing new is.
  var promQLOfferQueries: Set<Subscription> {
    guard prompt?.editor.completion == nil, let offer = promQLCursor?.offer else { return [] }
    return [.explorer(.offers(offer, window))]
  }

  private var promQLCandidates: (start: Int, rows: [PromQLCompletion.Candidate])? {
    promQLCursor.map { cursor in
      (cursor.start, PromQLCompletion.candidates(at: cursor, offers: promQLOffers.names(for: cursor.offer)))
    }
  }

  /// What `Tab` puts into the expression.
  var promQLCompletion: LineEditor.Completion? {
    promQLCandidates.map { LineEditor.Completion(start: $0.start, candidates: $0.rows.map(\.insertion)) }
  }

  /// The rows to offer above the prompt, and where in the line they would begin.
  var promQLOfferRows: (names: [(text: String, detail: String)], start: Int)? {
    guard let prompt, prompt.kind == .promQL else { return nil }
    if let completion = prompt.editor.completion {
      return (completion.candidates.map { ($0.trimmingSpaces(), "") }, completion.start)
    }
    // Everything there is helps nobody who has not typed a letter.
    guard let found = promQLCandidates, let cursor = promQLCursor, !(cursor.place == .expression && cursor.text.isEmpty)
    else { return nil }
    return (found.rows.map { ($0.insertion.trimmingSpaces(), $0.detail) }, found.start)
  }
}
