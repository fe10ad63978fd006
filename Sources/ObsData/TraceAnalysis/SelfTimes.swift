/// How long each span was busy itself: its duration less the time in which a child was running.
///
/// It is jaeger-ui's (`TraceStatistics/tableValues`): the children's times are cut to the parent's and merged where they overlap;
/// what merely followed from a span (FOLLOWS_FROM) takes nothing from it.
///
///     parent |====......=====..|     = its own, 9 of 17
///     a           |...|
///     b             |..|
///     c                      |.....|
public struct SelfTimes: Sendable, Equatable {
  /// By the index in `TraceTree.nodes`, in nanoseconds; never negative.
  public let nanoseconds: [Int64]

  /// The self time of a node.
  public subscript(node: Int) -> Duration { .nanoseconds(nanoseconds[node]) }
}

extension SelfTimes {
  /// Finds them all, in one pass over the nodes.
  public init(_ trace: Trace, _ tree: TraceTree) { self.init(TraceColumns(trace, tree)) }

  /// The self time of one node, without a look at the others: its children are gone through, and nothing else.
  public static func of(_ index: Int, in trace: Trace, _ tree: TraceTree) -> Duration {
    let node = tree.nodes[index]
    let span = trace.spans[node.span]
    let start = TraceColumns.bounded(node.start)
    let end = TraceColumns.bounded(node.start + span.duration)
    var own = max(end - start, 0)
    var counted = start
    var child = index + 1
    while child < node.subtreeEnd {
      let other = tree.nodes[child]
      let called = trace.spans[other.span]
      child = other.subtreeEnd
      guard !TraceColumns.follows(called, span.id, in: trace) else { continue }
      let first = max(TraceColumns.bounded(other.start), counted)
      let childEnd = TraceColumns.bounded(other.start + called.duration)
      let last = min(childEnd, end)
      if last > first { own -= last - first }
      counted = max(childEnd, counted)
    }
    return .nanoseconds(own)
  }

  init(_ columns: TraceColumns) {
    let count = columns.start.count
    var own = [Int64](repeating: 0, count: count)
    // Up to where each span's children have been counted.
    var counted = columns.start
    for node in 0..<count {
      let (start, end) = (columns.start[node], columns.end[node])
      own[node] = max(end - start, 0)
      let parent = Int(columns.parent[node])
      guard parent >= 0, !columns.isFollower[node] else { continue }
      let parentEnd = columns.end[parent]
      // Siblings come by their start, so one that ends within what is counted adds nothing.
      guard start <= parentEnd, end >= counted[parent] else { continue }
      let first = max(start, counted[parent])
      let last = min(end, parentEnd)
      if last > first { own[parent] -= last - first }
      counted[parent] = max(end, counted[parent])
    }
    nanoseconds = own
  }
}
