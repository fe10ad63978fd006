import ObsData
import Testing

@testable import ObsTUI

@Suite struct `Requests, errors and durations` {
  private func series(_ values: [Double?]) -> TimeSeries {
    TimeSeries(
      labels: [:], start: TestSession.now - .seconds(60 * (values.count - 1)), step: .seconds(60), values: values)
  }

  private var report: REDReport {
    REDReport(
      services: [
        ServiceRED(
          name: "api_gateway", requests: series((0..<15).map { Double($0) }), errors: series([0, 0]),
          p50: series([0.01]), p95: series([0.02, 0.03]), p99: series([0.07])),
        ServiceRED(name: "msg_server", requests: series([12, 12]), errors: series([0, 0.2])),
      ], source: "app_request_total and app_request_duration_seconds_bucket by service",
      remarks: ["p99 latency: query timed out"], expressions: ["request-rate": "a", "error-ratio": "b"])
  }

  private func session(width: Int = 100) throws -> TestSession {
    var session = TestSession(width: width, height: 24)
    session.answerAll()
    try session.press(": \"red\" enter")
    return session
  }

  private func answer(_ session: inout TestSession, _ report: REDReport) {
    session.answer(.explorer(.red(report))) { if case .explorer(.red) = $0 { true } else { false } }
  }

  private func pane(_ session: TestSession, _ rows: ClosedRange<Int>) -> String {
    session.rows[rows].map { row in
      var row = row
      while row.last == " " { row.removeLast() }
      return row
    }.joined(separator: "\n")
  }

  @Test func `each service has its three figures, and below stands where they come from`() throws {
    var session = try session()
    answer(&session, report)
    #expect(session.rows[2].contains(" Requests, errors, durations · 2 services "))
    #expect(
      pane(session, 3...5) == """
        service     requests               errors                 p95                    p50      p99
        api_gateway ▁▂▂▃▃▄▅▅▆▆▇▇█ 14/s     ············▁ 0%       ············█ 30.0ms   10.0ms   70.0ms
        msg_server  ············█ 12/s     ············█ 20%                    -        -        -
        """)
    #expect(session.screen.contains("from app_request_total and app_request_duration_seconds_bucket by service"))
    #expect(session.screen.contains("p99 latency: query timed out"))
  }

  @Test func `enter chooses the service, e goes to the next that fails, y copies the expressions`() throws {
    var session = try session()
    answer(&session, report)
    try session.press("y")
    #expect(session.effects.last == .copy("b\na", what: "the expressions"))
    try session.press("e enter")
    #expect(session.dashboard.chosenService == "msg-server")
    #expect(session.dashboard.focus == .metrics)
    #expect(session.dashboard.pushed.isEmpty)
  }

  @Test func `without figures it says why`() throws {
    var session = try session(width: 80)
    answer(&session, REDReport(services: [], source: "", remarks: ["no counter of requests was found"]))
    #expect(session.screen.contains("Nothing here counts the requests of services."))
    #expect(session.screen.contains("no counter of requests was found"))
    try session.press("escape")
    #expect(!session.screen.contains("Requests, errors, durations"))
  }
}
