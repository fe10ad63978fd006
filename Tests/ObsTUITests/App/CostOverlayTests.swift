import ObsData
import Testing

@testable import ObsTUI

@Suite struct `The cost of watching` {
  private static let report: CostReport = {
    var logs = CostReport.Figures()
    (logs.requests, logs.failures, logs.bytes) = (42, 2, 1_258_291)
    (logs.waited, logs.slowest) = (.milliseconds(1_230), .milliseconds(310))
    var metrics = CostReport.Figures()
    (metrics.requests, metrics.bytes) = (180, 92_160)
    (metrics.waited, metrics.slowest) = (.milliseconds(420), .milliseconds(12))
    return CostReport(span: .seconds(60), stores: [.elasticsearch: logs, .prometheus: metrics])
  }()

  @Test func `is shown in figures per minute for each store, and taken away again`() throws {
    var session = TestSession()
    session.answerAll()
    #expect(!session.dashboard.subscriptions.contains(.cost))
    try session.press(": \"cost\" enter")
    #expect(session.screen.contains("measuring"))
    session.answer(.cost(Self.report)) { $0 == .cost }
    let view = try #require(session.dashboard.cost).view(
      stores: session.dashboard.configuration.stores, glyphs: .unicode)
    #expect(
      view.text == """
         the last minute       requests  received    waited   slowest
         Elasticsearch            ✗2 42   1.20MiB     1.23s     310ms
         Jaeger                       0        0B        0s        0s
         Prometheus                 180     90KiB     420ms    12.0ms
         Alertmanager                 0        0B        0s        0s
         all                     ✗2 222   1.29MiB     1.65s     310ms
        """)
    #expect(session.screen.contains("the last minute"))
    try session.press("escape")
    #expect(session.dashboard.cost == nil)
    #expect(!session.dashboard.subscriptions.contains(.cost))
  }

  @Test func `in the first minute it says how long it has measured`() {
    let report = CostReport(span: .seconds(23), stores: [:])
    let view = CostOverlay(report: report).view(
      stores: [StoreLabel(store: .jaeger, address: "")], glyphs: .ascii)
    #expect(
      view.text == """
         the last 23s          requests  received    waited   slowest
         Jaeger                       0        0B        0s        0s
         all                          0        0B        0s        0s
        """)
  }
}
