import Testing

@testable import ObsData

@Suite struct `What the doctor says of a server that does not answer` {
  private func judgement(_ credentials: Credentials = .none, origin: SettingOrigin = .flag("x")) -> ReachJudgement {
    let address = BaseAddress(scheme: .https, host: "es.test")
    return ReachJudgement(
      store: .elasticsearch, way: .logs, endpoint: Endpoint(address: address, credentials: credentials), origin: origin)
  }

  @Test(arguments: [
    (
      [#"Basic realm="security", charset="UTF-8""#, #"Bearer realm="security""#, "ApiKey"],
      ["Basic", "Bearer", "ApiKey"]
    ),
    ([#"Negotiate, Basic realm="a, b""#], ["Negotiate", "Basic"]), ([#"basic realm=x"#], ["Basic"]), ([], []),
  ])
  func `the schemes that are offered are read`(challenges: [String], schemes: [String]) {
    let response = HTTPResponse(status: 401, headers: challenges.map { ("www-authenticate", $0) }, body: [])
    #expect(ReachJudgement.schemes(response) == schemes)
  }

  @Test(arguments: [
    (Credentials.none, ["Basic x=1"], "set credentials: it takes Basic (elasticsearch.username and password)"),
    (
      .bearer(Secret("planted-secret")), ["Basic x=1"],
      "Bearer was sent, but it takes Basic (elasticsearch.username and password)"
    ),
    (
      .basic(username: "u", password: Secret("planted-secret")), ["Basic x=1"],
      "Basic was sent and not accepted: check the secret, its file or command"
    ),
    (.none, [], "set credentials: the server does not say which scheme it takes"),
    (.none, ["Negotiate"], "set credentials: it takes Negotiate, which obs-tui does not speak"),
  ])
  func `what to do about a 401 depends on what was sent`(credentials: Credentials, challenges: [String], next: String) {
    let response = HTTPResponse(status: 401, headers: challenges.map { ("WWW-Authenticate", $0) }, body: [])
    let error = FetchError(.unauthorised, tried: "GET /", answer: "no", advice: "a", status: 401)
    let finding = judgement(credentials).finding(error, response)
    #expect(finding.kind == .unauthorised)
    #expect(finding.next == next)
    #expect(!"\(finding)".contains("planted-secret"))
  }

  @Test func `a usual address that nobody named is said to be one`() {
    let error = FetchError(
      .unreachable, tried: "GET /", answer: "h:1 \(FetchError.nothingListens)", advice: "check that it runs")
    #expect(
      judgement(origin: .standard).finding(error, nil).next
        == "check that it runs; https://es.test is only the usual one: set elasticsearch.url where the store is elsewhere"
    )
    #expect(judgement().finding(error, nil).next == "check that it runs")
  }

  @Test(arguments: [
    (#"<html><base href="/jaeger/">"#, "/jaeger"), (#"<html><base href="/">"#, nil), ("<html>", nil),
    (#"{"a":"<base href=\"/x/\">"}"#, nil), ("<html><base href=\"/a\u{1B}[31m/\">", nil),
  ])
  func `a page tells the base path that it lives under`(page: String, path: String?) {
    #expect(ReachJudgement.basePath(HTTPResponse(status: 200, body: Array(page.utf8))) == path)
  }

  @Test(arguments: [
    ("action [x] is unauthorized, this action is granted by the index privileges [read,all]", "read (index)"),
    ("this action is granted by the cluster privileges [monitor,manage,all]", "monitor (cluster)"),
    ("no permissions for [indices:data/read/search]", nil), ("granted by the ", nil), ("granted by the x]", nil),
  ])
  func `the missing privilege is read`(answer: String, privilege: String?) {
    #expect(ReachJudgement.privileges(answer) == privilege)
  }

  @Test(arguments: [
    (100, 100.2, 100.4, 0.0), (100, 100.9, 101.5, 0), (160, 100, 100.5, 59.5), (40, 100, 100.5, -59), (100, 98, 103, 0),
  ])
  func `clocks are compared no finer than a Date header tells`(
    second: Int, before: Double, after: Double, skew: Double
  ) {
    let found = Witness.skew(second: second, before: Timestamp(seconds: before), after: Timestamp(seconds: after))
    #expect(abs(found.seconds - skew) < 0.001)
  }

  @Test(arguments: [
    (Duration.seconds(3), FindingKind.clock, Finding.Status.ok), (.seconds(-60), .clocksApart, .warning),
    (.seconds(900), .clocksApart, .failed), (.seconds(-9_000_000_000), .clocksApart, .failed),
  ])
  func `clocks apart are a warning, and a failure by minutes`(
    skew: Duration, kind: FindingKind, status: Finding.Status
  ) {
    let finding = ReachJudgement.clocks(skew, of: .jaeger, way: .traces)
    #expect(finding?.kind == kind)
    #expect(finding?.status == status)
  }
}
