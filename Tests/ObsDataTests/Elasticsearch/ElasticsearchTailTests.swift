import Testing

@testable import ObsData

/// Conversations of the tail with a store that holds lines, each visible from some moment on.
struct ElasticsearchTailTests {
  /// A store in memory that answers pages as Elasticsearch does: by time, then by the order of arrival.
  struct Shelf {
    var lines: [(id: String, at: Double, visible: Double)] = []
    var partial: String?

    func page(_ request: LogPageRequest, now: Double) -> LogPage {
      let start = request.range?.start.seconds ?? -.infinity
      let end = request.range?.end.seconds ?? .infinity
      var matching = lines.enumerated().filter {
        $0.element.visible <= now && start <= $0.element.at && $0.element.at < end
      }
      matching.sort { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      if !request.isAscending { matching.reverse() }
      let total = matching.count
      if let after = request.after {
        let (at, offset) = (Double(after[0].text) ?? 0, Int(after[1].text) ?? 0)
        matching.removeAll { ($0.element.at, $0.offset) <= (at, offset) }
      }
      if let names = request.documents { matching.removeAll { !names.contains($0.element.id) } }
      let shown = matching.prefix(request.size)
      let entries = shown.map { entry($0.element.id, at: $0.element.at) }
      let isWhole = request.content == .documents
      return LogPage(
        entries: isWhole ? entries : [],
        identities: isWhole
          ? [] : entries.map { LogIdentity(hash: $0.id.hashValue, document: $0.id.document, stored: $0.stored) },
        lastSort: shown.last.map { [.double($0.element.at), .int(Int64($0.offset))] },
        total: request.countsTotal ? total : nil, partial: partial)
    }

    func counts(_ request: LogCountRequest, now: Double) -> LogTimeCounts {
      let seconds = Int64(request.interval.seconds)
      var buckets: [Int64: Int] = [:]
      let visible = lines.filter { $0.visible <= now && request.range.start.seconds <= $0.at }
      for line in visible where line.at < request.range.end.seconds {
        buckets[Int64(line.at) / seconds * seconds, default: 0] += 1
      }
      let inside = buckets.values.reduce(0, +)
      return LogTimeCounts(
        range: request.range, interval: request.interval, buckets: buckets, total: inside,
        ahead: visible.count - inside, settled: request.range.end)
    }
  }

  /// Polls once: the lines that came, in order, and the words of all pages.
  static func poll(_ tail: inout LogTail, _ shelf: Shelf, at now: Double) -> LogBatch {
    var whole: LogBatch?
    repeat {
      let batch =
        switch tail.nextQuestion(now: time(now)) {
        case .page(let request): tail.receive(shelf.page(request, now: now), now: time(now))
        case .counts(let request):
          tail.receive(shelf.counts(request, now: now), partial: shelf.partial, took: .zero, now: time(now))
        }
      whole?.append(batch)
      whole = whole ?? batch
    } while tail.wantsMore
    var batch = whole ?? LogBatch(entries: [])
    batch.entries = batch.entries.inOrder
    return batch
  }

  /// The page that a tail asks for next.
  static func request(_ tail: inout LogTail, at now: Double) -> LogPageRequest {
    guard case .page(let request) = tail.nextQuestion(now: time(now)) else { return LogPageRequest(size: 0) }
    return request
  }

  static func tail(_ change: (inout LogTail.Limits) -> Void = { _ in }) -> LogTail {
    var limits = LogTail.Limits()
    change(&limits)
    return LogTail(LogQuery(window: .live(.seconds(900))), limits: limits)
  }

  @Test func `the first answer holds the newest lines of the window, oldest first`() {
    var shelf = Shelf()
    shelf.lines = (1...10).map { ("\($0)", 1_000 + Double($0), 0) } + [("too old", 50, 0)]
    var tail = ElasticsearchTailTests.tail { $0.firstPage = 4 }
    let request = ElasticsearchTailTests.request(&tail, at: 1_020)
    #expect(request.isAscending == false)
    #expect(request.size == 4)
    #expect(request.range == TimeRange(start: time(120), end: time(1_320)))
    let batch = tail.receive(shelf.page(request, now: 1_020), now: time(1_020))
    #expect(ids(batch) == ["7", "8", "9", "10"])
    #expect(batch.isFirst)
    #expect(batch.matched == 10)
    // What the first page left out is not late: it does not come afterwards.
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_022)) == [])
  }

  @Test func `later answers bring each new line once`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail()
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)) == ["a"])
    shelf.lines.append(("b", 1_002, 0))
    let second = ElasticsearchTailTests.poll(&tail, shelf, at: 1_003)
    #expect(ids(second) == ["b"])
    #expect(!second.isFirst)
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_005)) == [])
    // From the newest line on, all is read; before it, back to the overlap's begin, what tells lines apart.
    #expect(ElasticsearchTailTests.request(&tail, at: 1_007).range == TimeRange(start: time(1_002), end: time(1_307)))
    _ = tail.receive(LogPage(entries: []), now: time(1_007))
    let sweep = ElasticsearchTailTests.request(&tail, at: 1_007)
    #expect(sweep.content == .identities)
    #expect(sweep.range == TimeRange(start: time(972), end: time(1_002.001)))
  }

  @Test func `a late line within the overlap is delivered, one beyond it is not`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0), ("late", 975, 1_004), ("too late", 965, 1_004)]
    var tail = ElasticsearchTailTests.tail()
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)) == ["a"])
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_003)) == [])
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_005)) == ["late"])
  }

  @Test func `lines of the same time that become visible one after the other are neither lost nor doubled`() {
    var shelf = Shelf()
    shelf.lines = (1...6).map { ("\($0)", 1_000, 1_000 + Double($0)) }
    var tail = ElasticsearchTailTests.tail()
    var seen: [String] = []
    for now in stride(from: 1_001.0, through: 1_007, by: 1) {
      seen += ids(ElasticsearchTailTests.poll(&tail, shelf, at: now))
    }
    #expect(seen == ["1", "2", "3", "4", "5", "6"])
  }

  @Test func `more lines than a page are read page by page, also where the page's border is doubled`() {
    var shelf = Shelf()
    shelf.lines = [("first", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail { $0.page = 3 }
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)
    shelf.lines += (1...7).map { ("\($0)", 1_002 + Double($0 / 3), 0) }
    let batch = ElasticsearchTailTests.poll(&tail, shelf, at: 1_006)
    #expect(ids(batch) == ["1", "2", "3", "4", "5", "6", "7"])
    #expect(batch.partial == nil)
  }

  @Test func `a page begins with the last millisecond of the one before, or behind its last line by the same tokens`() {
    var tail = ElasticsearchTailTests.tail { $0.page = 2 }
    _ = ElasticsearchTailTests.request(&tail, at: 1_000)
    _ = tail.receive(LogPage(entries: [entry("a", at: 1_000)]), now: time(1_000))
    tail.interrupt(now: time(1_000))
    _ = ElasticsearchTailTests.request(&tail, at: 1_001)
    let tokens: [JSONTree] = [.int(1_795_337_591_123_456_789), .int(4_294_967_298), .string("x\"y"), .null]
    let page = LogPage(entries: [entry("a", at: 1_000), entry("b", at: 1_000.5)], lastSort: tokens)
    #expect(ids(tail.receive(page, now: time(1_001))) == ["b"])
    let next = ElasticsearchTailTests.request(&tail, at: 1_001)
    #expect(next.after == nil)
    #expect(next.range?.start == time(1_000.5))
    let ties = LogPage(entries: [entry("b", at: 1_000.5), entry("c", at: 1_000.5)], lastSort: tokens)
    #expect(ids(tail.receive(ties, now: time(1_001))) == ["c"])
    let after = ElasticsearchTailTests.request(&tail, at: 1_001).after
    #expect(after.map { JSONTree.array($0).text } == #"[1795337591123456789,4294967298,"x\"y",null]"#)
  }

  @Test func `a tail that falls behind jumps to the newest lines and says what it skipped`() {
    var shelf = Shelf()
    shelf.lines = [("first", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail {
      $0.page = 3
      $0.pages = 2
    }
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)
    shelf.lines += (1...20).map { ("\($0)", 1_001 + Double($0) / 10, 0) }
    let batch = ElasticsearchTailTests.poll(&tail, shelf, at: 1_004)
    // The second page begins with the last line of the first.
    #expect(ids(batch) == ["1", "2", "3", "4", "18", "19", "20"])
    let gap = LogGap(range: TimeRange(start: time(1_001.401), end: time(1_002.8)), count: 13, reason: .tooMany)
    #expect(batch.gaps == [gap])
    #expect(batch.partial == nil)
    // What was skipped is not asked for again, and the tail goes on.
    shelf.lines.append(("21", 1_005, 0))
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_006)) == ["21"])
  }

  @Test func `a line from the future is shown and does not silence the tail`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0), ("future", 1_200, 0), ("far future", 5_000, 0)]
    var tail = ElasticsearchTailTests.tail()
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)) == ["a", "future"])
    shelf.lines.append(("b", 1_002, 0))
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_003)) == ["b"])
    shelf.lines.append(("c", 1_100, 0))
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_101)) == ["c"])
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_300)) == [])
  }

  @Test func `while answers are incomplete the tail looks further back, but not for ever`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail()
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)
    shelf.partial = "1 of 2 shards failed"
    shelf.lines += [("b", 1_060, 0), ("lost shard", 1_010, 1_100)]
    #expect(ElasticsearchTailTests.poll(&tail, shelf, at: 1_061).partial == "1 of 2 shards failed")
    var copy = tail
    _ = ElasticsearchTailTests.request(&copy, at: 1_062)
    #expect(copy.overlap.start == time(970))
    shelf.partial = nil
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_101)) == ["lost shard"])
    shelf.partial = "1 of 2 shards failed"
    shelf.lines.append(("c", 2_000, 0))
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 2_001)
    _ = ElasticsearchTailTests.request(&tail, at: 2_002)
    #expect(tail.overlap.start == time(1_670))
  }

  @Test func `an empty window is asked again until a line comes`() {
    var shelf = Shelf()
    var tail = ElasticsearchTailTests.tail()
    let first = ElasticsearchTailTests.poll(&tail, shelf, at: 1_000)
    #expect(first.isFirst)
    #expect(first.entries.isEmpty)
    shelf.lines = [("a", 900, 1_001)]
    let second = ElasticsearchTailTests.poll(&tail, shelf, at: 1_002)
    #expect(ids(second) == ["a"])
    #expect(!second.isFirst)
  }

  @Test func `a quiet tail does not look back beyond the window`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail()
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)
    #expect(ElasticsearchTailTests.request(&tail, at: 5_000).range?.start == time(4_100))
  }

  @Test func `what is remembered is bounded by the overlap and by the number of lines, which is said`() {
    var shelf = Shelf()
    shelf.lines = [("start", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail { $0.remembered = 100 }
    var delivered = 0
    var notice: String?
    for now in stride(from: 1_000.0, to: 1_200, by: 2) {
      shelf.lines += (0..<20).map { ("\(now) \($0)", now + Double($0) / 20, 0) }
      let batch = ElasticsearchTailTests.poll(&tail, shelf, at: now + 1.5)
      delivered += batch.entries.count
      notice = batch.notice
      #expect(tail.rememberedCount < 200)
    }
    #expect(delivered == shelf.lines.count)
    #expect(notice == "more lines than can be remembered: those later than 9s are found by counting")
  }

  @Test func `the window is counted at first, then now and then, and soon after trouble`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0), ("beyond", 9_000, 0)]
    var tail = ElasticsearchTailTests.tail()
    let first = ElasticsearchTailTests.poll(&tail, shelf, at: 1_001).counts
    #expect(first?.total == 1)
    #expect(first?.ahead == 1)
    #expect(first?.buckets == [1_000: 1])
    #expect(first?.settled == time(970))
    #expect(first?.range == TimeRange(start: time(100), end: time(1_310)))
    #expect(ElasticsearchTailTests.poll(&tail, shelf, at: 1_003).counts == nil)
    #expect(ElasticsearchTailTests.poll(&tail, shelf, at: 1_016).counts != nil)
    shelf.partial = "1 of 2 shards failed"
    #expect(ElasticsearchTailTests.poll(&tail, shelf, at: 1_018).counts == nil)
    shelf.partial = nil
    #expect(ElasticsearchTailTests.poll(&tail, shelf, at: 1_020).counts != nil)
  }

  @Test func `a poll that breaks off is made up for by the next`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail { $0.page = 2 }
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)
    shelf.lines += [("b", 1_010, 0), ("c", 1_050, 0), ("d", 1_060, 0)]
    let request = ElasticsearchTailTests.request(&tail, at: 1_061)
    #expect(ids(tail.receive(shelf.page(request, now: 1_061), now: time(1_061))) == ["b"])
    tail.interrupt(now: time(1_061))
    #expect(!tail.wantsMore)
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_063)) == ["c", "d"])
  }
}

func time(_ seconds: Double) -> Timestamp { Timestamp(seconds: seconds) }

func ids(_ batch: LogBatch) -> [String] { batch.entries.map(\.id.document) }

private let nothing = try? JSONDocument(parsing: Array("{}".utf8)).root

func entry(_ id: String, at seconds: Double) -> LogEntry {
  LogEntry(
    id: LogEntry.ID(index: "i", document: id), timestamp: time(seconds), level: .error, service: nil, message: id,
    traceID: nil, spanID: nil, source: nothing!)
}
