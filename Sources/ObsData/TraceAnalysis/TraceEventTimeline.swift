/// The events of all spans of a trace as one log, in the order of time.
public struct TraceEventTimeline: Sendable, Equatable {
  /// An event and the span that logged it.
  public struct Entry: Sendable, Equatable {
    /// The event.
    public let event: SpanEvent
    /// The span's index in `TraceTree.nodes`.
    public let node: Int
  }

  /// More than these are not held.
  public static let capacity = 100_000

  /// The events, the earliest first; those of one instant in the order of the tree.
  public let entries: [Entry]
  /// How many events there are beyond those held: the latest in the order of the tree.
  public let droppedCount: Int
}

extension TraceEventTimeline {
  /// Collects the events of a trace. Every span's details are decoded for it: not for the main thread. `isWanted` is asked from
  /// time to time; nil where it says no.
  public init?(_ trace: Trace, _ tree: TraceTree, isWanted: () -> Bool = { true }) {
    var found: [Entry] = []
    var dropped = 0
    for (index, node) in tree.nodes.enumerated() {
      if index % 1_024 == 0, !isWanted() { return nil }
      for event in trace.details(of: node.span).events {
        if found.count < TraceEventTimeline.capacity {
          found.append(Entry(event: event, node: index))
        } else {
          dropped += 1
        }
      }
    }
    // Swift's sort is not promised to be stable: the place decides between events of one instant.
    entries = found.indices.sorted {
      let (a, b) = (found[$0].event.timestamp, found[$1].event.timestamp)
      return a != b ? a < b : $0 < $1
    }.map { found[$0] }
    droppedCount = dropped
  }
}
