import ObsData
import Testing

@testable import ObsDemo

/// The server around the searches: addresses, headers, indices, and the language it analyses.
@Suite struct ElasticsearchFaceTests {
  @Test func `the server says what it is, in the media type that it is asked in`() async {
    let root = await ask("GET /")
    #expect(root["version.number"] == "8.17.0")
    #expect(root["tagline"] == "You Know, for Search")
    #expect(root.headers["x-elastic-product"] == "Elasticsearch")
    #expect(root.headers["content-type"] == "application/json")
    let head = await ask("HEAD /")
    #expect(head.status == 200 && head.text.isEmpty)
    let type = "application/vnd.elasticsearch+json;compatible-with=8"
    let echoed = await ask("POST /_search", "{}", headers: [("accept", type), ("content-type", type)])
    #expect(echoed.status == 200)
    #expect(echoed.headers["content-type"] == type)
    let newer = await ask("GET /", headers: [("accept", "application/vnd.elasticsearch+json; compatible-with=9")])
    #expect(newer.status == 400)
    let form = await ask("POST /_search", "a=b", headers: [("content-type", "application/x-www-form-urlencoded")])
    #expect(form.status == 406)
  }

  private static let patterns: [(address: String, found: String)] = [
    ("/_search", "11 in 2"), ("/_all/_search", "11 in 2"), ("/rustim-2026.11.21/_search", "2 in 1"),
    ("/rustim-*,-rustim-2026.11.21/_search", "9 in 1"), ("/rustim-2026.11.21,rustim-2026.11.22/_search", "11 in 2"),
    ("/nope*/_search", "0 in 0"), ("/nope*/_search?allow_no_indices=false", "404"), ("/nope/_search", "404"),
    ("/nope/_search?ignore_unavailable=true", "0 in 0"), ("/rustim-*,nope/_search", "404"),
    ("/rustim-*,nope/_search?ignore_unavailable=true", "11 in 2"), ("/*/_search?expand_wildcards=none", "0 in 0"),
  ]

  @Test(arguments: patterns)
  func `an index pattern names indices`(address: String, found: String) async {
    let answer = await ask("GET " + address)
    guard answer.status == 200 else {
      #expect("\(answer.status)" == found)
      return
    }
    #expect("\(answer["hits.total.value"]?.text ?? "?") in \(answer["_shards.total"]?.text ?? "?")" == found)
  }

  @Test func `an address can hold a whole search`() async {
    let answer = await ask("GET /_search?q=level:ERROR&size=2&sort=@timestamp:desc&_source=level&filter_path=hits.hits")
    #expect(
      answer.text
        == #"{"hits":{"hits":[{"_index":"rustim-2026.11.22","_id":"b8","_score":null,"_source":{"level":"ERROR"},"#
        + #""sort":[1795337970000]},{"_index":"rustim-2026.11.22","_id":"b5","_score":null,"_source":{"level":"ERROR"},"#
        + #""sort":[1795337100500]}]}}"#)
  }

  private static let paths: [(path: String, text: String)] = [
    ("hits.total", #"{"hits":{"total":{"value":11,"relation":"eq"}}}"#),
    ("**._id", #"{"hits":{"hits":[{"_id":"b9"}]}}"#),
    ("hits.*.value,timed_out", #"{"timed_out":false,"hits":{"total":{"value":11}}}"#),
    (
      "-took,-_shards,-hits.hits",
      #"{"timed_out":false,"hits":{"total":{"value":11,"relation":"eq"},"max_score":null}}"#
    ),
    ("hits.hits._s*,-**.sort", #"{"hits":{"hits":[{"_score":null}]}}"#), ("nope", "{}"),
  ]

  @Test(arguments: paths)
  func `an answer is cut down to its paths`(path: String, text: String) async {
    let body = #"{"size":1,"sort":[{"@timestamp":"desc"}],"_source":false}"#
    #expect(await ask("POST /_search?filter_path=\(path)", body).text == text)
  }

  @Test func `indices, their mapping and their documents are told`() async {
    #expect(
      await ask("GET /_cat/indices?format=json&h=index,docs.count&s=index").text
        == #"[{"index":"rustim-2026.11.21","docs.count":"2"},{"index":"rustim-2026.11.22","docs.count":"9"}]"#)
    #expect(await ask("GET /_resolve/index/rustim-*22")["indices.0.name"] == "rustim-2026.11.22")
    let mapping = await ask("GET /rustim-2026.11.22/_mapping")
    let fields = mapping.json?["rustim-2026.11.22"]?["mappings"]?["properties"]
    #expect(fields?["message"]?.tree == ["type": "text"])
    #expect(fields?["@timestamp"]?.tree == ["type": "date"])
    #expect(fields?["error"]?.tree == ["properties": ["code": ["type": "long"], "type": ["type": "keyword"]]])
    #expect(await ask("GET /_cluster/health")["status"] == "green")
    #expect(await ask("GET /rustim-2026.11.22/_doc/b1")["_source.user_id"] == "u-1001")
    #expect(await ask("GET /rustim-2026.11.22/_doc/zz").status == 404)
    #expect(await ask("GET /rustim-2026.11.21/_doc/b1").status == 404)
    #expect(await ask("GET /_count?q=level:ERROR")["count"] == 4)
  }

  @Test func `fields and values are offered`() async {
    let fields = await ask("GET /rustim-*/_field_caps?fields=le*,message,err*,_id&filters=-metadata,-parent")
    #expect(fields["fields.level.keyword.aggregatable"] == true)
    #expect(fields["fields.message.text.aggregatable"] == false)
    #expect(fields.json?["fields"]?.members.map(\.key) == ["error.code", "error.type", "level", "message"])
    #expect(await ask("GET /_field_caps").status == 400)
    let terms = await ask(
      "POST /rustim-*/_terms_enum", #"{"field":"service_name","string":"MSG","case_insensitive":true}"#)
    #expect(terms["terms"] == ["msg-gateway", "msg-server"])
    #expect(terms["complete"] == true)
  }

  @Test func `several searches go in one request, each with its own end`() async {
    let lines = [
      #"{"index":"rustim-*"}"#, #"{"size":0,"query":{"term":{"level":"WARN"}}}"#, #"{"index":"nope"}"#, "{}",
      #"{"index":"nope","ignore_unavailable":true}"#, #"{"size":0}"#, "{}", #"{"query":{"foo":{}}}"#,
    ]
    let answer = await ask(
      "POST /_msearch", lines.joined(separator: "\n") + "\n", headers: [("content-type", "application/x-ndjson")])
    let statuses = answer.json?["responses"]?.elements.compactMap { $0["status"]?.int }
    #expect(statuses == [200, 404, 200, 400])
    #expect(answer["responses.0.hits.total.value"] == 2)
    #expect(answer["responses.2.hits.total.value"] == 0)
  }

  @Test func `an asynchronous search is done at once, and kept where that is asked for`() async {
    let done = await ask("POST /rustim-*/_async_search?wait_for_completion_timeout=1s", #"{"size":0}"#)
    #expect(done["is_running"] == false && done["id"] == nil && done["response.hits.total.value"] == 11)
    let kept = await ask("POST /rustim-*/_async_search?keep_on_completion=true&keep_alive=1m", #"{"size":0}"#)
    guard case .string(let id)? = kept["id"] else {
      Issue.record("not kept: \(kept.text)")
      return
    }
    #expect(await ask("GET /_async_search/\(id)")["response.hits.total.value"] == 11)
    #expect(await ask("DELETE /_async_search/\(id)")["acknowledged"] == true)
    #expect(await ask("GET /_async_search/\(id)").status == 404)
  }

  private static let analyses: [(text: String, tokens: String)] = [
    ("redis 连接失败: Timeout", "redis|连|接|失|败|timeout"), ("foo:bar a.b 1.5 1,5 a,b", "foo:bar|a.b|1.5|1,5|a|b"),
    ("x_y _ __a 10.0.0.1:8080 user@host", "x_y|__a|10.0.0.1|8080|user|host"),
    ("用户ID カタカナ ひら 한국어 😀 can't", "用|户|id|カタカナ|ひ|ら|한국어|😀|can't"), ("a1b2 1a:2b ns/2 É", "a1b2|1a|2b|ns|2|é"), ("", ""),
  ]

  @Test(arguments: analyses)
  func `texts are analysed as the standard analyser does it`(text: String, tokens: String) {
    #expect(StandardAnalyzer.tokens(of: text).map(\.text).joined(separator: "|") == tokens)
  }

  @Test func `a search that knows the trace asks for nothing else, and finds the same`() async {
    let face = ElasticsearchFace(source: World(origin: ElasticsearchFixture.now))
    let some = await ask(
      "POST /_search", #"{"size":1,"sort":[{"@timestamp":"desc"}],"query":{"exists":{"field":"trace_id"}}}"#, face: face
    )
    guard case .string(let trace)? = some["hits.hits.0._source.trace_id"] else {
      Issue.record("no trace: \(some.text)")
      return
    }
    let range = #"{"range":{"@timestamp":{"gte":"now-10m"}}}"#
    let known = await ask(
      "POST /_search",
      #"{"size":100,"sort":["@timestamp","_doc"],"query":{"bool":{"filter":[\#(range),{"term":{"trace_id":"\#(trace)"}}]}}}"#,
      face: face)
    let looked = await ask(
      "POST /_search",
      #"{"size":100,"sort":["@timestamp","_doc"],"query":{"bool":{"filter":[\#(range),{"prefix":{"trace_id":"\#(trace)"}}]}}}"#,
      face: face)
    #expect(!known.ids.isEmpty)
    #expect(known.ids == looked.ids)
    #expect(known["hits.hits.0.sort"] == looked["hits.hits.0.sort"])
  }
}
