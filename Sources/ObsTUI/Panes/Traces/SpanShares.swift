import ObsData

/// What part of a span's time is its own, and what part of the trace's time is the span's.
struct SpanShares: Equatable, Sendable {
  let duration: Duration
  /// The time in which none of the span's children was under way, as the self-time table has it.
  let selfTime: Duration
  private let whole: Duration

  init(of index: Int, trace: Trace, tree: TraceTree) {
    duration = trace.spans[tree.nodes[index].span].duration
    whole = tree.range.duration
    selfTime = SelfTimes.of(index, in: trace, tree)
  }

  /// The share of the trace's time, 0 to 1; nil where the trace took none.
  var ofTrace: Double? { whole > .zero ? duration.seconds / whole.seconds : nil }
  /// The self time's share of the span, 0 to 1.
  var ofSpan: Double { duration > .zero ? selfTime.seconds / duration.seconds : 1 }
}
