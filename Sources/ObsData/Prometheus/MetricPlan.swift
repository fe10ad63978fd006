/// Which expressions fill the metric pane on a server that has these metrics. A pure function of what the server has and
/// of what the user has set.
public struct MetricPlan: Hashable, Sendable {
  /// The rows that can be asked for, in their order on the screen.
  public let templates: [MetricTemplate]
  /// The rows that this server cannot fill: why, in words, where the expression would stand.
  public let missing: [MetricTemplate.ID: String]
  /// Request rate and error ratio by service, for the service bar; nil where the server has no counter of requests.
  public let figures: Figures?
  /// The metrics that requests and durations are read from; nil where the server has none.
  public let requestSource, durationSource: String?
  /// The services that come in under several jobs, by the rows that add them up.
  public let overlaps: [MetricTemplate.ID: [MetricOverlap]]

  /// What the service bar asks.
  public struct Figures: Hashable, Sendable {
    /// The label that names the service.
    public let label: String
    /// Requests a second by service, with `$window`.
    public let rate: String
    /// The share of failed ones by service; nil where no label tells them.
    public let errors: String?
  }

  /// The built-in rows, in order.
  static let rows: [(id: String, title: String)] = [
    ("request-rate", "request rate"), ("error-ratio", "error ratio"), ("latency-p50", "p50 latency"),
    ("latency-p95", "p95 latency"), ("latency-p99", "p99 latency"), ("active-connections", "active connections"),
  ]

  /// The metrics whose labels the plan has to know before it can be made.
  static func chosen(_ names: Set<String>) -> (requests: String?, duration: String?, connections: String?) {
    let names = names.map { (name: $0, normalised: MetricFamilies.normalised($0)) }
    let native = MetricFamilies.durations.map { String($0.dropLast("_bucket".count)) }
    return (
      MetricFamilies.first(MetricFamilies.requests, among: names),
      MetricFamilies.first(MetricFamilies.durations, among: names) ?? MetricFamilies.first(native, among: names),
      MetricFamilies.first(MetricFamilies.connections, among: names)
    )
  }

  /// Whether a histogram's name leaves its unit open, so that the plan needs its bounds.
  static func needsBounds(_ metric: String) -> Bool { unit(ofName: metric) == nil && metric.hasSuffix("bucket") }

  /// Makes the plan. `settings` replace built-in rows by their identifier and add others behind them. `serviceLabel` is
  /// the label that names the service, where the user has set it. With `byService`, a row has one series for each
  /// service instead of one for all of them together.
  public init(
    _ catalogue: MetricCatalogue, settings: [MetricTemplate] = [], serviceLabel: String? = nil, byService: Bool = false
  ) {
    let (requests, duration, connections) = MetricPlan.chosen(catalogue.names)
    var made: [String: MetricTemplate] = [:]
    var missing: [String: String] = [:]
    var figures: Figures?
    var overlaps: [String: [MetricOverlap]] = [:]
    func add(_ id: String, _ unit: MetricUnit, _ expression: String) {
      let title = MetricPlan.rows.first { $0.id == id }?.title ?? id
      made[id] = MetricTemplate(id: id, title: title, unit: unit, expression: expression)
    }
    if let requests {
      let metric = Chosen(requests, catalogue, serviceLabel)
      let grouping = metric.grouping(byService)
      add("request-rate", .perSecond, metric.rate(grouping))
      overlaps["request-rate"] = catalogue.overlaps[requests]
      if let failed = metric.failed {
        add("error-ratio", .ratio, metric.ratio(grouping, failed))
      } else {
        missing["error-ratio"] = "no label of \(requests) tells failed requests: set this row in the settings"
      }
      if let label = metric.serviceLabel {
        let bar = Chosen(requests, catalogue, serviceLabel, everyService: true)
        let grouping = bar.grouping(true)
        figures = Figures(label: label, rate: bar.rate(grouping), errors: bar.failed.map { bar.ratio(grouping, $0) })
      }
    } else {
      let reason =
        "no counter of requests was found (calls_total, http_requests_total, …): set this row in the settings"
      missing["request-rate"] = reason
      missing["error-ratio"] = reason
    }
    if let duration {
      let metric = Chosen(duration, catalogue, serviceLabel)
      let unit = MetricPlan.unit(ofName: duration) ?? MetricPlan.unit(ofBounds: catalogue.bounds[duration] ?? [])
      for (id, quantile) in [("latency-p50", "0.5"), ("latency-p95", "0.95"), ("latency-p99", "0.99")] {
        add(id, unit, metric.quantile(quantile, byService: byService))
      }
    } else {
      let reason = "no histogram of durations was found (…_duration_seconds_bucket): set this row in the settings"
      for id in ["latency-p50", "latency-p95", "latency-p99"] { missing[id] = reason }
    }
    if let connections {
      let metric = Chosen(connections, catalogue, serviceLabel)
      add("active-connections", .none, "sum\(metric.grouping(byService))(\(metric.once(metric.selector())))")
      overlaps["active-connections"] = catalogue.overlaps[connections]
    }
    for template in settings {
      made[template.id] = template
      missing[template.id] = nil
      overlaps[template.id] = nil
    }
    let builtIn = MetricPlan.rows.compactMap { made[$0.id] }
    let known = Set(MetricPlan.rows.map(\.id))
    var seen = known
    templates = builtIn + settings.filter { seen.insert($0.id).inserted }.compactMap { made[$0.id] }
    (requestSource, durationSource) = (requests, duration)
    self.missing = missing
    self.figures = figures
    self.overlaps = overlaps
  }

  /// The unit that a metric's name ends in, `_bucket` and `_count` aside.
  static func unit(ofName name: String) -> MetricUnit? {
    let name = MetricFamilies.normalised(name)
    let words = name.split(separator: "_").map(String.init).filter { !["bucket", "count", "sum"].contains($0) }
    switch words.last {
    case "seconds": return .seconds
    case "milliseconds", "ms": return .milliseconds
    default: return name.contains("traces_spanmetrics_latency") ? .seconds : nil
    }
  }

  /// Buckets beyond two minutes' worth of seconds are milliseconds: OpenTelemetry's default bounds go to 10,000.
  static func unit(ofBounds bounds: [Double]) -> MetricUnit {
    (bounds.filter(\.isFinite).max() ?? 0) > 120 ? .milliseconds : .seconds
  }
}

/// A metric that was chosen, with the labels that matter on it.
private struct Chosen {
  let name: String
  let serviceLabel: String?
  /// The matcher of failed requests.
  let failed: String?
  private let matchers: [String]
  private let isNative: Bool
  /// Whether some of its targets are scraped by two jobs.
  private let isDoubled: Bool

  init(_ name: String, _ catalogue: MetricCatalogue, _ setLabel: String?, everyService: Bool = false) {
    self.name = name
    let labels = (catalogue.labels[name] ?? []).map { (name: $0, normalised: MetricFamilies.normalised($0)) }
    let label = setLabel ?? MetricFamilies.serviceLabel(among: labels.map(\.name))
    serviceLabel = label
    var matchers: [String] = []
    if let label, !everyService { matchers.append(PrometheusName.label(label) + "=~\"$service\"") }
    // Span metrics count client and internal spans too: a request is what a server or a consumer did.
    if labels.contains(where: { $0.name == "span_kind" }) {
      matchers.append(PrometheusName.matcher("span_kind", "=~", "SPAN_KIND_SERVER|SPAN_KIND_CONSUMER|server|consumer"))
    }
    self.matchers = matchers
    isNative = !name.hasSuffix("bucket")
    isDoubled = (catalogue.overlaps[name] ?? []).contains { $0.isSameTarget }
    let found = MetricFamilies.errorLabels.lazy.compactMap { candidate -> String? in
      guard let label = labels.first(where: { $0.normalised == candidate.label }) else { return nil }
      return PrometheusName.matcher(label.name, "=~", candidate.values)
    }
    failed = found.first
  }

  func grouping(_ byService: Bool) -> String {
    guard byService, let serviceLabel else { return "" }
    return " by (\(PrometheusName.label(serviceLabel))) "
  }

  func selector(_ more: [String] = []) -> String { PrometheusName.selector(name, matchers + more) }

  func rate(_ grouping: String, _ more: [String] = []) -> String {
    "sum\(grouping)(" + once("rate(\(selector(more))[$window])") + ")"
  }

  /// The same with what two jobs scrape from one target taken once. Quantiles need no such care: twice the requests have the same.
  func once(_ expression: String) -> String { isDoubled ? "max without (job) (\(expression))" : expression }

  /// Failed over all. Where nothing has failed yet there is no such series: the ratio is then zero, not missing.
  func ratio(_ grouping: String, _ failed: String) -> String {
    let all = rate(grouping)
    return "(\(rate(grouping, [failed])) or \(all) * 0) / \(all)"
  }

  func quantile(_ quantile: String, byService: Bool) -> String {
    let service = byService ? serviceLabel.map { [PrometheusName.label($0)] } ?? [] : []
    let labels = (isNative ? [] : ["le"]) + service
    let grouping = labels.isEmpty ? "" : " by (\(labels.joined(separator: ", "))) "
    return "histogram_quantile(\(quantile), sum\(grouping)(rate(\(selector())[$window])))"
  }
}
