/// Writes the Kibana Query Language: for what is clicked together, and what is typed by completion.
public enum KQLText {
  /// A value in quotation marks, so that it is taken as it is.
  public static func quoted(_ value: String) -> String {
    "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// A field's name, in quotation marks only where it needs them.
  public static func field(_ name: String) -> String { isPlain(name) ? name : quoted(name) }

  /// `field: "value"`.
  public static func equals(_ field: String, _ value: String) -> String { "\(self.field(field)): \(quoted(value))" }

  /// Queries joined so that all must hold; empty ones are left out, those of alternatives get brackets.
  public static func and(_ queries: [String]) -> String {
    let queries = queries.filter { !$0.allSatisfy(\.isWhitespace) }
    guard queries.count > 1 else { return queries.first ?? "" }
    return queries.map { query in
      if case .or = try? KQLParser.parse(query) { return "(\(query))" }
      return query
    }.joined(separator: " and ")
  }

  /// Whether a text may stand without quotation marks and means itself.
  private static func isPlain(_ text: String) -> Bool {
    guard text != "null", let node = try? KQLParser.parse(text) else { return false }
    guard case .equals(nil, let term) = node else { return false }
    return term.content == .plain(text)
  }

  private static func term(_ term: KQLTerm) -> String {
    switch term.content {
    case .quoted(let text): return quoted(text)
    case .plain(let text): return isPlain(text) ? text : escaped(text)
    case .bool(let value): return value ? "true" : "false"
    case .wildcard(let pieces): return pieces.map(escaped).joined(separator: "*")
    }
  }

  /// A piece of an unquoted text, with a backslash before what would mean something.
  private static func escaped(_ text: String) -> String {
    var result = ""
    var word = ""
    func finish() {
      result += ["and", "or", "not"].contains(word.lowercased()) ? "\\" + word : word
      word = ""
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t", "\r", "\n":
        finish()
        result += scalar == "\t" ? "\\t" : scalar == "\r" ? "\\r" : "\\n"
      case _ where KQLScanner.isSpecial(scalar):
        finish()
        result += "\\" + String(Character(scalar))
      case _ where KQLScanner.isSpace(scalar):
        finish()
        result.unicodeScalars.append(scalar)
      default: word.unicodeScalars.append(scalar)
      }
    }
    finish()
    return result
  }

  /// A query as text; what is read from it is the same query.
  static func text(_ node: KQLNode) -> String {
    switch node {
    case .everything: ""
    case .or(let nodes): nodes.map { inside($0, or: true) }.joined(separator: " or ")
    case .and(let nodes): nodes.map { inside($0, or: false) }.joined(separator: " and ")
    case .not(.not(let node)): "not (\(text(.not(node))))"
    case .not(let node): "not " + inside(node, or: false)
    case .nested(let field, let node): "\(term(field)): { \(text(node)) }"
    case .equals(nil, let value): term(value)
    case .equals(.some(let field), let value): "\(term(field)): \(term(value))"
    case .range(let field, let comparison, let value): "\(term(field)) \(comparison.rawValue) \(term(value))"
    }
  }

  private static func inside(_ node: KQLNode, or isOr: Bool) -> String {
    switch node {
    case .or: "(\(text(node)))"
    case .and: isOr ? text(node) : "(\(text(node)))"
    default: text(node)
    }
  }
}

extension KQLNode: CustomStringConvertible {
  /// The query as text; what is read from it is the same query.
  public var description: String { KQLText.text(self) }
}
