import Testing

@testable import ObsData

@Suite struct SourceAlertsTests {
  private func ask(_ source: Alert.Source, _ answers: HTTPResponse...) async throws(FetchError) -> (
    answer: PollAnswer, requests: [String]
  ) {
    let transport = RecordingTransport(answers: answers)
    let answer = try await SourceAlertsJob(source: source, transport: transport).poll(now: Timestamp(seconds: 0))
    return (answer, transport.requests)
  }

  private func alerts(_ answer: PollAnswer) -> SourceAlerts {
    if case .sourceAlerts(let alerts)? = answer.body { return alerts }
    return SourceAlerts(alerts: [], absence: "no answer")
  }

  @Test func `Grafana's Alertmanager and rules are one list`() async throws {
    let firing = """
      [{"labels":{"alertname":"High","grafana_folder":"im","severity":"critical"},"annotations":{"summary":"s"},
        "fingerprint":"00000000000000aa","startsAt":"2026-11-22T08:00:00Z","updatedAt":"2026-11-22T08:00:00Z",
        "endsAt":"2026-11-22T08:05:00Z","receivers":[{"name":"grafana-default-email"}],
        "status":{"state":"active","silencedBy":[],"inhibitedBy":[],"mutedBy":[]}}]
      """
    let rules = """
      {"status":"success","data":{"groups":[{"name":"g","file":"im","rules":[
        {"state":"firing","name":"High","query":"[{\\"refId\\":\\"A\\"}]","duration":60,"health":"ok","type":"alerting",
         "labels":{"severity":"critical"},"alerts":[{"labels":{"alertname":"High","grafana_folder":"im"},"annotations":{},
         "state":"Alerting","activeAt":"2026-11-22T08:00:00Z","value":"1e+00"}]},
        {"state":"pending","name":"Lag","query":"[]","duration":60,"health":"ok","type":"alerting","labels":{},
         "alerts":[{"labels":{"alertname":"Lag"},"annotations":{},"state":"Pending","activeAt":"2026-11-22T08:01:00Z","value":""},
         {"labels":{"alertname":"Lag","a":"b"},"annotations":{},"state":"Normal","activeAt":"2026-11-22T08:01:00Z","value":""}]}]}]}}
      """
    let (answer, requests) = try await ask(.grafana, .json(firing), .json(rules))
    #expect(
      requests == [
        "GET /api/alertmanager/grafana/api/v2/alerts", "GET /api/prometheus/grafana/api/v1/rules",
      ])
    let found = alerts(answer).alerts
    #expect(found.map(\.name) == ["High", "Lag"] && found.map(\.state) == [.active, .pending])
    #expect(found.allSatisfy { $0.sources == [.grafana] && $0.expression == nil })
    #expect(found[0].receivers == ["grafana-default-email"] && found[0].value == 1)
  }

  @Test func `a watch of Watcher's fires where its condition was met at the last look`() async throws {
    func watch(_ id: String, checked: String, met: String, ack: String, active: Bool = true) -> String {
      """
      {"_id":"\(id)","watch":{"metadata":{"severity":"high"}},"status":{"state":{"active":\(active)},"last_checked":"\(checked)",
       "last_met_condition":"\(met)","actions":{"mail":{"ack":{"timestamp":"2026-11-22T07:00:00Z","state":"\(ack)"}}},
       "execution_state":"executed"},"_seq_no":1,"_primary_term":1}
      """
    }
    let (t8, t9) = ("2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z")
    let list = [
      watch("fires", checked: t9, met: t9, ack: "ackable"), watch("over", checked: t9, met: t8, ack: "ackable"),
      watch("acked", checked: t9, met: t9, ack: "acked"),
      watch("off", checked: t9, met: t9, ack: "ackable", active: false),
    ].joined(separator: ",")
    let (answer, requests) = try await ask(.watcher, .json("{\"count\":4,\"watches\":[\(list)]}"))
    #expect(requests == ["POST /_watcher/_query/watches\n{\"size\":100}"])
    #expect(alerts(answer).alerts.map(\.name) == ["fires", "acked"])
    #expect(alerts(answer).alerts.map(\.state) == [.active, .suppressed])
    #expect(alerts(answer).alerts[0].startsAt == Timestamp(iso8601: "2026-11-22T07:00:00Z"))
    #expect(alerts(answer).alerts[0].severityRank == 1)
  }

  @Test func `a rule of Kibana's is told while it is active, or cannot be run`() async throws {
    let rules = """
      {"page":1,"per_page":100,"total":3,"data":[
       {"id":"1","name":"CPU","rule_type_id":"metrics.alert.threshold","consumer":"alerts","enabled":true,
        "execution_status":{"status":"active","last_execution_date":"2026-11-22T08:00:00.000Z"}},
       {"id":"2","name":"Fine","enabled":true,"execution_status":{"status":"ok"}},
       {"id":"3","name":"Broken","enabled":true,"execution_status":{"status":"error","error":{"reason":"read","message":"no index"}}}]}
      """
    let (answer, requests) = try await ask(.kibana, .json(rules))
    #expect(requests == ["GET /api/alerting/rules/_find?per_page=100&page=1&sort_field=name"])
    let found = alerts(answer).alerts.sorted { $0.name < $1.name }
    #expect(found.map(\.name) == ["Broken", "CPU"])
    #expect(found[0].annotations["summary"] == "the rule cannot be run: no index")
  }

  @Test(arguments: [400, 403, 404, 405]) func `a source that is not there is said once, and seldom asked`(status: Int)
    async throws
  {
    let body = #"{"error":{"reason":"current license is non-compliant for [watcher]"},"status":\#(status)}"#
    let (answer, _) = try await ask(.watcher, .json(body, status: status))
    #expect(
      alerts(answer).absence == "not there (\(status): current license is non-compliant for [watcher])")
    #expect(answer.next == .after(.seconds(600)))
  }

  @Test func `any other failure is one`() async {
    do {
      _ = try await ask(.grafana, .json("{\"message\":\"Unauthorized\"}", status: 401))
      Issue.record("it was answered")
    } catch { #expect(error.kind == .unauthorised) }
  }

  @Test func `the same labels told by two sources are one alert`() {
    func alert(_ id: String, _ source: Alert.Source) -> Alert {
      Alert(
        id: id, labels: ["alertname": "A", "service": "s"], annotations: [:], startsAt: Timestamp(seconds: 1),
        state: .active, sources: [source])
    }
    let merged = AlertBoard.merge(
      alertmanager: [alert("f1", .alertmanager)], rules: [], others: [alert("x", .grafana), alert("y", .watch)])
    #expect(merged.map(\.sources) == [[.alertmanager, .grafana, .watch]] && merged[0].id == "f1")
  }
}
