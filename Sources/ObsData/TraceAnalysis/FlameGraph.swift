/// A trace's self time by call path: spans of one operation that were called by the same path are one frame. A frame is as wide as
/// its own self time and that of all frames below it, so that widths add up whatever ran at the same time.
public struct FlameGraph: Sendable, Equatable {
  /// One frame: an operation on its path.
  public struct Frame: Sendable, Equatable {
    /// Number of the operation in `operations`.
    public let operation: Int
    /// Index of the frame above; nil for one of the roots.
    public let parent: Int?
    /// 0 for a root.
    public let depth: Int
    /// How many spans were merged.
    public let count: Int
    /// How many of them failed.
    public let errorCount: Int
    /// The spans' own time, and that of the frames below added.
    public let selfTime, total: Duration
    /// Where it begins, as the sum of what stands before it: below its parent, the largest first, the parent's own time last.
    public let offset: Duration
    /// Index of the first frame behind this one's subtree.
    public let subtreeEnd: Int
    /// The earliest of the spans, by its index in `TraceTree.nodes`.
    public let firstNode: Int
  }

  /// The frames, depth first; siblings with the greatest total first.
  public let frames: [Frame]
  /// The operations that frames name by number.
  public let operations: [OperationIndex.Operation]
  /// The self time of all spans.
  public let total: Duration
}

extension FlameGraph {
  /// Merges a trace's spans. Takes one pass, and a sort of the siblings; does not recurse.
  public init(_ trace: Trace, _ tree: TraceTree) {
    var index = OperationIndex()
    let numbers = index.numbers(of: trace, tree)
    self.init(CallPaths(trace, tree, numbers, SelfTimes(trace, tree)), operations: index.operations)
  }

  init(_ paths: CallPaths, operations: [OperationIndex.Operation]) {
    let count = paths.operation.count
    var totals = paths.selfTime
    for path in stride(from: count - 1, through: 0, by: -1) where paths.parent[path] >= 0 {
      let parent = Int(paths.parent[path])
      totals[parent] = totals[parent].saturatingAdd(totals[path])
    }
    // Children as lists through two columns, the greatest first.
    var order = Array(0..<count)
    order.sort { totals[$0] != totals[$1] ? totals[$0] < totals[$1] : $0 > $1 }
    var first = [Int](repeating: -1, count: count + 1)
    var next = [Int](repeating: -1, count: count)
    for path in order {
      let parent = paths.parent[path] < 0 ? count : Int(paths.parent[path])
      next[path] = first[parent]
      first[parent] = path
    }
    var sequence: [(path: Int, parent: Int, depth: Int)] = []
    sequence.reserveCapacity(count)
    var open: [(path: Int, parent: Int, depth: Int)] = []
    if first[count] >= 0 { open.append((first[count], -1, 0)) }
    while let place = open.popLast() {
      let number = sequence.count
      sequence.append(place)
      if next[place.path] >= 0 { open.append((next[place.path], place.parent, place.depth)) }
      if first[place.path] >= 0 { open.append((first[place.path], number, place.depth + 1)) }
    }
    var ends = Array(1..<sequence.count + 1)
    for number in stride(from: sequence.count - 1, through: 0, by: -1) where sequence[number].parent >= 0 {
      let parent = sequence[number].parent
      ends[parent] = max(ends[parent], ends[number])
    }
    var offsets = [Int64](repeating: 0, count: sequence.count)
    var taken = offsets
    var takenByRoots: Int64 = 0
    for (number, place) in sequence.enumerated() {
      if place.parent < 0 {
        offsets[number] = takenByRoots
        takenByRoots = takenByRoots.saturatingAdd(totals[place.path])
      } else {
        offsets[number] = offsets[place.parent].saturatingAdd(taken[place.parent])
        taken[place.parent] = taken[place.parent].saturatingAdd(totals[place.path])
      }
    }
    self.operations = operations
    frames = sequence.enumerated().map { number, place in
      Frame(
        operation: Int(paths.operation[place.path]), parent: place.parent < 0 ? nil : place.parent, depth: place.depth,
        count: paths.count[place.path], errorCount: paths.errorCount[place.path],
        selfTime: .nanoseconds(paths.selfTime[place.path]), total: .nanoseconds(totals[place.path]),
        offset: .nanoseconds(offsets[number]),
        subtreeEnd: ends[number], firstNode: paths.firstNode[place.path])
    }
    total = .nanoseconds(paths.selfTime.reduce(Int64(0)) { $0.saturatingAdd($1) })
  }
}

/// The call paths of a trace: nodes merged where operation and path are the same. A parent stands before its children.
struct CallPaths: Sendable {
  private struct Step: Hashable {
    let parent: Int32
    let operation: Int32
  }

  private(set) var operation: [Int32] = []
  /// -1 for a root.
  private(set) var parent: [Int32] = []
  private(set) var count: [Int] = []
  private(set) var errorCount: [Int] = []
  /// Sums in nanoseconds.
  private(set) var selfTime: [Int64] = []
  private(set) var duration: [Int64] = []
  private(set) var firstNode: [Int] = []
  private var known: [Step: Int32] = [:]

  init(_ trace: Trace, _ tree: TraceTree, _ numbers: [Int32], _ selfTimes: SelfTimes) {
    var pathOfNode = [Int32](repeating: -1, count: tree.nodes.count)
    for (index, node) in tree.nodes.enumerated() {
      let step = Step(parent: node.parent.map { pathOfNode[$0] } ?? -1, operation: numbers[index])
      let path = Int(number(of: step, node: index))
      pathOfNode[index] = Int32(truncatingIfNeeded: path)
      let span = trace.spans[node.span]
      count[path] += 1
      if span.hasError { errorCount[path] += 1 }
      selfTime[path] = selfTime[path].saturatingAdd(selfTimes.nanoseconds[index])
      duration[path] = duration[path].saturatingAdd(span.duration.nanoseconds)
    }
  }

  /// The path that leads from another by an operation; nil where the trace has none.
  func child(of parent: Int, by operation: Int) -> Int? {
    known[Step(parent: Int32(truncatingIfNeeded: parent), operation: Int32(truncatingIfNeeded: operation))].map(
      Int.init)
  }

  private mutating func number(of step: Step, node: Int) -> Int32 {
    if let number = known[step] { return number }
    let number = Int32(truncatingIfNeeded: operation.count)
    known[step] = number
    operation.append(step.operation)
    parent.append(step.parent)
    count.append(0)
    errorCount.append(0)
    selfTime.append(0)
    duration.append(0)
    firstNode.append(node)
    return number
  }
}
