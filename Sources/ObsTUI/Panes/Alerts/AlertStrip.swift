import ObsData

/// What fires, in one line: `2 firing: HighErrorRate msg-server 4m05s · ConsumerLag push-server 12s`.
struct AlertStrip: Equatable, Sendable {
  /// What fires, is pending or silenced, each alert once; nil before the first answer.
  private(set) var alerts: [Alert]?
  /// The alerting rules; nil where Prometheus has not told them.
  private(set) var rules: [AlertRule]?
  private var fromAlertmanager: [Alert]?
  private var fromWatches: [Alert] = []
  private var fromOthers: [Alert.Source: [Alert]] = [:]
  /// What is to be said of the other sources: that one is not there, or gives no answer.
  private(set) var sourceNotes: [Alert.Source: AlertNote] = [:]
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?

  init() {}

  /// Folds an answer in; other answers are ignored.
  mutating func receive(_ update: Update) {
    switch (update.subscription, update.body) {
    case (.alerts, .failed(let failure)): self.failure = failure
    case (.alerts, .alerts(let alerts)):
      fromAlertmanager = alerts
      failure = nil
      answeredAt = update.at
    case (.alertRules, .alertRules(let rules)): self.rules = rules
    case (.sourceAlerts(let source), .sourceAlerts(let answer)):
      fromOthers[source] = answer.alerts
      sourceNotes[source] = answer.absence.map { AlertNote(source, absent: $0) }
    case (.sourceAlerts(let source), .failed(let failure)): sourceNotes[source] = AlertNote(source, failure: failure)
    default: return
    }
    merge()
  }

  /// Takes what the user's own watches have found.
  mutating func adopt(watches: [Alert]) {
    guard fromWatches != watches else { return }
    fromWatches = watches
    merge()
  }

  private mutating func merge() {
    // Rules without an alert say nothing yet of what Alertmanager may have.
    let others = fromWatches + fromOthers.sorted { $0.key < $1.key }.flatMap(\.value)
    let hasAlerts = !others.isEmpty || rules?.contains(where: { !$0.alerts.isEmpty }) == true
    guard fromAlertmanager != nil || hasAlerts else { return }
    alerts = AlertBoard.merge(alertmanager: fromAlertmanager ?? [], rules: rules ?? [], others: others)
  }

  /// The alerts that fire and that nobody has silenced, the most severe first, and of these the newest first.
  var firing: [Alert] {
    (alerts ?? []).filter { $0.state != .suppressed && $0.state != .pending }.sorted(by: Alert.isMoreUrgent)
  }

  /// The strip at a width: one line of cells. What does not fit is counted.
  func view(width: Int, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: 1))
    guard width > 0 else { return canvas }
    var x = 0
    for piece in pieces(width: width, in: context) {
      x += canvas.write(CharacterWidth.clipped(piece.text, to: width - x), x: x, y: 0, style: Style(piece.role))
    }
    return canvas
  }

  /// What the header says where there is no row for the strip: the same, from much to little, with the most severe alert's role.
  /// Empty while nothing fires.
  func headlines(now: Timestamp, glyphs: GlyphSet) -> (texts: [String], role: Role) {
    let firing = firing
    guard let worst = firing.first else { return ([], .statusText) }
    let mark = glyphs == .unicode ? "✗" : "!"
    let count = "\(mark) \(Formatting.count(firing.count)) firing"
    return (
      [
        "\(count): \(worst.sentence(now: now))", "\(count): \(worst.name)", count,
        mark + Formatting.count(firing.count),
      ],
      worst.role
    )
  }

  private func pieces(width: Int, in context: ViewContext) -> [(text: String, role: Role)] {
    if alerts == nil, let words = context.absent.explanation(of: .alertmanager, without: "alerts") {
      return [(words.joined(separator: " "), .textMuted)]
    }
    guard alerts != nil else {
      guard let failure else { return [("alerts: waiting for Alertmanager", .textMuted)] }
      return [(FailureText.line(failure, of: .alertmanager, dataFrom: nil, now: context.now), .statusError)]
    }
    let dot = context.glyphs == .unicode ? " · " : " - "
    var pieces: [(text: String, role: Role)] = []
    var room = width
    func add(_ text: String, _ role: Role) {
      pieces.append((text, role))
      room -= CharacterWidth.cells(in: text)
    }
    if let failure {
      let age = answeredAt.map { ", \(Formatting.age(context.now - $0)) old" } ?? ""
      add("Alertmanager: \(failure.error.sentence)\(age)\(dot)", .statusStale)
    }
    let firing = firing
    let silenced = (alerts ?? []).count { $0.state == .suppressed }
    let pending = (alerts ?? []).count { $0.state == .pending }
    let words = [(pending, "pending"), (silenced, "silenced")].filter { $0.0 > 0 }
      .map { "\(Formatting.count($0.0)) \($0.1)" }
    let more = words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    guard let worst = firing.first else {
      add("\(words.isEmpty ? "no alerts" : "nothing fires")\(more)", .statusOK)
      return pieces
    }
    add("\(Formatting.count(firing.count)) firing\(more): ", worst.role)
    for (index, alert) in firing.enumerated() {
      let text = (index > 0 ? dot : "") + alert.sentence(now: context.now)
      let left = firing.count - index
      // The first is always named, clipped if need be; the others only where what is left behind can still be counted.
      let tail = left > 1 ? CharacterWidth.cells(in: "\(dot)+\(left - 1)") : 0
      if index > 0, CharacterWidth.cells(in: text) + tail > room {
        add("\(dot)+\(left)", .textMuted)
        break
      }
      add(text, alert.role)
    }
    return pieces
  }
}

extension Alert {
  /// Name, service, and for how long: `HighErrorRate msg-server 4m05s`.
  func sentence(now: Timestamp) -> String {
    let subject = ["service", "service_name", "job", "instance"].lazy.compactMap { labels[$0] }.first
    return [name, subject, Formatting.age(now - startsAt)].compactMap { $0 }.joined(separator: " ")
  }

  /// The colour of its severity.
  var role: Role {
    switch severityRank {
    case 0, 1: .serviceError
    case 2, 3: .serviceWarning
    default: .statusText
    }
  }
}
