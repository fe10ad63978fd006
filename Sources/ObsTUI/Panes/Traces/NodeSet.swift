/// A set of nodes of a tree, a bit for each: of 250,000 nodes it takes 31 KB, and its elements come in the tree's order.
struct NodeSet: Sendable, Sequence, ExpressibleByArrayLiteral {
  private var words: [UInt64] = []
  /// How many nodes are in it.
  private(set) var count = 0

  init() {}
  init(_ nodes: some Sequence<Int>) { for node in nodes { insert(node) } }
  init(arrayLiteral nodes: Int...) { self.init(nodes) }

  /// All nodes below `count`.
  init(all count: Int) {
    words = Array(repeating: .max, count: count / 64)
    if count % 64 > 0 { words.append(UInt64.max >> UInt64(64 - count % 64)) }
    self.count = count
  }

  var isEmpty: Bool { count == 0 }

  @inline(__always) func contains(_ node: Int) -> Bool {
    let word = node >> 6
    return word >= 0 && word < words.count && words[word] & (1 << UInt64(node & 63)) != 0
  }

  /// Puts a node in; false where it was in already, and for what is no node's index.
  @discardableResult
  mutating func insert(_ node: Int) -> Bool {
    guard node >= 0, !contains(node) else { return false }
    let word = node >> 6
    if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
    words[word] |= 1 << UInt64(node & 63)
    count += 1
    return true
  }

  mutating func remove(_ node: Int) {
    guard contains(node) else { return }
    words[node >> 6] &= ~(1 << UInt64(node & 63))
    count -= 1
  }

  /// How many of its nodes lie below a node's index.
  func count(below node: Int) -> Int {
    guard node > 0 else { return 0 }
    let word = Swift.min(node >> 6, words.count)
    var sum = 0
    for index in 0..<word { sum += words[index].nonzeroBitCount }
    if word < words.count, node & 63 > 0 { sum += (words[word] & ((1 << UInt64(node & 63)) - 1)).nonzeroBitCount }
    return sum
  }

  /// The first of its nodes from an index on.
  func first(from node: Int) -> Int? {
    var word = Swift.max(node, 0) >> 6
    guard word < words.count else { return nil }
    var bits = words[word] & (UInt64.max << UInt64(Swift.max(node, 0) & 63))
    while bits == 0 {
      word += 1
      guard word < words.count else { return nil }
      bits = words[word]
    }
    return word << 6 + bits.trailingZeroBitCount
  }

  /// The last of its nodes below an index.
  func last(before node: Int) -> Int? {
    guard node > 0, !words.isEmpty else { return nil }
    var word = (node - 1) >> 6
    var bits: UInt64
    if word >= words.count {
      word = words.count - 1
      bits = words[word]
    } else {
      bits = words[word] & (UInt64.max >> UInt64(63 - (node - 1) & 63))
    }
    while bits == 0 {
      guard word > 0 else { return nil }
      word -= 1
      bits = words[word]
    }
    return word << 6 + 63 - bits.leadingZeroBitCount
  }

  func makeIterator() -> Iterator { Iterator(set: self) }

  struct Iterator: IteratorProtocol {
    fileprivate let set: NodeSet
    private var place = 0

    fileprivate init(set: NodeSet) { self.set = set }

    mutating func next() -> Int? {
      guard let node = set.first(from: place) else { return nil }
      place = node + 1
      return node
    }
  }
}

extension NodeSet: Equatable {
  static func == (a: NodeSet, b: NodeSet) -> Bool {
    guard a.count == b.count else { return false }
    let common = Swift.min(a.words.count, b.words.count)
    // The counts are equal: what one has beyond the other's end is nothing.
    return a.words[..<common] == b.words[..<common]
  }
}
