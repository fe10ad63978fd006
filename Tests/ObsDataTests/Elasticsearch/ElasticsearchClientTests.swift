import Testing

@testable import ObsData

struct ElasticsearchClientTests {
  static let now = time(1_795_337_600)
  static let range = TimeRange(start: time(1_795_337_000), end: time(1_795_337_600))
  static let root7 = #"{"cluster_name":"c","version":{"number":"7.0.0"},"tagline":"You Know, for Search"}"#
  static let root8 =
    #"{"cluster_name":"c","version":{"number":"8.17.0","build_flavor":"default"},"tagline":"You Know, for Search"}"#
  /// RustIM's mapping.
  static let caps = caps([
    "@timestamp": ["date"], "level": ["keyword"], "service_name": ["keyword"], "trace_id": ["keyword"],
  ])
  static let empty = #"{"timed_out":false,"_shards":{"total":1,"failed":0},"hits":{"total":{"value":0},"hits":[]}}"#

  static func caps(_ fields: KeyValuePairs<String, [String]>) -> String {
    let fields = fields.map { name, types in
      let kinds = types.map { #""\#($0)":{"type":"\#($0)","searchable":true,"aggregatable":\#($0 != "text")}"# }
      return #""\#(name)":{\#(kinds.joined(separator: ","))}"#
    }
    return #"{"indices":["i"],"fields":{\#(fields.joined(separator: ","))}}"#
  }

  static func client(
    _ answers: [HTTPResponse], index: String = "rustim-*"
  ) -> (ElasticsearchClient, RecordingTransport) {
    let transport = RecordingTransport(answers: answers)
    var options = ElasticsearchClient.Options()
    options.index = index
    return (ElasticsearchClient(transport: transport, options: options), transport)
  }

  /// The client with what it finds out first answered: a server of 7.0 with RustIM's mapping.
  static func rustim(_ answers: String...) -> (ElasticsearchClient, RecordingTransport) {
    client([.json(root7), .json(caps)] + answers.map { .json($0) })
  }

  // MARK: What the server is

  static let servers: [(body: String, flavour: ElasticsearchServer.Flavour, can: String)] = [
    (root7, .elasticsearch, ""),
    (#"{"version":{"number":"7.9.3"}}"#, .elasticsearch, "numericType fixedInterval"),
    (
      #"{"version":{"number":"7.17.9"}}"#, .elasticsearch,
      "fields sortFormat numericType pit shardDoc termsEnum fixedInterval"
    ),
    (root8, .elasticsearch, "fields sortFormat numericType pit shardDoc termsEnum fixedInterval kql"),
    (
      #"{"version":{"number":"8.11.0","build_flavor":"serverless"}}"#, .serverless,
      "fields sortFormat numericType pit shardDoc termsEnum fixedInterval kql"
    ),
    (
      #"{"version":{"distribution":"opensearch","number":"2.11.0"}}"#, .opensearch,
      "fields numericType osPit fixedInterval"
    ),
    (
      #"{"version":{"distribution":"opensearch","number":"3.3.0"}}"#, .opensearch,
      "fields numericType osPit shardDoc fixedInterval"
    ),
    (
      #"{"version":{"number":"7.10.2"},"tagline":"The OpenSearch Project: https://opensearch.org/"}"#, .opensearch,
      "numericType fixedInterval"
    ),
  ]

  @Test(arguments: servers.indices) func `a server's answer tells what it can do`(_ row: Int) async throws {
    let (body, flavour, can) = ElasticsearchClientTests.servers[row]
    let (client, transport) = ElasticsearchClientTests.client([.json(body)])
    let server = try await client.probe()
    #expect(transport.requests == ["GET /"])
    #expect(server.flavour == flavour)
    let capabilities = server.capabilities
    let words: [(Bool, String)] = [
      (capabilities.hasFields, "fields"), (capabilities.hasSortFormat, "sortFormat"),
      (capabilities.hasNumericType, "numericType"), (capabilities.pointInTime == .elasticsearch, "pit"),
      (capabilities.pointInTime == .opensearch, "osPit"), (capabilities.hasShardDoc, "shardDoc"),
      (capabilities.hasTermsEnum, "termsEnum"), (capabilities.hasFixedInterval, "fixedInterval"),
      (capabilities.hasKQL, "kql"),
    ]
    #expect(words.filter(\.0).map(\.1).joined(separator: " ") == can)
    #expect(capabilities.hasClusterInterfaces == (flavour != .serverless))
  }

  @Test func `a server that forbids the question is assumed and not down`() async throws {
    let denied =
      #"{"error":{"type":"security_exception","reason":"action [cluster:monitor/main] is unauthorized"},"status":403}"#
    let (client, _) = ElasticsearchClientTests.client([
      .json(denied, status: 403), .json(ElasticsearchClientTests.caps), .json(ElasticsearchClientTests.empty),
    ])
    let batch = try await client.logs(
      LogQuery(window: .frozen(ElasticsearchClientTests.range)), now: ElasticsearchClientTests.now)
    #expect(batch.entries.isEmpty)
    #expect(client.server?.flavour == .unknown)
    #expect(client.server?.capabilities.hasFields == false)
  }

  static let strangers: [(answer: HTTPResponse, kind: FetchError.Kind, words: String)] = [
    (.text("Unauthorized", status: 401), .unauthorised, "Unauthorized"),
    (.text("<html><title>Login</title></html>", status: 200), .unauthorised, "a page that asks to log in (Login)"),
    (.text("<html><title>Jaeger UI</title></html>", status: 200), .malformed, "a web page instead of data (Jaeger UI)"),
    (.json(#"{"status":"success"}"#), .malformed, "JSON, but not from Elasticsearch: it names no version"),
    (
      .json(#"{"version":{"num"#), .malformed,
      "an answer that is not JSON: the text ends in a string that begins at byte 12 (byte 16)"
    ),
    (
      .json(#"{"version":{"number":"6.8.23"}}"#), .server,
      "this is Elasticsearch 6.8.23; 7.0 is the oldest that obs-tui reads"
    ),
  ]

  @Test(arguments: strangers.indices) func `what is no log store is said in words`(_ row: Int) async {
    let (answer, kind, words) = ElasticsearchClientTests.strangers[row]
    let (client, _) = ElasticsearchClientTests.client([answer])
    let error = await #expect(throws: FetchError.self) { try await client.probe() }
    #expect(error?.kind == kind)
    #expect(error?.answer == words)
    #expect(error?.tried == "GET http://store.test/")
  }

  // MARK: What is asked

  /// A mapping, and how errors are filtered with it.
  static let levels: [(fields: KeyValuePairs<String, [String]>, filter: String)] = [
    (
      ["level": ["long"]],
      #"[{"range":{"level":{"gte":0,"lte":3}}},{"range":{"level":{"gte":50,"lte":999}}},{"range":{"level":{"gte":40000,"lte":99999}}}]"#
    ),
    (["severity_number": ["byte"]], #"{"range":{"severity_number":{"gte":17,"lte":24}}}"#),
    (["PRIORITY": ["long"]], #"{"range":{"PRIORITY":{"gte":0,"lte":3}}}"#),
    (["level": ["text"], "level.keyword": ["keyword"]], #"[{"terms":{"level":W}},{"terms":{"level.keyword":W}}]"#),
    (["log.level": ["keyword"], "level": ["keyword", "text"]], #"[{"terms":{"log.level":W}},{"terms":{"level":W}}]"#),
    (["level": ["keyword", "long"]], #"{"query_string":{"query":Q,"fields":["level"],"lenient":true}}"#),
    (["message": ["text"]], #"{"match_none":{}}"#),
  ]

  @Test(arguments: levels.indices) func `errors are found whatever the level's field is`(_ row: Int) throws {
    let (fields, filter) = ElasticsearchClientTests.levels[row]
    let text = try ElasticsearchClientTests.search(fields).level(atLeast: .error).text
    let words = LogLevel.error.spellingsAtLeast() + ["0", "1", "2", "3", "50", "60"]
    let expected = filter.replacing("W", with: JSONTree.array(words.map(JSONTree.string)).text)
      .replacing("Q", with: JSONTree.string(words.joined(separator: " OR ")).text)
    #expect(
      text == (expected.hasPrefix("[") ? #"{"bool":{"should":\#(expected),"minimum_should_match":1}}"# : expected))
  }

  static func search(_ fields: KeyValuePairs<String, [String]>) throws -> LogSearch {
    let root = try JSONDocument(parsing: Array(caps(fields).utf8)).root
    return LogSearch(
      catalogue: FieldCatalogue(root, names: FieldNames()),
      capabilities: ElasticsearchServer(flavour: .elasticsearch, version: "8.17.0").capabilities)
  }

  @Test func `a service is compared as a whole, or by its words where it is only a text`() throws {
    #expect(
      try ElasticsearchClientTests.search(["service.name": ["text"], "service_name": ["keyword"]]).services(["a-b"])
        .text
        == #"{"bool":{"should":[{"terms":{"service.name":["a-b"]}},{"match_phrase":{"service.name":"a-b"}},{"terms":{"service_name":["a-b"]}}],"minimum_should_match":1}}"#
    )
  }

  @Test func `a trace is looked for in every spelling`() throws {
    let long = try #require(TraceID(hex: "4bf92f3577b34da6a3ce929d0e0e4736"))
    #expect(
      LogSearch.spellings(of: long) == [
        "4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736", "4BF92F3577B34DA6A3CE929D0E0E4736",
        "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736",
      ])
    let short = TraceID(high: 0, low: 0x0abc)
    #expect(
      LogSearch.spellings(of: short) == [
        "00000000000000000000000000000abc", "0000000000000abc", "abc", "00000000-0000-0000-0000-000000000abc",
        "00000000000000000000000000000ABC", "0000000000000ABC", "ABC", "00000000-0000-0000-0000-000000000ABC", "2748",
      ])
    #expect(
      try ElasticsearchClientTests.search(["dd.trace_id": ["long"]]).trace(short).text
        == #"{"term":{"dd.trace_id":2748}}"#)
  }

  @Test func `the time field is the one that is a date`() throws {
    func sort(_ fields: KeyValuePairs<String, [String]>) throws -> String {
      let body = try ElasticsearchClientTests.search(fields).page(
        LogQuery(window: .frozen(ElasticsearchClientTests.range)),
        LogPageRequest(range: ElasticsearchClientTests.range, size: 1))
      return try JSONDocument(parsing: Array(body.text.utf8)).root["sort"]?.first?.tree.text ?? ""
    }
    #expect(try sort([:]) == #"{"@timestamp":{"order":"asc","unmapped_type":"date"}}"#)
    #expect(
      try sort(["timestamp": ["date"], "@timestamp": ["text"]])
        == #"{"timestamp":{"order":"asc","unmapped_type":"date"}}"#)
    #expect(try sort(["time": ["long"]]) == #"{"time":{"order":"asc","unmapped_type":"long"}}"#)
    #expect(
      try sort(["@timestamp": ["date", "date_nanos"]])
        == #"{"@timestamp":{"order":"asc","unmapped_type":"date","numeric_type":"date_nanos","format":"strict_date_optional_time_nanos"}}"#
    )
  }

  // MARK: What comes

  @Test func `an answer that is incomplete is said to be so`() async throws {
    let answer =
      #"{"timed_out":true,"_clusters":{"total":2,"successful":1,"skipped":1},"_shards":{"total":5,"successful":3,"failed":2,"failures":[{"shard":0,"index":"i","reason":{"type":"x","reason":"outer","caused_by":{"type":"y","reason":"field data\n too large"}}}]},"hits":{"total":{"value":3,"relation":"eq"},"hits":[]}}"#
    let (client, _) = ElasticsearchClientTests.rustim(answer)
    let batch = try await client.logs(
      LogQuery(window: .frozen(ElasticsearchClientTests.range)), now: ElasticsearchClientTests.now)
    #expect(
      batch.partial == "the search ran out of time; 2 of 5 shards failed: field data too large; 1 of 2 clusters skipped"
    )
    #expect(batch.matched == 3)
  }

  @Test func `a pattern that matches nothing is said to, and so is one without levels`() async throws {
    let none =
      #"{"timed_out":false,"_shards":{"total":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"hits":[]}}"#
    let (client, _) = ElasticsearchClientTests.rustim(none)
    let window = TimeWindow.frozen(ElasticsearchClientTests.range)
    let batch = try await client.logs(LogQuery(window: window), now: ElasticsearchClientTests.now)
    #expect(batch.notice == "the pattern rustim-* matches no index")
    let (other, _) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root8), .json(ElasticsearchClientTests.caps(["@timestamp": ["date"]])),
      .json(ElasticsearchClientTests.empty),
    ])
    let errors = try await other.logs(LogQuery(minimumLevel: .error, window: window), now: ElasticsearchClientTests.now)
    #expect(errors.notice == "no field of rustim-* is known to hold a level: set its name, or show all lines")
  }

  @Test func `a query that the store refuses is refused in its own words`() async {
    let body =
      #"{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"all shards failed","failed_shards":[{"shard":0,"reason":{"type":"query_shard_exception","reason":"Failed to parse query [a AND (]","caused_by":{"type":"parse_exception","reason":"Cannot parse 'a AND ('"}}}]},"status":400}"#
    let (client, _) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root7), .json(ElasticsearchClientTests.caps), .json(body, status: 400),
    ])
    let query = LogQuery(filter: "lucene:a AND (", window: .frozen(ElasticsearchClientTests.range))
    let error = await #expect(throws: FetchError.self) {
      try await client.logs(query, now: ElasticsearchClientTests.now)
    }
    #expect(error?.kind == .badQuery)
    #expect(error?.answer == "Cannot parse 'a AND (' (parse_exception)")
  }

  @Test func `documents without a source are asked for by their fields`() async throws {
    let bare = #"{"_shards":{"total":1},"hits":{"hits":[{"_index":"i","_id":"a","sort":[1795337590123]}]}}"#
    let full =
      #"{"_shards":{"total":1},"hits":{"hits":[{"_index":"i","_id":"a","fields":{"message":["m"]},"sort":[1795337590123]}]}}"#
    let (client, transport) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root8), .json(ElasticsearchClientTests.caps), .json(bare), .json(full),
      .json(full), .json(full), .json(full),
    ])
    let query = LogQuery(window: .frozen(ElasticsearchClientTests.range))
    let batch = try await client.logs(query, now: ElasticsearchClientTests.now)
    #expect(batch.entries.map(\.message) == ["m"])
    #expect(transport.requests[3].hasSuffix(#","fields":["*"]}"#))
    // Behind it comes the count of the lines by time.
    _ = try await client.logs(query, now: ElasticsearchClientTests.now)
    #expect(transport.requests.count == 7)
  }

  @Test func `where the fields may not be asked about, queries fit whatever they are`() async throws {
    let (client, transport) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root8), .json(#"{"error":"denied"}"#, status: 403),
      .json(ElasticsearchClientTests.empty),
    ])
    let query = LogQuery(minimumLevel: .error, services: ["a"], window: .frozen(ElasticsearchClientTests.range))
    let batch = try await client.logs(query, now: ElasticsearchClientTests.now)
    #expect(batch.notice == nil)
    let body = transport.requests[2]
    #expect(body.contains(#""fields":["log.level","log.level.keyword","level","level.keyword","#))
    #expect(body.contains(#"{"terms":{"service_name":["a"]}},{"terms":{"service_name.keyword":["a"]}}"#))
  }

  // MARK: Services

  @Test func `services are grouped by every field that names one, each line once`() async throws {
    let answer =
      #"{"_shards":{"total":1},"hits":{"hits":[]},"aggregations":{"by0":{"doc_count":9,"services":{"buckets":[{"key":"a","doc_count":7,"errors":{"doc_count":2}},{"key":"b","doc_count":2,"errors":{"doc_count":0}}]}},"by1":{"doc_count":3,"services":{"buckets":[{"key":"a","doc_count":3,"errors":{"doc_count":1}},{"key":"","doc_count":1,"errors":{"doc_count":1}}]}}}}"#
    let caps = ElasticsearchClientTests.caps([
      "@timestamp": ["date"], "severity_number": ["long"], "service.name": ["text"],
      "service.name.keyword": ["keyword"],
      "service_name": ["keyword"], "app": ["text"],
    ])
    let (client, transport) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root7), .json(caps), .json(answer),
    ])
    let figures = try await client.services(in: ElasticsearchClientTests.range, now: ElasticsearchClientTests.now)
    #expect(figures == [ServiceFigures(name: "a", errorLines: 3), ServiceFigures(name: "b", errorLines: 0)])
    let errors = #"{"errors":{"filter":{"range":{"severity_number":{"gte":17,"lte":24}}}}}"#
    #expect(
      transport.requests[2] == """
        POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true
        {"size":0,"track_total_hits":false,"timeout":"8s","query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:43:20.000Z","lt":"2026-11-22T08:53:20.000Z","format":"strict_date_optional_time"}}}]}},"aggs":{"by0":{"filter":{"bool":{"must_not":[]}},"aggs":{"services":{"terms":{"field":"service.name.keyword","size":500},"aggs":\(errors)}}},"by1":{"filter":{"bool":{"must_not":[{"exists":{"field":"service.name.keyword"}}]}},"aggs":{"services":{"terms":{"field":"service_name","size":500},"aggs":\(errors)}}}}}
        """)
  }

  @Test func `what is known is asked for again when it is old`() async throws {
    let empty = HTTPResponse.json(ElasticsearchClientTests.empty)
    let none = HTTPResponse.json(#"{"fields":{}}"#)
    let caps = HTTPResponse.json(ElasticsearchClientTests.caps)
    let (client, transport) = ElasticsearchClientTests.client([
      .json(ElasticsearchClientTests.root7), none, empty, empty, empty, empty, caps, empty, empty, empty, empty, caps,
      empty, empty,
    ])
    let query = LogQuery(window: .frozen(ElasticsearchClientTests.range))
    for seconds in [0, 4, 6, 60, 67] {
      _ = try await client.logs(query, now: ElasticsearchClientTests.now + .seconds(seconds))
    }
    // Each search is followed by a count.
    #expect(
      transport.sent.map { $0.path.last ?? "" } == [
        "", "_field_caps", "_search", "_search", "_search", "_search", "_field_caps", "_search", "_search", "_search",
        "_search", "_field_caps", "_search", "_search",
      ])
  }
}
