/// The spans, and parts of spans, that a trace's duration hangs on: shorten any of them and the whole becomes shorter.
///
/// It is jaeger-ui's (`TracePage/CriticalPath`): children are cut to their parent's time, and those wholly outside of it are left
/// out with all below them, as are those that nobody waits for (FOLLOWS_FROM, a consumer below its producer). Then the walk goes
/// backwards from the end of the root: the time behind the child that finished last is the span's own, the child is walked
/// through in the same way, and from the child's start on the next is the child that had finished before it began.
///
///     root   |==.....====......===|      = on the path, by itself
///      a        |=====|                  . in a child
///      b           |xx|                  x not on it: a finished later
///      c              .    |======|
public struct CriticalPath: Sendable, Equatable {
  /// A stretch of one span that is on the path.
  public struct Section: Sendable, Equatable {
    /// The span's index in `TraceTree.nodes`.
    public let node: Int
    /// From when to when.
    public let start, end: Timestamp

    /// How long it is.
    public var duration: Duration { end - start }
  }

  /// The root that the path belongs to, by its index in `TraceTree.nodes`; nil where the trace has no spans.
  public let root: Int?
  /// How many roots there were to choose from. The longest that has no missing parent is taken, of equal ones the earliest: it is
  /// what somebody waited for. Where all roots lack their parents it is the longest of those.
  public let rootCount: Int
  /// The stretches in the order of time; they do not overlap.
  public let sections: [Section]
  /// The root's duration: what the shares are shares of.
  public let duration: Duration

  /// The places in `sections` of each span that is on the path, by node.
  private let placesByNode: [Int32]

  init(root: Int?, rootCount: Int, sections: [Section], duration: Duration) {
    self.root = root
    self.rootCount = rootCount
    self.sections = sections
    self.duration = duration
    placesByNode = sections.indices.map { Int32(truncatingIfNeeded: $0) }.sorted {
      let (a, b) = (sections[Int($0)].node, sections[Int($1)].node)
      return a != b ? a < b : $0 < $1
    }
  }

  /// The stretches of one span, in the order of time.
  public func sections(of node: Int) -> [Section] {
    var low = 0
    var high = placesByNode.count
    while low < high {
      let middle = (low + high) / 2
      if sections[Int(placesByNode[middle])].node < node { low = middle + 1 } else { high = middle }
    }
    var found: [Section] = []
    while low < placesByNode.count, sections[Int(placesByNode[low])].node == node {
      found.append(sections[Int(placesByNode[low])])
      low += 1
    }
    return found
  }

  /// The spans on the path with the time that each has on it, the longest first, of equal ones the earlier node.
  public var times: [(node: Int, duration: Duration)] {
    var times: [(node: Int, nanoseconds: Int64)] = []
    for place in placesByNode {
      let section = sections[Int(place)]
      let length = section.duration.nanoseconds
      if times.last?.node == section.node {
        times[times.count - 1].nanoseconds += length
      } else {
        times.append((section.node, length))
      }
    }
    times.sort { $0.nanoseconds != $1.nanoseconds ? $0.nanoseconds > $1.nanoseconds : $0.node < $1.node }
    return times.map { ($0.node, .nanoseconds($0.nanoseconds)) }
  }

  /// A duration as a share of the root's, 0 to 1; 0 where the root took no time.
  public func share(of part: Duration) -> Double {
    let whole = duration.nanoseconds
    return whole > 0 ? Double(part.nanoseconds) / Double(whole) : 0
  }
}

extension CriticalPath {
  /// Finds the path of a trace. Takes O(n log n) for n spans, does not recurse, and looks at each child of a span on the path once.
  public init(_ trace: Trace, _ tree: TraceTree) { self.init(tree, TraceColumns(trace, tree)) }

  init(_ tree: TraceTree, _ columns: TraceColumns) {
    guard let root = CriticalPath.chosenRoot(tree, columns) else {
      self.init(root: nil, rootCount: 0, sections: [], duration: .zero)
      return
    }
    var walk = CriticalPathWalk(tree, columns, root: root)
    walk.run()
    self.init(
      root: root, rootCount: tree.rootCount, sections: walk.sections.reversed(),
      duration: .nanoseconds(columns.end[root] - columns.start[root]))
  }

  private static func chosenRoot(_ tree: TraceTree, _ columns: TraceColumns) -> Int? {
    var best: (index: Int, isWhole: Bool, length: Int64)?
    var index = 0
    while index < tree.nodes.count {
      let isWhole = tree.nodes[index].missingParent == nil
      let found = (index: index, isWhole: isWhole, length: columns.end[index] - columns.start[index])
      if let known = best {
        if (isWhole ? 1 : 0, found.length) > (known.isWhole ? 1 : 0, known.length) { best = found }
      } else {
        best = found
      }
      index = tree.nodes[index].subtreeEnd
    }
    return best?.index
  }
}

/// The walk backwards through the spans below one root.
private struct CriticalPathWalk {
  /// A span that is being walked through.
  private struct Frame {
    let node: Int
    /// From here back the span has not been accounted for.
    var cutoff: Int64
    /// Where its children begin in `waiting`.
    let base: Int
    /// Whether a child has been walked through: the next one must have ended before that began.
    var isReturned: Bool
  }

  private let tree: TraceTree
  private let columns: TraceColumns
  private let root: Int
  /// Starts and ends, cut to the parent's; only of the spans below the root. An end before its start marks one left out.
  private var start: [Int64]
  private var end: [Int64]
  /// The children of the spans that are open, each span's behind its parent's, the one to be looked at next last.
  private var waiting: [Int32] = []
  /// The stretches, the latest first.
  private(set) var sections: [CriticalPath.Section] = []

  init(_ tree: TraceTree, _ columns: TraceColumns, root: Int) {
    self.tree = tree
    self.columns = columns
    self.root = root
    let range = root..<tree.nodes[root].subtreeEnd
    start = Array(columns.start[range])
    end = Array(columns.end[range])
    for place in start.indices.dropFirst() {
      let above = Int(columns.parent[root + place]) - root
      let isOutside =
        end[above] < start[above] || columns.isDetached[root + place] || start[place] >= end[above]
        || (start[place] < start[above] && end[place] <= start[above])
      if isOutside {
        start[place] = 1
        end[place] = 0
      } else {
        start[place] = max(start[place], start[above])
        end[place] = min(end[place], end[above])
      }
    }
  }

  mutating func run() {
    var open = [Frame(node: root, cutoff: end[0], base: 0, isReturned: false)]
    gather(root)
    while let frame = open.last {
      let last = open.count - 1
      if let child = nextChild(of: frame) {
        let (childStart, childEnd) = (start[child - root], end[child - root])
        add(frame.node, from: childEnd, to: frame.cutoff)
        open[last].cutoff = childStart
        open[last].isReturned = true
        open.append(Frame(node: child, cutoff: childEnd, base: waiting.count, isReturned: false))
        gather(child)
      } else {
        add(frame.node, from: start[frame.node - root], to: frame.cutoff)
        waiting.removeLast(waiting.count - frame.base)
        open.removeLast()
      }
    }
  }

  /// Lists the children of a span by their end; of those that end together the earlier one is looked at first.
  private mutating func gather(_ node: Int) {
    let base = waiting.count
    let limit = tree.nodes[node].subtreeEnd
    var child = node + 1
    while child < limit {
      if start[child - root] <= end[child - root] { waiting.append(Int32(truncatingIfNeeded: child)) }
      child = tree.nodes[child].subtreeEnd
    }
    let (end, root) = (end, root)
    waiting[base...].sort { a, b in
      let (first, second) = (end[Int(a) - root], end[Int(b) - root])
      return first != second ? first < second : a > b
    }
  }

  private mutating func nextChild(of frame: Frame) -> Int? {
    while waiting.count > frame.base {
      let child = Int(waiting.removeLast())
      if !frame.isReturned || end[child - root] < frame.cutoff { return child }
    }
    return nil
  }

  private mutating func add(_ node: Int, from first: Int64, to last: Int64) {
    guard first != last else { return }
    sections.append(
      CriticalPath.Section(
        node: node, start: Timestamp(nanoseconds: first), end: Timestamp(nanoseconds: last)))
  }
}
