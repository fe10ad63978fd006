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

/// All metrics that a server has in a window.
public struct MetricList: Hashable, Sendable {
  /// The metrics, by name.
  public let families: [MetricFamily]
  /// What is worth saying of the list: what was left out, what could not be asked.
  public var remarks: [String]

  /// Makes a list of what is known.
  public init(families: [MetricFamily], remarks: [String] = []) {
    self.families = families
    self.remarks = remarks
  }

  /// Folds names that exist in a window into metrics, with what the scraped programs say of them.
  public init(names: [String], metadata: [String: [PrometheusMetadata]], remarks: [String] = []) {
    var fold = Fold(names: Set(names), metadata: metadata)
    families = fold.families()
    let silent = metadata.keys.count { !fold.described.contains($0) }
    var remarks = remarks
    if silent > 0, !names.isEmpty {
      remarks.append("\(silent) described \(silent == 1 ? "metric has" : "metrics have") no series in this window")
    }
    self.remarks = remarks
  }

  /// The metrics that a text finds, all of its words in any order: those that have them in the name first, then those that have
  /// them in the help.
  public func matching(_ text: String) -> [MetricFamily] {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.isEmpty else { return families }
    var (named, described): ([MetricFamily], [MetricFamily]) = ([], [])
    for family in families {
      let name = family.name.lowercased()
      // Dots and underscores are two spellings of one name.
      let spelt = MetricFamilies.normalised(name)
      if words.allSatisfy({ name.contains($0) || spelt.contains($0) }) {
        named.append(family)
      } else {
        let help = family.help.lowercased()
        if words.allSatisfy({ name.contains($0) || help.contains($0) }) { described.append(family) }
      }
    }
    return named + described
  }
}

/// One pass over names.
private struct Fold {
  let names: Set<String>
  let metadata: [String: [PrometheusMetadata]]
  /// The names of metadata that belong to a metric.
  private(set) var described: Set<String> = []
  private var taken: Set<String> = []
  private var result: [MetricFamily] = []

  init(names: Set<String>, metadata: [String: [PrometheusMetadata]]) {
    self.names = names
    self.metadata = metadata
  }

  mutating func families() -> [MetricFamily] {
    let sorted = names.sorted()
    for name in sorted { addHistogram(bucketsOf: name) }
    for name in sorted where !taken.contains(name) { addSummary(countOf: name) }
    for name in sorted where !taken.contains(name) { add(name) }
    return result.sorted { $0.name < $1.name }
  }

  private func facts(_ name: String) -> PrometheusMetadata? { metadata[name]?.first { $0.type != "unknown" } }

  /// The name before an ending, `_bucket` or `.bucket`, with the character between.
  private static func base(of name: String, _ ending: String) -> (name: String, mark: Character)? {
    guard name.hasSuffix(ending), let mark = name.dropLast(ending.count).last, mark == "_" || mark == "." else {
      return nil
    }
    let base = name.dropLast(ending.count + 1)
    return base.isEmpty ? nil : (String(base), mark)
  }

  private mutating func addHistogram(bucketsOf name: String) {
    guard let (base, mark) = Fold.base(of: name, "bucket") else { return }
    let (sum, count) = ("\(base)\(mark)sum", "\(base)\(mark)count")
    let isDescribed = ["histogram", "gaugehistogram"].contains(facts(base)?.type ?? "")
    guard isDescribed || names.contains(count) else { return }
    append(
      base, .histogram, isGuessed: !isDescribed,
      buckets: name, sum: names.contains(sum) ? sum : nil, count: names.contains(count) ? count : nil,
      hasOwnSeries: false)
    // A native histogram of the same name is the same metric.
    taken.formUnion([name, sum, count, "\(base)\(mark)created", base])
  }

  private mutating func addSummary(countOf name: String) {
    guard let (base, mark) = Fold.base(of: name, "count") else { return }
    let sum = "\(base)\(mark)sum"
    guard names.contains(sum) else { return }
    let type = facts(base)?.type
    // A native histogram keeps its name; its sum and count are no series of their own.
    guard type == "summary" || type == nil || type == "histogram" && !names.contains(base) else { return }
    append(
      base, .summary, isGuessed: type != "summary", buckets: nil, sum: sum, count: name,
      hasOwnSeries: names.contains(base))
    taken.formUnion([name, sum, "\(base)\(mark)created", base])
  }

  private mutating func add(_ name: String) {
    // OpenMetrics describes a counter by its name without `_total`.
    let short = Fold.base(of: name, "total")?.name
    let key = metadata[name] != nil ? name : short.flatMap { facts($0)?.type == "counter" ? $0 : nil }
    let known = key.flatMap { facts($0) }
    let kind: MetricFamily.Kind
    switch known?.type {
    case "counter": kind = .counter
    case "histogram", "gaugehistogram": kind = .nativeHistogram
    case "summary": kind = .summary
    case .some: kind = .gauge
    case nil: kind = short != nil ? .counter : .gauge
    }
    append(
      name, kind, isGuessed: known == nil, describedBy: key, buckets: nil, sum: nil, count: nil, hasOwnSeries: true)
  }

  private mutating func append(
    _ name: String, _ kind: MetricFamily.Kind, isGuessed: Bool, describedBy key: String? = nil, buckets: String?,
    sum: String?, count: String?, hasOwnSeries: Bool
  ) {
    let key = key ?? name
    if metadata[key] != nil { described.insert(key) }
    let words = facts(key) ?? metadata[key]?.first
    result.append(
      MetricFamily(
        name, kind: kind, isGuessed: isGuessed, help: words?.help ?? "", unit: words?.unit ?? "", buckets: buckets,
        sum: sum, count: count, hasOwnSeries: hasOwnSeries))
  }
}
