/// Puts lines into blocks, and hands out an entry for each.
struct LogBlockBuilder {
  /// What a line's document is, and where its message stands in it.
  enum Document {
    /// A line of plain text has none.
    case none
    /// It is packed; the message is the string at that word of its tape, where it is not given apart.
    case value(JSONCursor, message: Int)
    /// It stays in the block's file, counted from the block's base.
    case file(offset: Int64, length: Int)
  }

  /// A text: as bytes that are still where they were parsed, or as a string that was made.
  enum Text {
    case bytes(JSONBytes)
    case string(String)
  }

  /// What is known of a line.
  struct Line {
    var index: Text
    var document: Text
    var timestamp: Timestamp
    var stored: Timestamp?
    var level = LogLevel.unknown
    var service: Text?
    /// The message, where it is no string of the document.
    var message: Text?
    var trace: TraceID?
    var span: SpanID?
  }

  private let file: OpenFile?
  private let base: Int64
  private var names = NameGuess()
  private var writer = PackedWriter()
  /// The entries of the open block: their block comes to be only when it is closed.
  private var open: [(timestamp: Timestamp, level: LogLevel, offset: UInt32)] = []
  private var entries: [LogEntry] = []

  /// Makes a builder. With `file`, documents may stay in it; their places count from `base`.
  init(file: OpenFile? = nil, base: Int64 = 0) {
    self.file = file
    self.base = base
  }

  /// How many lines have been added.
  var count: Int { entries.count + open.count }

  /// Makes room for so many lines.
  mutating func reserve(_ count: Int) { entries.reserveCapacity(count) }

  /// Adds a line.
  mutating func add(_ line: Line, _ document: Document) {
    let start = writer.count
    var place: Range<Int>?
    var flags: HeldRecord.Flags = []
    if case .value(let value, let message) = document {
      place = PackedDocument.write(value, marked: line.message == nil ? message : -1, names: &names, to: &writer)
      flags.insert(.inBlock)
    } else if case .file = document {
      flags.insert(.inFile)
    }
    let offset = writer.count
    if line.stored.map({ $0 != line.timestamp }) ?? false { flags.insert(.stored) }
    if line.trace != nil { flags.insert(.trace) }
    if line.span != nil { flags.insert(.span) }
    if line.service != nil { flags.insert(.service) }
    if place != nil { flags.insert(.messageInDocument) }
    writer.byte(flags.rawValue)
    if flags.contains(.stored), let stored = line.stored { writer.word(UInt64(bitPattern: stored.nanoseconds)) }
    if let trace = line.trace {
      writer.word(trace.high)
      writer.word(trace.low)
    }
    if let span = line.span { writer.word(span.value) }
    name(line.index)
    if let service = line.service { name(service) }
    line.document.withBytes { _ = writer.bytes($0) }
    switch document {
    case .none: break
    case .value: writer.count(offset - start)
    case .file(let offset, let length):
      writer.number(UInt64(bitPattern: offset))
      writer.count(length)
    }
    if let place {
      writer.count(place.lowerBound - start)
      writer.count(place.count)
    } else {
      (line.message ?? .string("")).withBytes { _ = writer.bytes($0) }
    }
    open.append((line.timestamp, line.level, UInt32(truncatingIfNeeded: offset)))
    if writer.count >= LogBlock.capacity { close() }
  }

  private mutating func name(_ text: Text) {
    text.withBytes { bytes in
      if let number = names.find(bytes) {
        writer.count(number + 1)
      } else {
        writer.byte(0)
        writer.bytes(bytes)
      }
    }
  }

  /// Adds a line of another block as it is; what it leaves to its file must be this block's.
  fileprivate mutating func copy(_ entry: LogEntry) {
    entry.block.withBytes { base in
      let range = HeldRecord(base, at: Int(entry.offset)).range
      let shift = writer.count - range.lowerBound
      writer.copy(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
      open.append((entry.timestamp, entry.level, UInt32(truncatingIfNeeded: Int(entry.offset) + shift)))
    }
    if writer.count >= LogBlock.capacity { close() }
  }

  private mutating func close() {
    guard !open.isEmpty else { return }
    let block = LogBlock(writer.bytes, lineCount: open.count, file: file, base: base)
    for line in open {
      entries.append(LogEntry(block: block, offset: line.offset, timestamp: line.timestamp, level: line.level))
    }
    open.removeAll(keepingCapacity: true)
    writer.truncate(to: 0)
  }

  /// The entries of all lines, in the order in which they were added.
  mutating func finish() -> [LogEntry] {
    close()
    defer { entries = [] }
    return entries
  }

  /// The same lines in blocks that hold no others, so that a few that are kept do not keep all that came with them, and many that
  /// came one by one lie together.
  static func compacted(_ lines: [LogEntry]) -> [LogEntry] {
    var result: [LogEntry] = []
    result.reserveCapacity(lines.count)
    var start = 0
    while start < lines.count {
      let block = lines[start].block
      var builder = LogBlockBuilder(file: block.file, base: block.base)
      while start < lines.count, lines[start].block.isLike(block) {
        builder.copy(lines[start])
        start += 1
      }
      result += builder.finish()
    }
    return result
  }
}

extension LogBlock {
  /// Whether lines of both may stand in one block.
  fileprivate func isLike(_ other: LogBlock) -> Bool {
    file === other.file && base == other.base
  }
}

extension LogBlockBuilder.Text {
  func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    switch self {
    case .bytes(let bytes): body(UnsafeBufferPointer(start: bytes.base, count: bytes.count))
    case .string(var text): text.withUTF8(body)
    }
  }
}
