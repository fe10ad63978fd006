/// Replaces variables in a text: `$name`, `${name}`, `${name:format}`, `[[name]]`, `[[name:format]]`.
public struct Interpolation: Sendable {
  /// What the names stand for.
  public var bindings: [String: VariableBinding]

  /// Makes an interpolation.
  public init(_ bindings: [String: VariableBinding]) { self.bindings = bindings }

  /// A piece of a text: as it stands, or a place of a variable.
  enum Piece: Equatable {
    case text(Substring)
    case variable(name: String, field: String?, format: String?, source: Substring)
  }

  /// The text with its variables replaced; a name that is not known stays as it is. Returns which those are.
  public func replaced(_ text: String, format: VariableFormat = .plain) -> (text: String, unknown: [String]) {
    guard text.contains("$") || text.contains("[[") else { return (text, []) }
    var result = ""
    var unknown: [String] = []
    var quotes = QuoteState()
    for piece in Interpolation.pieces(text) {
      switch piece {
      case .text(let text):
        result += text
        if format == .prometheus { quotes.read(text) }
      case .variable(let name, _, let word, let source):
        guard let binding = bindings[name] else {
          // `$1` of label_replace is no variable, and `$__field` belongs to whoever draws.
          if !name.allSatisfy(\.isNumber) { unknown.append(name) }
          result += source
          continue
        }
        let own = word.flatMap { VariableFormat($0) }
        result += (own ?? format).text(binding, named: name, isQuoted: quotes.isQuoted)
      }
    }
    return (result, unknown)
  }

  /// The text with its variables replaced; a name that is not known stays as it is.
  public func text(_ text: String, format: VariableFormat = .plain) -> String { replaced(text, format: format).text }

  /// The names that a text mentions.
  static func names(in text: String) -> Set<String> {
    var names: Set<String> = []
    for case .variable(let name, _, _, _) in pieces(text) { names.insert(name) }
    return names
  }

  /// Cuts a text where variables stand, as Grafana's expression does:
  /// `\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^\}]+))?(?::([^\}]+))?\}`.
  static func pieces(_ text: String) -> [Piece] {
    var pieces: [Piece] = []
    var start = text.startIndex
    var index = text.startIndex
    func isWord(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
    while index < text.endIndex {
      let rest = text[index...]
      var found: (name: Substring, field: Substring?, format: Substring?, end: String.Index)?
      if rest.hasPrefix("${") {
        let inside = rest.dropFirst(2)
        let name = inside.prefix(while: isWord)
        var tail = inside[name.endIndex...]
        var (field, format): (Substring?, Substring?) = (nil, nil)
        if tail.first == "." {
          field = tail.dropFirst().prefix { $0 != ":" && $0 != "}" }
          tail = tail[(field?.endIndex ?? tail.endIndex)...]
        }
        if tail.first == ":" {
          format = tail.dropFirst().prefix { $0 != "}" }
          tail = tail[(format?.endIndex ?? tail.endIndex)...]
        }
        if !name.isEmpty, tail.first == "}" { found = (name, field, format, text.index(after: tail.startIndex)) }
      } else if rest.hasPrefix("[[") {
        let inside = rest.dropFirst(2)
        let name = inside.prefix(while: isWord)
        var tail = inside[name.endIndex...]
        var format: Substring?
        if tail.first == ":" {
          format = tail.dropFirst().prefix(while: isWord)
          tail = tail[(format?.endIndex ?? tail.endIndex)...]
        }
        if !name.isEmpty, tail.hasPrefix("]]") { found = (name, nil, format, text.index(tail.startIndex, offsetBy: 2)) }
      } else if rest.first == "$" {
        let name = rest.dropFirst().prefix(while: isWord)
        if !name.isEmpty { found = (name, nil, nil, name.endIndex) }
      }
      guard let found else {
        index = text.index(after: index)
        continue
      }
      if start < index { pieces.append(.text(text[start..<index])) }
      pieces.append(
        .variable(
          name: String(found.name), field: found.field.map(String.init), format: found.format.map(String.init),
          source: text[index..<found.end]))
      index = found.end
      start = index
    }
    if start < text.endIndex { pieces.append(.text(text[start...])) }
    return pieces
  }
}

/// Follows PromQL through its quotes.
struct QuoteState {
  private var quote: Character?
  private var isEscaped = false

  /// Whether what comes next stands inside quotes.
  var isQuoted: Bool { quote != nil }

  /// Reads on.
  mutating func read(_ text: Substring) {
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if let open = quote {
        if character == "\\", open != "`" { isEscaped = true } else if character == open { quote = nil }
      } else if character == "\"" || character == "'" || character == "`" {
        quote = character
      }
    }
  }
}
