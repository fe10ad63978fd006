import Foundation
import ObsData
import Synchronization

/// Alertmanager's API v2 over the world's alerts, as the 0.25 of Debian 12 speaks it. Silences are kept in memory.
final class AlertmanagerFace: DemoFace {
  let world: World
  let silences = Mutex<[Silence]>([])

  init(world: World) { self.world = world }

  /// A refusal: a status with a bare text, or with go-openapi's code and message.
  enum Refusal: Error {
    case text(Int, String)
    case coded(Int, code: Int, String)
    case empty(Int)
  }

  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    do throws(Refusal) {
      return try found(request, now: Timestamp(nanoseconds: nanoseconds))
    } catch {
      switch error {
      case .text(let status, let message): return AlertmanagerFace.json(.string(message), status: status)
      case .coded(let status, let code, let message):
        return AlertmanagerFace.json(["code": .int(Int64(code)), "message": .string(message)], status: status)
      case .empty(let status): return DemoResponse(status: status, body: [])
      }
    }
  }

  /// As go-openapi writes it: a line break behind the value.
  static func json(_ tree: JSONTree, status: Int = 200) -> DemoResponse {
    DemoResponse(
      status: status, headers: [("Content-Type", "application/json")], body: Array((tree.text + "\n").utf8))
  }

  private func found(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    switch request.path {
    case ["-", "ready"], ["-", "healthy"]:
      return DemoResponse(headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array("OK".utf8))
    case ["api", "v2", "alerts"]:
      try allow(["GET"], request)
      return AlertmanagerFace.json(.array(try alerts(request, now: now).map(\.tree)))
    case ["api", "v2", "alerts", "groups"]:
      try allow(["GET"], request)
      return try groups(request, now: now)
    case ["api", "v2", "silences"]:
      try allow(["GET", "POST"], request)
      return request.method == "POST" ? try createSilence(request, now: now) : try listSilences(request, now: now)
    case ["api", "v2", "status"]:
      try allow(["GET"], request)
      return status()
    case ["api", "v2", "receivers"]:
      try allow(["GET"], request)
      return AlertmanagerFace.json([["name": "chat"], ["name": "pager"]])
    case let path where path.count == 4 && path.starts(with: ["api", "v2", "silence"]):
      try allow(["DELETE", "GET"], request)
      return try request.method == "DELETE" ? expireSilence(path[3], now: now) : showSilence(path[3], now: now)
    case let path where path.starts(with: ["api"]):
      throw .coded(404, code: 404, "path /\(path.joined(separator: "/")) was not found")
    default: return .plain("404 page not found", status: 404)
    }
  }

  private func allow(_ methods: [String], _ request: DemoRequest) throws(Refusal) {
    guard !methods.contains(request.method) else { return }
    throw .coded(
      405, code: 405, "method \(request.method) is not allowed, but [\(methods.joined(separator: ","))] are")
  }

  /// An alert with what Alertmanager does with it.
  private struct Handled {
    let alert: WorldAlert
    let receiver: String
    let tree: JSONTree
  }

  /// The matchers of the `filter` parameters.
  func filters(_ request: DemoRequest) throws(Refusal) -> [LabelMatcher] {
    var matchers: [LabelMatcher] = []
    for item in request.query where item.name == "filter" {
      do throws(LabelMatcher.Failure) {
        matchers.append(try LabelMatcher(parsing: item.value))
      } catch {
        throw .text(400, error.description)
      }
    }
    return matchers
  }

  private func alerts(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> [Handled] {
    let matchers = try filters(request)
    var receiver: NSRegularExpression?
    if let pattern = request.parameter("receiver"), !pattern.isEmpty {
      do throws(LabelMatcher.Failure) {
        receiver = try LabelMatcher.compile(pattern)
      } catch {
        throw .text(400, "failed to parse receiver param: \(error.description)")
      }
    }
    let firing = world.alerts(now: now)
    // A service that is down fails in every other way, too: its lesser alerts are inhibited.
    let down = firing.filter { $0.label("alertname") == "ServiceDown" }
    let current = silences.withLock { $0.filter { $0.state(now: now) == "active" } }
    var handled: [Handled] = []
    for alert in firing {
      let silencedBy = current.filter { $0.matches(alert.labels) }.map(\.id)
      let inhibitedBy = down.filter { source in
        source.label("service") == alert.label("service") && alert.label("severity") == "warning"
      }.map(\.fingerprint)
      guard matchers.allSatisfy({ $0.matches(alert.label($0.name)) }) else { continue }
      let isActive = silencedBy.isEmpty && inhibitedBy.isEmpty
      if isActive, !AlertmanagerFace.flag(request, "active") { continue }
      if !silencedBy.isEmpty, !AlertmanagerFace.flag(request, "silenced") { continue }
      if !inhibitedBy.isEmpty, !AlertmanagerFace.flag(request, "inhibited") { continue }
      let name = alert.label("severity") == "critical" ? "pager" : "chat"
      if let receiver,
        receiver.firstMatch(in: name, range: NSRange(location: 0, length: name.utf16.count)) == nil
      {
        continue
      }
      let tree = AlertmanagerFace.tree(
        alert, receiver: name, silencedBy: silencedBy, inhibitedBy: inhibitedBy, now: now)
      handled.append(Handled(alert: alert, receiver: name, tree: tree))
    }
    return handled.sorted { $0.alert.fingerprint < $1.alert.fingerprint }
  }

  /// A parameter that is true where it is missing; what Go's `ParseBool` does not know is false.
  private static func flag(_ request: DemoRequest, _ name: String) -> Bool {
    guard let text = request.parameter(name) else { return true }
    return ["1", "t", "T", "true", "TRUE", "True"].contains(text)
  }

  private static func tree(
    _ alert: WorldAlert, receiver: String, silencedBy: [String], inhibitedBy: [String], now: Timestamp
  ) -> JSONTree {
    // Prometheus sends a firing alert again every minute, each time with an end four minutes ahead.
    let age = max(0, now.milliseconds - alert.startsAt.milliseconds)
    let updated = Timestamp(milliseconds: alert.startsAt.milliseconds + age / 60_000 * 60_000)
    let expression = "ALERTS{alertname=\"\(alert.label("alertname"))\"}"
    return [
      "annotations": object(alert.annotations), "endsAt": .string((updated + .seconds(240)).iso8601),
      "fingerprint": .string(alert.fingerprint), "receivers": [["name": .string(receiver)]],
      "startsAt": .string(alert.startsAt.iso8601),
      "status": [
        "inhibitedBy": .array(inhibitedBy.map { .string($0) }),
        "silencedBy": .array(silencedBy.map { .string($0) }),
        "state": silencedBy.isEmpty && inhibitedBy.isEmpty ? "active" : "suppressed",
      ], "updatedAt": .string(updated.iso8601),
      "generatorURL": .string("http://prometheus:9090/graph?g0.expr=\(PercentEncoding.segment(expression))&g0.tab=1"),
      "labels": object(alert.labels),
    ]
  }

  private static func object(_ members: [(name: String, value: String)]) -> JSONTree {
    .object(members.map { (key: $0.name, value: .string($0.value)) })
  }

  /// Alerts by name and service, as the demo's route groups them.
  private func groups(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    var groups: [(key: [String], alerts: [JSONTree])] = []
    for handled in try alerts(request, now: now) {
      let key = [handled.alert.label("alertname"), handled.alert.label("service"), handled.receiver]
      if let index = groups.firstIndex(where: { $0.key == key }) {
        groups[index].alerts.append(handled.tree)
      } else {
        groups.append((key, [handled.tree]))
      }
    }
    groups.sort { $0.key.lexicographicallyPrecedes($1.key) }
    return AlertmanagerFace.json(
      .array(
        groups.map { key, alerts -> JSONTree in
          [
            "alerts": .array(alerts), "labels": ["alertname": .string(key[0]), "service": .string(key[1])],
            "receiver": ["name": .string(key[2])],
          ]
        }))
  }

  private func status() -> DemoResponse {
    let configuration = """
      route:
        receiver: chat
        group_by:
        - alertname
        - service
        routes:
        - receiver: pager
          matchers:
          - severity="critical"
      inhibit_rules:
      - source_matchers:
        - alertname="ServiceDown"
        target_matchers:
        - severity="warning"
        equal:
        - service
      receivers:
      - name: chat
      - name: pager

      """
    return AlertmanagerFace.json([
      "cluster": ["peers": [], "status": "disabled"], "config": ["original": .string(configuration)],
      "uptime": .string(world.origin.iso8601),
      "versionInfo": [
        "branch": "HEAD", "buildDate": "20221222-14:51:36", "buildUser": "obs-tui demo", "goVersion": "go1.19.4",
        "revision": "demo", "version": "0.25.0",
      ],
    ])
  }
}
