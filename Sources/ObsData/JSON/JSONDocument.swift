import CSimdjson

/// A parsed JSON text: simdjson's tape and its strings, as simdjson made them. Immutable and shared; values point into it. The
/// tape's format is described in simdjson's `doc/tape.md`.
public final class JSONDocument: Sendable {
  private let memory: sj_memory
  /// How many words the tape has.
  let wordCount: Int
  /// How many bytes of the strings are in use.
  let stringByteCount: Int

  /// Why simdjson refused a text, in its own words.
  public struct Refusal: Error, Hashable, Sendable {
    /// simdjson's error code.
    public let code: Int32
    /// simdjson's sentence for it.
    public let reason: String
  }

  /// Parses a whole text. Throws where simdjson refuses it; `JSONReader` is for texts that may hold odd values.
  public convenience init(parsing bytes: [UInt8]) throws(Refusal) {
    var code: Int32 = 0
    let parsed = bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      guard let base = buffer.baseAddress else { return nil }
      return sj_parse(base, buffer.count, &code)
    }
    guard let parsed else {
      throw Refusal(code: code, reason: bytes.isEmpty ? "no text" : String(cString: sj_error_message(code)))
    }
    self.init(owning: parsed)
  }

  /// Makes a document of a tape and strings that are known to be sound.
  convenience init(tape: [UInt64], strings: [UInt8]) {
    self.init(owning: sj_copy(tape, tape.count, strings, strings.count))
  }

  private init(owning document: OpaquePointer) {
    memory = sj_memory_of(document)
    wordCount = Int(memory.tape[0] & JSONDocument.payloadMask)
    stringByteCount = JSONDocument.usedStringBytes(
      UnsafeBufferPointer(start: memory.tape, count: wordCount), strings: memory.strings)
  }

  deinit { sj_free(memory.owner) }

  /// The value that the text holds.
  public var root: JSONValue { JSONValue(document: self, index: 1) }

  static let payloadMask: UInt64 = (1 << 56) - 1

  /// A word of a tape.
  static func word(_ tag: Unicode.Scalar, _ payload: UInt64) -> UInt64 { UInt64(tag.value) << 56 | payload }

  /// How much of the string buffer is in use. Strings are stored in the order of the tape, so the tape's last one ends it: it
  /// is looked for from the end.
  ///
  /// The word behind `l`, `u` or `d` is a raw number and may look like a string. Read backwards, a word is such a number when
  /// an odd count of words that are exactly an `l`, `u` or `d` stands before it: the first of that run can be no number itself.
  private static func usedStringBytes(_ tape: UnsafeBufferPointer<UInt64>, strings: UnsafePointer<UInt8>) -> Int {
    var index = tape.count - 1
    while index > 0 {
      if UInt8(truncatingIfNeeded: tape[index] >> 56) == UInt8(ascii: "\"") {
        var start = index
        while start > 0, isNumberTag(tape[start - 1]) { start -= 1 }
        if (index - start) % 2 == 0 {
          let offset = Int(tape[index] & payloadMask)
          let length = UnsafeRawPointer(strings + offset).loadUnaligned(as: UInt32.self)
          return offset + 4 + Int(UInt32(littleEndian: length)) + 1
        }
      }
      index -= 1
    }
    return 0
  }

  private static func isNumberTag(_ word: UInt64) -> Bool {
    guard word & payloadMask == 0 else { return false }
    let tag = UInt8(truncatingIfNeeded: word >> 56)
    return tag == UInt8(ascii: "l") || tag == UInt8(ascii: "u") || tag == UInt8(ascii: "d")
  }
}

/// One value of a document. Cheap to copy; strings are made when they are asked for.
public struct JSONValue: Sendable {
  /// What a value is.
  public enum Kind: Sendable { case null, bool, int, double, string, array, object }

  /// The document that the value lies in.
  public let document: JSONDocument
  let index: Int

  var tag: UInt8 { UInt8(truncatingIfNeeded: document.word(at: index) >> 56) }
  var payload: Int { Int(document.word(at: index) & JSONDocument.payloadMask) }
  /// Index of the word behind this value.
  var next: Int { document.withTape { JSONValue.next($0, index) } }

  /// Index of the word behind the value at `index`. The first word of an object or array carries it in its low 32 bits, and
  /// above them the number of members or elements.
  static func next(_ tape: UnsafePointer<UInt64>, _ index: Int) -> Int {
    let word = tape[index]
    return switch UInt8(truncatingIfNeeded: word >> 56) {
    case UInt8(ascii: "{"), UInt8(ascii: "["): Int(truncatingIfNeeded: word & 0xFFFF_FFFF)
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
    case UInt8(ascii: "l"): Int64(bitPattern: document.word(at: index + 1))
    case UInt8(ascii: "u"): Int64(exactly: document.word(at: index + 1))
    case UInt8(ascii: "d"): double.flatMap { Int64(exactly: $0) }
    default: nil
    }
  }
  /// The value where it is a number.
  public var double: Double? {
    switch tag {
    case UInt8(ascii: "d"): Double(bitPattern: document.word(at: index + 1))
    case UInt8(ascii: "l"): Double(Int64(bitPattern: document.word(at: index + 1)))
    case UInt8(ascii: "u"): Double(document.word(at: index + 1))
    default: nil
    }
  }

  /// The member of that name, where the value is an object; the first where the name repeats.
  public subscript(_ key: String) -> JSONValue? {
    guard tag == UInt8(ascii: "{") else { return nil }
    let end = next - 1
    return document.withTape { tape in
      var position = index + 1
      while position < end {
        let offset = Int(tape[position] & JSONDocument.payloadMask)
        if document.string(at: offset, equals: key) { return JSONValue(document: document, index: position + 1) }
        position = JSONValue.next(tape, position + 1)
      }
      return nil
    }
  }

  /// The value at the end of a path of member names.
  public subscript(path keys: String...) -> JSONValue? {
    var value = self
    for key in keys {
      guard let member = value[key] else { return nil }
      value = member
    }
    return value
  }

  /// How many members or elements the value has; simdjson stops counting at 16,777,215.
  public var count: Int {
    tag == UInt8(ascii: "{") || tag == UInt8(ascii: "[") ? payload >> 32 : 0
  }

  /// The first element, where the value is an array that has one.
  public var first: JSONValue? {
    guard tag == UInt8(ascii: "["), next > index + 2 else { return nil }
    return JSONValue(document: document, index: index + 1)
  }

  /// The value's elements; empty where it is not an array.
  public var elements: [JSONValue] {
    guard tag == UInt8(ascii: "[") else { return [] }
    var result: [JSONValue] = []
    result.reserveCapacity(count)
    document.withTape { tape in
      let end = JSONValue.next(tape, index) - 1
      var position = index + 1
      while position < end {
        result.append(JSONValue(document: document, index: position))
        position = JSONValue.next(tape, position)
      }
    }
    return result
  }

  /// The value's members in the order they came; empty where it is not an object.
  public var members: [(key: String, value: JSONValue)] {
    guard tag == UInt8(ascii: "{") else { return [] }
    var result: [(key: String, value: JSONValue)] = []
    result.reserveCapacity(count)
    document.withTape { tape in
      let end = JSONValue.next(tape, index) - 1
      var position = index + 1
      while position < end {
        let key = document.string(at: Int(tape[position] & JSONDocument.payloadMask))
        result.append((key, JSONValue(document: document, index: position + 1)))
        position = JSONValue.next(tape, position + 1)
      }
    }
    return result
  }

  /// The value as a tree that can be printed or sent.
  public var tree: JSONTree {
    switch kind {
    case .null: .null
    case .bool: .bool(bool ?? false)
    case .int: int.map(JSONTree.int) ?? .raw(String(document.word(at: index + 1)))
    case .double: .double(double ?? 0)
    case .string: .string(string ?? "")
    case .array: .array(elements.map(\.tree))
    case .object: .object(members.map { ($0.key, $0.value.tree) })
    }
  }
}

extension JSONDocument {
  /// Calls `body` with the tape and the strings; nothing of them may be kept.
  @inline(__always) func withMemory<Result>(
    _ body: (_ tape: UnsafePointer<UInt64>, _ strings: UnsafePointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) { try body(memory.tape, memory.strings) }
  }

  /// Calls `body` with the tape; nothing of it may be kept.
  @inline(__always) func withTape<Result>(_ body: (UnsafePointer<UInt64>) throws -> Result) rethrows -> Result {
    try withMemory { tape, _ in try body(tape) }
  }

  @inline(__always) func word(at index: Int) -> UInt64 { withTape { $0[index] } }

  func string(at offset: Int) -> String {
    withStringBytes(at: offset) { String(decoding: $0, as: UTF8.self) }
  }

  func string(at offset: Int, equals key: String) -> Bool {
    withStringBytes(at: offset) { bytes in
      var key = key
      return key.withUTF8 { $0.count == bytes.count && $0.elementsEqual(bytes) }
    }
  }

  /// Calls `body` with the bytes of the string whose length stands at `offset`.
  func withStringBytes<Result>(at offset: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    withMemory { _, strings in
      let length = UInt32(littleEndian: UnsafeRawPointer(strings + offset).loadUnaligned(as: UInt32.self))
      return body(UnsafeBufferPointer(start: strings + offset + 4, count: Int(length)))
    }
  }
}
