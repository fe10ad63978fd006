import ObsData
import Testing

@testable import ObsTUI

struct MetricsPaneTests {
  private let scope = Scope(window: .live(.seconds(900)), sparklineWidth: 39)

  /// A window that ends at 09:05:00.
  private func context(search: String? = nil, focused: Bool = true) -> ViewContext {
    var context = Sample.context(now: 710_000, search: search)
    context.isFocused = focused
    return context
  }

  /// Values every 30 s, the last one at 09:05:00.
  private func series(_ values: [Double?], labels: [String: String] = [:], age: Int = 0) -> TimeSeries {
    TimeSeries(
      labels: labels, start: Sample.start + .seconds(710 - 30 * (values.count - 1) - age), step: .seconds(30),
      values: values)
  }

  private var rows: [MetricRow] {
    [
      MetricRow(
        id: "request-rate", title: "request rate", unit: .perSecond, expression: "sum(rate(requests[1m]))",
        series: [series((0..<30).map { Double($0) })]),
      MetricRow(
        id: "error-ratio", title: "error ratio", unit: .ratio, expression: "errors",
        series: [series([0, 0, 0.004, 0.2, nil, nil, .nan, 0, 0.0042])], warnings: ["metric might not be a counter"]),
      MetricRow(
        id: "latency-p95", title: "latency p95", unit: .seconds, expression: "histogram_quantile(…)",
        series: [
          series([0.1, 0.2, 0.23], labels: ["service": "api-gateway", "le": "1"]),
          series([1, 2, 1.5], labels: ["service": "im-gateway", "le": "1"], age: 300),
        ]),
      MetricRow(
        id: "active", title: "active connections", unit: .none, expression: "", series: [],
        failure: "no app_active_connections here"),
    ]
  }

  private func pane(_ rows: [MetricRow]) -> MetricPane {
    var pane = MetricPane()
    pane.adopt(scope)
    pane.receive(answer(pane, .metrics(rows)))
    return pane
  }

  private func answer(_ pane: MetricPane, _ body: Update.Body) -> Update {
    Update(subscription: .metrics(pane.query(in: scope)), at: Sample.start + .seconds(700), body: body)
  }

  @Test func `each row has a sparkline, its newest value, and least and greatest`() {
    #expect(
      pane(rows).view(Size(width: 80, height: 9), in: context(focused: false)).text == """
        request rate   ▁▂▂▂▂▂▃▃▃▃▃▄▄▄▄▄▅▅▅▅▅▆▆▆▆▆▇▇▇▇▇██████      29/s 0/s–29/s
        error ratio   !··························▁▁▂██··×▁▁▂     0.42% 0%–20%
        latency p95
         api-gateway   ·································▂▂▂▂     230ms 100ms–230ms
         im-gateway    ·····················▅█▇▇············     1.50s last 5m00s ago
        active connec… no app_active_connections here
                                  ╵08:55       ╵09:00


        """)
  }

  @Test func `a narrow pane leaves out least and greatest`() {
    #expect(
      pane(rows).view(Size(width: 40, height: 3), in: context(focused: false)).text == """
        request rate ▂▂▂▃▃▄▄▄▅▅▆▆▆▇▇████    29/s
        error ratio !·············▁▂█·▁▂   0.42%
        latency p95
        """)
  }

  @Test func `where there is room the charts grow, and least and greatest stand below the titles`() {
    #expect(
      pane(rows).view(Size(width: 60, height: 16), in: context(focused: false)).text == """
        request rate                         ▁▁▁▂▃▄▅▅▅▆▇██      29/s
        0/s–29/s                  ▁▁▂▃▄▄▅▅▆▇██████████████
                       ▁▂▂▃▄▅▅▆▇▇█████████████████████████
        error ratio   !                            █           0.42%
        0%–20%                                     █
                       ·························▁▁▂█···×▁▂
        latency p95
         api-gateway                                           230ms
        100ms–230ms
                       ································▃▄▄
         im-gateway                         █▃▃                1.50s
        last 5m00s ago                     ▅███
                       ····················████···········
        active connec… no app_active_connections here
                                  ╵08:55      ╵09:00

        """)
  }

  @Test func `a narrow pane with room below says least and greatest of the selected row`() {
    #expect(
      pane(Array(rows.prefix(2))).view(Size(width: 40, height: 4), in: context(focused: false)).text == """
        request rate ▂▂▂▃▃▄▄▄▅▅▆▆▆▇▇████    29/s
        error ratio !·············▁▂█·▁▂   0.42%
                                 ╵09:00
        request rate 29/s, 0/s–29/s
        """)
  }

  @Test func `a click selects the row whose tall chart it hits`() {
    var pane = pane(rows)
    pane.select(row: 3, in: context(), height: 16)
    #expect(pane.selectedRow?.id == "error-ratio")
    pane.select(row: 1, in: context(), height: 16)
    #expect(pane.selectedRow?.id == "request-rate")
  }

  @Test func `a terminal without UTF-8 gets letters`() {
    var context = context(focused: false)
    context.glyphs = .ascii
    #expect(
      pane(rows).view(Size(width: 60, height: 2), in: context).text == """
        request rate   .:::::------======++++++*****######      29/s
        error ratio   !                         ..:#   x.:     0.42%
        """)
  }

  @Test func `enter makes the row a chart with axes and a legend, and back`() {
    var pane = pane(rows)
    #expect(pane.perform(.open, in: context(), height: 10) == [])
    #expect(
      pane.view(Size(width: 60, height: 10), in: context()).text == """
        sum(rate(requests[1m]))
        30/s┤                                                  ⣀⣀⠤⠔⠒
            │                                         ⣀⣀⠤⠔⠒⠊⠉⠉⠉
        20/s┤                                 ⢀⣀⡠⠤⠔⠒⠉⠉
            │                        ⢀⣀⡠⠤⠔⠒⠒⠒⠉⠁
        10/s┤                 ⢀⣀⠤⠤⠒⠒⠉⠁
            │        ⢀⣀⠤⠤⠤⠔⠒⠊⠉⠁
         0/s┤  ⣀⠤⠔⠒⠊⠉⠁
             ╵08:50 ╵08:52 ╵08:54  ╵08:56 ╵08:58 ╵09:00  ╵09:02
        request rate 29/s min 0/s max 29/s mean 14.5/s
        """)
    #expect(pane.title(in: context()) == "Metrics · request rate")
    #expect(pane.perform(.back, in: context(), height: 10) == [])
    #expect(!pane.isEnlarged)
    #expect(pane.perform(.back, in: context(), height: 10) == nil)
  }

  @Test func `a row with several series is enlarged to a chart with a line for each`() {
    var pane = pane(rows)
    for command in [Command.down, .down, .open] { _ = pane.perform(command, in: context(), height: 12) }
    #expect(
      pane.view(Size(width: 60, height: 12), in: context()).text == """
        histogram_quantile(…)
        2.00s┤                                 ⢠⢣
             │                                 ⡜ ⢇
        1.50s┤                                ⢠⠃ 2
        1.00s┤                                ⡜
             │
        500ms┤
             │                                                    ⢀1
           0s┤                                                  ⠒⠉⠁
              ╵08:50 ╵08:52 ╵08:54 ╵08:56 ╵08:58  ╵09:00 ╵09:02
        1 api-gateway 230ms min 100ms max 230ms mean 177ms
        2 im-gateway 1.50s, 5m00s old min 1.00s max 2.00s mean 1.50s
        """)
  }

  @Test func `sparklines line up behind Chinese names`() {
    let row = MetricRow(
      id: "r", title: "请求率", unit: .none, expression: "x",
      series: [series([5, 5], labels: ["service": "消息服务"]), series([5, 5], labels: ["service": "im"])])
    let canvas = pane([row]).view(Size(width: 80, height: 3), in: context())
    let ends = MetricColumns(width: 80).valueStart - 2
    #expect((1...2).allSatisfy { canvas[ends, $0].character == "█" && canvas[ends + 1, $0].character == " " })
  }

  @Test func `errors above zero are coloured, many of them more so`() {
    let row = rows[1]
    #expect(row.roles(0) == .chart)
    #expect(row.roles(0.001) == .chartWarning)
    #expect(row.roles(0.05) == .chartError)
    #expect(rows[0].roles(1_000) == .chart)
    let canvas = pane(rows).view(Size(width: 80, height: 9), in: context(focused: false))
    let roles = Set((15..<52).map { canvas[$0, 1].style.role })
    #expect(roles == [.chart, .chartWarning, .chartError, .chartGap])
  }

  @Test func `keys select rows, and y copies the expression`() {
    var pane = pane(rows)
    func press(_ command: Command) -> [Request]? { pane.perform(command, in: context(), height: 4) }
    #expect(press(.copy) == [.copy("sum(rate(requests[1m]))", what: "the expression of request rate")])
    _ = press(.down)
    #expect(pane.selectedRow?.id == "error-ratio")
    #expect(
      pane.view(Size(width: 60, height: 4), in: context()).text.hasSuffix("error ratio: metric might not be a counter"))
    _ = press(.bottom)
    #expect(press(.copy) == [.notice("active connections has no expression")])
    #expect(pane.top > 0)
    // The selected row stays selected when other rows go.
    pane.receive(answer(pane, .metrics([rows[0], rows[3]])))
    #expect(pane.selectedRow?.id == "active")
    pane.receive(answer(pane, .metrics([rows[0]])))
    #expect(pane.selectedRow?.id == "request-rate")
    #expect(press(.cycleLevel) == nil)
  }

  @Test func `a click selects the row, whichever of its lines it hits`() {
    var pane = pane(rows)
    pane.select(row: 4, in: context(), height: 9)
    #expect(pane.selectedRow?.id == "latency-p95")
    pane.select(row: 8, in: context(), height: 9)
    #expect(pane.selectedRow?.id == "latency-p95")
  }

  @Test func `a failure leaves the rows and says how old they are`() {
    var pane = pane(rows)
    pane.receive(answer(pane, .failed(Sample.failure())))
    let text = pane.view(Size(width: 120, height: 4), in: context()).text
    #expect(text.hasPrefix("request rate"))
    #expect(
      text.hasSuffix(
        "Prometheus: connection refused · data 10s old · trying again now · start it, or set elasticsearch.url"))
  }

  @Test func `another question mutes the old rows until it is answered`() {
    var pane = pane(rows)
    var other = scope
    other.chosen = [.prometheus: ["im"]]
    pane.adopt(other)
    #expect(pane.title(in: context()) == "Metrics · im · asking, still the old rows")
    #expect(pane.view(Size(width: 80, height: 4), in: context())[20, 0].style.role == .textMuted)
    pane.receive(answer(pane, .metrics([])))
    #expect(pane.rows?.count == 4)
    // Other columns are the same question.
    other.chosen = nil
    other.sparklineWidth = 80
    pane.adopt(other)
    #expect(!pane.isOutdated)
  }

  @Test func `an empty pane says why in words`() {
    var pane = MetricPane()
    #expect(pane.view(Size(width: 60, height: 2), in: context()).text.trimmed == " Waiting for Prometheus's answer.")
    var other = scope
    other.chosen = [.prometheus: ["im"]]
    pane.adopt(other)
    pane.receive(
      Update(subscription: .metrics(pane.query(in: other)), at: Sample.start, body: .metrics([])))
    #expect(
      pane.view(Size(width: 60, height: 6), in: context()).text.trimmed == """
         Prometheus has no metric of im that is known here.
         Looked for request counters and duration histograms:
         OpenTelemetry's span metrics and http_server_*,
         http_requests_total and its kin, app_request_total.
         Expressions of your own can be set in the settings.
        """)
    pane.receive(
      Update(subscription: .metrics(pane.query(in: other)), at: Sample.start, body: .failed(Sample.failure())))
    #expect(pane.view(Size(width: 60, height: 6), in: context()).text.contains("Tried: POST"))
  }

  @Test func `a series from the end of time is drawn`() {
    let row = MetricRow(
      id: "r", title: "r", unit: .bytes, expression: "x",
      series: [
        TimeSeries(labels: [:], start: Timestamp(nanoseconds: .max), step: .seconds(1), values: [1, 2]),
        TimeSeries(
          labels: [:], start: Timestamp(nanoseconds: .min), step: .nanoseconds(Int64.max), values: [1, .infinity]),
      ])
    let text = pane([row]).view(Size(width: 80, height: 4), in: context()).text
    #expect(text.contains("+Inf"))
  }

  @Test func `no size and no command traps`() {
    for size in [-1, 0, 1, 2, 3, 5, 9, 70] {
      for rows in [[], rows] {
        var pane = pane(rows)
        for command in Command.allCases {
          _ = pane.perform(command, in: context(search: "r"), height: size)
          _ = pane.view(Size(width: size, height: size), in: context())
        }
        _ = pane.perform(.open, in: context(), height: size)
        _ = pane.view(Size(width: size, height: 4), in: context())
      }
    }
    #expect(MetricPane.sparklineWidth(forWidth: 0) == 1)
    #expect(MetricPane.sparklineWidth(forWidth: 80) == 37)
  }
}
