import Glibc

/// Reads one log file in both directions from where it began:
///
///     ├──────────────┼───────────────┼───────────────┤ · · ·
///     start        back   ◄──    begun    ──►     front     what is being written
///
/// A record is handed over once, when it is whole: the last one of a file that is being written may yet be continued.
struct LogFileReader: Sendable {
  /// Records of a file, in its order.
  struct Batch {
    /// Those that are wanted.
    var entries: [LogEntry] = []
    /// How many were read, wanted or not, and the newest of them.
    var count = 0
    var newest: Timestamp?
    /// How many bytes were read for it.
    var bytes = 0
  }

  let file: LogFile
  private let decoder: RecordDecoder
  private let offset: Int
  /// Whether documents stay in the file until they are looked at.
  private let isLazy: Bool
  private(set) var content: LogFile.Content
  private var front = LogFilePosition(segment: 0, offset: 0)
  private var back: LogFilePosition?
  private var hasBegun = false
  private var lastTime: Timestamp?
  /// The least time that was read backwards: lines before it that have no time are put there.
  private(set) var oldestTime: Timestamp?
  private(set) var newestTime: Timestamp?
  private(set) var tally = RecordDecoder.Tally()
  /// What was lost because it went away before it was read.
  private(set) var lostBytes: Int64 = 0

  /// A single record is not longer than this; what is, comes in pieces.
  private static let maximumRecord = 64 << 20
  /// After so long without a write a record is thought to be whole.
  private static let quiet = Duration.seconds(1)

  /// Makes a reader; nothing is read yet. `offset` is that of the local time from UTC, in seconds.
  init(_ file: LogFile, matcher: FieldMatcher, service: String?, offset: Int, isLazy: Bool) {
    self.file = file
    decoder = RecordDecoder(matcher: matcher, file: file.name, service: service)
    self.offset = offset
    self.isLazy = isLazy
    content = LogFile.Content(segments: [], notice: nil)
  }

  /// Looks what the file holds now.
  mutating func refresh() { content = file.content() }

  /// Begins at the end, to read back from there and forward what comes; at the start with `atStart`.
  mutating func begin(now: Timestamp, atStart: Bool = false) {
    guard !hasBegun, let first = content.segments.first, let last = content.segments.last else { return }
    hasBegun = true
    if atStart {
      front = LogFilePosition(segment: first.number, offset: first.range.lowerBound)
      return
    }
    front = LogFilePosition(segment: last.number, offset: last.range.upperBound)
    if !isQuiet(last, now: now) {
      // What is being written is left for the way forward.
      let start = max(last.range.lowerBound, last.range.upperBound - (64 << 10))
      let bytes = last.file.read(at: start, count: Int(last.range.upperBound - start))
      if let line = bytes.lastIndex(of: 10) { front.offset = start + Int64(line) + 1 }
    }
    back = front
  }

  /// Whether there is more to be read backwards.
  var hasOlder: Bool { back != nil }

  /// How much of the present segment has been read backwards, from 0 to 1.
  var progress: Double {
    guard let back, let segment = segment(back.segment), !segment.range.isEmpty else { return 1 }
    return Double(segment.range.upperBound - back.offset) / Double(segment.range.count)
  }

  /// How far ahead what is there has been read, from 0 to 1.
  var isAtEnd: Bool {
    guard let last = content.segments.last else { return true }
    return front.segment == last.number && front.offset >= last.range.upperBound
  }

  /// Whether nothing more will come, as from a pipe that was closed.
  var isEnded: Bool { isAtEnd && content.segments.last.map(\.isClosed) ?? false }

  private func segment(_ number: Int) -> LogFile.Segment? { content.segments.first { $0.number == number } }

  private func isQuiet(_ segment: LogFile.Segment, now: Timestamp) -> Bool {
    segment.isClosed || now - segment.modified > LogFileReader.quiet
  }

  private func scanner(_ segment: LogFile.Segment) -> RecordScanner {
    RecordScanner(around: PlainTextTime.Surroundings(offset: offset, near: segment.modified))
  }

  // MARK: Backwards

  /// The records before those that were read, about `count` bytes of them; empty when the start is reached.
  mutating func readBack(_ count: Int, where isWanted: RecordDecoder.Wanted = { _, _ in true }) -> Batch {
    guard let end = back, let segment = segment(end.segment) else {
      back = nil
      return Batch()
    }
    let lower = segment.range.lowerBound
    guard end.offset > lower else {
      let older = content.segments.last { $0.number < end.segment }
      back = older.map { LogFilePosition(segment: $0.number, offset: $0.range.upperBound) }
      return back == nil ? Batch() : readBack(count, where: isWanted)
    }
    var size = count
    while true {
      let start = max(lower, end.offset - Int64(size))
      let bytes = segment.file.read(at: start, count: Int(end.offset - start))
      let batch = bytes.withUnsafeBufferPointer { bytes in
        decodeBack(bytes, segment, start: start, mayGrow: start > lower && size < LogFileReader.maximumRecord, isWanted)
      }
      if let batch { return batch }
      size *= 4
    }
  }

  /// Nil where the bytes hold no whole record: more of them are needed.
  private mutating func decodeBack(
    _ bytes: UnsafeBufferPointer<UInt8>, _ segment: LogFile.Segment, start: Int64, mayGrow: Bool,
    _ isWanted: RecordDecoder.Wanted
  ) -> Batch? {
    let lower = segment.range.lowerBound
    var skipped = 0
    if start > lower {
      // The first line is that of which a part lies before these bytes.
      if let line = bytes.firstIndex(of: 10), line + 1 < bytes.count {
        skipped = line + 1
      } else if mayGrow {
        return nil
      }
    }
    let inner = UnsafeBufferPointer(rebasing: bytes[skipped...])
    let records = scanner(segment).records(in: inner)
    // Of a record that begins before these bytes, the rest is left to those.
    var first = 0
    if start > lower, let index = records.firstIndex(where: { $0.kind != .plain || $0.line?.time != nil }) {
      first = index
    }
    let begin = records.indices.contains(first) ? records[first].range.lowerBound : 0
    back = LogFilePosition(segment: segment.number, offset: start + Int64(skipped + begin))
    let place = LogFilePosition(segment: segment.number, offset: start + Int64(skipped))
    let fallback = oldestTime ?? newestTime ?? segment.modified
    let result = decoder.decode(
      records[first...], in: inner, at: place, after: fallback, file: isLazy ? segment.file : nil, isWanted: isWanted)
    note(result)
    if lastTime == nil, result.hasTimes { lastTime = result.last }
    if let oldest = result.oldest { oldestTime = min(oldestTime ?? oldest, oldest) }
    if back?.offset == lower, segment.number == content.segments.first?.number { back = nil }
    return Batch(entries: result.entries, count: result.count, newest: result.newest, bytes: bytes.count)
  }

  // MARK: Forward

  /// The records behind those that were read, from about `count` bytes; empty when there are none that are whole.
  mutating func readForward(
    _ count: Int, now: Timestamp, where isWanted: RecordDecoder.Wanted = { _, _ in true }
  ) -> Batch {
    guard let segment = frontSegment() else { return Batch() }
    if front.offset < segment.range.lowerBound {
      lostBytes += segment.range.lowerBound - front.offset
      front.offset = segment.range.lowerBound
    }
    var size = count
    while true {
      let length = min(Int64(size), segment.range.upperBound - front.offset)
      let bytes = segment.file.read(at: front.offset, count: Int(length))
      guard !bytes.isEmpty else { return Batch() }
      let isEnd = front.offset + Int64(bytes.count) >= segment.range.upperBound
      let batch = bytes.withUnsafeBufferPointer { bytes in
        decodeForward(
          bytes, segment, isEnd: isEnd, isQuiet: isQuiet(segment, now: now),
          mayGrow: !isEnd && size < LogFileReader.maximumRecord, isWanted)
      }
      if let batch { return batch }
      size *= 4
    }
  }

  /// The segment to read on in: the next one where the present one is read to its end, or gone.
  private mutating func frontSegment() -> LogFile.Segment? {
    if let present = segment(front.segment), front.offset < present.range.upperBound { return present }
    guard let next = content.segments.first(where: { $0.number > front.segment }) else { return nil }
    front = LogFilePosition(segment: next.number, offset: next.range.lowerBound)
    return next.range.isEmpty ? nil : next
  }

  private mutating func decodeForward(
    _ bytes: UnsafeBufferPointer<UInt8>, _ segment: LogFile.Segment, isEnd: Bool, isQuiet: Bool, mayGrow: Bool,
    _ isWanted: RecordDecoder.Wanted
  ) -> Batch? {
    var bytes = bytes
    if !isEnd {
      if let line = bytes.lastIndex(of: 10) {
        bytes = UnsafeBufferPointer(rebasing: bytes[...line])
      } else if mayGrow {
        return nil
      }
    }
    var records = scanner(segment).records(in: bytes)
    var end = bytes.count
    let mayContinue = isEnd ? !isQuiet : records.count > 1
    if mayContinue, let last = records.last, last.kind == .plain || !last.isTerminated {
      end = last.range.lowerBound
      records.removeLast()
    }
    let fallback = lastTime ?? segment.modified
    let result = decoder.decode(
      records[...], in: bytes, at: front, after: fallback, file: isLazy ? segment.file : nil, isWanted: isWanted)
    front.offset += Int64(end)
    note(result)
    if result.hasTimes { lastTime = result.last }
    return Batch(entries: result.entries, count: result.count, newest: result.newest, bytes: bytes.count)
  }

  private mutating func note(_ result: RecordDecoder.Result) {
    tally.broken += result.tally.broken
    tally.otherSignals += result.tally.otherSignals
    if let newest = result.newest { newestTime = max(newestTime ?? newest, newest) }
  }
}
