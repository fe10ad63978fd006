/// Puts label filters into every selector of a PromQL expression, as Grafana does with the filters of an ad-hoc variable.
enum AdHocFilters {
  private static let listing: Set<Substring> = ["by", "without", "on", "ignoring", "group_left", "group_right"]
  private static let words: Set<Substring> = [
    "and", "or", "unless", "offset", "bool", "inf", "nan", "atan2", "start", "end", "Inf", "NaN", "smoothed",
    "anchored",
  ]

  /// The expression with the filters in it.
  static func apply(_ filters: [DashboardVariable.LabelFilter], to expression: String) -> String {
    guard !filters.isEmpty else { return expression }
    let matchers = filters.map { filter in
      let isPlain = filter.label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      return (isPlain ? filter.label : JSONTree.string(filter.label).text) + filter.operation
        + JSONTree.string(filter.value).text
    }.joined(separator: ",")
    var result = ""
    var rest = expression[...]
    while let character = rest.first {
      switch character {
      case "\"", "'", "`": take(quoted(rest), from: &rest, to: &result)
      case "[": take(rest[..<(rest.firstIndex(of: "]") ?? rest.endIndex)], from: &rest, to: &result)
      case "#": take(rest[..<(rest.firstIndex(of: "\n") ?? rest.endIndex)], from: &rest, to: &result)
      case "{": open(&rest, matchers, to: &result)
      case _ where character.isNumber || character == ".":
        take(rest.prefix { $0.isLetter || $0.isNumber || $0 == "." }, from: &rest, to: &result)
      case _ where isName(character):
        let name = rest.prefix { isName($0) || $0.isNumber }
        take(name, from: &rest, to: &result)
        let blank = rest.prefix(while: \.isWhitespace)
        let next = rest[blank.endIndex...]
        if listing.contains(name) {
          // Its labels are no selectors.
          if next.first == "(" { take(rest[..<(rest.firstIndex(of: ")") ?? rest.endIndex)], from: &rest, to: &result) }
        } else if words.contains(name) || next.first == "(" || listing.contains(next.prefix(while: isName)) {
          continue
        } else if next.first == "{" {
          take(blank, from: &rest, to: &result)
          open(&rest, matchers, to: &result)
        } else {
          result += "{" + matchers + "}"
        }
      default:
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func isName(_ character: Character) -> Bool {
    character.isLetter || character == "_" || character == ":"
  }

  private static func take(_ piece: Substring, from rest: inout Substring, to result: inout String) {
    result += piece
    rest = rest[piece.endIndex...]
  }

  /// A text in quotes, quotes included.
  private static func quoted(_ text: Substring) -> Substring {
    guard let quote = text.first else { return text }
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
      if text[index] == "\\", quote != "`" {
        index = text.index(index, offsetBy: 2, limitedBy: text.endIndex) ?? text.endIndex
        continue
      }
      if text[index] == quote { return text[...index] }
      index = text.index(after: index)
    }
    return text
  }

  /// Copies a selector's braces with the matchers in front of its own.
  private static func open(_ rest: inout Substring, _ matchers: String, to result: inout String) {
    rest = rest.dropFirst()
    result += "{" + matchers
    var isFirst = true
    while let character = rest.first {
      if character == "}" {
        result += "}"
        rest = rest.dropFirst()
        return
      }
      if isFirst, !character.isWhitespace {
        result += ","
        isFirst = false
      }
      if "\"'`".contains(character) {
        take(quoted(rest), from: &rest, to: &result)
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
  }
}
