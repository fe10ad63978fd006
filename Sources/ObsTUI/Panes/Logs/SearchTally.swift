import ObsData

/// Which lines match a search: counted once when the search is first followed, and kept up to date batch by batch.
struct SearchTally: Equatable, Sendable {
  let matcher: LineMatcher
  /// The matching lines, in order.
  private(set) var keys: [LineKey] = []
  /// How many lines an expression was given up on.
  private(set) var undecided = 0

  init(_ matcher: LineMatcher, found: LineMatcher.Found) {
    self.matcher = matcher
    keys = found.keys
    undecided = found.undecided
  }

  init(_ matcher: LineMatcher, in buffer: LogBuffer) {
    self.init(matcher, found: matcher.keys(in: LogRows(buffer).sequence) ?? LineMatcher.Found())
  }

  /// Takes new lines into account.
  mutating func add(_ lines: [LogLine]) {
    guard !isGivenUp, let found = matcher.keys(in: lines) else { return }
    undecided += found.undecided
    for key in found.keys {
      if let last = keys.last, last > key {
        keys.insert(key, at: lowerBound(key))
      } else {
        keys.append(key)
      }
    }
  }

  /// Whether so many lines could not be decided that the search was ended.
  var isGivenUp: Bool { undecided >= LineMatcher.Found.mostUndecided }

  /// What has to be said beside the number of matches.
  var reservation: String {
    if isGivenUp { return "; the expression goes back and forth for too long, and was given up: make it simpler" }
    return undecided > 0 ? "; \(Formatting.lines(undecided)) undecided, the expression takes too long on them" : ""
  }

  /// How many lines match.
  var countText: String { Formatting.count(keys.count, style: .exact) }

  /// Forgets lines that are older than all that is held.
  mutating func drop(before oldest: LineKey) { keys.removeFirst(lowerBound(oldest)) }

  /// The match behind a line, or the one before it, from the other end where there is none; with its number, from 1.
  func next(from key: LineKey, backwards: Bool) -> (key: LineKey, number: Int, wrapped: Bool)? {
    guard !keys.isEmpty else { return nil }
    let place = lowerBound(key)
    if backwards {
      return place > 0 ? (keys[place - 1], place, false) : (keys[keys.count - 1], keys.count, true)
    }
    let behind = place < keys.count && keys[place] == key ? place + 1 : place
    return behind < keys.count ? (keys[behind], behind + 1, false) : (keys[0], 1, true)
  }

  private func lowerBound(_ key: LineKey) -> Int { keys.lowerBound(of: key) }
}

extension [LineKey] {
  /// The index of the first key at or behind `key`, in keys that are in order.
  func lowerBound(of key: LineKey) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
