import Foundation

/// A condition of the user's own that is looked at again and again, and what is to happen when it holds.
public struct Watch: Hashable, Sendable, Identifiable {
  /// What is looked at.
  public enum Condition: Hashable, Sendable {
    /// PromQL: each series that it returns is an alert of its own, as in a rule of Prometheus.
    case metrics(String)
    /// The number of log lines that match a KQL query, counted over a length of time up to now.
    case lines(query: String, comparison: AlertCondition.Comparison, threshold: Double, within: Duration)
  }

  /// Its name, which becomes the label `alertname`.
  public let name: String
  /// What is looked at.
  public let condition: Condition
  /// How long the condition must hold before anybody is told; zero for at once.
  public let holdsFor: Duration
  /// How often it is looked at.
  public let every: Duration
  /// The labels that are added to those of the series, `severity` among them where the settings name one.
  public let labels: [String: String]
  /// Summary, description and the like; `{{ $value }}` and `{{ $labels.NAME }}` are filled in.
  public let annotations: [String: String]
  /// Who is told, by the names of channels.
  public let channels: [String]

  /// Makes a watch.
  public init(
    name: String, condition: Condition, holdsFor: Duration = .zero, every: Duration = .seconds(30),
    labels: [String: String] = [:], annotations: [String: String] = [:], channels: [String] = ["bell"]
  ) {
    self.name = name
    self.condition = condition
    self.holdsFor = holdsFor
    self.every = every
    self.labels = labels
    self.annotations = annotations
    self.channels = channels
  }

  /// The name: there is one watch of a name.
  public var id: String { name }

  /// The store that answers.
  public var store: Store {
    switch condition {
    case .metrics: .prometheus
    case .lines: .elasticsearch
    }
  }

  /// The condition in words: the expression, or `more than 100 lines`, as it is written in the settings.
  public var conditionText: String {
    switch condition {
    case .metrics(let expression): FetchError.singleLine(expression)
    case .lines(let query, let comparison, let threshold, let within):
      "\(query.isEmpty ? "lines" : FetchError.singleLine(query)) \(comparison.rawValue) \(Watch.number(threshold)) "
        + "within \(DurationText.text(within))"
    }
  }

  /// A number without a needless fraction.
  static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return String(whole) }
    return "\(value)"
  }

  /// A measured value in a sentence: four digits, or all in front of the point.
  static func figure(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return number(value) }
    let digits = 3 - Int(log10(abs(value)).rounded(.down))
    guard digits > 0 else { return number(value.rounded()) }
    let scale = pow(10, Double(min(digits, 300)))
    return number((value * scale).rounded() / scale)
  }
}

/// What one look at a watch's condition found.
public struct WatchReading: Hashable, Sendable {
  /// One thing for which the condition holds.
  public struct Sample: Hashable, Sendable {
    /// What tells it from others; empty for a count.
    public let labels: [String: String]
    /// The value of the expression, or the number of lines.
    public let value: Double

    /// Makes a sample.
    public init(labels: [String: String] = [:], value: Double) {
      self.labels = labels
      self.value = value
    }
  }

  /// All for which it holds.
  public let samples: [Sample]
  /// Why the answer is incomplete, in words: then what is missing in it may still hold. Nil where it is complete.
  public let partial: String?
  /// What the store said beside a complete answer; nil for nothing.
  public let remark: String?

  /// Makes a reading.
  public init(samples: [Sample], partial: String? = nil, remark: String? = nil) {
    self.samples = samples
    self.partial = partial
    self.remark = remark
  }
}

extension Watch {
  /// The labels of an alert for one sample: the series' own without the metric's name, then the watch's, then its name.
  func alertLabels(_ sample: WatchReading.Sample) -> [String: String] {
    var all = sample.labels
    all["__name__"] = nil
    all.merge(labels) { $1 }
    all["alertname"] = name
    return all
  }

  /// The annotations with labels and value filled in.
  func annotations(labels: [String: String], value: Double) -> [String: String] {
    annotations.mapValues { Watch.filled($0, labels: labels, value: value) }
  }

  /// Fills in `{{ $value }}` and `{{ $labels.NAME }}`; what is neither stays as it is written.
  static func filled(_ template: String, labels: [String: String], value: Double) -> String {
    var result = ""
    var rest = template[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      result += rest[..<open.lowerBound]
      let inside = rest[open.upperBound..<close.lowerBound].filter { !$0.isWhitespace }
      if inside == "$value" {
        result += figure(value)
      } else if inside.hasPrefix("$labels.") {
        result += labels[String(inside.dropFirst(8))] ?? ""
      } else {
        result += rest[open.lowerBound..<close.upperBound]
      }
      rest = rest[close.upperBound...]
    }
    return result + rest
  }
}
