import ObsData

/// A filter as the user sees it: it can be switched off without being forgotten.
struct LogChip: Hashable, Sendable {
  var filter: LogFilter
  var isOn = true

  /// `+user_id: 12345`, `-level exists`.
  var text: String {
    let sign = filter.isExcluding ? "-" : "+"
    switch filter.test {
    case .exists: return "\(sign)\(filter.field) exists"
    case .value(let value): return "\(sign)\(filter.field): \(value)"
    }
  }

  /// What the filter does, in words for a notice.
  var words: String {
    switch (filter.test, filter.isExcluding) {
    case (.exists, false): "only lines that have \(filter.field)"
    case (.exists, true): "no lines that have \(filter.field)"
    case (.value(let value), false): "only lines with \(filter.field): \(value)"
    case (.value(let value), true): "no lines with \(filter.field): \(value)"
    }
  }
}

/// The filters that lie one on another; a line must pass all that are on.
struct FilterStack: Hashable, Sendable {
  private(set) var chips: [LogChip] = []

  /// More than this are a query, and better written as one.
  static let capacity = 20

  var isEmpty: Bool { chips.isEmpty }
  /// All filters, on or off.
  var filters: [LogFilter] { chips.map(\.filter) }
  /// The filters that are on.
  var active: [LogFilter] { chips.filter(\.isOn).map(\.filter) }

  /// Puts a filter on top, switched on. One about the same condition is changed instead of being contradicted. Says what it
  /// does, or why it cannot be added.
  mutating func add(_ filter: LogFilter) -> (text: String, isError: Bool) {
    let chip = LogChip(filter: filter)
    if let index = chips.firstIndex(where: { $0.filter.field == filter.field && $0.filter.test == filter.test }) {
      chips[index] = chip
    } else if chips.count >= FilterStack.capacity {
      return ("there are \(chips.count) filters already: remove one, or write a query with &", true)
    } else {
      chips.append(chip)
    }
    return (chip.words, false)
  }

  /// Switches a filter on or off.
  mutating func toggle(_ index: Int) { if chips.indices.contains(index) { chips[index].isOn.toggle() } }
  /// Shows what a filter left out, and leaves out what it showed.
  mutating func invert(_ index: Int) {
    if chips.indices.contains(index) { chips[index].filter.isExcluding.toggle() }
  }
  /// Takes a filter away.
  mutating func remove(_ index: Int) { if chips.indices.contains(index) { chips.remove(at: index) } }

  /// A typed query with the filters that are on behind it, as one query that can be typed.
  func queryText(behind query: String) -> String {
    let texts = active.map(\.queryText)
    guard !texts.isEmpty else { return query }
    guard !query.isEmpty else { return texts.joined(separator: " AND ") }
    let prefix = query.lowercased().hasPrefix("lucene:") ? String(query.prefix(7)) : ""
    return prefix + (["(\(query.dropFirst(prefix.count)))"] + texts).joined(separator: " AND ")
  }
}
