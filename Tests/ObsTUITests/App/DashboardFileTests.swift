import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A dashboard of files` {
  private func dashboard(_ stores: [Store] = []) -> Dashboard {
    var configuration = Dashboard.Configuration()
    configuration.logFiles = "app.log"
    configuration.stores = [StoreLabel(store: .elasticsearch, address: "app.log", name: "app.log")]
    configuration.stores += stores.map { StoreLabel(store: $0, address: "http://127.0.0.1") }
    return Dashboard(
      configuration: configuration, size: Size(width: 100, height: 30), now: TestSession.now, window: .everything)
  }

  @Test func `shows the logs alone where there is no other store, under the file's name`() {
    var dashboard = dashboard()
    #expect(dashboard.layout?.order == [.logs])
    #expect(dashboard.view().canvas.text.contains("Waiting for app.log's answer"))
    for subscription in dashboard.subscriptions {
      if case .logs = subscription {
        let batch = LogBatch(entries: [Sample.line("1", "no")], isFirst: true, matched: 1)
        _ = dashboard.update(.data(Update(subscription: subscription, at: TestSession.now, body: .logs(batch))))
      }
    }
    let rows = dashboard.view().canvas.text.split(separator: "\n").map(String.init)
    #expect(rows[0].contains("LIVE all lines") && rows[0].contains("●app.log"))
    #expect(rows.contains { $0.contains("msg-server no") })
    #expect(!dashboard.view().canvas.text.contains("Traces") && !dashboard.view().canvas.text.contains("Alertmanager"))
  }

  @Test func `beside other stores it is one pane of several`() {
    #expect(dashboard([.jaeger, .prometheus]).layout?.order == [.logs, .traces, .metrics])
  }

  @Test func `the window of all lines is beyond the longest of the others`() throws {
    var dashboard = dashboard()
    func press(_ keys: String) throws { for key in try Key.script(keys) { _ = dashboard.update(.key(key)) } }
    try press("-")
    #expect(dashboard.window == .live(.seconds(86_400)))
    try press("+")
    #expect(dashboard.window.isEverything)
    try press("p")
    #expect(!dashboard.window.isLive && dashboard.view().canvas.text.contains("FROZEN –"))
  }

  @Test func `lines that are read later although they came before stand in front, and are not late`() {
    var buffer = LogBuffer()
    buffer.insert([Sample.line("3", at: 0), Sample.line("4", at: 0)])
    buffer.prepend([Sample.line("1", at: 0), Sample.line("2", at: 0)])
    buffer.prepend([Sample.line("0", at: -5), Sample.line("1", at: 0)])
    let lines = buffer.lines(in: 0..<buffer.count)
    #expect(lines.map(\.entry.id.document) == ["0", "1", "2", "3", "4"])
    #expect(lines.allSatisfy { $0.lateness == nil })
  }
}
