/// One number at one instant, as Prometheus sends it: `[1435781451.781, "1"]`.
public struct PrometheusSample: Hashable, Sendable {
  /// When the value held.
  public let time: Timestamp
  /// The value: NaN and the infinities are values like any other.
  public let value: Double

  /// Makes a sample.
  public init(time: Timestamp, value: Double) {
    self.time = time
    self.value = value
  }
}

/// A native histogram at one instant. Its buckets are not kept: no screen draws them.
public struct PrometheusHistogram: Hashable, Sendable {
  /// How many observations it holds.
  public let count: Double
  /// The sum of the observations.
  public let sum: Double

  /// Makes a histogram of its figures.
  public init(count: Double, sum: Double) {
    self.count = count
    self.sum = sum
  }
}

/// One series of an instant vector.
public struct PrometheusElement: Hashable, Sendable {
  /// The labels, `__name__` among them where the expression keeps it.
  public let labels: [String: String]
  /// When the value held.
  public let time: Timestamp
  /// The value; of a native histogram the number of its observations.
  public let value: Double
  /// The native histogram, where the series is one.
  public let histogram: PrometheusHistogram?

  /// Makes an element.
  public init(labels: [String: String], time: Timestamp, value: Double, histogram: PrometheusHistogram? = nil) {
    self.labels = labels
    self.time = time
    self.value = value
    self.histogram = histogram
  }
}

/// One series of a matrix with its samples as they came, at any distance.
public struct PrometheusSeries: Hashable, Sendable {
  /// The labels.
  public let labels: [String: String]
  /// The samples, oldest first; of a native histogram the number of its observations.
  public let samples: [PrometheusSample]
  /// The sums of the native histograms, parallel to `samples`; empty for a series of plain numbers.
  public let histogramSums: [Double]

  /// Makes a series.
  public init(labels: [String: String], samples: [PrometheusSample], histogramSums: [Double] = []) {
    self.labels = labels
    self.samples = samples
    self.histogramSums = histogramSums
  }
}

/// What an instant query evaluates to.
public enum PrometheusResult: Hashable, Sendable {
  case scalar(PrometheusSample)
  case string(String, time: Timestamp)
  case vector([PrometheusElement])
  case matrix([PrometheusSeries])
}

/// A value with what the server said beside it.
public struct PrometheusAnswer<Value: Sendable>: Sendable {
  /// What was asked for.
  public let value: Value
  /// Why the value may be incomplete or wrong: the server's words, then what the client itself left out.
  public let warnings: [String]
  /// The server's remarks on the query (PromQL annotations, 3.x).
  public let infos: [String]

  /// Makes an answer.
  public init(value: Value, warnings: [String] = [], infos: [String] = []) {
    self.value = value
    self.warnings = warnings
    self.infos = infos
  }
}

extension PrometheusAnswer: Equatable where Value: Equatable {}

/// What `/api/v1/metadata` says of a metric.
public struct PrometheusMetadata: Hashable, Sendable {
  /// `counter`, `gauge`, `histogram`, `summary`, `unknown`, ….
  public let type: String
  /// The sentence that the program exports with the metric.
  public let help: String
  /// The unit; empty for most.
  public let unit: String

  /// Makes a description.
  public init(type: String, help: String, unit: String) {
    self.type = type
    self.help = help
    self.unit = unit
  }
}

/// Which server answers.
public struct PrometheusBuild: Hashable, Sendable {
  /// Its version, such as `3.5.0`; empty where the server does not say (some compatibles have no build information).
  public let version: String
  /// The revision it was built from; may be empty.
  public let revision: String

  /// Makes a description.
  public init(version: String, revision: String) {
    self.version = version
    self.revision = revision
  }
}
