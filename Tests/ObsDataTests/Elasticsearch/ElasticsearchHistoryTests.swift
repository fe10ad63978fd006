import Testing

@testable import ObsData

/// Paging back, in each dialect of points in time.
struct ElasticsearchHistoryTests {
  private typealias Client = ElasticsearchClientTests
  private let query = LogQuery(window: .live(.seconds(900)))
  private let opensearch = #"{"version":{"distribution":"opensearch","number":"2.11.0"}}"#

  /// Two hits of one second, the newest first, in an answer that may name the point anew.
  private func page(_ names: String..., seconds: Int64, point: String? = nil) -> HTTPResponse {
    let hits = names.enumerated().map { number, name in
      #"{"_index":"i","_id":"\#(name)","_source":{"message":"\#(name)"},"sort":[\#(1_795_337_500_000 + seconds * 1_000 - Int64(number)),7]}"#
    }
    let id = point.map { #""pit_id":"\#($0)","# } ?? ""
    return .json(#"{\#(id)"_shards":{"total":1},"hits":{"hits":[\#(hits.joined(separator: ","))]}}"#)
  }

  private func client(_ root: String, _ answers: HTTPResponse...) -> (ElasticsearchClient, RecordingTransport) {
    let transport = RecordingTransport(answers: [.json(root)] + answers)
    var options = ElasticsearchClient.Options()
    options.index = "rustim-*"
    options.historyPage = 2
    return (ElasticsearchClient(transport: transport, options: options), transport)
  }

  /// The lines of two pages, and what was asked behind `GET /`, shortened to what differs between the dialects.
  private func read(_ client: ElasticsearchClient, _ transport: RecordingTransport) async throws -> [String] {
    let first = try await client.history(query, before: Client.now, now: Client.now)
    #expect(first.entries.map(\.message) == ["b", "a"])
    let before = try #require(first.from)
    let second = try await client.history(query, before: before, now: Client.now)
    #expect(second.entries.map(\.message) == ["c"])
    #expect(second.from == nil)
    return transport.sent.dropFirst().map { request in
      let body = String(decoding: request.body, as: UTF8.self)
      guard let range = body.firstRange(of: #""sort":"#) else { return request.text }
      return "\(request.method.rawValue) \(request.target) \(body[range.lowerBound...])"
    }.filter { !$0.contains("_field_caps") }
  }

  private let time = #""sort":[{"@timestamp":{"order":"desc","unmapped_type":"date"}},"#

  @Test func `Elasticsearch reads from a point in time, goes on under its newest name, and closes it`() async throws {
    let (client, transport) = client(
      Client.root8, .json(#"{"id":"p1"}"#), .json(Client.caps), page("a", "b", seconds: 50, point: "p2"),
      page("c", seconds: 20, point: "p3"), .json(#"{"succeeded":true}"#))
    #expect(
      try await read(client, transport) == [
        "POST /rustim-*/_pit?keep_alive=1m&ignore_unavailable=true",
        #"POST /_search \#(time){"_shard_doc":"desc"}],"pit":{"id":"p1","keep_alive":"1m"}}"#,
        #"POST /_search \#(time){"_shard_doc":"desc"}],"pit":{"id":"p2","keep_alive":"1m"}}"#,
        "DELETE /_pit\n{\"id\":\"p3\"}",
      ])
  }

  @Test func `OpenSearch calls it otherwise, and has no number of shards to sort by`() async throws {
    let (client, transport) = client(
      opensearch, .json(#"{"pit_id":"p1"}"#), .json(Client.caps), page("a", "b", seconds: 50, point: "p1"),
      page("c", seconds: 20, point: "p1"), .json(#"{"pits":[]}"#))
    #expect(
      try await read(client, transport) == [
        "POST /rustim-*/_search/point_in_time?keep_alive=1m&ignore_unavailable=true",
        #"POST /_search \#(time){"_doc":"desc"}],"pit":{"id":"p1","keep_alive":"1m"}}"#,
        #"POST /_search \#(time){"_doc":"desc"}],"pit":{"id":"p1","keep_alive":"1m"}}"#,
        "DELETE /_search/point_in_time\n{\"pit_id\":[\"p1\"]}",
      ])
  }

  @Test func `older servers are read without one, and so are those that refuse it`() async throws {
    let search = "POST /rustim-*/_search?ignore_unavailable=true&allow_no_indices=true \(time){\"_doc\":\"desc\"}]}"
    let (old, requests) = client(
      Client.root7, .json(Client.caps), page("a", "b", seconds: 50), page("c", seconds: 20))
    #expect(try await read(old, requests) == [search, search])
    let (closed, asked) = client(
      Client.root8, .json("{}", status: 403), .json(Client.caps), page("a", "b", seconds: 50),
      .json("{}", status: 403), page("c", seconds: 20))
    let open = "POST /rustim-*/_pit?keep_alive=1m&ignore_unavailable=true"
    #expect(try await read(closed, asked) == [open, search, open, search])
  }

  @Test func `a point that has expired is opened anew, and the page is read from there`() async throws {
    let expired =
      #"{"error":{"type":"search_phase_execution_exception","reason":"all shards failed","root_cause":[{"type":"search_context_missing_exception","reason":"No search context found for id [7]"}]},"status":404}"#
    let (client, transport) = client(
      Client.root8, .json(#"{"id":"p1"}"#), .json(Client.caps), page("a", "b", seconds: 50, point: "p1"),
      .json(expired, status: 404), .json(#"{"id":"p9"}"#), page("c", seconds: 20, point: "p9"),
      .json(#"{"succeeded":true}"#))
    let asked = try await read(client, transport)
    #expect(asked.count == 6)
    #expect(asked[4].hasSuffix(#""pit":{"id":"p9","keep_alive":"1m"}}"#))
    #expect(asked[5] == "DELETE /_pit\n{\"id\":\"p9\"}")
  }

  @Test func `a point that nobody reads from any more is closed by the tail`() async throws {
    let empty = HTTPResponse.json(Client.empty)
    let (client, transport) = client(
      Client.root8, .json(#"{"id":"p1"}"#), .json(Client.caps), page("a", "b", seconds: 50, point: "p1"), empty,
      empty, .json(#"{"succeeded":true}"#))
    _ = try await client.history(query, before: Client.now, now: Client.now)
    var tail = client.tail(query)
    _ = try await client.poll(&tail, now: Client.now + .seconds(30))
    #expect(transport.requests.last == "DELETE /_pit\n{\"id\":\"p1\"}")
  }
}
