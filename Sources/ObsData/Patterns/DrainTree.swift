/// Sorts masked lines into templates, one line at a time: Drain, after He, Zhu, Zheng and Lyu, "Drain: An Online Log Parsing
/// Approach with Fixed Depth Tree", ICWS 2017.
///
///     number of tokens ─ first token ─ the templates to compare with
///
/// So a line is compared with a handful of templates, however many there are. It takes the most similar one, if at least half
/// of its tokens are the same; where the two differ, the template holds a wildcard from then on.
struct DrainTree: Sendable {
  /// What the lines of a pattern have in common.
  struct Template: Sendable {
    fileprivate(set) var hashes: [UInt64]
    /// Each token's masked text.
    fileprivate(set) var texts: [String]
    fileprivate(set) var isSpaced: [Bool]
    /// Where words have differed, rather than values that are masked in every line.
    fileprivate var varies: [Bool]
    /// The nodes that lead to it, from the root.
    fileprivate let path: [UInt64]

    /// The template in words, wildcards and masks as `<*>`.
    var text: String {
      var text = ""
      for index in texts.indices {
        if index > 0, isSpaced[index] { text += " " }
        text += hashes[index] == MaskedLine.wildcard ? LogPattern.wildcard : texts[index]
      }
      return text
    }
  }

  private struct Node: Sendable {
    var children = 0
    var templates: [Int] = []
  }

  /// How many templates there may be.
  let capacity: Int
  private(set) var templates: [Int: Template] = [:]
  private var nodes: [UInt64: Node] = [:]
  private var nextNumber = 0
  /// Lines that were sorted before, by their hash.
  private var known: [UInt64: Int] = [:]

  private static let depth = 1
  private static let maximumChildren = 100
  /// More templates in one leaf than this are not told apart: the most similar one takes the line.
  private static let maximumInLeaf = 64
  private static let crowd = 12
  private static let leastSimilarity = 0.5
  private static let maximumKnown = 1 << 14

  init(capacity: Int) { self.capacity = max(capacity, 1) }

  /// The number of the template that a line belongs to; nil where it fits none and there is no room for another.
  mutating func sort(_ line: MaskedLine) -> Int? {
    if let number = known[line.hash], templates[number] != nil { return number }
    let path = path(of: line)
    let leaf = path[path.count - 1]
    var best: (number: Int, similarity: Double)?
    let neighbours = nodes[leaf]?.templates ?? []
    let isCrowded = neighbours.count >= DrainTree.crowd
    for number in neighbours {
      guard let template = templates[number] else { continue }
      let similarity = DrainTree.similarity(template, line, isCrowded: isCrowded)
      if similarity > best?.similarity ?? -1 { best = (number, similarity) }
    }
    let isFull = neighbours.count >= DrainTree.maximumInLeaf
    if let best, best.similarity >= DrainTree.leastSimilarity || isFull {
      generalise(best.number, with: line)
      remember(line.hash, best.number)
      return best.number
    }
    guard templates.count < capacity else { return nil }
    let number = nextNumber
    nextNumber += 1
    templates[number] = Template(
      hashes: line.tokens.map(\.hash), texts: line.tokens.indices.map { DrainTree.text(line.bytes(of: $0)) },
      isSpaced: line.tokens.map(\.isSpaced), varies: line.tokens.map { _ in false }, path: path)
    nodes[leaf, default: Node()].templates.append(number)
    remember(line.hash, number)
    return number
  }

  /// Forgets a template whose last line is gone.
  mutating func remove(_ number: Int) {
    guard let template = templates.removeValue(forKey: number) else { return }
    var path = template.path
    guard let leaf = path.last else { return }
    nodes[leaf]?.templates.removeAll { $0 == number }
    while let place = path.popLast(), let node = nodes[place], node.children == 0, node.templates.isEmpty {
      nodes[place] = nil
      if let parent = path.last { nodes[parent]?.children -= 1 }
    }
  }

  private mutating func remember(_ hash: UInt64, _ number: Int) {
    if known.count >= DrainTree.maximumKnown { known.removeAll(keepingCapacity: true) }
    known[hash] = number
  }

  /// Goes down the tree, and makes the way where there is none yet.
  private mutating func path(of line: MaskedLine) -> [UInt64] {
    var place = FNV1a.mixed(FNV1a.start, UInt64(line.tokens.count))
    var path = [place]
    if nodes[place] == nil { nodes[place] = Node() }
    for token in line.tokens.prefix(DrainTree.depth) {
      let wanted = FNV1a.mixed(place, token.hasMask ? MaskedLine.wildcard : token.hash)
      // A node with many children has words there that vary: the rest of them go one way.
      let isFull = nodes[wanted] == nil && (nodes[place]?.children ?? 0) >= DrainTree.maximumChildren
      let child = isFull ? FNV1a.mixed(place, MaskedLine.wildcard) : wanted
      if nodes[child] == nil {
        nodes[place]?.children += 1
        nodes[child] = Node()
      }
      place = child
      path.append(child)
    }
    return path
  }

  /// The share of tokens that are the same; places where both have a mask say nothing and are not counted.
  private static func similarity(_ template: Template, _ line: MaskedLine, isCrowded: Bool) -> Double {
    guard template.hashes.count == line.tokens.count else { return 0 }
    var same = 0
    var counted = 0
    var varying = 0
    for index in template.hashes.indices {
      let token = line.tokens[index]
      if template.hashes[index] == MaskedLine.wildcard {
        if token.hash == MaskedLine.wildcard { continue }
        // Words have differed here before.
        if template.varies[index] { varying += 1 }
      }
      counted += 1
      if template.hashes[index] == token.hash { same += 1 } else if token.isKey { return 0 }
    }
    // Of two words that tell something, one alone makes no pattern (`GET /users` is not `GET /groups`), unless there are so many
    // of the kind that the other is a value.
    if counted <= 2, same + varying < counted, !isCrowded { return 0.25 * Double(same) }
    return counted == 0 ? 1 : Double(same) / Double(counted)
  }

  private mutating func generalise(_ number: Int, with line: MaskedLine) {
    guard let hashes = templates[number]?.hashes else { return }
    for index in hashes.indices where hashes[index] != line.tokens[index].hash {
      templates[number]?.hashes[index] = MaskedLine.wildcard
      templates[number]?.varies[index] = true
    }
  }

  /// A token's text, its masks written out.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(MaskedLine.mask) else { return String(decoding: bytes, as: UTF8.self) }
    var text: [UInt8] = []
    for byte in bytes {
      if byte == MaskedLine.mask { text += LogPattern.wildcard.utf8 } else { text.append(byte) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
