/// Values at equal steps of time. A missing sample is nil; NaN is a value that the store sent.
public struct TimeSeries: Hashable, Sendable {
  /// The series' labels, `__name__` among them where it has a name.
  public var labels: [String: String]
  /// The instant of the first value.
  public var start: Timestamp
  /// From one value to the next.
  public var step: Duration
  /// The values, nil where the store has none.
  public var values: [Double?]

  /// Makes a series of its parts.
  public init(labels: [String: String], start: Timestamp, step: Duration, values: [Double?]) {
    self.labels = labels
    self.start = start
    self.step = step
    self.values = values
  }
}

/// What a number counts, for printing.
public enum MetricUnit: String, Hashable, Sendable, CaseIterable {
  case none, seconds, milliseconds, bytes, ratio, percent, perSecond, bytesPerSecond
}

/// One row of the metric pane: a measure with its series.
public struct MetricRow: Hashable, Sendable, Identifiable {
  /// What names the row from one answer to the next, such as `request-rate`.
  public let id: String
  /// What a person reads, such as `request rate`.
  public let title: String
  /// What the values count.
  public let unit: MetricUnit
  /// The PromQL that was asked.
  public let expression: String
  /// The series, one or several.
  public let series: [TimeSeries]
  /// The store's warnings and infos on this expression.
  public let warnings: [String]
  /// Why this row has no series, where the store refused the expression.
  public let failure: String?

  /// Makes a row.
  public init(
    id: String, title: String, unit: MetricUnit, expression: String, series: [TimeSeries], warnings: [String] = [],
    failure: String? = nil
  ) {
    self.id = id
    self.title = title
    self.unit = unit
    self.expression = expression
    self.series = series
    self.warnings = warnings
    self.failure = failure
  }
}

/// What one store knows of a service in the window.
public struct ServiceFigures: Hashable, Sendable {
  /// The service as this store spells it.
  public let name: String
  /// Requests a second; nil where the store does not say.
  public var requestRate: Double?
  /// Failed requests over all requests, 0 to 1; nil where the store does not say.
  public var errorRatio: Double?
  /// Lines at error level or above in the window; nil where the store does not say.
  public var errorLines: Int?

  /// Makes a service's figures.
  public init(name: String, requestRate: Double? = nil, errorRatio: Double? = nil, errorLines: Int? = nil) {
    self.name = name
    self.requestRate = requestRate
    self.errorRatio = errorRatio
    self.errorLines = errorLines
  }
}
