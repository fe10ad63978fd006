import ObsData

/// JSON of a request's body with the place of every value, which Elasticsearch's errors name.
struct RequestJSON: Sendable {
  /// Line and column, both counted from 1.
  struct Place: Sendable {
    var line = 1
    var column = 1
    var details: [(key: String, value: JSONTree)] { [("line", .int(Int64(line))), ("col", .int(Int64(column)))] }
  }
  struct Member: Sendable {
    let key: String
    let value: RequestJSON
    /// Where the name stands, which object parsers name in their errors.
    var keyPlace = Place()
  }
  indirect enum Content: Sendable {
    case null, bool(Bool), int(Int64), double(Double), string(String)
    case array([RequestJSON])
    case object([Member])
  }

  let content: Content
  let place: Place
  /// Where an object's closing brace stands: where a missing member is noticed.
  var endPlace = Place()

  static let empty = RequestJSON(content: .object([]), place: Place())

  /// A value that no request held: a default, or one from the address.
  init(_ content: Content) {
    self.content = content
    place = Place()
  }

  init(content: Content, place: Place, endPlace: Place = Place()) {
    self.content = content
    self.place = place
    self.endPlace = endPlace
  }

  subscript(_ key: String) -> RequestJSON? {
    guard case .object(let members) = content else { return nil }
    return members.last { $0.key == key }?.value
  }
  var members: [Member]? {
    if case .object(let members) = content { members } else { nil }
  }
  /// The elements of an array; a single value counts as an array of one, as Elasticsearch reads most lists.
  var list: [RequestJSON] {
    switch content {
    case .array(let items): items
    case .null: []
    default: [self]
    }
  }
  var isNull: Bool { if case .null = content { true } else { false } }
  var isArray: Bool { if case .array = content { true } else { false } }
  var isObject: Bool { if case .object = content { true } else { false } }
  var bool: Bool? {
    switch content {
    case .bool(let value): value
    case .string("true"): true
    case .string("false"): false
    default: nil
    }
  }
  var int: Int? {
    switch content {
    case .int(let value): Int(exactly: value)
    case .double(let value): Int(exactly: value.rounded(.towardZero))
    case .string(let text): Int(text)
    default: nil
    }
  }
  var double: Double? {
    switch content {
    case .int(let value): Double(value)
    case .double(let value): value
    case .string(let text): Double(text)
    default: nil
    }
  }
  /// A scalar as text, as queries take their values: `5`, `true` and `"5"` alike.
  var text: String? {
    switch content {
    case .string(let text): text
    case .int(let value): String(value)
    case .double(let value): "\(value)"
    case .bool(let value): String(value)
    default: nil
    }
  }
  /// What Elasticsearch's parser calls the value's first token.
  var token: String {
    switch content {
    case .null: "VALUE_NULL"
    case .bool: "VALUE_BOOLEAN"
    case .int, .double: "VALUE_NUMBER"
    case .string: "VALUE_STRING"
    case .array: "START_ARRAY"
    case .object: "START_OBJECT"
    }
  }
  var tree: JSONTree {
    switch content {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .double(let value): .double(value)
    case .string(let value): .string(value)
    case .array(let items): .array(items.map(\.tree))
    case .object(let members): .object(members.map { ($0.key, $0.value.tree) })
    }
  }
}

extension RequestJSON {
  /// Reads one JSON text; what follows it must be white space.
  init(parsing bytes: ArraySlice<UInt8>) throws {
    var parser = RequestJSONParser(bytes: bytes)
    self = try parser.document()
  }
}

/// A parser for bodies of requests: small texts, where places matter more than speed.
private struct RequestJSONParser {
  let bytes: ArraySlice<UInt8>
  var position: Int
  var line = 1
  var lineStart: Int
  /// Jackson's own limit.
  static let maximumDepth = 1_000

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
    lineStart = bytes.startIndex
  }

  var place: RequestJSON.Place { .init(line: line, column: position - lineStart + 1) }

  mutating func document() throws -> RequestJSON {
    let value = try value(depth: 0)
    skipSpace()
    if position < bytes.endIndex { throw failure("Unexpected trailing token") }
    return value
  }

  func failure(_ reason: String) -> ElasticsearchError {
    var error = ElasticsearchError.content(reason, at: place)
    error.causes = [
      ElasticsearchError(
        type: "json_parse_exception",
        reason: "\(reason)\n at [Source: (byte[]); line: \(line), column: \(place.column)]")
    ]
    return error
  }

  mutating func skipSpace() {
    while position < bytes.endIndex {
      switch bytes[position] {
      case UInt8(ascii: "\n"):
        line += 1
        lineStart = position + 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      default: return
      }
      position += 1
    }
  }

  mutating func value(depth: Int) throws -> RequestJSON {
    skipSpace()
    guard position < bytes.endIndex else { throw failure("Unexpected end-of-input") }
    guard depth < Self.maximumDepth else {
      throw failure("Document nesting depth (\(depth + 1)) exceeds the maximum allowed (\(Self.maximumDepth))")
    }
    let place = place
    switch bytes[position] {
    case UInt8(ascii: "{"):
      let members = try members(depth: depth)
      let end = RequestJSON.Place(line: line, column: position - lineStart)
      return RequestJSON(content: .object(members), place: place, endPlace: end)
    case UInt8(ascii: "["): return RequestJSON(content: .array(try items(depth: depth)), place: place)
    case UInt8(ascii: "\""): return RequestJSON(content: .string(try string()), place: place)
    default: return RequestJSON(content: try literal(), place: place)
    }
  }

  mutating func members(depth: Int) throws -> [RequestJSON.Member] {
    position += 1
    var result: [RequestJSON.Member] = []
    skipSpace()
    if skip("}") { return result }
    while true {
      skipSpace()
      guard position < bytes.endIndex, bytes[position] == UInt8(ascii: "\"") else {
        throw failure("Unexpected character: was expecting double-quote to start field name")
      }
      let keyPlace = place
      let key = try string()
      if result.contains(where: { $0.key == key }) {
        var error = ElasticsearchError.content("Duplicate field '\(key)'", at: keyPlace)
        error.causes = [ElasticsearchError(type: "json_parse_exception", reason: "Duplicate field '\(key)'")]
        throw error
      }
      skipSpace()
      guard skip(":") else { throw failure("was expecting a colon to separate field name and value") }
      result.append(.init(key: key, value: try value(depth: depth + 1), keyPlace: keyPlace))
      skipSpace()
      if skip(",") { continue }
      if skip("}") { return result }
      throw failure("Unexpected character or end-of-input: was expecting comma to separate Object entries")
    }
  }

  mutating func items(depth: Int) throws -> [RequestJSON] {
    position += 1
    var result: [RequestJSON] = []
    skipSpace()
    if skip("]") { return result }
    while true {
      result.append(try value(depth: depth + 1))
      skipSpace()
      if skip(",") { continue }
      if skip("]") { return result }
      throw failure("Unexpected character or end-of-input: was expecting comma to separate Array entries")
    }
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func string() throws -> String {
    position += 1
    var units: [UInt8] = []
    var surrogate: UInt32?
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: units, as: UTF8.self) }
      if byte < 0x20 { throw failure("Illegal unquoted character (CTRL-CHAR, code \(byte))") }
      guard byte == UInt8(ascii: "\\") else {
        units.append(byte)
        continue
      }
      guard position < bytes.endIndex else { break }
      let escape = bytes[position]
      position += 1
      switch escape {
      case UInt8(ascii: "n"): units.append(0x0A)
      case UInt8(ascii: "t"): units.append(0x09)
      case UInt8(ascii: "r"): units.append(0x0D)
      case UInt8(ascii: "b"): units.append(0x08)
      case UInt8(ascii: "f"): units.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(escape)
      case UInt8(ascii: "u"):
        guard position + 4 <= bytes.endIndex,
          let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("Unexpected character in a Unicode escape") }
        position += 4
        if (0xD800..<0xDC00).contains(code) {
          surrogate = code
        } else if let high = surrogate, (0xDC00..<0xE000).contains(code) {
          surrogate = nil
          let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)) ?? "\u{FFFD}"
          units.append(contentsOf: Array(String(Character(scalar)).utf8))
        } else {
          units.append(contentsOf: Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8))
        }
      default: throw failure("Unrecognized character escape")
      }
    }
    throw failure("Unexpected end-of-input: expecting closing quote for a string value")
  }

  mutating func literal() throws -> RequestJSON.Content {
    let start = position
    while position < bytes.endIndex, !" \t\r\n,]}:[{\"".utf8.contains(bytes[position]) { position += 1 }
    let token = String(decoding: bytes[start..<position], as: UTF8.self)
    switch token {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      let looksNumeric = token.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) } && !token.hasPrefix("+")
      if looksNumeric, let value = Int64(token) { return .int(value) }
      if looksNumeric, let value = Double(token), value.isFinite { return .double(value) }
      position = start
      throw failure("Unrecognized token '\(token)': was expecting a JSON value")
    }
  }
}
