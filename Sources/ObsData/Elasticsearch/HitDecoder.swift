/// Turns the hits of a search answer into log entries: each document's keys are read once, and strings are made only of what an
/// entry keeps.
struct HitDecoder {
  private let matcher: FieldMatcher
  private let document: JSONDocument
  /// The index of the hit before, which is mostly that of the next one, too.
  private var lastIndex: (bytes: JSONBytes, text: String)?
  private var lastService: (bytes: JSONBytes, text: String)?

  init(matcher: FieldMatcher, document: JSONDocument) {
    self.matcher = matcher
    self.document = document
  }

  /// What has been found of a line.
  private struct Findings {
    var ranks: (Int, Int, Int, Int, Int, Int) = (.max, .max, .max, .max, .max, .max)
    var time: Timestamp?
    var level = LogLevel.unknown
    var message, service: JSONCursor?
    var trace: TraceID?
    var span: SpanID?

    mutating func offer(_ terminal: FieldMatcher.Terminal, _ value: JSONCursor) {
      switch terminal.role {
      case .time:
        guard terminal.rank < ranks.0, let found = FieldValues.time(value) else { return }
        (time, ranks.0) = (found, terminal.rank)
      case .message:
        guard terminal.rank < ranks.1, Findings.hasText(value) else { return }
        (message, ranks.1) = (value, terminal.rank)
      case .level:
        guard terminal.rank < ranks.2 else { return }
        let found = Findings.level(value, terminal.scale)
        if found != .unknown { (level, ranks.2) = (found, terminal.rank) }
      case .service:
        guard terminal.rank < ranks.3, Findings.hasText(value) else { return }
        (service, ranks.3) = (value, terminal.rank)
      case .trace:
        guard terminal.rank < ranks.4, let found = FieldValues.trace(value, isDecimal: terminal.isDecimal) else {
          return
        }
        (trace, ranks.4) = (found, terminal.rank)
      case .span:
        guard terminal.rank < ranks.5, let found = FieldValues.span(value, isDecimal: terminal.isDecimal) else {
          return
        }
        (span, ranks.5) = (found, terminal.rank)
      }
    }

    private static func hasText(_ value: JSONCursor) -> Bool {
      if let bytes = value.bytes { return bytes.count > 0 }
      if value.isArray { return HitDecoder.isBytes(value) }
      return switch value.kind {
      case .int, .double, .bool: true
      default: false
      }
    }

    private static func level(_ value: JSONCursor, _ scale: LevelScale) -> LogLevel {
      if let bytes = value.bytes {
        return LogLevel(reading: UnsafeBufferPointer(start: bytes.base, count: bytes.count), scale: scale)
      }
      return value.exactInteger.map(scale.level) ?? .unknown
    }

    /// Takes from `other` what is missing.
    mutating func fill(from other: Findings) {
      time = time ?? other.time
      if level == .unknown { level = other.level }
      message = message ?? other.message
      service = service ?? other.service
      trace = trace ?? other.trace
      span = span ?? other.span
    }
  }

  /// Adds a hit to `lines`; returns the values that it was sorted by, and whether it came with its document.
  mutating func add(_ hit: JSONCursor, to lines: inout LogBlockBuilder) -> (sort: JSONCursor?, hasSource: Bool) {
    var index, id: JSONBytes?
    var source, fields, sort: JSONCursor?
    for (key, value) in hit.members {
      switch key {
      case _ where "_source" ~= key: source = value
      case _ where "_index" ~= key: index = value.bytes
      case _ where "_id" ~= key: id = value.bytes
      case _ where "sort" ~= key: sort = value
      case _ where "fields" ~= key: fields = value
      default: break
      }
    }
    var found = Findings()
    if let source { scan(source, from: FieldMatcher.start, into: &found) }
    if let fields {
      var more = Findings()
      scan(fields, from: FieldMatcher.start, into: &more)
      found.fill(from: more)
    }
    let whole = source ?? fields ?? hit
    let (time, stored) = times(found.time, sort: sort)
    // A message is mostly one of the document's strings, and need not be kept twice.
    let message = found.message ?? whole
    let isInDocument = message.bytes != nil && whole.contains(message)
    let line = LogBlockBuilder.Line(
      index: .bytes(index ?? .empty),
      document: id.map { .bytes($0) } ?? .string(document.value(at: hit.index).tree.text), timestamp: time,
      stored: stored, level: found.level, service: found.service.map(packed),
      message: isInDocument ? nil : packed(message), trace: found.trace, span: found.span)
    lines.add(line, .value(whole, message: message.index))
    return (sort, source != nil || fields != nil)
  }

  private func packed(_ value: JSONCursor) -> LogBlockBuilder.Text {
    value.bytes.map { .bytes($0) } ?? .string(text(value))
  }

  /// What a document tells of itself.
  struct Facts {
    let time: Timestamp?
    let level: LogLevel
    let service: String?
    /// The text; the whole document where no field holds one.
    let message: String
    let trace: TraceID?
    let span: SpanID?
  }

  /// What a document that is no hit tells of itself: a line of a file.
  mutating func facts(of whole: JSONCursor) -> Facts {
    var found = Findings()
    scan(whole, from: FieldMatcher.start, into: &found)
    return Facts(
      time: found.time, level: found.level,
      service: found.service.map { $0.bytes.map { name($0, in: &lastService) } ?? text($0) },
      message: text(found.message ?? whole), trace: found.trace, span: found.span)
  }

  private func scan(_ object: JSONCursor, from node: Int, into found: inout Findings) {
    for (key, value) in object.members {
      guard let reached = matcher.node(behind: node, by: key) else { continue }
      var single = value
      if value.isArray {
        var elements = value.elements
        guard let first = elements.next() else { continue }
        single = first
      }
      if single.isObject {
        // Each step takes a dot of a name, so the depth is bounded by the names.
        if let inside = matcher.inside(reached) { scan(single, from: inside, into: &found) }
      } else {
        for terminal in matcher.ends(at: reached) {
          found.offer(terminal, terminal.role == .message && HitDecoder.isBytes(value) ? value : single)
        }
      }
    }
  }

  /// The line's own time keeps digits that the store's may lack, but where the two differ by more than a second the mapping
  /// reads it otherwise than we do, and the store is right: its ranges and order are by that. A line without any is put at 1970.
  private func times(_ own: Timestamp?, sort: JSONCursor?) -> (time: Timestamp, stored: Timestamp) {
    var values = sort?.elements
    guard let stored = values?.next().flatMap(FieldValues.time) else {
      let time = own ?? Timestamp(nanoseconds: 0)
      return (time, time)
    }
    guard let own else { return (stored, stored) }
    let difference = own - stored
    return (difference < .seconds(-1) || difference > .seconds(1) ? stored : own, stored)
  }

  /// What tells a hit apart, and its time: all that is read of one that came without its document.
  mutating func identity(of hit: JSONCursor) -> (identity: LogIdentity, sort: JSONCursor?) {
    var index, id: JSONBytes?
    var sort: JSONCursor?
    for (key, value) in hit.members {
      switch key {
      case _ where "_index" ~= key: index = value.bytes
      case _ where "_id" ~= key: id = value.bytes
      case _ where "sort" ~= key: sort = value
      default: break
      }
    }
    let document = id?.string ?? ""
    let identity = LogEntry.ID(index: index.map { name($0, in: &lastIndex) } ?? "", document: document)
    return (
      LogIdentity(hash: identity.hashValue, document: document, stored: times(nil, sort: sort).stored), sort
    )
  }

  /// Whether a value is a text byte for byte, as journald writes what is not UTF-8 or has control characters.
  private static func isBytes(_ value: JSONCursor) -> Bool {
    guard value.isArray else { return false }
    var count = 0
    for element in value.elements {
      guard let number = element.exactInteger, (0...255).contains(number) else { return false }
      count += 1
    }
    return count > 1
  }

  private func text(_ value: JSONCursor) -> String {
    if HitDecoder.isBytes(value) {
      let bytes = value.elements.map { UInt8(truncatingIfNeeded: $0.exactInteger ?? 0) }
      return String(decoding: bytes, as: UTF8.self)
    }
    return value.bytes?.string ?? document.value(at: value.index).tree.text
  }

  private func name(_ bytes: JSONBytes, in last: inout (bytes: JSONBytes, text: String)?) -> String {
    if let last, last.bytes == bytes { return last.text }
    let text = bytes.string
    last = (bytes, text)
    return text
  }
}
