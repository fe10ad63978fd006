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
public struct LogEntry: Identifiable, Hashable, Sendable {
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

  /// The document's identity.
  public let id: ID
  /// When it happened, by the line's own account.
  public let timestamp: Timestamp
  /// When it happened as the store has it, by which it sorts and counts: often without the last digits.
  public let stored: Timestamp
  /// How serious the line is.
  public let level: LogLevel
  /// The service as the line names it, nil where it names none.
  public let service: String?
  /// The message as it came: it may hold line breaks and control characters.
  public let message: String
  /// The trace that the line belongs to.
  public let traceID: TraceID?
  /// The span that wrote the line.
  public let spanID: SpanID?
  private let held: HeldDocument

  /// A document in memory, or where it stands in a file.
  private enum HeldDocument: Sendable {
    case value(JSONValue)
    case text(LogText)
  }

  /// The whole document (`_source`), decoded when it is looked at. That of a line of a file is read from there each time.
  public var source: JSONValue {
    switch held {
    case .value(let value): value
    case .text(let text): text.document
    }
  }

  /// The document's JSON as it stands in its file, where it stands in one and nothing in it is escaped: then a text that is not
  /// in it is not in the document.
  var plainText: [UInt8]? {
    guard case .text(let text) = held else { return nil }
    let bytes = text.bytes
    return bytes.contains(UInt8(ascii: "\\")) ? nil : bytes
  }

  /// About how many bytes of memory the document keeps.
  public var documentBytes: Int {
    if case .value(let value) = held { value.approximateBytes } else { 0 }
  }

  /// Makes an entry of its parts.
  public init(
    id: ID, timestamp: Timestamp, stored: Timestamp? = nil, level: LogLevel, service: String?, message: String,
    traceID: TraceID?, spanID: SpanID?, source: JSONValue
  ) {
    self.id = id
    self.timestamp = timestamp
    self.stored = stored ?? timestamp
    self.level = level
    self.service = service
    self.message = message
    self.traceID = traceID
    self.spanID = spanID
    held = .value(source)
  }

  /// Makes an entry whose document stays in its file.
  init(
    id: ID, timestamp: Timestamp, level: LogLevel, service: String?, message: String, traceID: TraceID?,
    spanID: SpanID?, text: LogText
  ) {
    self.id = id
    self.timestamp = timestamp
    stored = timestamp
    self.level = level
    self.service = service
    self.message = message
    self.traceID = traceID
    self.spanID = spanID
    held = .text(text)
  }

  /// The same line with its document in another place.
  func with(source: JSONValue) -> LogEntry {
    LogEntry(
      id: id, timestamp: timestamp, stored: stored, level: level, service: service, message: message, traceID: traceID,
      spanID: spanID, source: source)
  }

  /// Whether two entries show the same; the document behind them is not compared.
  public static func == (a: LogEntry, b: LogEntry) -> Bool {
    a.id == b.id && a.timestamp == b.timestamp && a.level == b.level && a.service == b.service && a.message == b.message
      && a.traceID == b.traceID && a.spanID == b.spanID
  }
  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
