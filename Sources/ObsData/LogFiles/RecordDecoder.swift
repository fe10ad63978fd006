/// Turns records of a file into log entries. The JSON lines of a batch are parsed as one array, which is several times faster
/// than one by one; only where that is refused, each for itself.
struct RecordDecoder: Sendable {
  private let matcher: FieldMatcher
  private let name: String
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

  /// What records come to.
  struct Result {
    /// Those that were wanted.
    var entries: [LogEntry] = []
    /// How many there were.
    var count = 0
    var oldest, newest, last: Timestamp?
    var tally = Tally()
    /// Whether any line named its time.
    var hasTimes = false

    fileprivate mutating func add(_ entry: LogEntry, _ value: JSONValue, if isWanted: Wanted) {
      count += 1
      last = entry.timestamp
      oldest = min(oldest ?? entry.timestamp, entry.timestamp)
      newest = max(newest ?? entry.timestamp, entry.timestamp)
      if isWanted(entry, value) { entries.append(entry) }
    }
  }

  /// Says of an entry and its document whether it is wanted.
  typealias Wanted = (LogEntry, JSONValue) -> Bool

  init(matcher: FieldMatcher, file: String, service: String?) {
    self.matcher = matcher
    name = file
    self.service = service
  }

  /// The entries of records, in their order. `position` names where the bytes begin in the file, `time` stands for lines that
  /// have none before the first that has one. With `file`, documents stay in it.
  func decode(
    _ records: ArraySlice<LogRecord>, in bytes: UnsafeBufferPointer<UInt8>, at position: LogFilePosition,
    after time: Timestamp, file: OpenFile? = nil, isWanted: Wanted = { _, _ in true }
  ) -> Result {
    var result = Result()
    var time = time
    var batch: [LogRecord] = []
    var size = 0
    for record in records {
      batch.append(record)
      size += record.range.count
      if size >= 256 << 10 {
        decode(batch, in: bytes, at: position, file, time: &time, into: &result, isWanted)
        batch.removeAll(keepingCapacity: true)
        size = 0
      }
    }
    decode(batch, in: bytes, at: position, file, time: &time, into: &result, isWanted)
    return result
  }

  private func decode(
    _ batch: [LogRecord], in bytes: UnsafeBufferPointer<UInt8>, at position: LogFilePosition, _ file: OpenFile?,
    time: inout Timestamp, into result: inout Result, _ isWanted: Wanted
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
        let entry = plain(record, in: bytes, at: place, time: &time, prefix: isBroken ? "not JSON: " : "")
        result.add(entry, JSONDocument.nothing.root, if: isWanted)
        continue
      }
      let own = record.line?.time
      let text = file.map {
        LogText(file: $0, offset: place.offset + Int64(start), length: Int32(clamping: record.range.count - start))
      }
      if let together {
        add(together.values[next], at: place, text, own: own, time: &time, into: &result, isWanted)
      } else if let alone = alone(bytes[record.range.lowerBound + start..<record.range.upperBound]) {
        add(alone, at: place, text, own: own, time: &time, into: &result, isWanted)
      } else {
        result.tally.broken += 1
        let entry = plain(record, in: bytes, at: place, time: &time, prefix: "not JSON: ")
        result.add(entry, JSONDocument.nothing.root, if: isWanted)
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
    _ value: JSONValue, at place: LogFilePosition, _ text: LogText?, own: Timestamp?, time: inout Timestamp,
    into result: inout Result, _ isWanted: Wanted
  ) {
    if let records = OpenTelemetryLines.records(in: value) {
      if records.isEmpty { result.tally.otherSignals += 1 }
      for (number, record) in records.enumerated() {
        result.hasTimes = result.hasTimes || record.time ?? own != nil
        time = record.time ?? own ?? time
        let id = LogEntry.ID(index: name, document: "\(place.text)/\(number)")
        result.add(record.entry(id: id, time: time), record.value, if: isWanted)
      }
      return
    }
    var decoder = HitDecoder(matcher: matcher, document: value.document)
    guard let facts = value.document.withCursor(at: value.index, { decoder.facts(of: $0) }) else { return }
    result.hasTimes = result.hasTimes || facts.time ?? own != nil
    time = facts.time ?? own ?? time
    let id = LogEntry.ID(index: name, document: place.text)
    let (service, message) = (facts.service ?? service, RecordDecoder.trimmed(facts.message))
    let entry =
      text.map {
        LogEntry(
          id: id, timestamp: time, level: facts.level, service: service, message: message, traceID: facts.trace,
          spanID: facts.span, text: $0)
      }
      ?? LogEntry(
        id: id, timestamp: time, level: facts.level, service: service, message: message, traceID: facts.trace,
        spanID: facts.span, source: value)
    result.add(entry, value, if: isWanted)
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
      id: LogEntry.ID(index: name, document: place.text), timestamp: time, level: record.line?.level ?? .unknown,
      service: record.line?.service ?? service, message: prefix + text, traceID: nil, spanID: nil,
      source: JSONDocument.nothing.root)
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
