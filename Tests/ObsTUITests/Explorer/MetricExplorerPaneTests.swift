import ObsData
import Testing

@testable import ObsTUI

@Suite struct `The metrics explorer` {
  private func session(width: Int = 80, height: Int = 24) -> TestSession {
    var session = TestSession(width: width, height: height)
    session.answerAll()
    return session
  }

  private let list = MetricList(
    names: [
      "app.request.total", "app_active_connections", "latency_seconds_bucket", "latency_seconds_sum",
      "latency_seconds_count", "job:calls:rate5m",
    ],
    metadata: [
      "app.request.total": [PrometheusMetadata(type: "counter", help: "Requests served.", unit: "")],
      "latency_seconds": [PrometheusMetadata(type: "histogram", help: "How long.", unit: "")],
      "app_active_connections": [PrometheusMetadata(type: "gauge", help: "Open connections.", unit: "")],
    ])

  /// Values every minute, the last one at the window's end.
  private func series(_ values: [Double?], _ labels: [String: String] = [:]) -> TimeSeries {
    TimeSeries(
      labels: labels, start: TestSession.now - .seconds(60 * (values.count - 1)), step: .seconds(60), values: values)
  }

  private var previews: [MetricPreview] {
    [
      MetricPreview(
        name: "app.request.total", kind: .counter, expression: #"sum(rate({"app.request.total"}[60s]))"#,
        unit: .perSecond, series: [series((0..<15).map { Double($0) })]),
      MetricPreview(
        name: "app_active_connections", kind: .gauge, expression: "sum(app_active_connections)", unit: .none,
        series: [series([1_200, 1_210, nil, 1_205])]),
      MetricPreview(
        name: "latency_seconds", kind: .histogram, expression: "histogram_quantile(0.95, …)", unit: .seconds,
        series: zip(["p50", "p95", "p99"], [0.012, 0.03, 0.07]).map { series([$1, $1 * 2, $1], ["quantile": $0]) }),
      MetricPreview(
        name: "job:calls:rate5m", kind: .gauge, expression: "avg(job:calls:rate5m)", unit: .none, series: [],
        failure: "query timed out"),
    ]
  }

  private func query(_ session: TestSession) -> [ExplorerQuery] {
    session.dashboard.subscriptions.compactMap { if case .explorer(let query) = $0 { query } else { nil } }
  }

  private func answer(_ session: inout TestSession, _ answer: ExplorerAnswer, where fits: (ExplorerQuery) -> Bool) {
    session.answer(.explorer(answer)) { if case .explorer(let query) = $0 { fits(query) } else { false } }
  }

  private func opened(width: Int = 80, height: Int = 24) throws -> TestSession {
    var session = session(width: width, height: height)
    try session.press("M")
    answer(&session, .names(list)) { if case .names = $0 { true } else { false } }
    answer(&session, .previews(previews)) { if case .previews = $0 { true } else { false } }
    return session
  }

  /// The lines of the pushed pane, its title first.
  private func pane(_ session: TestSession, _ count: Int) -> String {
    session.rows[3..<(3 + count)].map { row in
      var row = row
      while row.last == " " { row.removeLast() }
      return row
    }.joined(separator: "\n")
  }

  @Test func `each metric has its type, a sparkline and its newest value`() throws {
    let session = try opened()
    #expect(session.rows[2].contains(" Metrics explorer · 4 metrics "))
    #expect(
      pane(session, 5) == """
        metric                 type       over 15m00s             now
        app.request.total      counter    ▁▂▂▂▃▃▃▄▄▄▅▅▅▆▆▆▇▇▇████ 14/s
        app_active_connections gauge      ················▁▁█··▅▅ 1.21k
        job:calls:rate5m       gauge?     query timed out
        latency_seconds        histogram  ··················▅██▅▅ p95 30.0ms
        """)
  }

  @Test func `only the rows in view are asked for`() throws {
    var session = session()
    try session.press("M")
    #expect(query(session).count == 1)
    let many = MetricList(names: (100..<400).map { "metric_\($0)" }, metadata: [:])
    answer(&session, .names(many)) { if case .names = $0 { true } else { false } }
    func shown() -> [String] {
      for case .previews(let query) in query(session) { return query.families.map(\.name) }
      return []
    }
    #expect(shown().first == "metric_100")
    #expect(shown().count < 20)
    try session.press("G")
    #expect(shown().last == "metric_399")
    #expect(shown().count < 20)
    // What lies on top hides the list, and ends its questions.
    try session.press("enter")
    #expect(shown().isEmpty)
  }

  @Test func `typing narrows the list, and escape widens it again`() throws {
    var session = try opened()
    try session.press("/ \"conn\"")
    #expect(session.rows[2].contains("Metrics explorer · 1 of 4 · \"conn\""))
    #expect(session.footer.hasPrefix("metrics: conn"))
    try session.press("enter")
    #expect(session.rows[2].contains("1 of 4"))
    try session.press("escape")
    #expect(session.rows[2].contains("4 metrics"))
    try session.press("/ \"zzz\" enter")
    #expect(session.screen.contains("No metric has \"zzz\" in its name or description."))
    try session.press("escape escape")
    #expect(!session.screen.contains("Metrics explorer"))
  }

  @Test func `the command takes the text, and y copies the expression`() throws {
    var session = session()
    try session.press(": \"metrics active\" enter")
    answer(&session, .names(list)) { if case .names = $0 { true } else { false } }
    answer(&session, .previews(previews)) { if case .previews = $0 { true } else { false } }
    #expect(session.rows[2].contains("1 of 4 · \"active\""))
    try session.press("y")
    #expect(
      session.effects.last
        == .copy("sum(app_active_connections)", what: "the expression of app_active_connections"))
  }

  private var detail: MetricDetail {
    var detail = MetricDetail()
    detail.expressions = ["sum(app_active_connections)"]
    detail.lines = [MetricDetail.Line(name: "app_active_connections", series: series([10, 20, 30, 20]))]
    detail.total = 1
    detail.labels = [
      MetricLabel("job", values: [.init("rustim", 3), .init("", 1)]),
      MetricLabel("pod", values: [.init("a", 2), .init("b", 1), .init("c", 1)]),
    ]
    detail.seriesCount = 4
    return detail
  }

  private func looks(_ session: TestSession) -> [MetricLook] {
    query(session).compactMap { if case .metric(let query) = $0 { query.look } else { nil } }
  }

  @Test func `a metric is drawn large, with the labels of its series`() throws {
    var session = try opened()
    try session.press("j enter")
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    #expect(session.rows[2].contains(" app_active_connections · gauge · 4 series "))
    #expect(
      pane(session, 12) == """
        sum(app_active_connections)
        sum of the values
        30┤                                                                     ⢀⠤⠊⠢⢄
          │                                                                   ⡠⠔⠁    ⠑⠤⡀
        20┤                                                                ⣀⠔⠊         ⠈
        10┤                                                             ⡠⠔⠉
          │
         0┤
               ╵08:40    ╵08:42    ╵08:44     ╵08:46    ╵08:48    ╵08:50    ╵08:52
        app_active_connections 20 min 10 max 30 mean 20
        ─ labels ──────── job ──────────────────────────────────────────────────────────
        job           2  rustim                                                    3 75%
        """)
  }

  @Test func `labels filter, group and leave out`() throws {
    var session = try opened()
    try session.press("j enter")
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    try session.press("o")
    #expect(looks(session).map(\.grouping) == [["job"]])
    try session.press("o j enter j enter")
    #expect(looks(session).map { $0.matchers.map(\.text) } == [["pod=\"b\""]])
    // Another value takes its place; what is left out stands beside.
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    try session.press("enter enter k k right x")
    #expect(looks(session).map { $0.matchers.map(\.text) } == [["pod=\"a\"", "job!=\"rustim\""]])
    try session.press("d d d")
    #expect(looks(session).map(\.matchers) == [[]])
    #expect(session.footer.contains("no filter and no grouping to drop"))
    try session.press("a")
    #expect(looks(session).map(\.aggregation) == [.avg])
    try session.press("i")
    #expect(session.footer.contains("only a histogram has a heat map"))
    try session.press("escape")
    #expect(session.rows[2].contains("Metrics explorer"))
  }

  @Test func `a histogram has a heat map`() throws {
    var session = try opened()
    try session.press("G enter")
    var detail = MetricDetail()
    detail.kind = .histogram
    detail.expressions = ["a", "b", "c"]
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    try session.press("i")
    #expect(query(session).contains { if case .metric(let query) = $0 { query.isHeatMap } else { false } })
    detail.expressions = ["sum by (le) (rate(latency_seconds_bucket[60s]))"]
    detail.buckets = zip(["0.1", "1", "+Inf"], [1.0, 5, 5]).map { bound, rate in
      series([Double](repeating: rate, count: 15), ["le": bound])
    }
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    #expect(
      pane(session, 6) == """
        sum by (le) (rate(latency_seconds_bucket[60s]))
        observations a second by bucket
         +Inf
        1.00s     ██████████████████████████████████████████████████████████████████████
        100ms     ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
                  ╵08:40   ╵08:42    ╵08:44    ╵08:46    ╵08:48    ╵08:50    ╵08:52
        """)
  }

  @Test func `more lines than can be told apart are counted`() throws {
    var session = try opened()
    try session.press("enter")
    var detail = detail
    detail.total = 431
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    #expect(session.rows[4].contains("1 of 431 lines, the greatest"))
    detail.remarks = ["results truncated due to limit"]
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    #expect(session.rows[4].contains("results truncated due to limit"))
    detail.failure = "many-to-many matching not allowed"
    detail.lines = []
    answer(&session, .metric(detail)) { if case .metric = $0 { true } else { false } }
    #expect(session.rows[4].contains("many-to-many"))
    #expect(session.screen.contains("No picture: the server refused the expression."))
  }

  @Test func `a server that is not ready says so, and what there is stays`() throws {
    var session = session(width: 120)
    try session.press("M")
    let failure = FetchFailure(
      error: FetchError(
        .overloaded, tried: "GET /", answer: "Service Unavailable: it is starting or stopping", status: 503),
      attempts: 1, retryAt: nil)
    session.answer(.failed(failure)) { if case .explorer = $0 { true } else { false } }
    #expect(session.screen.contains("it is starting or stopping"))
    answer(&session, .names(list)) { if case .names = $0 { true } else { false } }
    #expect(session.screen.contains("app.request.total"))
    session.answer(.failed(failure)) { if case .explorer(.names) = $0 { true } else { false } }
    #expect(session.screen.contains("app.request.total"))
    #expect(session.screen.contains("it is starting or stopping"))
  }

  @Test func `every size and odd answer can be drawn`() throws {
    var session = try opened(width: 40, height: 10)
    var odd = detail
    odd.lines = [
      MetricDetail.Line(name: "x", series: series([.nan, .infinity, nil, -1e308, 1e308])),
      MetricDetail.Line(name: "", series: series([])),
    ]
    odd.labels = [MetricLabel(String(repeating: "标", count: 60), values: [])]
    try session.press("enter")
    answer(&session, .metric(odd)) { if case .metric = $0 { true } else { false } }
    for (width, height) in [(40, 10), (200, 60), (41, 11), (63, 18), (400, 12)] {
      session.send(.resize(Size(width: width, height: height)))
      #expect(session.rows.count == height)
      try session.press("right j k left")
    }
  }
}
