import Synchronization
import Testing

@testable import ObsData

/// A store with lines at given milliseconds, which answers pages in order of time as Elasticsearch does.
private final class LineStore: HTTPTransport {
  let address = "http://store.test"
  private let times: [Int64]
  private let largest: Int
  private let sizes = Mutex<[Int]>([])

  init(_ times: [Int64], largest: Int = .max) {
    self.times = times
    self.largest = largest
  }

  var asked: [Int] { sizes.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    let text = request.text
    if text.hasPrefix("GET / ") || text == "GET /" { return .json(ElasticsearchClientTests.root7) }
    if text.contains("_field_caps") { return .json(ElasticsearchClientTests.caps) }
    guard let body = text.split(separator: "\n", maxSplits: 1).last,
      let root = try? JSONDocument(parsing: Array(body.utf8)).root, let size = root["size"]?.int.map(Int.init),
      let from = root[path: "query", "bool", "filter"]?.first?[path: "range", "@timestamp", "gte"]?.string,
      let start = Timestamp(iso8601: from)
    else { throw FetchError(.malformed, tried: text, answer: "not a search") }
    sizes.withLock { $0.append(size) }
    if size > largest { throw FetchError(.tooLarge, tried: text, answer: "too large") }
    let hits = times.indices.filter { times[$0] >= start.milliseconds }.prefix(size).map {
      #"{"_index":"i","_id":"\#($0)","_source":{"@timestamp":\#(times[$0])},"sort":[\#(times[$0]),0]}"#
    }
    return .json(#"{"hits":{"total":{"value":1},"hits":[\#(hits.joined(separator: ","))]}}"#)
  }
}

struct LogExportJobTests {
  private static let base = ElasticsearchClientTests.range.start.milliseconds

  /// Milliseconds behind the window's start, the page's size, and what the store refuses.
  static let stores: [(times: [Int64], size: Int, largest: Int)] = [
    ([], 3, .max), ([1, 2], 3, .max), ([1, 2, 3], 3, .max), ([1, 2, 3, 3, 3, 4, 5, 5, 9], 3, .max),
    ([0, 0, 0, 0, 0, 0, 0, 1], 3, .max), (Array(repeating: 7, count: 40), 3, .max),
    (Array(0..<100).map { $0 / 3 }, 8, 5),
  ]

  @Test(arguments: stores.indices) func `every line is exported once, also of the same millisecond`(_ row: Int)
    async throws
  {
    let (times, size, largest) = Self.stores[row]
    let store = LineStore(times.map { $0 + Self.base }, largest: largest)
    let query = LogExportQuery(logs: LogQuery(window: .frozen(ElasticsearchClientTests.range)), number: 1)
    var job = LogExportJob(client: ElasticsearchClient(transport: store), query: query, size: size)
    var ids: [String] = []
    var firsts = 0
    var answer: PollAnswer
    var polls = 0
    repeat {
      answer = try await job.poll(now: ElasticsearchClientTests.now)
      polls += 1
      guard case .logExport(let page)? = answer.body else { continue }
      #expect(page.partial == nil)
      #expect(page.isLast == (answer.next == .never))
      firsts += page.isFirst ? 1 : 0
      ids += page.entries.map(\.id.document)
    } while answer.next != .never && polls < 200
    #expect(ids == times.indices.map { "\($0)" })
    #expect(firsts == 1)
  }

  @Test func `more lines in a millisecond than can be read are said to be missing`() async throws {
    let store = LineStore(Array(repeating: Self.base + 5, count: 10) + [Self.base + 6], largest: 4)
    let query = LogExportQuery(logs: LogQuery(window: .frozen(ElasticsearchClientTests.range)), number: 1)
    var job = LogExportJob(client: ElasticsearchClient(transport: store), query: query, size: 16)
    var count = 0
    var partials: [String] = []
    for _ in 0..<20 {
      let answer = try await job.poll(now: ElasticsearchClientTests.now)
      if case .logExport(let page)? = answer.body {
        count += page.entries.count
        if let partial = page.partial { partials.append(partial) }
      }
      if answer.next == .never { break }
    }
    #expect(count == 5)
    #expect(partials == ["of the millisecond 2026-11-22T08:43:20.005Z only 4 lines can be read"])
    #expect(store.asked.first == 16 && store.asked.last == 4)
  }
}
