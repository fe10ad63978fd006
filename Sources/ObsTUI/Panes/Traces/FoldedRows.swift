import ObsData

/// Which nodes of a tree are in view: all but those below a folded one. Nodes are named by their index in `TraceTree.nodes`.
/// The list of visible nodes is made anew only when something is folded or unfolded; while nothing is folded there is none.
struct FoldedRows: Equatable, Sendable {
  /// The nodes whose children are hidden.
  private(set) var folded: Set<Int> = []
  private var visible: [Int32]?
  private var nodeCount = 0

  init() {}

  /// Rows of a tree with some nodes folded.
  init(_ tree: TraceTree, folded: Set<Int> = []) { set(folded, in: tree) }

  /// How many rows there are.
  var count: Int { visible?.count ?? nodeCount }

  /// The node that stands in a row.
  func node(at row: Int) -> Int? {
    guard row >= 0, row < count else { return nil }
    return visible.map { Int($0[row]) } ?? row
  }

  /// The row of a node; of the folded node above it where it is hidden.
  func row(of node: Int) -> Int {
    guard let visible else { return min(max(node, 0), max(0, nodeCount - 1)) }
    var low = 0
    var high = visible.count
    while low < high {
      let middle = (low + high) / 2
      if Int(visible[middle]) <= node { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  mutating func fold(_ node: Int, in tree: TraceTree) {
    guard tree.nodes.indices.contains(node), tree.nodes[node].descendantCount(at: node) > 0 else { return }
    set(folded.union([node]), in: tree)
  }

  mutating func unfold(_ node: Int, in tree: TraceTree) { set(folded.subtracting([node]), in: tree) }

  mutating func unfoldAll(in tree: TraceTree) { set([], in: tree) }

  /// Folds every node below which nothing failed, and unfolds the others.
  mutating func foldHealthy(in tree: TraceTree) {
    var healthy: Set<Int> = []
    var index = 0
    while index < tree.nodes.count {
      let node = tree.nodes[index]
      if node.errorsBelow == 0, node.descendantCount(at: index) > 0 {
        healthy.insert(index)
        index = node.subtreeEnd
      } else {
        index += 1
      }
    }
    set(healthy, in: tree)
  }

  /// Unfolds what stands above a node, so that it is in view.
  mutating func reveal(_ node: Int, in tree: TraceTree) {
    guard !folded.isEmpty, tree.nodes.indices.contains(node) else { return }
    var opened = folded
    var above = tree.nodes[node].parent
    while let index = above {
      opened.remove(index)
      above = tree.nodes[index].parent
    }
    if opened.count != folded.count { set(opened, in: tree) }
  }

  private mutating func set(_ nodes: Set<Int>, in tree: TraceTree) {
    folded = nodes
    nodeCount = tree.nodes.count
    guard !nodes.isEmpty else {
      visible = nil
      return
    }
    var rows: [Int32] = []
    rows.reserveCapacity(nodeCount)
    var index = 0
    while index < nodeCount {
      rows.append(Int32(truncatingIfNeeded: index))
      index = nodes.contains(index) ? tree.nodes[index].subtreeEnd : index + 1
    }
    visible = rows
  }

  static func == (a: FoldedRows, b: FoldedRows) -> Bool { a.folded == b.folded && a.nodeCount == b.nodeCount }
}
