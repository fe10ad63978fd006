import Synchronization
import Testing

@testable import ObsData

/// A server of two shards that holds documents of given times. Like a real one it sorts by time and then by the number that each
/// shard gives its documents, which tells nothing between shards: going on behind a line loses others of the same instant.
private final class ShardedStore: HTTPTransport {
  struct Document {
    let id: Int
    let milliseconds: Int64
    var shard: Int { id % 2 }
    var number: Int64 { Int64(id / 2) }
  }

  let address = "http://store.test"
  private let documents: Mutex<[Document]>
  private let asked = Mutex<[String]>([])
  /// The largest page that is below the client's byte limit.
  let largestPage: Int

  init(_ times: [Int64], largestPage: Int = .max) {
    documents = Mutex(times.enumerated().map { Document(id: $0.offset, milliseconds: $0.element) })
    self.largestPage = largestPage
  }

  var searches: Int { asked.withLock { $0.count } }

  func add(_ milliseconds: Int64) {
    documents.withLock { $0.append(Document(id: $0.count, milliseconds: milliseconds)) }
  }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    if request.target.contains("_field_caps") {
      return .json(
        """
        {"indices":["logs"],"fields":{"@timestamp":{"date":{"type":"date","searchable":true,"aggregatable":true}}}}
        """)
    }
    guard request.target.contains("_search"), let query = try? JSONDocument(parsing: request.body).root
    else { return .json("{\"version\":{\"number\":\"8.17.0\"},\"tagline\":\"You Know, for Search\"}") }
    asked.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
    let size = Int(query["size"]?.int ?? 10)
    if size > largestPage { throw FetchError(.tooLarge, tried: "POST", answer: "more than 32 MB") }
    return .json(answer(query, size: size))
  }

  private func answer(_ query: JSONValue, size: Int) -> String {
    let range = query[path: "query", "bool", "filter"]?.first?[path: "range", "@timestamp"]
    let start = range?["gte"]?.string.flatMap { Timestamp(iso8601: $0) }?.milliseconds ?? .min
    let end = range?["lt"]?.string.flatMap { Timestamp(iso8601: $0) }?.milliseconds ?? .max
    let isAscending = query["sort"]?.first?[path: "@timestamp", "order"]?.string != "desc"
    var found = documents.withLock { $0 }.filter { $0.milliseconds >= start && $0.milliseconds < end }
    found.sort { a, b in
      let (left, right) = ((a.milliseconds, a.number, Int64(a.shard)), (b.milliseconds, b.number, Int64(b.shard)))
      return isAscending ? left < right : right < left
    }
    let total = found.count
    if let after = query["search_after"]?.elements.compactMap(\.int), after.count == 2 {
      found = found.filter { document in
        let (left, right) = ((document.milliseconds, document.number), (after[0], after[1]))
        return isAscending ? left > right : left < right
      }
    }
    let hits = found.prefix(size).map { document in
      """
      {"_index":"logs","_id":"\(document.id)","_source":{"@timestamp":"\(Timestamp(milliseconds: document.milliseconds).iso8601)",\
      "message":"\(document.id)"},"sort":[\(document.milliseconds),\(document.number)]}
      """
    }
    return """
      {"timed_out":false,"_shards":{"total":2,"successful":2,"failed":0},\
      "hits":{"total":{"value":\(total),"relation":"eq"},"hits":[\(hits.joined(separator: ","))]}}
      """
  }
}

@Suite struct `Whole results of a log store` {
  private let start: Int64 = 1_795_334_400_000
  private let now = Timestamp(milliseconds: 1_795_334_500_000)

  private func query(_ window: Duration = .seconds(900)) -> LogQuery { LogQuery(window: .live(window)) }

  private func read(_ stream: some LogStream) async throws -> (messages: [String], doubts: [String]) {
    var stream = stream
    var messages: [String] = []
    var doubts: [String] = []
    while let batch = try await stream.next(now: now) {
      messages += batch.entries.map(\.message)
      doubts += batch.partial.map { [$0] } ?? []
    }
    return (messages, doubts)
  }

  @Test func `every document comes once and in order, also those that share an instant at a page's border`()
    async throws
  {
    // Seven lines a millisecond: each page ends within one.
    let store = ShardedStore((0..<23_001).map { start + Int64($0 / 7) })
    let read = try await read(LogExport(ElasticsearchClient(transport: store), query()))
    #expect(Set(read.messages).count == 23_001 && read.messages.count == 23_001)
    let times = read.messages.compactMap(Int.init).map { $0 / 7 }
    #expect(times == times.sorted())
    #expect(read.doubts == [])
  }

  @Test func `where more lines share an instant than a page holds, what is missing is said`() async throws {
    let store = ShardedStore([Int64](repeating: start, count: 12_000))
    let read = try await read(LogExport(ElasticsearchClient(transport: store), query()))
    #expect(Set(read.messages).count == read.messages.count)
    if read.messages.count < 12_000 {
      #expect(read.doubts.first?.hasPrefix("the store counted 12000 lines and gave \(read.messages.count)") ?? false)
    }
  }

  @Test func `pages that are too large are asked for in smaller ones`() async throws {
    let store = ShardedStore((0..<4_000).map { start + Int64($0) }, largestPage: 400)
    let read = try await read(LogExport(ElasticsearchClient(transport: store), query()))
    #expect(read.messages == (0..<4_000).map { "\($0)" })
  }

  @Test func `a limit gives the newest, oldest of them first`() async throws {
    let store = ShardedStore((0..<12_000).map { start + Int64($0 / 3) })
    let client = ElasticsearchClient(transport: store)
    #expect(try await read(LogExport(client, query(), limit: 3)).messages == ["11997", "11998", "11999"])
    #expect(try await read(LogExport(client, query(), limit: 7_000)).messages.count == 7_000)
  }

  @Test func `a stream that follows gives the window's lines, then what arrives, each once`() async throws {
    let store = ShardedStore((0..<3_000).map { start + Int64($0) })
    var stream = LogFollowing(ElasticsearchClient(transport: store), query(), limit: nil)
    var messages: [String] = []
    while !stream.isLevel { messages += try await stream.next(now: now)?.entries.map(\.message) ?? [] }
    #expect(messages == (0..<3_000).map { "\($0)" })
    let soon = now + .seconds(1)
    store.add(soon.milliseconds)
    store.add(soon.milliseconds - 20_000)
    let more = try await stream.next(now: soon)?.entries.map(\.message) ?? []
    #expect(Set(more) == ["3000", "3001"])
    #expect(try await stream.next(now: soon)?.entries.isEmpty == true)
  }
}

/// The same against a real server.
@Suite(.serialized, .enabled(if: RealElasticsearch.address != nil))
struct LogExportRealTests {
  private let start: Int64 = 1_795_334_400_000
  private let now = Timestamp(milliseconds: 1_795_334_500_000)

  private func document(_ number: Int, _ milliseconds: Int64) -> String {
    let document: JSONTree = [
      "@timestamp": .string(Timestamp(milliseconds: milliseconds).iso8601), "level": "ERROR",
      "service_name": "msg-server",
      "message": .string("\(number)"),
    ]
    return document.text
  }

  @Test func `twelve thousand lines of three indices come whole, each once and in order, and then what arrives`()
    async throws
  {
    let store = try await RealElasticsearch(mapping: RealElasticsearch.rustim, indices: 3)
    for part in 0..<3 {
      try await store.index((part * 4_000..<(part + 1) * 4_000).map { document($0, start + Int64($0 / 11)) })
    }
    let query = LogQuery(minimumLevel: .error, window: .live(.seconds(900)))
    var export = LogExport(store.client, query)
    var numbers: [Int] = []
    while let batch = try await export.next(now: now) {
      #expect(batch.partial == nil)
      numbers += batch.entries.compactMap { Int($0.message) }
    }
    #expect(numbers.count == 12_000 && Set(numbers).count == 12_000)
    #expect(numbers.map { $0 / 11 } == numbers.map { $0 / 11 }.sorted())

    var newest = LogExport(store.client, query, limit: 100)
    #expect(try await newest.next(now: now)?.entries.count == 100)

    var following = LogFollowing(store.client, query, limit: nil)
    var followed: [Int] = []
    while !following.isLevel {
      followed += try await following.next(now: now)?.entries.compactMap { Int($0.message) } ?? []
    }
    #expect(followed.count == 12_000 && Set(followed).count == 12_000)
    let soon = now + .seconds(1)
    try await store.index([document(12_000, soon.milliseconds), document(12_001, soon.milliseconds - 20_000)])
    let more = try await following.next(now: soon)?.entries.compactMap { Int($0.message) } ?? []
    #expect(more.sorted() == [12_000, 12_001])
    try await store.remove()
  }
}
