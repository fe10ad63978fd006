import Testing

@testable import ObsData

/// Names and descriptions in, metrics out.
struct MetricListTests {
  private func described(_ types: [String: String]) -> [String: [PrometheusMetadata]] {
    types.mapValues { [PrometheusMetadata(type: $0, help: "Help.", unit: "")] }
  }

  /// `name kind` for each metric, a question mark where the kind is a guess.
  private func lines(_ list: MetricList) -> [String] {
    list.families.map { "\($0.name) \($0.kind.rawValue)\($0.isGuessed ? "?" : "")" }
  }

  @Test func `the series of a histogram are one metric, and those of a summary are`() {
    let list = MetricList(
      names: [
        "up", "http_requests_total", "latency_seconds_bucket", "latency_seconds_sum", "latency_seconds_count",
        "gc_seconds", "gc_seconds_sum", "gc_seconds_count", "size_bytes_created",
      ],
      metadata: described([
        "up": "gauge", "http_requests_total": "counter", "latency_seconds": "histogram", "gc_seconds": "summary",
      ]))
    #expect(
      lines(list) == [
        "gc_seconds summary", "http_requests_total counter", "latency_seconds histogram", "size_bytes_created gauge?",
        "up gauge",
      ])
    #expect(
      list.families.map(\.counted).prefix(3) == ["gc_seconds_count", "http_requests_total", "latency_seconds_count"])
    #expect(list.families[2].unit == .seconds)
    #expect(list.remarks.isEmpty)
  }

  @Test func `what nobody describes is guessed by its name`() {
    let list = MetricList(
      names: [
        "job:requests:rate5m", "pushed_total", "timer_sum", "timer_count", "native_bucket", "wait_bucket",
        "wait_count",
      ], metadata: [:])
    #expect(
      lines(list) == [
        "job:requests:rate5m gauge?", "native_bucket gauge?", "pushed_total counter?", "timer summary?",
        "wait histogram?",
      ])
    #expect(list.families[3].hasOwnSeries == false)
  }

  @Test func `names with dots are folded like others`() {
    let list = MetricList(
      names: [
        "app.request.total", "app.active_connections", "app.request.duration_bucket", "app.request.duration_sum",
        "app.request.duration_count", "app.wait.bucket", "app.wait.sum", "app.wait.count",
      ], metadata: described(["app.request.duration": "histogram"]))
    #expect(
      lines(list) == [
        "app.active_connections gauge?", "app.request.duration histogram", "app.request.total counter?",
        "app.wait histogram?",
      ])
    #expect(list.families[3].buckets == "app.wait.bucket")
  }

  @Test func `a histogram without buckets of its own is a native one`() {
    let list = MetricList(names: ["latency"], metadata: described(["latency": "histogram"]))
    #expect(lines(list) == ["latency nativeHistogram"])
  }

  @Test func `OpenMetrics describes a counter without its ending`() {
    let list = MetricList(names: ["jobs_total"], metadata: described(["jobs": "counter", "gone": "gauge"]))
    #expect(lines(list) == ["jobs_total counter"])
    #expect(list.families[0].help == "Help.")
    #expect(list.remarks == ["1 described metric has no series in this window"])
  }

  @Test func `a text finds names first, then descriptions, dots and underscores alike`() {
    let list = MetricList(
      names: ["app.request.total", "node_load1", "process_cpu_seconds_total"],
      metadata: [
        "node_load1": [PrometheusMetadata(type: "gauge", help: "1m load of the request queue.", unit: "")]
      ])
    #expect(list.matching("REQUEST").map(\.name) == ["app.request.total", "node_load1"])
    #expect(list.matching("total app_request").map(\.name) == ["app.request.total"])
    #expect(list.matching("  ").count == 3)
    #expect(list.matching("nothing").isEmpty)
  }
}

/// Metrics in, PromQL out.
struct MetricLookTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let look: MetricLook
    let expressions: [String]
    var testDescription: String { expressions[0] }

    init(
      _ family: MetricFamily, _ matchers: [MetricMatcher] = [], by grouping: [String] = [], asks expressions: String...
    ) {
      look = MetricLook(family, matchers: matchers, grouping: grouping)
      self.expressions = expressions
    }
  }

  private static let histogram = MetricFamily(
    "app.request.duration", kind: .histogram, buckets: "app.request.duration_bucket", hasOwnSeries: false)

  static let cases: [Case] = [
    Case(MetricFamily("requests_total", kind: .counter), asks: "sum(rate(requests_total[60s]))"),
    Case(
      MetricFamily("app.request.total", kind: .counter), [MetricMatcher("status.code", "5\"0")], by: ["job"],
      asks: #"sum by (job) (rate({"app.request.total","status.code"="5\"0"}[60s]))"#),
    Case(MetricFamily("temperature", kind: .gauge), asks: "avg(temperature)"),
    Case(MetricFamily("app_active_connections", kind: .gauge), asks: "sum(app_active_connections)"),
    Case(
      MetricFamily("process_start_time_seconds", kind: .gauge), by: ["job"],
      asks: "time() - max by (job) (process_start_time_seconds)"),
    Case(
      histogram, [MetricMatcher("job", "a", isExclusion: true)],
      asks: #"histogram_quantile(0.5, sum by (le) (rate({"app.request.duration_bucket",job!="a"}[60s])))"#,
      #"histogram_quantile(0.95, sum by (le) (rate({"app.request.duration_bucket",job!="a"}[60s])))"#,
      #"histogram_quantile(0.99, sum by (le) (rate({"app.request.duration_bucket",job!="a"}[60s])))"#),
    Case(
      MetricFamily("latency", kind: .nativeHistogram), by: ["job"],
      asks: "histogram_quantile(0.5, sum by (job) (rate(latency[60s])))",
      "histogram_quantile(0.95, sum by (job) (rate(latency[60s])))",
      "histogram_quantile(0.99, sum by (job) (rate(latency[60s])))"),
    Case(MetricFamily("gc_seconds", kind: .summary, sum: "s", count: "c"), asks: "max by (quantile) (gc_seconds)"),
    Case(
      MetricFamily("timer", kind: .summary, sum: "timer_sum", count: "timer_count", hasOwnSeries: false),
      asks: "sum(rate(timer_sum[60s])) / sum(rate(timer_count[60s]))"),
  ]

  @Test(arguments: cases) func `each kind has an expression that suits it`(_ item: Case) {
    #expect(item.look.questions(window: .seconds(60)).map(\.expression) == item.expressions)
  }

  @Test func `rates of bytes are bytes a second, rates of seconds a share`() {
    #expect(MetricLook(MetricFamily("sent_bytes_total", kind: .counter)).unit == .bytesPerSecond)
    #expect(MetricLook(MetricFamily("cpu_seconds_total", kind: .counter)).unit == .ratio)
    #expect(MetricLook(MetricFamily("calls_total", kind: .counter)).unit == .perSecond)
    #expect(MetricLook(MetricFamily("heap", kind: .gauge)).unit == .none)
  }

  @Test func `the quantiles of a list's row come in one request`() {
    let text = MetricLook(MetricLookTests.histogram).joined(window: .seconds(60))
    #expect(text.hasPrefix("label_replace(histogram_quantile(0.5, "))
    #expect(text.contains(#", "quantile", "p95", "", "") or label_replace("#))
  }
}
