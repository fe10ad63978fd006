/// A piece of a PromQL text.
struct PromToken: Equatable {
  enum Kind: Equatable {
    case end, error, identifier, metricIdentifier, number, duration, string
    case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
    case comma, colon, assign, at
    /// `+`, `=~`, `and`, …: what stands between two expressions or in a matcher.
    case operation
    /// `sum`, `topk`, …
    case aggregator
    /// `by`, `offset`, `bool`, …
    case keyword
    /// `start` and `end`, as in `@ start()`.
    case preprocessor
  }

  let kind: Kind
  /// The text as written; of an error what is wrong.
  let text: String
  /// Where it stands, in bytes.
  let start, end: Int

  /// The word in lower case: keywords are known in any case.
  var word: String { text.lowercased() }

  /// The token as Prometheus's messages name it.
  var description: String {
    switch kind {
    case .end: "end of input"
    case .error: text
    case .identifier: "identifier \(PromToken.quoted(text))"
    case .metricIdentifier: "metric identifier \(PromToken.quoted(text))"
    case .number: "number \(shortened)"
    case .duration: "duration \(shortened)"
    case .string: "string \(shortened)"
    case .operation, .at: "<op:\(text)>"
    case .aggregator: "<aggr:\(text)>"
    case .keyword: "<\(text)>"
    default: PromToken.quoted(text)
    }
  }

  private var shortened: String {
    text.utf8.count > 10 ? PromToken.quoted(String(text.prefix(10))) + "..." : PromToken.quoted(text)
  }

  /// A text in double quotes, as Go's `%q` writes it.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ":
        result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static let aggregators: Set<String> = [
    "sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk", "count_values", "quantile",
  ]
  static let wordOperators: Set<String> = ["and", "or", "unless", "atan2"]
  static let keywords: Set<String> = [
    "offset", "by", "without", "on", "ignoring", "group_left", "group_right", "bool",
  ]
}

/// Why an expression has no value: Prometheus's error types with its words.
struct PromError: Error, Equatable {
  enum Kind: String { case badData = "bad_data", execution, notFound = "not_found", internalError = "internal" }
  let kind: Kind
  let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// What is wrong with the text of a query, at a byte of it, as `line:column: parse error: …`.
  static func parse(_ message: String, at position: Int, in query: [UInt8]) -> PromError {
    let before = query.prefix(max(0, position))
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return PromError(.badData, "\(line):\(position - lineStart + 1): parse error: \(message)")
  }
}
