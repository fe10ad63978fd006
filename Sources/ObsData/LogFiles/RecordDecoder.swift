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

    fileprivate mutating func note(_ time: Timestamp) {
      count += 1
      last = time
      oldest = min(oldest ?? time, time)
      newest = max(newest ?? time, time)
    }
  }

  /// Says of a line and its document whether it is wanted.
  typealias Wanted = (DecodedLine, JSONValue) -> Bool

  /// What is under way: the lines so far, and where the next one is put in time.
  private struct Work {
    var result = Result()
    var time: Timestamp
    var lines: LogBlockBuilder
    /// Whether documents stay in the file.
    let isLazy: Bool
    let isWanted: Wanted
  }

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
    withoutActuallyEscaping(isWanted) { isWanted in
      decode(
        records, in: bytes, at: position,
        Work(
          time: time, lines: LogBlockBuilder(file: file, base: position.offset), isLazy: file != nil, isWanted: isWanted
        ))
    }
  }

  private func decode(
    _ records: ArraySlice<LogRecord>, in bytes: UnsafeBufferPointer<UInt8>, at position: LogFilePosition, _ work: Work
  ) -> Result {
    var work = work
    var batch: [LogRecord] = []
    var size = 0
    for record in records {
      batch.append(record)
      size += record.range.count
      if size >= 256 << 10 {
        decode(batch, in: bytes, at: position, &work)
        batch.removeAll(keepingCapacity: true)
        size = 0
      }
    }
    decode(batch, in: bytes, at: position, &work)
    work.result.entries = work.lines.finish()
    return work.result
  }

  private func decode(
    _ batch: [LogRecord], in bytes: UnsafeBufferPointer<UInt8>, at position: LogFilePosition, _ work: inout Work
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
        if record.kind == .broken { work.result.tally.broken += 1 }
        plain(record, in: bytes, at: place, prefix: record.kind == .broken ? "not JSON: " : "", &work)
        continue
      }
      let range = record.range.lowerBound + start..<record.range.upperBound
      if let value = together?[next] ?? alone(bytes[range]) {
        add(value, at: place, range: work.isLazy ? range : nil, own: record.line?.time, &work)
      } else {
        work.result.tally.broken += 1
        plain(record, in: bytes, at: place, prefix: "not JSON: ", &work)
      }
      next += 1
    }
  }

  /// The lines as elements of one array; nil where that is refused, or where they come to another number of values.
  private func together(_ joined: [UInt8], count: Int) -> [JSONValue]? {
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
    return values
  }

  /// A line for itself, repaired where that is possible.
  private func alone(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> JSONValue? {
    guard let read = try? JSONReader.read(Array(bytes)), read.document.root.kind == .object,
      !read.repairs.contains(where: { $0.kind == .severalValues })
    else { return nil }
    return read.document.root
  }

  /// Adds what a document holds. It stays in the file where `range` says where it stands among the bytes.
  private func add(
    _ value: JSONValue, at place: LogFilePosition, range: Range<Int>?, own: Timestamp?, _ work: inout Work
  ) {
    if let records = OpenTelemetryLines.records(in: value) {
      if records.isEmpty { work.result.tally.otherSignals += 1 }
      for (number, record) in records.enumerated() {
        work.result.hasTimes = work.result.hasTimes || record.time ?? own != nil
        work.time = record.time ?? own ?? work.time
        add(record.line(at: work.time), record.value, id: "\(place.text)/\(number)", range: nil, &work)
      }
      return
    }
    var decoder = HitDecoder(matcher: matcher, document: value.document)
    guard let facts = value.document.withCursor(at: value.index, { decoder.facts(of: $0) }) else { return }
    work.result.hasTimes = work.result.hasTimes || facts.time ?? own != nil
    work.time = facts.time ?? own ?? work.time
    let line = DecodedLine(
      timestamp: work.time, level: facts.level, service: facts.service ?? service,
      message: RecordDecoder.trimmed(facts.message), traceID: facts.trace, spanID: facts.span)
    add(line, value, id: place.text, range: range, &work)
  }

  /// Adds a line where it is wanted.
  private func add(
    _ line: DecodedLine, _ document: JSONValue, id: @autoclosure () -> String, range: Range<Int>?, _ work: inout Work
  ) {
    work.result.note(line.timestamp)
    guard work.isWanted(line, document) else { return }
    let held = LogBlockBuilder.Line(
      index: .string(name), document: .string(id()), timestamp: line.timestamp, level: line.level,
      service: line.service.map { .string($0) }, message: .string(line.message), trace: line.traceID,
      span: line.spanID)
    if let range {
      work.lines.add(held, .file(offset: Int64(range.lowerBound), length: range.count))
    } else if document.isNull {
      work.lines.add(held, .none)
    } else {
      document.document.withCursor(at: document.index) { work.lines.add(held, .value($0, message: -1)) }
    }
  }

  /// Without the line break that Docker keeps at the end of each message.
  private static func trimmed(_ message: String) -> String {
    guard message.utf8.last == 10 else { return message }
    return String(message.dropLast())
  }

  private func plain(
    _ record: LogRecord, in bytes: UnsafeBufferPointer<UInt8>, at place: LogFilePosition, prefix: String,
    _ work: inout Work
  ) {
    work.result.hasTimes = work.result.hasTimes || record.line?.time != nil
    work.time = record.line?.time ?? work.time
    let line = UnsafeBufferPointer(rebasing: bytes[record.range])
    var text: String
    let start = prefix.isEmpty ? record.line?.textStart ?? 0 : 0
    if let stripped = EscapeSequences.stripped(line) {
      text = String(decoding: stripped.dropFirst(start), as: UTF8.self)
    } else {
      text = String(decoding: line.dropFirst(start), as: UTF8.self)
    }
    if record.lineCount > 1 { text = text.replacing("\r\n", with: "\n") }
    let decoded = DecodedLine(
      timestamp: work.time, level: record.line?.level ?? .unknown, service: record.line?.service ?? service,
      message: prefix + text)
    add(decoded, JSONDocument.nothing.root, id: place.text, range: nil, &work)
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
