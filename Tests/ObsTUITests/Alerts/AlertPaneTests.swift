import ObsData
import Testing

@testable import ObsTUI

struct AlertPaneTests {
  private func alert(
    _ name: String, _ severity: String, service: String = "msg-server", age: Int = 240, state: Alert.State = .active
  ) -> Alert {
    var alert = Alert(
      id: name, labels: ["alertname": name, "severity": severity, "service": service],
      annotations: ["summary": "\(service) 出错: more than 5 %", "runbook_url": "https://r.example/\(name)"],
      startsAt: Sample.start + .seconds(60 - age), state: state)
    alert.receivers = ["pager"]
    return alert
  }

  private var rules: [AlertRule] {
    var raised = Alert(
      id: "r", labels: ["alertname": "HighErrorRate", "service": "msg-server", "severity": "critical"],
      annotations: [:], startsAt: Sample.start, state: .active, sources: [.prometheus])
    raised.expression = "errors / requests > 0.05"
    raised.value = 0.12
    func rule(_ name: String, trouble: String? = nil, _ alerts: [Alert] = []) -> AlertRule {
      AlertRule(
        name: name, group: "g", expression: "errors / requests > 0.05", holdsFor: .seconds(60),
        state: alerts.isEmpty ? .inactive : .firing, trouble: trouble, alerts: alerts)
    }
    return [rule("HighErrorRate", [raised]), rule("Quiet"), rule("Broken", trouble: "unknown function")]
  }

  private func session() -> TestSession {
    var session = TestSession()
    session.answerAll()
    session.answer(
      .alerts([
        alert("HighErrorRate", "critical"),
        alert("Lag", "warning", service: "push-server", age: 30, state: .suppressed),
      ])
    ) { $0 == .alerts }
    session.answer(.alertRules(rules)) { $0 == .alertRules }
    return session
  }

  @Test func `the list says what fires, what is silenced, and which rules hold nothing or are broken`() throws {
    var session = session()
    try session.press("A")
    #expect(session.rows[3].contains("Alerts · 1 firing · 1 silenced · 2 rules without an alert"))
    let list = session.rows[4..<9].map { $0.trimmingSpaces() }
    #expect(
      list == [
        "state      severity  alert         service     for    summary",
        "✗ firing   critical  HighErrorRate msg-server  4m00s  msg-server 出错: more than 5 %",
        "∅ silenced warning   Lag           push-server 30s    push-server 出错: more than 5 %",
        "✗ in error           Broken                           unknown function",
        "· inactive           Quiet                            errors / requests > 0.05",
      ])
  }

  @Test func `the details say all that is known`() throws {
    var session = session()
    try session.press("A")
    for line in [
      " summary       msg-server 出错: more than 5 %", " runbook_url   https://r.example/HighErrorRate",
      " value         0.12", " expression    errors / requests > 0.05", " receivers     pager",
      " told by       alertmanager, prometheus",
    ] { #expect(session.rows.contains { $0.hasPrefix(line) }, "\(line)\n\(session.screen)") }
    try session.press("j")
    #expect(session.rows.contains { $0.hasPrefix(" summary       push-server") })
    try session.press("j")
    #expect(session.rows.contains { $0.hasPrefix(" trouble       unknown function") })
    #expect(session.rows.contains { $0.hasPrefix(" must hold for 1m") })
  }

  @Test func `Enter goes to the alert's start and service, and draws its expression with the threshold`() throws {
    var session = session()
    try session.press("A enter")
    let dashboard = session.dashboard
    #expect(dashboard.pushed.isEmpty)
    #expect(dashboard.chosenService == "msg-server")
    #expect(dashboard.instant == Sample.start + .seconds(60 - 240))
    guard case .frozen(let range) = dashboard.window else {
      Issue.record("the window is live")
      return
    }
    #expect(range.start < Sample.start + .seconds(-180) && range.end >= Sample.start + .seconds(-180))
    #expect(dashboard.metricExpression == "errors / requests")
    let row = MetricRow(
      id: "query", title: "query", unit: .none, expression: "errors / requests",
      series: [
        TimeSeries(
          labels: ["service": "api-gateway"], start: range.start, step: .seconds(60), values: [9, 9, 9, 9]),
        TimeSeries(
          labels: ["service": "msg-server"], start: range.start, step: .seconds(60), values: [0, 0.01, 0.2, nil]),
      ])
    session.answer(.metrics([row])) { if case .metrics = $0 { true } else { false } }
    let shown = try #require(session.dashboard.metrics.rows?.first)
    #expect(shown.title == "HighErrorRate > 0.05")
    #expect(shown.series.map { $0.labels["service"] } == ["msg-server"])
    try session.press("tab tab")
    #expect(session.screen.contains("HighErrorRate > 0.05: met 1 of 3 steps"), "\(session.screen)")
    // What is typed next is the user's own expression again.
    try session.press("& ctrl-u \"up\" enter")
    #expect(session.dashboard.metricRule == nil)
  }

  @Test func `the program can be started at an alert`() {
    var session = TestSession()
    session.dashboard.awaitedAlert = "HighErrorRate"
    session.answerAll()
    #expect(session.dashboard.notice?.text == "no alert \"HighErrorRate\" fires")
    session = TestSession()
    session.dashboard.awaitedAlert = "HighErrorRate"
    session.answer(.alerts([alert("HighErrorRate", "critical")])) { $0 == .alerts }
    #expect(session.dashboard.chosenService == "msg-server")
    #expect(!session.dashboard.window.isLive)
  }

  @Test func `without alerts, answers or stores it says so`() throws {
    var session = TestSession()
    try session.press("A")
    #expect(session.screen.contains("Waiting for the answers of Alertmanager and Prometheus."))
    session.answerAll()
    #expect(session.screen.contains("No alerts, and no alerting rules."))
    try session.press(": \"alerts Nope\" enter")
    #expect(session.footer.contains("no alert \"Nope\" is known"))
    try session.press("escape")
    #expect(session.dashboard.pushed.isEmpty)
  }

  @Test func `the selection stays on its alert when others come`() throws {
    var session = session()
    try session.press("A j")
    session.answer(
      .alerts([
        alert("HighErrorRate", "critical"), alert("Worse", "critical", age: 10),
        alert("Lag", "warning", service: "push-server", age: 30, state: .suppressed),
      ])
    ) { $0 == .alerts }
    guard case .alerts(let pane)? = session.dashboard.pushed.last, case .alert(let selected)? = pane.selection else {
      Issue.record("no alert is selected")
      return
    }
    #expect(selected.name == "Lag")
  }

  @Test func `a list is printed as a table, or an object a line`() {
    let printer = AlertPrinter(now: Sample.start + .seconds(60), time: .utc)
    let alerts = [
      alert("HighErrorRate", "critical"),
      alert("Lag", "warning", service: "push\u{1B}[2J", age: 30, state: .suppressed),
    ]
    let lines = printer.text(alerts, asJSON: false).split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("STATE     SEVERITY  NAME           SERVICE"))
    #expect(lines[1].hasPrefix("firing    critical  HighErrorRate  msg-server"))
    #expect(lines[1].hasSuffix("alertmanager  msg-server 出错: more than 5 %"))
    #expect(lines[2].hasPrefix("silenced  warning   Lag            push"))
    #expect(lines.allSatisfy { !$0.unicodeScalars.contains("\u{1B}") })
    let json = printer.text(alerts, asJSON: true).split(separator: "\n").map(String.init)
    #expect(json.count == 2)
    #expect(
      json[0].hasPrefix(
        #"{"fingerprint":"HighErrorRate","name":"HighErrorRate","state":"firing","severity":"critical","service":"msg-server","since":""#
      ))
    #expect(json[1].contains(#""state":"silenced""#))
    #expect(printer.text([], asJSON: false) == "")
  }
}
