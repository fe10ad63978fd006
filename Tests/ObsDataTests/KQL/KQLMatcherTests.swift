import Testing

@testable import ObsData

@Suite struct `KQL on a document` {
  static let document = #"""
    {"@timestamp":"2026-11-22T08:43:21.500Z","level":"error","service":{"name":"msg-server"},"log.logger":"im.push",
     "message":"redis 连接失败: Connection refused by 10.0.0.1:6379, user_id=42","tags":["a","b-c"],"latency":217.5,
     "count":7,"ok":true,"gone":null,"user_id":"12345","http":{"status":"503"},"empty":[],
     "items":[{"name":"a","qty":1},{"name":"b","qty":5,"parts":[{"id":"x"}]}],"a":{"b.c":{"d":1}}}
    """#

  static let yes = [
    "", "level: error", "level: \"error\"", "level: (warn or error)", "service.name: msg-server", "log.logger: im.push",
    "service.name: msg-*", "service.name: *server", "service.name: *g-s*", "a.b.c.d: 1", "tags: a", "tags: b-c",
    "message: REFUSED", "message: nothing refused", "message: \"connection refused\"", "message: \"连接失败\"",
    "message: \"*连接失败*\"", "message: 接", "message: connec*", "message: *fus*", "message: zzz* refu*",
    "message: 10.0.0.1", "message: user_id", "latency > 200", "latency <= 217.5", "latency: 217.5",
    "latency: \"217.5\"",
    "count: 7", "count: 7.0", "count >= 7", "ok: true", "ok: \"true\"", "user_id: 12345", "user_id > 9",
    "http.status >= 500",
    "level: *", "service: *", "items: *", "not gone: *", "not empty: *", "not missing: *", "*: *", "refused", "12345",
    "error and not warn", "\"connection refused\"", "le*: error", "*: error", "s*.name: msg-server",
    "items: { name: b and qty > 4 }", "items.name: a and items.qty: 5", "items: { parts: { id: x } }",
    "items: { not name: a }", "@timestamp: 2026-11-22", "@timestamp: \"2026-11-22T08:43\"", "@timestamp >= 2026-11-22",
    "@timestamp > 2026-11-21", "@timestamp < \"2026-11-22T08:43:22Z\"", "@timestamp <= 2026-11",
    "@timestamp > now-1h", "@timestamp: now/d", "not @timestamp > now", "level >= a",
  ]
  static let no = [
    "level: ERROR", "level: err", "level: \"err*\"", "service.name: server", "level: e?ror", "tags: \"b\"",
    "message: \"refused connection\"",
    "message: refu", "message: \"连失\"", "message: *连接*", "latency > 217.5", "count: 8", "count: seven", "count: 7*",
    "ok: false",
    "gone: *", "empty: *", "missing: *", "items: { name: a and qty > 4 }", "items: { parts: { id: y } }", "warn",
    "\"refused connection\"", "@timestamp: 2026-11-21", "@timestamp > 2026-11-22", "@timestamp < 2026-11-22",
    "@timestamp: now", "not level: error", "x*: error", "level < a", "latency > many", "service: msg-server",
  ]

  private func matches(_ query: String) throws -> Bool {
    let document = try JSONDocument(parsing: Array(Self.document.utf8)).root
    let matcher = KQLMatcher(try KQLParser.parse(query), now: time(1_795_338_000))
    return matcher.matches(document)
  }

  @Test(arguments: yes) func `a query finds the document`(_ query: String) throws { #expect(try matches(query)) }

  @Test(arguments: no) func `a query leaves the document out`(_ query: String) throws { #expect(try !matches(query)) }

  @Test func `dates are meant in the reader's zone`() throws {
    let document = try JSONDocument(parsing: Array(#"{"t":"2026-11-21T20:00:00Z"}"#.utf8)).root
    let day = try KQLParser.parse("t: 2026-11-22")
    #expect(!KQLMatcher(day).matches(document))
    #expect(KQLMatcher(day, zone: 28_800).matches(document))
  }

  @Test func `a text is split into words as Elasticsearch splits it`() {
    #expect(
      StandardWords.words(of: "Don't PANIC: msg-server v1.2 10.0.0.1:80 a.b user_id 1,000 x,y _ 连接失败 ひら カタカナ ①")
        == [
          "don't", "panic", "msg", "server", "v1.2", "10.0.0.1", "80", "a.b", "user_id", "1,000", "x", "y", "连", "接",
          "失",
          "败", "ひ", "ら", "カタカナ",
        ])
    #expect(
      StandardWords.words(of: "end. .start a..b e\u{301}te\u{301}") == ["end", "start", "a", "b", "e\u{301}te\u{301}"])
    #expect(StandardWords.words(of: String(repeating: "a", count: 300)).map(\.count) == [255, 45])
  }

  @Test(
    arguments: [
      ("2026", nil), ("2026-11", "2026-11-01T00:00:00.000Z 2026-12-01T00:00:00.000Z"),
      ("2026-12", "2026-12-01T00:00:00.000Z 2027-01-01T00:00:00.000Z"),
      ("2026-11-22", "2026-11-22T00:00:00.000Z 2026-11-23T00:00:00.000Z"),
      ("2026-11-30", "2026-11-30T00:00:00.000Z 2026-12-01T00:00:00.000Z"),
      ("2026-11-22T08", "2026-11-22T08:00:00.000Z 2026-11-22T09:00:00.000Z"),
      ("2026-11-22T08:59+08:00", "2026-11-22T00:59:00.000Z 2026-11-22T01:00:00.000Z"),
      ("2026-11-22T08:00:00.25Z", "2026-11-22T08:00:00.250Z 2026-11-22T08:00:00.260Z"),
      ("now-1h", "2026-11-22T08:00:00.000Z 2026-11-22T08:00:00.001Z"),
      ("now-1d/d", "2026-11-21T00:00:00.000Z 2026-11-22T00:00:00.000Z"), ("2026-13", nil), ("2026-11-22Tx", nil),
      ("nowhere", nil), ("now-", nil), ("2026-11-22+08:00", nil), ("msg-server", nil),
      ("2026-11-22T08:00:00+99:00", nil),
    ] as [(String, String?)])
  func `a date stands for a span by how much of it is written`(_ text: String, _ span: String?) {
    let date = KQLDate(text, now: time(1_795_338_000))
    #expect(date.map { "\($0.span.start.iso8601) \($0.span.end.iso8601)" } == span)
  }
}
