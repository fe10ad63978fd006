import Testing

@testable import ObsData

struct AlertRulesTests {
  private let answer = #"""
    {"status":"success","data":{"groups":[{"name":"rustim","file":"r.yml","interval":15,"rules":[
    {"state":"firing","name":"HighErrorRate","query":"rate(x[1m]) > 0.05","duration":60,"labels":{"severity":"critical"},
     "annotations":{"summary":"{{ $labels.service }} fails"},"health":"ok","type":"alerting","alerts":[
      {"labels":{"alertname":"HighErrorRate","service":"msg-server","severity":"critical"},
       "annotations":{"summary":"msg-server fails"},"state":"firing","activeAt":"2026-11-22T08:00:00.5Z","value":"1.2e-01"},
      {"labels":{"alertname":"HighErrorRate","service":"user-server","severity":"critical"},"annotations":{},
       "state":"pending","activeAt":"2026-11-22T08:03:00Z","value":"+Inf"},
      {"labels":{"service":"api-gateway"},"state":"inactive"}]},
    {"name":"job:up:sum","query":"sum(up)","health":"ok","type":"recording"},
    {"state":"inactive","name":"Broken","query":"sum(","duration":0,"health":"err","lastError":"unknown function",
     "type":"alerting","alerts":null},7,{}]},{"name":"empty"}]}}
    """#

  @Test func `alerting rules come with what they have raised, recording rules are left out`() async throws {
    let transport = RecordingTransport(answers: [.json(answer)])
    let rules = try await PrometheusClient(transport: transport).alertRules().value
    #expect(transport.requests == ["GET /api/v1/rules?type=alert"])
    #expect(rules.map(\.name) == ["HighErrorRate", "Broken"])
    #expect(rules.map(\.state) == [.firing, .inactive])
    #expect(rules.map(\.trouble) == [nil, "unknown function"])
    #expect(rules[0].holdsFor == .seconds(60))
    #expect(rules[0].group == "rustim")
    let alerts = rules[0].alerts
    #expect(alerts.map(\.service) == ["msg-server", "user-server"])
    #expect(alerts.map(\.state) == [.active, .pending])
    #expect(alerts.map(\.value) == [0.12, .infinity])
    #expect(alerts[0].startsAt == Timestamp(iso8601: "2026-11-22T08:00:00.5Z"))
    #expect(alerts[0].annotations == ["summary": "msg-server fails"])
    #expect(alerts[1].annotations == ["summary": "{{ $labels.service }} fails"])
    #expect(alerts.allSatisfy { $0.expression == "rate(x[1m]) > 0.05" && $0.sources == [.prometheus] })
  }

  @Test func `a server without rules has none, one that fails says why`() async throws {
    let none = PrometheusClient(transport: RecordingTransport(answers: [.text("404 page not found", status: 404)]))
    #expect(try await none.alertRules().value.isEmpty)
    let broken = PrometheusClient(
      transport: RecordingTransport(answers: [.json(#"{"status":"success","data":{"groups":"x"}}"#)]))
    let error = await #expect(throws: FetchError.self) { try await broken.alertRules() }
    #expect(error?.sentence.contains("no list of groups") == true, "\(error?.sentence ?? "")")
  }

  @Test(arguments: [
    (
      #"rate(errors_total{code=~"5..",path!="a>b"}[5m]) > 0.05"#, #"rate(errors_total{code=~"5..",path!="a>b"}[5m])"#,
      ">", 0.05
    ),
    ("up == 0", "up", "==", 0), ("a / b >= bool 1e3", "a / b", ">=", 1_000), ("x != 1 # x > 7", "", "", 0),
    ("sum(a > 3) < -2", "sum(a > 3)", "<", -2), ("a > 5 and b < 3", "a", ">", 5), ("a and b < 3", "", "", 0),
    ("absent(up)", "", "", 0), ("> 5", "", "", 0), ("a > b", "", "", 0), ("a <= 1 unless on (x) y", "a", "<=", 1),
    (#"label_replace(x, "a", "(.*) > 1", "b", "")"#, "", "", 0), ("(a > 2", "", "", 0),
  ])
  func `a condition is what is measured, a comparison and a number`(
    expression: String, measured: String, comparison: String, threshold: Double
  ) {
    let condition = AlertCondition(expression)
    guard !measured.isEmpty else {
      #expect(condition == nil || expression.hasPrefix("x !="), "\(expression)")
      return
    }
    #expect(condition?.measured == measured)
    #expect(condition?.comparison.rawValue == comparison)
    #expect(condition?.threshold == threshold)
  }

  @Test(arguments: [
    ("x > 1", [false, false, true]), ("x >= 1", [false, true, true]), ("x < 1", [true, false, false]),
    ("x <= 1", [true, true, false]), ("x == 1", [false, true, false]), ("x != 1", [true, false, true]),
  ])
  func `a value meets it or does not`(expression: String, met: [Bool]) throws {
    let condition = try #require(AlertCondition(expression))
    #expect([0.5, 1, 2].map { condition.isMet(by: $0) } == met)
  }
}

struct AlertBoardTests {
  private func alert(
    _ labels: [String: String], state: Alert.State = .active, source: Alert.Source = .alertmanager, value: Double? = nil
  ) -> Alert {
    var alert = Alert(
      id: labels.sorted { $0.key < $1.key }.map { $0.key + $0.value }.joined(), labels: labels, annotations: [:],
      startsAt: Timestamp(milliseconds: 1_000), state: state, sources: [source])
    alert.value = value
    if source == .prometheus { alert.expression = "x > 1" }
    return alert
  }

  private func rule(_ alerts: [Alert], name: String = "A") -> AlertRule {
    AlertRule(
      name: name, group: "g", expression: "x > 1", holdsFor: .zero, state: alerts.isEmpty ? .inactive : .firing,
      alerts: alerts)
  }

  @Test func `an alert that both tell of is listed once, with the external labels and the value`() {
    let known = alert(["alertname": "A", "service": "s", "cluster": "demo"], state: .suppressed)
    let raised = alert(["alertname": "A", "service": "s"], source: .prometheus, value: 3)
    let merged = AlertBoard.merge(alertmanager: [known], rules: [rule([raised])])
    #expect(merged.count == 1)
    #expect(merged[0].labels["cluster"] == "demo")
    #expect(merged[0].state == .suppressed)
    #expect(merged[0].value == 3)
    #expect(merged[0].expression == "x > 1")
    #expect(merged[0].sources == [.alertmanager, .prometheus])
  }

  @Test func `alerts of one name and other labels are different ones, and the pending come after the firing`() {
    let known = alert(["alertname": "A", "service": "s"])
    let pending = alert(["alertname": "A", "service": "t"], state: .pending, source: .prometheus)
    let other = alert(["alertname": "B", "service": "s"], source: .prometheus)
    let merged = AlertBoard.merge(
      alertmanager: [known], rules: [rule([pending]), rule([other], name: "B")])
    #expect(merged.map(\.state) == [.active, .active, .pending])
    #expect(merged.map(\.sources) == [[.alertmanager], [.prometheus], [.prometheus]])
  }

  @Test func `an alert that its rule has let go of still has the rule's expression`() {
    let known = alert(["alertname": "A", "service": "s"])
    #expect(AlertBoard.merge(alertmanager: [known], rules: [rule([])])[0].expression == "x > 1")
    // Two rules of one name with different expressions: nobody knows which.
    let second = AlertRule(
      name: "A", group: "h", expression: "y > 1", holdsFor: .zero, state: .inactive, alerts: [])
    #expect(AlertBoard.merge(alertmanager: [known], rules: [rule([]), second])[0].expression == nil)
  }

  @Test func `two replicas that evaluate one rule raise one alert`() {
    let first = alert(["alertname": "A"], source: .prometheus, value: 1)
    #expect(AlertBoard.merge(alertmanager: [], rules: [rule([first]), rule([first])]).count == 1)
  }
}
