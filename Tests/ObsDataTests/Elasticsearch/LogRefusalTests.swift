import Testing

@testable import ObsData

private typealias Client = ElasticsearchClientTests

/// What goes wrong with a log store: each refusal, as servers word it, has its sentence and a way on.
struct LogRefusalTests {
  /// A failed search as servers from 7.0 to 9 answer it: the cause lies with the shard.
  private static func failed(_ type: String, _ reason: String, cause: (type: String, reason: String)? = nil) -> String {
    let below = cause.map { #","caused_by":{"type":"\#($0.type)","reason":"\#($0.reason)"}"# } ?? ""
    let error = #""type":"\#(type)","reason":"\#(reason)""#
    return
      #"{"error":{"root_cause":[{\#(error)}],"type":"search_phase_execution_exception","reason":"all shards failed","phase":"query","grouped":true,"failed_shards":[{"shard":0,"index":"i","node":"n","reason":{\#(error)\#(below)}}]},"status":400}"#
  }

  static let refusals: [(status: Int, body: String, kind: FetchError.Kind, answer: String, advice: String)] = [
    (
      400,
      failed(
        "parse_exception",
        "failed to parse date field [yesterday] with format [strict_date_optional_time||epoch_millis]: [again]",
        cause: ("date_time_parse_exception", "Failed to parse with all enclosed parsers")), .badQuery,
      "failed to parse date field [yesterday]", "dates are written 2026-11-22, 2026-11-22T08:50:00 or now-1h"
    ),
    (
      400,
      failed(
        "query_shard_exception", "failed to create query: {}",
        cause: ("number_format_exception", #"For input string: \"abc\""#)), .badQuery, #"For input string: "abc""#,
      "this field is a number"
    ),
    (
      400,
      failed(
        "query_shard_exception", "failed to create query: {}",
        cause: ("illegal_argument_exception", "'abc' is not an IP string literal.")), .badQuery,
      "'abc' is not an IP string literal.", "this field is an address"
    ),
    (
      400,
      failed(
        "query_shard_exception",
        "Can only use wildcard queries on keyword and text fields - not on [latency] which is of type [long]"),
      .badQuery, "Can only use wildcard queries", "leave the * out"
    ),
    (
      400,
      failed(
        "query_shard_exception", "failed to create query: {}",
        cause: ("illegal_argument_exception", "Cannot search on field [hidden] since it is not indexed.")), .badQuery,
      "Cannot search on field [hidden]", "search another one, or with / in the lines that are held"
    ),
    (
      400,
      failed(
        "illegal_argument_exception",
        "Fielddata is disabled on text fields by default. Set fielddata=true on [message] in order to load fielddata in memory"
      ), .badQuery, "Fielddata is disabled on text fields", "its keyword (NAME.keyword)"
    ),
    (
      400,
      failed(
        "illegal_argument_exception",
        "Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [service_name]"
      ), .badQuery, "Text fields are not optimised", "its keyword (NAME.keyword)"
    ),
    (
      400,
      failed(
        "illegal_argument_exception",
        "Result window is too large, from + size must be less than or equal to: [500] but was [5000]."), .tooLarge,
      "Result window is too large", "smaller pages are asked for"
    ),
    (
      503,
      #"{"error":{"root_cause":[],"type":"search_phase_execution_exception","reason":"","phase":"fetch","grouped":true,"failed_shards":[],"caused_by":{"type":"too_many_buckets_exception","reason":"Trying to create too many buckets. Must be less than or equal to: [10000] but was [10001].","max_buckets":10000}},"status":503}"#,
      .overloaded, "Trying to create too many buckets", "a shorter time window makes fewer buckets"
    ),
    (
      400,
      failed(
        "query_shard_exception", "failed to create query: {}",
        cause: ("too_many_clauses", "maxClauseCount is set to 1024")), .badQuery, "maxClauseCount is set to 1024",
      "put more letters before its *"
    ),
    (
      400, failed("query_shard_exception", "field expansion matches too many fields, limit: 1024, got: 2048"),
      .badQuery,
      "field expansion matches too many fields", "name a field"
    ),
    (
      429,
      #"{"error":{"root_cause":[],"type":"circuit_breaking_exception","reason":"[parent] Data too large, data for [<http_request>] would be [1027/1kb], which is larger than the limit of [1026/1kb]","bytes_wanted":1027,"bytes_limit":1026},"status":429}"#,
      .overloaded, "[parent] Data too large", "a shorter time window needs less of the store's memory"
    ),
    (
      404,
      #"{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [gone]"}],"type":"index_not_found_exception","reason":"no such index [gone]","resource.id":"gone"},"status":404}"#,
      .notFound, "no such index [gone]", "check elasticsearch.index, or --index"
    ),
    (
      400,
      #"{"error":{"root_cause":[{"type":"index_closed_exception","reason":"closed"}],"type":"index_closed_exception","reason":"closed","index":"old"},"status":400}"#,
      .badQuery, "closed (index_closed_exception)", "open the index, or leave it out"
    ),
    (
      404,
      failed("search_context_missing_exception", "No search context found for id [7]"), .notFound,
      "No search context found", "it is opened anew"
    ),
    (
      403,
      #"{"error":{"root_cause":[{"type":"security_exception","reason":"action [indices:data/read/search] is unauthorized for user [reader] with roles [viewer] on indices [rustim-2026], this action is granted by the index privileges [read,all]"}],"type":"security_exception","reason":"action [indices:data/read/search] is unauthorized for user [reader] with roles [viewer] on indices [rustim-2026], this action is granted by the index privileges [read,all]"},"status":403}"#,
      .unauthorised,
      "action [indices:data/read/search] is unauthorized for user [reader] with roles [viewer] on indices [rustim-2026], this action is granted by the index privileges [read,all]",
      "this user lacks the privilege"
    ),
    (
      400,
      failed(
        "query_shard_exception",
        "[wildcard] queries cannot be executed when 'search.allow_expensive_queries' is set to false."), .badQuery,
      "[wildcard] queries cannot be executed", "begin the value with letters"
    ),
  ]

  @Test(arguments: refusals.indices) func `a refusal has its sentence and a way on`(_ row: Int) async {
    let refusal = Self.refusals[row]
    let (client, _) = Client.client([
      .json(Client.root8), .json(Client.caps), .json(refusal.body, status: refusal.status),
    ])
    let query = LogQuery(window: .frozen(Client.range))
    let request = LogPageRequest(range: Client.range, size: 10)
    let error = await #expect(throws: FetchError.self) { try await client.page(query, request, now: Client.now) }
    #expect(error?.kind == refusal.kind)
    #expect(error?.answer.contains(refusal.answer) == true, "\(error?.answer ?? "")")
    #expect(error?.advice?.contains(refusal.advice) == true, "\(error?.advice ?? "none")")
  }

  @Test func `Lucene's refusal gets a caret under the place, and not the list of what might stand there`() async {
    let reason =
      #"Cannot parse 'level:a AND (': Encountered \"<EOF>\" at line 1, column 13.\nWas expecting one of:\n    <NOT> ...\n    \"+\" ..."#
    let (client, _) = Client.client([
      .json(Client.root7), .json(Client.caps),
      .json(
        Self.failed("query_shard_exception", "Failed to parse query", cause: ("parse_exception", reason)), status: 400),
    ])
    let query = LogQuery(filter: "lucene: level:a AND (", window: .frozen(Client.range))
    let request = LogPageRequest(range: Client.range, size: 10)
    let error = await #expect(throws: FetchError.self) { try await client.page(query, request, now: Client.now) }
    #expect(error?.answer == #"Cannot parse 'level:a AND (': Encountered "<EOF>" at line 1, column 13."#)
    #expect(error?.isFinal == true)
    #expect(
      error?.excerpt == """
        lucene: level:a AND (
                             ^ it cannot be read from here on
        """)
  }

  @Test func `where an index gives fewer lines at once, the tail asks for fewer`() async throws {
    let refused = HTTPResponse.json(
      Self.failed(
        "illegal_argument_exception",
        "Result window is too large, from + size must be less than or equal to: [100] but was [500]."), status: 400)
    let (client, transport) = Client.client([
      .json(Client.root7), .json(Client.caps), refused, refused, .json(Client.empty),
    ])
    var tail = client.tail(LogQuery(window: .live(.seconds(900))))
    #expect(try await client.poll(&tail, now: Client.now).isFirst)
    #expect(transport.requests.dropFirst(2).prefix(3).map { $0.contains(#""size":31,"#) } == [false, false, true])
  }

  @Test func `a field that no index has is said, with the one that was meant; and one that indices do not agree on`()
    async throws
  {
    func notice(_ caps: String, all: String? = nil) async throws -> String? {
      let (client, _) = Client.client(
        [.json(Client.root7), .json(Client.caps), .json(caps), .json(Client.empty)] + (all.map { [.json($0)] } ?? []))
      let query = LogQuery(filter: "lvel: error", window: .frozen(Client.range))
      return try await client.page(query, LogPageRequest(range: Client.range, size: 10), now: Client.now).notice
    }
    #expect(
      try await notice(Client.caps([:]), all: Client.caps(["level": ["keyword"], "took": ["long"]]))
        == "no index has a field lvel; did you mean level?")
    #expect(
      try await notice(Client.caps(["lvel": ["long", "keyword"]]))
        == "lvel is keyword in some indices and long in others: some lines may be missing")
  }

  private static let bare =
    #"{"_shards":{"total":1},"hits":{"hits":[{"_index":"i","_id":"a","sort":[1795337590123]}]}}"#
  private static let values =
    #"{"_shards":{"total":1},"hits":{"hits":[{"_index":"i","_id":"a","fields":{"level":["ERROR"],"service_name":["msg"]},"sort":[1795337590123]}]}}"#

  @Test(arguments: [true, false])
  func `without a source the indexed values are shown, and that there is no message is said`(isNew: Bool) async throws {
    let disabled = HTTPResponse.json(
      Self.failed(
        "illegal_argument_exception",
        "Unable to retrieve the requested [fields] since _source is disabled in the mappings for index [i]"),
      status: 400
    )
    let answers: [HTTPResponse] =
      isNew
      ? [.json(Client.root8), .json(Client.caps), .json(Self.bare), disabled, .json(Self.values), .json(Self.values)]
      : [.json(Client.root7), .json(Client.caps), .json(Self.bare), .json(Self.values), .json(Self.values)]
    let (client, transport) = Client.client(answers)
    let query = LogQuery(window: .frozen(Client.range))
    for _ in 0..<2 {
      let page = try await client.page(query, LogPageRequest(range: Client.range, size: 10), now: Client.now)
      #expect(page.entries.map(\.level) == [.error] && page.entries.first?.service == "msg")
      #expect(page.notice?.hasPrefix("rustim-* keeps no _source") == true)
    }
    // It is found out once.
    #expect(transport.requests.count == answers.count)
    #expect(
      transport.requests.last?.hasSuffix(
        #""docvalue_fields":[{"field":"level"},{"field":"service_name"},{"field":"trace_id"}]}"#) == true)
  }

  @Test func `a source that the server has put together anew is read like any other`() async throws {
    // Synthetic: dotted names have become objects, single values arrays, and the keys are in another order.
    let hit =
      #"{"_shards":{"total":1},"hits":{"hits":[{"_index":"i","_id":"a","_source":{"log":{"level":["error"]},"message":"boom","service":{"name":"msg"},"trace":{"id":"000000000000000000000000000000a1"}},"sort":[1795337590123]}]}}"#
    let (client, transport) = Client.client([.json(Client.root8), .json(Client.caps), .json(hit)])
    let page = try await client.page(
      LogQuery(window: .frozen(Client.range)), LogPageRequest(range: Client.range, size: 10), now: Client.now)
    let entry = try #require(page.entries.first)
    #expect(entry.level == .error && entry.message == "boom" && entry.service == "msg")
    #expect(entry.traceID == TraceID(high: 0, low: 0xA1) && transport.requests.count == 3)
  }

  @Test func `shards that fail say why, and what helps`() async throws {
    let answer =
      #"{"timed_out":false,"_shards":{"total":5,"successful":4,"failed":1,"failures":[{"shard":0,"index":"i","reason":{"type":"circuit_breaking_exception","reason":"[fielddata] Data too large, data for [x] would be larger than limit"}}]},"hits":{"hits":[]}}"#
    let (client, _) = Client.rustim(answer)
    let page = try await client.page(
      LogQuery(window: .frozen(Client.range)), LogPageRequest(range: Client.range, size: 10), now: Client.now)
    #expect(
      page.partial
        == "1 of 5 shards failed: [fielddata] Data too large, data for [x] would be larger than limit (it is asked again; "
        + "a shorter time window needs less of the store's memory)")
  }
}

/// The same on a real server.
@Suite(.serialized, .enabled(if: RealElasticsearch.address != nil))
struct LogRefusalRealTests {
  @Test func `Lucene's refusal has its caret, and a result window its smaller pages`() async throws {
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim, indices: 1)
    let now = Timestamp(milliseconds: 1_795_334_500_000)
    // Without a document in its range no shard would read the query.
    try await store.index([#"{"@timestamp":"\#((now - .seconds(5)).iso8601)","level":"ERROR","message":"m"}"#])
    let query = LogQuery(filter: "lucene: level:a AND (", window: .live(.seconds(900)))
    let error = await #expect(throws: FetchError.self) { try await store.client.logs(query, now: now) }
    #expect(error?.excerpt?.contains("\n                     ^") == true, "\(error?.excerpt ?? "none")")
    #expect(error?.answer.contains("Was expecting") == false)
    var export = LogExport(store.client, query)
    let counted = await #expect(throws: FetchError.self) { try await export.next(now: now) }
    #expect(counted?.excerpt == error?.excerpt)
    let large = LogPageRequest(range: TimeRange(start: now - .seconds(9), end: now), size: 20_000)
    let refused = await #expect(throws: FetchError.self) {
      try await store.client.page(LogQuery(window: .live(.seconds(900))), large, now: now)
    }
    #expect(refused?.kind == .tooLarge)
    try await store.remove()
  }
}
