/// What the metrics explorer and its relatives ask of Prometheus.
public enum ExplorerQuery: Hashable, Sendable {
  /// All metrics that have series in the window.
  case names(TimeWindow)
  /// Sparklines of the metrics in view.
  case previews(MetricPreviewQuery)
  /// One metric with its labels.
  case metric(MetricDetailQuery)
  /// An expression of the user's.
  case expression(PromQLQuery)
  /// What may be offered while an expression is being typed.
  case offers(PromQLOffer, TimeWindow)
  /// What is scraped, and how that goes.
  case targets
  /// All rules, and how their evaluation goes.
  case rules
  /// Requests, errors and durations of all services.
  case red(REDQuery)

  /// The window that is looked at; nil where it is now.
  public var window: TimeWindow? {
    switch self {
    case .names(let window), .offers(_, let window): window
    case .previews(let query): query.window
    case .metric(let query): query.window
    case .expression(let query): query.window
    case .red(let query): query.window
    case .targets, .rules: nil
    }
  }

  /// What it asks for, in a word.
  public var subject: String {
    switch self {
    case .names: "metric names"
    case .previews: "sparklines"
    case .metric: "metric"
    case .expression: "expression"
    case .offers: "completion"
    case .targets: "targets"
    case .rules: "rules"
    case .red: "service figures"
    }
  }
}

/// What Prometheus answered to an `ExplorerQuery`.
public enum ExplorerAnswer: Sendable, Equatable {
  case names(MetricList)
  case previews([MetricPreview])
  case metric(MetricDetail)
  case expression(PromQLResult)
  case offers([String])
  case targets(TargetReport)
  case rules(RuleReport)
  case red(REDReport)
}

/// Which sparklines are wanted.
public struct MetricPreviewQuery: Hashable, Sendable {
  /// The metrics in view.
  public var families: [MetricFamily]
  /// From when to when.
  public var window: TimeWindow
  /// How many values a series should have at most.
  public var columns: Int

  /// Makes a query.
  public init(families: [MetricFamily], window: TimeWindow, columns: Int) {
    self.families = families
    self.window = window
    self.columns = columns
  }
}

/// A metric in a line: its fitting expression over the window.
public struct MetricPreview: Hashable, Sendable {
  /// The metric's name.
  public let name: String
  /// The kind, where the answer showed that the guess was wrong.
  public let kind: MetricFamily.Kind
  /// What was asked; of a histogram's quantiles the one that is drawn.
  public let expression: String
  /// What the values count.
  public let unit: MetricUnit
  /// One series; of histograms and summaries one for each `quantile`.
  public let series: [TimeSeries]
  /// Why there are none, where the server refused the expression.
  public let failure: String?

  /// Makes a preview.
  public init(
    name: String, kind: MetricFamily.Kind, expression: String, unit: MetricUnit, series: [TimeSeries],
    failure: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.expression = expression
    self.unit = unit
    self.series = series
    self.failure = failure
  }
}

/// Which look at a metric is wanted.
public struct MetricDetailQuery: Hashable, Sendable {
  /// Which series, and what is made of them.
  public var look: MetricLook
  /// Whether the buckets are asked for a heat map instead.
  public var isHeatMap: Bool
  /// From when to when.
  public var window: TimeWindow
  /// How many values a series should have at most.
  public var columns: Int

  /// Makes a query.
  public init(look: MetricLook, isHeatMap: Bool = false, window: TimeWindow, columns: Int) {
    self.look = look
    self.isHeatMap = isHeatMap
    self.window = window
    self.columns = columns
  }
}

/// A metric over the window, with the labels of its series.
public struct MetricDetail: Hashable, Sendable {
  /// One line of the chart.
  public struct Line: Hashable, Sendable {
    /// What the legend calls it.
    public let name: String
    /// Its values.
    public let series: TimeSeries

    /// Makes a line.
    public init(name: String, series: TimeSeries) {
      self.name = name
      self.series = series
    }
  }

  /// What was asked, one expression for each quantile.
  public var expressions: [String] = []
  /// The lines that are drawn, the greatest first where there were too many.
  public var lines: [Line] = []
  /// How many lines there were.
  public var total = 0
  /// The rates of the buckets, by their upper bound, where a heat map was asked for.
  public var buckets: [TimeSeries] = []
  /// The labels of the metric's series.
  public var labels: [MetricLabel] = []
  /// How many series the labels were counted in, and whether there are more.
  public var seriesCount = 0
  /// Whether there are more series than were counted.
  public var isCutShort = false
  /// The metric's kind, where the answer showed that the guess was wrong.
  public var kind = MetricFamily.Kind.gauge
  /// The server's warnings and infos, and what was left out.
  public var remarks: [String] = []
  /// Why there is no line, where the server refused an expression.
  public var failure: String?

  /// Makes an empty detail.
  public init() {}
}

/// A label of a metric, with the values that its series have.
public struct MetricLabel: Hashable, Sendable {
  /// The label.
  public let name: String
  /// Its values and how many series have each, the most frequent first; an empty value for those without the label.
  public let values: [Value]

  /// A value of a label.
  public struct Value: Hashable, Sendable {
    /// The value.
    public let text: String
    /// How many series have it.
    public let count: Int

    /// Makes a value.
    public init(_ text: String, _ count: Int) {
      self.text = text
      self.count = count
    }
  }

  /// Makes a label.
  public init(_ name: String, values: [Value]) {
    self.name = name
    self.values = values
  }

  /// Counts the labels of series; those that tell the most apart first, those that are the same everywhere last.
  static func count(_ series: [[String: String]]) -> [MetricLabel] {
    let names = Set(series.flatMap(\.keys)).subtracting(["__name__", "le", "quantile"])
    let labels = names.map { name in
      var counts: [String: Int] = [:]
      for labels in series { counts[labels[name] ?? "", default: 0] += 1 }
      let values = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { Value($0.key, $0.value) }
      return MetricLabel(name, values: values)
    }
    return labels.sorted {
      ($0.values.count == 1 ? 1 : 0, $0.values.count, $0.name) < (
        $1.values.count == 1 ? 1 : 0, $1.values.count, $1.name
      )
    }
  }
}

/// An expression that is wanted, as the user typed it.
public struct PromQLQuery: Hashable, Sendable {
  /// PromQL.
  public var expression: String
  /// From when to when; an instant is taken at its end.
  public var window: TimeWindow
  /// How many values a series should have at most.
  public var columns: Int

  /// Makes a query.
  public init(expression: String, window: TimeWindow, columns: Int) {
    self.expression = expression
    self.window = window
    self.columns = columns
  }
}

/// What an expression comes to.
public struct PromQLResult: Hashable, Sendable {
  /// The value at the window's end: its type says how the result is drawn.
  public var instant: PrometheusResult
  /// The same over the window; empty for what has no course: ranges and strings.
  public var series: [TimeSeries]
  /// The server's warnings, and what was left out.
  public var warnings: [String]
  /// The server's remarks on the expression.
  public var infos: [String]

  /// Makes a result.
  public init(instant: PrometheusResult, series: [TimeSeries] = [], warnings: [String] = [], infos: [String] = []) {
    self.instant = instant
    self.series = series
    self.warnings = warnings
    self.infos = infos
  }
}
