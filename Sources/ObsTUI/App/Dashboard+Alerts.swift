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
    var pane = AlertPane(alerts, selecting: name.isEmpty ? nil : name)
    pane.adopt(watches: watches.alerts, notes: watches.notes(now: now))
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
    showWatches()
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

/// Silences: made and ended where the context allows it, after asking.
extension Dashboard {
  /// Whether the stores may be changed; says why where they may not.
  mutating func mayWrite() -> Bool {
    if configuration.isWritable { return true }
    let name = configuration.context.name
    say("context \(name) is read-only: contexts.\(name).writable: true in the settings allows silences", isError: true)
    return false
  }

  /// Reads `2h alertname="X" service="y" # why`, and asks before it is sent.
  mutating func askToSilence(_ text: String) {
    guard mayWrite() else { return }
    guard configuration.stores.contains(where: { $0.store == .alertmanager }) else {
      return say("context \(configuration.context.name) has no Alertmanager", isError: true)
    }
    let parts = Dashboard.partedAtComment(text)
    let word = parts.front.prefix { !$0.isWhitespace }
    func refuse(_ sentence: String, at offset: Int) {
      openPrompt(.commandLine, text: "silence " + text)
      prompt?.editor.move(to: "silence ".count + offset)
      prompt?.complaint = sentence
    }
    guard let length = DurationText.parse(String(word)), length > .zero, length <= .seconds(86_400 * 366) else {
      return refuse("how long comes first: 2h, 30m", at: 0)
    }
    do throws(AlertMatcher.ParseError) {
      let matchers = try AlertMatcher.parse(String(parts.front.dropFirst(word.count)))
      // Alertmanager refuses a silence for everything.
      guard matchers.contains(where: { !$0.matches([:]) }) else {
        return refuse("a matcher that not everything fits is needed: alertname=\"X\"", at: word.count)
      }
      guard !parts.comment.isEmpty else { return refuse("# and a comment say why", at: text.count) }
      question = .silence(
        AlertSilence(
          matchers: matchers, startsAt: now, endsAt: now + length, createdBy: configuration.user,
          comment: parts.comment))
    } catch {
      refuse(error.sentence, at: word.count + error.offset)
    }
  }

  /// What stands before and behind the first `#` outside of quotes.
  private static func partedAtComment(_ text: String) -> (front: String, comment: String) {
    var isQuoted = false
    var isEscaped = false
    for (index, character) in zip(text.indices, text) {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if character == "#", !isQuoted {
        return (String(text[..<index]), String(text[text.index(after: index)...]).trimmingSpaces())
      }
    }
    return (text, "")
  }

  /// Only `y` does it.
  mutating func answer(_ question: Deed, with key: Key) -> [Effect] {
    self.question = nil
    guard key == .character("y") else {
      say("nothing was changed")
      return []
    }
    say("sending …")
    return [.perform(question)]
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
