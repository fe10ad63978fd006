import Foundation

/// A matcher of Alertmanager: `name="value"`, `!=`, `=~`, `!~`. Expressions are anchored at both ends.
struct LabelMatcher: Sendable {
  struct Failure: Error, Equatable {
    let description: String
  }

  let name: String
  let value: String
  let isRegex: Bool
  let isEqual: Bool
  /// Nil where the matcher is no expression.
  private let expression: NSRegularExpression?

  init(name: String, value: String, isRegex: Bool, isEqual: Bool) throws(Failure) {
    self.name = name
    self.value = value
    self.isRegex = isRegex
    self.isEqual = isEqual
    expression = isRegex ? try LabelMatcher.compile(value) : nil
  }

  /// Reads a matcher; the value may stand in quotes, with `\"`, `\\` and `\n` in it.
  init(parsing text: String) throws(Failure) {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    let name = trimmed.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    let rest = trimmed.dropFirst(name.count).drop { $0 == " " }
    let operators: [(text: String, isRegex: Bool, isEqual: Bool)] = [
      ("=~", true, true), ("!~", true, false), ("!=", false, false), ("=", false, true),
    ]
    guard !name.isEmpty, name.first?.isNumber == false, let found = operators.first(where: { rest.hasPrefix($0.text) })
    else { throw Failure(description: "bad matcher format: \(text)") }
    let raw = rest.dropFirst(found.text.count).drop { $0 == " " }
    let value = try LabelMatcher.unquote(String(raw), in: text)
    try self.init(name: String(name), value: value, isRegex: found.isRegex, isEqual: found.isEqual)
  }

  private static func unquote(_ raw: String, in text: String) throws(Failure) -> String {
    guard raw.hasPrefix("\"") else {
      if raw.contains("\"") {
        throw Failure(description: "matcher value contains unescaped double quote: \(raw)")
      }
      return raw
    }
    guard raw.count >= 2, raw.hasSuffix("\"") else {
      throw Failure(description: "matcher value contains unescaped double quote: \(raw)")
    }
    var value = ""
    var isEscaped = false
    for character in raw.dropFirst().dropLast() {
      if isEscaped {
        value += character == "n" ? "\n" : character == "\"" || character == "\\" ? String(character) : "\\\(character)"
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        throw Failure(description: "matcher value contains unescaped double quote: \(raw)")
      } else {
        value.append(character)
      }
    }
    if isEscaped { throw Failure(description: "matcher value contains unescaped double quote: \(raw)") }
    return value
  }

  /// Compiles an anchored expression; a bad one is refused in the words of Go's `regexp`.
  static func compile(_ pattern: String) throws(Failure) -> NSRegularExpression {
    let anchored = "^(?:\(pattern))$"
    if pattern.utf8.count <= 1_000,
      let expression = try? NSRegularExpression(pattern: anchored, options: .dotMatchesLineSeparators)
    {
      return expression
    }
    let opened = pattern.count(where: { $0 == "(" }) - pattern.count(where: { $0 == ")" })
    let reason: String
    if pattern.utf8.count > 1_000 {
      reason = "expression too large"
    } else if opened > 0 {
      reason = "missing closing )"
    } else if opened < 0 {
      reason = "unexpected )"
    } else if pattern.count(where: { $0 == "[" }) > pattern.count(where: { $0 == "]" }) {
      reason = "missing closing ]"
    } else if let first = pattern.first, "*+?".contains(first) {
      throw Failure(description: "error parsing regexp: missing argument to repetition operator: `\(first)`")
    } else {
      reason = "invalid escape sequence"
    }
    throw Failure(description: "error parsing regexp: \(reason): `\(anchored)`")
  }

  /// Whether a label of that value satisfies the matcher; a label that is not there has the empty value.
  func matches(_ text: String) -> Bool {
    let isMatch =
      expression.map { expression in
        expression.firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
      } ?? (text == value)
    return isMatch == isEqual
  }
}
