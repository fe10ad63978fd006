import ObsData
import Testing

@testable import ObsDemo

/// What is refused, and in which words.
@Suite struct ElasticsearchErrorTests {
  private static let bodies: [(body: String, error: String)] = [
    (#"{"query":{"foo":{}}}"#, "400 parsing_exception: unknown query [foo] @1:17"),
    (#"{"query":{"mtch":{}}}"#, "400 parsing_exception: unknown query [mtch] did you mean [match]? @1:18"),
    (#"{"query":{"kql":{"query":"a"}}}"#, "400 parsing_exception: unknown query [kql] @1:17"),
    (#"{"query":{}}"#, "400 illegal_argument_exception: query malformed, empty clause found at [1:11]"),
    (#"{"query":{"exists":{}}}"#, "400 parsing_exception: [exists] must be provided with a [field] @1:21"),
    (#"{"query":{"bool":{"foo":1}}}"#, "400 x_content_parse_exception: [1:19] [bool] unknown field [foo]"),
    (
      #"{"query":{"bool":{"filter":[{"foo":{}}]}}}"#,
      "400 x_content_parse_exception: [1:36] [bool] failed to parse field [filter]"
    ),
    (#"{"foo":1}"#, "400 parsing_exception: Unknown key for a VALUE_NUMBER in [foo]. @1:8"),
    (#"{"size":-5}"#, "400 illegal_argument_exception: [size] parameter cannot be negative, found [-5]"),
    (#"{"size":"abc"}"#, #"400 number_format_exception: For input string: "abc""#),
    (#"{"aggs":{"x":{"foo":{}}}}"#, "400 parsing_exception: Unknown aggregation type [foo] @1:21"),
    (#"{"aggs":{"x":{}}}"#, "400 parsing_exception: Missing definition for aggregation [x] @1:15"),
    (
      #"{"aggs":{"t":{"date_histogram":{"field":"@timestamp","interval":"1h"}}}}"#,
      "400 x_content_parse_exception: [1:54] [date_histogram] unknown field [interval]"
    ),
    (
      #"{"aggs":{"t":{"date_histogram":{"field":"@timestamp","calendar_interval":"2d"}}}}"#,
      "400 illegal_argument_exception: The supplied interval [2d] could not be parsed as a calendar interval."
    ),
    (#"{"sort":["nope"]}"#, "400 shards query_shard_exception: No mapping found for [nope] in order to sort on"),
    (
      #"{"query":{"term":{"status":"abc"}}}"#,
      #"400 shards query_shard_exception: failed to create query: For input string: "abc""#
    ),
    (
      #"{"query":{"prefix":{"status":"5"}}}"#,
      "400 shards query_shard_exception: Can only use prefix queries on keyword, text and wildcard fields - not on [status] "
        + "which is of type [long]"
    ),
    (
      #"{"query":{"query_string":{"query":"level:ERROR AND ("}}}"#,
      "400 shards query_shard_exception: Failed to parse query [level:ERROR AND (]"
    ),
    (
      #"{"query":{"nested":{"path":"error","query":{"match_all":{}}}}}"#,
      "400 shards query_shard_exception: failed to create query: [nested] nested object under path [error] is not of nested type"
    ),
    (#"{"runtime_mappings":{}}"#, "400 illegal_argument_exception: [runtime_mappings] is not supported by this server"),
    (
      #"{"sort":["@timestamp"],"search_after":[1,2]}"#,
      "400 shards illegal_argument_exception: search_after has 2 value(s) but sort has 1."
    ),
  ]

  @Test(arguments: bodies)
  func `a body that cannot be answered is refused in the server's words`(body: String, error: String) async {
    let answer = await ask("POST /rustim-*/_search", body)
    var said = "\(answer.status) "
    var reason = answer.json?["error"]
    if reason?["type"]?.string == "search_phase_execution_exception" {
      said += "shards "
      reason = reason?["failed_shards"]?.elements.first?["reason"]
    }
    said += "\(reason?["type"]?.string ?? "?"): \(reason?["reason"]?.string ?? "?")"
    if let line = reason?["line"]?.int, let column = reason?["col"]?.int { said += " @\(line):\(column)" }
    #expect(said == error)
  }

  @Test func `a text cannot be sorted by, and each index says so`() async {
    let answer = await ask("POST /rustim-*/_search", #"{"sort":["message"]}"#)
    #expect(answer.status == 400)
    #expect(answer["error.root_cause.1.type"] == "illegal_argument_exception")
    let reason = answer["error.failed_shards.1.reason.reason"]?.text ?? ""
    #expect(
      reason.hasPrefix("\"Fielddata is disabled on [message] in [rustim-2026.11.22]. Text fields are not optimised"))
    #expect(answer["error.caused_by.type"] == "illegal_argument_exception")
    let terms = await ask("POST /rustim-*/_search", #"{"aggs":{"m":{"terms":{"field":"message"}}}}"#)
    #expect(terms.status == 400)
  }

  @Test func `an index that is not there is named`() async {
    let answer = await ask("GET /nope/_search")
    #expect(
      answer.text
        == #"{"error":{"root_cause":[{"type":"index_not_found_exception","reason":"no such index [nope]","#
        + #""resource.type":"index_or_alias","resource.id":"nope","index_uuid":"_na_","index":"nope"}],"#
        + #""type":"index_not_found_exception","reason":"no such index [nope]","resource.type":"index_or_alias","#
        + #""resource.id":"nope","index_uuid":"_na_","index":"nope"},"status":404}"#)
  }

  @Test func `a query of an unknown kind is answered whole`() async {
    let answer = await ask("POST /_search", #"{"query":{"foo":{}}}"#)
    #expect(
      answer.text
        == #"{"error":{"root_cause":[{"type":"parsing_exception","reason":"unknown query [foo]","line":1,"col":17}],"#
        + #""type":"parsing_exception","reason":"unknown query [foo]","line":1,"col":17,"caused_by":"#
        + #"{"type":"named_object_not_found_exception","reason":"[1:17] unknown field [foo]"}},"status":400}"#)
  }

  @Test func `more than ten thousand hits are not handed out at once`() async {
    let answer = await ask("POST /rustim-*/_search", #"{"from":9000,"size":1001}"#)
    #expect(answer.status == 400)
    let reason = answer["error.root_cause.0.reason"]?.text ?? ""
    #expect(
      reason.hasPrefix(
        "\"Result window is too large, from + size must be less than or equal to: [10000] but was [10001]. See the scroll api"
      ))
  }

  @Test func `too many buckets are refused before they are made`() async {
    let histogram =
      #"{"field":"@timestamp","fixed_interval":"1s","min_doc_count":0,"extended_bounds":{"min":0,"max":"now"}}"#
    let answer = await ask("POST /rustim-*/_search", #"{"size":0,"aggs":{"t":{"date_histogram":\#(histogram)}}}"#)
    #expect(answer.status == 400)
    #expect(answer["error.caused_by.type"] == "too_many_buckets_exception")
    #expect(answer["error.caused_by.max_buckets"] == 65_536)
  }

  private static let addresses: [(line: String, status: Int, said: String)] = [
    ("GET /_search?foo=1", 400, "request [/_search] contains unrecognized parameter: [foo]"),
    ("GET /_search?foo=1&bar=2", 400, "request [/_search] contains unrecognized parameters: [bar], [foo]"),
    ("GET /_search?form=1", 400, "request [/_search] contains unrecognized parameter: [form] -> did you mean [from]?"),
    ("GET /_search?from=a", 400, "Failed to parse int parameter [from] with value [a]"),
    ("GET /foo/bar/baz", 400, "no handler found for uri [/foo/bar/baz] and method [GET]"),
    ("PUT /_search", 405, "Incorrect HTTP method for uri [/_search] and method [PUT], allowed: [GET, POST]"),
    ("POST /rustim-2026.11.22/_doc", 403, "blocked by: [FORBIDDEN/8/index write (api)]"),
    ("DELETE /rustim-2026.11.22", 403, "blocked by: [FORBIDDEN/8/index write (api)]"),
    (
      "POST /_search?ignore_unavailable=maybe", 400,
      "Failed to parse value [maybe] as only [true] or [false] are allowed."
    ),
  ]

  @Test(arguments: addresses)
  func `an address that is not served is refused`(line: String, status: Int, said: String) async {
    let answer = await ask(line)
    #expect(answer.status == status)
    #expect(answer.text.contains(said))
  }

  @Test(arguments: ["{", "nope", "[]", #"{"a":1,"a":2}"#, #"{"query":{"match_all":{}}"#, #"{"a":"\ud800x"}"#, "\u{1}"])
  func `a body that is no JSON object is refused`(body: String) async {
    #expect(await ask("POST /_search", body).status == 400)
  }

  @Test func `depth has a limit`() async {
    let deep =
      String(repeating: #"{"bool":{"must":"#, count: 40) + #"{"match_all":{}}"# + String(repeating: "}}", count: 40)
    #expect(await ask("POST /_search", #"{"query":\#(deep)}"#).status == 400)
    let arrays = String(repeating: "[", count: 5_000)
    #expect(await ask("POST /_search", arrays).status == 400)
    let parentheses = String(repeating: "(", count: 5_000)
    #expect(await ask("POST /_search", #"{"query":{"query_string":{"query":"\#(parentheses)"}}}"#).status == 400)
    #expect(await ask("POST /_search", #"{"query":{"regexp":{"level":"\#(parentheses)"}}}"#).status == 400)
    #expect(await ask("POST /_search", #"{"query":{"simple_query_string":{"query":"\#(parentheses)"}}}"#).status == 200)
  }
}
