import ObsData
import Testing

@testable import ObsTUI

/// One cursor for all panes: a conversation about an instant. The clock stands at 08:54:10.
@Suite struct `The time cursor` {
  private static func series(_ values: [Double?], step: Duration = .seconds(15)) -> TimeSeries {
    let end = TestSession.now.floored(to: step)
    return TimeSeries(labels: [:], start: end - step * (values.count - 1), step: step, values: values)
  }

  private static let rows = [
    MetricRow(
      id: "request-rate", title: "request rate", unit: .perSecond, expression: "rate",
      series: [series((0..<60).map { Double($0) })]),
    MetricRow(
      id: "latency-p95", title: "latency p95", unit: .seconds, expression: "histogram_quantile(…)",
      series: [series((0..<60).map { $0 == 58 ? nil : Double($0) / 100 })]),
  ]

  private static func trace(_ id: UInt64, _ seconds: Double) -> TraceSummary {
    TraceSummary(
      id: TraceID(high: 0, low: id), rootService: "api", rootOperation: "GET /\(id)",
      start: TestSession.now - .seconds(seconds), duration: .milliseconds(20), spanCount: 3, errorCount: 0,
      orphanCount: 0, services: [])
  }

  /// Everything answered: lines every ten seconds of ten minutes, but where `from` cuts them, and four traces.
  private func session(linesFrom from: Timestamp? = nil, isTruncated: Bool = false, height: Int = 40) -> TestSession {
    var session = TestSession(width: 120, height: height)
    session.answerAll()
    let lines = (0..<60).reversed().map { Sample.line("l\($0)", at: Int64(60_000 - 10_000 * $0), "line \($0)") }
    var batch = LogBatch(entries: lines, isFirst: true, matched: 60)
    batch.from = from
    session.answer(.logs(batch)) { $0.logQuery != nil }
    session.answer(.metrics(Self.rows)) { if case .metrics = $0 { true } else { false } }
    let traces = [Self.trace(1, 10), Self.trace(2, 40), Self.trace(3, 100), Self.trace(4, 400)]
    session.answer(.traces(TraceSearchResult(traces: traces, isTruncated: isTruncated))) {
      if case .traces = $0 { true } else { false }
    }
    session.dashboard.focus = .metrics
    return session
  }

  @Test func `moves by columns, every series says its value there, and logs and traces go there`() throws {
    var session = session()
    try session.press("<")
    #expect(session.dashboard.cursor?.time == TestSession.now.floored(to: .seconds(15)))
    try session.press("< <")
    let cursor = try #require(session.dashboard.cursor?.time)
    // The sparkline has 40 columns for 15 minutes, the series a value every 15 s: a column is two of them.
    #expect(cursor == TestSession.now.floored(to: .seconds(15)) - .seconds(60))
    #expect(session.screen.contains("Metrics · at 08:53:00"))
    #expect(session.screen.contains("08:53:00▲"))
    #expect(session.rows.contains { $0.contains("request rate") && $0.contains(" 55/s") })
    #expect(session.rows.contains { $0.contains("latency p95") && $0.contains(" 550ms") })
    // The first line from that instant on; and the trace that began nearest.
    #expect(session.dashboard.logs.selectedLine?.entry.message == "line 7")
    #expect(session.dashboard.traces.selection?.id == TraceID(high: 0, low: 2))
    try session.press(">")
    #expect(session.dashboard.cursor?.time == cursor + .seconds(30))
    #expect(session.dashboard.logs.selectedLine?.entry.message == "line 4")
  }

  @Test func `a gap at the instant is no value`() throws {
    var session = session()
    try session.press("<")
    session.dashboard.cursor?.time = TestSession.now.floored(to: .seconds(15)) - .seconds(15)
    #expect(session.rows.contains { $0.contains("latency p95") && $0.hasSuffix(" -") })
  }

  @Test func `nothing is asked for until it rests, and what is held is never asked for`() throws {
    var session = session()
    let before = session.dashboard.subscriptions
    try session.press("< < <")
    #expect(session.dashboard.subscriptions == before)
    #expect(
      session.effects == [1, 2, 3].map { .wait(.milliseconds(150), move: $0) })
    session.send(.rested(move: 3))
    #expect(session.dashboard.subscriptions == before)
    #expect(session.dashboard.window.isLive)
  }

  @Test func `lines that are not held are asked for when it rests, by a window that stands still`() throws {
    var session = session(linesFrom: TestSession.now - .seconds(45))
    let live = session.dashboard.window
    let before = session.dashboard.subscriptions
    try session.press("< < < <")
    session.send(.rested(move: 3))
    // Moved on since: that rest is over.
    #expect(session.dashboard.subscriptions == before)
    session.send(.rested(move: 4))
    let cursor = try #require(session.dashboard.cursor?.time)
    let range = TimeRange(start: TestSession.now - .seconds(900), end: TestSession.now)
    #expect(session.dashboard.window == .frozen(range))
    #expect(session.dashboard.subscriptions.logQueries.map(\.around) == [cursor])
    // Taken off: everything is as it was before.
    try session.press("|")
    #expect(session.dashboard.cursor == nil)
    #expect(session.dashboard.window == live)
    #expect(session.dashboard.subscriptions.logQueries.map(\.around) == [nil])
    #expect(session.dashboard.logs.position.isFollowing)
  }

  @Test func `traces before those that are held are asked for when it rests`() throws {
    var session = session(isTruncated: true)
    try session.press(String(repeating: "< ", count: 20))
    let cursor = try #require(session.dashboard.cursor?.time)
    func ends() -> [Timestamp?] {
      session.dashboard.subscriptions.compactMap { subscription in
        guard case .traces(let query) = subscription else { return nil }
        if case .frozen(let range) = query.window { return range.end }
        return nil
      }
    }
    #expect(ends().isEmpty)
    session.send(.rested(move: 20))
    #expect(ends() == [cursor + .seconds(45)])
    // What comes is not what was there: the nearest of it is selected.
    let older = [Self.trace(7, 590), Self.trace(8, 610), Self.trace(9, 700)]
    session.answer(.traces(TraceSearchResult(traces: older, isTruncated: true))) {
      if case .traces = $0 { true } else { false }
    }
    let nearest = older.min { abs(($0.start - cursor).seconds) < abs(($1.start - cursor).seconds) }
    #expect(session.dashboard.traces.selection?.id == nearest?.id)
    #expect(session.screen.contains("up to "))
    try session.press("|")
    #expect(ends().isEmpty)
  }

  @Test func `goes with the line that is selected, and with the trace`() throws {
    var session = session()
    try session.press("< <")
    session.dashboard.focus = .logs
    try session.press("k")
    #expect(session.dashboard.cursor?.time == session.dashboard.logs.selectedLine?.entry.timestamp)
    session.dashboard.focus = .traces
    try session.press("j j")
    #expect(session.dashboard.cursor?.time == session.dashboard.traces.selection?.start)
    #expect(session.dashboard.logs.selectedLine?.entry.message == "line 40")
    // The end of the tail is no instant.
    session.dashboard.focus = .logs
    try session.press("G")
    #expect(session.dashboard.cursor == nil)
  }

  @Test func `is put on the selected line by its key, and taken off by it`() throws {
    var session = session()
    session.dashboard.focus = .logs
    try session.press("k k |")
    #expect(session.dashboard.cursor?.time == Sample.start + .milliseconds(40_000))
    try session.press("|")
    #expect(session.dashboard.cursor == nil)
    #expect(session.dashboard.logs.selectedLine?.entry.message == "line 2")
  }

  @Test func `stops at the window's ends, and goes when the window leaves it behind`() throws {
    var session = session()
    try session.press("< >")
    #expect(session.footer.contains("the window ends here"))
    try session.press(String(repeating: "< ", count: 40))
    #expect(session.footer.contains("the window begins here"))
    try session.press("-")
    #expect(session.dashboard.cursor == nil)
  }

  @Test func `has a line in every row of sparklines and an arrow below them`() {
    var pane = MetricPane()
    let scope = Scope(window: .live(.seconds(900)), sparklineWidth: 39)
    pane.adopt(scope)
    pane.receive(
      Update(subscription: .metrics(pane.query(in: scope)), at: TestSession.now, body: .metrics(Self.rows)))
    var context = Sample.context()
    context.isFocused = false
    context.cursor = TestSession.now - .seconds(430)
    #expect(
      pane.view(Size(width: 80, height: 5), in: context).text == """
        request rate                    ▁▁▂▂▂▃▃▄▄▅▅▅▆▆▇▇▇███      31/s 0/s–59/s
                       ▂▂▃▃▄▄▄▅▅▆▆▆▇▇███████████████████████
        latency p95                     ▁▁▂▂▂▃▃▄▄▅▅▅▆▆▇▇▇█ █     310ms 0s–590ms
                       ▂▂▃▃▄▄▄▅▅▆▆▆▇▇█████████████████████·█
                        ╵08:40           ▲08:47:00
        """)
  }

  @Test func `a chart has it as a line with the instant below and the values in the legend`() throws {
    var session = session(height: 20)
    try session.press("enter < < < z")
    #expect(
      session.rows.dropFirst(3).dropLast().joined(separator: "\n") == """
        rate
        60/s┤                                                                                                         │⢀⣀⣀⣀⡠⠤⠔⠂
            │                                                                                                   ⣀⣀⠤⠤⠒⠊⠉⠁
        50/s┤                                                                                         ⢀⣀⡠⠤⠒⠒⠉⠉⠉⠉      │
            │                                                                                ⣀⣀⠤⠤⠤⠔⠒⠊⠉⠁               │
        40/s┤                                                                        ⣀⣀⠤⠤⠒⠒⠉⠉                         │
            │                                                              ⢀⣀⡠⠤⠔⠒⠊⠉⠉⠉                                 │
        30/s┤                                                     ⣀⣀⠤⠤⠒⠒⠒⠒⠉⠁                                          │
            │                                           ⢀⣀⣀⣀⡠⠤⠔⠒⠊⠉                                                    │
        20/s┤                                    ⣀⣀⠤⠤⠒⠊⠉⠁                                                             │
            │                          ⢀⣀⡠⠤⠔⠒⠒⠒⠉⠉                                                                     │
        10/s┤                 ⣀⣀⠤⠤⠤⠔⠒⠊⠉⠁                                                                              │
            │         ⢀⣀⠤⠤⠒⠒⠉⠉                                                                                        │
         0/s┤⢀⡠⠤⠔⠒⠊⠉⠉⠉⠁                                                                                               │
                   ╵08:40  ╵08:41 ╵08:42  ╵08:43  ╵08:44 ╵08:45  ╵08:46  ╵08:47 ╵08:48  ╵08:49  ╵08:50 ╵08:51  ╵08:52 ▲08:53:00
        request rate at 55/s min 0/s max 59/s mean 29.5/s
        """)
  }

  @Test func `the log histogram's keys put it on a bar`() throws {
    var session = session()
    session.dashboard.focus = .logs
    let histogram = LogHistogram(
      range: TimeRange(start: Sample.start - .seconds(540), end: TestSession.now), start: Sample.start - .seconds(550),
      step: .seconds(60), buckets: Array(repeating: LogCounts(error: 6), count: 11))
    session.answer(.logHistogram(histogram)) { if case .logHistogram = $0 { true } else { false } }
    try session.press("<")
    let time = try #require(session.dashboard.cursor?.time)
    #expect(time == session.dashboard.logs.cursorTime)
    try session.press("<")
    #expect(session.dashboard.cursor?.time == session.dashboard.logs.cursorTime)
    #expect(try #require(session.dashboard.cursor?.time) < time)
    // Back to where the first one came from.
    try session.press("|")
    #expect(session.dashboard.logs.position.isFollowing)
  }
}
