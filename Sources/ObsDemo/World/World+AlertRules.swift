import ObsData

/// An alerting rule of the world, as its Prometheus has it.
struct WorldAlertRule: Sendable {
  let name: String
  let severity: String
  /// PromQL over the world's metrics.
  let expression: String
  /// For how long the expression must hold, in seconds.
  let holdsFor: Int
  let summary: String
  /// What fires when it was evaluated last.
  var alerts: [WorldAlert] = []
}

extension World {
  /// The rules whose alerts `alerts(now:)` raises. What an alert carries beyond its rule's labels is what Prometheus knows:
  /// the cluster is an external label, which only Alertmanager sees.
  func alertRules(now: Timestamp) -> [WorldAlertRule] {
    let firing = alerts(now: now)
    return World.rules.map { rule in
      var rule = rule
      rule.alerts = firing.filter { $0.label("alertname") == rule.name }.map { alert in
        WorldAlert(
          labels: alert.labels.filter { $0.name != "cluster" }, annotations: alert.annotations, startsAt: alert.startsAt
        )
      }
      return rule
    }
  }

  private static let failures = #"sum by (service) (rate(app_request_total{status=~"5.."}[1m]))"#
  private static let requests = "sum by (service) (rate(app_request_total[1m]))"

  private static let rules = [
    WorldAlertRule(
      name: "HighErrorRate", severity: "critical", expression: "\(failures) / \(requests) > 0.05", holdsFor: 60,
      summary: "{{ $labels.service }} fails"),
    WorldAlertRule(
      name: "HighLatency", severity: "warning",
      expression:
        "histogram_quantile(0.95, sum by (service, le) (rate(app_request_duration_seconds_bucket[1m]))) > 0.25",
      holdsFor: 60, summary: "{{ $labels.service }} is slow"),
    WorldAlertRule(
      name: "RequestTimeouts", severity: "critical",
      expression: #"sum by (service) (rate(app_request_total{status="504"}[1m])) > 0.1"#, holdsFor: 60,
      summary: "{{ $labels.service }} runs into deadlines"),
    WorldAlertRule(
      name: "RedisPoolExhausted", severity: "critical",
      expression: #"sum by (service) (redis_pool_connections{state="idle"}) < 1"#, holdsFor: 60,
      summary: "{{ $labels.service }} has no free redis connection"),
    WorldAlertRule(
      name: "DatabasePoolExhausted", severity: "critical",
      expression: #"sum by (service) (db_pool_connections{state="idle"}) < 1"#, holdsFor: 60,
      summary: "{{ $labels.service }} has no free database connection"),
    WorldAlertRule(
      name: "KafkaConsumerLag", severity: "warning",
      expression: "sum by (service) (kafka_consumergroup_lag) > 1000", holdsFor: 60,
      summary: "{{ $labels.service }} falls behind"),
    WorldAlertRule(
      name: "ServiceDown", severity: "critical", expression: "up == 0", holdsFor: 15,
      summary: "{{ $labels.service }} is down"),
    WorldAlertRule(
      name: "ErrorsAfterDeploy", severity: "critical",
      expression: "\(failures) / \(requests) > 0.02 and time() - process_start_time_seconds < 1800", holdsFor: 60,
      summary: "{{ $labels.service }} fails since its new version"),
  ]
}
