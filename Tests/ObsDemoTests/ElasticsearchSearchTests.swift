import ObsData
import Testing

@testable import ObsDemo

/// Sorting, paging, totals, and what hits show.
@Suite struct ElasticsearchSearchTests {
  private static let sorts: [(sort: String, ids: String)] = [
    (#"["status",{"service_name":"asc"},"@timestamp"]"#, "b7 a1 a2 b8 b5 b6 b2 b3 b4 b1 b9"),
    (#"[{"status":"desc"},{"@timestamp":"asc"}]"#, "b5 b8 a1 a2 b7 b1 b2 b3 b4 b6 b9"),
    (#"[{"status":{"order":"asc","missing":"_first"}},"@timestamp"]"#, "b1 b2 b3 b4 b6 b9 b7 a1 a2 b8 b5"),
    (#"[{"status":{"order":"desc","missing":0}},"@timestamp"]"#, "b5 b8 a1 a2 b7 b1 b2 b3 b4 b6 b9"),
    (#"[{"took_ms":"desc"},"@timestamp"]"#, "b5 a2 b8 a1 b1 b2 b3 b4 b6 b7 b9"),
    (#"[{"level":"asc"},{"@timestamp":"desc"}]"#, "b8 b5 b3 b2 b9 b7 b6 b1 a1 b4 a2"),
    (#"[{"tags":"asc"},"@timestamp"]"#, "b5 b8 a1 a2 b1 b2 b3 b4 b6 b7 b9"),
    (#"[{"nope":{"unmapped_type":"date"}},{"@timestamp":"desc"}]"#, "b9 b8 b7 b6 b5 b3 b4 b2 b1 a2 a1"),
  ]

  @Test(arguments: sorts)
  func `a sort puts documents in order`(sort: String, ids: String) async {
    let answer = await ask("POST /rustim-*/_search", #"{"size":50,"sort":\#(sort)}"#)
    // Two documents of one millisecond have no order of their own.
    let expected = ids.replacing("b4 b3", with: "b3 b4")
    #expect(answer.ids.joined(separator: " ").replacing("b4 b3", with: "b3 b4") == expected)
  }

  @Test func `sort values say what is missing and follow the format`() async {
    let sort =
      #"[{"@timestamp":{"order":"desc","format":"strict_date_optional_time_nanos","numeric_type":"date_nanos"}},"#
    let answer = await ask(
      "POST /_search", #"{"size":1,"sort":\#(sort){"status":"asc"},{"took_ms":"asc"},{"tags":"asc"}]}"#)
    #expect(
      answer["hits.hits.0.sort"]
        == ["2026-11-22T08:59:59.000000000Z", .int(.max), "Infinity", nil])
  }

  @Test(arguments: ["", #","pit":{"id":"PIT","keep_alive":"1m"}"#])
  func `every page begins behind the last one`(pit: String) async {
    let face = ElasticsearchFixture.face
    var body = #""size":4,"sort":[{"@timestamp":"desc"},{"_doc":"desc"}]"#
    var path = "POST /rustim-*/_search"
    if !pit.isEmpty {
      let opened = await ask("POST /rustim-*/_pit?keep_alive=1m", face: face)
      guard case .string(let id)? = opened["id"] else {
        Issue.record("no point in time: \(opened.text)")
        return
      }
      body = #""size":4,"sort":[{"@timestamp":"desc"}]"# + pit.replacing("PIT", with: id)
      path = "POST /_search"
    }
    var seen: [String] = []
    var after = ""
    for _ in 0..<5 {
      let page = await ask(path, "{\(body)\(after)}", face: face)
      #expect(page.status == 200)
      seen += page.ids
      guard let last = page["hits.hits.\(page.ids.count - 1).sort"] else { break }
      after = #","search_after":\#(last.text)"#
    }
    #expect(seen.count == 11)
    #expect(Set(seen) == Set(ElasticsearchFixture.lines.map(\.id)))
  }

  @Test func `a point in time does not see what comes later, and ends`() async {
    let early = ElasticsearchFixture.now - .seconds(20)
    let opened = await ask("POST /rustim-*/_pit?keep_alive=1m", now: early)
    guard case .string(let id)? = opened["id"] else {
      Issue.record("no point in time")
      return
    }
    let search = #"{"sort":[{"@timestamp":"desc"}],"size":1,"pit":{"id":"\#(id)"}}"#
    let frozen = await ask("POST /_search", search)
    #expect(frozen.ids == ["b8"])
    #expect(frozen["pit_id"] == .string(id))
    #expect(await ask("POST /rustim-*/_search", search).text.contains("[indices] cannot be used with point in time"))
    #expect(await ask("DELETE /_pit", #"{"id":"\#(id)"}"#).text == #"{"succeeded":true,"num_freed":1}"#)
    #expect(await ask("DELETE /_pit", #"{"id":"\#(id)"}"#).status == 404)
    let gone = await ask("POST /_search", search)
    #expect(gone.status == 404)
    #expect(gone["error.root_cause.0.type"] == "search_context_missing_exception")
    let expired = await ask("POST /rustim-*/_pit?keep_alive=1s", now: early)
    guard case .string(let late)? = expired["id"] else {
      Issue.record("no point in time")
      return
    }
    #expect(await ask("POST /_search", #"{"pit":{"id":"\#(late)"}}"#).status == 404)
  }

  @Test func `a scroll hands out everything once`() async {
    let face = ElasticsearchFace(source: ArrayDocuments(all: ElasticsearchFixture.documents))
    var page = await ask("POST /rustim-*/_search?scroll=1m&size=5", face: face)
    var seen: [String] = []
    while !page.ids.isEmpty, seen.count < 50 {
      seen += page.ids
      #expect(page["hits.total.value"] == 11)
      guard let id = page["_scroll_id"]?.text else { break }
      page = await ask("POST /_search/scroll", #"{"scroll":"1m","scroll_id":\#(id)}"#, face: face)
    }
    #expect(seen == seen.sorted())
    #expect(seen.count == 11)
    #expect(await ask("DELETE /_search/scroll/_all", face: face)["num_freed"] == 1)
  }

  @Test(arguments: [
    ("", #"{"value":11,"relation":"eq"}"#), (#","track_total_hits":3"#, #"{"value":3,"relation":"gte"}"#),
    (#","track_total_hits":11"#, #"{"value":11,"relation":"eq"}"#), (#","track_total_hits":false"#, "absent"),
    (#","track_total_hits":true"#, #"{"value":11,"relation":"eq"}"#),
  ])
  func `hits are counted as far as is asked`(option: String, total: String) async {
    let answer = await ask("POST /_search", #"{"size":0\#(option)}"#)
    #expect((answer["hits.total"]?.text ?? "absent") == total)
    let filtered = await ask("POST /_search", #"{"size":0,"query":{"exists":{"field":"level"}}\#(option)}"#)
    #expect((filtered["hits.total"]?.text ?? "absent") == total)
  }

  private static let sources: [(source: String, shown: String)] = [
    ("false", "absent"), (#""level""#, #"{"level":"ERROR"}"#),
    (#"["error.*","level"]"#, #"{"level":"ERROR","error":{"type":"ConnectionError","code":111}}"#),
    (#"{"includes":["error"],"excludes":["error.code"]}"#, #"{"error":{"type":"ConnectionError"}}"#),
    (#""*_id""#, #"{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}"#),
  ]

  @Test(arguments: sources)
  func `a source shows what is asked for`(source: String, shown: String) async {
    let answer = await ask("POST /_search", #"{"query":{"ids":{"values":["b2"]}},"_source":\#(source)}"#)
    #expect((answer["hits.hits.0._source"]?.text ?? "absent") == shown)
  }

  @Test func `fields are lists, dates in the format that is asked for`() async {
    let fields = #"[{"field":"@timestamp","format":"epoch_millis"},"ta*","error.code","nope"]"#
    let answer = await ask(
      "POST /_search",
      #"{"query":{"terms":{"_id":["b2","b5"]}},"sort":["@timestamp"],"_source":false,"fields":\#(fields)}"#)
    #expect(answer["hits.hits.0.fields"]?.text == #"{"@timestamp":["1795336200000"],"error.code":[111]}"#)
    #expect(answer["hits.hits.1.fields"]?.text == #"{"@timestamp":["1795337100500"],"tags":["slow","postgres"]}"#)
  }

  private static let highlights: [(query: String, marked: String)] = [
    (#"{"match":{"message":"REDIS 失败"}}"#, #"{"message":["[redis] 连接[失][败]: connection refused (10.0.0.12:6379)"]}"#),
    (#"{"match_phrase":{"message":"连接失败"}}"#, #"{"message":["redis [连接失败]: connection refused (10.0.0.12:6379)"]}"#),
    (
      #"{"query_string":{"query":"refus* AND level:ERROR"}}"#,
      #"{"level":["[ERROR]"],"message":["redis 连接失败: connection [refused] (10.0.0.12:6379)"]}"#
    ),
    (#"{"bool":{"must_not":{"match":{"message":"zz"}}}}"#, "absent"),
  ]

  @Test(arguments: highlights)
  func `what a query was after is marked`(query: String, marked: String) async {
    let highlight = #"{"fields":{"*":{}},"pre_tags":["["],"post_tags":["]"],"number_of_fragments":0}"#
    let answer = await ask(
      "POST /_search",
      #"{"query":{"bool":{"must":[\#(query)],"filter":[{"ids":{"values":["b2"]}}]}},"highlight":\#(highlight)}"#)
    #expect((answer["hits.hits.0.highlight"]?.text ?? "absent") == marked)
  }

  @Test func `now is the time of the request`() async {
    let range = #"{"query":{"range":{"@timestamp":{"gte":"now-15m","lt":"now"}}},"sort":["@timestamp"]}"#
    #expect(await ask("POST /_search", range).ids == ["b5", "b6", "b7", "b8", "b9"])
    #expect(await ask("POST /_search", range, now: ElasticsearchFixture.now - .seconds(600)).ids == ["b5"])
    let day = #"{"query":{"range":{"@timestamp":{"gte":"now-1d/d","lt":"now/d"}}},"sort":["@timestamp"]}"#
    #expect(await ask("POST /_search", day).ids == ["a1", "a2"])
  }
}
