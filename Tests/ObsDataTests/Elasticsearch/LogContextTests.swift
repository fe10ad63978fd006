import Testing

@testable import ObsData

struct LogContextTests {
  typealias Client = ElasticsearchClientTests

  static let sources: [(document: String, source: String)] = [
    (#"{"host":{"name":"h1"},"container":{"id":"c1"}}"#, "container.id:\"c1\""),
    (#"{"host.name":"h1","kubernetes":{"pod.name":"p"}}"#, "kubernetes.pod.name:\"p\""),
    (#"{"host":"plain"}"#, "host:\"plain\""),
    (#"{"host":{"ip":"10.0.0.1"},"pod":7}"#, ""),
    ("{}", ""),
  ]

  @Test(arguments: sources.indices) func `a source is its container or pod, else its host`(_ row: Int) throws {
    let (document, source) = Self.sources[row]
    let entry = LogEntry(
      id: .init(index: "i", document: "1"), timestamp: Client.now, level: .info, service: "s", message: "",
      traceID: nil, spanID: nil, source: try JSONDocument(parsing: Array(document.utf8)).root)
    let request = LogContextRequest(around: entry)
    #expect(request.source.map(\.queryText).joined() == source)
    #expect(request.services == ["s"])
  }

  @Test func `a value is found however its dots are spread`() throws {
    let root = try JSONDocument(
      parsing: Array(#"{"a":{"b.c":{"d":1}},"a.b":{"c":{"e":2}},"x.y":3,"deep":{"x":[{"y":1}]}}"#.utf8)
    ).root
    #expect(root.value(at: "a.b.c.d")?.int == 1)
    #expect(root.value(at: "a.b.c.e")?.int == 2)
    #expect(root.value(at: "x.y")?.int == 3)
    #expect(root.value(at: "x") == nil && root.value(at: "deep.x.y") == nil && root.value(at: "") == nil)
  }

  @Test func `both sides are asked for, nearest first, without level and filter`() async throws {
    func hits(_ ids: [(String, Int64)]) -> String {
      let hits = ids.map {
        #"{"_index":"i","_id":"\#($0)","_source":{"@timestamp":\#($1),"message":"\#($0)"},"sort":[\#($1),0]}"#
      }
      return #"{"hits":{"total":{"value":9},"hits":[\#(hits.joined(separator: ","))]}}"#
    }
    let at = Client.now.milliseconds
    let (client, transport) = Client.client([
      .json(Client.root7), .json(Client.caps), .json(Client.caps(["pod": ["keyword"]])),
      .json(hits([("me", at), ("b", at - 5), ("a", at - 9)])), .json(hits([("me", at), ("c", at), ("d", at + 7)])),
    ])
    let request = LogContextRequest(
      time: Client.now, services: ["msg-server"], source: [LogFilter(field: "pod", test: .value("p"))], count: 3)
    let batch = try await client.lines(request, now: Client.now)
    #expect(batch.entries.map(\.message) == ["a", "b", "me", "c", "d"])
    #expect(batch.isFirst)
    let (before, after) = (transport.requests[3], transport.requests[4])
    #expect(before.contains(#""lt":"2026-11-22T08:53:20.001Z""#) && before.contains(#""order":"desc""#))
    #expect(after.contains(#""gte":"2026-11-22T08:53:20.000Z""#) && after.contains(#""order":"asc""#))
    for text in [before, after] {
      #expect(text.contains(#"{"terms":{"service_name":["msg-server"]}},{"term":{"pod":"p"}}]"#))
      #expect(text.contains(#""size":3,"#) && !text.contains("level"))
    }
  }
}
