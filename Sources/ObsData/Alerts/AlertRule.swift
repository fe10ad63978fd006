/// An alerting rule of Prometheus, or of a server that speaks its API: a condition, and the alerts it has raised.
public struct AlertRule: Hashable, Sendable {
  /// What the rule's condition comes to: the worst state of its alerts.
  public enum State: String, Hashable, Sendable { case firing, pending, inactive }

  /// The alert's name.
  public let name: String
  /// The group that the rule stands in.
  public let group: String
  /// The condition, as PromQL.
  public let expression: String
  /// How long the condition must hold before the alert fires.
  public let holdsFor: Duration
  /// What the rule comes to.
  public let state: State
  /// Why it could not be evaluated; nil where it could.
  public let trouble: String?
  /// What is pending or fires.
  public let alerts: [Alert]

  /// Makes a rule.
  public init(
    name: String, group: String, expression: String, holdsFor: Duration, state: State, trouble: String? = nil,
    alerts: [Alert]
  ) {
    self.name = name
    self.group = group
    self.expression = expression
    self.holdsFor = holdsFor
    self.state = state
    self.trouble = trouble
    self.alerts = alerts
  }
}

extension PrometheusClient {
  /// The alerting rules and what they have raised (`/api/v1/rules?type=alert`); `limit` rules at most, what is left out is a
  /// warning. A server without rules of its own (404) has none.
  public func alertRules(limit: Int = 5_000) async throws(FetchError) -> PrometheusAnswer<[AlertRule]> {
    let reply: PrometheusReply
    do throws(FetchError) {
      reply = try await get(["api", "v1", "rules"], [("type", "alert")])
    } catch {
      guard error.kind == .notFound else { throw error }
      return PrometheusAnswer(value: [], warnings: [], infos: [])
    }
    guard let groups = reply.data?["groups"], groups.kind == .array else { throw reply.malformed("no list of groups") }
    var rules: [AlertRule] = []
    var count = 0
    for group in groups.elements {
      let name = group["name"]?.string ?? ""
      for value in group["rules"]?.elements ?? [] {
        // Compatibles answer with recording rules, too.
        guard let rule = AlertRule(value, group: name) else { continue }
        count += 1
        if rules.count < limit { rules.append(rule) }
      }
    }
    return reply.answer(rules, reply.excess(count, limit, "alerting rules"))
  }
}

extension AlertRule {
  /// Reads an alerting rule; nil for what is none.
  init?(_ value: JSONValue, group: String) {
    guard value.kind == .object, value["type"]?.string ?? "alerting" == "alerting",
      let name = value["name"]?.string, let expression = value["query"]?.string
    else { return nil }
    let labels = PrometheusDecoder.labels(value["labels"])
    let annotations = PrometheusDecoder.labels(value["annotations"])
    let alerts = (value["alerts"]?.elements ?? []).compactMap { alert -> Alert? in
      Alert(alert, of: name, labels: labels, annotations: annotations, expression: expression)
    }
    let seconds = value["duration"]?.double ?? 0
    let health = value["health"]?.string ?? "ok"
    let words = value["lastError"]?.string ?? ""
    self.init(
      name: name, group: group, expression: expression,
      holdsFor: .milliseconds(Int64(exactly: (min(max(seconds, 0), 1e9) * 1_000).rounded()) ?? 0),
      state: value["state"]?.string.flatMap { State(rawValue: $0.lowercased()) } ?? .inactive,
      trouble: health == "err" || health == "error" || !words.isEmpty ? (words.isEmpty ? "in error" : words) : nil,
      alerts: alerts)
  }
}

extension Alert {
  /// Reads an alert of a rule; nil for one that neither fires nor is about to. Grafana writes its own states with capitals.
  fileprivate init?(
    _ value: JSONValue, of rule: String, labels: [String: String], annotations: [String: String], expression: String
  ) {
    let state: State
    switch value["state"]?.string?.lowercased() {
    case "firing", "alerting": state = .active
    case "pending": state = .pending
    default: return nil
    }
    var own = labels
    own.merge(PrometheusDecoder.labels(value["labels"])) { $1 }
    own["alertname"] = own["alertname"] ?? rule
    var words = annotations
    // A rule's own annotations are templates; the alert has them filled in.
    words.merge(PrometheusDecoder.labels(value["annotations"])) { $1 }
    self.init(
      id: Alert.key(own), labels: own, annotations: words,
      startsAt: value["activeAt"]?.string.flatMap { Timestamp(iso8601: $0) } ?? Timestamp(nanoseconds: 0), state: state,
      sources: [.prometheus])
    self.value = value["value"].flatMap { $0.double ?? $0.string.flatMap(PrometheusDecoder.number) }
    self.expression = expression
  }
}
