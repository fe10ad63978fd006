/// What an alerting rule compares with what: the expression that is measured, and the number it is held against.
public struct AlertCondition: Hashable, Sendable {
  /// PromQL's comparisons with a number.
  public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case atLeast = ">=", atMost = "<=", equal = "==", unequal = "!=", above = ">", below = "<"
  }

  /// The expression left of the comparison: what can be drawn, whether the rule fires or not.
  public let measured: String
  /// How the two are compared.
  public let comparison: Comparison
  /// The number on the right.
  public let threshold: Double

  /// Takes a rule's expression apart; nil where it compares nothing with a number. Of conditions joined by `and`, `or` or
  /// `unless` the first counts.
  public init?(_ expression: String) {
    let scalars = Array(expression.unicodeScalars)
    let places = AlertCondition.topLevel(scalars)
    var end = scalars.count
    for place in places where AlertCondition.word(at: place, in: scalars).map(AlertCondition.joining.contains) ?? false
    {
      end = place
      break
    }
    for place in places where place < end {
      guard let comparison = AlertCondition.comparison(at: place, in: scalars) else { continue }
      var right = AlertCondition.text(scalars[(place + comparison.rawValue.count)..<end])
      if right.hasPrefix("bool ") { right = String(right.dropFirst(5)).trimmed }
      guard let threshold = Double(right), threshold.isFinite else { continue }
      measured = AlertCondition.text(scalars[..<place])
      self.comparison = comparison
      self.threshold = threshold
      guard !measured.isEmpty else { return nil }
      return
    }
    return nil
  }

  /// Whether a value meets the condition.
  public func isMet(by value: Double) -> Bool { comparison.isMet(value, threshold) }

  private static let joining: Set<String> = ["and", "or", "unless"]

  /// The places outside of brackets, quoted text and comments.
  private static func topLevel(_ scalars: [Unicode.Scalar]) -> [Int] {
    var places: [Int] = []
    var depth = 0
    var quote: Unicode.Scalar?
    var place = 0
    while place < scalars.count {
      let scalar = scalars[place]
      if let open = quote {
        if scalar == "\\", open != "`" { place += 1 } else if scalar == open { quote = nil }
      } else {
        switch scalar {
        case "\"", "'", "`": quote = scalar
        case "(", "[", "{": depth += 1
        case ")", "]", "}": depth -= 1
        case "#":
          while place < scalars.count, scalars[place] != "\n" { place += 1 }
        default: if depth == 0 { places.append(place) }
        }
      }
      place += 1
    }
    return places
  }

  private static func comparison(at place: Int, in scalars: [Unicode.Scalar]) -> Comparison? {
    let two = text(scalars[place..<min(place + 2, scalars.count)])
    // `=~`, `!~` and `=` stand in selectors, inside of braces; a place inside `>=` is no comparison of its own.
    if place > 0, "<>=!".unicodeScalars.contains(scalars[place - 1]) { return nil }
    return Comparison(rawValue: two) ?? Comparison(rawValue: String(two.prefix(1)))
  }

  private static func word(at place: Int, in scalars: [Unicode.Scalar]) -> String? {
    func isLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || scalar == "_" || scalar == ":" }
    guard isLetter(scalars[place]), place == 0 || !isLetter(scalars[place - 1]) else { return nil }
    return text(scalars[place...].prefix(while: isLetter)).lowercased()
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text).trimmed
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
