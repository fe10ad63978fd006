/// All metrics that a server has in a window.
public struct MetricList: Hashable, Sendable {
  /// The metrics, by name.
  public let families: [MetricFamily]
  /// What is worth saying of the list: what was left out, what could not be asked.
  public var remarks: [String]
  /// What is searched of each metric.
  private let keys: [Key]

  private struct Key: Hashable, Sendable {
    let name: String
    let help: String

    init(_ family: MetricFamily) {
      name = MetricFamilies.normalised(family.name.lowercased())
      help = family.help.lowercased()
    }
  }

  /// Makes a list of what is known.
  public init(families: [MetricFamily], remarks: [String] = []) {
    self.families = families
    self.remarks = remarks
    keys = families.map(Key.init)
  }

  /// Folds names that exist in a window into metrics, with what the scraped programs say of them.
  public init(names: [String], metadata: [String: [PrometheusMetadata]], remarks: [String] = []) {
    var fold = Fold(names: Set(names), metadata: metadata)
    families = fold.families()
    keys = families.map(Key.init)
    let silent = metadata.keys.count { !fold.described.contains($0) }
    var remarks = remarks
    if silent > 0, !names.isEmpty {
      remarks.append("\(silent) described \(silent == 1 ? "metric has" : "metrics have") no series in this window")
    }
    self.remarks = remarks
  }

  /// The metrics that a text finds, all of its words in any order: those that have them in the name first, then those that have
  /// them in the help. Dots and underscores are two spellings of one name.
  public func matching(_ text: String) -> [MetricFamily] {
    let words = text.split(whereSeparator: \.isWhitespace).map { word in
      (spelt: ByteNeedle(MetricFamilies.normalised(word.lowercased())), plain: ByteNeedle(word.lowercased()))
    }
    guard !words.isEmpty else { return families }
    var (named, described): ([MetricFamily], [MetricFamily]) = ([], [])
    for (family, key) in zip(families, keys) {
      if words.allSatisfy({ $0.spelt.isIn(key.name) }) {
        named.append(family)
      } else if words.allSatisfy({ $0.plain.isIn(key.help) || $0.spelt.isIn(key.name) }) {
        described.append(family)
      }
    }
    return named + described
  }
}

/// Bytes to look for: names are searched with every key, and a server may have twenty thousand.
private struct ByteNeedle {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  func isIn(_ text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { find($0) } ?? Array(text.utf8).withUnsafeBufferPointer { find($0) }
  }

  private func find(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first else { return true }
    var start = 0
    while start + bytes.count <= text.count {
      if text[start] == first {
        var length = 1
        while length < bytes.count, text[start + length] == bytes[length] { length += 1 }
        if length == bytes.count { return true }
      }
      start += 1
    }
    return false
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
