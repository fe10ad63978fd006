import ObsData

extension JaegerFace {
  /// A trace in the JSON of Jaeger's UI. A span's process is that of the instance that served it.
  func traceV1(_ trace: WorldTrace) -> JSONTree {
    let request = trace.request
    let id = hexadecimal(request.high) + hexadecimal(request.low)
    var processes: [Int: String] = [:]
    var descriptions: [(key: String, value: JSONTree)] = []
    var spans: [JSONTree] = []
    for (number, span) in trace.spans {
      let service = world.graph.nodes[span.node].service
      let process: String
      if let known = processes[service] {
        process = known
      } else {
        process = "p\(processes.count + 1)"
        processes[service] = process
        descriptions.append(
          (
            process,
            [
              "serviceName": .string(world.graph.services[service]),
              "tags": tagsV1(world.processTags(service: service, request: request)),
            ]
          ))
      }
      spans.append(spanV1(number, span, request: request, id: id, process: process))
    }
    return ["traceID": .string(id), "spans": .array(spans), "processes": .object(descriptions), "warnings": nil]
  }

  private func spanV1(
    _ number: Int, _ span: SimulatedSpan, request: PlayedRequest, id: String, process: String
  ) -> JSONTree {
    let call = world.graph.nodes[span.node].call
    let facts = world.facts(of: number, span, in: request)
    var references: [JSONTree] = []
    if let parent = span.parent {
      references = [
        [
          "refType": "CHILD_OF", "traceID": .string(id),
          "spanID": .string(hexadecimal(world.spanID(high: request.high, span: parent))),
        ]
      ]
    }
    let logs = facts.events.map { event -> JSONTree in
      let fields: [SpanTag] = [("event", .string(event.name))] + event.fields
      return ["timestamp": .int(event.time), "fields": tagsV1(fields)]
    }
    return [
      "traceID": .string(id), "spanID": .string(hexadecimal(world.spanID(high: request.high, span: number))),
      "operationName": .string(call.name), "references": .array(references),
      "startTime": .int(request.start + span.start), "duration": .int(span.duration),
      "tags": tagsV1(facts.tags + facts.modelTags),
      "logs": .array(logs), "processID": .string(process), "warnings": nil,
    ]
  }

  private func tagsV1(_ tags: [SpanTag]) -> JSONTree {
    .array(
      tags.map { tag -> JSONTree in
        let (type, value): (JSONTree, JSONTree) =
          switch tag.value {
          case .string(let text): ("string", .string(text))
          case .int(let number): ("int64", .int(number))
          case .bool(let value): ("bool", .bool(value))
          }
        return ["key": .string(tag.key), "type": type, "value": value]
      })
  }
}
