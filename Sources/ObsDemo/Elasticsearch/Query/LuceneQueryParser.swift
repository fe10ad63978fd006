import ObsData

/// The language of `query_string`: Lucene's classic query syntax.
/// Operators bind as Lucene's own parser does it: `a AND b OR c` marks clauses as required, it does not build a tree.
struct LuceneQueryParser {
  struct SyntaxError: Error { let reason: String }
  /// How a clause stands in its list.
  enum Occurrence { case must, should, mustNot }
  typealias Clause = (occurrence: Occurrence, query: SearchQuery)

  /// Builds the queries that the words of the text stand for.
  let builder: LuceneQueryBuilder
  let requiresAll: Bool
  private var characters: [Character]
  private var index = 0
  private var depth = 0

  init(_ text: String, requiresAll: Bool, builder: LuceneQueryBuilder) {
    characters = Array(text)
    self.requiresAll = requiresAll
    self.builder = builder
  }

  mutating func parse() throws -> SearchQuery {
    skipSpace()
    if isAtEnd { return .none }
    let query = try list(field: nil)
    if !isAtEnd { throw failure("Encountered \"\(characters[index])\" at column \(index)") }
    return query
  }

  private var isAtEnd: Bool { index >= characters.count }
  private func failure(_ reason: String) -> SyntaxError { SyntaxError(reason: reason) }
  private mutating func skipSpace() { while !isAtEnd, characters[index].isWhitespace { index += 1 } }
  private func looksAt(_ text: String) -> Bool { characters[index...].starts(with: text) }
  private mutating func take(_ text: String) -> Bool {
    guard looksAt(text) else { return false }
    index += text.count
    return true
  }
  /// A word operator must stand alone.
  private mutating func takeWord(_ word: String) -> Bool {
    guard looksAt(word) else { return false }
    let behind = index + word.count
    guard behind >= characters.count || characters[behind].isWhitespace || "()".contains(characters[behind]) else {
      return false
    }
    index = behind
    return true
  }

  private mutating func list(field: String?) throws -> SearchQuery {
    depth += 1
    defer { depth -= 1 }
    guard depth < 50 else { throw failure("too many nested parentheses") }
    var clauses: [Clause] = []
    while true {
      skipSpace()
      if isAtEnd || looksAt(")") { break }
      var conjunction: String?
      if takeWord("AND") || take("&&") {
        conjunction = "AND"
      } else if takeWord("OR") || take("||") {
        conjunction = "OR"
      }
      if conjunction != nil {
        guard !clauses.isEmpty else { throw failure("Encountered \" <\(conjunction ?? "")> \" at column 0") }
        skipSpace()
      }
      var modifier = Occurrence.should
      if takeWord("NOT") || take("!") || take("-") {
        modifier = .mustNot
      } else if take("+") {
        modifier = .must
      }
      skipSpace()
      if isAtEnd || looksAt(")") { throw failure("Encountered \"<EOF>\" at column \(index)") }
      if modifier != .should, "+-!".contains(characters[index]) || nextIs(["NOT"]) {
        throw failure("Encountered \"\(characters[index])\" at column \(index)")
      }
      let isPlain = conjunction == nil && modifier == .should
      let query = try clause(field: field, joinsWords: isPlain)
      add(query, conjunction, modifier, to: &clauses)
    }
    if clauses.isEmpty { throw failure("Encountered \"\(isAtEnd ? "<EOF>" : ")")\" at column \(index)") }
    if clauses.count == 1, clauses[0].occurrence != .mustNot { return clauses[0].query }
    return Self.combined(clauses)
  }

  private func add(_ query: SearchQuery, _ conjunction: String?, _ modifier: Occurrence, to clauses: inout [Clause]) {
    if let last = clauses.indices.last, clauses[last].occurrence != .mustNot {
      if conjunction == "AND" { clauses[last].occurrence = .must }
      if conjunction == "OR", requiresAll { clauses[last].occurrence = .should }
    }
    if modifier == .should {
      let required = conjunction == "AND" || (requiresAll && conjunction != "OR")
      clauses.append((required ? .must : .should, query))
    } else {
      clauses.append((modifier, query))
    }
  }

  static func combined(_ clauses: [Clause]) -> SearchQuery {
    func all(_ occurrence: Occurrence) -> [SearchQuery] {
      clauses.filter { $0.occurrence == occurrence }.map(\.query)
    }
    // Nothing but exclusions means all the rest.
    return .bool(.init(must: all(.must), should: all(.should), mustNot: all(.mustNot)))
  }

  private mutating func clause(field: String?, joinsWords: Bool) throws -> SearchQuery {
    var field = field
    var hasOwnField = false
    let start = index
    if let name = try fieldName() {
      field = name
      hasOwnField = true
    } else {
      index = start
    }
    if take("(") {
      let query = try list(field: field)
      guard take(")") else { throw failure("Encountered \"<EOF>\" at column \(index). Was expecting: \")\"") }
      return boosted(query, try boost())
    }
    if looksAt("\"") { return try quoted(field) }
    if looksAt("[") || looksAt("{") { return try range(field) }
    if looksAt("/") { return try regexp(field) }
    if hasOwnField, looksAt("<") || looksAt(">") { return try comparison(field) }
    return try words(field, joins: joinsWords && !hasOwnField)
  }

  /// A name with a colon behind it; `*:*` is a field of its own kind.
  private mutating func fieldName() throws -> String? {
    guard !isAtEnd, !"\"([{/".contains(characters[index]) else { return nil }
    let word = try word()
    skipSpace()
    guard !word.text.isEmpty, take(":") else { return nil }
    if word.text != "*", Self.hasWildcard(word.text) { throw failure("Encountered \":\" at column \(index - 1)") }
    skipSpace()
    if isAtEnd { throw failure("Encountered \"<EOF>\" at column \(index)") }
    return word.plain
  }

  /// A run of characters up to a separator; `text` keeps the escapes, `plain` has them resolved.
  private mutating func word() throws -> (text: String, plain: String) {
    var text = ""
    var plain = ""
    while !isAtEnd {
      let character = characters[index]
      if character == "\\" {
        guard index + 1 < characters.count else { throw failure("Term can not end with escape character.") }
        text.append(character)
        text.append(characters[index + 1])
        plain.append(characters[index + 1])
        index += 2
        continue
      }
      if character.isWhitespace || ":()[]{}\"^~<>=".contains(character) || (character == "!" && text.isEmpty) { break }
      if character == "/" && text.isEmpty { break }
      text.append(character)
      plain.append(character)
      index += 1
    }
    return (text, plain)
  }

  private static let operators: Set<String> = ["AND", "OR", "NOT", "&&", "||", "TO"]

  private mutating func words(_ field: String?, joins: Bool) throws -> SearchQuery {
    let first = try word()
    guard !first.text.isEmpty else { throw failure("Encountered \"\(characters[index])\" at column \(index)") }
    if take("~") {
      let digits = number()
      return boosted(try builder.fuzzy(field, first.plain, edits: digits), try boost())
    }
    if looksAt("^") { return boosted(try builder.word(field, first.text, plain: first.plain), try boost()) }
    // Words that only white space separates are analysed together, which is a difference for keywords.
    var joined = first.plain
    var isSpecial = Self.hasWildcard(first.text)
    while joins, !isSpecial {
      let mark = index
      skipSpace()
      guard !isAtEnd, !"+-!\"([{/&|".contains(characters[index]) else {
        index = mark
        break
      }
      let next = try word()
      let isFree = isAtEnd || characters[index].isWhitespace || looksAt(")")
      guard !next.text.isEmpty, isFree, !Self.operators.contains(next.text), !Self.hasWildcard(next.text),
        !nextIs(["AND", "OR", "&&", "||", ":"])
      else {
        index = mark
        break
      }
      joined += " " + next.plain
      isSpecial = false
    }
    if joined == first.plain { return try builder.word(field, first.text, plain: first.plain) }
    return try builder.text(field, joined)
  }

  /// Whether one of these follows: a conjunction takes the word before it out of a run.
  private func nextIs(_ words: [String]) -> Bool {
    let rest = characters[index...].drop { $0.isWhitespace }
    return words.contains { rest.starts(with: $0) }
  }

  static func hasWildcard(_ text: String) -> Bool {
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "*" || character == "?" {
        return true
      }
    }
    return false
  }

  private mutating func quoted(_ field: String?) throws -> SearchQuery {
    let text = try string()
    var slop = 0
    if take("~") { slop = Int(number() ?? 0) }
    return boosted(try builder.phrase(field, text, slop: slop), try boost())
  }

  private mutating func string() throws -> String {
    index += 1
    var text = ""
    while !isAtEnd {
      let character = characters[index]
      index += 1
      if character == "\"" { return text }
      if character == "\\", !isAtEnd {
        text.append(characters[index])
        index += 1
      } else {
        text.append(character)
      }
    }
    throw failure("Lexical error at column \(index). Encountered: <EOF> after prefix \"\"\" (in lexical state 0)")
  }

  private mutating func range(_ field: String?) throws -> SearchQuery {
    let includesLow = take("[")
    if !includesLow { index += 1 }
    let low = try bound()
    guard takeWord("TO") || take("TO") else { throw failure("Was expecting \"TO\" at column \(index)") }
    let high = try bound()
    let includesHigh = looksAt("]")
    guard take("]") || take("}") else { throw failure("Was expecting one of: \"]\", \"}\" at column \(index)") }
    return boosted(
      try builder.range(field, low: low, includesLow: includesLow, high: high, includesHigh: includesHigh), try boost())
  }

  private mutating func bound() throws -> String? {
    skipSpace()
    defer { skipSpace() }
    if looksAt("\"") { return try string() }
    var text = ""
    while !isAtEnd, !characters[index].isWhitespace, !"]}".contains(characters[index]) {
      if characters[index] == "\\", index + 1 < characters.count { index += 1 }
      text.append(characters[index])
      index += 1
    }
    if text.isEmpty { throw failure("Encountered \"<EOF>\" at column \(index)") }
    return text == "*" ? nil : text
  }

  private mutating func comparison(_ field: String?) throws -> SearchQuery {
    let isLess = take("<")
    if !isLess { index += 1 }
    let includes = take("=")
    skipSpace()
    let text = looksAt("\"") ? try string() : try word().plain
    guard !text.isEmpty else { throw failure("Encountered \"<EOF>\" at column \(index)") }
    return try builder.range(
      field, low: isLess ? nil : text, includesLow: includes, high: isLess ? text : nil, includesHigh: includes)
  }

  private mutating func regexp(_ field: String?) throws -> SearchQuery {
    index += 1
    var pattern = ""
    while !isAtEnd, !looksAt("/") {
      if looksAt("\\/") { index += 1 }
      pattern.append(characters[index])
      index += 1
    }
    guard take("/") else { throw failure("Lexical error at column \(index). Encountered: <EOF>") }
    return boosted(try builder.regexp(field, pattern), try boost())
  }

  private mutating func boost() throws -> Double {
    guard take("^") else { return 1 }
    guard let value = number() else { throw failure("Encountered \"^\" at column \(index)") }
    return value
  }
  private func boosted(_ query: SearchQuery, _ boost: Double) -> SearchQuery {
    boost == 1 ? query : .boosted(query, boost: boost, constant: false)
  }
  private mutating func number() -> Double? {
    var text = ""
    while !isAtEnd, characters[index].isASCII, characters[index].isNumber || characters[index] == "." {
      text.append(characters[index])
      index += 1
    }
    return Double(text).map { min($0, 1e6) }
  }
}
