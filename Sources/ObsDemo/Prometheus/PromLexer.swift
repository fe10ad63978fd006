/// Takes a PromQL text apart. An error ends the list of tokens, as it ends the scan of Prometheus's lexer.
struct PromLexer {
  private let bytes: [UInt8]
  private var position = 0
  private var start = 0
  private var tokens: [PromToken] = []
  private var depth = 0
  private var isInBraces = false
  private var isInBrackets = false
  private var hasColon = false

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func tokens(of query: [UInt8]) -> [PromToken] {
    var lexer = PromLexer(query)
    while lexer.step() {}
    return lexer.tokens
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func emit(_ kind: PromToken.Kind) -> Bool {
    tokens.append(PromToken(kind: kind, text: text, start: start, end: position))
    return kind != .end
  }

  private mutating func fail(_ message: String) -> Bool {
    tokens.append(PromToken(kind: .error, text: message, start: start, end: bytes.count))
    return false
  }

  private var text: String { String(decoding: bytes[start..<position], as: UTF8.self) }

  /// Takes one token, or white space; false at the end.
  private mutating func step() -> Bool {
    while let byte = current, byte == 32 || (9...10).contains(byte) || byte == 13 { position += 1 }
    start = position
    guard let byte = current else {
      if isInBraces { return fail("unexpected end of input inside braces") }
      if depth > 0 { return fail("unclosed left parenthesis") }
      if isInBrackets { return fail("unclosed left bracket") }
      return emit(.end)
    }
    if byte == UInt8(ascii: "#"), !isInBraces {
      while let byte = current, byte != 10, byte != 13 { position += 1 }
      return true
    }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") { return string(byte) }
    return isInBraces ? stepInBraces(byte) : stepOutside(byte)
  }

  private mutating func stepInBraces(_ byte: UInt8) -> Bool {
    if isAlpha(byte) {
      while let byte = current, isAlpha(byte) || isDigit(byte) { position += 1 }
      return emit(.identifier)
    }
    position += 1
    switch byte {
    case UInt8(ascii: ","): return emit(.comma)
    case UInt8(ascii: "="):
      if current == UInt8(ascii: "~") {
        position += 1
        return emit(.operation)
      }
      return emit(.assign)
    case UInt8(ascii: "!"):
      guard current == UInt8(ascii: "~") || current == UInt8(ascii: "=") else {
        return fail("unexpected character after '!' inside braces: \(character)")
      }
      position += 1
      return emit(.operation)
    case UInt8(ascii: "{"): return fail("unexpected left brace '{'")
    case UInt8(ascii: "}"):
      isInBraces = false
      return emit(.rightBrace)
    default:
      position -= 1
      return fail("unexpected character inside braces: \(character)")
    }
  }

  private mutating func stepOutside(_ byte: UInt8) -> Bool {
    if isDigit(byte) || (byte == UInt8(ascii: ".") && position + 1 < bytes.count && isDigit(bytes[position + 1])) {
      return numberOrDuration()
    }
    if isAlpha(byte) || (byte == UInt8(ascii: ":") && !isInBrackets) {
      if isInBrackets { return fail("unexpected character: \(character), expected ':'") }
      return word()
    }
    position += 1
    switch byte {
    case UInt8(ascii: ","): return emit(.comma)
    case UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "^"):
      return emit(.operation)
    case UInt8(ascii: "="):
      if current == UInt8(ascii: "=") {
        position += 1
        return emit(.operation)
      }
      return current == UInt8(ascii: "~") ? fail("unexpected character after '=': '~'") : emit(.assign)
    case UInt8(ascii: "!"):
      guard current == UInt8(ascii: "=") else { return fail("unexpected character after '!': \(character)") }
      position += 1
      return emit(.operation)
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      if current == UInt8(ascii: "=") { position += 1 }
      return emit(.operation)
    case UInt8(ascii: "("):
      depth += 1
      return emit(.leftParenthesis)
    case UInt8(ascii: ")"):
      depth -= 1
      guard depth < 0 else { return emit(.rightParenthesis) }
      // Prometheus hands the parenthesis out before it complains, so that the place is the one behind it.
      start = position
      return fail("unexpected right parenthesis ')'")
    case UInt8(ascii: "{"):
      isInBraces = true
      return emit(.leftBrace)
    case UInt8(ascii: "["):
      if isInBrackets { return fail("unexpected left bracket '['") }
      isInBrackets = true
      hasColon = false
      return emit(.leftBracket)
    case UInt8(ascii: "]"):
      if !isInBrackets { return fail("unexpected right bracket ']'") }
      isInBrackets = false
      return emit(.rightBracket)
    case UInt8(ascii: ":"):
      if hasColon { return fail("unexpected colon ':'") }
      hasColon = true
      return emit(.colon)
    case UInt8(ascii: "@"): return emit(.at)
    default:
      position -= 1
      return fail("unexpected character: \(character)")
    }
  }

  private mutating func word() -> Bool {
    while let byte = current, isAlpha(byte) || isDigit(byte) || byte == UInt8(ascii: ":") { position += 1 }
    let word = text.lowercased()
    if PromToken.aggregators.contains(word) { return emit(.aggregator) }
    if PromToken.wordOperators.contains(word) { return emit(.operation) }
    if PromToken.keywords.contains(word) { return emit(.keyword) }
    if word == "start" || word == "end" { return emit(.preprocessor) }
    if word == "inf" || word == "nan" { return emit(.number) }
    return emit(word.utf8.contains(UInt8(ascii: ":")) ? .metricIdentifier : .identifier)
  }

  /// A number (`1`, `.5`, `1e3`, `0x1f`, `1_000`) or a duration (`5m`, `1h30m`).
  private mutating func numberOrDuration() -> Bool {
    if current == UInt8(ascii: "0"), position + 1 < bytes.count, bytes[position + 1] | 32 == UInt8(ascii: "x") {
      position += 2
      while let byte = current, isHexadecimal(byte) || byte == UInt8(ascii: "_") { position += 1 }
    } else {
      digits()
      if current == UInt8(ascii: ".") {
        position += 1
        digits()
      }
      if let byte = current, byte | 32 == UInt8(ascii: "e") {
        position += 1
        if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
        guard let byte = current, isDigit(byte) else {
          return fail("bad number or duration syntax: \(PromToken.quoted(text))")
        }
        digits()
      }
    }
    guard let byte = current, isAlpha(byte) || isDigit(byte) || byte == UInt8(ascii: ".") else { return emit(.number) }
    while let byte = current, isAlpha(byte) || isDigit(byte) { position += 1 }
    if PromDuration.isWellFormed(bytes[start..<position]) { return emit(.duration) }
    return fail("bad number or duration syntax: \(PromToken.quoted(text))")
  }

  private mutating func digits() {
    while let byte = current, isDigit(byte) || byte == UInt8(ascii: "_") { position += 1 }
  }

  private mutating func string(_ quote: UInt8) -> Bool {
    position += 1
    while let byte = current {
      position += 1
      if byte == quote { return emit(.string) }
      if quote == UInt8(ascii: "`") { continue }
      if byte == 10 { break }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = current else { return fail("escape sequence not terminated") }
        guard "abfnrtv\\01234567xuU".utf8.contains(escaped) || escaped == quote else {
          let code = String(escaped, radix: 16, uppercase: true)
          let digits = String(repeating: "0", count: 4 - code.count) + code
          return fail("unknown escape sequence U+\(digits) \(character)")
        }
        position += 1
      }
    }
    return fail(quote == UInt8(ascii: "`") ? "unterminated raw string" : "unterminated quoted string")
  }

  /// The character here in single quotes.
  private var character: String {
    guard position < bytes.count else { return "'\u{FFFD}'" }
    let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
    guard let scalar = rest.unicodeScalars.first else { return "''" }
    return scalar == "'" ? "'\\''" : "'" + PromToken.quoted(String(scalar)).dropFirst().dropLast() + "'"
  }

  private func isAlpha(_ byte: UInt8) -> Bool { byte == 95 || (65...90).contains(byte) || (97...122).contains(byte) }
  private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
  private func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (97...102).contains(byte | 32) }
}
