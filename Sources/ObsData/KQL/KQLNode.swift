/// A query of the Kibana Query Language as a tree. Where something stood in the query's text is kept with it.
public indirect enum KQLNode: Hashable, Sendable {
  /// The empty query.
  case everything
  /// Any of these.
  case or([KQLNode])
  /// All of these.
  case and([KQLNode])
  /// Whatever this is not.
  case not(KQLNode)
  /// `items:{ … }`: the conditions hold for one and the same object below the field.
  case nested(KQLTerm, KQLNode)
  /// `field: value`; without a field, `value` anywhere.
  case equals(KQLTerm?, KQLTerm)
  /// `field > value`.
  case range(KQLTerm, KQLComparison, KQLTerm)
}

/// How a range compares.
public enum KQLComparison: String, Hashable, Sendable, CaseIterable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="

  /// What the query DSL calls it.
  var key: String {
    switch self {
    case .less: "lt"
    case .lessOrEqual: "lte"
    case .greater: "gt"
    case .greaterOrEqual: "gte"
    }
  }
}

/// A field's name or a value, as it stands in a query.
public struct KQLTerm: Hashable, Sendable {
  /// What was written.
  public enum Content: Hashable, Sendable {
    /// In quotation marks: taken as it is, and as a phrase where the field is analysed.
    case quoted(String)
    /// Without quotation marks.
    case plain(String)
    /// Without quotation marks and with `*`: what stands between them, at least two pieces.
    case wildcard([String])
    /// `true` or `false`.
    case bool(Bool)
  }

  /// What was written, escape sequences resolved.
  public let content: Content
  /// Where it stands in the query, counted in characters.
  public let offset: Int

  /// Makes a term.
  public init(_ content: Content, offset: Int = 0) {
    self.content = content
    self.offset = offset
  }

  /// The text; wildcards are written as `*`.
  public var text: String {
    switch content {
    case .quoted(let text), .plain(let text): text
    case .wildcard(let pieces): pieces.joined(separator: "*")
    case .bool(let value): value ? "true" : "false"
    }
  }

  /// Whether it is `*` alone.
  var isAnything: Bool { content == .wildcard(["", ""]) }
  /// Whether it stands in quotation marks.
  var isQuoted: Bool { if case .quoted = content { true } else { false } }
  /// What stands between the wildcards; nil where there are none.
  var pieces: [String]? { if case .wildcard(let pieces) = content { pieces } else { nil } }

  /// The value as it is sent.
  var json: JSONTree {
    if case .bool(let value) = content { return .bool(value) }
    return .string(text)
  }

  /// Whether a name is this one, wildcards heeded.
  func matches(_ name: String) -> Bool {
    guard let pieces else { return name == text }
    return KQLWildcard.matches(name, pieces)
  }
}

/// Comparison with a text that holds wildcards.
enum KQLWildcard {
  /// Whether `text` is made of the pieces in their order, with anything between them. Takes time in proportion to both lengths
  /// for each piece, never more.
  static func matches(_ text: String, _ pieces: [String]) -> Bool {
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else { return pieces.first == text }
    let text = Array(text.utf8)
    let (head, tail) = (Array(first.utf8), Array(last.utf8))
    guard text.count >= head.count + tail.count, text.starts(with: head), text.suffix(tail.count).elementsEqual(tail)
    else { return false }
    var position = head.count
    let end = text.count - tail.count
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = find(Array(piece.utf8), in: text, from: position, to: end) else { return false }
      position = found + piece.utf8.count
    }
    return true
  }

  private static func find(_ piece: [UInt8], in text: [UInt8], from start: Int, to end: Int) -> Int? {
    var position = start
    while position + piece.count <= end {
      if text[position] == piece[0], text[position..<(position + piece.count)].elementsEqual(piece) { return position }
      position += 1
    }
    return nil
  }
}

extension KQLNode {
  /// The fields that the query names, below their nested paths, in order and each once.
  var fields: [KQLTerm] {
    var fields: [KQLTerm] = []
    var seen: Set<KQLTerm.Content> = []
    collect(below: nil) { field in
      if seen.insert(field.content).inserted { fields.append(field) }
    }
    return fields
  }

  private func collect(below path: KQLTerm?, _ found: (KQLTerm) -> Void) {
    switch self {
    case .everything, .equals(nil, _): break
    case .or(let nodes), .and(let nodes): for node in nodes { node.collect(below: path, found) }
    case .not(let node): node.collect(below: path, found)
    case .nested(let field, let node):
      let field = field.below(path)
      found(field)
      node.collect(below: field, found)
    case .equals(.some(let field), _), .range(let field, _, _): found(field.below(path))
    }
  }
}

extension KQLTerm {
  /// The whole name of a field whose name is relative to a nested path.
  func below(_ path: KQLTerm?) -> KQLTerm {
    guard let path else { return self }
    guard var pieces else { return KQLTerm(.plain(path.text + "." + text), offset: offset) }
    pieces[0] = path.text + "." + pieces[0]
    return KQLTerm(.wildcard(pieces), offset: offset)
  }
}
