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
      let shown = matching.prefix(request.size)
      return LogPage(
        entries: shown.map { entry($0.element.id, at: $0.element.at) },
        lastSort: shown.last.map { [.double($0.element.at), .int(Int64($0.offset))] },
        total: request.countsTotal ? total : nil, partial: partial)
    }
  }

  /// Polls once: the ids that came, in order, and the last batch's words.
  static func poll(_ tail: inout LogTail, _ shelf: Shelf, at now: Double) -> LogBatch {
    var whole: LogBatch?
    repeat {
      let request = tail.nextRequest(now: time(now))
      let batch = tail.receive(shelf.page(request, now: now), now: time(now))
      whole?.append(batch)
      whole = whole ?? batch
    } while tail.wantsMore
    return whole ?? LogBatch(entries: [])
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
    let request = tail.nextRequest(now: time(1_020))
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
    #expect(tail.nextRequest(now: time(1_007)).range == TimeRange(start: time(972), end: time(1_307)))
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
    // A store that sends the last line of a page again as the first of the next.
    var other = ElasticsearchTailTests.tail { $0.page = 2 }
    _ = other.nextRequest(now: time(1_000))
    _ = other.receive(LogPage(entries: [entry("a", at: 1_000)]), now: time(1_000))
    _ = other.nextRequest(now: time(1_001))
    let page = LogPage(entries: [entry("a", at: 1_000), entry("b", at: 1_001)], lastSort: [1_001, 7])
    #expect(ids(other.receive(page, now: time(1_001))) == ["b"])
    #expect(other.nextRequest(now: time(1_001)).after == [1_001, 7])
    let next = LogPage(entries: [entry("b", at: 1_001)], lastSort: [1_001, 7])
    #expect(ids(other.receive(next, now: time(1_001))) == [])
    #expect(!other.wantsMore)
  }

  @Test func `sort values go back as the same tokens`() {
    var tail = ElasticsearchTailTests.tail { $0.page = 1 }
    _ = tail.nextRequest(now: time(1_000))
    _ = tail.receive(LogPage(entries: [entry("a", at: 1_000)]), now: time(1_000))
    _ = tail.nextRequest(now: time(1_001))
    let tokens: [JSONTree] = [.int(1_795_337_591_123_456_789), .int(4_294_967_298), .string("x\"y"), .null]
    _ = tail.receive(LogPage(entries: [entry("b", at: 1_001)], lastSort: tokens), now: time(1_001))
    let after = tail.nextRequest(now: time(1_001)).after
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
    #expect(ids(batch) == ["1", "2", "3", "4", "5", "18", "19", "20"])
    #expect(batch.partial == "13 lines were skipped: more come than can be read")
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
    #expect(tail.nextRequest(now: time(1_062)).range?.start == time(970))
    _ = tail.receive(shelf.page(LogPageRequest(size: 0), now: 0), now: time(1_062))
    shelf.partial = nil
    #expect(ids(ElasticsearchTailTests.poll(&tail, shelf, at: 1_101)) == ["lost shard"])
    shelf.partial = "1 of 2 shards failed"
    shelf.lines.append(("c", 2_000, 0))
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 2_001)
    #expect(tail.nextRequest(now: time(2_002)).range?.start == time(1_670))
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
    #expect(tail.nextRequest(now: time(5_000)).range?.start == time(4_100))
  }

  @Test func `what is remembered is bounded by the overlap and by the number of lines`() {
    var shelf = Shelf()
    shelf.lines = [("start", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail { $0.reread = 50 }
    var delivered = 0
    for now in stride(from: 1_000.0, to: 1_200, by: 2) {
      shelf.lines += (0..<20).map { ("\(now) \($0)", now + Double($0) / 20, 0) }
      delivered += ElasticsearchTailTests.poll(&tail, shelf, at: now + 1.5).entries.count
      #expect(tail.rememberedCount < 200)
    }
    #expect(delivered == shelf.lines.count)
  }

  @Test func `a poll that breaks off is made up for by the next`() {
    var shelf = Shelf()
    shelf.lines = [("a", 1_000, 0)]
    var tail = ElasticsearchTailTests.tail { $0.page = 2 }
    _ = ElasticsearchTailTests.poll(&tail, shelf, at: 1_001)
    shelf.lines += [("b", 1_010, 0), ("c", 1_050, 0), ("d", 1_060, 0)]
    let request = tail.nextRequest(now: time(1_061))
    #expect(ids(tail.receive(shelf.page(request, now: 1_061), now: time(1_061))) == ["b"])
    tail.interrupt()
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
