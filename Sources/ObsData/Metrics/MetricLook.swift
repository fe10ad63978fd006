/// A condition on a label: its value, or any other.
public struct MetricMatcher: Hashable, Sendable {
  /// The label.
  public let label: String
  /// Its value; empty for series without the label.
  public let value: String
  /// Whether the value is left out instead.
  public let isExclusion: Bool

  /// Makes a condition.
  public init(_ label: String, _ value: String, isExclusion: Bool = false) {
    self.label = label
    self.value = value
    self.isExclusion = isExclusion
  }

  /// As PromQL writes it.
  public var text: String { PrometheusName.matcher(label, isExclusion ? "!=" : "=", value) }
}

/// How a metric is looked at: which of its series, and what is made one of them. The expressions follow from that, and are shown.
///
/// | kind | expression |
/// |---|---|
/// | counter | the sum of the rates |
/// | gauge | the average; the sum where the name says that things are counted; the age of the newest for points in time |
/// | histogram | p50, p95 and p99 of all observations together |
/// | summary | of each quantile the greatest: quantiles of several series have no sum. Without quantiles the mean |
public struct MetricLook: Hashable, Sendable {
  /// How values of several gauges become one.
  public enum Aggregation: String, Hashable, Sendable, CaseIterable { case sum, avg, max, min }

  /// One line of a chart before it is asked.
  public struct Question: Hashable, Sendable {
    /// What tells it from the others of the metric: `p95`; empty where it is alone.
    public let name: String
    /// PromQL.
    public let expression: String
  }

  /// The metric.
  public let family: MetricFamily
  /// Which series; all where there is none.
  public var matchers: [MetricMatcher]
  /// The labels that keep series apart.
  public var grouping: [String]
  /// What the user chose; nil for what suits the metric.
  public var chosen: Aggregation?

  /// Makes a look at all series together.
  public init(
    _ family: MetricFamily, matchers: [MetricMatcher] = [], grouping: [String] = [], chosen: Aggregation? = nil
  ) {
    self.family = family
    self.matchers = matchers
    self.grouping = grouping
    self.chosen = chosen
  }

  /// The quantiles that are drawn of a histogram.
  public static let quantiles: [(name: String, value: String)] = [("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99")]

  /// How series become one; nil for histograms, whose buckets are added up.
  public var aggregation: Aggregation? {
    switch family.kind {
    case .counter: chosen ?? .sum
    case .gauge: chosen ?? (family.isTimestamp ? .max : MetricLook.countsThings(family.name) ? .sum : .avg)
    case .summary: family.hasOwnSeries ? chosen ?? .max : nil
    case .histogram, .nativeHistogram: nil
    }
  }

  /// What the values of the expressions count.
  public var unit: MetricUnit {
    switch family.kind {
    case .gauge: return family.unit
    case .summary, .histogram, .nativeHistogram: return family.unit
    case .counter:
      switch family.unit {
      case .bytes: return .bytesPerSecond
      // Seconds of work in each second are a share.
      case .seconds: return .ratio
      default: return .perSecond
      }
    }
  }

  /// The expressions, with rates over `window`.
  public func questions(window: Duration) -> [Question] {
    let window = PrometheusName.duration(window)
    let grouping = grouping.map(PrometheusName.label)
    func by(_ more: [String] = []) -> String {
      let labels = more + grouping
      return labels.isEmpty ? "" : " by (\(labels.joined(separator: ", "))) "
    }
    func selector(_ name: String) -> String { PrometheusName.selector(name, matchers.map(\.text)) }
    switch family.kind {
    case .counter:
      let rates = "rate(\(selector(family.name))[\(window)])"
      return [Question(name: "", expression: "\((aggregation ?? .sum).rawValue)\(by())(\(rates))")]
    case .gauge:
      let value = "\((aggregation ?? .avg).rawValue)\(by())(\(selector(family.name)))"
      return [Question(name: "", expression: family.isTimestamp ? "time() - \(value)" : value)]
    case .histogram, .nativeHistogram:
      let isClassic = family.kind == .histogram
      let rates = "rate(\(selector(isClassic ? family.buckets ?? family.name : family.name))[\(window)])"
      return MetricLook.quantiles.map { name, value in
        Question(
          name: name, expression: "histogram_quantile(\(value), sum\(by(isClassic ? ["le"] : []))(\(rates)))")
      }
    case .summary:
      if family.hasOwnSeries {
        let value = selector(family.name)
        return [
          Question(name: "", expression: "\((aggregation ?? .max).rawValue)\(by(["quantile"]))(\(value))")
        ]
      }
      let (sum, count) = (family.sum ?? family.name, family.count ?? family.name)
      return [
        Question(
          name: "mean",
          expression:
            "sum\(by())(rate(\(selector(sum))[\(window)])) / sum\(by())(rate(\(selector(count))[\(window)]))")
      ]
    }
  }

  /// The rates of the buckets, for a heat map; nil where the metric has none.
  public func buckets(window: Duration) -> String? {
    let isNative = family.kind == .nativeHistogram
    guard let buckets = isNative ? family.name : family.kind == .histogram ? family.buckets : nil else { return nil }
    let selector = PrometheusName.selector(buckets, matchers.map(\.text))
    return "sum\(isNative ? "" : " by (le) ")(rate(\(selector)[\(PrometheusName.duration(window))]))"
  }

  /// All expressions as one, which keeps them apart by a label `quantile`: one request for a row of a list.
  func joined(window: Duration) -> String {
    let questions = questions(window: window)
    guard questions.count > 1 else { return questions.first?.expression ?? "" }
    return questions.map { "label_replace(\($0.expression), \"quantile\", \"\($0.name)\", \"\", \"\")" }
      .joined(separator: " or ")
  }

  /// Whether a gauge of this name is a number of things, of which two programs have as many as both together.
  private static func countsThings(_ name: String) -> Bool {
    let words = MetricFamilies.normalised(name).lowercased().split(separator: "_").map(String.init)
    return words.contains { counted.contains($0) }
  }

  private static let counted: Set<String> = [
    "connections", "sessions", "clients", "threads", "goroutines", "requests", "inflight", "active", "queue", "queued",
    "lag", "bytes", "size", "series", "messages", "items", "entries", "jobs", "tasks", "workers", "fds", "subscribers",
    "processes", "files", "pods", "nodes", "replicas", "users",
  ]
}
