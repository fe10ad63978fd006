/// Decodes what a span in OTLP's JSON carries beyond what every view needs.
enum JaegerV3Details {
  /// Attributes, events, status and scope of a span object. What Jaeger's v1 form says with tags is said with the same tags
  /// here, so that a span looks the same over both.
  static func details(of span: JSONCursor, scope: Int, in envelope: JSONDocument) -> SpanDetails {
    var details = SpanDetails()
    var marks: [Attribute] = []
    for (key, value) in span.members {
      switch key {
      case "attributes": readAttributes(value, into: &details)
      case "events": details.events = value.elements.map { event($0) }
      case "status": marks += status(value)
      case "traceState":
        if let state = value.bytes?.string, !state.isEmpty {
          marks.append(Attribute(key: "w3c.tracestate", value: .string(state)))
        }
      default: break
      }
    }
    if scope > 0 {
      marks +=
        envelope.withCursor(at: scope) { scope in
          let texts = [("name", scope.member("name")), ("version", scope.member("version"))]
          return texts.compactMap { name, value in
            guard let text = value?.bytes?.string, !text.isEmpty else { return nil }
            return Attribute(key: "otel.scope.\(name)", value: .string(text))
          }
        } ?? []
    }
    details.tags += marks.filter { mark in !details.tags.contains { $0.key == mark.key } }
    return details
  }

  /// Jaeger hands its warnings over as an attribute of its own.
  private static func readAttributes(_ list: JSONCursor, into details: inout SpanDetails) {
    for element in list.elements {
      if let key = element.member("key")?.bytes, "@jaeger@warnings" ~= key, let value = element.member("value") {
        if let values = value.member("arrayValue")?.member("values") {
          details.warnings += values.elements.compactMap { $0.member("stringValue")?.bytes?.string }
        } else if let text = value.member("stringValue")?.bytes?.string {
          details.warnings.append(text)
        }
      } else {
        details.tags.append(attribute(element))
      }
    }
  }

  private static func status(_ status: JSONCursor) -> [Attribute] {
    var marks: [Attribute] = []
    if let code = status.member("code") {
      if isError(code) {
        marks.append(Attribute(key: "otel.status_code", value: .string("ERROR")))
      } else if code.integer == 1 || code.bytes.map({ "STATUS_CODE_OK" ~= $0 }) == true {
        marks.append(Attribute(key: "otel.status_code", value: .string("OK")))
      }
    }
    if let message = status.member("message")?.bytes?.string, !message.isEmpty {
      marks.append(Attribute(key: "otel.status_description", value: .string(message)))
    }
    return marks
  }

  /// A status code as a number or by its name.
  static func isError(_ code: JSONCursor) -> Bool {
    code.integer == 2 || code.bytes.map { "STATUS_CODE_ERROR" ~= $0 } == true
  }

  private static func event(_ event: JSONCursor) -> SpanEvent {
    SpanEvent(
      timestamp: Timestamp(nanoseconds: event.member("timeUnixNano")?.integer ?? 0),
      name: event.member("name")?.bytes?.string ?? "",
      attributes: event.member("attributes")?.elements.map { attribute($0) } ?? [])
  }

  /// `{"key", "value": {"stringValue" | "boolValue" | "intValue" | "doubleValue" | "arrayValue" | "kvlistValue" | "bytesValue"}}`
  static func attribute(_ element: JSONCursor) -> Attribute {
    let content = element.member("value").map { value($0) }
    return Attribute(key: element.member("key")?.bytes?.string ?? "", value: content ?? .string(""))
  }

  private static func value(_ value: JSONCursor) -> AttributeValue {
    for (key, content) in value.members {
      switch key {
      case "stringValue": return .string(content.bytes?.string ?? "")
      case "boolValue": return .bool(content.isTrue)
      case "intValue": return .int(content.integer)
      case "doubleValue":
        // NaN and the infinities come as strings.
        return content.bytes.map { .string($0.string) } ?? .double(content.double)
      case "bytesValue": return .binary(content.bytes?.string ?? "")
      case "arrayValue", "kvlistValue": return .json(tree(value, depth: 0).text)
      default: break
      }
    }
    return .string("")
  }

  /// The plain JSON that an OTLP value stands for. Deeper than 64 levels it is left as it came.
  private static func tree(_ value: JSONCursor, depth: Int) -> JSONTree {
    var members = value.members.makeIterator()
    guard depth < 64, let (key, content) = members.next() else { return value.tree }
    switch key {
    case "arrayValue":
      return .array(content.member("values")?.elements.map { tree($0, depth: depth + 1) } ?? [])
    case "kvlistValue":
      let members = content.member("values")?.elements.map { member in
        (
          key: member.member("key")?.bytes?.string ?? "",
          value: member.member("value").map { tree($0, depth: depth + 1) } ?? .null
        )
      }
      return .object(members ?? [])
    case "intValue": return content.bytes.flatMap { Int64($0.string) }.map(JSONTree.int) ?? content.tree
    default: return content.tree
    }
  }
}

extension SpanKind {
  /// Reads OTLP's kind: 1 to 5, or `SPAN_KIND_SERVER`.
  init?(otlp value: JSONCursor) {
    if let name = value.bytes {
      switch name {
      case "SPAN_KIND_INTERNAL": self = .internal
      case "SPAN_KIND_SERVER": self = .server
      case "SPAN_KIND_CLIENT": self = .client
      case "SPAN_KIND_PRODUCER": self = .producer
      case "SPAN_KIND_CONSUMER": self = .consumer
      default: return nil
      }
      return
    }
    switch value.integer {
    case 1: self = .internal
    case 2: self = .server
    case 3: self = .client
    case 4: self = .producer
    case 5: self = .consumer
    default: return nil
    }
  }
}
