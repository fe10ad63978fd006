import Testing

@testable import ObsData

struct LogAggregationTests {
  typealias Client = ElasticsearchClientTests
  /// 2026-11-22T08:43:20Z to 08:53:20Z.
  private let range = Client.range
  private let head = "POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true\n"

  // MARK: Volume

  static let steps: [(window: Int64, columns: Int, step: Int64)] = [
    (300, 118, 3), (900, 118, 10), (900, 80, 15), (3_600, 118, 60), (21_600, 118, 300), (86_400, 118, 900),
    (604_800, 100, 7_200), (31_536_000, 100, 604_800), (900, 0, 900), (4_000_000_000, 10, 2_592_000),
  ]

  @Test(arguments: steps.indices) func `a step is a round one, and makes no more bars than there are columns`(
    _ row: Int
  ) {
    let (window, columns, step) = Self.steps[row]
    #expect(LogHistogramQuery.step(for: .seconds(window), columns: columns) == .seconds(step))
  }

  @Test func `a live window is counted in whole buckets, so that the store may answer from its cache`() {
    let query = LogHistogramQuery(logs: LogQuery(window: .live(.seconds(900))), step: .seconds(60))
    let first = query.range(now: time(1_795_337_605))
    #expect(first == TimeRange(start: time(1_795_336_680), end: time(1_795_337_640)))
    #expect(
      query.range(now: time(1_795_337_639)) == TimeRange(start: time(1_795_336_680 + 0), end: time(1_795_337_640)))
    #expect(query.range(now: time(1_795_337_640)).end == time(1_795_337_700))
  }

  @Test func `the volume is asked for with the lines' own query, by time and level`() async throws {
    let (client, transport) = Client.rustim(Client.empty)
    let logs = LogQuery(services: ["msg-server"], window: .frozen(range))
    _ = try await client.histogram(LogHistogramQuery(logs: logs, step: .seconds(10)), now: Client.now)
    let text = transport.requests[2]
    #expect(
      text.hasPrefix(
        head
          + #"{"size":0,"track_total_hits":true,"timeout":"8s","query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:43:20.000Z","lt":"2026-11-22T08:53:20.000Z","format":"strict_date_optional_time"}}},{"terms":{"service_name":["msg-server"]}}]}},"aggs":{"volume":{"date_histogram":{"field":"@timestamp","interval":"10s","min_doc_count":0,"extended_bounds":{"min":1795337000000,"max":1795337590000}},"aggs":{"levels":{"filters":{"filters":{"critical":{"terms":{"level":["#
      ))
    #expect(text.contains(#""error":{"terms":"#) && text.contains(#""warning":{"terms":"#))
    #expect(text.hasSuffix("]}}}}}}}}}"))
  }

  @Test func `a newer server is asked in its own words, and a time kept as a number as a number`() async throws {
    let caps = Client.caps(["ts": ["long"], "level": ["keyword"]])
    let (client, transport) = Client.client([
      .json(Client.root8), .json(Client.caps), .json(Client.empty), .json(Client.root8), .json(caps),
      .json(Client.empty),
    ])
    let query = LogHistogramQuery(logs: LogQuery(window: .frozen(range)), step: .seconds(60))
    _ = try await client.histogram(query, now: Client.now)
    #expect(transport.requests[2].contains(#""date_histogram":{"field":"@timestamp","fixed_interval":"60s","#))
    client.forget()
    _ = try await client.histogram(query, now: Client.now)
    #expect(transport.requests[5].contains(#""histogram":{"field":"ts","interval":60000,"#))
  }

  @Test func `buckets are read in their places, and each line is of one class`() async throws {
    let answer = """
      {"timed_out":true,"_shards":{"total":1,"failed":0},"hits":{"total":{"value":21},"hits":[]},"aggregations":{"volume":{
      "buckets":[{"key":1795337060000,"doc_count":12,"levels":{"buckets":{"critical":{"doc_count":1},"error":{"doc_count":3},
      "warning":{"doc_count":7},"information":{"doc_count":10}}}},
      {"key":1795337180000.0,"doc_count":9,"levels":{"buckets":{"critical":{"doc_count":0}}}},
      {"key":99,"doc_count":5},{"key":"x"}]}}}
      """
    let (client, _) = Client.rustim(answer)
    let histogram = try await client.histogram(
      LogHistogramQuery(logs: LogQuery(window: .frozen(range)), step: .seconds(60)), now: Client.now)
    #expect(histogram.start == time(1_795_336_980))
    #expect(histogram.buckets.count == 11)
    #expect(histogram.buckets[1] == LogCounts(critical: 1, error: 2, warning: 4, information: 3, other: 2))
    #expect(histogram.buckets[3] == LogCounts(other: 9))
    #expect(histogram.total.total == 21)
    #expect(histogram.partial == "the search ran out of time")
    #expect(histogram.bucket(of: time(1_795_337_119)) == 2)
    #expect(histogram.bucket(of: time(1_795_336_979)) == nil)
    #expect(histogram.bucket(of: time(1_795_337_640)) == nil)
    #expect(histogram.buckets.indices.filter { histogram.isPartial($0, now: Client.now) } == [0, 10])
  }

  // MARK: Filters

  static let filters: [(fields: KeyValuePairs<String, [String]>, filter: LogFilter, clause: String)] = [
    (["user_id": ["keyword"]], LogFilter(field: "user_id", test: .value("7")), #"{"term":{"user_id":"7"}}"#),
    (["took": ["long"]], LogFilter(field: "took", test: .value("7")), #"{"term":{"took":"7"}}"#),
    (
      ["user_id": ["text"], "user_id.keyword": ["keyword"]], LogFilter(field: "user_id", test: .value("a b")),
      #"{"term":{"user_id.keyword":"a b"}}"#
    ),
    (["message": ["text"]], LogFilter(field: "message", test: .value("a b")), #"{"match_phrase":{"message":"a b"}}"#),
    (
      ["code": ["long", "keyword"]], LogFilter(field: "code", test: .value("a")),
      #"{"multi_match":{"query":"a","type":"phrase","lenient":true,"fields":["code","code.keyword"]}}"#
    ),
    (["user_id": ["keyword"]], LogFilter(field: "user_id", test: .exists), #"{"exists":{"field":"user_id"}}"#),
    (
      ["user_id": ["keyword"]], LogFilter(field: "user_id", test: .value("7"), isExcluding: true),
      #"{"bool":{"must_not":[{"term":{"user_id":"7"}}]}}"#
    ),
  ]

  @Test(arguments: filters.indices) func `a filter fits its field's kind`(_ row: Int) async throws {
    let (fields, filter, clause) = Self.filters[row]
    let (client, transport) = Client.client([
      .json(Client.root7), .json(Client.caps), .json(Client.caps(fields)), .json(Client.empty), .json(Client.empty),
      .json(Client.empty), .json(Client.empty),
    ])
    let query = LogQuery(filters: [filter], window: .frozen(range))
    _ = try await client.logs(query, now: Client.now)
    let name = filter.field
    #expect(transport.requests[2].hasPrefix("GET /rustim-*/_field_caps?fields=\(name)%2C\(name).keyword&"))
    #expect(transport.requests[3].contains("}},\(clause)]}}"), "\(transport.requests[3])")
    // What the fields are is remembered.
    _ = try await client.logs(query, now: Client.now)
    #expect(transport.requests[4].contains("}},\(clause)]}}"), "each search is followed by its count")
    #expect(transport.requests.count == 7)
  }

  static let texts: [(filter: LogFilter, text: String)] = [
    (LogFilter(field: "user_id", test: .value("1\"2\\3")), #"user_id:"1\"2\\3""#),
    (LogFilter(field: "a.b", test: .value("x y"), isExcluding: true), #"NOT a.b:"x y""#),
    (LogFilter(field: "odd name", test: .exists), #"odd\ name:*"#),
    (LogFilter(field: "trace_id", test: .exists, isExcluding: true), "NOT trace_id:*"),
  ]

  @Test(arguments: texts.indices) func `a filter can be written as a query`(_ row: Int) {
    #expect(Self.texts[row].filter.queryText == Self.texts[row].text)
  }

  @Test func `all filters are counted in one request, among the lines without them`() async throws {
    let answer = """
      {"hits":{"total":{"value":50,"relation":"eq"},"hits":[]},"aggregations":{"filters":{"buckets":{"f0":{"doc_count":7},
      "f1":{"doc_count":-1}}}}}
      """
    let (client, transport) = Client.client([
      .json(Client.root7), .json(Client.caps), .json(Client.caps(["user_id": ["keyword"]])), .json(answer),
    ])
    let filters = [
      LogFilter(field: "user_id", test: .value("7"), isExcluding: true), LogFilter(field: "user_id", test: .exists),
    ]
    let counts = try await client.counts(
      LogFilterCountsQuery(logs: LogQuery(filters: filters, window: .frozen(range)), filters: filters), now: Client.now)
    #expect(counts == LogFilterCounts(total: 50, matching: [7, 0]))
    #expect(!transport.requests[3].contains("must_not"))
    #expect(
      transport.requests[3].hasSuffix(
        #""format":"strict_date_optional_time"}}}]}},"aggs":{"filters":{"filters":{"filters":{"f0":{"term":{"user_id":"7"}},"f1":{"exists":{"field":"user_id"}}}}}}}"#
      ))
  }

  // MARK: Statistics

  @Test func `a number's values are counted, with its figures`() async throws {
    let answer = """
      {"timed_out":false,"hits":{"total":{"value":100},"hits":[]},"aggregations":{"present":{"doc_count":90},
      "values":{"doc_count_error_upper_bound":2,"sum_other_doc_count":30,"buckets":[{"key":5,"doc_count":40},
      {"key":7.5,"doc_count":20},{"key":1,"key_as_string":"true","doc_count":1}]},
      "figures":{"count":90,"min":1.0,"max":9.5,"avg":4.0,"sum":360.0},
      "percentiles":{"values":[{"key":50.0,"value":4.0},{"key":90.0,"value":8.0},{"key":95.0,"value":9.0},
      {"key":99.0,"value":9.5}]}}}
      """
    let (client, transport) = Client.client([
      .json(Client.root7), .json(Client.caps), .json(Client.caps(["took": ["long"]])), .json(answer),
    ])
    let statistics = try await client.statistics(
      FieldStatisticsQuery(logs: LogQuery(window: .frozen(range)), field: "took"), now: Client.now)
    #expect(statistics.total == 100 && statistics.present == 90)
    #expect(statistics.other == 30 && statistics.errorBound == 2)
    #expect(statistics.values == [.init("5", 40), .init("7.5", 20), .init("true", 1)])
    #expect(
      statistics.numbers == .init(minimum: 1, average: 4, maximum: 9.5, percentiles: [4, 8, 9, 9.5]))
    #expect(
      transport.requests[3].hasSuffix(
        #""aggs":{"present":{"filter":{"exists":{"field":"took"}}},"values":{"terms":{"field":"took","size":50}},"figures":{"stats":{"field":"took"}},"percentiles":{"percentiles":{"field":"took","percents":[50.0,90.0,95.0,99.0],"keyed":false}}}}"#
      ))
  }

  static let countable: [(fields: KeyValuePairs<String, [String]>, field: String, outcome: String)] = [
    (["a": ["keyword"]], "a", "a"), (["a": ["boolean"]], "a", "a"), (["a": ["double"]], "a", "a, number"),
    (["a": ["text"], "a.keyword": ["keyword"]], "a", "a.keyword"),
    (["labels": ["flattened"]], "labels.app.name", "labels.app.name"),
    (["at": ["date", "date_nanos"]], "at", "at"),
    (
      ["a": ["text"]], "a",
      "a is a text without a keyword beside it: its words are indexed, whole values cannot be counted"
    ),
    (
      ["a": ["long", "keyword"]], "a",
      "the indices do not agree on what a is (a mapping conflict): no common values can be counted"
    ),
    ([:], "a", "the mapping has no field a: what is in the documents only can be neither counted nor filtered"),
  ]

  @Test(arguments: countable.indices) func `what cannot be counted is said, and why`(_ row: Int) throws {
    let (fields, name, outcome) = Self.countable[row]
    let caps = try JSONDocument(parsing: Array(Client.caps(fields).utf8)).root
    let field = CountableField(name, in: FieldCatalogue(caps, names: FieldNames()))
    #expect((field.refusal ?? field.name + (field.isNumber ? ", number" : "")) == outcome)
  }

  @Test func `where the store does not tell what a field is, a text is counted by its keyword`() async throws {
    let denied = #"{"error":{"type":"security_exception","reason":"no"},"status":403}"#
    let fielddata =
      #"{"error":{"type":"search_phase_execution_exception","reason":"all shards failed","root_cause":[{"type":"illegal_argument_exception","reason":"Fielddata is disabled on text fields by default."}]},"status":400}"#
    let (client, transport) = Client.client([
      .json(Client.root7), .json(denied, status: 403), .json(denied, status: 403), .json(fielddata, status: 400),
      .json(Client.empty),
    ])
    let statistics = try await client.statistics(
      FieldStatisticsQuery(logs: LogQuery(window: .frozen(range)), field: "user"), now: Client.now)
    #expect(statistics.counted == "user.keyword")
    #expect(transport.requests[3].contains(#""terms":{"field":"user","#))
    #expect(transport.requests[4].contains(#""terms":{"field":"user.keyword","#))
  }
}
