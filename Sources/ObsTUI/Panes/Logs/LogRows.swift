import ObsData

/// The lines that the list shows, by number of row: all that are held, those of one pattern, or one for each group of repetitions.
/// Among all lines stand the gaps, each before the first line that is not older than it.
struct LogRows: Equatable, Sendable {
  /// What a row shows.
  enum Row: Equatable, Sendable {
    case line(LogLine)
    case gap(LogGap)
  }

  let buffer: LogBuffer
  /// The lines that have a row; nil for all.
  private let keys: [LineKey]?
  /// Whether a row stands for the lines up to the next row.
  let isCondensed: Bool
  private let gaps: [LogGap]
  /// The row of each gap.
  private let places: [Int]

  /// `gaps` in order of time. A choice of lines has none.
  init(_ buffer: LogBuffer, reading: LogReading = LogReading(), gaps: [LogGap] = []) {
    self.buffer = buffer
    let showsGaps = !buffer.isEmpty && reading.only == nil && reading.condensed == nil
    self.gaps = showsGaps ? gaps : []
    places = self.gaps.enumerated().map { buffer.index(of: LogRows.key(of: $0.element)) + $0.offset }
    isCondensed = reading.only == nil && reading.condensed != nil
    keys = reading.only?.keys ?? reading.condensed?.heads
  }

  /// The lines with these keys.
  init(_ buffer: LogBuffer, keys: [LineKey]) {
    self.buffer = buffer
    self.keys = keys
    isCondensed = false
    gaps = []
    places = []
  }

  /// A gap stands before all lines of the instant at which it begins.
  static func key(of gap: LogGap) -> LineKey { LineKey(timestamp: gap.range.start, sequence: .min) }

  var count: Int { keys?.count ?? buffer.count + gaps.count }
  /// The row of the newest line.
  var last: Int {
    var last = count - 1
    while last > 0, places.contains(last) { last -= 1 }
    return max(last, 0)
  }

  /// The gap that has a row.
  func gap(at index: Int) -> LogGap? { places.firstIndex(of: index).map { gaps[$0] } }

  /// The row of a line: its own, that of its group, or where it would stand.
  func index(of key: LineKey) -> Int {
    guard let keys else { return buffer.index(of: key) + gaps.count { LogRows.key(of: $0) < key } }
    let place = keys.lowerBound(of: key)
    return isCondensed && place > 0 && (place == keys.count || keys[place] != key) ? place - 1 : place
  }

  /// Whether a line has a row of its own, or is one of a row's group.
  func contains(_ key: LineKey) -> Bool {
    guard let keys, !isCondensed else { return true }
    let place = keys.lowerBound(of: key)
    return place < keys.count && keys[place] == key
  }

  /// Whether a line has a row of its own.
  func hasRow(_ key: LineKey) -> Bool { keys == nil || self.key(at: index(of: key)) == key }

  func key(at index: Int) -> LineKey? {
    guard let keys else { return gap(at: index).map(LogRows.key) ?? self[index]?.key }
    return keys.indices.contains(index) ? keys[index] : nil
  }

  subscript(index: Int) -> LogLine? { lines(in: index..<(index + 1)).first }

  /// The lines that a range of rows shows; what lies outside is left out.
  func lines(in range: Range<Int>) -> [LogLine] {
    guard let keys else {
      guard !gaps.isEmpty else { return buffer.lines(in: range) }
      let before = places.count { $0 < range.lowerBound }
      return buffer.lines(in: range.lowerBound - before..<range.upperBound - places.count { $0 < range.upperBound })
    }
    return keys[range.clamped(to: keys.indices)].compactMap { key in
      guard let line = buffer[buffer.index(of: key)], line.key == key else { return nil }
      return line
    }
  }

  /// What a range of rows shows, in order; what lies outside is left out.
  func rows(in range: Range<Int>) -> [Row] {
    let range = range.clamped(to: 0..<max(count, 0))
    var rows = lines(in: range).map(Row.line)
    for (gap, place) in zip(gaps, places) where range.contains(place) {
      rows.insert(.gap(gap), at: min(place - range.lowerBound, rows.count))
    }
    return rows
  }

  /// Whether a line of a row is marked; of very long rows the first thousand lines are looked at.
  func isMarked(at index: Int, by marks: Set<LogEntry.ID>) -> Bool {
    guard !marks.isEmpty, gap(at: index) == nil, let key = key(at: index) else { return false }
    let start = buffer.index(of: key)
    return buffer.lines(in: start..<start + min(repetitions(at: index), 1_000)).contains { marks.contains($0.entry.id) }
  }

  /// The lines that have a row, a few of them copied at a time.
  var sequence: some Sequence<LogLine> {
    stride(from: 0, to: count, by: 512).lazy.flatMap { lines(in: $0..<min($0 + 512, count)) }
  }

  /// How many lines a row stands for.
  func repetitions(at index: Int) -> Int {
    guard isCondensed, let keys, keys.indices.contains(index) else { return 1 }
    let end = index + 1 < keys.count ? buffer.index(of: keys[index + 1]) : buffer.count
    return max(1, end - buffer.index(of: keys[index]))
  }
}
