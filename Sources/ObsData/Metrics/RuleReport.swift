/// A rule of Prometheus and how its evaluation goes: an alert's condition, or an expression that is recorded under a name.
public struct RuleStatus: Hashable, Sendable {
  /// What a rule makes.
  public enum Kind: String, Hashable, Sendable { case recording, alerting }
  /// What its last evaluation came to.
  public enum Health: String, Hashable, Sendable { case failed, unknown, fine }

  /// What it makes.
  public let kind: Kind
  /// The name of the metric or of the alert.
  public let name: String
  /// The group, and the file that the group stands in.
  public let group, file: String
  /// PromQL.
  public let expression: String
  /// What the last evaluation came to.
  public let health: Health
  /// Why it failed; empty where it did not.
  public let error: String
  /// How long the last evaluation took; nil where it is not known.
  public let evaluationTime: Duration?
  /// When it was; nil where there was none yet.
  public let lastEvaluation: Timestamp?
  /// From one evaluation of the group to the next; nil where the server does not say.
  public let interval: Duration?
  /// `firing`, `pending` or `inactive`; empty for a recording rule.
  public let state: String

  /// Makes a rule.
  public init(
    kind: Kind, name: String, group: String, file: String = "", expression: String, health: Health = .fine,
    error: String = "", evaluationTime: Duration? = nil, lastEvaluation: Timestamp? = nil, interval: Duration? = nil,
    state: String = ""
  ) {
    self.kind = kind
    self.name = name
    self.group = group
    self.file = file
    self.expression = expression
    self.health = health
    self.error = error
    self.evaluationTime = evaluationTime
    self.lastEvaluation = lastEvaluation
    self.interval = interval
    self.state = state
  }

  /// Whether the rule has missed its turn: no evaluation in three intervals.
  public func isLate(now: Timestamp) -> Bool {
    guard let lastEvaluation, let interval, interval > .zero else { return false }
    return now - lastEvaluation > interval * 3 + .seconds(5)
  }
}

/// All rules.
public struct RuleReport: Hashable, Sendable {
  /// The rules: those that fail first, then in the order of their groups.
  public let rules: [RuleStatus]
  /// What the server said beside it, and what was left out.
  public let warnings: [String]

  /// Makes a report.
  public init(rules: [RuleStatus], warnings: [String] = []) {
    self.rules = rules
    self.warnings = warnings
  }
}

extension PrometheusClient {
  /// All rules with their health (`/api/v1/rules`), their alerts left out where the server can; `limit` rules at most.
  public func rules(limit: Int = 5_000) async throws(FetchError) -> RuleReport {
    let reply = try await get(["api", "v1", "rules"], [("exclude_alerts", "true")])
    guard let groups = reply.data?["groups"], groups.kind == .array else { throw reply.malformed("no list of groups") }
    var rules: [RuleStatus] = []
    var count = 0
    for group in groups.elements {
      for value in group["rules"]?.elements ?? [] {
        guard let rule = RuleStatus(value, in: group) else { continue }
        count += 1
        if rules.count < limit { rules.append(rule) }
      }
    }
    let failed = rules.filter { $0.health == .failed }
    return RuleReport(
      rules: failed + rules.filter { $0.health != .failed },
      warnings: reply.warnings + reply.excess(count, limit, "rules"))
  }
}

extension RuleStatus {
  /// Reads a rule; nil for what is none.
  fileprivate init?(_ value: JSONValue, in group: JSONValue) {
    guard value.kind == .object, let name = value["name"]?.string, let expression = value["query"]?.string else {
      return nil
    }
    let error = value["lastError"]?.string ?? ""
    let health: Health =
      switch value["health"]?.string {
      case "err", "error": .failed
      case "ok": .fine
      default: error.isEmpty ? .unknown : .failed
      }
    func span(_ value: JSONValue?) -> Duration? {
      guard let seconds = value?.double, seconds >= 0, seconds < 1e9 else { return nil }
      return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }
    let time = value["lastEvaluation"]?.string.flatMap { Timestamp(iso8601: $0) }
    self.init(
      kind: value["type"]?.string == "recording" ? .recording : .alerting, name: name,
      group: group["name"]?.string ?? "", file: group["file"]?.string ?? "", expression: expression, health: health,
      error: error, evaluationTime: span(value["evaluationTime"]),
      // What was never evaluated was so in the year 1.
      lastEvaluation: time.flatMap { $0.nanoseconds > 0 ? $0 : nil }, interval: span(group["interval"]),
      state: value["state"]?.string ?? "")
  }
}
