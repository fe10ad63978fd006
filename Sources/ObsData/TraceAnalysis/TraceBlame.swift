/// What stands out in a trace, as facts: what took the time and what failed. Each clause has a rule, told at its case; where no rule
/// finds anything there are no clauses. Spans are named by their index in `TraceTree.nodes`.
public struct TraceBlame: Sendable, Equatable {
  /// Who holds the critical path.
  public struct Holder: Sendable, Equatable {
    /// One span, or all spans of one operation on the path.
    public let nodes: [Int]
    /// Their time on the path.
    public let time: Duration
    /// Its share of the root's duration, 0 to 1.
    public let share: Double
  }

  /// What went on behind the end of the critical path's root: work that nobody waited for.
  public struct Aftermath: Sendable, Equatable {
    /// The span that ended last; of several the deepest.
    public let node: Int
    /// From the root's end to the span's.
    public let start, end: Timestamp
    /// Its share of the trace's duration, 0 to 1.
    public let share: Double

    /// How long it is.
    public var duration: Duration { end - start }
  }

  /// A span that failed.
  public struct Failure: Sendable, Equatable {
    /// The span.
    public let node: Int
    /// When it ended, from the trace's start: by then it had failed.
    public let at: Duration
    /// How deep it stands; 0 for a root.
    public let depth: Int
    /// How many spans of the trace failed.
    public let errorCount: Int
  }

  /// A call that was tried again.
  public struct Retry: Sendable, Equatable {
    /// The attempts in their order, the first one included.
    public let nodes: [Int]
    /// Whether the last one did not fail.
    public let hasSucceeded: Bool

    /// How often it was tried again.
    public var count: Int { nodes.count - 1 }
  }

  /// One operation called again and again.
  public struct Run: Sendable, Equatable {
    /// The calls in their order.
    public let nodes: [Int]
    /// From the first one's start to the last one's end.
    public let time: Duration
    /// Its share of the trace's duration, 0 to 1.
    public let share: Double
  }

  /// A stretch of time that no span explains.
  public struct Gap: Sendable, Equatable {
    /// The span that was waiting or working by itself; nil where no span at all was running.
    public let node: Int?
    /// From when to when.
    public let start, end: Timestamp
    /// The children that ended and began at its ends; nil where the span itself did.
    public let after, before: Int?
    /// Its share of the trace's duration, 0 to 1.
    public let share: Double

    /// How long it is.
    public var duration: Duration { end - start }
  }

  /// One thing that stands out.
  public enum Clause: Sendable, Equatable {
    /// The span with the most time on the critical path, where that is a third of the root's duration or more; else all spans of
    /// the operation of which that is true. A path that is one span only does not stand out.
    case criticalPath(Holder)
    /// What spans below the critical path's root went on with behind its end, where that is a third of the trace's duration or more.
    case aftermath(Aftermath)
    /// The failed span that ended first: a failure rises from the callee to its callers, and a caller ends behind its callee. Of
    /// several that ended together it is the deepest, of those the earliest in the tree.
    case firstError(Failure, isDeepest: Bool)
    /// The failed span that stands deepest, where that is another one. Of several it is the one that ended first.
    case deepestError(Failure)
    /// The longest series of calls of one operation by one parent in which each began when the one before it had ended with an
    /// error.
    case retries(Retry)
    /// The longest-lasting series of five or more calls of one operation by one parent, each begun when the one before it had ended
    /// well: what a single call for all of them would save (N+1).
    case run(Run)
    /// The widest stretch of the critical path that is a span's own although it has children, or during which no span at all was
    /// running, where that is a tenth of the trace's duration or more.
    case gap(Gap)
  }

  /// The least share of the critical path that stands out, and of the trace behind its end.
  public static let leastShare = 1.0 / 3
  /// The least number of calls that are a run.
  public static let leastRun = 5
  /// The least share of a gap.
  public static let leastGap = 0.1

  /// What stands out, in the order of the cases.
  public let clauses: [Clause]
}

extension TraceBlame {
  /// Looks a trace over.
  public init(_ trace: Trace, _ tree: TraceTree) {
    var index = OperationIndex()
    let numbers = index.numbers(of: trace, tree)
    let columns = TraceColumns(trace, tree)
    self.init(trace, tree, columns, numbers, CriticalPath(tree, columns))
  }

  init(_ trace: Trace, _ tree: TraceTree, _ columns: TraceColumns, _ numbers: [Int32], _ path: CriticalPath) {
    var clauses: [Clause] = []
    if let holder = TraceBlame.holder(of: path, numbers) { clauses.append(.criticalPath(holder)) }
    if let aftermath = TraceBlame.aftermath(tree, columns, path) { clauses.append(.aftermath(aftermath)) }
    clauses += TraceBlame.failures(trace, tree, columns)
    let calls = RepeatedCalls(trace, tree, columns, numbers)
    if let retry = calls.retry { clauses.append(.retries(retry)) }
    if let run = calls.run { clauses.append(.run(run)) }
    if let gap = TraceBlame.gap(tree, columns, path) { clauses.append(.gap(gap)) }
    self.clauses = clauses
  }

  private static func holder(of path: CriticalPath, _ numbers: [Int32]) -> Holder? {
    let times = path.times
    guard times.count > 1, let most = times.first else { return nil }
    if path.share(of: most.duration) >= leastShare {
      return Holder(nodes: [most.node], time: most.duration, share: path.share(of: most.duration))
    }
    var sums: [Int32: Int64] = [:]
    for (node, time) in times { sums[numbers[node], default: 0] += time.nanoseconds }
    guard let best = sums.max(by: { $0.value != $1.value ? $0.value < $1.value : $0.key > $1.key }) else { return nil }
    let share = path.share(of: .nanoseconds(best.value))
    guard share >= leastShare else { return nil }
    let nodes = times.map(\.node).filter { numbers[$0] == best.key }.sorted()
    return Holder(nodes: nodes, time: .nanoseconds(best.value), share: share)
  }

  private static func aftermath(_ tree: TraceTree, _ columns: TraceColumns, _ path: CriticalPath) -> Aftermath? {
    let whole = tree.range.duration.nanoseconds
    guard whole > 0, let root = path.root else { return nil }
    var last = root
    for node in root..<tree.nodes[root].subtreeEnd {
      let order = (columns.end[node], tree.nodes[node].depth)
      if order > (columns.end[last], tree.nodes[last].depth) { last = node }
    }
    let share = Double(columns.end[last] - columns.end[root]) / Double(whole)
    guard share >= leastShare else { return nil }
    return Aftermath(
      node: last, start: Timestamp(nanoseconds: columns.end[root]), end: Timestamp(nanoseconds: columns.end[last]),
      share: share)
  }

  private static func failures(_ trace: Trace, _ tree: TraceTree, _ columns: TraceColumns) -> [Clause] {
    var first: Int?
    var deepest: Int?
    for (index, node) in tree.nodes.enumerated() where trace.spans[node.span].hasError {
      let order = (columns.end[index], -node.depth)
      if first.map({ order < (columns.end[$0], -tree.nodes[$0].depth) }) ?? true { first = index }
      let depthOrder = (-node.depth, columns.end[index])
      if deepest.map({ depthOrder < (-tree.nodes[$0].depth, columns.end[$0]) }) ?? true { deepest = index }
    }
    guard let first, let deepest else { return [] }
    func failure(_ node: Int) -> Failure {
      Failure(
        node: node, at: Timestamp(nanoseconds: columns.end[node]) - tree.range.start, depth: tree.nodes[node].depth,
        errorCount: tree.errorCount)
    }
    // Where the first one stands as deep as any, another one of that depth tells nothing more.
    let isDeepest = tree.nodes[first].depth == tree.nodes[deepest].depth
    let clause = Clause.firstError(failure(first), isDeepest: isDeepest)
    return isDeepest ? [clause] : [clause, .deepestError(failure(deepest))]
  }

  private static func gap(_ tree: TraceTree, _ columns: TraceColumns, _ path: CriticalPath) -> Gap? {
    let whole = tree.range.duration.nanoseconds
    guard whole > 0 else { return nil }
    var widest: (node: Int?, start: Int64, end: Int64, section: Int)?
    func consider(_ node: Int?, _ start: Int64, _ end: Int64, section: Int) {
      if end - start > (widest.map { $0.end - $0.start } ?? 0) { widest = (node, start, end, section) }
    }
    for (number, section) in path.sections.enumerated()
    where tree.nodes[section.node].descendantCount(at: section.node) > 0 {
      consider(section.node, section.start.nanoseconds, section.end.nanoseconds, section: number)
    }
    for hole in holes(tree, columns) { consider(nil, hole.start, hole.end, section: -1) }
    guard let widest, Double(widest.end - widest.start) / Double(whole) >= leastGap else { return nil }
    func child(at section: Int) -> Int? {
      guard let owner = widest.node, path.sections.indices.contains(section) else { return nil }
      var node: Int? = path.sections[section].node
      while let below = node, tree.nodes[below].parent != owner { node = tree.nodes[below].parent }
      return node
    }
    return Gap(
      node: widest.node, start: Timestamp(nanoseconds: widest.start), end: Timestamp(nanoseconds: widest.end),
      after: child(at: widest.section - 1), before: child(at: widest.section + 1),
      share: Double(widest.end - widest.start) / Double(whole))
  }

  /// The stretches of the trace's range in which no span was running. Where one root covers the range there are none.
  private static func holes(_ tree: TraceTree, _ columns: TraceColumns) -> [(start: Int64, end: Int64)] {
    let range = (tree.range.start.nanoseconds, tree.range.end.nanoseconds)
    guard !tree.nodes.isEmpty, (columns.start[0], columns.end[0]) != range else { return [] }
    var order = Array(columns.start.indices)
    order.sort { columns.start[$0] < columns.start[$1] }
    var holes: [(start: Int64, end: Int64)] = []
    var covered = range.0
    // What has no time at all stands at the epoch and covers nothing.
    for node in order where columns.start[node] != 0 {
      if columns.start[node] > covered { holes.append((covered, columns.start[node])) }
      covered = max(covered, columns.end[node])
    }
    return holes
  }
}
