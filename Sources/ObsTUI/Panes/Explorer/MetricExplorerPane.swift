import ObsData

/// All metrics of the server to choose from, each with a sparkline; on top of the list one metric with its labels, or what an
/// expression comes to. Only what is in view is asked for.
struct MetricExplorerPane: Pane {
  private(set) var list: MetricList?
  /// What is typed to narrow the list.
  private(set) var filter: String
  /// The metrics that the filter leaves.
  private(set) var rows: [MetricFamily] = []
  /// The sparklines that came, by metric.
  private(set) var previews: [String: MetricPreview] = [:]
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  /// The metric that is looked at.
  private(set) var opened: MetricDetailView?
  /// What an expression came to; it lies on top.
  private(set) var result: PromQLView?
  private var position = ListCursor()
  private var selectedName: String?
  private var size = Size(width: 0, height: 0)
  private var window: TimeWindow?

  /// More sparklines than this are not kept.
  static let capacity = 500

  /// Begins with the list, narrowed by a text.
  init(filter: String = "") { self.filter = filter }

  /// Begins with an expression.
  init(evaluating expression: String) {
    self.init()
    result = PromQLView(expression: expression)
  }

  /// Whether the list itself is in view.
  var isListShown: Bool { opened == nil && result == nil }
  var selection: MetricFamily? { rows.indices.contains(position.selected) ? rows[position.selected] : nil }

  /// What `&` begins with: the expression that is in view.
  var expression: String {
    if let result { return result.expression }
    return opened?.detail?.expressions.last ?? ""
  }

  func title(in context: ViewContext) -> String {
    let dot = context.glyphs == .unicode ? " · " : " - "
    if let result { return result.title(in: context) }
    if let opened { return opened.title(in: context) }
    var parts = ["Metrics explorer"]
    if let list {
      let all = Formatting.count(list.families.count, style: .exact)
      let shown = Formatting.count(rows.count, style: .exact)
      parts.append(filter.isEmpty ? "\(all) \(list.families.count == 1 ? "metric" : "metrics")" : "\(shown) of \(all)")
    }
    if !filter.isEmpty { parts.append("\"\(filter)\"") }
    if failure != nil { parts.append("failing") }
    return parts.joined(separator: dot)
  }

  // MARK: What is asked

  func subscriptions(in scope: Scope) -> Set<Subscription> {
    let width = scope.paneSizes[.pushed]?.width ?? size.width
    let columns = max(20, min(width * 2, 400))
    if let result {
      return [
        .explorer(
          .expression(PromQLQuery(expression: result.expression, window: scope.window, columns: columns)))
      ]
    }
    if let opened { return [.explorer(.metric(opened.query(window: scope.window, columns: columns)))] }
    var wanted: Set<Subscription> = [.explorer(.names(scope.window))]
    let shown = visible.map { rows[$0] }
    if !shown.isEmpty {
      let sparkline = ExplorerColumns(width: width, names: nameWidth).sparkline
      wanted.insert(
        .explorer(.previews(MetricPreviewQuery(families: shown, window: scope.window, columns: max(10, sparkline)))))
    }
    return wanted
  }

  mutating func adopt(_ scope: Scope) {
    if let room = scope.paneSizes[.pushed] { size = room }
    guard scope.window != window else { return }
    if window != nil {
      // Sparklines of another window would look like this one's.
      previews = [:]
      failure = nil
    }
    window = scope.window
  }

  mutating func receive(_ update: Update) {
    guard case .explorer(let query) = update.subscription else { return }
    switch (query, update.body) {
    case (.names, .explorer(.names(let list))):
      self.list = list
      failure = nil
      answeredAt = update.at
      arrange()
    case (.names, .failed(let failure)), (.previews, .failed(let failure)): self.failure = failure
    case (.previews, .explorer(.previews(let answer))):
      if previews.count > MetricExplorerPane.capacity { previews = [:] }
      for preview in answer { previews[preview.name] = preview }
      failure = nil
    case (.metric(let query), _): opened?.receive(update, to: query)
    case (.expression(let query), _): if query.expression == result?.expression { result?.receive(update) }
    default: break
    }
  }

  // MARK: The list

  /// Narrows the list.
  mutating func narrow(to text: String) {
    guard text != filter else { return }
    filter = text
    selectedName = nil
    position = ListCursor()
    arrange()
  }

  private mutating func arrange() {
    rows = list?.matching(filter) ?? []
    let index = rows.firstIndex { $0.name == selectedName } ?? min(position.selected, max(0, rows.count - 1))
    position = ListCursor(selected: index, top: position.top + index - position.selected)
  }

  /// The rows of the list in view.
  var visible: Range<Int> {
    let height = ExplorerLayout(height: size.height).list
    return cursor(height: height).visible(count: rows.count, height: height)
  }

  /// The widest name in view of the whole list, so that columns stay where they are while scrolling.
  var nameWidth: Int { rows.lazy.map { $0.name.utf8.count }.max() ?? 10 }

  func cursor(height: Int) -> ListCursor {
    var cursor = position
    cursor.reveal(count: rows.count, height: height)
    return cursor
  }

  /// Shows what an expression comes to.
  mutating func evaluate(_ expression: String) {
    result = expression.isEmpty ? nil : PromQLView(expression: expression)
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if result != nil {
      if command == .back || command == .quit {
        // Opened with nothing below it, it takes the pane with it.
        guard list != nil || opened != nil else { return [.close] }
        result = nil
        return []
      }
      return result?.perform(command, in: context, height: height) ?? nil
    }
    if opened != nil {
      if let requests = opened?.perform(command, in: context, height: height) { return requests }
      guard command == .back || command == .quit else { return nil }
      opened = nil
      return []
    }
    let room = ExplorerLayout(height: height).list
    position = cursor(height: room)
    if position.move(command, count: rows.count, height: room) {
      selectedName = selection?.name
      return []
    }
    switch command {
    case .open:
      guard var family = selection else { return [] }
      if let kind = previews[family.name]?.kind { family.kind = kind }
      opened = MetricDetailView(MetricLook(family))
    case .copy:
      guard let selection, let preview = previews[selection.name] else { return [.notice("nothing to copy yet")] }
      return [.copy(preview.expression, what: "the expression of \(selection.name)")]
    case .back, .quit:
      guard !filter.isEmpty else { return [.close] }
      narrow(to: "")
    default: return nil
    }
    return []
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    guard isListShown else {
      if result == nil { opened?.select(row: y, height: height) }
      return
    }
    let layout = ExplorerLayout(height: height)
    let shown = cursor(height: layout.list)
    let line = y - layout.header
    guard line >= 0, line < shown.visible(count: rows.count, height: layout.list).count else { return }
    position = shown
    position.select(shown.top + line, count: rows.count, height: layout.list)
    selectedName = selection?.name
  }
}

/// How the lines of the list are dealt out: column names, metrics, what is known of the selected one.
struct ExplorerLayout: Equatable {
  let header, list, footer: Int

  init(height: Int) {
    header = height >= 5 ? 1 : 0
    footer = height >= 8 ? 3 : 0
    list = max(0, height - header - footer)
  }
}
