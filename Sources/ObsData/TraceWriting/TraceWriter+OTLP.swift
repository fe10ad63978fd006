/// OTLP's JSON. What Jaeger says with tags and OTLP has places for goes to these; all other tags stay attributes.
extension TraceWriter {
  /// Spans stand by the process that wrote them: a resource is written once.
  func writeOTLP(_ add: (String) throws -> Void) rethrows {
    var spans: [[Int]] = Array(repeating: [], count: trace.processes.count)
    for (index, span) in trace.spans.enumerated() { spans[span.process].append(index) }
    try add(#"{"resourceSpans":["#)
    var isFirst = true
    for (process, indices) in zip(trace.processes, spans) where !indices.isEmpty {
      var attributes = process.tags.map(TraceWriter.attribute)
      if process.service != TraceProcess.unknownService {
        attributes.insert(
          TraceWriter.attribute(Attribute(key: "service.name", value: .string(process.service))), at: 0)
      }
      try add((isFirst ? "" : ",") + #"{"resource":{"attributes":\#(JSONTree.array(attributes).text)},"#)
      try add(#""scopeSpans":[{"spans":["#)
      for (place, index) in indices.enumerated() { try add((place > 0 ? "," : "") + otlpSpan(at: index).text) }
      try add("]}]}")
      isFirst = false
    }
    try add("]}")
  }

  func otlpSpan(at index: Int) -> JSONTree {
    let span = trace.spans[index]
    let details = trace.details(of: index)
    var places = OTLPPlaces(span: span, tags: details.tags)
    var members: [(key: String, value: JSONTree)] = [
      ("traceId", .string(trace.id.description)), ("spanId", .string(span.id.description)),
    ]
    let parent = span.references.firstIndex { $0.kind == .childOf && $0.traceID == trace.id }
    if let parent { members.append(("parentSpanId", .string(span.references[parent].spanID.description))) }
    if let state = places.take("w3c.tracestate") { members.append(("traceState", .string(state))) }
    members.append(("name", .string(span.operation)))
    members.append(("kind", .int(TraceWriter.number(of: span.kind))))
    members.append(("startTimeUnixNano", .string(String(span.start.nanoseconds))))
    members.append(("endTimeUnixNano", .string(String(span.end.nanoseconds))))
    let status = places.status()
    var attributes = places.rest.map(TraceWriter.attribute)
    if !details.warnings.isEmpty {
      let values = JSONTree.array(details.warnings.map { ["stringValue": .string($0)] })
      attributes.append(["key": "@jaeger@warnings", "value": ["arrayValue": ["values": values]]])
    }
    members.append(("attributes", .array(attributes)))
    let events = details.events.map { event in
      [
        "timeUnixNano": .string(String(event.timestamp.nanoseconds)), "name": .string(event.name),
        "attributes": .array(event.attributes.map(TraceWriter.attribute)),
      ] as JSONTree
    }
    if !events.isEmpty { members.append(("events", .array(events))) }
    let links = span.references.enumerated().filter { $0.offset != parent }.map { TraceWriter.link($0.element) }
    if !links.isEmpty { members.append(("links", .array(links))) }
    if let status { members.append(("status", status)) }
    return .object(members)
  }

  /// A link says by this attribute what it is; without it, it follows from the other span.
  /// https://opentelemetry.io/docs/specs/semconv/registry/attributes/opentracing/
  private static func link(_ reference: SpanReference) -> JSONTree {
    let kind = reference.kind == .childOf ? "child_of" : "follows_from"
    return [
      "traceId": .string(reference.traceID.description), "spanId": .string(reference.spanID.description),
      "attributes": [attribute(Attribute(key: "opentracing.ref_type", value: .string(kind)))],
    ]
  }

  private static func number(of kind: SpanKind?) -> Int64 {
    switch kind {
    case nil: 0
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }

  private static func attribute(_ attribute: Attribute) -> JSONTree {
    ["key": .string(attribute.key), "value": value(attribute.value)]
  }

  private static func value(_ value: AttributeValue) -> JSONTree {
    switch value {
    case .string(let text): ["stringValue": .string(text)]
    case .bool(let flag): ["boolValue": .bool(flag)]
    case .int(let number): ["intValue": .string(String(number))]
    case .double(let number): ["doubleValue": number.isFinite ? .double(number) : .string("\(number)")]
    case .binary(let text): ["bytesValue": .string(text)]
    case .json(let text):
      (try? JSONDocument(parsing: Array(text.utf8))).map { anyValue($0.root, depth: 0) } ?? [
        "stringValue": .string(text)
      ]
    }
  }

  /// A JSON value as OTLP's AnyValue. Deeper than 64 levels it is written as text.
  private static func anyValue(_ value: JSONValue, depth: Int) -> JSONTree {
    guard depth < 64 else { return ["stringValue": .string(value.tree.text)] }
    switch value.kind {
    case .array: return ["arrayValue": ["values": .array(value.elements.map { anyValue($0, depth: depth + 1) })]]
    case .object:
      let members = value.members.map { member in
        ["key": .string(member.0), "value": anyValue(member.1, depth: depth + 1)] as JSONTree
      }
      return ["kvlistValue": ["values": .array(members)]]
    case .string: return ["stringValue": value.tree]
    case .int: return ["intValue": .string(value.tree.text)]
    case .double: return ["doubleValue": value.tree]
    case .bool: return ["boolValue": value.tree]
    case .null: return ["stringValue": "null"]
    }
  }
}

/// The tags that have a place of their own in OTLP, taken out of the others.
private struct OTLPPlaces {
  private(set) var rest: [Attribute]

  init(span: Span, tags: [Attribute]) {
    rest = tags
    // Jaeger's readers make the tag anew of the span's kind.
    if let kind = span.kind, single("span.kind") == kind.rawValue { rest.removeAll { $0.key == "span.kind" } }
  }

  /// The value of a tag that is there once and is a text; then it is no tag any more.
  mutating func take(_ key: String) -> String? {
    guard let text = single(key) else { return nil }
    rest.removeAll { $0.key == key }
    return text
  }

  private func single(_ key: String) -> String? {
    let tags = rest.filter { $0.key == key }
    guard tags.count == 1, case .string(let text) = tags[0].value, !text.isEmpty else { return nil }
    return text
  }

  mutating func status() -> JSONTree? {
    var members: [(key: String, value: JSONTree)] = []
    if let code = single("otel.status_code"), code == "ERROR" || code == "OK" {
      rest.removeAll { $0.key == "otel.status_code" }
      members.append(("code", .int(code == "ERROR" ? 2 : 1)))
    }
    if let message = take("otel.status_description") { members.append(("message", .string(message))) }
    return members.isEmpty ? nil : .object(members)
  }
}
