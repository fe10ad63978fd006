/// Turns records of a file into log entries. The JSON lines of a batch are parsed as one array, which is several times faster
/// than one by one; only where that is refused, each for itself.
struct RecordDecoder: Sendable {
  private let matcher: FieldMatcher
  private let file: String
  /// The service of lines that name none; nil leaves it open.
  private let service: String?
  /// Between two lines of a batch stands a number that nobody can guess, so that two broken lines cannot pass as one value.
  private let separator = Int64.random(in: 1 << 40 ..< .max)

  /// What was found on the way.
  struct Tally: Equatable, Sendable {
    /// Lines that begin like JSON and are none.
    var broken = 0
    /// Lines of OpenTelemetry that hold metrics or spans, and no logs.
    var otherSignals = 0
  }

  /// What a batch comes to.
  struct Result {
    var entries: [LogEntry] = []
    var tally = Tally()
    /// Whether any line named its time.
    var hasTimes = false
  }

  /// A document with nothing in it: that of a line of plain text.
  private static let nothing = JSONDocument(
    tape: [0x7200_0000_0000_0003, 0x6E00_0000_0000_0000, 0x7200_0000_0000_0000], strings: []
  ).root

  init(matcher: FieldMatcher, file: String, service: String?) {
    self.matcher = matcher
    self.file = file
    self.service = service
  }

  /// The entries of records, in their order. `position` names where the bytes begin in the file, `time` stands for lines that
  /// have none before the first that has one.
  func decode(
    _ records: ArraySlice<LogRecord>, in bytes: UnsafeBufferPointer<UInt8>, at position: LogFilePosition,
    after time: Timestamp
  ) -> Result {
    var result = Result()
    result.entries.reserveCapacity(records.count)
    var time = time
    var batch: [LogRecord] = []
    var size = 0
    for record in records {
      batch.append(record)
      size += record.range.count
      if size >= 256 << 10 {
        decode(batch, in: bytes, at: position, time: &time, into: &result)
        batch.removeAll(keepingCapacity: true)
        size = 0
      }
    }
    decode(batch, in: bytes, at: position, time: &time, into: &result)
    return result
  }

  private func decode(
    _ batch: [LogRecord], in bytes: UnsafeBufferPointer<UInt8>, at position: LogFilePosition, time: inout Timestamp,
    into result: inout Result
  ) {
    var joined: [UInt8] = [UInt8(ascii: "[")]
    let between = Array(",\(separator),".utf8)
    var count = 0
    for record in batch {
      guard case .json(let start) = record.kind else { continue }
      if count > 0 { joined.append(contentsOf: between) }
      joined.append(contentsOf: bytes[record.range.lowerBound + start..<record.range.upperBound])
      count += 1
    }
    joined.append(UInt8(ascii: "]"))
    let together = count > 0 ? together(joined, count: count) : nil
    var next = 0
    for record in batch {
      let place = LogFilePosition(segment: position.segment, offset: position.offset + Int64(record.range.lowerBound))
      guard case .json(let start) = record.kind else {
        let isBroken = record.kind == .broken
        result.hasTimes = result.hasTimes || record.line?.time != nil
        if isBroken { result.tally.broken += 1 }
        result.entries.append(plain(record, in: bytes, at: place, time: &time, prefix: isBroken ? "not JSON: " : ""))
        continue
      }
      let own = record.line?.time
      if let together {
        add(together.values[next], at: place, own: own, time: &time, into: &result)
      } else if let alone = alone(bytes[record.range.lowerBound + start..<record.range.upperBound]) {
        add(alone, at: place, own: own, time: &time, into: &result)
      } else {
        result.tally.broken += 1
        result.entries.append(plain(record, in: bytes, at: place, time: &time, prefix: "not JSON: "))
      }
      next += 1
    }
  }

  /// The lines as elements of one array; nil where that is refused, or where they come to another number of values.
  private func together(_ joined: [UInt8], count: Int) -> (document: JSONDocument, values: [JSONValue])? {
    guard let document = try? JSONDocument(parsing: joined) else { return nil }
    let elements = document.root.elements
    guard elements.count == 2 * count - 1 else { return nil }
    var values: [JSONValue] = []
    values.reserveCapacity(count)
    for (number, element) in elements.enumerated() {
      if number % 2 == 0 {
        guard element.kind == .object else { return nil }
        values.append(element)
      } else if element.int != separator {
        return nil
      }
    }
    return (document, values)
  }

  /// A line for itself, repaired where that is possible.
  private func alone(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> JSONValue? {
    guard let read = try? JSONReader.read(Array(bytes)), read.document.root.kind == .object,
      !read.repairs.contains(where: { $0.kind == .severalValues })
    else { return nil }
    return read.document.root
  }

  private func add(
    _ value: JSONValue, at place: LogFilePosition, own: Timestamp?, time: inout Timestamp, into result: inout Result
  ) {
    if let records = OpenTelemetryLines.records(in: value) {
      if records.isEmpty { result.tally.otherSignals += 1 }
      for (number, record) in records.enumerated() {
        result.hasTimes = result.hasTimes || record.time ?? own != nil
        time = record.time ?? own ?? time
        result.entries.append(
          record.entry(id: LogEntry.ID(index: file, document: "\(place.text)/\(number)"), time: time))
      }
      return
    }
    var decoder = HitDecoder(matcher: matcher, document: value.document)
    guard let facts = value.document.withCursor(at: value.index, { decoder.facts(of: $0) }) else { return }
    result.hasTimes = result.hasTimes || facts.time ?? own != nil
    time = facts.time ?? own ?? time
    result.entries.append(
      LogEntry(
        id: LogEntry.ID(index: file, document: place.text), timestamp: time, level: facts.level,
        service: facts.service ?? service, message: RecordDecoder.trimmed(facts.message), traceID: facts.trace,
        spanID: facts.span, source: value))
  }

  /// Without the line break that Docker keeps at the end of each message.
  private static func trimmed(_ message: String) -> String {
    guard message.utf8.last == 10 else { return message }
    return String(message.dropLast())
  }

  private func plain(
    _ record: LogRecord, in bytes: UnsafeBufferPointer<UInt8>, at place: LogFilePosition, time: inout Timestamp,
    prefix: String
  ) -> LogEntry {
    time = record.line?.time ?? time
    let line = UnsafeBufferPointer(rebasing: bytes[record.range])
    var text: String
    let start = prefix.isEmpty ? record.line?.textStart ?? 0 : 0
    if let stripped = EscapeSequences.stripped(line) {
      text = String(decoding: stripped.dropFirst(start), as: UTF8.self)
    } else {
      text = String(decoding: line.dropFirst(start), as: UTF8.self)
    }
    if record.lineCount > 1 { text = text.replacing("\r\n", with: "\n") }
    return LogEntry(
      id: LogEntry.ID(index: file, document: place.text), timestamp: time, level: record.line?.level ?? .unknown,
      service: record.line?.service ?? service, message: prefix + text, traceID: nil, spanID: nil,
      source: RecordDecoder.nothing)
  }
}

/// A place in a file.
struct LogFilePosition: Hashable, Comparable, Sendable {
  /// The number of the segment.
  var segment: Int
  /// Bytes from the segment's start.
  var offset: Int64

  static func < (a: LogFilePosition, b: LogFilePosition) -> Bool { (a.segment, a.offset) < (b.segment, b.offset) }

  /// What names a line at this place: its offset, behind the segment's number where that is not the first.
  var text: String { segment == 0 ? "\(offset)" : "\(segment):\(offset)" }
}
