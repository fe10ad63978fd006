import ObsData

/// What Prometheus itself says of its work: the targets that it scrapes, or the rules that it evaluates. What fails stands first.
struct ServerHealthPane: Pane {
  /// What is listed.
  enum Subject: Equatable, Sendable { case targets, rules }

  /// A line of the list, with all that is known of it.
  struct Row: Equatable, Sendable {
    let id: String
    /// The state in a word, and how it is drawn.
    let state: String
    let role: Role
    let mark: (String, String)
    let name: String
    let second: String
    let time: Timestamp?
    let duration: Duration?
    let words: String
    /// Labels with their texts, for the selected row.
    let details: [(label: String, text: String)]
    /// What `Enter` draws.
    let expression: String

    var isTrouble: Bool { role == .statusError }

    static func == (a: Row, b: Row) -> Bool {
      a.id == b.id && a.state == b.state && a.time == b.time && a.duration == b.duration && a.words == b.words
    }
  }

  let subject: Subject
  private(set) var rows: [Row]?
  private(set) var remarks: [String] = []
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  private var position = ListCursor()
  private var selectedID: String?

  init(_ subject: Subject) { self.subject = subject }

  var selection: Row? { rows.flatMap { $0.indices.contains(position.selected) ? $0[position.selected] : nil } }

  func subscriptions(in scope: Scope) -> Set<Subscription> {
    [.explorer(subject == .targets ? .targets : .rules)]
  }

  mutating func receive(_ update: Update) {
    switch (subject, update.subscription, update.body) {
    case (.targets, .explorer(.targets), .explorer(.targets(let report))):
      remarks = report.warnings
      if let dropped = report.dropped, dropped > 0 {
        let word = dropped == 1 ? "target was" : "targets were"
        remarks.insert("\(Formatting.count(dropped, style: .exact)) \(word) found and dropped by relabelling", at: 0)
      }
      take(report.targets.map(Row.init), at: update.at)
    case (.rules, .explorer(.rules), .explorer(.rules(let report))):
      remarks = report.warnings
      take(report.rules.map { Row($0, now: update.at) }, at: update.at)
    case (.targets, .explorer(.targets), .failed(let failure)), (.rules, .explorer(.rules), .failed(let failure)):
      self.failure = failure
    default: break
    }
  }

  private mutating func take(_ rows: [Row], at time: Timestamp) {
    self.rows = rows
    failure = nil
    answeredAt = time
    let index = rows.firstIndex { $0.id == selectedID } ?? min(position.selected, max(0, rows.count - 1))
    position = ListCursor(selected: index, top: position.top + index - position.selected)
  }

  func cursor(height: Int) -> ListCursor {
    var cursor = position
    cursor.reveal(count: rows?.count ?? 0, height: height)
    return cursor
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    let rows = rows ?? []
    let room = AlertLayout(height: height, rows: rows.count).list
    position = cursor(height: room)
    if position.move(command, count: rows.count, height: room) {
      selectedID = selection?.id
      return []
    }
    switch command {
    case .open: return selection.map { [.evaluate($0.expression)] } ?? []
    case .copy: return selection.map { [.copy($0.text, what: subject == .targets ? "the target" : "the rule")] } ?? []
    case .nextError: return [find(forward: true, room) { $0.isTrouble }]
    case .previousError: return [find(forward: false, room) { $0.isTrouble }]
    case .nextMatch: return [find(forward: true, room) { context.search?.matches($0.text) ?? false }]
    case .previousMatch: return [find(forward: false, room) { context.search?.matches($0.text) ?? false }]
    case .back, .quit: return [.close]
    default: return nil
    }
  }

  /// Selects the next row that fits, going round at the end.
  private mutating func find(forward: Bool, _ height: Int, where fits: (Row) -> Bool) -> Request {
    let rows = rows ?? []
    for step in stride(from: 1, through: rows.count, by: 1) {
      let index = (position.selected + (forward ? step : rows.count - step)) % rows.count
      guard fits(rows[index]) else { continue }
      position.select(index, count: rows.count, height: height)
      selectedID = rows[index].id
      return .notice("\(index + 1) of \(rows.count)")
    }
    return .notice("no such \(subject == .targets ? "target" : "rule")")
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    let count = rows?.count ?? 0
    let layout = AlertLayout(height: height, rows: count)
    let shown = cursor(height: layout.list)
    let line = y - layout.header
    guard line >= 0, line < shown.visible(count: count, height: layout.list).count else { return }
    position = shown
    position.select(shown.top + line, count: count, height: layout.list)
    selectedID = selection?.id
  }
}

extension ServerHealthPane.Row {
  /// The row in a line of text.
  var text: String { [state, name, second, words].filter { !$0.isEmpty }.joined(separator: " ") }

  init(_ target: ScrapeTarget) {
    id = "\(target.job)/\(target.instance)/\(target.address)"
    state = target.health.rawValue
    (role, mark) =
      switch target.health {
      case .up: (.statusOK, ("●", "*"))
      case .down: (.statusError, ("✗", "!"))
      case .unknown: (.statusStale, ("?", "?"))
      }
    name = target.job
    second = target.instance
    time = target.lastScrape
    duration = target.duration
    words = target.error
    var details: [(label: String, text: String)] = [("address", target.address)]
    if !target.interval.isEmpty { details.append(("scraped every", "\(target.interval), given \(target.timeout)")) }
    details += target.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.details = details
    expression = PrometheusName.selector(
      "up", [PrometheusName.matcher("job", "=", target.job), PrometheusName.matcher("instance", "=", target.instance)])
  }

  init(_ rule: RuleStatus, now: Timestamp) {
    id = "\(rule.file)/\(rule.group)/\(rule.name)/\(rule.expression)"
    let isLate = rule.isLate(now: now)
    (state, role, mark) =
      switch rule.health {
      case .failed: ("fails", .statusError, ("✗", "!"))
      case .unknown: ("unknown", .statusStale, ("?", "?"))
      case .fine: isLate ? ("late", .statusStale, ("◌", "~")) : ("ok", .statusOK, ("●", "*"))
      }
    name = rule.name
    second = rule.kind == .recording ? "recording" : rule.state.isEmpty ? "alert" : "alert, \(rule.state)"
    time = rule.lastEvaluation
    duration = rule.evaluationTime
    words = rule.error.isEmpty ? rule.expression : rule.error
    var details: [(label: String, text: String)] = [
      ("expression", rule.expression), ("group", rule.group), ("file", rule.file),
    ]
    if let interval = rule.interval { details.append(("interval", DurationText.text(interval))) }
    self.details = details
    // What is recorded has a name of its own.
    expression = rule.kind == .recording ? PrometheusName.selector(rule.name) : rule.expression
  }
}
