import Testing

@testable import ObsData

struct AlertmanagerClientTests {
  private func alert(_ id: String, _ severity: String?, _ startsAt: String, state: String = "active") -> String {
    let severity = severity.map { #","severity":"\#($0)""# } ?? ""
    return #"{"labels":{"alertname":"A\#(id)"\#(severity)},"annotations":{"summary":"s"},"fingerprint":"\#(id)","#
      + #""startsAt":"\#(startsAt)","endsAt":"2026-11-22T09:00:00Z","status":{"state":"\#(state)","silencedBy":[]}}"#
  }

  @Test func `alerts come once each, the most severe first and of those the newest`() async throws {
    let transport = RecordingTransport(answers: [
      .json(
        "["
          + [
            alert("1", "warning", "2026-11-22T08:00:00Z"), alert("2", "critical", "2026-11-22T08:00:00Z"),
            alert("3", nil, "2026-11-22T08:00:00Z"), alert("4", "critical", "2026-11-22T08:30:00.5+00:00"),
            alert("2", "critical", "2026-11-22T08:00:00Z"), alert("5", "info", "odd", state: "suppressed"), "7", "{}",
          ].joined(separator: ",") + "]")
    ])
    let client = AlertmanagerClient(transport: transport)
    let alerts = try await client.alerts(filters: [#"service="msg-server""#])
    #expect(alerts.map(\.id) == ["4", "2", "1", "3", "5"])
    #expect(alerts[0].startsAt == Timestamp(iso8601: "2026-11-22T08:30:00.5Z"))
    #expect(alerts[0].labels["alertname"] == "A4")
    #expect(alerts[0].annotations == ["summary": "s"])
    #expect(alerts[4].state == .suppressed)
    #expect(
      transport.requests == [
        "GET /api/v2/alerts?active=true&silenced=true&inhibited=true&filter=service%3D%22msg-server%22"
      ])
  }

  @Test(arguments: [
    (body: #""bad matcher format: x""#, status: 400, words: "400: bad matcher format: x"),
    (#"{"code":601,"message":"active in query must be of type boolean"}"#, 422, "422: active in query must be"),
    ("", 404, "404: not found"), ("{}", 200, "no list of alerts"), ("<html>", 200, "a web page instead of data"),
  ])
  func `its errors are read in all of their forms`(body: String, status: Int, words: String) async throws {
    let client = AlertmanagerClient(transport: RecordingTransport(answers: [.json(body, status: status)]))
    let error = await #expect(throws: FetchError.self) { try await client.alerts() }
    #expect(error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
    #expect(error?.tried == "GET http://store.test/api/v2/alerts")
  }
}
