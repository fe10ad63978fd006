import ObsData

/// An alert that fires because of an incident.
struct WorldAlert: Sendable {
  let labels: [(name: String, value: String)]
  let annotations: [(name: String, value: String)]
  let startsAt: Timestamp

  func label(_ name: String) -> String { labels.first { $0.name == name }?.value ?? "" }

  /// What Prometheus and Alertmanager know the labels by: FNV-1a over the sorted names and values, each with a 0xFF behind it.
  var fingerprint: String {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for (name, value) in labels.sorted(by: { $0.name < $1.name }) {
      for byte in Array(name.utf8) + [255] + Array(value.utf8) + [255] {
        hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
      }
    }
    return hexadecimal(hash)
  }
}

extension World {
  /// An alert fires when its incident has lasted a while, and rests a minute after it is over.
  private static let resolveAfter = 60

  /// The alerts that fire when it is `now`, the oldest first.
  func alerts(now: Timestamp) -> [WorldAlert] {
    let second = Int(now.milliseconds / 1_000)
    guard second >= firstSecond else { return [] }
    var alerts: [WorldAlert] = []
    var known: Set<String> = []
    for occurrence in timeline.occurrences(from: second - World.resolveAfter, to: second + 1) {
      let incident = scenario.incidents[occurrence.incident]
      guard let service = blamedService(incident) else { continue }
      let wait = min(incident.kind == .crash ? 15 : 60, incident.duration / 4)
      let starts = occurrence.start + wait
      guard starts <= second else { continue }
      let alert = alert(incident, service: service, startsAt: Timestamp(nanoseconds: Int64(starts) * 1_000_000_000))
      // Two incidents may raise the same alert: it fires once, since the first.
      if known.insert(alert.fingerprint).inserted { alerts.append(alert) }
    }
    return alerts
  }

  /// The service that an incident is blamed on; nil where this world does not have it.
  private func blamedService(_ incident: Incident) -> String? {
    if let service = incident.service { return graph.services.contains(service) ? service : nil }
    if let operation = incident.operation {
      let key =
        graph.keys.first {
          $0.kind != .client && ($0.name == operation || $0.name.hasSuffix("/" + operation))
        } ?? graph.keys.first { $0.name == operation }
      return key.map { graph.services[$0.service] }
    }
    return graph.services.first
  }

  private func alert(_ incident: Incident, service: String, startsAt: Timestamp) -> WorldAlert {
    let (name, severity, description) = World.rule(incident, service: service)
    var labels = [
      (name: "alertname", value: name), (name: "cluster", value: "demo"), (name: "namespace", value: "rustim"),
      (name: "service", value: service), (name: "severity", value: severity),
    ]
    if let operation = incident.operation { labels.append((name: "operation", value: operation)) }
    if let dependency = incident.dependency { labels.append((name: "dependency", value: dependency.rawValue)) }
    return WorldAlert(
      labels: labels.sorted { $0.name < $1.name },
      annotations: [
        (name: "description", value: description),
        (name: "runbook_url", value: "https://runbooks.example.org/rustim/\(name)"),
        (name: "summary", value: incident.summary ?? incident.name),
      ], startsAt: startsAt)
  }

  private static func rule(_ incident: Incident, service: String) -> (name: String, severity: String, text: String) {
    switch incident.kind {
    case .latency:
      let place = incident.operation ?? incident.dependency?.rawValue ?? service
      return ("HighLatency", "warning", "p95 of \(place) has been above 250 ms for a minute.")
    case .errors:
      let severity = incident.strength >= 0.3 ? "critical" : "warning"
      return ("HighErrorRate", severity, "More than 5 % of the requests of \(service) have failed for a minute.")
    case .timeouts:
      return ("RequestTimeouts", "critical", "Requests of \(service) run into their deadline of 3 s.")
    case .saturation:
      let pool = incident.dependency.map {
        $0 == .postgres ? "Database" : "\($0.rawValue.prefix(1).uppercased())\($0.rawValue.dropFirst())"
      }
      return ("\(pool ?? "Connection")PoolExhausted", "critical", "\(service) 连接池耗尽: no free connection for a minute.")
    case .lag: return ("KafkaConsumerLag", "warning", "\(service) 消息积压: the backlog of its consumer group grows.")
    case .crash: return ("ServiceDown", "critical", "\(service) cannot be scraped; its process has died.")
    case .badDeploy:
      return ("ErrorsAfterDeploy", "critical", "\(service) fails more often since its new version started.")
    }
  }
}
