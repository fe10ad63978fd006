/// The times of a trace's nodes as columns, and which of them their parents wait for: what every analysis walks over. Nodes are
/// named by their index in `TraceTree.nodes`, where a parent stands before its children and siblings stand by their start.
struct TraceColumns: Sendable {
  /// When each node began and ended, in nanoseconds since the epoch.
  private(set) var start: [Int64] = []
  private(set) var end: [Int64] = []
  /// The node above each node; -1 for a root.
  private(set) var parent: [Int32] = []
  /// Whether the reference to the parent is FOLLOWS_FROM: what followed from a span is no part of its time.
  private(set) var isFollower: [Bool] = []
  /// Whether a parent does not wait for the node: a follower, or a consumer of what its parent produced.
  private(set) var isDetached: [Bool] = []

  init(_ trace: Trace, _ tree: TraceTree) {
    let count = tree.nodes.count
    start.reserveCapacity(count)
    end.reserveCapacity(count)
    parent.reserveCapacity(count)
    isFollower.reserveCapacity(count)
    isDetached.reserveCapacity(count)
    for node in tree.nodes {
      let span = trace.spans[node.span]
      start.append(TraceColumns.bounded(node.start))
      end.append(TraceColumns.bounded(node.start + span.duration))
      guard let above = node.parent else {
        parent.append(-1)
        isFollower.append(false)
        isDetached.append(false)
        continue
      }
      parent.append(Int32(truncatingIfNeeded: above))
      let parentSpan = trace.spans[tree.nodes[above].span]
      let follows = TraceColumns.follows(span, parentSpan.id, in: trace)
      isFollower.append(follows)
      isDetached.append(follows || (parentSpan.kind == .producer && span.kind == .consumer))
    }
  }

  /// Times beyond 146 years before and after the epoch are moved there, so that no difference of two overflows.
  static func bounded(_ time: Timestamp) -> Int64 {
    let limit = Int64.max / 2
    return min(max(time.nanoseconds, -limit), limit)
  }

  static func follows(_ span: Span, _ parent: SpanID, in trace: Trace) -> Bool {
    for place in 0..<span.referenceCount {
      let reference = span.reference(place)
      guard reference.spanID == parent, reference.traceID == trace.id else { continue }
      return reference.kind == .followsFrom
    }
    return false
  }
}
