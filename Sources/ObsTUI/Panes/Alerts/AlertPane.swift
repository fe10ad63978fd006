import ObsData

/// All alerts and alerting rules: what fires, what is pending, what is silenced, and the rules that hold nothing. The selection
/// stays on its alert, whatever an answer brings.
struct AlertPane: Pane {
  /// A row of the list.
  enum Row: Equatable, Sendable {
    case alert(Alert)
    /// A rule that has raised nothing, or that could not be evaluated.
    case rule(AlertRule)
    case silence(AlertSilence)
    /// Something that is worth saying beside: a watch without an alert, a channel that fails.
    case note(AlertNote)

    var id: String {
      switch self {
      case .alert(let alert): "alert \(alert.id)"
      case .rule(let rule): "rule \(rule.group)/\(rule.name)/\(rule.expression)"
      case .silence(let silence): "silence \(silence.id)"
      case .note(let note): "note \(note.id)"
      }
    }
  }

  private(set) var rows: [Row] = []
  private var strip: AlertStrip
  private var position = ListCursor()
  private var selectedID: String?
  /// First line of the details in view.
  private(set) var detailTop = 0
  private(set) var rulesFailure: FetchFailure?
  private(set) var silences: [AlertSilence] = []
  private var watchNotes: [AlertNote] = []
  var notes: [AlertNote] { watchNotes + strip.sourceNotes.sorted { $0.key < $1.key }.map(\.value) }

  /// Begins with what the strip knows; with the alert of a name selected, where there is one.
  init(_ strip: AlertStrip, selecting name: String? = nil) {
    self.strip = strip
    arrange()
    guard let name else { return }
    let index = rows.firstIndex { if case .alert(let alert) = $0 { alert.name == name } else { false } }
    if let index { position = ListCursor(selected: index) }
    selectedID = selection?.id
  }

  /// The alerts and rules of the strip: the same answers.
  var alerts: [Alert]? { strip.alerts }
  var failure: FetchFailure? { strip.failure }
  var answeredAt: Timestamp? { strip.answeredAt }
  /// Whether anything has been answered yet.
  var hasAnswer: Bool { strip.alerts != nil || strip.rules != nil }

  var selection: Row? { rows.indices.contains(position.selected) ? rows[position.selected] : nil }

  func subscriptions(in scope: Scope) -> Set<Subscription> { [.alerts, .alertRules, .silences] }

  mutating func receive(_ update: Update) {
    strip.receive(update)
    if update.subscription == .alertRules {
      if case .failed(let failure) = update.body { rulesFailure = failure } else { rulesFailure = nil }
    }
    if case .silences(let silences) = update.body { self.silences = silences }
    arrange()
  }

  /// Takes what the user's own watches have found, and what is to be said of them.
  mutating func adopt(watches: [Alert], notes: [AlertNote]) {
    strip.adopt(watches: watches)
    watchNotes = notes
    arrange()
  }

  /// Puts the rows in order, and keeps the selected one selected where it stands in the view.
  private mutating func arrange() {
    let rules = strip.rules ?? []
    rows = (strip.alerts ?? []).map(Row.alert)
    rows += notes.filter(\.isTrouble).map(Row.note)
    rows += silences.map(Row.silence)
    rows += rules.filter { $0.trouble != nil }.map(Row.rule)
    rows += rules.filter { $0.trouble == nil && $0.alerts.isEmpty }.map(Row.rule)
    rows += notes.filter { !$0.isTrouble }.map(Row.note)
    guard let selectedID, let index = rows.firstIndex(where: { $0.id == selectedID }) else {
      position = ListCursor(selected: min(position.selected, max(0, rows.count - 1)), top: position.top)
      return
    }
    position = ListCursor(selected: index, top: position.top + index - position.selected)
  }

  /// The cursor as a list of `height` rows shows it.
  func cursor(height: Int) -> ListCursor {
    var cursor = position
    cursor.reveal(count: rows.count, height: height)
    return cursor
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    let layout = AlertLayout(height: height, rows: rows.count)
    position = cursor(height: layout.list)
    if position.move(command, count: rows.count, height: layout.list) {
      selectedID = selection?.id
      detailTop = 0
      return []
    }
    switch command {
    case .open:
      guard let selection else { return [] }
      switch selection {
      case .alert(let alert): return [.showAlert(alert)]
      case .rule(let rule): return [.showRule(rule)]
      case .silence(let silence):
        guard let covered = alerts?.first(where: { $0.silencedBy.contains(silence.id) }) else {
          return [.notice("no alert is kept quiet by this silence now")]
        }
        return [.showAlert(covered)]
      case .note: return [.notice("nothing fires there")]
      }
    case .copy: return selection.map { [.copy($0.line, what: "the alert")] } ?? []
    case .copyJSON:
      guard case .alert(let alert)? = selection else { return [.notice("a rule without an alert has no JSON")] }
      let printer = AlertPrinter(now: context.now, time: context.time)
      return [.copy(printer.text([alert], asJSON: true).trimmingSpaces(), what: "the alert as JSON")]
    case .silence:
      guard case .alert(let alert)? = selection else { return [.notice("select an alert to silence it")] }
      return [.typeLine(AlertPane.silenceLine(alert))]
    case .expire:
      guard let silence = selectedSilence else { return [.notice("select a silence, or an alert that is silenced")] }
      return [.expire(silence)]
    case .right: detailTop += 1
    case .left: detailTop = max(0, detailTop - 1)
    case .nextError: return [find(forward: true, layout.list) { $0.isTrouble }]
    case .previousError: return [find(forward: false, layout.list) { $0.isTrouble }]
    case .nextMatch: return [find(forward: true, layout.list) { context.search?.matches($0.line) ?? false }]
    case .previousMatch: return [find(forward: false, layout.list) { context.search?.matches($0.line) ?? false }]
    case .back, .quit: return [.close]
    default: return nil
    }
    return []
  }

  /// The silence that is selected, or that keeps the selected alert quiet.
  private var selectedSilence: AlertSilence? {
    switch selection {
    case .silence(let silence): silence
    case .alert(let alert): silences.first { alert.silencedBy.contains($0.id) }
    default: nil
    }
  }

  /// The command line that silences one alert: all of its labels, so that nothing else is met unless the user takes some away.
  static func silenceLine(_ alert: Alert) -> String {
    func rank(_ name: String) -> String { name == "alertname" ? "" : name }
    let labels = alert.labels.sorted { rank($0.key) < rank($1.key) }
    return "silence 2h " + labels.map { AlertMatcher(name: $0.key, value: $0.value).text }.joined(separator: " ")
      + " # "
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    let layout = AlertLayout(height: height, rows: rows.count)
    let shown = cursor(height: layout.list)
    let line = y - layout.header
    guard line >= 0, line < shown.visible(count: rows.count, height: layout.list).count else { return }
    position = shown
    position.select(shown.top + line, count: rows.count, height: layout.list)
    selectedID = selection?.id
    detailTop = 0
  }

  /// Selects the next row that fits, going round at the end.
  private mutating func find(forward: Bool, _ height: Int, where fits: (Row) -> Bool) -> Request {
    let count = rows.count
    for step in stride(from: 1, through: count, by: 1) {
      let index = (position.selected + (forward ? step : count - step)) % count
      guard fits(rows[index]) else { continue }
      position.select(index, count: count, height: height)
      selectedID = rows[index].id
      detailTop = 0
      return .notice("row \(index + 1) of \(count)")
    }
    return .notice("no such row in the list")
  }
}

extension AlertPane.Row {
  /// What the row says, in a line of text.
  var line: String {
    switch self {
    case .alert(let alert):
      [alert.stateWord, alert.name, alert.service, alert.summary].compactMap { $0 }.joined(separator: " ")
    case .rule(let rule): "\(rule.trouble == nil ? "inactive" : "in error") \(rule.name) \(rule.expression)"
    case .silence(let silence):
      "silence \(silence.matchers.map(\.text).joined(separator: " ")) \(silence.comment) by \(silence.createdBy)"
    case .note(let note): "\(note.state) \(note.name) \(note.text)"
    }
  }

  /// Whether somebody should look at it: it fires, or its rule cannot be evaluated.
  fileprivate var isTrouble: Bool {
    switch self {
    case .alert(let alert): alert.state == .active || alert.state == .unprocessed
    case .rule(let rule): rule.trouble != nil
    case .silence: false
    case .note(let note): note.isTrouble
    }
  }
}
