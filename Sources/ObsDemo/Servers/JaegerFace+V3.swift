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
      return .json(["result": ["resourceSpans": .array(traces.flatMap { world.resourceSpans($0) })]])
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
      return .json(["result": ["resourceSpans": .array(world.resourceSpans(trace))]])
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
}
