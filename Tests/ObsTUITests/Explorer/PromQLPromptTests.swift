import ObsData
import Testing

@testable import ObsTUI

@Suite struct `The PromQL prompt` {
  private func session(width: Int = 80) throws -> TestSession {
    var session = TestSession(width: width, height: 24)
    session.answerAll()
    try session.press("M")
    session.answer(.explorer(.names(MetricList(names: ["up"], metadata: [:])))) {
      if case .explorer(.names) = $0 { true } else { false }
    }
    return session
  }

  private func offers(_ session: TestSession) -> [PromQLOffer] {
    session.dashboard.subscriptions.compactMap {
      if case .explorer(.offers(let offer, _)) = $0 { offer } else { nil }
    }
  }

  private func answer(_ session: inout TestSession, _ result: PromQLResult) {
    session.answer(.explorer(.expression(result))) { if case .explorer(.expression) = $0 { true } else { false } }
  }

  private func refuse(_ session: inout TestSession, _ error: FetchError) {
    session.answer(.failed(FetchFailure(error: error, attempts: 1, retryAt: nil))) {
      if case .explorer(.expression) = $0 { true } else { false }
    }
  }

  private func series(_ values: [Double], _ labels: [String: String] = [:]) -> TimeSeries {
    TimeSeries(
      labels: labels, start: TestSession.now - .seconds(60 * (values.count - 1)), step: .seconds(60), values: values)
  }

  @Test func `functions come with their signature, names from the server, each key asking anew`() throws {
    var session = try session()
    try session.press("& \"ra\"")
    #expect(offers(session) == [.names("ra")])
    #expect(session.rows[session.rows.count - 2].hasPrefix(" rate(  rate(range)"))
    session.answer(.explorer(.offers(["rates_total"]))) { if case .explorer(.offers) = $0 { true } else { false } }
    #expect(session.rows[session.rows.count - 2].hasPrefix(" rates_total  metric"))
    try session.press("tab")
    #expect(session.footer.hasPrefix("&rad("))
    try session.press("tab \"rates_total{\"")
    #expect(offers(session) == [.labels(metric: "rates_total")])
    session.answer(.explorer(.offers(["job"]))) { if case .explorer(.offers) = $0 { true } else { false } }
    try session.press("tab")
    #expect(session.footer.hasPrefix("&rate(rates_total{job=\""))
    #expect(offers(session) == [.values(of: "job", metric: "rates_total", text: "")])
    try session.press("escape")
    #expect(offers(session).isEmpty)
  }

  @Test func `a vector is drawn over the window, or listed`() throws {
    var session = try session()
    try session.press("& \"up\" enter")
    #expect(session.screen.contains("Evaluating up"))
    let elements = [("a", 1.0), ("b", 3.0)].map {
      PrometheusElement(labels: ["__name__": "up", "job": $0], time: TestSession.now, value: $1)
    }
    let result = PromQLResult(
      instant: .vector(elements),
      series: [
        series([1, 1, 1], ["__name__": "up", "job": "a"]), series([2, 3, 3], ["__name__": "up", "job": "b"]),
      ],
      infos: ["metric might not be a counter (1:6)"])
    answer(&session, result)
    #expect(session.rows[2].contains("PromQL · vector · 2 series"))
    #expect(session.rows.contains { $0.hasPrefix("info: metric might not be a counter (1:6)") })
    #expect(session.screen.contains("1 a "))
    try session.press("t")
    #expect(
      session.rows[4..<6].map { $0.trimmingSpaces() } == [#"3  up{job="b"}"#, #"1  up{job="a"}"#])
    try session.press("escape")
    #expect(session.rows[2].contains("Metrics explorer"))
  }

  @Test func `scalars and strings are said, ranges are listed`() throws {
    var session = try session()
    try session.press("& \"1 + 1\" enter")
    answer(
      &session,
      PromQLResult(instant: .scalar(PrometheusSample(time: TestSession.now, value: 2)), series: [series([2, 2])]))
    #expect(session.rows[4].hasPrefix("2"))
    #expect(session.rows[2].contains("PromQL · scalar"))
    try session.press("& ctrl-u \"'x'\" enter")
    answer(&session, PromQLResult(instant: .string("hello", time: TestSession.now)))
    #expect(session.rows[4].hasPrefix("hello"))
    try session.press("& ctrl-u \"up[5m]\" enter")
    let samples = [1.0, 0].map { PrometheusSample(time: TestSession.now, value: $0) }
    answer(
      &session,
      PromQLResult(instant: .matrix([PrometheusSeries(labels: ["__name__": "up"], samples: samples)]), warnings: ["w"]))
    #expect(session.rows[2].contains("PromQL · range · 1 series"))
    #expect(session.rows[4].trimmingSpaces() == "2 samples, last 0  up")
    #expect(session.screen.contains("warning: w"))
    try session.press("& ctrl-u \"absent(up)\" enter")
    answer(&session, PromQLResult(instant: .vector([])))
    #expect(session.screen.contains("No series has this."))
  }

  @Test func `a parse error stands under its place, and & goes there`() throws {
    var session = try session()
    try session.press("& \"sum()\" enter")
    refuse(
      &session,
      FetchError(
        .badQuery, tried: "POST /api/v1/query", answer: #"invalid parameter "query": 1:5: parse error: unexpected ")""#,
        status: 400, excerpt: "sum()\n    ^"))
    let lines = session.rows.map { $0.trimmingSpaces() }
    let place = try #require(lines.firstIndex(of: "sum()"))
    #expect(session.rows[place + 1].hasPrefix("     ^"))
    try session.press("&")
    #expect(session.dashboard.prompt?.editor.cursor == 4)
    #expect(session.rows[session.rows.count - 2].contains(#"▼ unexpected ")""#))
    #expect(session.footer.hasPrefix("&sum()"))
  }

  @Test(arguments: [
    (FetchError.Kind.badQuery, "exceeded maximum resolution of 11,000 points per timeseries", 400),
    (.badQuery, "many-to-many matching not allowed", 422),
    (.overloaded, "Service Unavailable: it is starting or stopping", 503),
    (.timeout, "query timed out in expression evaluation", 503),
    (.tooLarge, "more than 16 MiB", 200),
  ]) func `each refusal has its sentence`(_ kind: FetchError.Kind, _ words: String, _ status: Int) throws {
    var session = try session(width: 140)
    try session.press("& \"x\" enter")
    refuse(&session, FetchError(kind, tried: "POST /api/v1/query", answer: words, status: status))
    #expect(session.screen.contains(words))
  }

  @Test func `in the metrics it is one more row, and the history is shared`() throws {
    var session = try session()
    try session.press("& \"up\" enter escape escape escape tab tab tab")
    session.dashboard.focus = .metrics
    try session.press("& up")
    #expect(session.footer.hasPrefix("&up"))
    try session.press("enter")
    #expect(session.dashboard.metricExpression == "up")
  }
}
