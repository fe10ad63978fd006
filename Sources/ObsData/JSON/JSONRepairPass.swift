/// One pass over a text that simdjson refused: it checks the grammar (RFC 8259), copies what is right, and writes something else
/// for a value that is odd. Takes time in proportion to the text, and does not call itself, however deep the text is.
struct JSONRepairPass {
  /// A value of the text: where it stood, and where it stands in the repaired bytes.
  struct Value {
    let source: Range<Int>
    let output: Range<Int>
  }

  /// How many objects and arrays may stand inside each other; simdjson takes no more than 1,024.
  static let maximumDepth = 1_000
  /// How many repairs are described one by one; the rest is counted.
  static let maximumDescribed = 100

  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  var output: [UInt8] = []
  var repairs: [JSONRepair] = []
  /// What is open, from outside to inside: `{` or `[`.
  var open: [UInt8] = []
  /// Where the subtree begins that lies too deep; nothing is written before it ends.
  var muted: (start: Int, depth: Int)?

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    output.reserveCapacity(bytes.count + 64)
  }

  /// Repairs a text that holds any number of values.
  static func run(_ bytes: [UInt8]) throws(JSONSyntaxError) -> (bytes: [UInt8], values: [Value], repairs: [JSONRepair])
  {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<([UInt8], [Value], [JSONRepair]), JSONSyntaxError> in
      var pass = JSONRepairPass(buffer)
      do throws(JSONSyntaxError) {
        let values = try pass.values()
        return .success((pass.output, values, pass.repairs))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private mutating func values() throws(JSONSyntaxError) -> [Value] {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      note(.byteOrderMark, at: 0, "byte order mark before the text: left out")
      position = 3
    }
    var values: [Value] = []
    skipSpace()
    while position < bytes.count {
      let source = position
      let start = output.count
      try value()
      values.append(Value(source: source..<position, output: start..<output.count))
      skipSpace()
    }
    return values
  }

  // MARK: The grammar

  private enum Expected { case value, valueOrEnd, key, keyOrEnd, separator }

  /// Reads one whole value, with all that it holds.
  private mutating func value() throws(JSONSyntaxError) {
    var expected = Expected.value
    repeat {
      skipSpace()
      guard position < bytes.count else { throw truncated() }
      let byte = bytes[position]
      switch (expected, byte) {
      case (.valueOrEnd, UInt8(ascii: "]")), (.keyOrEnd, UInt8(ascii: "}")),
        (.separator, UInt8(ascii: "]")) where open.last == UInt8(ascii: "["),
        (.separator, UInt8(ascii: "}")) where open.last == UInt8(ascii: "{"):
        close(byte)
        expected = .separator
      case (.separator, UInt8(ascii: ",")):
        advance(writing: byte)
        expected = open.last == UInt8(ascii: "{") ? .key : .value
      case (.value, UInt8(ascii: "{")), (.valueOrEnd, UInt8(ascii: "{")):
        enter(byte)
        expected = .keyOrEnd
      case (.value, UInt8(ascii: "[")), (.valueOrEnd, UInt8(ascii: "[")):
        enter(byte)
        expected = .valueOrEnd
      case (.key, UInt8(ascii: "\"")), (.keyOrEnd, UInt8(ascii: "\"")):
        try string()
        skipSpace()
        guard position < bytes.count else { throw truncated() }
        guard bytes[position] == UInt8(ascii: ":") else { throw unexpected("a colon behind the name of a member") }
        advance(writing: UInt8(ascii: ":"))
        expected = .value
      case (.value, _), (.valueOrEnd, _):
        try scalar(byte)
        expected = .separator
      case (.key, _): throw unexpected("the name of a member")
      case (.keyOrEnd, _): throw unexpected("the name of a member, or the object's end")
      case (.separator, _):
        throw unexpected(open.last == UInt8(ascii: "{") ? "a comma or the object's end" : "a comma or the array's end")
      }
    } while !open.isEmpty
  }

  private mutating func enter(_ byte: UInt8) {
    if muted == nil, open.count == JSONRepairPass.maximumDepth { muted = (position, open.count) }
    open.append(byte)
    advance(writing: byte)
  }

  private mutating func close(_ byte: UInt8) {
    open.removeLast()
    advance(writing: byte)
    guard let subtree = muted, subtree.depth == open.count else { return }
    muted = nil
    let text = "\(position - subtree.start) bytes nested too deep"
    output.append(contentsOf: "\"⟨\(text)⟩\"".utf8)
    note(.tooDeep, at: subtree.start, "\(text) (over \(JSONRepairPass.maximumDepth) levels): left out")
  }

  private mutating func scalar(_ byte: UInt8) throws(JSONSyntaxError) {
    switch byte {
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    case UInt8(ascii: "N"): try notANumber("NaN")
    case UInt8(ascii: "I"): try notANumber("Infinity")
    default: throw unexpected("a value")
    }
  }

  private mutating func literal(_ word: StaticString) throws(JSONSyntaxError) {
    let start = position
    try match(word)
    copy(start..<position)
  }

  private mutating func notANumber(_ word: StaticString) throws(JSONSyntaxError) {
    let start = position
    try match(word)
    writeText(start..<position)
    note(.notANumber, at: start, "\(word) is no JSON number: shown as text")
  }

  private mutating func match(_ word: StaticString) throws(JSONSyntaxError) {
    let start = position
    for index in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw truncated() }
      guard bytes[position] == word.utf8Start[index] else {
        position = start
        throw unexpected("a value")
      }
      position += 1
    }
  }

  // MARK: Numbers

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private mutating func number() throws(JSONSyntaxError) {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "I") {
      try match("Infinity")
      writeText(start..<position)
      return note(.notANumber, at: start, "-Infinity is no JSON number: shown as text")
    }
    let first = position
    try digits()
    if bytes[first] == UInt8(ascii: "0"), position > first + 1 {
      position = first
      throw unexpected("a number without leading zeros")
    }
    var isWhole = true
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      try digits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      try digits()
    }
    let token = start..<position
    guard muted == nil else { return }
    if isWhole {
      if fitsInteger(token) { return copy(token) }
      writeText(token)
      let digits = quoted(token)
      note(.integerTooLarge, at: start, "whole number of more than 64 bits: \(digits) shown as text")
    } else {
      if fitsDouble(token) { return copy(token) }
      writeText(token)
      let digits = quoted(token)
      note(.numberTooLarge, at: start, "number too large: \(digits) shown as text")
    }
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while position < bytes.count, bytes[position] &- 48 < 10 { position += 1 }
    if position == start { throw position == bytes.count ? truncated() : unexpected("a digit") }
  }

  private func fitsInteger(_ token: Range<Int>) -> Bool {
    guard token.count <= 20 else { return false }
    let text = String(decoding: bytes[token], as: UTF8.self)
    return Int64(text) != nil || UInt64(text) != nil
  }

  private func fitsDouble(_ token: Range<Int>) -> Bool {
    guard token.count <= 1_000, let value = Double(String(decoding: bytes[token], as: UTF8.self)) else { return false }
    return value.isFinite
  }

  // MARK: Writing

  mutating func advance(writing byte: UInt8) {
    position += 1
    if muted == nil { output.append(byte) }
  }

  mutating func write(_ bytes: some Sequence<UInt8>) {
    if muted == nil { output.append(contentsOf: bytes) }
  }

  mutating func copy(_ range: Range<Int>) {
    if muted == nil { output.append(contentsOf: bytes[range]) }
  }

  /// Writes a token, which needs no escapes, as a string.
  private mutating func writeText(_ token: Range<Int>) {
    guard muted == nil else { return }
    output.append(UInt8(ascii: "\""))
    output.append(contentsOf: bytes[token])
    output.append(UInt8(ascii: "\""))
  }

  mutating func note(_ kind: JSONRepair.Kind, at offset: Int, _ summary: @autoclosure () -> String) {
    guard muted == nil else { return }
    if repairs.count < JSONRepairPass.maximumDescribed {
      repairs.append(JSONRepair(kind: kind, offset: offset, summary: summary()))
    }
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  // MARK: Sentences

  private func quoted(_ token: Range<Int>) -> String {
    token.count <= 40
      ? String(decoding: bytes[token], as: UTF8.self)
      : String(decoding: bytes[token].prefix(37), as: UTF8.self) + "… (\(token.count) digits)"
  }

  func truncated() -> JSONSyntaxError {
    let place = open.isEmpty ? "a value" : open.last == UInt8(ascii: "{") ? "an object" : "an array"
    return JSONSyntaxError(offset: bytes.count, reason: "the text ends in the middle of \(place)")
  }

  func unexpected(_ expectation: String) -> JSONSyntaxError {
    guard position < bytes.count else { return truncated() }
    let byte = bytes[position]
    let found =
      (0x21...0x7E).contains(byte) ? "`\(Character(Unicode.Scalar(byte)))`" : "the byte 0x" + String(byte, radix: 16)
    return JSONSyntaxError(offset: position, reason: "\(expectation) was expected, \(found) came")
  }
}
