/// The longest retries and runs among a trace's siblings, found in one pass: siblings stand in the order of their starts.
struct RepeatedCalls {
  /// The calls of one operation by one parent, so far.
  private struct Series {
    var last: Int
    var hasFailed: Bool
    var retries: Int
    var calls: Int
    var firstCall: Int
  }
  private struct Caller: Hashable {
    let parent: Int32
    let operation: Int32
  }

  private(set) var retry: TraceBlame.Retry?
  private(set) var run: TraceBlame.Run?

  init(_ trace: Trace, _ tree: TraceTree, _ columns: TraceColumns, _ numbers: [Int32]) {
    var series: [Caller: Series] = [:]
    // The call of the same series before each node.
    var before = [Int32](repeating: -1, count: tree.nodes.count)
    var mostRetries: (node: Int, count: Int)?
    var longestRun: (node: Int, count: Int, time: Int64)?
    for (index, node) in tree.nodes.enumerated() where columns.parent[index] >= 0 {
      let hasError = trace.spans[node.span].hasError
      let caller = Caller(parent: columns.parent[index], operation: numbers[index])
      var state = Series(last: index, hasFailed: hasError, retries: 0, calls: 1, firstCall: index)
      if let old = series[caller], columns.start[index] >= columns.end[old.last] {
        before[index] = Int32(truncatingIfNeeded: old.last)
        if old.hasFailed {
          state.retries = old.retries + 1
        } else {
          state.calls = old.calls + 1
          state.firstCall = old.firstCall
        }
      }
      series[caller] = state
      if state.retries > (mostRetries?.count ?? 0) { mostRetries = (index, state.retries) }
      guard state.calls >= TraceBlame.leastRun else { continue }
      let time = columns.end[index] - columns.start[state.firstCall]
      if time > (longestRun?.time ?? -1) { longestRun = (index, state.calls, time) }
    }
    func chain(_ last: Int, count: Int) -> [Int] {
      var nodes = [last]
      while nodes.count < count, let node = nodes.last, before[node] >= 0 { nodes.append(Int(before[node])) }
      return nodes.reversed()
    }
    if let most = mostRetries {
      retry = TraceBlame.Retry(
        nodes: chain(most.node, count: most.count + 1), hasSucceeded: !trace.spans[tree.nodes[most.node].span].hasError)
    }
    if let longest = longestRun {
      let whole = tree.range.duration.nanoseconds
      run = TraceBlame.Run(
        nodes: chain(longest.node, count: longest.count), time: .nanoseconds(longest.time),
        share: whole > 0 ? Double(longest.time) / Double(whole) : 0)
    }
  }
}
