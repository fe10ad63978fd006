import ObsData

/// Traces as OpenTelemetry writes them in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): for Jaeger's
/// API v3, and to be sent to a real collector.
extension World {
  /// A trace as OTLP's `resourceSpans`: one resource for each service. `flags` are those of W3C's trace context; nil leaves
  /// them out, as Jaeger does.
  func resourceSpans(_ trace: WorldTrace, flags: Int64? = nil) -> [JSONTree] {
    let request = trace.request
    var order: [Int] = []
    var spans: [Int: [JSONTree]] = [:]
    var scopes: [Int: (name: String, version: String)] = [:]
    for (number, span) in trace.spans {
      let service = graph.nodes[span.node].service
      let facts = facts(of: number, span, in: request)
      if spans[service] == nil { order.append(service) }
      scopes[service] = facts.scope
      spans[service, default: []].append(otlpSpan(number, span, facts: facts, request: request, flags: flags))
    }
    return order.map { service in
      let tags: [SpanTag] =
        [("service.name", .string(graph.services[service]))] + processTags(service: service, request: request)
      return [
        "resource": ["attributes": attributes(tags)],
        "scopeSpans": [
          [
            "scope": [
              "name": .string(scopes[service]?.name ?? ""), "version": .string(scopes[service]?.version ?? ""),
            ], "spans": .array(spans[service] ?? []),
          ]
        ],
      ]
    }
  }

  private func otlpSpan(
    _ number: Int, _ span: SimulatedSpan, facts: SpanFacts, request: PlayedRequest, flags: Int64?
  ) -> JSONTree {
    let call = graph.nodes[span.node].call
    let start = request.start + span.start
    var members: [(key: String, value: JSONTree)] = [
      ("traceId", .string(hexadecimal(request.high) + hexadecimal(request.low))),
      ("spanId", .string(hexadecimal(spanID(high: request.high, span: number)))),
    ]
    if let parent = span.parent {
      members.append(("parentSpanId", .string(hexadecimal(spanID(high: request.high, span: parent)))))
    }
    if let flags { members.append(("flags", .int(flags))) }
    members.append(("name", .string(call.name)))
    members.append(("kind", .int(call.kind.number)))
    members.append(("startTimeUnixNano", .string("\(start)000")))
    members.append(("endTimeUnixNano", .string("\(start + span.duration)000")))
    members.append(("attributes", attributes(facts.tags)))
    if !facts.events.isEmpty {
      let events = facts.events.map { event -> JSONTree in
        [
          "timeUnixNano": .string("\(event.time)000"), "name": .string(event.name),
          "attributes": attributes(event.fields),
        ]
      }
      members.append(("events", .array(events)))
    }
    members.append(("status", facts.isFailed ? ["message": .string(facts.statusMessage ?? ""), "code": 2] : [:]))
    return .object(members)
  }

  private func attributes(_ tags: [SpanTag]) -> JSONTree {
    .array(
      tags.map { tag -> JSONTree in
        let value: JSONTree =
          switch tag.value {
          case .string(let text): ["stringValue": .string(text)]
          case .int(let number): ["intValue": .string(String(number))]
          case .bool(let value): ["boolValue": .bool(value)]
          }
        return ["key": .string(tag.key), "value": value]
      })
  }
}
