/// How serious a log line is. The order is that of seriousness; `unknown` is below all.
public enum LogLevel: Int, Comparable, CaseIterable, Hashable, Sendable {
  case unknown, trace, debug, info, notice, warning, error, critical

  /// Whether `a` is less serious than `b`.
  public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }

  /// The letter that stands for the level in a list; `·` where it is unknown.
  public var letter: String {
    switch self {
    case .unknown: "·"
    case .trace: "T"
    case .debug: "D"
    case .info: "I"
    case .notice: "N"
    case .warning: "W"
    case .error: "E"
    case .critical: "C"
    }
  }

  /// The level's word, as it is printed; nil where it is unknown.
  public var word: String? {
    switch self {
    case .unknown: nil
    case .trace: "trace"
    case .debug: "debug"
    case .info: "info"
    case .notice: "notice"
    case .warning: "warn"
    case .error: "error"
    case .critical: "critical"
    }
  }
}

/// One log line: a document of the log store.
///
/// It is a place in a `LogBlock`, with what all lines are sorted by; everything else is read from there when it is looked at, so
/// that a held line costs little more than its text.
public struct LogEntry: Identifiable, Sendable {
  /// What tells two documents apart.
  public struct ID: Hashable, Sendable {
    /// The index that holds the document.
    public let index: String
    /// The document's `_id` in that index.
    public let document: String

    /// Makes the identity of a document.
    public init(index: String, document: String) {
      self.index = index
      self.document = document
    }
  }

  let block: LogBlock
  /// Where the line's record begins in the block.
  let offset: UInt32
  /// How serious the line is.
  public let level: LogLevel
  /// When it happened, by the line's own account.
  public let timestamp: Timestamp

  /// An entry of a line that is in a block.
  init(block: LogBlock, offset: UInt32, timestamp: Timestamp, level: LogLevel) {
    self.block = block
    self.offset = offset
    self.timestamp = timestamp
    self.level = level
  }

  /// Makes an entry of its parts.
  public init(
    id: ID, timestamp: Timestamp, stored: Timestamp? = nil, level: LogLevel, service: String?, message: String,
    traceID: TraceID?, spanID: SpanID?, source: JSONValue
  ) {
    var builder = LogBlockBuilder()
    let line = LogBlockBuilder.Line(
      index: .string(id.index), document: .string(id.document), timestamp: timestamp, stored: stored, level: level,
      service: service.map(LogBlockBuilder.Text.string), message: .string(message), trace: traceID, span: spanID)
    if source.isNull {
      builder.add(line, .none)
    } else {
      source.document.withCursor(at: source.index) { builder.add(line, .value($0, message: -1)) }
    }
    self = builder.finish()[0]
  }

  func withRecord<Result>(_ body: (HeldRecord) -> Result) -> Result {
    block.withBytes { body(HeldRecord($0, at: Int(offset))) }
  }

  /// The document's identity.
  public var id: ID {
    withRecord { ID(index: $0.index.text, document: $0.identity.text) }
  }
  /// When it happened as the store has it, by which it sorts and counts: often without the last digits.
  public var stored: Timestamp { withRecord(\.stored) ?? timestamp }
  /// The service as the line names it, nil where it names none.
  public var service: String? { withRecord { $0.service?.text } }
  /// The message as it came: it may hold line breaks and control characters.
  public var message: String { withRecord { $0.message.text } }
  /// The beginning of the message: whole characters in no more than so many bytes, all of it where it is no longer.
  public func message(upTo limit: Int) -> String {
    withRecord { record in
      let bytes = record.message
      guard bytes.count > limit else { return bytes.text }
      var end = max(limit, 0)
      while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
      return UnsafeBufferPointer(rebasing: bytes[..<end]).text
    }
  }
  /// The trace that the line belongs to.
  public var traceID: TraceID? { withRecord(\.trace) }
  /// The span that wrote the line.
  public var spanID: SpanID? { withRecord(\.span) }

  /// The whole document (`_source`), decoded when it is looked at; `null` where there is none. That of a line of a file is read
  /// from there each time.
  public var source: JSONValue {
    let found = withRecord { record -> (document: JSONDocument?, inFile: Range<Int64>?) in
      if let range = record.fileRange { return (nil, range) }
      return (PackedDocument.document(record.document, NameTable.current), nil)
    }
    if let document = found.document { return document.root }
    guard let file = block.file, let range = found.inFile else { return JSONDocument.nothing.root }
    return LogText(file: file, offset: block.base + range.lowerBound, length: Int32(clamping: range.count)).document
  }

  /// The same lines in blocks of their own, where they lie in many that hold few of them, as the lines of a quiet tail do; nil
  /// where nothing would be won.
  public static func compacted(_ entries: [LogEntry]) -> [LogEntry]? {
    let blocks = Set(entries.map { ObjectIdentifier($0.block) })
    let bytes = entries.reduce(0) { $0 + $1.heldBytes }
    guard blocks.count > 4 + bytes * 4 / LogBlock.capacity else { return nil }
    return LogBlockBuilder.compacted(entries)
  }

  /// How many bytes of text the line holds: its document's, where that is not left in a file, and what is known besides.
  public var heldBytes: Int { withRecord(\.range.count) }

  /// Calls `body` with the message's bytes: to look at it without making a string.
  public func withMessage<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withRecord { body($0.message) }
  }
}

extension LogEntry: Hashable {
  /// Whether two entries show the same; the document behind them is not compared.
  public static func == (a: LogEntry, b: LogEntry) -> Bool {
    if a.block === b.block, a.offset == b.offset { return true }
    return a.timestamp == b.timestamp && a.level == b.level && a.id == b.id && a.message == b.message
      && a.service == b.service && a.traceID == b.traceID && a.spanID == b.spanID
  }
  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
