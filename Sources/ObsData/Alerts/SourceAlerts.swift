/// What a source beside Alertmanager and Prometheus says of its alerts: Grafana's own, Elasticsearch's Watcher, Kibana's rules.
public struct SourceAlerts: Hashable, Sendable {
  /// What fires, is pending or silenced there.
  public let alerts: [Alert]
  /// Why there is nothing to be had, in words, where that is no failure: no licence, no such plugin, no privilege.
  public let absence: String?

  /// Makes an answer.
  public init(alerts: [Alert], absence: String? = nil) {
    self.alerts = alerts
    self.absence = absence
  }
}

extension Alert.Source {
  /// The store that is asked for it; nil where no store of its own is.
  public var store: Store? {
    switch self {
    case .grafana: .grafana
    case .watcher: .elasticsearch
    case .kibana: .kibana
    case .alertmanager: .alertmanager
    case .prometheus: .prometheus
    case .watch: nil
    }
  }

  /// The name in a sentence.
  public var displayName: String {
    switch self {
    case .watcher: "Watcher"
    case .watch: "watch"
    default: store?.displayName ?? rawValue
    }
  }
}

/// Asks one source. Where it is not there it is asked again after ten minutes only.
struct SourceAlertsJob: PollJob {
  let source: Alert.Source
  let transport: any HTTPTransport

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    do throws(FetchError) {
      let alerts =
        switch source {
        case .grafana: try await grafana()
        case .watcher: try await watcher()
        default: try await kibana()
        }
      return PollAnswer(.sourceAlerts(SourceAlerts(alerts: alerts)))
    } catch {
      guard let status = error.status, [400, 403, 404, 405].contains(status) else { throw error }
      let words = FetchError.bounded(FetchError.singleLine(error.answer), to: 120)
      return PollAnswer(
        .sourceAlerts(SourceAlerts(alerts: [], absence: "not there (\(status): \(words))")),
        next: .after(.seconds(600)))
    }
  }

  /// Grafana's Alertmanager says what fires, its rules what is pending; the latter may be hidden from us.
  private func grafana() async throws(FetchError) -> [Alert] {
    let root = try await ask(
      HTTPRequest(.get, ["api", "alertmanager", "grafana", "api", "v2", "alerts"]), "no list of alerts"
    ) { $0.kind == .array }
    let firing = root.elements.prefix(1_000).compactMap(Alert.init)
    var rules: [AlertRule] = []
    do throws(FetchError) {
      let path = ["api", "prometheus", "grafana", "api", "v1", "rules"]
      let root = try await ask(HTTPRequest(.get, path), "no list of rules") { $0["data"]?["groups"]?.kind == .array }
      for group in root["data"]?["groups"]?.elements.prefix(1_000) ?? [] {
        let name = group["name"]?.string ?? ""
        rules += (group["rules"]?.elements ?? []).compactMap { AlertRule($0, group: name) }
      }
    } catch {
      guard let status = error.status, (400..<500).contains(status) else { throw error }
    }
    return AlertBoard.merge(alertmanager: firing, rules: rules).map { alert in
      var own = alert
      own.sources = [.grafana]
      // Grafana's conditions are queries of its own in JSON, not PromQL.
      own.expression = nil
      return own
    }
  }

  /// A watch of Watcher's fires where its condition was met when it was looked at last.
  private func watcher() async throws(FetchError) -> [Alert] {
    let root = try await ask(
      .post(["_watcher", "_query", "watches"], json: ["size": 100]), "no list of watches"
    ) { $0["watches"]?.kind == .array }
    return (root["watches"]?.elements ?? []).compactMap { item in
      let status = item["status"]
      func time(_ value: JSONValue?) -> Timestamp? { value?.string.flatMap { Timestamp(iso8601: $0) } }
      guard let id = item["_id"]?.string, status?[path: "state", "active"]?.bool != false,
        let met = time(status?["last_met_condition"]), met >= time(status?["last_checked"]) ?? met
      else { return nil }
      let acknowledgements = (status?["actions"]?.members ?? []).compactMap { $0.value["ack"] }
      let states = acknowledgements.compactMap { $0["state"]?.string }
      let isQuiet = !states.isEmpty && states.allSatisfy { $0 == "acked" }
      let since = acknowledgements.filter { $0["state"]?.string != "awaits_successful_execution" }
        .compactMap { time($0["timestamp"]) }.min()
      let metadata = item[path: "watch", "metadata"]
      var labels = ["alertname": metadata?["name"]?.string ?? id, "watch_id": id]
      labels["severity"] = metadata?["severity"]?.string
      return Alert(
        id: Alert.key(labels), labels: labels, annotations: [:], startsAt: since ?? met,
        state: isQuiet ? .suppressed : .active, sources: [.watcher])
    }
  }

  /// A rule of Kibana's is active while anything it looks at fires. Since when is not said there.
  private func kibana() async throws(FetchError) -> [Alert] {
    let items = [("per_page", "100"), ("page", "1"), ("sort_field", "name")]
    let root = try await ask(
      HTTPRequest(.get, ["api", "alerting", "rules", "_find"], query: items), "no list of rules"
    ) { $0["data"]?.kind == .array }
    return (root["data"]?.elements ?? []).compactMap { rule in
      let status = rule[path: "execution_status", "status"]?.string
      guard let id = rule["id"]?.string, rule["enabled"]?.bool != false, status == "active" || status == "error" else {
        return nil
      }
      var labels = ["alertname": rule["name"]?.string ?? id, "rule_id": id]
      labels["rule_type"] = rule["rule_type_id"]?.string
      labels["consumer"] = rule["consumer"]?.string
      var annotations: [String: String] = [:]
      if status == "error" {
        annotations["summary"] =
          "the rule cannot be run: "
          + (rule[path: "execution_status", "error", "message"]?.string ?? "Kibana does not say why")
      }
      return Alert(
        id: Alert.key(labels), labels: labels, annotations: annotations, startsAt: Timestamp(nanoseconds: 0),
        state: .active, sources: [.kibana])
    }
  }

  private func ask(
    _ request: HTTPRequest, _ reason: String, _ isRight: (JSONValue) -> Bool
  ) async throws(FetchError) -> JSONValue {
    let response = try await transport.send(request)
    if let failure = FetchError.status(response, to: request, at: transport.address) { throw failure }
    let root = try PrometheusReply.parse(response, to: request, at: transport.address).root
    guard isRight(root) else {
      throw PrometheusFailure.malformed(response, to: request, at: transport.address, reason: reason)
    }
    return root
  }
}
