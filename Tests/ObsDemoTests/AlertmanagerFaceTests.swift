import Foundation
import ObsData
import Testing

@testable import ObsDemo

@Suite struct AlertmanagerFaceTests {
  let face: AlertmanagerFace
  let now = worldOrigin

  init() throws {
    let text = """
      incidents:
        - {name: pool, kind: saturation, service: user-server, dependency: redis, onset: -5m, duration: 10m, strength: 0.3}
        - {name: slow, kind: latency, service: msg-server, dependency: postgres, onset: -4m, duration: 10m}
        - {name: late, kind: latency, service: push-server, onset: -3m, duration: 10m}
        - {name: down, kind: crash, service: push-server, onset: -2m, duration: 10m}
      """
    face = AlertmanagerFace(
      world: World(seed: 7, scenario: try Scenario.parse(text, file: "s.yaml"), origin: worldOrigin))
  }

  private func names(_ request: String) async -> [String] {
    await face.ask(request, at: now).list.map { alert in
      let labels = alert["labels"] as? [String: String] ?? [:]
      return "\(labels["service"] ?? "") \(labels["alertname"] ?? "")"
    }.sorted()
  }

  @Test func `the fingerprint is the one that Prometheus computes`() {
    let alert = WorldAlert(
      labels: [("service", "x"), ("alertname", "A")], annotations: [], startsAt: worldOrigin)
    #expect(alert.fingerprint == "8760e5311ece6a7e")
  }

  @Test func `alerts tell of the incidents and can be filtered`() async {
    #expect(
      await names("GET /api/v2/alerts") == [
        "msg-server HighLatency", "push-server HighLatency", "push-server ServiceDown",
        "user-server RedisPoolExhausted",
      ])
    #expect(
      await names("GET /api/v2/alerts?filter=severity%3D%22critical%22") == [
        "push-server ServiceDown", "user-server RedisPoolExhausted",
      ])
    #expect(
      await names("GET /api/v2/alerts?filter=service%3D~%22msg.*%7Cuser.*%22&filter=alertname!%3DHighLatency") == [
        "user-server RedisPoolExhausted"
      ])
    #expect(await names("GET /api/v2/alerts?filter=service!~%22push.*%22&receiver=chat") == ["msg-server HighLatency"])
    #expect(
      await names("GET /api/v2/alerts?inhibited=false&filter=service%3D%22push-server%22") == [
        "push-server ServiceDown"
      ])
    #expect(await names("GET /api/v2/alerts?active=false") == ["push-server HighLatency"])
  }

  @Test(arguments: [
    ("GET /api/v2/alerts?filter=foo", #"400 application/json "bad matcher format: foo""#),
    (
      "GET /api/v2/alerts?filter=a%3D~%22(%22",
      #"400 application/json "error parsing regexp: missing closing ): `^(?:()$`""#
    ),
    (
      "GET /api/v2/alerts?receiver=(",
      #"400 application/json "failed to parse receiver param: error parsing regexp: missing closing ): `^(?:()$`""#
    ),
    ("GET /api/v2/nosuch", #"404 application/json {"code":404,"message":"path /api/v2/nosuch was not found"}"#),
    (
      "DELETE /api/v2/alerts",
      #"405 application/json {"code":405,"message":"method DELETE is not allowed, but [GET] are"}"#
    ),
    (
      "GET /api/v2/silence/zzz",
      #"422 application/json {"code":601,"message":"silenceID in path must be of type uuid: \"zzz\""}"#
    ),
    ("GET /api/v2/silence/00000000-0000-0000-0000-000000000000", "404 - "),
    ("POST /api/v2/silences\n{}", #"422 application/json {"code":602,"message":"comment in body is required"}"#),
    (
      """
      POST /api/v2/silences
      {"matchers":[],"startsAt":"2026-11-22T08:00:00Z","endsAt":"2027-11-22T08:00:00Z","createdBy":"me","comment":"c"}
      """, #"422 application/json {"code":612,"message":"matchers in body should have at least 1 items"}"#
    ),
    ("GET /api/v2/receivers", #"200 application/json [{"name":"chat"},{"name":"pager"}]"#),
    ("GET /-/ready", "200 text/plain; charset=utf-8 OK"),
    ("GET /-/healthy", "200 text/plain; charset=utf-8 OK"),
  ])
  func `a request gets the answer of the real server`(request: String, expected: String) async {
    #expect(await face.ask(request, at: now).text == expected)
  }

  @Test func `a silence suppresses what it matches until it is taken back`() async throws {
    let body = #"""
      {"matchers":[{"name":"service","value":"user-.*","isRegex":true}],"startsAt":"2026-11-22T08:00:00Z","endsAt":"2027-11-22T08:00:00Z","createdBy":"me","comment":"c"}
      """#
    let made = await face.ask("POST /api/v2/silences\n\(body)", at: now)
    let id = try #require(made.object["silenceID"] as? String)
    let request = "GET /api/v2/alerts?filter=service%3D%22user-server%22"
    let status = await face.ask(request, at: now).list.first?["status"] as? [String: Any]
    #expect(status?["state"] as? String == "suppressed")
    #expect(status?["silencedBy"] as? [String] == [id])
    #expect(await names(request + "&silenced=false") == [])
    #expect(await face.ask("GET /api/v2/silences", at: now).list.map { $0["id"] as? String } == [id])
    #expect(await face.ask("DELETE /api/v2/silence/\(id)", at: now).text == "200 - ")
    #expect(await names(request + "&silenced=false") == ["user-server RedisPoolExhausted"])
    let left = await face.ask("GET /api/v2/silences", at: now).list.first?["status"] as? [String: String]
    #expect(left == ["state": "expired"])
  }

  @Test func `groups hold alerts of one name and service`() async {
    let groups = await face.ask("GET /api/v2/alerts/groups", at: now).list
    #expect(groups.count == 4)
    #expect(groups.first?["labels"] as? [String: String] == ["alertname": "HighLatency", "service": "msg-server"])
    #expect(groups.first?["receiver"] as? [String: String] == ["name": "chat"])
  }
}
