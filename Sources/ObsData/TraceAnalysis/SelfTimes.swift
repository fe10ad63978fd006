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
