import ObsData
import Testing

@testable import ObsTUI

@Suite struct `Targets and rules` {
  private func session() -> TestSession {
    var session = TestSession(width: 100, height: 24)
    session.answerAll()
    return session
  }

  private func pane(_ session: TestSession, _ count: Int) -> String {
    session.rows[3..<(3 + count)].map { row in
      var row = row
      while row.last == " " { row.removeLast() }
      return row
    }.joined(separator: "\n")
  }

  private let targets = TargetReport(
    targets: [
      ScrapeTarget(
        health: .down, job: "rustim", instance: "msg-server:9100", labels: ["job": "rustim"],
        address: "http://msg-server:9100/metrics", lastScrape: TestSession.now - .seconds(12),
        duration: .milliseconds(4), error: "connection refused", interval: "15s", timeout: "10s"),
      ScrapeTarget(health: .unknown, job: "node", instance: "n1:9100", address: "http://n1:9100/metrics"),
      ScrapeTarget(
        health: .up, job: "node", instance: "n2:9100", address: "http://n2:9100/metrics",
        lastScrape: TestSession.now - .seconds(3), duration: .microseconds(12_345)),
    ], dropped: 2)

  @Test func `targets say how their last scrape went, those that are down first`() throws {
    var session = session()
    try session.press(": \"targets\" enter")
    session.answer(.explorer(.targets(targets))) { $0 == .explorer(.targets) }
    #expect(session.rows[2].contains(" Targets · 3 targets · 1 down · 1 unknown "))
    #expect(
      pane(session, 9) == """
        state     job    instance        ago     took    error
        ✗ down    rustim msg-server:9100 12s     4.00ms  connection refused
        ? unknown node   n1:9100         never
        ● up      node   n2:9100         3s      12.3ms
        ────────────────────────────────────────────────────────────────────────────────────────────────────
         note          2 targets were found and dropped by relabelling
         error         connection refused
         address       http://msg-server:9100/metrics
         scraped every 15s, given 10s
        """)
    try session.press("enter")
    #expect(session.dashboard.focusedExplorer?.expression == #"up{job="rustim",instance="msg-server:9100"}"#)
    try session.press("escape escape")
    #expect(!session.screen.contains("Targets"))
  }

  @Test func `rules say whether they can be evaluated, and when they were`() throws {
    var session = session()
    try session.press(": \"rules\" enter")
    func rule(_ name: String, _ kind: RuleStatus.Kind, _ health: RuleStatus.Health, _ error: String = "", ago: Int = 3)
      -> RuleStatus
    {
      RuleStatus(
        kind: kind, name: name, group: "g", file: "r.yml", expression: "sum(x)", health: health, error: error,
        evaluationTime: .microseconds(400), lastEvaluation: TestSession.now - .seconds(ago), interval: .seconds(15),
        state: kind == .alerting ? "inactive" : "")
    }
    let report = RuleReport(rules: [
      rule("Broken", .alerting, .failed, "many-to-many matching not allowed"), rule("job:x:sum", .recording, .fine),
      rule("Slow", .alerting, .fine, ago: 300),
    ])
    session.answer(.explorer(.rules(report))) { $0 == .explorer(.rules) }
    #expect(session.rows[2].contains(" Rules · 3 rules · 1 fails · 1 late "))
    #expect(
      pane(session, 4) == """
        state     rule      kind            ago     took    expression
        ✗ fails   Broken    alert, inactive 3s      400µs   many-to-many matching not allowed
        ● ok      job:x:sum recording       3s      400µs   sum(x)
        ◌ late    Slow      alert, inactive 5m00s   400µs   sum(x)
        """)
    try session.press("e j enter")
    #expect(session.dashboard.focusedExplorer?.expression == "job:x:sum")
  }

  @Test func `a server without rules, and one without an answer, have their sentences`() throws {
    var session = session()
    try session.press(": \"rules\" enter")
    #expect(session.screen.contains("Waiting for Prometheus's answer."))
    session.answer(.explorer(.rules(RuleReport(rules: [])))) { $0 == .explorer(.rules) }
    #expect(session.screen.contains("Prometheus has no rules: rule_files in its configuration names none."))
    try session.press(": \"targets\" enter")
    let failure = FetchFailure(
      error: FetchError(.notFound, tried: "GET /api/v1/targets", answer: "404 page not found", status: 404),
      attempts: 1, retryAt: nil)
    session.answer(.failed(failure)) { $0 == .explorer(.targets) }
    #expect(session.screen.contains("404 page not found"))
  }

  @Test func `a context without Prometheus has nothing to ask`() throws {
    var session = TestSession(without: .prometheus)
    try session.press(": \"targets\" enter")
    #expect(session.footer.contains("has no Prometheus to ask"))
  }
}
