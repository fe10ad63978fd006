/// Selectors and what can stand behind them.
extension PromParser {
  mutating func vectorSelector() throws(PromError) -> PromNode {
    let start = current.start
    var selector = PromSelector(name: nil, matchers: [])
    if current.kind != .leftBrace { selector.name = take().text }
    var end = current.start
    if current.kind == .leftBrace {
      take()
      while current.kind != .rightBrace {
        try matcher(&selector, start)
        if current.kind == .comma {
          take()
        } else if current.kind != .rightBrace {
          throw unexpected(in: "label matching", expected: "\",\" or \"}\"")
        }
      }
      end = take().end
    } else {
      end = start + (selector.name?.utf8.count ?? 0)
    }
    if let name = selector.name {
      selector.matchers.append(PromMatcher(label: PromLabels.nameLabel, operation: .equal, value: name))
    }
    return PromNode(expression: .selector(selector), start: start, end: end)
  }

  private mutating func matcher(_ selector: inout PromSelector, _ start: Int) throws(PromError) {
    let token = current
    let label: String
    switch token.kind {
    case .identifier: label = token.text
    case .string: label = try unquoted(token)
    default: throw unexpected(in: "label matching", expected: "identifier or \"}\"")
    }
    take()
    if token.kind == .string, current.kind == .comma || current.kind == .rightBrace {
      // A quoted name without an operator is the metric's: `{"http.requests"}`.
      selector.matchers.append(PromMatcher(label: PromLabels.nameLabel, operation: .equal, value: label))
      return
    }
    guard current.kind == .assign || current.kind == .operation,
      let operation = PromMatcher.Operation(rawValue: current.text)
    else { throw unexpected(in: "label matching", expected: "label matching operator") }
    take()
    guard current.kind == .string else { throw unexpected(in: "label matching", expected: "string") }
    let value = try unquoted(take())
    if operation == .matches || operation == .notMatches {
      do throws(PromError) {
        _ = try PromPattern.test(value)
      } catch { throw self.error(error.message, at: token.start) }
    }
    selector.matchers.append(PromMatcher(label: label, operation: operation, value: value))
  }

  /// `[5m]` or `[5m:1m]`.
  mutating func bracket(_ node: inout PromNode) throws(PromError) {
    let open = take()
    guard let range = try duration() else { throw unexpected(in: "subquery selector", expected: "duration") }
    if current.kind == .colon {
      take()
      let step = try duration()
      guard current.kind == .rightBracket else {
        throw step == nil
          ? unexpected(in: "subquery selector", expected: "duration or \"]\"")
          : unexpected(in: "subquery selector", expected: "\"]\"")
      }
      take()
      let subquery = PromSubquery(inner: node, range: range, step: step)
      node = try self.node(.subquery(subquery), node.start, current.start, [node])
      return
    }
    guard current.kind == .rightBracket else {
      throw unexpected(in: "subquery or range", expected: "\":\" or \"]\"")
    }
    take()
    guard case .selector(let selector) = node.expression else {
      throw error("ranges only allowed for vector selectors", at: open.start)
    }
    if selector.offset != 0 { throw error("no offset modifiers allowed before range", at: open.start) }
    if selector.at != nil { throw error("no @ modifiers allowed before range", at: open.start) }
    node.expression = .range(selector, range)
  }

  /// A duration, or a number of seconds (3.x); nil where there is none.
  private mutating func duration() throws(PromError) -> Int64? {
    let token = current
    let milliseconds: Int64?
    switch token.kind {
    case .duration: milliseconds = PromDuration.milliseconds(token.text)
    case .number:
      milliseconds = PromNumber.parse(token.text).flatMap { $0.magnitude < 9e12 ? Int64($0 * 1_000) : nil }
    default: return nil
    }
    guard let milliseconds else {
      throw error("not a valid duration string: \(PromToken.quoted(token.text))", at: token.start)
    }
    guard milliseconds > 0 else { throw error("duration must be greater than 0", at: token.start) }
    take()
    return milliseconds
  }

  mutating func offset(_ node: inout PromNode) throws(PromError) {
    take()
    let isNegative = current.kind == .operation && current.text == "-"
    if isNegative { take() }
    guard let duration = try duration() else { throw unexpected(in: "offset", expected: "duration") }
    let offset = isNegative ? -duration : duration
    switch node.expression {
    case .selector(var selector):
      if selector.offset != 0 { throw error("offset may not be set multiple times", at: node.start) }
      selector.offset = offset
      node.expression = .selector(selector)
    case .range(var selector, let range):
      if selector.offset != 0 { throw error("offset may not be set multiple times", at: node.start) }
      selector.offset = offset
      node.expression = .range(selector, range)
    case .subquery(var subquery):
      if subquery.offset != 0 { throw error("offset may not be set multiple times", at: node.start) }
      subquery.offset = offset
      node.expression = .subquery(subquery)
    default:
      throw error(
        "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
        at: node.start)
    }
  }

  mutating func instant(_ node: inout PromNode) throws(PromError) {
    take()
    let instant: PromInstant
    if current.kind == .preprocessor {
      instant = take().word == "start" ? .start : .end
      guard current.kind == .leftParenthesis else { throw unexpected(in: "@", expected: "timestamp") }
      take()
      guard current.kind == .rightParenthesis else { throw unexpected(in: "@", expected: "timestamp") }
      take()
    } else {
      let sign = current.kind == .operation && (current.text == "-" || current.text == "+") ? take().text : ""
      guard current.kind == .number, let seconds = PromNumber.parse(current.text) else {
        throw unexpected(in: "@", expected: "timestamp")
      }
      take()
      let milliseconds = ((sign == "-" ? -seconds : seconds) * 1_000).rounded()
      guard milliseconds.magnitude < 9e15 else {
        throw error("timestamp out of bounds for @ modifier: \(PromNumber.text(seconds))", at: node.start)
      }
      instant = .milliseconds(Int64(milliseconds))
    }
    let twice = error("@ <timestamp> may not be set multiple times", at: node.start)
    switch node.expression {
    case .selector(var selector):
      if selector.at != nil { throw twice }
      selector.at = instant
      node.expression = .selector(selector)
    case .range(var selector, let range):
      if selector.at != nil { throw twice }
      selector.at = instant
      node.expression = .range(selector, range)
    case .subquery(var subquery):
      if subquery.at != nil { throw twice }
      subquery.at = instant
      node.expression = .subquery(subquery)
    default:
      throw error(
        "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery",
        at: node.start)
    }
  }

  /// A string's content: Go's escapes in quotes, nothing in backquotes.
  func unquoted(_ token: PromToken) throws(PromError) -> String {
    let inner = token.text.utf8.dropFirst().dropLast()
    if token.text.utf8.first == UInt8(ascii: "`") { return String(decoding: inner, as: UTF8.self) }
    var result: [UInt8] = []
    var rest = inner[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        result.append(byte)
        continue
      }
      let digits: Int
      var radix = 16
      switch escape {
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "a"): result.append(7)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "v"): result.append(11)
      case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"), 48...55:
        if (48...55).contains(escape) {
          radix = 8
          digits = 2
        } else {
          digits = escape == UInt8(ascii: "x") ? 2 : escape == UInt8(ascii: "u") ? 4 : 8
        }
        let text =
          (radix == 8 ? String(UnicodeScalar(escape)) : "") + String(decoding: rest.prefix(digits), as: UTF8.self)
        rest = rest.dropFirst(digits)
        guard let value = UInt32(text, radix: radix), text.utf8.count >= digits else {
          throw error("error unquoting string \(PromToken.quoted(token.text)): invalid syntax", at: token.start)
        }
        if digits <= 2 {
          result.append(UInt8(truncatingIfNeeded: value))
        } else {
          guard let scalar = UnicodeScalar(value) else {
            throw error("escape sequence is an invalid Unicode code point", at: token.start)
          }
          result += Array(String(Character(scalar)).utf8)
        }
      default: result.append(escape)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

extension PromSelector {
  /// Whether at least one matcher refuses an absent label, so that not simply everything is selected.
  var matchesSomething: Bool {
    matchers.contains { matcher in
      guard let test = try? matcher.test() else { return true }
      return !test("")
    }
  }
}
