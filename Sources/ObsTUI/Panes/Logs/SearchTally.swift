import ObsData

/// Which lines match a search: counted once when the search is first followed, and kept up to date batch by batch.
struct SearchTally: Equatable, Sendable {
  let matcher: LineMatcher
  /// The matching lines, in order.
  private(set) var keys: [LineKey] = []

  init(_ matcher: LineMatcher, in buffer: LogBuffer) {
    self.matcher = matcher
    var keys: [LineKey] = []
    buffer.forEach { if matcher.matches($0) { keys.append($0.key) } }
    self.keys = keys
  }

  /// Takes new lines into account.
  mutating func add(_ lines: [LogLine]) {
    for line in lines where matcher.matches(line) {
      if let last = keys.last, last > line.key {
        keys.insert(line.key, at: lowerBound(line.key))
      } else {
        keys.append(line.key)
      }
    }
  }

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

  private func lowerBound(_ key: LineKey) -> Int {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = low + (high - low) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Tests lines against a search, also those that are not on the screen. `TextSearch` compares characters, which is too slow for a
/// hundred thousand lines: it is asked only for patterns whose case counts for nothing beyond ASCII.
struct LineMatcher: Equatable, Sendable {
  let search: TextSearch
  let time: TimeDisplay
  /// The pattern's bytes, in lower case where case does not count; nil where bytes cannot decide.
  private let bytes: [UInt8]?
  private let ignoresCase: Bool
  /// Whether the pattern could be a time of day, so that the time column is worth printing.
  private let mayBeTime: Bool

  init(_ search: TextSearch, time: TimeDisplay) {
    self.search = search
    self.time = time
    ignoresCase = !search.pattern.contains { $0.isUppercase }
    let isASCII = search.pattern.utf8.allSatisfy { $0 < 0x80 }
    let hasNoCase = search.pattern.allSatisfy { $0.isASCII || $0.lowercased() == $0.uppercased() }
    bytes = isASCII || hasNoCase || !ignoresCase ? Array(search.pattern.utf8) : nil
    mayBeTime = time != .relative && search.pattern.allSatisfy { "0123456789:.".contains($0) }
  }

  /// Whether the service, the message or the time of day holds the pattern.
  func matches(_ line: LogLine) -> Bool {
    if matches(line.entry.message) { return true }
    if let service = line.entry.service, matches(service) { return true }
    guard mayBeTime else { return false }
    return matches(Formatting.time(line.key.timestamp, as: time, now: line.key.timestamp))
  }

  private func matches(_ text: String) -> Bool {
    guard let bytes else { return search.matches(text) }
    return text.utf8.withContiguousStorageIfAvailable { contains(bytes, in: $0) } ?? search.matches(text)
  }

  private func contains(_ wanted: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = wanted.first, text.count >= wanted.count else { return false }
    for start in 0...(text.count - wanted.count) where folded(text[start]) == first {
      var length = 1
      while length < wanted.count, folded(text[start + length]) == wanted[length] { length += 1 }
      if length == wanted.count { return true }
    }
    return false
  }

  private func folded(_ byte: UInt8) -> UInt8 {
    ignoresCase && byte >= 65 && byte <= 90 ? byte + 32 : byte
  }
}
