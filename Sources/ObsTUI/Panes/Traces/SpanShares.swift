import ObsData

/// What part of a span's time is its own, and what part of the trace's time is the span's.
struct SpanShares: Equatable, Sendable {
  let duration: Duration
  /// The time in which none of the span's children was under way, as jaeger-ui counts it: children are clipped to the span, and
  /// what overlaps counts once.
  let selfTime: Duration
  private let whole: Duration

  init(of index: Int, trace: Trace, tree: TraceTree) {
    let node = tree.nodes[index]
    let start = node.start
    let end = start + trace.spans[node.span].duration
    duration = end - start
    whole = tree.range.duration
    var covered = Duration.zero
    var reached = start
    var child = index + 1
    // Children come by their start.
    while child < node.subtreeEnd {
      let first = max(tree.nodes[child].start, reached)
      let last = min(tree.nodes[child].start + trace.spans[tree.nodes[child].span].duration, end)
      if last > first {
        covered += last - first
        reached = last
      }
      child = tree.nodes[child].subtreeEnd
    }
    selfTime = max(duration - covered, .zero)
  }

  /// The share of the trace's time, 0 to 1; nil where the trace took none.
  var ofTrace: Double? { whole > .zero ? duration.seconds / whole.seconds : nil }
  /// The self time's share of the span, 0 to 1.
  var ofSpan: Double { duration > .zero ? selfTime.seconds / duration.seconds : 1 }
}
