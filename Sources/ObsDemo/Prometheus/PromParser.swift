/// Reads PromQL: precedence climbing over the lexer's tokens, with the messages of Prometheus's own parser.
struct PromParser {
  let query: [UInt8]
  private let tokens: [PromToken]
  private var index = 0
  /// How many aggregations are open here: Prometheus names the innermost in its messages.
  private var openAggregations = 0
  private var nesting = 0

  /// Deeper than people write; the evaluator recurses over the tree.
  static let maximumDepth = 200

  private init(_ text: String) {
    query = Array(text.utf8)
    tokens = PromLexer.tokens(of: query)
  }

  /// Reads and checks an expression.
  static func parse(_ text: String) throws(PromError) -> PromNode {
    var parser = PromParser(text)
    if parser.current.kind == .end { throw parser.error("no expression found in input", at: 0) }
    let node = try parser.expression(0)
    if parser.current.kind != .end { throw parser.unexpected() }
    _ = try PromChecker(query: parser.query).check(node)
    return node
  }

  /// Reads a selector alone, as in `match[]`.
  static func selector(_ text: String) throws(PromError) -> PromSelector {
    var parser = PromParser(text)
    let node = try parser.primary()
    guard parser.current.kind == .end, case .selector(let selector) = node.expression else { throw parser.unexpected() }
    guard selector.matchesSomething else {
      throw PromError(.badData, "match[] must contain at least one non-empty matcher")
    }
    return selector
  }

  // MARK: Tokens

  var current: PromToken { tokens[min(index, tokens.count - 1)] }
  private var following: PromToken { tokens[min(index + 1, tokens.count - 1)] }
  private var lastEnd: Int { index > 0 ? tokens[min(index, tokens.count) - 1].end : 0 }

  @discardableResult mutating func take() -> PromToken {
    let token = current
    index = min(index + 1, tokens.count)
    return token
  }

  func error(_ message: String, at position: Int) -> PromError { .parse(message, at: position, in: query) }

  /// What stands here does not fit. A lexer's error speaks for itself.
  func unexpected(in context: String = "", expected: String = "") -> PromError {
    if current.kind == .error { return error(current.text, at: current.start) }
    let context = context.isEmpty && openAggregations > 0 ? "aggregation" : context
    var message = "unexpected " + current.description
    if !context.isEmpty { message += " in " + context }
    if !expected.isEmpty { message += ", expected " + expected }
    return error(message, at: current.start)
  }

  // MARK: Expressions

  private static let precedence: [String: Int] = [
    "or": 1, "and": 2, "unless": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5,
    "%": 5, "atan2": 5, "^": 6,
  ]

  mutating func expression(_ minimum: Int) throws(PromError) -> PromNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= PromParser.maximumDepth else { throw error("expression is nested too deeply", at: current.start) }
    var left = try unary()
    while current.kind == .operation, let level = PromParser.precedence[current.word], level >= minimum {
      let token = take()
      var binary = PromBinary(operation: token.word, left: left, right: left, position: token.start)
      try modifiers(&binary)
      // Only `^` groups from the right.
      binary.right = try expression(token.word == "^" ? level : level + 1)
      left = try node(.binary(binary), left.start, binary.right.end, [left, binary.right])
    }
    return left
  }

  func node(_ expression: PromExpression, _ start: Int, _ end: Int, _ parts: [PromNode]) throws(PromError) -> PromNode {
    let depth = (parts.map(\.depth).max() ?? 0) + 1
    guard depth <= PromParser.maximumDepth else { throw error("expression is nested too deeply", at: start) }
    return PromNode(expression: expression, start: start, end: end, depth: depth)
  }

  private mutating func unary() throws(PromError) -> PromNode {
    guard current.kind == .operation, current.text == "-" || current.text == "+" else { return try postfix() }
    let sign = take()
    // A sign binds as `*` does: `-a ^ b` is `-(a ^ b)`.
    let inner = try expression(6)
    if case .number(let value) = inner.expression {
      return PromNode(expression: .number(sign.text == "-" ? -value : value), start: sign.start, end: inner.end)
    }
    return try node(.unary(isNegative: sign.text == "-", inner), sign.start, inner.end, [inner])
  }

  private mutating func postfix() throws(PromError) -> PromNode {
    var node = try primary()
    while true {
      if current.kind == .leftBracket {
        try bracket(&node)
      } else if current.kind == .keyword, current.word == "offset" {
        try offset(&node)
      } else if current.kind == .at {
        try instant(&node)
      } else {
        return node
      }
      node.end = lastEnd
    }
  }

  mutating func primary() throws(PromError) -> PromNode {
    let token = current
    switch token.kind {
    case .number:
      take()
      guard let value = PromNumber.parse(token.text) else {
        throw error(
          "error parsing number: strconv.ParseFloat: parsing \(PromToken.quoted(token.text)): invalid syntax",
          at: token.start)
      }
      return PromNode(expression: .number(value), start: token.start, end: token.end)
    case .string:
      take()
      return PromNode(expression: .string(try unquoted(token)), start: token.start, end: token.end)
    case .leftParenthesis:
      take()
      let inner = try expression(0)
      guard current.kind == .rightParenthesis else { throw unexpected() }
      take()
      return try node(.parentheses(inner), token.start, lastEnd, [inner])
    case .leftBrace, .metricIdentifier, .preprocessor: return try vectorSelector()
    case .identifier: return following.kind == .leftParenthesis ? try call() : try vectorSelector()
    case .aggregator:
      let isModifier = following.kind == .keyword && ["by", "without"].contains(following.word)
      return isModifier || following.kind == .leftParenthesis ? try aggregate() : try vectorSelector()
    case .keyword where ["by", "without", "offset"].contains(token.word): return try vectorSelector()
    case .operation where ["and", "or", "unless"].contains(token.word): return try vectorSelector()
    default: throw unexpected()
    }
  }

  /// The arguments of a call, parentheses included.
  mutating func arguments() throws(PromError) -> [PromNode] {
    guard current.kind == .leftParenthesis else { throw unexpected() }
    take()
    var arguments: [PromNode] = []
    if current.kind == .rightParenthesis {
      take()
      return []
    }
    while true {
      arguments.append(try expression(0))
      if current.kind == .rightParenthesis { break }
      guard current.kind == .comma else { throw unexpected() }
      let comma = take()
      if current.kind == .rightParenthesis {
        throw error("trailing commas not allowed in function call args", at: comma.start)
      }
    }
    take()
    return arguments
  }

  private mutating func call() throws(PromError) -> PromNode {
    let name = take()
    let arguments = try arguments()
    guard let function = PromFunction.all[name.text] else {
      throw error("unknown function with name \(PromToken.quoted(name.text))", at: name.start)
    }
    return try node(.call(PromCall(function: function, arguments: arguments)), name.start, lastEnd, arguments)
  }

  private mutating func aggregate() throws(PromError) -> PromNode {
    let name = take()
    openAggregations += 1
    var labels: [String] = []
    var isWithout = false
    var isGrouped = false
    if current.kind == .keyword {
      (labels, isWithout) = try grouping()
      isGrouped = true
    }
    let arguments = try arguments()
    openAggregations -= 1
    if !isGrouped, current.kind == .keyword, ["by", "without"].contains(current.word) {
      (labels, isWithout) = try grouping()
    }
    let wanted = PromAggregate.withParameter.contains(name.word) ? 2 : 1
    guard let inner = arguments.last else {
      throw error("no arguments for aggregate expression provided", at: name.start)
    }
    guard arguments.count == wanted else {
      throw error(
        "wrong number of arguments for aggregate expression provided, expected \(wanted), got \(arguments.count)",
        at: name.start)
    }
    let aggregate = PromAggregate(
      operation: name.word, parameter: wanted == 2 ? arguments[0] : nil, inner: inner, labels: labels,
      isWithout: isWithout)
    return try node(.aggregate(aggregate), name.start, lastEnd, arguments)
  }

  private mutating func grouping() throws(PromError) -> ([String], Bool) {
    let isWithout = take().word == "without"
    return (try labelList(), isWithout)
  }

  /// `(a, b)`: labels may be spelled like keywords, and quoted where they are no identifiers.
  private mutating func labelList() throws(PromError) -> [String] {
    guard current.kind == .leftParenthesis else { throw unexpected(in: "grouping opts", expected: "\"(\"") }
    take()
    var labels: [String] = []
    while current.kind != .rightParenthesis {
      let token = current
      switch token.kind {
      case .identifier, .aggregator, .keyword, .preprocessor: labels.append(token.text)
      case .operation where PromToken.wordOperators.contains(token.word): labels.append(token.text)
      case .string: labels.append(try unquoted(token))
      default: throw unexpected(in: "grouping opts", expected: "label")
      }
      take()
      if current.kind == .comma {
        take()
      } else if current.kind != .rightParenthesis {
        throw unexpected(in: "grouping opts", expected: "\",\" or \")\"")
      }
    }
    take()
    return labels
  }

  private mutating func modifiers(_ binary: inout PromBinary) throws(PromError) {
    if binary.isSet { binary.cardinality = .manyToMany }
    if current.kind == .keyword, current.word == "bool" {
      take()
      binary.returnsBool = true
    }
    guard current.kind == .keyword, current.word == "on" || current.word == "ignoring" else { return }
    binary.isOn = take().word == "on"
    binary.labels = try labelList()
    guard current.kind == .keyword, current.word == "group_left" || current.word == "group_right" else { return }
    binary.cardinality = take().word == "group_left" ? .manyToOne : .oneToMany
    if current.kind == .leftParenthesis { binary.include = try labelList() }
  }
}
