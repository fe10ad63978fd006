import ObsData
import Synchronization
import Testing

@testable import ObsDemo

/// A world that notes how much of its documents it is asked for.
private final class NotedWorld: DocumentSource {
  let world: World
  private let hints = Mutex<[DocumentHint]>([])

  init(_ world: World) { self.world = world }

  /// The hints with which old documents were asked for.
  var asked: [DocumentHint] { hints.withLock { $0 } }
  var cheapFields: Set<String> { world.cheapFields }

  func indices(now: Timestamp) -> [String] { world.indices(now: now) }
  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp) -> [WorldDocument] {
    world.documents(from: start, to: end, now: now)
  }
  func documentCount(from start: Timestamp, to end: Timestamp, now: Timestamp) -> Int {
    world.documentCount(from: start, to: end, now: now)
  }
  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp, hint: DocumentHint) -> [WorldDocument] {
    if now - end > .seconds(600) { hints.withLock { $0.append(hint) } }
    return world.documents(from: start, to: end, now: now, hint: hint)
  }
}

/// Figures of a long time are counted without making the texts of its lines.
@Suite struct ElasticsearchFiguresTests {
  private static let now = Timestamp(iso8601: "2026-11-22T09:00:00Z") ?? Timestamp(nanoseconds: 0)
  private static let world = World(seed: 5, rate: 1, origin: now)

  private static func answer(_ body: String, isWarm: Bool) async -> (text: String, asked: [DocumentHint]) {
    let source = NotedWorld(world)
    let face = ElasticsearchFace(source: source)
    if isWarm { await face.warm(.seconds(2_400), nanoseconds: now.nanoseconds) }
    let warmed = source.asked.count
    let request = DemoRequest(
      method: "POST", path: ["rustim-*", "_search"], query: [("filter_path", "aggregations,hits.total")],
      headers: [("content-type", "application/json")], body: Array(body.utf8))
    let answer = await face.answer(request, nanoseconds: now.nanoseconds)
    return (String(decoding: answer.body, as: UTF8.self), Array(source.asked.dropFirst(warmed)))
  }

  private static func body(_ query: String, _ aggregation: String) -> String {
    #"{"size":0,"query":{"bool":{"filter":[{"range":{"@timestamp":{"gte":"now-20m","lt":"now"}}}\#(query)]}},"#
      + #""aggs":{"x":\#(aggregation)}}"#
  }

  @Test(arguments: [
    (
      "", #"{"terms":{"field":"service_name"},"aggs":{"errors":{"filter":{"terms":{"level":["error","warn"]}}}}}"#
    ),
    ("", #"{"filter":{"bool":{"must_not":[{"exists":{"field":"level"}}]}}}"#),
    (#",{"term":{"level":"error"}}"#, #"{"date_histogram":{"field":"@timestamp","fixed_interval":"1m"}}"#),
    (#",{"term":{"service_name":"msg-server"}}"#, #"{"cardinality":{"field":"level"}}"#),
  ])
  func `of time, level and service are the same as from whole documents`(query: String, aggregation: String) async {
    let body = Self.body(query, aggregation)
    let bare = await Self.answer(body, isWarm: false)
    let whole = await Self.answer(body, isWarm: true)
    #expect(bare.text.contains(#""aggregations""#))
    #expect(bare.text == whole.text)
    #expect(!bare.asked.isEmpty && bare.asked.allSatisfy { $0.fields == Self.world.cheapFields })
    #expect(whole.asked.isEmpty)
  }

  @Test(arguments: [
    ("", #"{"terms":{"field":"host"}}"#), (#",{"match":{"message":"redis"}}"#, #"{"terms":{"field":"level"}}"#),
    ("", #"{"terms":{"field":"level"},"aggs":{"top":{"top_hits":{"size":1}}}}"#),
    ("", #"{"filter":{"exists":{"field":"trace_id"}}}"#),
  ])
  func `of other fields take whole documents`(query: String, aggregation: String) async {
    let answer = await Self.answer(Self.body(query, aggregation), isWarm: false)
    #expect(answer.text.contains(#""aggregations""#))
    #expect(!answer.asked.isEmpty && answer.asked.allSatisfy { $0.fields == nil })
  }
}
