/// A condition on one label, as Alertmanager's silences and filters have it: `service="msg-server"`, `!=`, `=~`, `!~`.
/// Expressions hold for the whole value.
public struct AlertMatcher: Hashable, Sendable {
  /// The label's name.
  public let name: String
  /// What its value is compared with; an absent label has the empty value.
  public let value: String
  /// Whether `value` is a regular expression.
  public let isRegex: Bool
  /// Whether the value must fit, or must not.
  public let isEqual: Bool

  /// Makes a matcher of its parts.
  public init(name: String, value: String, isRegex: Bool = false, isEqual: Bool = true) {
    self.name = name
    self.value = value
    self.isRegex = isRegex
    self.isEqual = isEqual
  }

  /// Why a text is no list of matchers, and where: the number of characters before the place.
  public struct ParseError: Error, Hashable, Sendable {
    /// What is wrong.
    public let sentence: String
    /// How many characters stand before the place.
    public let offset: Int
  }

  /// Reads matchers that are separated by spaces or commas, braces around them allowed: what Prometheus, Alertmanager and
  /// `amtool` write. A value without quotes ends at the next separator.
  public static func parse(_ text: String) throws(ParseError) -> [AlertMatcher] {
    let characters = Array(text)
    var place = 0
    var matchers: [AlertMatcher] = []
    func isSeparator(_ character: Character) -> Bool { character.isWhitespace || character == "," }
    while true {
      while place < characters.count, isSeparator(characters[place]) || "{}".contains(characters[place]) { place += 1 }
      guard place < characters.count else { break }
      let name = characters[place...].prefix { $0.isLetter || $0.isNumber || "_:.-".contains($0) }
      guard !name.isEmpty else { throw ParseError(sentence: "a label's name was expected", offset: place) }
      place += name.count
      let operators: [(text: String, isRegex: Bool, isEqual: Bool)] = [
        ("=~", true, true), ("!~", true, false), ("!=", false, false), ("=", false, true),
      ]
      let rest = String(characters[place...].prefix(2))
      guard let found = operators.first(where: { rest.hasPrefix($0.text) }) else {
        throw ParseError(sentence: "=, !=, =~ or !~ was expected", offset: place)
      }
      place += found.text.count
      let value = try value(in: characters, at: &place)
      if found.isRegex, let problem = problem(with: value) { throw ParseError(sentence: problem, offset: place) }
      matchers.append(
        AlertMatcher(name: String(name), value: value, isRegex: found.isRegex, isEqual: found.isEqual))
    }
    return matchers
  }

  private static func value(in characters: [Character], at place: inout Int) throws(ParseError) -> String {
    guard place < characters.count, characters[place] == "\"" else {
      let plain = characters[place...].prefix { !$0.isWhitespace && !",}\"".contains($0) }
      guard !plain.isEmpty else { throw ParseError(sentence: "a value was expected", offset: place) }
      place += plain.count
      return String(plain)
    }
    let open = place
    place += 1
    var value = ""
    while place < characters.count, characters[place] != "\"" {
      if characters[place] == "\\", place + 1 < characters.count {
        place += 1
        let escaped = characters[place]
        value += escaped == "n" ? "\n" : escaped == "\"" || escaped == "\\" ? String(escaped) : "\\\(escaped)"
      } else {
        value.append(characters[place])
      }
      place += 1
    }
    guard place < characters.count else { throw ParseError(sentence: "the quotes are not closed", offset: open) }
    place += 1
    return value
  }

  private static func problem(with expression: String) -> String? {
    do throws(TextPattern.Refusal) {
      _ = try pattern(expression)
      return nil
    } catch {
      return "the expression cannot be read: \(error.reason)"
    }
  }

  /// Case counts, a dot is any character, and the whole value must fit: as Go's `regexp` reads it for Alertmanager.
  private static func pattern(_ expression: String) throws(TextPattern.Refusal) -> TextPattern {
    try TextPattern("(?-i)(?s)\\A(?:\(expression))\\z", syntax: .expression)
  }

  /// The matcher as it is typed.
  public var text: String {
    let sign = isRegex ? (isEqual ? "=~" : "!~") : (isEqual ? "=" : "!=")
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    return "\(name)\(sign)\"\(escaped)\""
  }

  /// Whether labels satisfy it.
  public func matches(_ labels: [String: String]) -> Bool {
    let own = labels[name] ?? ""
    guard isRegex else { return (own == value) == isEqual }
    guard let pattern = try? AlertMatcher.pattern(value) else { return false }
    var text = own
    let isMatch = text.withUTF8 { bytes in
      if case .match = TextMatcher(pattern).find(in: bytes) { true } else { false }
    }
    return isMatch == isEqual
  }
}
