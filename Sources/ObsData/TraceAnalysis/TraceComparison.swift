/// Two traces side by side, by operation and by call path: what is missing, what is new, and what takes longer or shorter.
public struct TraceComparison: Sendable, Equatable {
  /// What one of the traces has of an operation or a path.
  public struct Side: Sendable, Equatable {
    /// How many spans.
    public var count = 0
    /// How many of them failed.
    public var errorCount = 0
    /// The sum of their durations.
    public var total = Duration.zero
    /// The sum of their self times.
    public var selfTime = Duration.zero
    /// The earliest span, by its index in `TraceTree.nodes`; nil where there is none.
    public var firstNode: Int?
  }

  /// One line of the comparison.
  public struct Row: Sendable, Equatable {
    /// What the second trace has of it in view of the first.
    public enum Kind: String, Sendable { case missing, new, changed, same }

    /// The operation, or the operations of the path from its root on.
    public let path: [OperationIndex.Operation]
    /// What the first and the second trace have.
    public let a, b: Side

    /// What the second trace has of it.
    public var kind: Kind {
      if b.count == 0 { return .missing }
      if a.count == 0 { return .new }
      return a.count == b.count && a.errorCount == b.errorCount && a.selfTime == b.selfTime && a.total == b.total
        ? .same : .changed
    }
    /// How much longer the second trace was busy with it itself; negative where shorter.
    public var difference: Duration { b.selfTime - a.selfTime }
  }

  /// Longer paths are cut at their front: of a chain of 100,000 calls nobody reads the first.
  public static let longestPath = 16

  /// By operation, and by call path; the largest difference of self time first, of equal ones what is missing or new.
  public let operations, paths: [Row]
}

extension TraceComparison {
  /// Compares trace `b` with trace `a`.
  public init(_ a: (trace: Trace, tree: TraceTree), _ b: (trace: Trace, tree: TraceTree)) {
    var index = OperationIndex()
    let first = CallPaths(a.trace, a.tree, index.numbers(of: a.trace, a.tree), SelfTimes(a.trace, a.tree))
    let second = CallPaths(b.trace, b.tree, index.numbers(of: b.trace, b.tree), SelfTimes(b.trace, b.tree))
    operations = TraceComparison.byOperation(first, second, index.operations)
    paths = TraceComparison.byPath(first, second, index.operations)
  }

  private static func byOperation(
    _ first: CallPaths, _ second: CallPaths, _ operations: [OperationIndex.Operation]
  ) -> [Row] {
    func sums(_ paths: CallPaths) -> [Side] {
      var sides = [Side](repeating: Side(), count: operations.count)
      for path in paths.operation.indices {
        let side = paths.side(path)
        let number = Int(paths.operation[path])
        sides[number].count += side.count
        sides[number].errorCount += side.errorCount
        sides[number].total += side.total
        sides[number].selfTime += side.selfTime
        sides[number].firstNode = min(sides[number].firstNode ?? .max, side.firstNode ?? .max)
      }
      return sides
    }
    let (a, b) = (sums(first), sums(second))
    return sorted(operations.indices.map { Row(path: [operations[$0]], a: a[$0], b: b[$0]) })
  }

  /// Goes through the paths of both, parents first, and pairs those that lead from a pair by the same operation.
  private static func byPath(
    _ first: CallPaths, _ second: CallPaths, _ operations: [OperationIndex.Operation]
  ) -> [Row] {
    var partner = [Int](repeating: -2, count: first.operation.count)
    var isPaired = [Bool](repeating: false, count: second.operation.count)
    var rows: [Row] = []
    for path in first.operation.indices {
      let parent = Int(first.parent[path])
      let above = parent < 0 ? -1 : partner[parent]
      if above > -2, let other = second.child(of: above, by: Int(first.operation[path])) {
        partner[path] = other
        isPaired[other] = true
      }
      rows.append(
        Row(
          path: first.names(of: path, operations), a: first.side(path),
          b: partner[path] >= 0 ? second.side(partner[path]) : Side()))
    }
    for path in second.operation.indices where !isPaired[path] {
      rows.append(Row(path: second.names(of: path, operations), a: Side(), b: second.side(path)))
    }
    return sorted(rows)
  }

  private static func sorted(_ rows: [Row]) -> [Row] {
    func rank(_ row: Row) -> (Int64, Int) {
      let isOneSided = row.kind == .missing || row.kind == .new
      let magnitude = Int64(clamping: row.difference.nanoseconds.magnitude)
      return (-magnitude, isOneSided ? 0 : row.kind == .changed ? 1 : 2)
    }
    return rows.sorted { a, b in
      let (first, second) = (rank(a), rank(b))
      return first != second ? first < second : a.path.lexicographicallyPrecedes(b.path)
    }
  }
}

extension CallPaths {
  /// What a path comes to, as one side of a comparison.
  fileprivate func side(_ path: Int) -> TraceComparison.Side {
    TraceComparison.Side(
      count: count[path], errorCount: errorCount[path], total: .nanoseconds(duration[path]),
      selfTime: .nanoseconds(selfTime[path]), firstNode: firstNode[path])
  }

  /// The operations that lead to a path, the last ones where there are many.
  fileprivate func names(of path: Int, _ operations: [OperationIndex.Operation]) -> [OperationIndex.Operation] {
    var names: [OperationIndex.Operation] = []
    var place = path
    while place >= 0, names.count < TraceComparison.longestPath {
      names.append(operations[Int(operation[place])])
      place = Int(parent[place])
    }
    return names.reversed()
  }
}
