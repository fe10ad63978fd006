import ObsData
import Testing

@testable import ObsTUI

/// Searches through all lines that are held, as conversations with the dashboard.
struct LogsSearchTests {
  private func session(_ entries: [LogEntry]) -> TestSession {
    var session = TestSession()
    session.answerAll()
    session.answer(.logs(LogBatch(entries: entries, isFirst: true, matched: entries.count))) { $0.logQuery != nil }
    return session
  }

  private func lines() throws -> [LogEntry] {
    try (0..<9).map { number in
      Sample.line(
        "s\(number)", at: Int64(number) * 1_000, "line \(number) took \(number * 10)ms",
        source: try Sample.source("{\"user\":\"u\(number)\",\"attempt\":\(number + 100)}"))
    }
  }

  @Test func `an expression behind ~ is looked for elsewhere, and its match is gone to when it is found`() throws {
    var session = session(try lines())
    try session.press("/ ~ t o o k space [ 1 2 ] 0 m enter")
    #expect(session.footer == " searching 9 lines, Esc ends it")
    #expect(session.rows.contains { $0.contains("searching 0%") })
    session.work()
    #expect(session.footer == " match 2 of 2")
    #expect(session.dashboard.logs.selectedMessage == "line 2 took 20ms")
    try session.press("N")
    #expect(session.dashboard.logs.selectedMessage == "line 1 took 10ms")
    // What comes in is counted without a new search.
    session.answer(.logs(LogBatch(entries: [Sample.line("x", at: 20_000, "it took 10ms")]))) { $0.logQuery != nil }
    try session.press("n n")
    #expect(session.footer == " match 3 of 3")
    #expect(session.effects == [])
  }

  @Test func `all matches in view are highlighted`() throws {
    var session = session(try lines())
    try session.press("/ ~ [ 1 2 ] 0 m s enter")
    session.work()
    let canvas = session.dashboard.view().canvas
    let rows = (0..<canvas.size.height).filter { y in
      (0..<canvas.size.width).contains { [.match, .matchCurrent].contains(canvas[$0, y].style.background) }
    }
    #expect(rows.count == 2)
  }

  @Test func `a match in a field that is not shown says in which`() throws {
    var session = session(try lines())
    try session.press("/ u 4 enter")
    #expect(session.footer == " match 1 of 1, in user (v shows it)")
    #expect(session.dashboard.logs.selectedMessage == "line 4 took 40ms")
    try session.press("/ 1 0 7 enter")
    #expect(session.footer.hasPrefix(" match 1 of 1, in attempt (v shows it)"))
  }

  @Test func `a bad expression is said in the prompt and when it is entered`() throws {
    var session = session(try lines())
    try session.press("/")
    #expect(session.footer.contains("text, or ~ and a regular expression"))
    try session.press("~ a ( b")
    #expect(session.footer.contains("missing closing parenthesis, at character 4"))
    try session.press("enter")
    #expect(session.footer == " the expression cannot be read: missing closing parenthesis, at character 4")
    #expect(session.dashboard.search == nil)
  }

  @Test func `a backslash takes ~ for a letter`() throws {
    var session = session([Sample.line("s1", "in ~/logs")])
    try session.press("/ \\ ~ / l enter")
    #expect(session.footer.hasPrefix(" match 1 of 1"))
  }

  @Test func `Esc ends a search that is under way, and its outcome is passed over`() throws {
    var session = session(try lines())
    try session.press("/ ~ l i n e enter escape")
    #expect(session.footer == " the search was ended")
    guard case .work(let work)? = session.effects.first, case .cancelWork(let ticket)? = session.effects.last else {
      Issue.record("\(session.effects)")
      return
    }
    #expect(work.ticket == ticket)
    session.work()
    #expect(session.dashboard.logs.position.isFollowing)
  }

  @Test func `an expression that takes too long is given up with a sentence`() throws {
    let text = String(repeating: "a", count: 200) + "!"
    var session = session((0..<60).map { Sample.line("s\($0)", at: Int64($0), text) })
    try session.press("/ ~ ( a | a a ) + $ enter")
    session.work()
    #expect(session.footer.contains("goes back and forth for too long"))
  }

  private func searchWork(lines: Int) -> LogWork? {
    var buffer = LogBuffer()
    buffer.insert((0..<lines).map { Sample.line("\($0)", at: Int64($0)) })
    guard let search = TextSearch("connection") else { return nil }
    let task = LogWork.Task.search(LineMatcher(search, time: .utc))
    let ticket = LogWork.Ticket(subject: .tail, kind: .search, number: 1, lines: buffer.count)
    return LogWork(ticket: ticket, task: task, lines: buffer)
  }

  @Test func `work is done on another thread, which says how far it has come`() async throws {
    let work = try #require(searchWork(lines: 20_000))
    let worker = LogWorker()
    let outcomes = AsyncStream<LogWork.Outcome> { continuation in
      worker.perform(work) { outcome in
        continuation.yield(outcome)
        if case .found = outcome { continuation.finish() }
      }
    }
    var told: [Int] = []
    var found = 0
    for await outcome in outcomes {
      switch outcome {
      case .progress(let done): told.append(done)
      case .found(let lines): found = lines.keys.count
      default: Issue.record("\(outcome)")
      }
    }
    #expect(told == [8_192, 16_384])
    #expect(found == 20_000)
  }

  @Test func `work is ended when nobody waits for it`() throws {
    let work = try #require(searchWork(lines: 2_000))
    var told: [Int] = []
    let outcome = work.run { done in
      told.append(done)
      return done < 600
    }
    #expect(outcome == nil)
    #expect(told == [256, 512, 768])
  }
}
