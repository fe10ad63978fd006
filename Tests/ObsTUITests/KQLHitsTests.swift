import Foundation
import ObsData
import Testing

@testable import ObsDemo

/// The same queries asked of three engines that know nothing of each other: a real Elasticsearch (set OBS_TUI_REAL_ELASTICSEARCH to
/// the address of any from 7.0), the demo's face, and the matcher for files. All must find the same documents.
@Suite(.serialized) struct `KQL finds the same everywhere` {
  static let now = Timestamp(iso8601: "2026-11-22T09:00:00Z") ?? Timestamp(nanoseconds: 0)

  static let documents: [(id: String, time: String, fields: [(name: String, value: JSONTree)])] = [
    (
      "1", "2026-11-22T07:30:00.000Z",
      [
        ("level", "error"), ("service_name", "msg-server"), ("user_id", "12345"), ("trace_id", "abcd1234"),
        ("message", "redis 连接失败: connection refused (10.0.0.1:6379)"), ("latency", 250), ("ok", false),
      ]
    ),
    (
      "2", "2026-11-22T08:10:00.000Z",
      [
        ("level", "error"), ("service_name", "user-server"), ("user_id", "12345"),
        ("message", "查询超时 after 5000ms, redis was slow"), ("latency", 5_000), ("ok", false),
      ]
    ),
    (
      "3", "2026-11-22T08:20:00.000Z",
      [
        ("level", "warn"), ("service_name", "msg-server"), ("user_id", "777"), ("message", "slow request: took 1503ms"),
        ("latency", 1_503), ("ok", true), ("tags", ["slow", "re-try"]),
      ]
    ),
    (
      "4", "2026-11-22T08:30:00.000Z",
      [
        ("level", "info"), ("service_name", "api-gateway"), ("user_id", "1"),
        ("message", "GET /api/login 连接 成功, 再 失败"), ("latency", 12), ("ok", true),
        ("host", ["name": "node-1", "zone": "a b"]),
      ]
    ),
    (
      "5", "2026-11-22T08:40:00.000Z",
      [
        ("level", "ERROR"), ("service_name", "push-server"),
        ("message", "Connection reset: cannot open socket (quoted \"x\")"),
        ("host", ["name": "node*2"]),
      ]
    ),
  ]

  static let queries: [(kql: String, hits: String)] = [
    // The queries of the issue.
    (#"level: "error" AND service_name: "msg-server""#, "1"),
    (#"message: "*连接失败*" OR message: "*超时*""#, "12"),
    (#"user_id: "12345" AND level: "error""#, "12"),
    (#"trace_id: "abcd1234""#, "1"),
    // Every kind of node.
    ("", "12345"), ("*:*", "12345"), ("*", "12345"), ("refused", "1"), ("\"connection refused\"", "1"),
    ("connection refused", "15"), ("msg-server", "13"), ("12345", "12"), ("连接", "14"), ("\"连接失败\"", "1"),
    ("redi*", "12"),
    ("level: error", "12"), ("level: ERROR", "5"), ("level: (error or ERROR)", "125"), ("level: err*", "12"),
    ("level: *r*", "123"), ("level: \"err*\"", ""), ("not level: error", "345"), ("not level: (error or warn)", "45"),
    ("service_name: msg-*", "13"), ("service_name: *-server", "1235"), ("service_name: \"*-server\"", ""),
    ("message: redis slow", "123"), ("message: \"redis was slow\"", "2"), ("message: \"was redis\"", ""),
    ("message: CONNECTION", "15"), ("message: conn*", "15"), ("message: 10.0.0.1", "1"), ("message: cannot open", "5"),
    ("message: \"cannot open\"", "5"), ("message: *连接失败*", ""), ("message: 失*", "14"),
    (#"message: "quoted \"x\"""#, "5"),
    ("latency: 250", "1"), ("latency > 250", "23"), ("latency >= 250", "123"), ("latency < 250", "4"),
    ("latency <= 250", "14"),
    ("latency >= 100 and latency < 2000", "13"), ("ok: true", "34"), ("ok: false", "12"), ("not ok: *", "5"),
    ("user_id: *", "1234"), ("not user_id: *", "5"), ("tags: slow", "3"), ("tags: re-try", "3"),
    ("tags: (slow and re-try)", "3"),
    ("host.name: node-1", "4"), (#"host.name: node\*2"#, "5"), (#"host.name: "node*2""#, "5"),
    ("host.name: node*", "45"),
    ("host.zone: a b", "4"), ("ho*.name: node-1", "4"), ("host.*: *", "45"), ("*_id: 12345", "12"),
    ("*_id: abcd*", "1"),
    ("lat* > 1000", "23"), ("missing: x", ""), ("missing: *", ""), ("not missing: x", "12345"), ("missing > 3", ""),
    ("@timestamp >= \"2026-11-22T08:20:00Z\"", "345"), ("@timestamp < \"2026-11-22T08:20:00Z\"", "12"),
    ("@timestamp: \"2026-11-22T16\"", "2345"), ("@timestamp: 2026-11-22", "12345"), ("@timestamp: \"2026-11-21\"", ""),
    ("@timestamp > 2026-11-22", ""), ("@timestamp > now-45m", "345"), ("@timestamp < \"2026-11-22T16:00\"", "1"),
    ("(level: error and ok: false) or host.name: *", "1245"), ("level: error or ok: true and user_id: 1", "124"),
    ("not (level: error or ok: true)", "5"), ("not (not level: warn)", "3"),
    (#""level": error and not user-server"#, "1"),
  ]

  private func expect(
    _ query: String, _ hits: String, from client: ElasticsearchClient, _ name: Comment
  ) async throws {
    let range = TimeRange(start: Self.now - .seconds(7_200), end: Self.now)
    let batch = try await client.logs(
      LogQuery(filter: query, timeZone: "+08:00", window: .frozen(range)), now: Self.now)
    #expect(batch.partial == nil, name)
    #expect(batch.entries.map(\.id.document).joined() == hits, name)
  }

  @Test(arguments: queries.indices) func `the demo's face finds them`(_ row: Int) async throws {
    let (query, hits) = Self.queries[row]
    // The demo's clock has no business in the real one's tests: `now` of date math is the time it is given.
    let client = ElasticsearchClient(transport: FaceTransport.shared)
    try await expect(query, hits, from: client, "\(query)")
  }

  @Test(arguments: queries.indices) func `the matcher for files finds them`(_ row: Int) throws {
    let (query, hits) = Self.queries[row]
    let matcher = KQLMatcher(try KQLParser.parse(query), now: Self.now, zone: 28_800)
    let found = try Self.documents.filter { document in
      let text = JSONTree.object(FaceTransport.fields(of: document).map { ($0.name, $0.value) }).text
      return matcher.matches(try JSONDocument(parsing: Array(text.utf8)).root)
    }
    #expect(found.map(\.id).joined() == hits, "\(query)")
  }

  @Test(.enabled(if: RealServer.address != nil)) func `a real Elasticsearch finds them`() async throws {
    let server = try await RealServer()
    for (query, hits) in Self.queries {
      // A real server's clock is not the test's.
      guard !query.contains("now") else { continue }
      try await expect(query, hits, from: server.client, "\(query)")
    }
    for (query, hits) in RealServer.nested { try await expect(query, hits, from: server.client, "\(query)") }
    let range = TimeRange(start: Self.now - .seconds(7_200), end: Self.now)
    func batch(_ query: String) async throws -> LogBatch {
      try await server.client.logs(LogQuery(filter: query, window: .frozen(range)), now: Self.now)
    }
    #expect(try await batch("levl: error").notice == "no index has a field levl; did you mean level?")
    #expect(try await batch("zone: x").notice == "no index has a field zone; did you mean host.zone?")
    #expect(try await batch("zzz*: x").notice == "no index has a field that zzz* stands for")
    #expect(try await batch("level: nobody").notice == nil)
    func offers(_ field: String, _ prefix: String) async throws -> CompletionAnswer {
      try await server.client.complete(.values(field: field, prefix: prefix, window: .frozen(range)), now: Self.now)
    }
    #expect(try await offers("level", "eR").values == ["error", "ERROR"])
    #expect(try await offers("service_name", "MSG-").values == ["msg-server"])
    #expect(try await offers("host.name", "node*").values == ["node*2"])
    #expect(try await offers("latency", "1").values == ["12", "1503"])
    #expect(try await offers("ok", "").values == ["true", "false"])
    #expect(try await offers("message", "").notice == "message is analysed text: no values to offer")
    let fields = try await server.client.complete(.fields, now: Self.now).fields
    #expect(fields.map(\.name).contains("items.parts.id"))
    #expect(fields.first { $0.name == "latency" }?.types == ["long"])
    let error = await #expect(throws: FetchError.self) { try await batch("latency: many") }
    #expect(error?.kind == .badQuery)
    try await server.remove()
  }
}

/// The demo's face as a server without a socket.
private struct FaceTransport: HTTPTransport {
  static let shared = FaceTransport()
  private let face = ElasticsearchFace(
    source: Documents(
      all: `KQL finds the same everywhere`.documents.map { document in
        WorldDocument(
          index: "rustim-2026.11.22", id: document.id,
          timestamp: Timestamp(iso8601: document.time) ?? Timestamp(nanoseconds: 0),
          fields: FaceTransport.fields(of: document))
      }))

  static func fields(
    of document: (id: String, time: String, fields: [(name: String, value: JSONTree)])
  ) -> [(name: String, value: JSONTree)] {
    [("@timestamp", .string(document.time))] + document.fields
  }

  var address: String { "http://demo.test" }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let headers = request.headers.map { (name: $0.name.lowercased(), value: $0.value) }
    let answer = await face.answer(
      DemoRequest(
        method: request.method.rawValue, path: request.path, query: request.query, headers: headers, body: request.body),
      nanoseconds: `KQL finds the same everywhere`.now.nanoseconds)
    return HTTPResponse(status: answer.status, headers: answer.headers, body: answer.body)
  }

  private struct Documents: DocumentSource {
    var all: [WorldDocument]

    func indices(now: Timestamp) -> [String] { Array(Set(all.map(\.index))).sorted() }
    func documents(from start: Timestamp, to end: Timestamp, now: Timestamp) -> [WorldDocument] {
      all.filter { start <= $0.timestamp && $0.timestamp < end && $0.timestamp <= now }
    }
    func documentCount(from start: Timestamp, to end: Timestamp, now: Timestamp) -> Int {
      documents(from: start, to: end, now: now).count
    }
  }
}

/// Two indices of the test on a real server, one of them without nested documents.
private struct RealServer {
  static let address = ProcessInfo.processInfo.environment["OBS_TUI_REAL_ELASTICSEARCH"]
  static let nested = [
    ("items: { name: a and qty: 5 }", ""), ("items: { name: b and qty: 5 }", "3"), ("items: { name: * }", "3"),
    ("items: { qty >= 5 }", "3"), ("not items: { name: a }", "1245"), ("items: { parts: { id: x } }", "3"),
  ]
  private static let mapping = #"""
    {"properties":{"@timestamp":{"type":"date"},"level":{"type":"keyword"},"service_name":{"type":"keyword"},
    "trace_id":{"type":"keyword"},"user_id":{"type":"keyword"},"message":{"type":"text"},"tags":{"type":"keyword"},
    "latency":{"type":"long"},"ok":{"type":"boolean"},
    "host":{"properties":{"name":{"type":"keyword"},"zone":{"type":"keyword"}}}ITEMS}}
    """#
  private static let items =
    #","items":{"type":"nested","properties":{"name":{"type":"keyword"},"qty":{"type":"long"},"parts":{"type":"nested","properties":{"id":{"type":"keyword"}}}}}"#

  let client: ElasticsearchClient
  private let transport: AsyncHTTPTransport
  private let names: [String]

  init() async throws {
    let address = try #require(RealServer.address)
    transport = AsyncHTTPTransport(endpoint: Endpoint(address: try BaseAddress.parse(address).address))
    let name = "obs-tui-test-kql-\(UInt32.random(in: 0 ... .max))"
    names = [name + "-1", name + "-2"]
    for (name, items) in zip(names, [RealServer.items, ""]) {
      try await RealServer.put(
        "\(address)/\(name)", #"{"mappings":\#(RealServer.mapping.replacing("ITEMS", with: items))}"#)
    }
    var options = ElasticsearchClient.Options()
    options.index = "\(name)-*"
    client = ElasticsearchClient(transport: transport, options: options)
    var lines = ""
    for document in `KQL finds the same everywhere`.documents {
      var fields = FaceTransport.fields(of: document)
      if document.id == "3" {
        fields.append(
          ("items", [["name": "a", "qty": 1], ["name": "b", "qty": 5, "parts": [["id": "x"]]]]))
      }
      let index = names[document.id == "3" ? 0 : 1]
      lines +=
        #"{"index":{"_index":"\#(index)","_id":"\#(document.id)"}}"# + "\n"
        + JSONTree.object(fields.map { ($0.name, $0.value) }).text + "\n"
    }
    let answer = try await transport.send(
      HTTPRequest(
        .post, ["_bulk"], query: [("refresh", "true")], headers: [("Content-Type", "application/x-ndjson")],
        body: Array(lines.utf8)))
    try #require(try JSONDocument(parsing: answer.body).root["errors"]?.bool == false)
  }

  func remove() async throws {
    for name in names { _ = try await transport.send(HTTPRequest(.delete, [name])) }
  }

  /// Creates an index. The client itself never puts anything anywhere, so its requests know no PUT.
  private static func put(_ address: String, _ body: String) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "curl", "-sf", "-o", "/dev/null", "-XPUT", address, "-H", "Content-Type: application/json", "-d", body,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
