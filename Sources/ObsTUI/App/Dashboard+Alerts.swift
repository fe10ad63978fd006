import ObsData

/// From an alert to what it is about.
extension Dashboard {
  /// Shows all alerts, with the one of a name selected where one is given.
  mutating func openAlerts(named name: String) {
    let name = name.trimmingSpaces()
    if case .alerts? = pushed.last {
      if name.isEmpty { return popView() }
      popView()
    }
    let pane = AlertPane(alerts, selecting: name.isEmpty ? nil : name)
    pushed.append(.alerts(pane))
    focus = .pushed
    guard !name.isEmpty else { return }
    if case .alert(let alert)? = pane.selection, alert.name == name { return }
    say("no alert \"\(name)\" is known", isError: true)
  }

  /// Goes to the alert that the program was started for, once it is known; where it does not fire, the list of alerts says what does.
  mutating func showAwaitedAlert() {
    guard let name = awaitedAlert, let known = alerts.alerts else { return }
    awaitedAlert = nil
    if let alert = known.first(where: { $0.name == name }) { return show(alert) }
    pushed.append(.alerts(AlertPane(alerts)))
    focus = .pushed
    say("no alert \"\(name)\" fires", isError: true)
  }

  /// The window goes to where the alert began, its labels choose the service, its expression gets a row of its own.
  mutating func show(_ alert: Alert) {
    pushed.removeAll()
    isMaximised = false
    focus = .logs
    if alert.startsAt.nanoseconds != 0 {
      // The beginning in the middle; what lies ahead of now is not there yet.
      let half = window.isEverything ? Duration.seconds(450) : window.duration / 2
      let end = max(min(alert.startsAt + half, now), alert.startsAt + .seconds(1))
      window = .frozen(TimeRange(start: end - half * 2, end: end))
      instant = alert.startsAt
    }
    let names = ["service", "service_name", "job"].compactMap { alert.labels[$0] }.map(configuration.naming.canonical)
    let known = Set(directory.entries.map(\.name))
    // Before any store has told of services, as with --service: taken at its word.
    if let service = known.isEmpty ? names.first : names.first(where: { known.contains($0) }) {
      chosenService = service
    }
    if let expression = alert.expression { draw(expression, of: alert.name, labels: alert.labels) }
    keepFocusInView()
    let since =
      alert.startsAt.nanoseconds == 0
      ? "" : " since \(Formatting.time(alert.startsAt, as: time, now: now, fractionDigits: 0))"
    say("\(alert.name)\(since); p goes live again")
  }

  /// A rule's expression gets a row of its own.
  mutating func show(_ rule: AlertRule) {
    pushed.removeAll()
    draw(rule.expression, of: rule.name, labels: [:])
    focus = .metrics
    keepFocusInView()
    say("\(rule.name): its expression is the last row of the metrics")
  }

  private mutating func draw(_ expression: String, of name: String, labels: [String: String]) {
    let condition = AlertCondition(expression)
    metricExpression = condition?.measured ?? expression
    metricRule = MetricRule(name: name, condition: condition, labels: labels)
  }
}

/// The alerting rule that a metric row shows the expression of.
struct MetricRule: Hashable, Sendable {
  let name: String
  /// What the expression is held against; nil where the rule compares nothing with a number.
  let condition: AlertCondition?
  /// The labels of the alert that is looked at; empty for the rule as a whole.
  let labels: [String: String]

  /// `HighErrorRate > 0.05`.
  var title: String {
    guard let condition else { return name }
    return "\(name) \(condition.comparison.rawValue) \(Formatting.value(condition.threshold, .none))"
  }
}
