/// Lucene's regular expressions: always anchored, with `~` complement, `&` intersection, `<1-9>` number ranges, `@` any text,
/// `#` nothing and `"…"` literals beside the usual operators (Lucene's `RegExp` class documents the syntax).
/// Matching takes derivatives (Brzozowski 1964), which makes complement and intersection as easy as union.
struct LuceneRegexp: Sendable {
  indirect enum Node: Hashable, Sendable {
    case nothing, empty
    case set(Set<Unicode.Scalar>, ranges: [ClosedRange<Unicode.Scalar>], negated: Bool)
    case sequence(Node, Node), either(Node, Node), both(Node, Node), complement(Node), star(Node)
  }
  private let root: Node

  struct SyntaxError: Error { let reason: String }

  init(_ pattern: String, caseInsensitive: Bool = false) throws {
    var parser = LuceneRegexpParser(Array(pattern.unicodeScalars), foldsCase: caseInsensitive)
    root = try parser.parse()
  }

  func matches(_ text: String) -> Bool {
    var node = root
    for scalar in text.unicodeScalars {
      node = node.derivative(scalar)
      if node == .nothing { return false }
    }
    return node.isNullable
  }
}

extension LuceneRegexp.Node {
  typealias Node = LuceneRegexp.Node
  static let anyCharacter = Node.set([], ranges: [], negated: true)
  static let anything = Node.star(anyCharacter)

  var isNullable: Bool {
    switch self {
    case .empty, .star: true
    case .nothing, .set: false
    case .sequence(let a, let b), .both(let a, let b): a.isNullable && b.isNullable
    case .either(let a, let b): a.isNullable || b.isNullable
    case .complement(let a): !a.isNullable
    }
  }

  func derivative(_ scalar: Unicode.Scalar) -> Node {
    switch self {
    case .nothing, .empty: return .nothing
    case .set(let set, let ranges, let negated):
      return (set.contains(scalar) || ranges.contains { $0.contains(scalar) }) != negated ? .empty : .nothing
    case .sequence(let a, let b):
      let first = Node.joined(a.derivative(scalar), b)
      return a.isNullable ? Node.union(first, b.derivative(scalar)) : first
    case .either(let a, let b): return Node.union(a.derivative(scalar), b.derivative(scalar))
    case .both(let a, let b): return Node.intersection(a.derivative(scalar), b.derivative(scalar))
    case .complement(let a): return .complement(a.derivative(scalar))
    case .star(let a): return Node.joined(a.derivative(scalar), self)
    }
  }

  static func joined(_ a: Node, _ b: Node) -> Node {
    switch (a, b) {
    case (.nothing, _), (_, .nothing): .nothing
    case (.empty, let other), (let other, .empty): other
    default: .sequence(a, b)
    }
  }
  static func union(_ a: Node, _ b: Node) -> Node {
    switch (a, b) {
    case (.nothing, let other), (let other, .nothing): other
    case (.star(anyCharacter), _), (_, .star(anyCharacter)): anything
    default: a == b || b.isBranch(a) ? b : a.isBranch(b) ? a : .either(a, b)
    }
  }
  /// Whether a union already has that branch: keeps derivatives small.
  private func isBranch(_ node: Node) -> Bool {
    guard case .either(let a, let b) = self else { return self == node }
    return a.isBranch(node) || b.isBranch(node)
  }
  static func intersection(_ a: Node, _ b: Node) -> Node {
    switch (a, b) {
    case (.nothing, _), (_, .nothing): .nothing
    default: a == b ? a : .both(a, b)
    }
  }
}

private struct LuceneRegexpParser {
  typealias Node = LuceneRegexp.Node
  let scalars: [Unicode.Scalar]
  let foldsCase: Bool
  var index = 0
  var depth = 0
  /// Repetitions are written out, so their number is bounded.
  static let maximumRepetition = 200

  init(_ scalars: [Unicode.Scalar], foldsCase: Bool) {
    self.scalars = scalars
    self.foldsCase = foldsCase
  }

  mutating func parse() throws -> Node {
    if scalars.count > 1_000 {
      throw failure("The length of regex [\(scalars.count)] exceeds the allowed maximum of [1000]")
    }
    if scalars.isEmpty { return .empty }
    let node = try union()
    if index < scalars.count { throw failure("end-of-string expected at position \(index)") }
    return node
  }

  func failure(_ reason: String) -> LuceneRegexp.SyntaxError { .init(reason: reason) }
  func peek(_ set: String) -> Bool { index < scalars.count && set.unicodeScalars.contains(scalars[index]) }
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard index < scalars.count, scalars[index] == scalar else { return false }
    index += 1
    return true
  }

  mutating func union() throws -> Node {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw failure("too many nested groups at position \(index)") }
    var node = try intersection()
    while take("|") { node = .union(node, try intersection()) }
    return node
  }
  mutating func intersection() throws -> Node {
    var node = try concatenation()
    while take("&") { node = .intersection(node, try concatenation()) }
    return node
  }
  mutating func concatenation() throws -> Node {
    var items = [try repetition()]
    while index < scalars.count, !peek(")|&") { items.append(try repetition()) }
    return items.dropLast().reversed().reduce(items[items.count - 1]) { .joined($1, $0) }
  }
  mutating func repetition() throws -> Node {
    var node = try complement()
    while peek("?*+{") {
      if take("?") {
        node = .union(node, .empty)
      } else if take("*") {
        node = .star(node)
      } else if take("+") {
        node = .joined(node, .star(node))
      } else {
        index += 1
        guard let low = number() else { throw failure("integer expected at position \(index)") }
        var high: Int? = low
        if take(",") { high = number() }
        guard take("}") else { throw failure("expected '}' at position \(index)") }
        guard low <= Self.maximumRepetition, (high ?? 0) <= Self.maximumRepetition else {
          throw failure("repetition is too large at position \(index)")
        }
        var tail = high == nil ? Node.star(node) : Node.empty
        for _ in 0..<max((high ?? low) - low, 0) { tail = .union(.joined(node, tail), .empty) }
        for _ in 0..<low { tail = .joined(node, tail) }
        node = tail
      }
    }
    return node
  }
  mutating func complement() throws -> Node {
    if take("~") { return .complement(try complement()) }
    return try primary()
  }

  mutating func primary() throws -> Node {
    guard index < scalars.count else { throw failure("unexpected end-of-string") }
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "[":
      let negated = take("^")
      var set: Set<Unicode.Scalar> = []
      var ranges: [ClosedRange<Unicode.Scalar>] = []
      repeat {
        let low = try member()
        if take("-") {
          if peek("]") {
            set.formUnion([low, "-"])
          } else {
            let high = try member()
            guard low <= high else {
              throw failure("invalid range: from (\(low.value)) cannot be > to (\(high.value))")
            }
            ranges.append(low...high)
          }
        } else {
          set.formUnion(variants(low))
        }
      } while index < scalars.count && !peek("]")
      guard take("]") else { throw failure("expected ']' at position \(index)") }
      return .set(set, ranges: ranges, negated: negated)
    case "(":
      if take(")") { return .empty }
      let node = try union()
      guard take(")") else { throw failure("expected ')' at position \(index)") }
      return node
    case ".": return .anyCharacter
    case "#": return .nothing
    case "@": return .anything
    case "\"":
      var node = Node.empty
      while index < scalars.count, !peek("\"") {
        node = .joined(node, literal(scalars[index]))
        index += 1
      }
      guard take("\"") else { throw failure("expected '\"' at position \(index)") }
      return node
    case "<": return try numberRange()
    case "\\":
      guard index < scalars.count else { throw failure("unexpected end-of-string") }
      index += 1
      return shorthand(scalars[index - 1]) ?? literal(scalars[index - 1])
    default: return literal(scalar)
    }
  }

  /// `\d`, `\w`, `\s` and their negations, which Lucene knows since version 8.6.
  private func shorthand(_ scalar: Unicode.Scalar) -> Node? {
    let words: [ClosedRange<Unicode.Scalar>] = ["0"..."9", "A"..."Z", "a"..."z"]
    switch scalar {
    case "d": return .set([], ranges: ["0"..."9"], negated: false)
    case "D": return .set([], ranges: ["0"..."9"], negated: true)
    case "w": return .set(["_"], ranges: words, negated: false)
    case "W": return .set(["_"], ranges: words, negated: true)
    case "s": return .set([" ", "\t", "\n", "\r"], ranges: [], negated: false)
    case "S": return .set([" ", "\t", "\n", "\r"], ranges: [], negated: true)
    default: return nil
    }
  }

  private mutating func numberRange() throws -> Node {
    guard let low = number(), take("-"), let high = number(), take(">"), low <= high, high - low <= 1_000 else {
      throw failure("illegal number range at position \(index)")
    }
    return (low...high).reduce(Node.nothing) { node, value in
      .union(node, String(value).unicodeScalars.reversed().reduce(Node.empty) { .joined(literal($1), $0) })
    }
  }
  private mutating func member() throws -> Unicode.Scalar {
    _ = take("\\")
    guard index < scalars.count else { throw failure("unexpected end-of-string") }
    index += 1
    return scalars[index - 1]
  }
  private mutating func number() -> Int? {
    let start = index
    while peek("0123456789"), index - start < 9 { index += 1 }
    return Int(String(String.UnicodeScalarView(scalars[start..<index])))
  }
  private func literal(_ scalar: Unicode.Scalar) -> Node { .set(variants(scalar), ranges: [], negated: false) }
  private func variants(_ scalar: Unicode.Scalar) -> Set<Unicode.Scalar> {
    guard foldsCase else { return [scalar] }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    let upper = scalar.properties.uppercaseMapping.unicodeScalars
    return Set([scalar] + (lower.count == 1 ? Array(lower) : []) + (upper.count == 1 ? Array(upper) : []))
  }
}
