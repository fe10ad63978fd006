extension TraceSummary {
  /// Sums a whole trace up, for stores that do not do it themselves. The root is the earliest one whose parent is not missing.
  public init(_ trace: Trace, _ tree: TraceTree) {
    var counts: [(spans: Int, errors: Int)] = Array(repeating: (0, 0), count: trace.processes.count)
    for span in trace.spans {
      counts[span.process].spans += 1
      if span.hasError { counts[span.process].errors += 1 }
    }
    var byName: [String: (spans: Int, errors: Int)] = [:]
    for (process, count) in zip(trace.processes, counts) where count.spans > 0 {
      byName[process.service, default: (0, 0)].spans += count.spans
      byName[process.service, default: (0, 0)].errors += count.errors
    }
    let root = tree.root.map { tree.nodes[$0].span }
    self.init(
      id: trace.id, rootService: root.map { trace.service(of: $0) },
      rootOperation: root.map { trace.spans[$0].operation },
      start: tree.range.start, duration: tree.range.duration, spanCount: trace.spans.count, errorCount: tree.errorCount,
      orphanCount: tree.orphanCount,
      services: byName.sorted { $0.key < $1.key }
        .map { Service(name: $0.key, spanCount: $0.value.spans, errorCount: $0.value.errors) })
  }
}

extension TraceTree {
  /// Index in `nodes` of the earliest root whose parent is not missing; nil while none has arrived.
  public var root: Int? {
    var index = 0
    while index < nodes.count {
      if nodes[index].missingParent == nil { return index }
      index = nodes[index].subtreeEnd
    }
    return nil
  }
}
