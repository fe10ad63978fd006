import Testing

@testable import ObsData

struct CompletenessTests {
  @Test(arguments: [1, 2, 3])
  func `every document is shown once, however late, tied or repeated, and whatever fails`(seed: UInt64) async throws {
    let documents = CompletenessRun.documents(12_000, seconds: 400, seed: seed)
    let outcome = try await CompletenessRun.run(documents, seconds: 400)
    #expect(outcome.shown == 12_000)
    #expect(outcome.repeated == 0)
    #expect(outcome.missing == 0)
    // Those beyond the overlap came through gaps, and no failure was without effect on the script.
    #expect(outcome.fetched >= 40)
    #expect(outcome.gaps > 0)
    #expect(outcome.failedPolls > 5)
  }

  @Test func `where the overlap holds more than a page it is compared by counts, and nothing is lost`() async throws {
    let documents = CompletenessRun.documents(12_000, seconds: 400, seed: 4)
    let outcome = try await CompletenessRun.run(documents, seconds: 400) {
      $0.firstPage = 50
      $0.page = 37
      $0.pages = 100
      $0.identities = 50
      $0.sweeps = 60
      $0.documents = 20
    }
    #expect(outcome.shown == 12_000)
    #expect(outcome.repeated == 0)
    #expect(outcome.missing == 0)
  }

  @Test func `lines of one millisecond on two shards are all read, page by page`() async throws {
    let start = CompletenessRun.start
    let documents = (0..<50).map {
      ScriptedStore.Document(number: $0, at: start + ($0 < 10 ? 0 : 500), visible: start + 2_000)
    }
    let store = ScriptedStore(documents + [ScriptedStore.Document(number: 50, at: start - 100, visible: start)])
    var options = ElasticsearchClient.Options()
    options.tail.page = 15
    let client = ElasticsearchClient(transport: store, options: options)
    var tail = client.tail(LogQuery(window: .live(.seconds(900))))
    store.now = start + 1_000
    #expect(try await client.poll(&tail, now: Timestamp(milliseconds: store.now)).entries.count == 1)
    store.now = start + 3_000
    var shown: Set<String> = []
    // What a page's border between two shards hides, the sweep of the overlap finds.
    for _ in 0..<3 {
      store.now += 1_000
      for entry in try await client.poll(&tail, now: Timestamp(milliseconds: store.now)).entries {
        #expect(shown.insert(entry.id.document).inserted)
      }
    }
    #expect(shown.count == 50)
  }

  @Test func `history pages back to the window's beginning, and a stretch is read as a whole`() async throws {
    let start = CompletenessRun.start
    let documents = (0..<1_000).map { ScriptedStore.Document(number: $0, at: start + Int64($0 / 7) * 10, visible: 0) }
    let store = ScriptedStore(documents)
    store.now = start + 60_000
    var options = ElasticsearchClient.Options()
    options.tail.firstPage = 100
    options.historyPage = 64
    let client = ElasticsearchClient(transport: store, options: options)
    let query = LogQuery(window: .live(.seconds(900)))
    let now = Timestamp(milliseconds: store.now)
    var tail = client.tail(query)
    let first = try await client.poll(&tail, now: now)
    var shown = Set(first.entries.map(\.id.document))
    #expect(shown.count == 100)
    var from = first.from
    var pages = 0
    while let before = from, pages < 100 {
      let page = try await client.history(query, before: before, now: now)
      shown.formUnion(page.entries.map(\.id.document))
      from = page.from
      pages += 1
    }
    #expect(shown.count == 1_000)
    #expect(pages == 15)
    let range = TimeRange(start: Timestamp(milliseconds: start), end: Timestamp(milliseconds: start + 500))
    let lines = try await client.lines(query, in: range, now: now)
    #expect(lines.entries.count == 350)
    #expect(lines.span == range)
  }
}
