import ObsData
import Testing

@testable import ObsTUI

/// Deploys and restarts below the charts.
@Suite struct `Markers` {
  private static let markers = [
    TimeMarker(time: TestSession.now - .seconds(430), kind: .restart, text: "msg-server restarted"),
    TimeMarker(time: TestSession.now - .seconds(60), kind: .version, text: "api is 2.4.0 now, was 2.3.1"),
  ]

  @Test func `stand on the time axis, and the footer tells the one that the cursor is on`() throws {
    var session = TestSession(width: 120, height: 40)
    session.answerAll()
    let series = TimeSeries(
      labels: [:], start: TestSession.now - .seconds(900), step: .seconds(15), values: Array(repeating: 1, count: 61))
    let row = MetricRow(id: "r", title: "rate", unit: .none, expression: "x", series: [series])
    session.answer(.metrics([row])) { if case .metrics = $0 { true } else { false } }
    session.answer(.markers(Self.markers)) { if case .markers = $0 { true } else { false } }
    // Both below the sparklines, the later one below the log histogram as well.
    #expect(session.screen.filter { $0 == "◆" }.count == 3)
    session.dashboard.cursorMoves = 1
    _ = session.dashboard.setCursor(TestSession.now - .seconds(435))
    #expect(session.footer.contains("◆ 08:47:00 msg-server restarted"))
    _ = session.dashboard.setCursor(TestSession.now - .seconds(300))
    #expect(!session.footer.contains("◆"))
  }

  @Test func `a ruler makes room for them among its times`() {
    var context = Sample.context()
    context.markers = Self.markers
    var canvas = Canvas(size: Size(width: 60, height: 3))
    TimeRuler(context.window, columns: 60).draw(at: Point(x: 0, y: 0), on: &canvas, in: context)
    context.cursor = TestSession.now - .seconds(20)
    TimeRuler(context.window, columns: 60).draw(at: Point(x: 0, y: 1), on: &canvas, in: context)
    context.glyphs = .ascii
    context.cursor = TestSession.now - .seconds(600)
    TimeRuler(context.window, columns: 60).draw(at: Point(x: 0, y: 2), on: &canvas, in: context)
    #expect(
      canvas.text == """
           ╵08:40  ╵08:42  ╵08:44      ◆   ╵08:48  ╵08:50       ◆
           ╵08:40  ╵08:42  ╵08:44      ◆   ╵08:48  ╵08:50       ◆ ▲
           '08:40  '08:42   ^08:44:10  *   '08:48  '08:50       *
        """)
  }

  @Test func `are asked for once, for the window and the chosen service`() throws {
    var session = TestSession()
    session.answerAll()
    func queries() -> [MarkerQuery] {
      session.dashboard.subscriptions.compactMap { if case .markers(let query) = $0 { query } else { nil } }
    }
    #expect(queries() == [MarkerQuery(window: .live(.seconds(900)))])
    try session.press("2")
    #expect(queries() == [MarkerQuery(services: ["msg_server"], window: .live(.seconds(900)))])
  }

  @Test func `a store that refuses the question is not told as failing`() {
    var session = TestSession(width: 140)
    session.answerAll()
    session.answer(.failed(Sample.failure())) { if case .markers = $0 { true } else { false } }
    #expect(session.screen.contains("●Prometheus"))
  }
}
