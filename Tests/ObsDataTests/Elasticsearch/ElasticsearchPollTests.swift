import Testing

@testable import ObsData

/// What the polls of a tail ask an Elasticsearch, word for word.
struct ElasticsearchPollTests {
  @Test func `the first poll of a tail asks for the newest lines, later ones for what is new`() async throws {
    let hit =
      #"{"_index":"rustim-1","_id":"a","_source":{"@timestamp":"2026-11-22T08:53:10.123Z","level":"ERROR","message":"m"},"sort":[1795337590123,4]}"#
    let found =
      #"{"timed_out":false,"_shards":{"total":2,"failed":0},"hits":{"total":{"value":10000,"relation":"gte"},"hits":[\#(hit)]}}"#
    let counted =
      #"{"took":3,"timed_out":false,"_shards":{"total":2,"failed":0},"hits":{"total":{"value":12,"relation":"eq"},"hits":[]},"aggregations":{"range":{"doc_count":11,"buckets":{"buckets":[{"key":1795337590000,"doc_count":11}]}}}}"#
    let late = #"{"_index":"rustim-1","_id":"b","sort":[1795337589123,2]}"#
    let same = late.replacing("rustim-1", with: "rustim-2")
    let swept = #"{"timed_out":false,"_shards":{"total":2,"failed":0},"hits":{"hits":[\#(late),\#(same)]}}"#
    let body =
      #"{"_index":"rustim-1","_id":"b","_source":{"@timestamp":"2026-11-22T08:53:09.123Z","level":"ERROR","message":"late"},"sort":[1795337589123,2]}"#
    let bodies =
      #"{"_shards":{"total":2,"failed":0},"hits":{"hits":[\#(body),\#(body.replacing("rustim-1", with: "rustim-2"))]}}"#
    let (client, transport) = ElasticsearchClientTests.rustim(found, counted, found, swept, bodies)
    var tail = client.tail(
      LogQuery(
        minimumLevel: .critical, services: ["msg-server"], filter: "lucene: user_id:u1 ", window: .live(.seconds(900))))
    let first = try await client.poll(&tail, now: ElasticsearchClientTests.now)
    #expect(first.isFirst)
    #expect(first.entries.map(\.message) == ["m"])
    #expect(first.matched == 10_000)
    #expect(first.matchedIsLowerBound)
    let second = try await client.poll(&tail, now: ElasticsearchClientTests.now + .seconds(2))
    // The same name in two indices stands for two documents.
    #expect(second.entries.map(\.message) == ["late", "late"])
    #expect(second.entries.map(\.id.index).sorted() == ["rustim-1", "rustim-2"])
    #expect(second.partial == nil)
    #expect(first.counts?.total == 11)
    #expect(first.counts?.ahead == 1)
    #expect(first.counts?.buckets == [1_795_337_590: 11])

    let requests = transport.requests
    #expect(requests.count == 7)
    #expect(requests[0] == "GET /")
    #expect(requests[1].hasPrefix("GET /rustim-*/_field_caps?fields=%40timestamp%2Ctimestamp%2C"))
    #expect(requests[1].hasSuffix("&ignore_unavailable=true&allow_no_indices=true"))
    let words =
      ["fatal", "critical", "crit", "panic", "dpanic", "alert", "emerg", "emergency", "ftl"].flatMap {
        [$0, $0.uppercased(), $0.prefix(1).uppercased() + $0.dropFirst()]
      } + ["F", "f", "C", "c", "0", "1", "2", "60"]
    let terms = words.map { "\"\($0)\"" }.joined(separator: ",")
    let filters =
      #"{"terms":{"level":[\#(terms)]}},{"terms":{"service_name":["msg-server"]}},{"query_string":{"query":"user_id:u1","default_operator":"AND","lenient":true,"analyze_wildcard":true}}"#
    #expect(
      requests[2] == """
        POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true
        {"size":500,"track_total_hits":10000,"timeout":"8s","query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:38:20.000Z","lt":"2026-11-22T08:58:20.000Z","format":"strict_date_optional_time"}}},\(filters)]}},"sort":[{"@timestamp":{"order":"desc","unmapped_type":"date"}},{"_doc":"desc"}]}
        """)
    let format = #""format":"strict_date_optional_time"}}"#
    #expect(
      requests[3] == """
        POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true
        {"size":0,"track_total_hits":true,"timeout":"8s","query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:38:20.000Z","lt":"2200-01-01T00:00:00.000Z",\(format)},\(filters)]}},"aggs":{"range":{"filter":{"range":{"@timestamp":{"gte":"2026-11-22T08:38:20.000Z","lt":"2026-11-22T08:58:30.000Z",\(format)},"aggs":{"buckets":{"date_histogram":{"field":"@timestamp","interval":"10s","min_doc_count":1}}}}}}
        """)
    let sort = #""sort":[{"@timestamp":{"order":"asc","unmapped_type":"date"}},{"_doc":"asc"}]"#
    #expect(
      requests[4] == """
        POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true
        {"size":5000,"track_total_hits":false,"timeout":"8s","query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:53:10.123Z","lt":"2026-11-22T08:58:22.000Z",\(format)},\(filters)]}},\(sort)}
        """)
    #expect(
      requests[5] == """
        POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true
        {"size":10000,"track_total_hits":false,"timeout":"8s","query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:52:40.123Z","lt":"2026-11-22T08:53:10.124Z",\(format)},\(filters)]}},\(sort),"_source":false}
        """)
    #expect(
      requests[6] == """
        POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true
        {"size":5000,"track_total_hits":false,"timeout":"8s","query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"2026-11-22T08:52:39.123Z","lt":"2026-11-22T08:53:11.124Z",\(format)},\(filters),{"ids":{"values":["b","b"]}}]}},\(sort)}
        """)
  }

  @Test func `a page that is too large is asked for again in smaller ones`() async throws {
    final class Sizes: HTTPTransport {
      let address = "http://store.test"
      func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
        if request.path == [""] { return .json(ElasticsearchClientTests.root7) }
        if request.path.contains("_field_caps") { return .json(ElasticsearchClientTests.caps) }
        guard request.text.contains(#""size":31,"#) || request.text.contains(#""size":125,"#) else {
          throw FetchError(.tooLarge, tried: "", answer: "more than 32 MB")
        }
        return .json(ElasticsearchClientTests.empty)
      }
    }
    let client = ElasticsearchClient(transport: Sizes())
    var tail = client.tail(LogQuery(window: .live(.seconds(900))))
    #expect(try await client.poll(&tail, now: ElasticsearchClientTests.now).isFirst)
  }

  @Test func `a failure leaves the tail where it was`() async throws {
    let (client, transport) = ElasticsearchClientTests.rustim(ElasticsearchClientTests.empty)
    var tail = client.tail(LogQuery(window: .live(.seconds(900))))
    _ = try await client.poll(&tail, now: ElasticsearchClientTests.now)
    await #expect(throws: FetchError.self) { try await client.poll(&tail, now: ElasticsearchClientTests.now) }
    await #expect(throws: FetchError.self) { try await client.poll(&tail, now: ElasticsearchClientTests.now) }
    #expect(transport.requests[4] == transport.requests[5])
  }
}
