/// Decodes what a span of Zipkin's carries beyond what every view needs. Endpoints become the tags that Jaeger makes of them.
enum ZipkinDetails {
  /// Tags, annotations and the other side's endpoint of a span object.
  static func details(of span: JSONCursor) -> SpanDetails {
    var details = SpanDetails()
    for (key, value) in span.members {
      switch key {
      case "tags":
        details.tags = value.members.map { Attribute(key: $0.key.string, value: text($0.value)) } + details.tags
      case "annotations": details.events = value.elements.map(event)
      case "remoteEndpoint": details.tags += addresses(value, prefix: "peer.")
      default: break
      }
    }
    return details
  }

  /// The service of an endpoint, and where it ran.
  static func process(_ endpoint: JSONCursor?) -> TraceProcess {
    guard let endpoint else { return TraceProcess(service: TraceProcess.unknownService) }
    let service = endpoint.member("serviceName")?.bytes?.string ?? ""
    return TraceProcess(
      service: service.isEmpty ? TraceProcess.unknownService : service,
      tags: addresses(endpoint, prefix: "").filter { $0.key != "service" })
  }

  private static func event(_ annotation: JSONCursor) -> SpanEvent {
    SpanEvent(
      timestamp: Timestamp(microseconds: annotation.member("timestamp")?.integer ?? 0),
      name: annotation.member("value")?.bytes?.string ?? "", attributes: [])
  }

  private static func addresses(_ endpoint: JSONCursor, prefix: String) -> [Attribute] {
    endpoint.members.compactMap { key, value in
      switch key {
      case "serviceName": Attribute(key: prefix + "service", value: text(value))
      case "ipv4", "ipv6", "port": Attribute(key: prefix + key.string, value: text(value))
      default: nil
      }
    }
  }

  /// Zipkin's values are strings; what some writers put there instead is kept as it is.
  private static func text(_ value: JSONCursor) -> AttributeValue {
    switch value.kind {
    case .string: .string(value.bytes?.string ?? "")
    case .bool: .bool(value.isTrue)
    case .int: value.exactInteger.map(AttributeValue.int) ?? .json(value.tree.text)
    case .double: .double(value.double)
    case .null, .array, .object: .json(value.tree.text)
    }
  }
}

extension SpanKind {
  /// Reads Zipkin's kind: `CLIENT`, `SERVER`, `PRODUCER`, `CONSUMER`.
  init?(zipkin bytes: JSONBytes) {
    switch bytes {
    case "CLIENT": self = .client
    case "SERVER": self = .server
    case "PRODUCER": self = .producer
    case "CONSUMER": self = .consumer
    default: return nil
    }
  }
}
