/// Decodes what a span of Jaeger's v1 JSON carries beyond what every view needs.
enum JaegerV1Details {
  /// Tags, logs and warnings of a span object.
  static func details(of span: JSONCursor) -> SpanDetails {
    var details = SpanDetails()
    for (key, value) in span.members {
      switch key {
      case "tags": details.tags = value.elements.map { attribute($0) }
      case "logs": details.events = value.elements.map { event($0) }
      case "warnings": details.warnings = value.elements.compactMap { $0.bytes?.string }
      case "flags": details.flags = value.integer
      default: break
      }
    }
    return details
  }

  /// `{"timestamp": µs, "fields": [KV]}`; the field `event` is the name, where it is a string.
  private static func event(_ log: JSONCursor) -> SpanEvent {
    var fields = log.member("fields")?.elements.map { attribute($0) } ?? []
    var name = ""
    let named = fields.firstIndex { field in
      guard field.key == "event", case .string = field.value else { return false }
      return true
    }
    if let named, case .string(let text) = fields.remove(at: named).value { name = text }
    let time = log.member("timestamp")?.integer ?? 0
    return SpanEvent(timestamp: Timestamp(microseconds: time), name: name, attributes: fields)
  }

  /// `{"key", "type", "value"}`. The type may be missing or be one of other writers (`long`, `double`), and whole numbers that
  /// JavaScript cannot hold come as strings: the value's own form decides where the type does not fit it.
  static func attribute(_ tag: JSONCursor) -> Attribute {
    var name = ""
    var type: JSONBytes?
    var content: JSONCursor?
    for (key, value) in tag.members {
      switch key {
      case "key": name = value.bytes?.string ?? ""
      case "type": type = value.bytes
      case "value": content = value
      default: break
      }
    }
    return Attribute(key: name, value: content.map { value($0, type: type ?? .empty) } ?? .string(""))
  }

  private static func value(_ value: JSONCursor, type: JSONBytes) -> AttributeValue {
    switch value.kind {
    case .bool: return .bool(value.isTrue)
    case .string: return text(value.bytes?.string ?? "", type: type)
    case .int:
      if isFraction(type) { return .double(value.double) }
      return value.exactInteger.map(AttributeValue.int) ?? .json(value.tree.text)
    case .double:
      if isWhole(type), let whole = value.exactInteger { return .int(whole) }
      return .double(value.double)
    case .null, .array, .object: return .json(value.tree.text)
    }
  }

  private static func text(_ text: String, type: JSONBytes) -> AttributeValue {
    if isWhole(type), let number = Int64(text) { return .int(number) }
    if isFraction(type), let number = Double(text), number.isFinite { return .double(number) }
    switch type {
    case "bool": return text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
    case "binary": return .binary(text)
    default: return .string(text)
    }
  }

  private static func isWhole(_ type: JSONBytes) -> Bool {
    switch type {
    case "int64", "long", "int", "integer": true
    default: false
    }
  }
  private static func isFraction(_ type: JSONBytes) -> Bool {
    switch type {
    case "float64", "double", "float": true
    default: false
    }
  }
}

extension SpanKind {
  /// Reads the value of the tag `span.kind`.
  init?(bytes: JSONBytes) {
    switch bytes {
    case "server": self = .server
    case "client": self = .client
    case "internal": self = .internal
    case "producer": self = .producer
    case "consumer": self = .consumer
    default: return nil
    }
  }
}
