import Testing

@testable import ObsData

/// Which expressions the pane asks, by what the server has.
struct PrometheusMetricPlanTests {
  private func expression(_ plan: MetricPlan, _ id: String, services: [String] = ["api"]) -> String {
    plan.templates.first { $0.id == id }?
      .expression(services: services, window: .seconds(60), step: .seconds(15)) ?? plan.missing[id] ?? "-"
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    let names: [String]
    let labels: [String]
    let rate, errors, p95: String
    let unit: MetricUnit
    var testDescription: String { title }
  }

  static let anyError =
    "5..|5xx|STATUS_CODE_ERROR|(?i:error|err|fail|failed|failure|timeout)|Unknown|DeadlineExceeded|Internal|Unavailable|DataLoss"

  static let cases: [Case] = [
    Case(
      title: "span metrics of the OpenTelemetry Collector",
      names: [
        "traces_span_metrics_calls_total", "traces_span_metrics_duration_milliseconds_bucket", "http_requests_total",
      ],
      labels: ["job", "le", "service_name", "status_code"],
      rate: #"sum(rate(traces_span_metrics_calls_total{service_name=~"api"}[60s]))"#,
      errors: #"(sum(rate(traces_span_metrics_calls_total{service_name=~"api",status_code=~"\#(anyError)"}[60s])) or "#
        + #"sum(rate(traces_span_metrics_calls_total{service_name=~"api"}[60s])) * 0) / "#
        + #"sum(rate(traces_span_metrics_calls_total{service_name=~"api"}[60s]))"#,
      p95: #"histogram_quantile(0.95, sum by (le) (rate(traces_span_metrics_duration_milliseconds_bucket"#
        + #"{service_name=~"api"}[60s])))"#,
      unit: .milliseconds),
    Case(
      title: "RustIM", names: ["app_request_total", "app_request_duration_seconds_bucket", "app_active_connections"],
      labels: ["__name__", "instance", "job", "method", "service", "status", "le"],
      rate: #"sum(rate(app_request_total{service=~"api"}[60s]))"#,
      errors: #"(sum(rate(app_request_total{service=~"api",status=~"\#(anyError)"}[60s])) or "#
        + #"sum(rate(app_request_total{service=~"api"}[60s])) * 0) / sum(rate(app_request_total{service=~"api"}[60s]))"#,
      p95: #"histogram_quantile(0.95, sum by (le) (rate(app_request_duration_seconds_bucket{service=~"api"}[60s])))"#,
      unit: .seconds),
    Case(
      title: "RustIM with dotted names", names: ["app.request.total", "app.request.duration_milliseconds_bucket"],
      labels: ["service.name", "success", "le"],
      rate: #"sum(rate({"app.request.total","service.name"=~"api"}[60s]))"#,
      errors: #"(sum(rate({"app.request.total","service.name"=~"api",success=~"false|0"}[60s])) or "#
        + #"sum(rate({"app.request.total","service.name"=~"api"}[60s])) * 0) / "#
        + #"sum(rate({"app.request.total","service.name"=~"api"}[60s]))"#,
      p95: #"histogram_quantile(0.95, sum by (le) (rate({"app.request.duration_milliseconds_bucket","#
        + #""service.name"=~"api"}[60s])))"#,
      unit: .milliseconds),
    Case(
      title: "OpenTelemetry's HTTP histogram",
      names: ["http_server_request_duration_seconds_count", "http_server_request_duration_seconds_bucket"],
      labels: ["http_response_status_code", "job", "le"],
      rate: #"sum(rate(http_server_request_duration_seconds_count{job=~"api"}[60s]))"#,
      errors:
        #"(sum(rate(http_server_request_duration_seconds_count{job=~"api",http_response_status_code=~"5.."}[60s])) "#
        + #"or sum(rate(http_server_request_duration_seconds_count{job=~"api"}[60s])) * 0) / "#
        + #"sum(rate(http_server_request_duration_seconds_count{job=~"api"}[60s]))"#,
      p95:
        #"histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{job=~"api"}[60s])))"#,
      unit: .seconds),
    Case(
      title: "a counter without a status and no histogram", names: ["nginx_http_requests_total"],
      labels: ["app", "job"],
      rate: #"sum(rate(nginx_http_requests_total{app=~"api"}[60s]))"#,
      errors: "no label of nginx_http_requests_total tells failed requests: set this row in the settings",
      p95: "no histogram of durations was found (…_duration_seconds_bucket): set this row in the settings", unit: .none),
    Case(
      title: "a native histogram", names: ["http_server_request_duration_seconds", "calls_total"],
      labels: ["service", "span_kind"],
      rate:
        #"sum(rate(calls_total{service=~"api",span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER|server|consumer"}[60s]))"#,
      errors: "no label of calls_total tells failed requests: set this row in the settings",
      p95: #"histogram_quantile(0.95, sum(rate(http_server_request_duration_seconds{service=~"api","#
        + #"span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER|server|consumer"}[60s])))"#,
      unit: .seconds),
    Case(
      title: "nothing", names: [], labels: [],
      rate: "no counter of requests was found (calls_total, http_requests_total, …): set this row in the settings",
      errors: "no counter of requests was found (calls_total, http_requests_total, …): set this row in the settings",
      p95: "no histogram of durations was found (…_duration_seconds_bucket): set this row in the settings", unit: .none),
  ]

  @Test(arguments: cases) func `expressions follow the names that exist`(_ item: Case) {
    let labels = Dictionary(uniqueKeysWithValues: item.names.map { ($0, item.labels) })
    let plan = MetricPlan(MetricCatalogue(names: Set(item.names), labels: labels))
    #expect(expression(plan, "request-rate") == item.rate)
    #expect(expression(plan, "error-ratio") == item.errors)
    #expect(expression(plan, "latency-p95") == item.p95)
    if item.unit != .none { #expect(plan.templates.first { $0.id == "latency-p99" }?.unit == item.unit) }
  }

  @Test func `a histogram without a unit in its name is judged by its bounds`() {
    let name = "app_request_duration_bucket"
    func unit(_ bounds: [Double]) -> MetricUnit? {
      MetricPlan(MetricCatalogue(names: [name], labels: [name: ["le"]], bounds: [name: bounds]))
        .templates.first { $0.id == "latency-p50" }?.unit
    }
    #expect(MetricPlan.needsBounds(name))
    #expect(!MetricPlan.needsBounds("app_request_duration_ms_bucket"))
    #expect(unit([5, 10, 250, 10_000, .infinity]) == .milliseconds)
    #expect(unit([0.005, 1, 10, .infinity]) == .seconds)
  }

  @Test func `settings replace rows and add rows`() {
    let plan = MetricPlan(
      MetricCatalogue(names: ["app_request_total"], labels: ["app_request_total": ["service", "status"]]),
      settings: [
        MetricTemplate(id: "latency-p99", title: "p99", unit: .milliseconds, expression: "mine{s=~\"$service\"}"),
        MetricTemplate(id: "queue", title: "queue", unit: .none, expression: "queue[${window}:$step]"),
      ])
    #expect(plan.templates.map(\.id) == ["request-rate", "error-ratio", "latency-p99", "queue"])
    #expect(expression(plan, "latency-p99") == #"mine{s=~"api"}"#)
    #expect(expression(plan, "queue") == "queue[60s:15s]")
    #expect(plan.missing.keys.sorted() == ["latency-p50", "latency-p95"])
  }

  @Test func `rows by service group by the service's label`() {
    let names = ["app_request_total", "app_request_duration_seconds_bucket", "app_active_connections"]
    let labels = Dictionary(uniqueKeysWithValues: names.map { ($0, ["service"]) })
    let plan = MetricPlan(MetricCatalogue(names: Set(names), labels: labels), byService: true)
    #expect(expression(plan, "request-rate") == #"sum by (service) (rate(app_request_total{service=~"api"}[60s]))"#)
    #expect(expression(plan, "latency-p50").contains("sum by (le, service) (rate("))
    #expect(expression(plan, "active-connections") == #"sum by (service) (app_active_connections{service=~"api"})"#)
    #expect(plan.figures?.rate == "sum by (service) (rate(app_request_total[$window]))")
  }

  @Test func `what two jobs scrape from one target is taken once`() {
    let names = ["app_request_total", "app_request_duration_seconds_bucket", "app_active_connections"]
    let labels = Dictionary(uniqueKeysWithValues: names.map { ($0, ["service", "job", "instance", "success"]) })
    func plan(isSameTarget: Bool) -> MetricPlan {
      let overlap = MetricOverlap(service: "api", jobs: ["a", "b"], isSameTarget: isSameTarget)
      return MetricPlan(
        MetricCatalogue(
          names: Set(names), labels: labels, overlaps: [names[0]: [overlap], names[2]: [overlap]]))
    }
    let doubled = plan(isSameTarget: true)
    #expect(
      expression(doubled, "request-rate") == #"sum(max without (job) (rate(app_request_total{service=~"api"}[60s])))"#)
    #expect(expression(doubled, "error-ratio").contains("sum(max without (job) (rate("))
    #expect(
      expression(doubled, "active-connections")
        == #"sum(max without (job) (app_active_connections{service=~"api"}))"#)
    #expect(!expression(doubled, "latency-p50").contains("without"))
    #expect(doubled.figures?.rate == "sum by (service) (max without (job) (rate(app_request_total[$window])))")
    #expect(
      expression(plan(isSameTarget: false), "request-rate") == #"sum(rate(app_request_total{service=~"api"}[60s]))"#)
    #expect(doubled.overlaps.keys.sorted() == ["active-connections", "request-rate"])
  }

  @Test func `a row says of which services' jobs it is made`() {
    let overlaps = [
      MetricOverlap(service: "api", jobs: ["a", "b"], isSameTarget: true),
      MetricOverlap(service: "msg", jobs: ["a", "c"], isSameTarget: false),
      MetricOverlap(service: "user", jobs: ["a", "c"], isSameTarget: false),
    ]
    #expect(
      MetricOverlap.warnings(overlaps, services: []) == [
        "api: the jobs a, b scrape the same target, counted once",
        "msg, user: added up over the jobs a, c; where they tell of the same requests these count twice, "
          + "and metrics: in the settings can choose one",
      ])
    #expect(MetricOverlap.warnings(overlaps, services: ["api"]).count == 1)
    #expect(MetricOverlap.warnings(overlaps, services: ["other"]).isEmpty)
  }

  @Test func `names of services are escaped for the expression and for its string`() {
    let template = MetricTemplate(id: "a", title: "", unit: .none, expression: #"x{s=~"$service",t="$5 $other"}"#)
    #expect(
      template.expression(services: ["a.b", #"c"d\"#, "$window"], window: .seconds(1), step: .seconds(1))
        == #"x{s=~"a\\.b|c\"d\\\\|\\$window",t="$5 $other"}"#)
    #expect(
      template.expression(services: [], window: .seconds(1), step: .seconds(1)) == #"x{s=~".*",t="$5 $other"}"#)
  }

  @Test(arguments: [(15, 15, 60), (15, 60, 75), (15, 1, 60), (60, 30, 240), (5, 600, 605)])
  func `a rate's window holds four scrapes and every step`(scrape: Int, step: Int, window: Int) {
    #expect(
      Duration.rateWindow(scrapeInterval: .seconds(scrape), step: .seconds(step)) == .seconds(window))
  }

  @Test func `the server is asked for the names of every family`() throws {
    let pattern = try Regex(MetricFamilies.namePattern)
    let families = MetricFamilies.requests + MetricFamilies.durations + MetricFamilies.connections
    for family in families {
      let name = family.replacing("*", with: family.hasPrefix("*_") ? "x" : "x_")
      #expect(try pattern.wholeMatch(in: name) != nil, "\(name)")
      #expect(try pattern.wholeMatch(in: name.replacing("_", with: ".")) != nil, "\(name) with dots")
      if name.hasSuffix("_bucket") { #expect(try pattern.wholeMatch(in: String(name.dropLast(7))) != nil, "\(name)") }
    }
    #expect(try pattern.wholeMatch(in: "node_cpu_seconds_total") == nil)
  }
}
