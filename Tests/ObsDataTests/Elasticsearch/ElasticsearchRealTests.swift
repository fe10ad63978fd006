import Foundation
import Testing

@testable import ObsData

/// Against a real server: set OBS_TUI_REAL_ELASTICSEARCH to its address (`http://127.0.0.1:9200`). Any version from 7.0 will do;
/// the tests make indices whose names begin with `obs-tui-test-`, and remove them.
@Suite(.serialized, .enabled(if: RealElasticsearch.address != nil))
struct ElasticsearchRealTests {
  @Test func `the server says what it is`() async throws {
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim)
    let server = try await store.client.probe()
    #expect(server.flavour != .unknown)
    #expect(server.version.first?.isNumber == true)
    try await store.remove()
  }

  @Test func `the tail brings every line once, also late ones and those of the same time`() async throws {
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim)
    let start = 1_795_337_000.0
    try await store.index((0..<5).map { line("old \($0)", start + Double($0)) })
    var tail = store.client.tail(LogQuery(minimumLevel: .error, window: .live(.seconds(900))))
    let first = try await store.client.poll(&tail, now: time(start + 10))
    #expect(first.isFirst)
    #expect(first.matched == 5)
    #expect(first.entries.map(\.message) == (0..<5).map { "old \($0)" })
    #expect(first.partial == nil)
    #expect(first.notice == nil)

    try await store.index(
      [
        line("late", start - 20), line("new 1", start + 11), line("new 2", start + 11),
        line("info", start + 11, level: "INFO"),
      ])
    let second = try await store.client.poll(&tail, now: time(start + 12))
    #expect(!second.isFirst)
    #expect(second.entries.first?.message == "late")
    #expect(Set(second.entries.map(\.message)) == ["late", "new 1", "new 2"])
    #expect(try await store.client.poll(&tail, now: time(start + 14)).entries.isEmpty)

    try await store.index([line("new 3", start + 11), line("future", start + 200)])
    let third = try await store.client.poll(&tail, now: time(start + 16))
    #expect(third.entries.map(\.message) == ["new 3", "future"])
    try await store.index([line("after the future", start + 17)])
    #expect(try await store.client.poll(&tail, now: time(start + 18)).entries.map(\.message) == ["after the future"])
    try await store.remove()
  }

  @Test func `pages follow each other by their sort values, over several indices`() async throws {
    var options = ElasticsearchClient.Options()
    options.tail.firstPage = 5
    options.tail.page = 7
    options.tail.pages = 100
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim, indices: 3, options: options)
    let start = 1_795_337_000.0
    try await store.index([line("first", start)])
    var tail = store.client.tail(LogQuery(window: .live(.seconds(900))))
    _ = try await store.client.poll(&tail, now: time(start + 1))
    // Two hundred lines of ten times, spread over the indices.
    try await store.index((0..<200).map { line("\($0)", start + 1 + Double($0 % 10) / 10) })
    var messages: [String] = []
    for poll in 2...6 {
      messages += try await store.client.poll(&tail, now: time(start + Double(poll))).entries.map(\.message)
    }
    #expect(Set(messages).count == messages.count)
    #expect(Set(messages) == Set((0..<200).map { "\($0)" }))
    try await store.remove()
  }

  @Test func `a frozen range shows its newest lines and how many there are`() async throws {
    var options = ElasticsearchClient.Options()
    options.frozenPage = 3
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim, options: options)
    try await store.index((0..<10).map { line("\($0)", 1_795_337_000 + Double($0)) })
    let range = TimeRange(start: time(1_795_337_002), end: time(1_795_337_008))
    let batch = try await store.client.logs(LogQuery(window: .frozen(range)), now: time(1_795_338_000))
    #expect(batch.entries.map(\.message) == ["5", "6", "7"])
    #expect(batch.matched == 6)
    try await store.remove()
  }

  @Test func `level, service, user's filter and trace narrow what comes`() async throws {
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim)
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    try await store.index([
      line("redis 连接失败", 1_795_337_001, level: "error", service: "msg-server", trace: trace),
      line("slow query", 1_795_337_002, level: "WARN", service: "user-server", trace: trace.uppercased()),
      line("redis pool", 1_795_337_003, level: "FATAL", service: "user-server"),
      line("fine", 1_795_337_004, level: "INFO", service: "msg-server"),
    ])
    let window = TimeWindow.frozen(TimeRange(start: time(1_795_337_000), end: time(1_795_337_100)))
    let now = time(1_795_337_100)
    func messages(_ query: LogQuery) async throws -> [String] {
      try await store.client.logs(query, now: now).entries.map(\.message)
    }
    #expect(try await messages(LogQuery(minimumLevel: .error, window: window)) == ["redis 连接失败", "redis pool"])
    #expect(try await messages(LogQuery(minimumLevel: .warning, window: window)).count == 3)
    #expect(try await messages(LogQuery(services: ["msg-server"], window: window)) == ["redis 连接失败", "fine"])
    #expect(try await messages(LogQuery(services: ["msg-server", "user-server"], window: window)).count == 4)
    #expect(try await messages(LogQuery(filter: "redis", window: window)).count == 2)
    #expect(try await messages(LogQuery(filter: "\"redis pool\"", window: window)) == ["redis pool"])
    #expect(try await messages(LogQuery(filter: "redis pool", window: window)).count == 2)
    #expect(try await messages(LogQuery(filter: "lucene:message:连接", window: window)) == ["redis 连接失败"])
    #expect(
      try await messages(LogQuery(filter: "service_name:user* AND NOT level:WARN", window: window)) == ["redis pool"])
    let id = try #require(TraceID(hex: trace))
    let ofTrace = try await store.client.logs(ofTrace: id, in: nil, now: now)
    #expect(ofTrace.entries.map(\.message) == ["redis 连接失败", "slow query"])
    #expect(ofTrace.entries.allSatisfy { $0.traceID == id })
    #expect(try await messages(LogQuery(traceID: id, window: window)).count == 2)
    let error = await #expect(throws: FetchError.self) {
      try await messages(LogQuery(filter: "lucene:redis AND (", window: window))
    }
    #expect(error?.kind == .badQuery)
    #expect(error?.answer.hasPrefix("Encountered \"<EOF>\" at line 1, column 11.") == true, "\(error?.answer ?? "")")
    let services = try await store.client.services(in: window.range(now: now), now: now)
    #expect(
      services.sorted { $0.name < $1.name } == [
        ServiceFigures(name: "msg-server", errorLines: 1), ServiceFigures(name: "user-server", errorLines: 1),
      ])
    try await store.remove()
  }

  @Test func `a mapping that Elasticsearch made by itself is searched by its keywords`() async throws {
    let store = try await RealElasticsearch(mapping: #"{}"#)
    try await store.index([
      #"{"@timestamp":"2026-11-22T08:43:21Z","level":50,"service":{"name":"a-b"},"message":"one","trace":{"id":"0000000000000abc"}}"#,
      #"{"@timestamp":"2026-11-22T08:43:22Z","log":{"level":"error"},"service":{"name":"b-c"},"message":"two"}"#,
      #"{"@timestamp":"2026-11-22T08:43:23Z","level":30,"service":{"name":"a-b"},"message":"three"}"#,
    ])
    let range = TimeRange(start: time(1_795_337_000), end: time(1_795_337_100))
    let errors = try await store.client.logs(LogQuery(minimumLevel: .error, window: .frozen(range)), now: range.end)
    #expect(errors.entries.map(\.message) == ["one", "two"])
    #expect(errors.entries.map(\.level) == [.error, .error])
    let service = try await store.client.logs(LogQuery(services: ["a-b"], window: .frozen(range)), now: range.end)
    #expect(service.entries.map(\.message) == ["one", "three"])
    let trace = try await store.client.logs(ofTrace: TraceID(high: 0, low: 0xabc), in: range, now: range.end)
    #expect(trace.entries.map(\.message) == ["one"])
    let services = try await store.client.services(in: range, now: range.end)
    #expect(services == [ServiceFigures(name: "a-b", errorLines: 1), ServiceFigures(name: "b-c", errorLines: 1)])
    try await store.remove()
  }

  @Test func `a pattern that matches nothing is said to, and nothing is created by looking`() async throws {
    let store = try await RealElasticsearch(mapping: #"{}"#)
    var options = ElasticsearchClient.Options()
    options.index = "obs-tui-test-none-*,obs-tui-test-missing"
    let client = ElasticsearchClient(transport: store.transport, options: options)
    let range = TimeRange(start: time(1_795_337_000), end: time(1_795_337_100))
    let batch = try await client.logs(LogQuery(minimumLevel: .error, window: .frozen(range)), now: range.end)
    #expect(batch.entries.isEmpty)
    #expect(batch.notice == "the pattern obs-tui-test-none-*,obs-tui-test-missing matches no index")
    #expect(try await client.services(in: range, now: range.end) == [])
    let head = try await store.transport.send(HTTPRequest(.get, ["obs-tui-test-missing"]))
    #expect(head.status == 404)
    try await store.remove()
  }

  private func line(
    _ message: String, _ at: Double, level: String = "ERROR", service: String = "msg-server", trace: String? = nil
  ) -> String {
    let document: JSONTree = [
      "@timestamp": .string(time(at).iso8601), "level": .string(level), "service_name": .string(service),
      "message": .string(message), "trace_id": trace.map(JSONTree.string) ?? .null,
    ]
    return document.text
  }
}

/// Indices of one test on a real server.
struct RealElasticsearch {
  static let address = ProcessInfo.processInfo.environment["OBS_TUI_REAL_ELASTICSEARCH"]
  static let rustim =
    #"{"properties":{"@timestamp":{"type":"date"},"level":{"type":"keyword"},"service_name":{"type":"keyword"},"trace_id":{"type":"keyword"},"span_id":{"type":"keyword"},"user_id":{"type":"keyword"},"message":{"type":"text"}}}"#

  let client: ElasticsearchClient
  let transport: AsyncHTTPTransport
  private let names: [String]

  init(mapping: String, indices: Int = 1, options: ElasticsearchClient.Options = .init()) async throws {
    let address = try #require(RealElasticsearch.address)
    transport = AsyncHTTPTransport(endpoint: Endpoint(address: try BaseAddress.parse(address).address))
    let name = "obs-tui-test-\(UInt32.random(in: 0 ... .max))"
    names = (0..<indices).map { "\(name)-\($0)" }
    for name in names {
      try await RealElasticsearch.put(name, #"{"mappings":\#(mapping)}"#)
    }
    var options = options
    options.index = "\(name)-*"
    client = ElasticsearchClient(transport: transport, options: options)
  }

  /// Indexes documents in turn, and makes them visible.
  func index(_ documents: [String]) async throws {
    var lines = ""
    for (number, document) in documents.enumerated() {
      lines += #"{"index":{"_index":"\#(names[number % names.count])"}}"# + "\n" + document + "\n"
    }
    let answer = try await transport.send(
      HTTPRequest(
        .post, ["_bulk"], query: [("refresh", "true")], headers: [("Content-Type", "application/x-ndjson")],
        body: Array(lines.utf8)))
    #expect(try JSONDocument(parsing: answer.body).root["errors"]?.bool == false)
  }

  func remove() async throws {
    for name in names { _ = try await transport.send(HTTPRequest(.delete, [name])) }
  }

  /// Creates an index. The client itself never puts anything anywhere, so its requests know no PUT.
  private static func put(_ name: String, _ body: String) async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "curl", "-sf", "-o", "/dev/null", "-XPUT", "\(address ?? "")/\(name)", "-H", "Content-Type: application/json",
      "-d", body,
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }
}
