import ObsData
import Testing

@testable import ObsTUI

/// Conversations about what is not shown: gaps, history, counts.
struct LogsCompletenessTests {
  private let context = Sample.context()

  private func time(_ seconds: Int64) -> Timestamp { Sample.start + .seconds(seconds) }
  private func range(_ start: Int64, _ end: Int64) -> TimeRange { TimeRange(start: time(start), end: time(end)) }

  /// Lines of the first ten seconds, one a second, and a store that counts.
  private func pane(from: Int64? = nil) -> LogPane {
    var pane = LogPane()
    pane.adopt(Sample.scope)
    var batch = LogBatch(
      entries: (0..<10).map { Sample.line("\($0)", at: $0 * 1_000, "line \($0)") }, isFirst: true, matched: 10)
    batch.span = range(0, 60)
    batch.from = from.map { time($0) }
    pane.receive(Sample.answer(pane, batch))
    return pane
  }

  private func counts(_ buckets: [Int64: Int], ahead: Int = 0, settled: Int64 = 30) -> LogBatch {
    var batch = LogBatch(entries: [])
    let second = Sample.start.milliseconds / 1_000
    batch.counts = LogTimeCounts(
      range: range(-840, 360), interval: .seconds(10),
      buckets: Dictionary(uniqueKeysWithValues: buckets.map { (second + $0.key, $0.value) }),
      total: buckets.values.reduce(0, +), ahead: ahead, settled: time(settled))
    batch.span = range(30, 60)
    return batch
  }

  private func view(_ pane: LogPane, height: Int = 4, glyphs: GlyphSet = .unicode) -> String {
    pane.view(Size(width: 80, height: height), in: Sample.context(glyphs: glyphs)).text
  }

  @Test func `what the store counts beyond what is shown is a row at its time, and Enter fetches it`() throws {
    var pane = pane()
    #expect(pane.title(in: context) == "Logs · errors · 10 shown · 10 matched · not counted yet · follow")
    pane.receive(Sample.answer(pane, counts([0: 12, 10: 1])))
    #expect(pane.title(in: context) == "Logs · errors · 10 shown · 13 matched · 3 missing · follow")
    _ = pane.perform(.top, in: context, height: 4)
    #expect(
      view(pane) == """
        ┄ 08:53:10–08:53:30: 3 lines not shown (arrived later than the overlap); Ente… ┄
          08:53:10.000 E msg-server line 0
          08:53:11.000 E msg-server line 1
          08:53:12.000 E msg-server line 2
        """)
    #expect(view(pane, glyphs: .ascii).hasPrefix("~ 08:53:10-08:53:30: 3 lines not shown"))
    #expect(pane.selectedLine == nil)
    #expect(pane.perform(.copy, in: context, height: 4) == [])
    #expect(!pane.subscriptions(in: Sample.scope).contains { if case .logLines = $0 { true } else { false } })
    _ = pane.perform(.open, in: context, height: 4)
    let wanted = Subscription.logLines(pane.query(in: Sample.scope), range(0, 20))
    #expect(pane.subscriptions(in: Sample.scope).contains(wanted))
    #expect(view(pane).contains("3 lines not shown (arrived later than the overlap); fetc"))

    var found = LogBatch(
      entries: [
        Sample.line("0", at: 0, "line 0"), Sample.line("a", at: 500, "a"), Sample.line("b", at: 600, "b"),
        Sample.line("c", at: 12_000, "c"),
      ])
    found.span = range(0, 20)
    pane.receive(Update(subscription: wanted, at: Sample.start + .seconds(61), body: .logs(found)))
    #expect(!pane.subscriptions(in: Sample.scope).contains(wanted))
    #expect(pane.title(in: context) == "Logs · errors · paused · 13 shown · 13 matched · 0 missing")
    #expect(pane.messages.prefix(3) == ["line 0", "a", "b"])
    #expect(!view(pane).contains("┄"))
  }

  @Test func `a store that has no more of a stretch than is shown leaves no gap, and deleted documents make none`() {
    var pane = pane()
    pane.receive(Sample.answer(pane, counts([0: 7])))
    #expect(pane.title(in: context).contains("0 missing"))
    pane.receive(Sample.answer(pane, counts([0: 11])))
    #expect(pane.title(in: context).contains("1 missing"))
    _ = pane.perform(.top, in: context, height: 4)
    _ = pane.perform(.open, in: context, height: 4)
    var found = LogBatch(entries: [])
    found.span = range(0, 10)
    let wanted = Subscription.logLines(pane.query(in: Sample.scope), range(0, 10))
    pane.receive(Update(subscription: wanted, at: Sample.start + .seconds(61), body: .logs(found)))
    #expect(pane.title(in: context).contains("0 missing"))
  }

  @Test func `a difference is narrowed down to its second, and the cursor stays on its row`() throws {
    var pane = pane()
    pane.receive(Sample.answer(pane, counts([0: 12])))
    _ = pane.perform(.top, in: context, height: 4)
    #expect(pane.selectedGap?.range == range(0, 10))
    let query = pane.query(in: Sample.scope)
    let question = Subscription.logCounts(query, range(0, 10), interval: .seconds(1))
    #expect(pane.subscriptions(in: Sample.scope).contains(question))
    var finer = LogBatch(entries: [])
    let second = Sample.start.milliseconds / 1_000
    var buckets = Dictionary(uniqueKeysWithValues: (0..<10).map { (second + $0, 1) })
    buckets[second + 4] = 3
    finer.counts = LogTimeCounts(
      range: range(0, 10), interval: .seconds(1), buckets: buckets, total: 12, settled: time(10))
    pane.receive(Update(subscription: question, at: time(61), body: .logs(finer)))
    #expect(pane.selectedGap == LogGap(range: range(4, 5), count: 2, reason: .late))
    #expect(view(pane).contains("┄ 08:53:14–08:53:15: 2 lines not shown"))
    #expect(pane.title(in: context).contains("12 matched · 2 missing"))
    #expect(pane.narrowing == nil)
  }

  @Test func `where the finer counts do not come, the row stays as it is`() {
    var pane = pane()
    pane.receive(Sample.answer(pane, counts([0: 12])))
    let question = Subscription.logCounts(pane.query(in: Sample.scope), range(0, 10), interval: .seconds(1))
    pane.receive(Update(subscription: question, at: time(61), body: .failed(Sample.failure())))
    #expect(!pane.subscriptions(in: Sample.scope).contains(question))
    #expect(view(pane, height: 12).contains("08:53:10–08:53:20: 2 lines not shown"))
    #expect(pane.failure == nil)
  }

  @Test func `of a long gap the row says what remains, and Enter goes on from there`() {
    var pane = pane()
    pane.receive(Sample.answer(pane, counts([0: 12, 10: 2])))
    _ = pane.perform(.top, in: context, height: 4)
    _ = pane.perform(.open, in: context, height: 4)
    let query = pane.query(in: Sample.scope)
    var part = LogBatch(entries: [Sample.line("a", at: 500, "a"), Sample.line("b", at: 600, "b")])
    part.span = range(0, 12)
    pane.receive(Update(subscription: .logLines(query, range(0, 20)), at: time(61), body: .logs(part)))
    #expect(pane.selectedGap == LogGap(range: range(10, 20), count: 2, reason: .late))
    #expect(view(pane, height: 14).contains("08:53:20–08:53:30: 2 lines not shown"))
    #expect(view(pane, height: 14).hasSuffix("2 lines were fetched; Enter again fetches more"))
    _ = pane.perform(.open, in: context, height: 4)
    #expect(pane.filling == .logLines(query, range(12, 20)))
    var rest = LogBatch(entries: [Sample.line("c", at: 13_000, "c"), Sample.line("d", at: 14_000, "d")])
    rest.span = range(12, 20)
    pane.receive(Update(subscription: .logLines(query, range(12, 20)), at: time(62), body: .logs(rest)))
    #expect(pane.title(in: context).contains("14 shown · 14 matched · 0 missing"))
    #expect(!view(pane, height: 14).contains("┄"))
  }

  @Test func `an answer about another stretch leaves the wanted gap wanted`() {
    var pane = pane()
    pane.receive(Sample.answer(pane, counts([0: 11, 20: 3])))
    _ = pane.perform(.bottom, in: context, height: 14)
    let late = LogGap(range: range(20, 30), count: 3, reason: .late)
    _ = pane.fill(late)
    let query = pane.query(in: Sample.scope)
    var other = LogBatch(entries: [Sample.line("a", at: 500, "a")])
    other.span = range(0, 10)
    pane.receive(Update(subscription: .logLines(query, range(0, 10)), at: time(61), body: .logs(other)))
    #expect(pane.gapToFill == late)
    #expect(pane.filling == .logLines(query, range(20, 30)))
    #expect(pane.messages.contains("a") && pane.completeness.missing == 3)
    #expect(pane.asideTrouble == nil)
  }

  @Test func `one line was fetched, two lines were`() {
    var pane = pane()
    pane.receive(Sample.answer(pane, counts([0: 12])))
    _ = pane.perform(.top, in: context, height: 4)
    _ = pane.perform(.open, in: context, height: 4)
    let wanted = Subscription.logLines(pane.query(in: Sample.scope), range(0, 10))
    let half = LogBatch(entries: [Sample.line("a", at: 500, "a")], partial: "1 of 2 shards failed")
    pane.receive(Update(subscription: wanted, at: time(61), body: .logs(half)))
    #expect(pane.asideTrouble == "1 line was fetched, but incompletely: 1 of 2 shards failed")
  }

  @Test func `a frozen window that is asked for again is counted again, and what was read of it stays`() {
    let frozen = Scope(window: .frozen(range(-600, 60)))
    var pane = LogPane()
    pane.adopt(frozen)
    var batch = LogBatch(
      entries: (0..<10).map { Sample.line("\($0)", at: $0 * 1_000, "line \($0)") }, isFirst: true, matched: 10)
    batch.from = time(0)
    var counted = counts([0: 10, -10: 1])
    counted.counts?.settled = time(70)
    batch.counts = counted.counts
    pane.receive(Sample.answer(pane, batch, scope: frozen))
    _ = pane.perform(.top, in: context, height: 4)
    let older = Subscription.logHistory(pane.query(in: frozen), before: time(0))
    #expect(pane.history == older)
    let page = LogBatch(entries: [Sample.line("o", at: -5_000, "older")])
    pane.receive(Update(subscription: older, at: time(61), body: .logs(page)))
    #expect(pane.completeness.missing == 0 && pane.buffer.count == 11)
    // A late line, further back than the newest page reaches.
    batch.counts?.buckets[Sample.start.milliseconds / 1_000 - 10] = 2
    batch.counts?.total = 12
    pane.receive(Sample.answer(pane, batch, scope: frozen, at: 90_000))
    #expect(pane.buffer.count == 11 && pane.selectedMessage == "line 0")
    #expect(pane.title(in: Sample.context(isLive: false)).contains("11 shown · 12 matched · 1 missing"))
  }

  @Test func `only what is settled and has been read is compared`() {
    var pane = pane(from: 5)
    pane.receive(Sample.answer(pane, counts([0: 100, 30: 100])))
    #expect(pane.title(in: context) == "Logs · errors · 10 shown · 200 matched · 90 older above · 0 missing · follow")
  }

  @Test func `while the store does not answer, and after half an answer, a row says what may be missing`() {
    var pane = pane()
    pane.receive(
      Update(
        subscription: .logs(pane.query(in: Sample.scope)), at: Sample.start + .seconds(70),
        body: .failed(Sample.failure())))
    #expect(
      view(pane).split(separator: "\n").dropFirst(2).first
        == "┄ 08:54:10–08:54:20: lines may be missing; Enter fetches them (no answer: con… ┄")
    #expect(pane.selectedMessage == "line 9")
    // Half an answer proves nothing; a whole one does.
    var batch = LogBatch(entries: [], partial: "1 of 2 shards failed")
    pane.receive(Sample.answer(pane, batch, at: 72_000))
    #expect(view(pane).contains("may be missing; Enter fetches them (1 of 2 shards"))
    #expect(pane.title(in: context).contains("some may be missing"))
    batch = LogBatch(entries: [])
    batch.span = range(30, 75)
    pane.receive(Sample.answer(pane, batch, at: 75_000))
    #expect(!view(pane).contains("┄"))
  }

  @Test func `a stretch that was skipped is explained when it is counted`() {
    var pane = pane()
    var batch = LogBatch(entries: [Sample.line("z", at: 29_000, "line z")])
    batch.gaps = [LogGap(range: range(12, 25), count: 500, reason: .tooMany)]
    pane.receive(Sample.answer(pane, batch))
    #expect(view(pane).contains("┄ 08:53:22–08:53:35: 500 lines skipped (more came than can be read)"))
    pane.receive(Sample.answer(pane, counts([0: 10, 10: 300, 20: 205])))
    #expect(view(pane).contains("┄ 08:53:20–08:53:40: 504 lines skipped (more came than can be read)"))
    #expect(pane.title(in: context).contains("504 missing"))
  }

  @Test func `lines ahead of the clock are marked, counted, and make nothing late`() {
    var pane = pane()
    pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line("f", at: 7_260_000, "from the future")])))
    pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line("n", at: 61_000, "now")]), at: 61_000))
    pane.receive(Sample.answer(pane, counts([0: 10], ahead: 4), at: 62_000))
    #expect(
      view(pane) == """
          08:53:19.000 E msg-server line 9
          08:54:11.000 E msg-server now
        ┄ after 08:59:10: 3 lines dated ahead of the clock; Enter fetches them ┄
          10:54:10.000 E msg-server clock +2h from the future
        """)
    #expect(pane.title(in: context).contains("3 ahead"))
    #expect(!pane.title(in: context).contains("late"))
  }

  @Test func `late lines are counted in the title, and the lag is told by what the documents say`() throws {
    var pane = pane()
    let source = try Sample.source(#"{"event":{"ingested":"2026-11-22T08:53:21.500Z"}}"#)
    pane.receive(
      Sample.answer(
        pane,
        LogBatch(entries: [
          Sample.line("l", at: 2_000, "late"), Sample.line("x", at: 10_000, "x", source: source),
          Sample.line("y", at: 10_500, "y", source: source),
        ])))
    #expect(pane.title(in: context).contains("lag 1.5s · 1 late"))
  }

  @Test func `lines of another time that are read in have no lag`() {
    var pane = pane()
    let old = Int64(-3 * 86_400_000)
    pane.receive(
      Sample.answer(pane, LogBatch(entries: [Sample.line("o", at: old, "o"), Sample.line("p", at: old + 5, "p")])))
    #expect(!pane.title(in: context).contains("lag"))
  }

  @Test func `near the oldest line the page before it is asked for, and the reader keeps his place`() {
    var pane = pane(from: 0)
    #expect(pane.history == nil)
    _ = pane.perform(.top, in: context, height: 4)
    let wanted = Subscription.logHistory(pane.query(in: Sample.scope), before: time(0))
    #expect(pane.subscriptions(in: Sample.scope).contains(wanted))
    #expect(view(pane).hasSuffix("loading older lines…"))
    var page = LogBatch(entries: (1...30).map { Sample.line("o\($0)", at: -31_000 + $0 * 1_000, "old \($0)") })
    page.from = time(-30)
    page.span = range(-30, 0)
    pane.receive(Update(subscription: wanted, at: Sample.start + .seconds(61), body: .logs(page)))
    #expect(pane.selectedMessage == "line 0")
    #expect(view(pane).hasPrefix("  08:53:10.000 E msg-server line 0"))
    #expect(pane.history == nil)
    // At the top of those the next page, which is the last.
    _ = pane.perform(.top, in: context, height: 4)
    let next = Subscription.logHistory(pane.query(in: Sample.scope), before: time(-30))
    #expect(pane.history == next)
    pane.receive(Update(subscription: next, at: Sample.start + .seconds(62), body: .logs(LogBatch(entries: []))))
    #expect(pane.history == nil)
    #expect(
      pane.perform(.up, in: context, height: 4) == [.notice("this is the beginning of the window's lines")])
    #expect(pane.title(in: context).contains("40 shown"))
  }

  @Test func `frozen, the title says how much of it is shown`() {
    let frozen = Scope(window: .frozen(range(-600, 60)))
    var pane = LogPane()
    pane.adopt(frozen)
    var batch = LogBatch(
      entries: (0..<10).map { Sample.line("\($0)", at: $0 * 1_000, "line \($0)") }, isFirst: true, matched: 10_000,
      matchedIsLowerBound: true)
    batch.from = time(0)
    batch.counts = LogTimeCounts(
      range: range(-600, 60), interval: .seconds(10), buckets: [:], total: 14_210, settled: time(30))
    pane.receive(Sample.answer(pane, batch, scope: frozen))
    #expect(
      pane.title(in: Sample.context(isLive: false))
        == "Logs · errors · 10 shown · 14,210 matched · 14,200 older above · 0 missing")
  }

  @Test func `goto puts the cursor on the first line from that instant on`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press(": g o t o space 0 8 : 5 3 : 1 2 enter")
    let query = try #require(session.dashboard.subscriptions.logQueries.first)
    #expect(query.around == time(2))
    #expect(!query.window.isLive)
    var batch = LogBatch(
      entries: (0..<20).map { Sample.line("g\($0)", at: $0 * 300, "line \($0)") }, isFirst: true)
    batch.gaps = [LogGap(range: range(6, 300), count: nil, reason: .unread)]
    session.answer(.logs(batch)) { $0.logQuery == query }
    #expect(session.dashboard.logs.selectedMessage == "line 7")
    try session.press("down down down down down down down down down down down down down")
    #expect(session.screen.contains("lines not read yet; Enter fetches them"))
    // What moves the window leaves the instant.
    try session.press("p")
    #expect(session.dashboard.subscriptions.logQueries.first?.around == nil)
  }
}
