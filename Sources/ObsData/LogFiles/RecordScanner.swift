import Glibc

/// One record of a file: a line, with those that continue it.
struct LogRecord {
  /// How it is read.
  enum Kind: Equatable {
    /// An object, which begins so many bytes into the line: a container runtime may write a time before it.
    case json(Int)
    case plain
    /// It begins like JSON and is none.
    case broken
  }

  var kind: Kind
  /// Where it lies in the bytes, line breaks at its end excluded.
  var range: Range<Int>
  /// What its first line tells, where it is plain text or has a time before its JSON.
  var line: PlainTextLine?
  /// Whether its end was a line break, rather than the end of the bytes.
  var isTerminated: Bool
  var lineCount = 1
}

/// Cuts bytes into records.
struct RecordScanner {
  /// No record has more lines, or is longer, than this by being continued.
  static let maximumLines = 2_000
  static let maximumBytes = 1 << 20

  let around: PlainTextTime.Surroundings

  /// The records of bytes that begin at the start of a line.
  func records(in bytes: UnsafeBufferPointer<UInt8>) -> [LogRecord] {
    var records: [LogRecord] = []
    guard let base = bytes.baseAddress else { return records }
    var position = 0
    while position < bytes.count {
      let start = position
      let end = memchr(base + start, 10, bytes.count - start).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
      position = end.map { $0 + 1 } ?? bytes.count
      var range = start..<(end ?? bytes.count)
      while let last = range.last, bytes[last] == 13 { range = range.lowerBound..<last }
      while let first = range.first, bytes[first] == 0 { range = first + 1..<range.upperBound }
      if range.count >= 3, bytes[range.lowerBound] == 0xEF, bytes[range.lowerBound + 1] == 0xBB,
        bytes[range.lowerBound + 2] == 0xBF
      {
        range = range.lowerBound + 3..<range.upperBound
      }
      if range.isEmpty { continue }
      let record = record(in: bytes, range, isTerminated: end != nil)
      if let last = records.indices.last, record.kind == .plain, continues(records[last], with: record, in: bytes) {
        records[last].range = records[last].range.lowerBound..<record.range.upperBound
        records[last].lineCount += 1
        records[last].isTerminated = record.isTerminated
      } else {
        records.append(record)
      }
    }
    return records
  }

  private func record(
    in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isTerminated: Bool
  ) -> LogRecord {
    var last = range.upperBound - 1
    while last > range.lowerBound, bytes[last] == 0x20 || bytes[last] == 0x09 { last -= 1 }
    let closes = bytes[last] == 0x7D
    if bytes[range.lowerBound] == 0x7B {
      return LogRecord(kind: closes ? .json(0) : .broken, range: range, line: nil, isTerminated: isTerminated)
    }
    let line = UnsafeBufferPointer(rebasing: bytes[range])
    let plain =
      EscapeSequences.stripped(line).map { $0.withUnsafeBufferPointer { PlainTextLine($0, around) } }
      ?? PlainTextLine(line, around)
    if closes, plain.time != nil, let start = jsonStart(line, from: plain.textStart) {
      return LogRecord(kind: .json(start), range: range, line: plain, isTerminated: isTerminated)
    }
    return LogRecord(kind: .plain, range: range, line: plain, isTerminated: isTerminated)
  }

  /// Where an object begins behind a time, as `kubectl logs --timestamps` writes, or behind what container runtimes write.
  private func jsonStart(_ line: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    start > 0 && start < line.count && line[start] == 0x7B ? start : nil
  }

  /// Whether a line of plain text belongs to the record before it. Where records begin with a time, a line without one does;
  /// elsewhere, and below a heading, only what is indented or links a stack trace.
  private func continues(_ record: LogRecord, with next: LogRecord, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard record.kind == .plain, next.line?.time == nil, record.lineCount < RecordScanner.maximumLines,
      record.range.count < RecordScanner.maximumBytes
    else { return false }
    if let line = record.line, line.time != nil, !line.isHeading { return true }
    return PlainTextLine.continues(UnsafeBufferPointer(rebasing: bytes[next.range]))
  }
}
