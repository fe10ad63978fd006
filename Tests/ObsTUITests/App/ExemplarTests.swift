import ObsData
import Testing

@testable import ObsTUI

/// From a chart of latencies into the trace of one measurement.
@Suite struct `Exemplars` {
  private static func exemplar(_ id: UInt64, _ seconds: Double, _ value: Double) -> Exemplar {
    Exemplar(
      time: TestSession.now - .seconds(seconds), value: value, traceID: TraceID(high: 0, low: id),
      spanID: SpanID(value: id))
  }

  private static let row: MetricRow = {
    let end = TestSession.now.floored(to: .seconds(15))
    let values = (0..<60).map { Optional(0.2 + Double($0 % 10) / 50) }
    return MetricRow(
      id: "latency-p95", title: "latency p95", unit: .seconds,
      expression: "histogram_quantile(0.95, sum by (le) (rate(took_milliseconds_bucket[1m])))",
      series: [TimeSeries(labels: [:], start: end - .seconds(885), step: .seconds(15), values: values)])
  }()

  private func session() throws -> TestSession {
    var session = TestSession(width: 100, height: 24)
    session.answerAll()
    session.answer(.metrics([Self.row])) { if case .metrics = $0 { true } else { false } }
    session.dashboard.focus = .metrics
    return session
  }

  private func queries(_ session: TestSession) -> [ExemplarQuery] {
    session.dashboard.subscriptions.compactMap { if case .exemplars(let query) = $0 { query } else { nil } }
  }

  @Test func `are asked for only while a chart of latencies is enlarged`() throws {
    var session = try session()
    #expect(queries(session).isEmpty)
    try session.press("enter")
    #expect(queries(session).map(\.expression) == [Self.row.expression])
    try session.press("escape")
    #expect(queries(session).isEmpty)
  }

  @Test func `stand at their values, and Enter opens the trace of the one at the cursor`() throws {
    var session = try session()
    try session.press("z enter")
    let exemplars = [Self.exemplar(1, 800, 250), Self.exemplar(2, 400, 120), Self.exemplar(3, 100, 310)]
    session.answer(.exemplars(ExemplarAnswer(exemplars: exemplars))) { if case .exemplars = $0 { true } else { false } }
    // The histogram is of milliseconds, the row of seconds.
    #expect(
      session.rows.dropFirst(2).dropLast().joined(separator: "\n") == """
        ━ Metrics · latency p95 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
        histogram_quantile(0.95, sum by (le) (rate(took_milliseconds_bucket[1m]…  ◇ 3 exemplars, t opens one
         400ms┤              ⢀               ⡀              ⡀              ⢀               ⡀              ⢀
              │             ⡠⢻             ⢀⠜⡇            ⢀⠜⢇             ⡠⢻             ⢀⠜⡇             ⡠⠃
         350ms┤           ⡠⠊  ⡇          ⡠⠊⠁ ⢸          ⢀⠔⠁ ⢸           ⡠⠊  ⡇          ⢀⠔⠁ ⢸           ⡠⠊
              │         ⡠⠊    ⡇        ⢠⠊    ⢸         ⡔⠁   ⠸⡀        ⢠⠊    ⡇         ⡔⠁   ⢸         ⢠⠊
         300ms┤       ⡠⠊      ⢣      ⢀⠔⠁     ⠘⡄      ⡠⠊      ⡇      ⢀⠔⠁     ⢣       ⡠⠊     ⠘⡄    ◈ ⢀⠔⠁
              │     ⡠⠊        ⢸    ⢀⠔⠁        ⡇    ⡠⠊        ⢣    ⢀⠔⠁       ⢸     ⡠⠊        ⡇    ⡠⠒⠁
         250ms┤   ⢀⠜     ◇    ⢸   ⡠⠃          ⡇  ⢀⠜          ⢸   ⡠⠃         ⢸   ⢀⠜          ⡇  ⢀⠜
              │ ⢀⠔⠁            ⡇⡠⠊            ⢸⢀⠔⠁           ⠘⡄⡠⠊            ⡇⡠⠊⠁           ⢸⢀⠔⠁
         200ms┤⠐⠁              ⠋              ⠘⠁              ⠋              ⠋              ⠘⠁
              │
         150ms┤
              │                                                   ◇
         100ms┤
              │
        50.0ms┤
              │
            0s┤
                    ╵08:40      ╵08:42      ╵08:44       ╵08:46      ╵08:48       ╵08:50      ╵08:52
        latency p95 380ms min 200ms max 380ms mean 290ms
        """)
    // Without a cursor Enter is the way back from the chart, and the key goes to the greatest.
    try session.press("t")
    #expect(
      session.dashboard.subscriptions.traceRequests == [
        TraceRequest(id: TraceID(high: 0, low: 3), around: exemplars[2].time)
      ])
    try session.press("escape")
    #expect(session.dashboard.focus == .metrics)
    session.dashboard.cursor = TimeCursor(
      time: TestSession.now - .seconds(500),
      origin: TimeCursor.Origin(
        window: session.dashboard.window, instant: nil, logs: LogPosition(), followsWhenLive: false, trace: nil),
      move: 1)
    try session.press("enter")
    #expect(session.dashboard.subscriptions.traceRequests.map(\.id) == [TraceID(high: 0, low: 2)])
    if case .waterfall(let pane) = session.dashboard.pushed.last { #expect(pane.focus == SpanID(value: 2)) }
  }

  @Test func `a server that has none says so on the chart, and is not told as failing`() throws {
    var session = try session()
    try session.press("z enter")
    session.answer(.exemplars(ExemplarAnswer(remark: "this server keeps no exemplars"))) {
      if case .exemplars = $0 { true } else { false }
    }
    #expect(session.screen.contains("this server keeps no exemplars"))
    try session.press("t")
    #expect(session.footer.contains("this server keeps no exemplars"))
    var other = try self.session()
    try other.press("z enter")
    other.answer(.failed(Sample.failure("no such thing"))) { if case .exemplars = $0 { true } else { false } }
    #expect(other.screen.contains("no exemplars: no such thing"))
    #expect(other.screen.contains("●Pr") || other.screen.contains("●Prometheus"))
  }

  @Test func `the nearest is chosen, of several at a distance the greatest`() {
    let all = [Self.exemplar(1, 100, 5), Self.exemplar(2, 50, 9), Self.exemplar(3, 50, 12), Self.exemplar(4, 10, 7)]
    #expect(Exemplar.chosen(of: all, at: nil) == all[2])
    #expect(Exemplar.chosen(of: all, at: TestSession.now - .seconds(60)) == all[2])
    #expect(Exemplar.chosen(of: all, at: TestSession.now - .seconds(90)) == all[0])
    #expect(Exemplar.chosen(of: [], at: TestSession.now) == nil)
  }
}
