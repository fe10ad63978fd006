import DequeModule
import ObsData

/// Where a line stands among all others: by time, and among lines of the same instant by arrival. It names a line for as long as
/// the line is held, whatever is inserted or dropped around it.
struct LineKey: Hashable, Comparable, Sendable {
  let timestamp: Timestamp
  /// The number of the arrival, from 0.
  let sequence: Int

  static func < (a: LineKey, b: LineKey) -> Bool {
    a.timestamp == b.timestamp ? a.sequence < b.sequence : a.timestamp < b.timestamp
  }
}

/// A line as the buffer holds it: there may be a hundred thousand of them, so its parts are as small as they can be.
struct LogLine: Equatable, Sendable {
  fileprivate(set) var entry: LogEntry
  private let sequence: Int
  /// Nanoseconds that the line came late; as a negative number how far ahead of the clock it was dated.
  private let shift: Int64

  init(_ entry: LogEntry, sequence: Int, lateness: Duration? = nil, ahead: Duration? = nil) {
    self.entry = entry
    self.sequence = sequence
    shift = ahead.map { -$0.nanoseconds } ?? lateness?.nanoseconds ?? 0
  }

  /// What a line takes besides its bytes: its place in the list, its identity in the set.
  private static let overhead = 64

  var key: LineKey { LineKey(timestamp: entry.timestamp, sequence: sequence) }
  /// How far behind the newest line it was when it came, where it came in a later batch.
  var lateness: Duration? { shift > 0 ? .nanoseconds(shift) : nil }
  /// How far ahead of the clock it was dated when it came, where that is more than clocks differ.
  var ahead: Duration? { shift < 0 ? .nanoseconds(-shift) : nil }
  /// How many lines the message has.
  var lineCount: Int { entry.withMessage(LineCount.of) }
  /// How many bytes the line has, before they are made smaller.
  var bytes: Int { LogLine.overhead + entry.heldBytes }
}

extension LogEntry {
  /// What stands for the identity where many are kept: of two lines among a hundred thousand it is the same once in four billion
  /// times.
  fileprivate var fingerprint: Int { id.hashValue }
}

/// Lines in order of time, bounded in number and in bytes.
///
/// They lie in chunks of a few hundred, so that a line put between others moves its chunk and no more: an insert costs the same
/// with a thousand lines held and with a hundred thousand, and a copy of the buffer shares what is not changed.
struct LogBuffer: Equatable, Sendable {
  /// How many lines at most.
  let capacity: Int
  /// How many bytes at most, as they are before they are made smaller.
  let byteCapacity: Int
  /// How many lines are held.
  private(set) var count = 0
  /// How many lines were dropped for want of room.
  private(set) var dropped = 0
  /// How many bytes the lines have, before they are made smaller.
  private(set) var bytes = 0
  /// Which of the bounds the last line gave way to.
  private var isFullOfBytes = false
  /// How many lines are held of each second.
  private(set) var ledger = LogLedger()
  /// The newest line that came, those left out that were ahead of the clock: what a later one is late against.
  private var newest: Timestamp?
  private var chunks: [Deque<LogLine>] = []
  private var ids: Set<Int> = []
  private var nextSequence = 0
  /// The least number that a line has: those that are read later although they come before get lower ones.
  private var firstSequence = 0

  static let chunkCapacity = 512
  /// Clocks that are kept in time by the network differ by less.
  static let clockTolerance = Duration.seconds(5)

  init(capacity: Int = 100_000, byteCapacity: Int = 256 << 20) {
    self.capacity = max(capacity, 1)
    self.byteCapacity = byteCapacity
  }

  var isEmpty: Bool { count == 0 }
  var chunkCount: Int { chunks.count }
  /// Why lines were dropped, in words: `100,000 held`, or `256.0MiB held`; nil where none was.
  var bound: String? {
    guard dropped > 0 else { return nil }
    return (isFullOfBytes ? Formatting.bytes(byteCapacity) : Formatting.count(capacity, style: .exact)) + " held"
  }
  /// Whether older lines than those held could be taken in without pushing them out again at once.
  var hasRoom: Bool { count < capacity - capacity / 50 && bytes < byteCapacity - byteCapacity / 50 }
  var first: LogLine? { chunks.first?.first }
  var last: LogLine? { chunks.last?.last }

  /// Whether the document is held.
  func contains(_ id: LogEntry.ID) -> Bool { ids.contains(id.hashValue) }

  /// Puts lines in their places; those that are held already are passed over. Returns what was new and is held, in the order it
  /// came. With `marksLate`, a line that belongs in front of lines of an earlier batch is told how late it is. `now` is when they
  /// came, where that is known.
  @discardableResult
  mutating func insert(_ entries: [LogEntry], marksLate: Bool = true, now: Timestamp? = nil) -> [LogLine] {
    let newest = marksLate ? self.newest : nil
    var inserted: [LogLine] = []
    inserted.reserveCapacity(entries.count)
    for entry in entries where ids.insert(entry.fingerprint).inserted {
      let line = LogLine(
        entry, sequence: nextSequence,
        lateness: newest.flatMap { entry.timestamp < $0 ? $0 - entry.timestamp : nil },
        ahead: now.flatMap { entry.timestamp - $0 > LogBuffer.clockTolerance ? entry.timestamp - $0 : nil })
      nextSequence += 1
      put(line)
      if line.ahead == nil { self.newest = max(self.newest ?? entry.timestamp, entry.timestamp) }
      inserted.append(line)
    }
    evict()
    // Of a batch that reaches back too far some lines are gone again.
    guard let oldest = firstKey, inserted.contains(where: { $0.key < oldest }) else { return inserted }
    return inserted.filter { $0.key >= oldest }
  }

  /// Puts lines in front of all that have the same time: they were there before, and are read only now. None of them is late.
  @discardableResult
  mutating func prepend(_ entries: [LogEntry]) -> [LogLine] {
    firstSequence -= entries.count
    var inserted: [LogLine] = []
    inserted.reserveCapacity(entries.count)
    for (number, entry) in entries.enumerated() where ids.insert(entry.fingerprint).inserted {
      let line = LogLine(entry, sequence: firstSequence + number)
      put(line, isInRow: true)
      inserted.append(line)
    }
    evict()
    guard let oldest = firstKey, inserted.contains(where: { $0.key < oldest }) else { return inserted }
    return inserted.filter { $0.key >= oldest }
  }

  /// The key of the oldest line. Elements are read in place here and below: to copy a line out costs more than to compare it.
  private var firstKey: LineKey? {
    guard let chunk = chunks.indices.first, !chunks[chunk].isEmpty else { return nil }
    return chunks[chunk][0].key
  }

  private var lastKey: LineKey? {
    guard let chunk = chunks.indices.last, !chunks[chunk].isEmpty else { return nil }
    return chunks[chunk][chunks[chunk].count - 1].key
  }

  /// Puts a line in its place. With `isInRow`, the next one will mostly stand right behind it.
  private mutating func put(_ line: LogLine, isInRow: Bool = false) {
    count += 1
    bytes += line.bytes
    ledger.add(line.entry.stored)
    guard let last = lastKey, last > line.key else {
      if let tail = chunks.indices.last, chunks[tail].count < LogBuffer.chunkCapacity {
        chunks[tail].append(line)
      } else {
        compactLastChunk()
        chunks.append(LogBuffer.chunk(of: line))
      }
      return
    }
    // The last chunk that begins before the line; the first one where none does.
    let index = max(0, partition(chunks.count) { chunks[$0][0].key < line.key } - 1)
    let offset = partition(chunks[index].count) { chunks[index][$0].key < line.key }
    guard chunks[index].count >= LogBuffer.chunkCapacity else { return chunks[index].insert(line, at: offset) }
    // Those that come in a row fill a chunk of their own.
    let cut = isInRow ? offset : chunks[index].count / 2
    if cut > 0, cut < chunks[index].count {
      let upper = Deque(chunks[index][cut...])
      chunks[index].removeLast(upper.count)
      chunks.insert(upper, at: index + 1)
      if offset <= cut {
        chunks[index].insert(line, at: offset)
      } else {
        chunks[index + 1].insert(line, at: offset - cut)
      }
    } else {
      chunks.insert(LogBuffer.chunk(of: line), at: cut == 0 ? index : index + 1)
    }
  }

  /// Lines that came one by one are put together when there are enough of them.
  private mutating func compactLastChunk() {
    guard let tail = chunks.indices.last, let entries = LogEntry.compacted(chunks[tail].map(\.entry)) else { return }
    for (place, entry) in entries.enumerated() { chunks[tail][place].entry = entry }
  }

  private static func chunk(of line: LogLine) -> Deque<LogLine> {
    var chunk = Deque<LogLine>(minimumCapacity: chunkCapacity)
    chunk.append(line)
    return chunk
  }

  private mutating func evict() {
    while count > capacity || (bytes > byteCapacity && count > 1) {
      guard !chunks.isEmpty, let line = chunks[0].popFirst() else { return }
      isFullOfBytes = count <= capacity
      if chunks[0].isEmpty { chunks.removeFirst() }
      ids.remove(line.entry.fingerprint)
      count -= 1
      bytes -= line.bytes
      ledger.remove(line.entry.stored)
      dropped += 1
    }
  }

  /// The line at an index, counted from the oldest.
  subscript(index: Int) -> LogLine? { lines(in: index..<(index + 1)).first }

  /// The lines in a range of indexes; what lies outside is left out.
  func lines(in range: Range<Int>) -> [LogLine] {
    var result: [LogLine] = []
    var start = 0
    for chunk in chunks where start < range.upperBound {
      let lower = max(range.lowerBound - start, 0)
      let upper = min(range.upperBound - start, chunk.count)
      if lower < upper { result.append(contentsOf: chunk[lower..<upper]) }
      start += chunk.count
    }
    return result
  }

  /// The index of the first line at or behind a key; `count` where there is none.
  func index(of key: LineKey) -> Int {
    let chunk = partition(chunks.count) { chunks[$0].last.map { $0.key < key } ?? true }
    guard chunk < chunks.count else { return count }
    let before = chunks[..<chunk].reduce(0) { $0 + $1.count }
    return before + partition(chunks[chunk].count) { chunks[chunk][$0].key < key }
  }

  /// The key of a document that happened at `timestamp`; nil where it is not held.
  func key(of id: LogEntry.ID, at timestamp: Timestamp) -> LineKey? {
    guard contains(id) else { return nil }
    var index = index(of: LineKey(timestamp: timestamp, sequence: .min))
    while let line = self[index], line.key.timestamp == timestamp {
      if line.entry.id == id { return line.key }
      index += 1
    }
    return nil
  }

  /// The first line behind a key that satisfies `isWanted`, or the last one before it.
  func next(
    from key: LineKey, backwards: Bool = false, where isWanted: (LogLine) -> Bool
  ) -> LogLine? {
    if backwards {
      for chunk in chunks.reversed() where chunk.first.map({ $0.key < key }) ?? false {
        if let line = chunk.last(where: { $0.key < key && isWanted($0) }) { return line }
      }
    } else {
      for chunk in chunks where chunk.last.map({ $0.key > key }) ?? false {
        if let line = chunk.first(where: { $0.key > key && isWanted($0) }) { return line }
      }
    }
    return nil
  }

  /// Calls `body` with every line, the oldest first.
  func forEach(_ body: (LogLine) -> Void) {
    for chunk in chunks { chunk.forEach(body) }
  }

  /// The first of `count` indexes for which `isBefore` does not hold; it holds for none behind that one.
  private func partition(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
