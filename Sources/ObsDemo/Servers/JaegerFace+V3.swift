import ObsData

extension JaegerFace {
  /// The API of Jaeger 2: proto-JSON, in which a member that has its default value is left out.
  func answerV3(_ request: DemoRequest, now: Timestamp) -> DemoResponse {
    do throws(Refusal) {
      return try foundV3(request, now: now)
    } catch {
      let tree: JSONTree = [
        "error": ["httpCode": .int(Int64(error.status)), "message": .string(error.message)]
      ]
      return .plain(tree.text, status: error.status)
    }
  }

  private func foundV3(_ request: DemoRequest, now: Timestamp) throws(Refusal) -> DemoResponse {
    switch Array(request.path.dropFirst(2)) {
    case ["services"]:
      return .json(["services": .array(world.services.sorted().map { .string($0) })])
    case ["operations"]:
      let kind = request.parameter("spanKind") ?? request.parameter("span_kind")
      let found = operations(of: request.parameter("service") ?? "", kind: kind)
      guard !found.isEmpty else { return .json([:]) }
      return .json([
        "operations": .array(
          found.map { ["name": .string($0.name), "spanKind": .string($0.kind.rawValue)] })
      ])
    case ["traces"]:
      let traces = world.traces(try searchQueryV3(request), now: now)
      guard !traces.isEmpty else { throw Refusal(status: 404, message: "No traces found") }
      return .json(["result": ["resourceSpans": .array(traces.flatMap(resourceSpans))]])
    case ["trace-summaries"]:
      let traces = world.traces(try searchQueryV3(request), now: now)
      return .json(traces.isEmpty ? [:] : ["summaries": .array(traces.map(summary))])
    case let path where path.count == 2 && path[0] == "traces":
      let id: (high: UInt64, low: UInt64)
      do throws(Refusal) {
        id = try JaegerFace.parse(traceID: path[1])
      } catch {
        throw .bad("malformed parameter trace_id: \(error.message)")
      }
      guard let trace = world.trace(high: id.high, low: id.low, now: now) else {
        throw Refusal(status: 404, message: "No traces found")
      }
      return .json(["result": ["resourceSpans": .array(resourceSpans(trace))]])
    default: return .plain("404 page not found", status: 404)
    }
  }

  private func summary(_ trace: WorldTrace) -> JSONTree {
    let request = trace.request
    let there = Set(trace.spans.map(\.number))
    var counts: [String: (spans: Int64, errors: Int64)] = [:]
    var errors: Int64 = 0
    var orphans: Int64 = 0
    for (_, span) in trace.spans {
      let service = world.graph.services[world.graph.nodes[span.node].service]
      counts[service, default: (0, 0)].spans += 1
      if span.failed {
        errors += 1
        counts[service, default: (0, 0)].errors += 1
      }
      if let parent = span.parent, !there.contains(parent) { orphans += 1 }
    }
    var members: [(key: String, value: JSONTree)] = [
      ("traceId", .string(hexadecimal(request.high) + hexadecimal(request.low)))
    ]
    if let root = trace.spans.first(where: { $0.span.parent == nil }) {
      let node = world.graph.nodes[root.span.node]
      members.append(("rootServiceName", .string(node.call.service)))
      members.append(("rootOperationName", .string(node.call.name)))
    }
    members.append(("minStartTimeUnixNano", .string("\(trace.start)000")))
    members.append(("maxEndTimeUnixNano", .string("\(trace.end)000")))
    members.append(("spanCount", .int(Int64(trace.spans.count))))
    if errors > 0 { members.append(("errorSpanCount", .int(errors))) }
    if orphans > 0 { members.append(("orphanSpanCount", .int(orphans))) }
    let services = counts.sorted { $0.key < $1.key }.map { name, count -> JSONTree in
      var members: [(key: String, value: JSONTree)] = [("name", .string(name)), ("spanCount", .int(count.spans))]
      if count.errors > 0 { members.append(("errorSpanCount", .int(count.errors))) }
      return .object(members)
    }
    members.append(("services", .array(services)))
    return .object(members)
  }

  /// A trace as OTLP: one resource for each service.
  private func resourceSpans(_ trace: WorldTrace) -> [JSONTree] {
    let request = trace.request
    var order: [Int] = []
    var spans: [Int: [JSONTree]] = [:]
    var scopes: [Int: (name: String, version: String)] = [:]
    for (number, span) in trace.spans {
      let service = world.graph.nodes[span.node].service
      let facts = world.facts(of: number, span, in: request)
      if spans[service] == nil { order.append(service) }
      scopes[service] = facts.scope
      spans[service, default: []].append(spanV3(number, span, facts: facts, request: request))
    }
    return order.map { service in
      let tags: [SpanTag] =
        [("service.name", .string(world.graph.services[service]))]
        + world.processTags(service: service, request: request)
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

  private func spanV3(_ number: Int, _ span: SimulatedSpan, facts: SpanFacts, request: PlayedRequest) -> JSONTree {
    let call = world.graph.nodes[span.node].call
    let start = request.start + span.start
    var members: [(key: String, value: JSONTree)] = [
      ("traceId", .string(hexadecimal(request.high) + hexadecimal(request.low))),
      ("spanId", .string(hexadecimal(world.spanID(high: request.high, span: number)))),
    ]
    if let parent = span.parent {
      members.append(("parentSpanId", .string(hexadecimal(world.spanID(high: request.high, span: parent)))))
    }
    members.append(("name", .string(call.name)))
    members.append(("kind", .int(call.kind.number)))
    members.append(("startTimeUnixNano", .string("\(start)000")))
    members.append(("endTimeUnixNano", .string("\(start + span.duration)000")))
    members.append(("attributes", attributes(facts.tags)))
    if !facts.events.isEmpty {
      members.append(
        (
          "events",
          .array(
            facts.events.map { event -> JSONTree in
              [
                "timeUnixNano": .string("\(event.time)000"), "name": .string(event.name),
                "attributes": attributes(event.fields),
              ]
            })
        ))
    }
    members.append(
      (
        "status",
        facts.isFailed ? ["message": .string(facts.statusMessage ?? ""), "code": 2] : [:]
      ))
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
