import ObsData

/// Which nodes of a tree are in view: all but those below a folded one, and those that are hidden. Nodes are named by their index
/// in `TraceTree.nodes`. The list of visible nodes is made anew only when something is folded, unfolded or hidden; while nothing
/// is there is none.
struct FoldedRows: Equatable, Sendable {
  /// The nodes whose children are out of view.
  private(set) var folded = NodeSet()
  /// The nodes that are out of view themselves; what stands below them is not, unless it is hidden, too.
  private(set) var hidden = NodeSet()
  private var visible: [Int32]?
  /// The row of the nearest node above that is in view, by row; -1 for none. Only where something is hidden.
  private var parents: [Int32]?
  private var nodeCount = 0

  init() {}

  /// Rows of a tree with some nodes folded and some hidden.
  init(_ tree: TraceTree, folded: NodeSet = [], hidden: NodeSet = []) { set(folded, hidden, in: tree) }

  /// How many rows there are.
  var count: Int { visible?.count ?? nodeCount }

  /// The node that stands in a row.
  func node(at row: Int) -> Int? {
    guard row >= 0, row < count else { return nil }
    return visible.map { Int($0[row]) } ?? row
  }

  /// The row of a node; of the folded node above it where it is folded away, and of what stands before it where it is hidden.
  func row(of node: Int) -> Int {
    guard let visible else { return min(max(node, 0), max(0, nodeCount - 1)) }
    return max(0, FoldedRows.firstRow(in: visible, from: node + 1) - 1)
  }

  /// Whether a node has a row of its own.
  func isInView(_ node: Int) -> Bool { self.node(at: row(of: node)) == node }

  /// The first row whose node stands at an index or behind it; the number of rows where there is none.
  private static func firstRow(in visible: [Int32], from node: Int) -> Int {
    var low = 0
    var high = visible.count
    while low < high {
      let middle = (low + high) / 2
      if Int(visible[middle]) < node { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The nearest node above one in view that is in view itself.
  func parent(of node: Int, in tree: TraceTree) -> Int? {
    guard let parents else { return tree.nodes[node].parent }
    let own = row(of: node)
    guard parents.indices.contains(own), parents[own] >= 0 else { return nil }
    return self.node(at: Int(parents[own]))
  }

  /// Whether nothing in view stands behind a node and what is below it, up to the end of the node above it.
  func isLast(_ node: Int, below parent: Int, in tree: TraceTree) -> Bool {
    let end = tree.nodes[node].subtreeEnd
    let parentEnd = tree.nodes[parent].subtreeEnd
    guard end < parentEnd else { return true }
    guard !hidden.isEmpty, let visible else { return false }
    let next = FoldedRows.firstRow(in: visible, from: end)
    return next >= visible.count || Int(visible[next]) >= parentEnd
  }

  mutating func fold(_ node: Int, in tree: TraceTree) {
    guard tree.nodes.indices.contains(node), tree.nodes[node].descendantCount(at: node) > 0 else { return }
    var changed = folded
    changed.insert(node)
    set(changed, hidden, in: tree)
  }

  mutating func unfold(_ node: Int, in tree: TraceTree) {
    var changed = folded
    changed.remove(node)
    set(changed, hidden, in: tree)
  }

  mutating func unfoldAll(in tree: TraceTree) { set([], hidden, in: tree) }

  /// Puts these nodes out of view, and all others into it.
  mutating func hide(_ nodes: NodeSet, in tree: TraceTree) { set(folded, nodes, in: tree) }

  /// Folds every node below which nothing failed, and unfolds the others.
  mutating func foldHealthy(in tree: TraceTree) {
    var healthy = NodeSet()
    var index = 0
    while index < tree.nodes.count {
      if tree.nodes[index].errorsBelow == 0, tree.nodes[index].subtreeEnd > index + 1 {
        healthy.insert(index)
        index = tree.nodes[index].subtreeEnd
      } else {
        index += 1
      }
    }
    set(healthy, hidden, in: tree)
  }

  /// Folds the deepest level that is open.
  mutating func foldLevel(in tree: TraceTree) {
    var deepest = -1
    for row in 0..<count {
      guard let node = node(at: row), isOpen(node, in: tree) else { continue }
      deepest = max(deepest, tree.nodes[node].depth)
    }
    guard deepest >= 0 else { return }
    var changed = folded
    for row in 0..<count {
      guard let node = node(at: row), tree.nodes[node].depth == deepest, isOpen(node, in: tree) else { continue }
      changed.insert(node)
    }
    set(changed, hidden, in: tree)
  }

  /// Unfolds the highest level that is folded.
  mutating func unfoldLevel(in tree: TraceTree) {
    var highest = Int.max
    for node in folded where isInView(node) { highest = min(highest, tree.nodes[node].depth) }
    guard highest < .max else { return }
    var changed = folded
    for node in folded where tree.nodes[node].depth == highest && isInView(node) { changed.remove(node) }
    set(changed, hidden, in: tree)
  }

  private func isOpen(_ node: Int, in tree: TraceTree) -> Bool {
    tree.nodes[node].subtreeEnd > node + 1 && !folded.contains(node)
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
    if opened.count != folded.count { set(opened, hidden, in: tree) }
  }

  private mutating func set(_ nodes: NodeSet, _ hiddenNodes: NodeSet, in tree: TraceTree) {
    folded = nodes
    hidden = hiddenNodes
    nodeCount = tree.nodes.count
    parents = nil
    guard !nodes.isEmpty || !hiddenNodes.isEmpty else {
      visible = nil
      return
    }
    var rows: [Int32] = []
    rows.reserveCapacity(nodeCount)
    var index = 0
    while index < nodeCount {
      // A fold that nobody sees folds nothing: there would be no way to open it.
      if hiddenNodes.contains(index) {
        index += 1
        continue
      }
      rows.append(Int32(truncatingIfNeeded: index))
      index = nodes.contains(index) ? tree.nodes[index].subtreeEnd : index + 1
    }
    visible = rows
    if !hiddenNodes.isEmpty { parents = FoldedRows.parents(of: rows, in: tree) }
  }

  private static func parents(of rows: [Int32], in tree: TraceTree) -> [Int32] {
    var parents: [Int32] = []
    parents.reserveCapacity(rows.count)
    var open: [(row: Int32, end: Int)] = []
    for (row, node) in rows.enumerated() {
      while let last = open.last, last.end <= Int(node) { open.removeLast() }
      parents.append(open.last?.row ?? -1)
      open.append((Int32(truncatingIfNeeded: row), tree.nodes[Int(node)].subtreeEnd))
    }
    return parents
  }

  static func == (a: FoldedRows, b: FoldedRows) -> Bool {
    a.folded == b.folded && a.hidden == b.hidden && a.nodeCount == b.nodeCount
  }
}
