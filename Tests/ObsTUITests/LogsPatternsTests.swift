import ObsData
import Testing

@testable import ObsDemo
@testable import ObsTUI

/// The board of patterns.
struct LogsPatternsTests {
  private func lines() -> [LogEntry] {
    (0..<40).map { number in
      let message =
        number % 4 == 0
        ? "pool exhausted after \(number)ms" : number == 37 ? "disk full on node-\(number)" : "user \(number) left"
      return Sample.line(
        "p\(number)", at: Int64(number) * 1_000, message, level: number == 37 ? .critical : .error,
        service: number % 2 == 0 ? "msg-server" : "api-gateway", trace: number == 36 ? "a1" : nil)
    }
  }

  private func session() throws -> TestSession {
    var session = TestSession(width: 140, height: 30)
    session.answerAll()
    session.answer(.logs(LogBatch(entries: lines(), isFirst: true, matched: 40))) { $0.logQuery != nil }
    try session.press("z P")
    return session
  }

  private func board(_ session: TestSession) -> [String] {
    Array(session.rows.dropFirst(2).prefix { !$0.isEmpty })
  }

  @Test func `P lists the patterns of the lines held, with counts, shares, times and services`() throws {
    let session = try session()
    let rows = session.rows.drop { !$0.contains("Patterns") }
    #expect(
      rows.first?.contains("Patterns · errors · 3 of 40 held lines · by count · asking what was there before") ?? false)
    #expect(
      Array(rows.dropFirst().prefix(4)) == [
        " LINES share over time            first    last     service                new pattern",
        "    29 72.5% ▅█▅█▅█▅█▅█▅█▅█▅█▅█▁█ 08:53:11 08:53:49 api-gateway +1       E     user <*> left",
        "    10   25% █▁█▁█▁█▁█▁█▁█▁█▁█▁█▁ 08:53:10 08:53:46 msg-server           E     pool exhausted after <*>",
        "     1 2.50% ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█▁ 08:53:47 08:53:47 api-gateway          C     disk full on node-<*>",
      ])
  }

  @Test func `where patterns are of several days, their times say which`() throws {
    var session = TestSession(width: 140, height: 30)
    session.answerAll()
    let old = [Sample.line("x", at: -90_000_000, "user 7 left"), Sample.line("y", at: 0, "user 8 left")]
    session.answer(.logs(LogBatch(entries: old, isFirst: true, matched: 2))) { $0.logQuery != nil }
    try session.press("z P")
    #expect(session.screen.contains(" 11-21 07:53 11-22 08:53 "))
  }

  @Test func `what a sample of the time before does not have is new`() throws {
    var session = try session()
    let before = session.dashboard.subscriptions.logQueries.first { !$0.window.isLive }
    let start = TestSession.now - .seconds(1_800)
    #expect(before?.window == .frozen(TimeRange(start: start, end: start + .seconds(900))))
    let old = [
      Sample.line("old", at: -1_500_000, "user 7 left"),
      Sample.line("old2", at: -1_400_000, "pool exhausted after 1ms"),
    ]
    session.answer(.logs(LogBatch(entries: old, isFirst: true, matched: 5_000))) { $0.logQuery == before }
    #expect(session.screen.contains("NEW: not in 2 of 5,000 lines of 08:24–08:39"))
    #expect(session.rows.filter { $0.contains("NEW ") }.map { $0.suffix(25) } == ["NEW disk full on node-<*>"])
    #expect(session.dashboard.subscriptions.logQueries.allSatisfy { $0.window.isLive })
    try session.press("o o")
    #expect(session.rows.first { $0.contains("<*>") }?.contains("disk full") ?? false)
  }

  @Test func `a time before that cannot be had is said`() throws {
    var session = try session()
    session.answer(.failed(Sample.failure("circuit breaker"))) { $0.logQuery.map { !$0.window.isLive } ?? false }
    #expect(session.screen.contains("what is new is not known: circuit breaker"))
    #expect(!session.screen.contains(" NEW"))
  }

  @Test func `Enter lists a pattern's lines, and Esc goes back the same way`() throws {
    var session = try session()
    try session.press("j enter")
    #expect(session.screen.contains("10 of the pattern pool exhausted after <*>"))
    #expect(session.rows.filter { $0.contains("pool exhausted after") && $0.contains(" E ") }.count == 10)
    #expect(!session.screen.contains("left"))
    #expect(session.dashboard.logs.selectedMessage == "pool exhausted after 36ms")
    session.answer(.logs(LogBatch(entries: [Sample.line("n", at: 50_000, "pool exhausted after 99ms")]))) {
      $0.logQuery?.window.isLive ?? false
    }
    #expect(session.screen.contains("11 of the pattern"))
    try session.press("escape")
    #expect(session.screen.contains("Patterns · errors"))
    try session.press("escape")
    #expect(session.screen.contains("Logs · errors"))
    #expect(session.dashboard.logs.position.isFollowing)
    #expect(session.dashboard.logs.reading.board == nil)
  }

  @Test func `t opens the trace of an example`() throws {
    var session = try session()
    try session.press("t")
    #expect(session.footer == " no line of this pattern has a trace id")
    try session.press("j t")
    #expect(session.dashboard.subscriptions.traceRequests.map(\.id) == [TraceID(high: 0, low: 0xa1)])
  }

  @Test func `many lines are read elsewhere, and what comes meanwhile is counted`() throws {
    var session = TestSession(width: 140, height: 30)
    session.answerAll()
    let padding = String(repeating: "x", count: 10_000)
    let entries = (0..<600).map { Sample.line("p\($0)", at: Int64($0), "request \($0) failed\n\(padding)") }
    session.answer(.logs(LogBatch(entries: entries, isFirst: true))) { $0.logQuery != nil }
    try session.press("P")
    #expect(session.screen.contains("Reading the lines that are held …"))
    session.answer(.logs(LogBatch(entries: [Sample.line("n", at: 1_000, "request 4 failed")]))) {
      $0.logQuery?.window.isLive ?? false
    }
    session.work()
    #expect(session.screen.contains("1 of 601 held lines"))
  }

  @Test func `what is written to a file is what is shown`() throws {
    var session = try session()
    #expect(session.footer.contains("enter lines"))
    try session.press(": w r i t e space f enter")
    try session.press("j enter : w r i t e space g enter")
    let files = session.effects.compactMap { effect -> String? in
      switch effect {
      case .writeFile(_, let contents, _): return contents
      case .writeLines(_, let export, _):
        var text = ""
        export.forEachPiece { text += $0 }
        return text
      default: return nil
      }
    }
    try #require(files.count == 2)
    let rows = files[0].split(separator: "\n")
    #expect(rows.count == 4)
    #expect(
      rows[3]
        == "1\t2026-11-22T08:53:47.000Z\t2026-11-22T08:53:47.000Z\tC\tapi-gateway\tunknown\tdisk full on node-<*>")
    #expect(files[1].split(separator: "\n").count == 10)
  }

  @Test func `other lines make another board`() throws {
    var session = try session()
    try session.press("l")
    session.answer(.logs(LogBatch(entries: [Sample.line("w", at: 1, "a warning", level: .warning)], isFirst: true))) {
      $0.logQuery?.window.isLive ?? false
    }
    #expect(session.screen.contains("1 of 1 held lines"))
    #expect(session.screen.contains("a warning"))
  }
}

/// Patterns of the demo's lines.
struct LogsDemoPatternsTests {
  private static let origin = Timestamp(seconds: 1_795_337_590)

  private func messages(seconds: Int64) -> [LogEntry] {
    let world = World(seed: 7, origin: LogsDemoPatternsTests.origin)
    let end = LogsDemoPatternsTests.origin
    return world.documents(from: end - .seconds(seconds), to: end, now: end + .seconds(60)).compactMap { document in
      guard case .string(let message)? = document.fields.first(where: { $0.name == "message" })?.value,
        case .string(let time)? = document.fields.first(where: { $0.name == "@timestamp" })?.value,
        let timestamp = Timestamp(iso8601: time)
      else { return nil }
      return Sample.line(document.id, at: (timestamp - Sample.start).nanoseconds / 1_000_000, message)
    }
  }

  private func templates(_ lines: [LogEntry]) -> [String] {
    var census = PatternCensus()
    census.add(lines.enumerated().map { ($0.element, $0.offset) })
    census.settle(at: Sample.start + .seconds(86_400))
    return census.patterns.map { "\($0.count) \($0.template)" }.sorted()
  }

  @Test func `the demo's lines come to few patterns, the same in any order within a second`() {
    let lines = messages(seconds: 120)
    let expected = templates(lines)
    #expect(lines.count > 500)
    #expect((10...120).contains(expected.count), "\(expected)")
    #expect(expected.contains { $0.contains("redis pool exhausted") || $0.contains("done in <*>") })
    #expect(templates(lines.reversed()) == expected)
  }
}
