/// Jaeger's v1 JSON (`internal/uimodel/model.go` in jaegertracing/jaeger).
extension TraceWriter {
  func writeJaeger(_ add: (String) throws -> Void) rethrows {
    try add(#"{"data":[{"traceID":"\#(trace.id.short)","spans":["#)
    for index in trace.spans.indices { try add((index > 0 ? "," : "") + jaegerSpan(at: index).text) }
    let processes = trace.processes.enumerated().map { index, process in
      (
        key: TraceWriter.processID(index),
        value: ["serviceName": .string(process.service), "tags": TraceWriter.tags(process.tags)] as JSONTree
      )
    }
    let warnings = TraceWriter.warnings(trace.warnings)
    try add(#"],"processes":\#(JSONTree.object(processes).text),"warnings":\#(warnings.text)}],"#)
    try add(#""total":0,"limit":0,"offset":0,"errors":null}"#)
  }

  func jaegerSpan(at index: Int) -> JSONTree {
    let span = trace.spans[index]
    let details = trace.details(of: index)
    let references = span.references.map { reference in
      [
        "refType": reference.kind == .childOf ? "CHILD_OF" : "FOLLOWS_FROM",
        "traceID": .string(reference.traceID.short), "spanID": .string(reference.spanID.description),
      ] as JSONTree
    }
    let logs = details.events.map { event in
      var fields = event.attributes.map(TraceWriter.tag)
      if !event.name.isEmpty {
        fields.insert(TraceWriter.tag(Attribute(key: "event", value: .string(event.name))), at: 0)
      }
      return ["timestamp": .int(event.timestamp.microseconds), "fields": .array(fields)] as JSONTree
    }
    var tags = details.tags
    // OTLP has a place of its own for it.
    if let kind = span.kind, !tags.contains(where: { $0.key == "span.kind" }) {
      tags.append(Attribute(key: "span.kind", value: .string(kind.rawValue)))
    }
    var members: [(key: String, value: JSONTree)] = [
      ("traceID", .string(trace.id.short)), ("spanID", .string(span.id.description)),
      ("operationName", .string(span.operation)), ("references", .array(references)),
      ("startTime", .int(span.start.microseconds)), ("duration", .int(span.duration.nanoseconds / 1_000)),
      ("tags", TraceWriter.tags(tags)), ("logs", .array(logs)),
      ("processID", .string(TraceWriter.processID(span.process))),
      ("warnings", TraceWriter.warnings(details.warnings)),
    ]
    if let flags = details.flags { members.insert(("flags", .int(flags)), at: 2) }
    return .object(members)
  }

  private static func processID(_ index: Int) -> String { "p\(index + 1)" }

  private static func warnings(_ texts: [String]) -> JSONTree {
    texts.isEmpty ? .null : .array(texts.map { .string($0) })
  }

  private static func tags(_ attributes: [Attribute]) -> JSONTree { .array(attributes.map(tag)) }

  private static func tag(_ attribute: Attribute) -> JSONTree {
    let type: String
    let value: JSONTree
    switch attribute.value {
    case .string(let text): (type, value) = ("string", .string(text))
    case .bool(let flag): (type, value) = ("bool", .bool(flag))
    // What JavaScript cannot hold is written as Jaeger does: in quotes.
    case .int(let number):
      (type, value) = ("int64", number.magnitude < 1 << 53 ? .int(number) : .string(String(number)))
    case .double(let number): (type, value) = ("float64", .double(number))
    case .binary(let text): (type, value) = ("binary", .string(text))
    case .json(let text): (type, value) = ("string", .raw(text))
    }
    return ["key": .string(attribute.key), "type": .string(type), "value": value]
  }
}
