import ObsData

/// `/api/v1/rules` and `/api/v1/alerts`: the rules of the world in one group that is evaluated every 15 seconds.
extension PrometheusFace {
  func rules(_ form: PrometheusForm, _ now: Int64) -> DemoResponse {
    let time = PrometheusFace.evaluation(now)
    let names = form.all("rule_name[]")
    var rules = source.alertRules(now: time)
    if !names.isEmpty { rules = rules.filter { names.contains($0.name) } }
    guard !rules.isEmpty, form.first("type") != "record" else { return PrometheusEnvelope.success(#"{"groups":[]}"#) }
    let isBare = form.first("exclude_alerts") == "true"
    let trees = rules.map { rule -> JSONTree in
      .object([
        ("state", .string(rule.alerts.isEmpty ? "inactive" : "firing")), ("name", .string(rule.name)),
        ("query", .string(rule.expression)), ("duration", .int(Int64(rule.holdsFor))), ("keepFiringFor", .int(0)),
        ("labels", .object([("severity", .string(rule.severity))])),
        ("annotations", .object([("summary", .string(rule.summary))])),
        ("alerts", isBare ? .null : .array(rule.alerts.map(PrometheusFace.tree))), ("health", .string("ok")),
        ("evaluationTime", .double(0.0004)), ("lastEvaluation", .string(time.iso8601)), ("type", .string("alerting")),
      ])
    }
    let group = JSONTree.object([
      ("name", .string("rustim")), ("file", .string("/etc/prometheus/rules/rustim.yml")), ("rules", .array(trees)),
      ("interval", .int(15)), ("limit", .int(0)), ("evaluationTime", .double(0.002)),
      ("lastEvaluation", .string(time.iso8601)),
    ])
    return PrometheusEnvelope.success(JSONTree.object([("groups", .array([group]))]).text)
  }

  func alerts(_ now: Int64) -> DemoResponse {
    let firing = source.alertRules(now: PrometheusFace.evaluation(now)).flatMap(\.alerts)
    return PrometheusEnvelope.success(JSONTree.object([("alerts", .array(firing.map(PrometheusFace.tree)))]).text)
  }

  /// When the rules were evaluated last.
  private static func evaluation(_ now: Int64) -> Timestamp { Timestamp(milliseconds: now - now % 15_000) }

  private static func tree(_ alert: WorldAlert) -> JSONTree {
    .object([
      ("labels", .object(alert.labels.map { ($0.name, .string($0.value)) })),
      ("annotations", .object(alert.annotations.map { ($0.name, .string($0.value)) })), ("state", .string("firing")),
      ("activeAt", .string((alert.startsAt - .seconds(60)).iso8601)), ("value", .string("1e+00")),
    ])
  }
}
