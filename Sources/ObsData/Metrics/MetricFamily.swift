/// A metric as people speak of it: the buckets, the sum and the count of a histogram are one.
public struct MetricFamily: Hashable, Sendable, Identifiable {
  /// What its numbers are.
  public enum Kind: String, Hashable, Sendable {
    case counter, gauge, histogram, nativeHistogram, summary

    /// The kind in a word; classic and native histograms have one.
    public var word: String { self == .nativeHistogram ? "histogram" : rawValue }
  }

  /// The name without what tells buckets, sum and count apart.
  public let name: String
  /// What its numbers are.
  public var kind: Kind
  /// Whether the kind is a guess by the name: no scraped program describes the metric.
  public var isGuessed: Bool
  /// The sentence that the program exports with it; empty where there is none.
  public let help: String
  /// What its values count.
  public let unit: MetricUnit
  /// The series of the buckets, the sum and the count, where they have names of their own.
  public let buckets, sum, count: String?
  /// Whether the name itself has series: not those of a classic histogram.
  public let hasOwnSeries: Bool

  /// Its name.
  public var id: String { name }
  /// The name whose series stand for one histogram, summary or value each.
  public var counted: String { hasOwnSeries && kind != .summary ? name : count ?? buckets ?? name }
  /// Whether the values are points in time.
  public var isTimestamp: Bool {
    kind == .gauge
      && ["time_seconds", "timestamp_seconds", "timestamp", "created"].contains {
        MetricFamilies.normalised(name).hasSuffix("_" + $0)
      }
  }

  /// Makes a family. The unit is read from the name where `unit` does not name it.
  public init(
    _ name: String, kind: Kind, isGuessed: Bool = false, help: String = "", unit: String = "", buckets: String? = nil,
    sum: String? = nil, count: String? = nil, hasOwnSeries: Bool = true
  ) {
    self.name = name
    self.kind = kind
    self.isGuessed = isGuessed
    self.help = help
    self.unit = MetricFamily.unit(unit) ?? MetricFamily.unit(ofName: name)
    self.buckets = buckets
    self.sum = sum
    self.count = count
    self.hasOwnSeries = hasOwnSeries
  }

  private static func unit(_ word: String) -> MetricUnit? {
    switch word.lowercased() {
    case "seconds", "s": .seconds
    case "milliseconds", "ms": .milliseconds
    case "bytes", "by": .bytes
    case "ratio", "ratios": .ratio
    case "percent": .percent
    default: nil
    }
  }

  private static func unit(ofName name: String) -> MetricUnit {
    var words = MetricFamilies.normalised(name).split(separator: "_").map(String.init)
    if words.last == "total" { words.removeLast() }
    return words.last.flatMap { unit($0) } ?? .none
  }
}
