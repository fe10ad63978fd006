/// The language of `simple_query_string`, in which no text is an error: `+` and, `|` or, `-` not, `"phrase"~1`, `prefix*`,
/// `word~1`, parentheses.
struct SimpleQueryParser {
  let builder: LuceneQueryBuilder
  let requiresAll: Bool
  private let characters: [Character]
  private var index = 0

  init(_ text: String, requiresAll: Bool, builder: LuceneQueryBuilder) {
    characters = Array(text)
    self.requiresAll = requiresAll
    self.builder = builder
  }

  mutating func parse() throws -> SearchQuery { try list(depth: 0) ?? .none }

  private enum Operator { case and, or }

  private mutating func list(depth: Int) throws -> SearchQuery? {
    var result: SearchQuery?
    var pending: Operator?
    var isNegated = false
    while index < characters.count {
      let character = characters[index]
      switch character {
      case ")" where depth > 0: return result
      case " ", "\t", "\n", "\r", ")": index += 1
      case "+":
        pending = .and
        index += 1
      case "|":
        pending = .or
        index += 1
      case "-":
        isNegated.toggle()
        index += 1
      default:
        var next: SearchQuery?
        if character == "(" {
          index += 1
          next = depth < 50 ? try list(depth: depth + 1) : nil
          if index < characters.count { index += 1 }
        } else {
          next = character == "\"" ? try quoted() : try word()
        }
        guard var query = next else { continue }
        if isNegated { query = .bool(.init(must: [.all], mustNot: [query])) }
        result = joined(result, query, pending ?? (requiresAll ? .and : .or))
        pending = nil
        isNegated = false
      }
    }
    return result
  }

  private func joined(_ left: SearchQuery?, _ right: SearchQuery, _ operation: Operator) -> SearchQuery {
    guard let left else { return right }
    if case .bool(var bool) = left, bool.filter.isEmpty, bool.mustNot.isEmpty {
      if operation == .and, bool.should.isEmpty {
        bool.must.append(right)
        return .bool(bool)
      }
      if operation == .or, bool.must.isEmpty {
        bool.should.append(right)
        return .bool(bool)
      }
    }
    return operation == .and ? .bool(.init(must: [left, right])) : .bool(.init(should: [left, right]))
  }

  private mutating func quoted() throws -> SearchQuery? {
    let start = index
    index += 1
    var text = ""
    while index < characters.count, characters[index] != "\"" {
      if characters[index] == "\\", index + 1 < characters.count { index += 1 }
      text.append(characters[index])
      index += 1
    }
    guard index < characters.count else {
      // A quote without its partner is no operator.
      index = start + 1
      return nil
    }
    index += 1
    return text.isEmpty ? nil : try builder.phrase(nil, text, slop: suffixNumber() ?? 0)
  }

  private mutating func word() throws -> SearchQuery? {
    var text = ""
    var isPrefix = false
    while index < characters.count, !" \t\n\r\"|+()".contains(characters[index]) {
      if characters[index] == "~" { break }
      if characters[index] == "\\", index + 1 < characters.count {
        index += 1
      } else if characters[index] == "*",
        index + 1 == characters.count || " \t\n\r\"|+()".contains(characters[index + 1])
      {
        isPrefix = true
        index += 1
        break
      }
      text.append(characters[index])
      index += 1
    }
    if let edits = suffixNumber(), !text.isEmpty { return try builder.fuzzy(nil, text, edits: Double(edits)) }
    if text.isEmpty { return isPrefix ? .all : nil }
    if isPrefix {
      let escaped = text.map { "*?\\".contains($0) ? "\\\($0)" : String($0) }.joined()
      return try builder.word(nil, escaped + "*", plain: text)
    }
    return try builder.text(nil, text)
  }

  private mutating func suffixNumber() -> Int? {
    guard index < characters.count, characters[index] == "~" else { return nil }
    index += 1
    var digits = ""
    while index < characters.count, characters[index].isASCII, characters[index].isNumber {
      digits.append(characters[index])
      index += 1
    }
    return Int(digits.prefix(6)) ?? 2
  }
}
