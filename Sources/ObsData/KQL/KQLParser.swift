/// Reads the Kibana Query Language, by a restatement of the grammar in Kibana's `kbn-es-query` (`grammar.peggy`).
///
///     level: "error" and not service_name: (msg-server or push-*) and latency >= 200
///
/// It takes what Kibana takes, and one thing more: `not` ends a text only where a word begins, so that `cannot open` can be
/// looked for. `null` is refused: no document can be found by it, and the server would say so in words of its own.
public struct KQLParser {
  /// A longer query is refused, in Unicode scalars.
  static let limit = 65_536
  /// So many brackets may stand inside each other. Elasticsearch itself takes 20 or 30 levels of `bool`.
  static let depth = 100

  private var scanner: KQLScanner
  private var depth = 0

  /// Reads a whole query.
  public static func parse(_ text: String) throws(KQLError) -> KQLNode {
    guard text.unicodeScalars.prefix(limit + 1).count <= limit else {
      throw KQLError("a query may have \(limit) characters at most", offset: 0)
    }
    var parser = KQLParser(scanner: KQLScanner(text))
    return try parser.query()
  }

  private mutating func query() throws(KQLError) -> KQLNode {
    scanner.skipSpaces()
    guard !scanner.isAtEnd else { return .everything }
    let node = try alternatives(behind: nil)
    scanner.skipSpaces()
    if !scanner.isAtEnd { throw stray() }
    return node
  }

  // MARK: Conditions

  private mutating func alternatives(behind word: String?) throws(KQLError) -> KQLNode {
    var nodes = [try conjunction(behind: word)]
    while scanner.takeConnector("or") { nodes.append(try conjunction(behind: "or")) }
    return nodes.count == 1 ? nodes[0] : .or(nodes)
  }

  private mutating func conjunction(behind word: String?) throws(KQLError) -> KQLNode {
    var nodes = [try negation(behind: word)]
    while scanner.takeConnector("and") { nodes.append(try negation(behind: "and")) }
    return nodes.count == 1 ? nodes[0] : .and(nodes)
  }

  private mutating func negation(behind word: String?) throws(KQLError) -> KQLNode {
    guard scanner.takeNot() else { return try condition(behind: word) }
    if scanner.isNot(at: scanner.position) {
      throw scanner.error("\"not not\" needs brackets: not (not …)", at: scanner.position)
    }
    return .not(try condition(behind: "not"))
  }

  private mutating func condition(behind word: String?) throws(KQLError) -> KQLNode {
    if scanner.current == "(" {
      return try bracketed(")") { (parser: inout KQLParser) throws(KQLError) -> KQLNode in
        try parser.alternatives(behind: "(")
      }
    }
    let start = scanner.position
    guard let term = try scanner.term() else { throw missing("a condition", behind: word) }
    scanner.skipSpaces(before: ":<>")
    switch scanner.current {
    case ":":
      scanner.position += 1
      scanner.skipSpaces()
      if scanner.current == "{" {
        let node = try bracketed("}") { (parser: inout KQLParser) throws(KQLError) -> KQLNode in
          try parser.alternatives(behind: "{")
        }
        return .nested(term, node)
      }
      return try values(of: term, behind: ":")
    case "<", ">": return try comparison(of: term)
    default:
      try refuseNull(term, at: start)
      try refuseBracket(behind: term, at: start)
      return .equals(nil, term)
    }
  }

  private mutating func comparison(of field: KQLTerm) throws(KQLError) -> KQLNode {
    var sign = scanner.current == "<" ? "<" : ">"
    scanner.position += 1
    if scanner.take("=") { sign += "=" }
    scanner.skipSpaces()
    let start = scanner.position
    if scanner.current == "(" {
      throw scanner.error("a comparison takes one value: no brackets behind \(sign)", at: start)
    }
    guard let value = try scanner.term() else { throw missing("a value", behind: sign) }
    try refuseNull(value, at: start)
    return .range(field, KQLComparison(rawValue: sign) ?? .less, value)
  }

  // MARK: Lists of values

  private mutating func values(of field: KQLTerm, behind word: String) throws(KQLError) -> KQLNode {
    if scanner.current == "(" {
      return try bracketed(")") { (parser: inout KQLParser) throws(KQLError) -> KQLNode in
        try parser.anyValue(of: field)
      }
    }
    let start = scanner.position
    guard let value = try scanner.term() else { throw missing("a value", behind: word) }
    try refuseNull(value, at: start)
    try refuseBracket(behind: value, at: start)
    return .equals(field, value)
  }

  private mutating func anyValue(of field: KQLTerm) throws(KQLError) -> KQLNode {
    var nodes = [try allValues(of: field, behind: "(")]
    while scanner.takeConnector("or") { nodes.append(try allValues(of: field, behind: "or")) }
    return nodes.count == 1 ? nodes[0] : .or(nodes)
  }

  private mutating func allValues(of field: KQLTerm, behind word: String) throws(KQLError) -> KQLNode {
    var nodes = [try negatedValue(of: field, behind: word)]
    while scanner.takeConnector("and") { nodes.append(try negatedValue(of: field, behind: "and")) }
    return nodes.count == 1 ? nodes[0] : .and(nodes)
  }

  private mutating func negatedValue(of field: KQLTerm, behind word: String) throws(KQLError) -> KQLNode {
    guard scanner.takeNot() else { return try values(of: field, behind: word) }
    return .not(try values(of: field, behind: "not"))
  }

  private mutating func bracketed(
    _ close: Unicode.Scalar, _ content: (inout KQLParser) throws(KQLError) -> KQLNode
  ) throws(KQLError) -> KQLNode {
    let start = scanner.position
    depth += 1
    guard depth <= KQLParser.depth else {
      throw scanner.error("more than \(KQLParser.depth) brackets stand inside each other", at: start)
    }
    scanner.position += 1
    scanner.skipSpaces()
    let node = try content(&self)
    scanner.skipSpaces()
    guard scanner.take(close) else {
      if scanner.isAtEnd {
        let opening = scanner.characters(before: start) + 1
        let open = close == ")" ? "(" : "{"
        throw scanner.error(
          "expected \(close): the \(open) at character \(opening) is not closed", at: scanner.position)
      }
      throw stray()
    }
    depth -= 1
    return node
  }
}

// MARK: What is wrong

extension KQLParser {
  private func missing(_ what: String, behind word: String?) -> KQLError {
    let behind = word.map { " behind \($0.first?.isLetter == true ? "\"\($0)\"" : $0)" } ?? ""
    guard let found = scanner.current else {
      return scanner.error("expected \(what)\(behind), but the query ends", at: scanner.position)
    }
    return scanner.error("expected \(what)\(behind), not \(name(found))\(remedy(found))", at: scanner.position)
  }

  /// What stands where a condition has ended.
  private func stray() -> KQLError {
    let position = scanner.position
    guard let found = scanner.current else { return scanner.error("the query ends too soon", at: position) }
    let sentence: String
    if found == ")" || found == "}" {
      sentence = "nothing is opened that this \(found) could close"
    } else if scanner.isNot(at: position) {
      sentence = "expected \"and\" or \"or\" before \"not\""
    } else if scanner.hasWord("and", at: position) || scanner.hasWord("or", at: position) {
      sentence = "\"and\" and \"or\" need white space on both sides, and a condition on either"
    } else if found == ":" || found == "<" || found == ">" {
      sentence = "a value holds no \(found): put the value in quotation marks, or write \\\(found)"
    } else {
      sentence = "expected \"and\" or \"or\" before \(name(found))\(remedy(found))"
    }
    return scanner.error(sentence, at: position)
  }

  private func name(_ scalar: Unicode.Scalar) -> String {
    if KQLScanner.isSpecial(scalar) { return scalar == "\"" ? "a quotation mark" : String(Character(scalar)) }
    let word = scanner.scalars[scanner.position...].prefix { !KQLScanner.isSpace($0) && !KQLScanner.isSpecial($0) }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: word.prefix(24))
    return "\"\(String(text))\(word.count > 24 ? "…" : "")\""
  }

  private func remedy(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case ":", "<", ">", "{", "(": "; in quotation marks it is a letter like others"
    default: ""
    }
  }

  private func refuseNull(_ term: KQLTerm, at start: Int) throws(KQLError) {
    guard term.content == .plain("null") else { return }
    throw scanner.error(
      "null is no value that can be found: \"not field:*\" finds what lacks a field, and \"null\" in quotation marks the word",
      at: start)
  }

  /// `not(…)` and `and(…)` look like calls; the word before the bracket was read as a text.
  private func refuseBracket(behind term: KQLTerm, at start: Int) throws(KQLError) {
    guard scanner.current == "(", case .plain(let text) = term.content else { return }
    for word in ["not", "and", "or"] where text.lowercased() == word || text.lowercased().hasSuffix(" " + word) {
      throw scanner.error("\"\(word)\" needs white space before the bracket", at: scanner.position)
    }
  }
}

extension KQLScanner {
  /// Skips white space where one of the signs follows it: elsewhere it belongs to `and` and `or`.
  mutating func skipSpaces(before signs: String) {
    var position = self.position
    while position < scalars.count, KQLScanner.isSpace(scalars[position]) { position += 1 }
    if position < scalars.count, signs.unicodeScalars.contains(scalars[position]) { self.position = position }
  }
}
