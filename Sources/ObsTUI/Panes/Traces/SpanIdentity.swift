import ObsData

/// What tells a span from another when a trace is asked for again and holds more: its identifier, and its rank among the spans
/// that share it.
struct SpanIdentity: Hashable, Sendable {
  let id: SpanID
  let rank: Int

  /// The identities of some nodes, by node.
  static func identities(of nodes: NodeSet, trace: Trace, tree: TraceTree) -> [Int: SpanIdentity] {
    let valid = nodes.filter(tree.nodes.indices.contains)
    guard !valid.isEmpty else { return [:] }
    if tree.duplicateCount == 0 {
      let pairs = valid.map { ($0, SpanIdentity(id: trace.spans[tree.nodes[$0].span].id, rank: 0)) }
      return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
    var found: [Int: SpanIdentity] = [:]
    var seen: [SpanID: Int] = [:]
    for (index, node) in tree.nodes.enumerated() {
      let id = trace.spans[node.span].id
      let rank = seen[id, default: 0]
      seen[id] = rank + 1
      if nodes.contains(index) { found[index] = SpanIdentity(id: id, rank: rank) }
    }
    return found
  }

  /// Where spans stand in a tree.
  static func nodes(of identities: Set<SpanIdentity>, trace: Trace, tree: TraceTree) -> [SpanIdentity: Int] {
    guard !identities.isEmpty else { return [:] }
    let wanted = Set(identities.map(\.id))
    var found: [SpanIdentity: Int] = [:]
    var seen: [SpanID: Int] = [:]
    for (index, node) in tree.nodes.enumerated() {
      let id = trace.spans[node.span].id
      guard wanted.contains(id) else { continue }
      let identity = SpanIdentity(id: id, rank: seen[id, default: 0])
      seen[id] = identity.rank + 1
      if identities.contains(identity) { found[identity] = index }
    }
    return found
  }

  /// The nodes whose spans an earlier state of the trace did not hold, by their identifiers.
  static func newcomers(in trace: Trace, tree: TraceTree, since old: Trace) -> NodeSet {
    let known = Set(old.spans.lazy.map(\.id))
    return NodeSet(tree.nodes.indices.lazy.filter { !known.contains(trace.spans[tree.nodes[$0].span].id) })
  }
}
