/// What fires, each alert once, whoever tells of it.
public enum AlertBoard {
  /// Joins what the sources say. An alert of a rule and one of Alertmanager are the same where they have the same name and
  /// the rule's labels are among Alertmanager's, which adds the server's external labels to them: its word counts on what becomes
  /// of the alert, the rule's on value and expression. The most urgent come first.
  public static func merge(alertmanager: [Alert], rules: [AlertRule], others: [Alert] = []) -> [Alert] {
    var alerts = alertmanager
    var byName: [String: [Int]] = [:]
    for (index, alert) in alerts.enumerated() { byName[alert.name, default: []].append(index) }
    var expressions: [String: Set<String>] = [:]
    for rule in rules { expressions[rule.name, default: []].insert(rule.expression) }
    for rule in rules {
      for alert in rule.alerts {
        let twin = byName[alert.name]?.first { index in
          let labels = alerts[index].labels
          return !alerts[index].sources.contains(.prometheus) && alert.labels.allSatisfy { labels[$0.key] == $0.value }
        }
        guard let twin else {
          alerts.append(alert)
          continue
        }
        alerts[twin].sources = (alerts[twin].sources + alert.sources).sorted()
        alerts[twin].value = alert.value
        alerts[twin].expression = alert.expression
        alerts[twin].annotations.merge(alert.annotations) { own, _ in own }
      }
    }
    // A rule that fires no more by its own account is still known by its name, where only one has that name.
    for index in alerts.indices where alerts[index].expression == nil {
      let known = expressions[alerts[index].name] ?? []
      if known.count == 1 { alerts[index].expression = known.first }
    }
    // What other sources tell is the same alert where all labels are the same.
    var byLabels: [[String: String]: Int] = [:]
    for (index, alert) in alerts.enumerated() where byLabels[alert.labels] == nil { byLabels[alert.labels] = index }
    for other in others {
      guard let twin = byLabels[other.labels] else {
        byLabels[other.labels] = alerts.count
        alerts.append(other)
        continue
      }
      alerts[twin].sources = Set(alerts[twin].sources + other.sources).sorted()
    }
    var seen: Set<String> = []
    return alerts.filter { seen.insert("\($0.id) \($0.sources.first?.rawValue ?? "")").inserted }
      .sorted(by: Alert.isMoreUrgent)
  }
}
