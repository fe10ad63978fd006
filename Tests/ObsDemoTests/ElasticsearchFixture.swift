import Foundation
import ObsData

@testable import ObsDemo

/// Documents that stand in an array. Each is visible from its own time on.
struct ArrayDocuments: DocumentSource {
  var all: [WorldDocument]

  func indices(now: Timestamp) -> [String] { Array(Set(all.map(\.index))).sorted() }
  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp) -> [WorldDocument] {
    all.filter { start <= $0.timestamp && $0.timestamp < end && $0.timestamp <= now }
  }
  func documentCount(from start: Timestamp, to end: Timestamp, now: Timestamp) -> Int {
    documents(from: start, to: end, now: now).count
  }
}

/// A dozen lines of two days that the tests ask about; `now` is 2026-11-22T09:00Z.
enum ElasticsearchFixture {
  static let now = Timestamp(iso8601: "2026-11-22T09:00:00Z") ?? Timestamp(nanoseconds: 0)

  static let lines:
    [(id: String, time: String, level: String, service: String, message: String, more: [(String, JSONTree)])] = [
      (
        "a1", "2026-11-21T23:59:59.000Z", "INFO", "api-gateway", "GET /api/login 200 in 12ms",
        [("status", 200), ("took_ms", 12.5)]
      ),
      (
        "a2", "2026-11-21T23:59:59.999Z", "WARN", "api-gateway", "slow request: GET /api/groups took 1503ms",
        [("status", 200), ("took_ms", 1503.25)]
      ),
      ("b1", "2026-11-22T08:00:00.000Z", "INFO", "user-server", "user u-1001 logged in", [("user_id", "u-1001")]),
      (
        "b2", "2026-11-22T08:30:00.000Z", "ERROR", "msg-server", "redis 连接失败: connection refused (10.0.0.12:6379)",
        [
          ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), ("span_id", "00f067aa0ba902b7"),
          ("error", ["type": "ConnectionError", "code": 111]),
        ]
      ),
      (
        "b3", "2026-11-22T08:31:00.000Z", "ERROR", "msg-server", "失败: 无法连接到 redis",
        [("trace_id", "0af7651916cd43dd8448eb211c80319c"), ("retries", 3)]
      ),
      (
        "b4", "2026-11-22T08:31:00.000Z", "WARN", "push-server", "consumer lag is 1200 messages, group=push",
        [("lag", 1200), ("retried", true)]
      ),
      (
        "b5", "2026-11-22T08:45:00.500Z", "ERROR", "group-server", "query timeout: 超时 after 5000ms",
        [("status", 504), ("took_ms", 5000.0), ("tags", ["slow", "postgres"])]
      ),
      (
        "b6", "2026-11-22T08:50:00.000Z", "INFO", "friend-server", "friend request accepted",
        [("user_id", "u-1002"), ("retried", false)]
      ),
      (
        "b7", "2026-11-22T08:55:00.000Z", "INFO", "msg-gateway",
        "websocket connected: client can't reuse session foo_bar", [("status", 101)]
      ),
      (
        "b8", "2026-11-22T08:59:30.000Z", "ERROR", "api-gateway",
        "POST /api/messages 503 Service Unavailable: upstream connect error",
        [("status", 503), ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"), ("took_ms", 30.0), ("tags", ["upstream"])]
      ),
      (
        "b9", "2026-11-22T08:59:59.000Z", "INFO", "user-server", "CACHE hit ratio 0.93 用户服务 正常", [("user_id", "u-1001")]
      ),
    ]

  static let documents: [WorldDocument] = lines.map { line in
    let fields: [(name: String, value: JSONTree)] =
      [
        ("@timestamp", .string(line.time)), ("level", .string(line.level)), ("service_name", .string(line.service)),
        ("message", .string(line.message)),
      ] + line.more.map { (name: $0.0, value: $0.1) }
    return WorldDocument(
      index: "rustim-" + line.time.prefix(10).replacingOccurrences(of: "-", with: "."), id: line.id,
      timestamp: Timestamp(iso8601: line.time) ?? Timestamp(nanoseconds: 0), fields: fields)
  }

  static let face = ElasticsearchFace(source: ArrayDocuments(all: documents))
}

/// An answer, read.
struct ElasticsearchAnswer {
  let status: Int
  let headers: [String: String]
  let text: String
  let json: JSONValue?

  /// The identifiers of the hits, in their order.
  var ids: [String] { json?["hits"]?["hits"]?.elements.compactMap { $0["_id"]?.string } ?? [] }
  /// The value at a path of names and positions: `aggregations.a.buckets.0.key`.
  subscript(_ path: String) -> JSONTree? {
    var value = json
    for name in path.split(separator: ".") {
      if let index = Int(name), value?.kind == .array {
        let elements = value?.elements ?? []
        value = elements.indices.contains(index) ? elements[index] : nil
      } else {
        value = value?[String(name)]
      }
    }
    return value?.tree
  }
}

/// Sends `METHOD /path?query` with a body.
func ask(
  _ line: String, _ body: String = "",
  headers: [(name: String, value: String)] = [("content-type", "application/json")],
  face: ElasticsearchFace = ElasticsearchFixture.face, now: Timestamp = ElasticsearchFixture.now
) async -> ElasticsearchAnswer {
  let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
  let sides = parts[1].split(separator: "?", maxSplits: 1).map(String.init)
  let path = sides[0].split(separator: "/").map { String($0).removingPercentEncoding ?? String($0) }
  let query = (sides.count > 1 ? sides[1] : "").split(separator: "&").map { item -> (name: String, value: String) in
    let pair = item.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? String($0) }
    return (pair[0], pair.count > 1 ? pair[1] : "")
  }
  let request = DemoRequest(method: parts[0], path: path, query: query, headers: headers, body: Array(body.utf8))
  let response = await face.answer(request, nanoseconds: now.nanoseconds)
  return ElasticsearchAnswer(
    status: response.status,
    headers: Dictionary(
      response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }),
    text: String(decoding: response.body, as: UTF8.self), json: try? JSONDocument(parsing: response.body).root)
}
