import Testing

@testable import ObsData

@Suite struct `A KQL query being typed` {
  static let places: [(before: String, place: KQLCursor.Place, text: String, start: Int)] = [
    ("", .field(path: ""), "", 0), ("  ", .field(path: ""), "", 2), ("lev", .field(path: ""), "lev", 0),
    ("not lev", .field(path: ""), "lev", 4), ("(lev", .field(path: ""), "lev", 1),
    ("a: b and le", .field(path: ""), "le", 9),
    ("a: b and ", .field(path: ""), "", 9), ("\"le", .field(path: ""), "le", 0),
    ("level ", .comparison("level"), "", 5),
    ("not (level  ", .comparison("level"), "", 10), ("level:", .value("level"), "", 6),
    ("level: er", .value("level"), "er", 7),
    ("level: \"er", .value("level"), "er", 7), ("level: \"a\\\"b", .value("level"), "a\"b", 7),
    ("level:(error or wa", .value("level"), "wa", 16), ("level:(error or ", .value("level"), "", 16),
    ("level:(not ", .value("level"), "", 11), ("latency >= 2", .value("latency"), "2", 11),
    ("latency<", .value("latency"), "", 8),
    ("level: error ", .connector, "", 13), ("level: error an", .connector, "an", 13),
    ("level: \"error\" o", .connector, "o", 15),
    ("level: \"error\" ", .connector, "", 15), ("(level: \"x\") ", .connector, "", 13),
    ("level:(a) ", .connector, "", 10),
    ("level: \"error\"", .nothing, "", 14), ("level: \"error\" xyz", .nothing, "xyz", 15),
    ("level: er*", .nothing, "er*", 7),
    ("items:{ na", .field(path: "items"), "na", 8), ("items:{ name:", .value("items.name"), "", 13),
    ("items:{ parts:{ i", .field(path: "items.parts"), "i", 16), ("items:{ name ", .comparison("items.name"), "", 12),
    ("items:{ name:\"a\" } and l", .field(path: ""), "l", 23), ("连接: \"失", .value("连接"), "失", 4),
    (")", .nothing, "", 1),
    ("a: b \"", .nothing, "\"", 5), ("a\\", .nothing, "", 2),
  ]

  @Test(arguments: places.indices) func `what may stand at the cursor follows from what stands before it`(_ row: Int) {
    let (before, place, text, start) = Self.places[row]
    let cursor = KQLCursor(before: before)
    #expect(cursor.place == place, "\(before)")
    #expect(cursor.text == text, "\(before)")
    #expect(cursor.start == start, "\(before)")
  }

  private let fields = [
    CompletionAnswer.Field("items.name", ["keyword"]), .init("latency", ["long"]), .init("level", ["keyword"]),
    .init("log.level", ["keyword", "text"]), .init("ok", ["boolean"]), .init("odd:name", ["keyword"]),
  ]

  private func offers(_ before: String, _ values: [String] = []) -> [String] {
    KQLCompletion.candidates(at: KQLCursor(before: before), fields: fields, values: values).map(\.insertion)
  }

  @Test func `fields come first that begin with what is typed, then those that contain it`() {
    #expect(offers("le") == ["level: ", "log.level: "])
    #expect(offers("l") == ["latency: ", "level: ", "log.level: "])
    #expect(offers("odd") == ["\"odd:name\": "])
    #expect(offers("items:{ ") == ["name: "])
    #expect(offers("NO") == ["not "])
    #expect(offers("zzz") == [])
    #expect(offers("").count == fields.count)
  }

  @Test func `comparisons are those that the field's type has`() {
    #expect(offers("level ") == [": ", ": *"])
    #expect(offers("latency ") == [": ", ": *", " >= ", " > ", " <= ", " < "])
    #expect(offers("missing ") == [])
    #expect(offers("level: a ") == ["and ", "or "])
    #expect(offers("level: a o") == ["or "])
  }

  @Test func `values are quoted, numbers and truths are not`() {
    #expect(offers("level: e", ["error", "info", "e\"d"]) == ["\"error\"", "\"e\\\"d\""])
    #expect(offers("ok: ", ["true"]) == ["true"])
    #expect(offers("latency: ", ["12", "-3"]) == ["12", "\"-3\""])
    // What is put in is read as that value again.
    for value in ["a b", "\\", "\"", "not x", "*"] {
      let text = "level: " + (offers("level: ", [value]).first ?? "")
      #expect((try? KQLParser.parse(text)) == .equals(KQLTerm(.plain("level")), KQLTerm(.quoted(value), offset: 7)))
    }
  }

  @Test(arguments: ["(", "a:(", "a:{", "\"", "a and ", "not ", "a:\"b\" "])
  func `a long line takes no time and offers nothing`(_ piece: String) {
    let cursor = KQLCursor(before: String(repeating: piece, count: 16_000 / piece.count))
    #expect(cursor.place == .nothing)
    _ = KQLCursor(before: String(repeating: piece, count: 4_000 / piece.count))
  }

  // MARK: What is asked

  private static let window = TimeWindow.frozen(ElasticsearchClientTests.range)

  private static func caps(_ fields: KeyValuePairs<String, [String]>) -> String {
    ElasticsearchClientTests.caps(fields)
  }

  @Test func `fields are all that hold values`() async throws {
    let (client, transport) = ElasticsearchClientTests.client([
      .json(Self.caps(["level": ["keyword"], "items": ["nested"], "_id": ["_id"], "a": ["text", "keyword"]]))
    ])
    let answer = try await client.complete(.fields, now: ElasticsearchClientTests.now)
    #expect(answer.fields == [.init("a", ["keyword", "text"]), .init("level", ["keyword"])])
    #expect(transport.requests.first?.hasPrefix("GET /rustim-*/_field_caps?fields=%2A") == true)
    // It is kept for a while.
    _ = try await client.complete(.fields, now: ElasticsearchClientTests.now + .seconds(60))
    #expect(transport.requests.count == 1)
  }

  @Test func `a server that enumerates terms is asked for them, in any case`() async throws {
    let (client, transport) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root8), .json(ElasticsearchClientTests.caps),
      .json(Self.caps(["level": ["keyword"]])),
      .json(#"{"terms":["ERROR","error"],"complete":true}"#),
    ])
    let answer = try await client.complete(
      .values(field: "level", prefix: "err", window: Self.window), now: ElasticsearchClientTests.now)
    #expect(answer.values == ["ERROR", "error"])
    #expect(
      transport.requests.last == """
        POST /rustim-*/_terms_enum
        {"field":"level","string":"err","size":20,"timeout":"1s","case_insensitive":true,"index_filter":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:43:20.000Z","lt":"2026-11-22T08:53:20.000Z","format":"strict_date_optional_time"}}}]}}}
        """)
  }

  @Test func `where it refuses, and on older servers, the lines of the window are counted`() async throws {
    let buckets =
      #"{"hits":{"hits":[]},"_shards":{"total":1},"aggregations":{"values":{"buckets":[{"key":"error","doc_count":3},{"key":"other","doc_count":1}]}}}"#
    let query = CompletionQuery.values(field: "level", prefix: "er-", window: Self.window)
    let (new, newTransport) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root8), .json(ElasticsearchClientTests.caps),
      .json(Self.caps(["level": ["keyword"]])),
      .json(#"{"error":{"type":"index_not_found_exception","reason":"no such index"},"status":404}"#, status: 404),
      .json(buckets), .json(buckets),
    ])
    _ = try await new.complete(query, now: ElasticsearchClientTests.now)
    _ = try await new.complete(query, now: ElasticsearchClientTests.now)
    #expect(newTransport.requests.filter { $0.contains("_terms_enum") }.count == 1)
    let (old, transport) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root7), .json(ElasticsearchClientTests.caps),
      .json(Self.caps(["level": ["keyword"]])),
      .json(buckets),
    ])
    let answer = try await old.complete(
      .values(field: "level", prefix: "er", window: Self.window), now: ElasticsearchClientTests.now)
    #expect(answer.values == ["error"])
    #expect(transport.requests.allSatisfy { !$0.contains("_terms_enum") })
    #expect(
      transport.requests.last?.hasSuffix(
        #""aggs":{"values":{"terms":{"field":"level","size":20,"include":"[eE][rR].*"}}}}"#) == true)
    #expect(ElasticsearchClient.pattern(of: "a.1连-\"") == #"[aA]\.1连\-\".*"#)
  }

  @Test func `what has no values to offer says why`() async throws {
    let types: KeyValuePairs = ["message": ["text"], "at": ["date"], "ok": ["boolean"]]
    for (field, answer) in [
      ("message", CompletionAnswer(notice: "message is analysed text: no values to offer")),
      ("at", CompletionAnswer(notice: "a date, such as \"2026-11-22\" or now-1h")),
      ("ok", CompletionAnswer(values: ["true", "false"])),
      ("gone", CompletionAnswer(notice: "no index has a field gone")),
    ] {
      let (client, _) = ElasticsearchClientTests.client([
        .json(ElasticsearchClientTests.root7), .json(ElasticsearchClientTests.caps), .json(Self.caps(types)),
      ])
      let found = try await client.complete(
        .values(field: field, prefix: "", window: Self.window), now: ElasticsearchClientTests.now)
      #expect(found == answer)
    }
  }

  @Test func `a failure is said where the offers would stand, and is none of the store's`() async throws {
    let (client, _) = ElasticsearchClientTests.client([])
    let job = CompletionJob(client, .values(field: "level", prefix: "", window: Self.window), pause: .zero)
    let answer = try await job.poll(now: ElasticsearchClientTests.now)
    #expect(answer == PollAnswer(.completion(CompletionAnswer(notice: "no more answers")), next: .never))
  }

  @Test func `a file offers what its lines hold, the most frequent values first`() throws {
    let documents = try [
      #"{"level":"error","http":{"status":500},"tags":["a","b"],"x":null}"#,
      #"{"level":"error","http.status":404,"tags":["b"]}"#,
      #"{"level":"info","ok":true}"#,
    ].map { try JSONDocument(parsing: Array($0.utf8)).root }
    let fields = LogFileCompletionJob.answer(.fields, documents).fields
    #expect(fields.map(\.name) == ["http.status", "level", "ok", "tags"])
    #expect(fields.map(\.types) == [["long"], ["keyword"], ["boolean"], ["keyword"]])
    func values(_ field: String, _ prefix: String = "") -> [String] {
      LogFileCompletionJob.answer(.values(field: field, prefix: prefix, window: Self.window), documents).values
    }
    #expect(values("level") == ["error", "info"])
    #expect(values("level", "I") == ["info"])
    #expect(values("tags") == ["b", "a"])
    #expect(values("http.status") == ["404", "500"])
    #expect(values("x") == [])
  }
}
