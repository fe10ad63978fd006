/// What every view of a trace's analysis starts from, computed together: one reading of the names and times serves all.
public struct TraceAnalysis: Sendable, Equatable {
  /// What the trace's duration hangs on.
  public let criticalPath: CriticalPath
  /// How long each span was busy itself.
  public let selfTimes: SelfTimes
  /// By operation and by service.
  public let statistics: OperationStatistics
  /// What stands out.
  public let blame: TraceBlame
  /// The self time by call path.
  public let flameGraph: FlameGraph

  /// Analyses a trace: O(n log n) for n spans, without recursion. Of a large trace it takes more than a frame: not for the main
  /// thread.
  public init(_ trace: Trace, _ tree: TraceTree) {
    let columns = TraceColumns(trace, tree)
    var index = OperationIndex()
    let numbers = index.numbers(of: trace, tree)
    selfTimes = SelfTimes(columns)
    criticalPath = CriticalPath(tree, columns)
    statistics = OperationStatistics(trace, tree, index, numbers, selfTimes)
    blame = TraceBlame(trace, tree, columns, numbers, criticalPath)
    flameGraph = FlameGraph(CallPaths(trace, tree, numbers, selfTimes), operations: index.operations)
  }
}
