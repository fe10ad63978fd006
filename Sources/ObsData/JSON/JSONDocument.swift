import CSimdjson

/// A parsed JSON text: simdjson's tape and its strings, owned by Swift. Immutable and shared; values point into it.
/// The tape's format is described in simdjson's `doc/tape.md`.
public final class JSONDocument: Sendable {
  let tape: [UInt64]
  let strings: [UInt8]

  /// Why simdjson refused a text, in its own words.
  public struct Refusal: Error, Hashable, Sendable {
    /// simdjson's error code.
    public let code: Int32
    /// simdjson's sentence for it.
    public let reason: String
  }

  /// Parses a whole text. Throws where simdjson refuses it.
  public init(parsing bytes: [UInt8]) throws(Refusal) {
    var code: Int32 = 0
    let parsed = bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      guard let base = buffer.baseAddress else { return sj_parse([0], 0, &code) }
      return sj_parse(base, buffer.count, &code)
    }
    guard let parsed else { throw Refusal(code: code, reason: String(cString: sj_error_message(code))) }
    defer { sj_free(parsed) }
    let words = sj_tape(parsed)
    let count = Int(words[0] & JSONDocument.payloadMask)
    tape = Array(UnsafeBufferPointer(start: words, count: count))
    let used = JSONDocument.usedStringBytes(
      UnsafeBufferPointer(start: words, count: count), strings: sj_strings(parsed))
    strings = Array(UnsafeBufferPointer(start: sj_strings(parsed), count: used))
  }

  /// The value that the text holds.
  public var root: JSONValue { JSONValue(document: self, index: 1) }

  static let payloadMask: UInt64 = (1 << 56) - 1

  /// How much of the string buffer is in use. Strings are stored in the order of the tape, so the last one ends it; a word
  /// behind `l`, `u` or `d` is a number and is not asked.
  private static func usedStringBytes(_ tape: UnsafeBufferPointer<UInt64>, strings: UnsafePointer<UInt8>) -> Int {
    var used = 0
    var index = 1
    while index < tape.count {
      let word = tape[index]
      switch UInt8(truncatingIfNeeded: word >> 56) {
      case UInt8(ascii: "\""): used = Int(word & payloadMask)
      case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index += 1
      default: break
      }
      index += 1
    }
    let hasStrings = tape.contains { UInt8(truncatingIfNeeded: $0 >> 56) == UInt8(ascii: "\"") }
    guard hasStrings else { return 0 }
    let length = UnsafeRawPointer(strings + used).loadUnaligned(as: UInt32.self)
    return used + 4 + Int(UInt32(littleEndian: length)) + 1
  }
}

/// One value of a document. Cheap to copy; strings are made when they are asked for.
public struct JSONValue: Sendable {
  /// What a value is.
  public enum Kind: Sendable { case null, bool, int, double, string, array, object }

  /// The document that the value lies in.
  public let document: JSONDocument
  let index: Int

  var tag: UInt8 { UInt8(truncatingIfNeeded: document.tape[index] >> 56) }
  var payload: Int { Int(document.tape[index] & JSONDocument.payloadMask) }
  /// Index of the word behind this value.
  var next: Int {
    switch tag {
    case UInt8(ascii: "{"), UInt8(ascii: "["): payload & 0xFFFF_FFFF
    case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index + 2
    default: index + 1
    }
  }

  /// What the value is.
  public var kind: Kind {
    switch tag {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "l"), UInt8(ascii: "u"): .int
    case UInt8(ascii: "d"): .double
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    default: .null
    }
  }

  /// Whether the value is `null`.
  public var isNull: Bool { tag == UInt8(ascii: "n") }
  /// The value where it is a string.
  public var string: String? { tag == UInt8(ascii: "\"") ? document.string(at: payload) : nil }
  /// The value where it is `true` or `false`.
  public var bool: Bool? { tag == UInt8(ascii: "t") ? true : tag == UInt8(ascii: "f") ? false : nil }
  /// The value where it is a whole number that 64 signed bits hold.
  public var int: Int64? {
    switch tag {
    case UInt8(ascii: "l"): Int64(bitPattern: document.tape[index + 1])
    case UInt8(ascii: "u"): Int64(exactly: document.tape[index + 1])
    case UInt8(ascii: "d"): double.flatMap { Int64(exactly: $0) }
    default: nil
    }
  }
  /// The value where it is a number.
  public var double: Double? {
    switch tag {
    case UInt8(ascii: "d"): Double(bitPattern: document.tape[index + 1])
    case UInt8(ascii: "l"): Double(Int64(bitPattern: document.tape[index + 1]))
    case UInt8(ascii: "u"): Double(document.tape[index + 1])
    default: nil
    }
  }

  /// The member of that name, where the value is an object; the first where the name repeats.
  public subscript(_ key: String) -> JSONValue? {
    guard tag == UInt8(ascii: "{") else { return nil }
    let end = next - 1
    var position = index + 1
    while position < end {
      let value = JSONValue(document: document, index: position + 1)
      if document.string(at: JSONValue(document: document, index: position).payload, equals: key) { return value }
      position = value.next
    }
    return nil
  }

  /// The value's elements; empty where it is not an array.
  public var elements: [JSONValue] {
    guard tag == UInt8(ascii: "[") else { return [] }
    var result: [JSONValue] = []
    let end = next - 1
    var position = index + 1
    while position < end {
      let value = JSONValue(document: document, index: position)
      result.append(value)
      position = value.next
    }
    return result
  }

  /// The value's members in the order they came; empty where it is not an object.
  public var members: [(key: String, value: JSONValue)] {
    guard tag == UInt8(ascii: "{") else { return [] }
    var result: [(key: String, value: JSONValue)] = []
    let end = next - 1
    var position = index + 1
    while position < end {
      let value = JSONValue(document: document, index: position + 1)
      result.append((document.string(at: JSONValue(document: document, index: position).payload), value))
      position = value.next
    }
    return result
  }

  /// The value as a tree that can be printed or sent.
  public var tree: JSONTree {
    switch kind {
    case .null: .null
    case .bool: .bool(bool ?? false)
    case .int: int.map(JSONTree.int) ?? .raw(String(document.tape[index + 1]))
    case .double: .double(double ?? 0)
    case .string: .string(string ?? "")
    case .array: .array(elements.map(\.tree))
    case .object: .object(members.map { ($0.key, $0.value.tree) })
    }
  }
}

extension JSONDocument {
  func string(at offset: Int) -> String {
    strings.withUnsafeBytes { bytes in
      let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      return String(decoding: bytes[(offset + 4)..<(offset + 4 + length)], as: UTF8.self)
    }
  }

  func string(at offset: Int, equals key: String) -> Bool {
    strings.withUnsafeBytes { bytes in
      let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      return key.utf8.count == length && bytes[(offset + 4)..<(offset + 4 + length)].elementsEqual(key.utf8)
    }
  }
}
