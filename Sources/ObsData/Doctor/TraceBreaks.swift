/// Where traces do not hang together: spans whose parent is missing though it belongs to another service, and calls to a known
/// service that left no span there.
struct TraceBreaks {
  /// From whom to whom; the caller is nil where nothing in the trace tells it.
  struct Edge: Hashable {
    let caller: String?
    let callee: String
  }

  /// In how many traces an edge is broken.
  private(set) var edges: [Edge: Int] = [:]
  /// How many traces are broken, and of how many.
  private(set) var brokenCount = 0
  let traceCount: Int
  private let services: Set<String>

  /// Looks at traces that have arrived as a whole. `services` are those that Jaeger knows.
  init(_ traces: [Trace], services: [String]) {
    traceCount = traces.count
    self.services = Set(services)
    for trace in traces {
      let broken = brokenEdges(of: trace)
      if !broken.isEmpty { brokenCount += 1 }
      for edge in broken { edges[edge, default: 0] += 1 }
    }
  }

  private func brokenEdges(of trace: Trace) -> Set<Edge> {
    let tree = TraceTree.build(trace)
    var hasChild = Set<Int>()
    for node in tree.nodes {
      guard let parent = node.parent, trace.service(of: tree.nodes[parent].span) != trace.service(of: node.span) else {
        continue
      }
      hasChild.insert(tree.nodes[parent].span)
    }
    // Calls that nobody answered within the trace.
    let calls = trace.spans.indices.filter { index in
      [.client, .producer].contains(trace.spans[index].kind) && !hasChild.contains(index)
    }
    var broken: Set<Edge> = []
    for node in tree.nodes where node.missingParent != nil {
      let span = trace.spans[node.span]
      // A parent within the service, as of an internal span, is lost on the way to the store: no header is to blame.
      guard [.server, .consumer].contains(span.kind) else { continue }
      let service = trace.service(of: node.span)
      let around = calls.filter { index in
        let call = trace.spans[index]
        return trace.service(of: index) != service && call.start <= span.start && span.end <= call.end
      }
      let closest = around.min { trace.spans[$0].duration < trace.spans[$1].duration }
      broken.insert(Edge(caller: closest.map { trace.service(of: $0) }, callee: service))
    }
    for index in calls {
      guard let peer = peer(of: index, in: trace), peer != trace.service(of: index) else { continue }
      broken.insert(Edge(caller: trace.service(of: index), callee: peer))
    }
    return broken
  }

  /// The known service that a call says it goes to.
  private func peer(of index: Int, in trace: Trace) -> String? {
    for tag in trace.details(of: index).tags where ["peer.service", "service.peer.name"].contains(tag.key) {
      if case .string(let name) = tag.value, services.contains(name) { return name }
    }
    return nil
  }

  /// What that comes to. One broken trace in twenty may be a span that was lost on its way.
  var finding: Finding {
    let step = "traces hang together"
    guard brokenCount * 20 > traceCount else {
      let rest = brokenCount == 0 ? "" : ", but for \(brokenCount)"
      return Finding(
        .propagation, .traces, step, .ok,
        "\(traceCount) of the newest traces\(rest) hang together from service to service")
    }
    let worst = edges.sorted {
      ($1.value, $0.key.callee, $0.key.caller ?? "") < ($0.value, $1.key.callee, $1.key.caller ?? "")
    }
    let places = worst.prefix(3).map { "\($0.key.caller ?? "an unknown caller") → \($0.key.callee) (\($0.value))" }
    let first = worst.first?.key
    return Finding(
      .tracesBroken, .traces, step, .warning,
      "\(brokenCount) of \(traceCount) traces (\(Doctor.percent(brokenCount, of: traceCount))) break between services: "
        + places.joined(separator: ", "),
      next:
        "see that \(first?.caller ?? "the caller") sends its spans and the header traceparent to \(first?.callee ?? "the callee"): "
        + "telemetry.propagation alike in both, and every proxy between hands it on")
  }
}
