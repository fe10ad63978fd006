import Glibc

/// A place on a document's tape, for decoders that visit millions of values: no reference counting, no strings made.
/// It points into the document's memory, so neither it nor its bytes may leave the closure of `withCursor`.
struct JSONCursor {
  fileprivate let tape: UnsafePointer<UInt64>
  fileprivate let strings: UnsafePointer<UInt8>
  /// Index of the value's word on the tape: `JSONDocument.value(at:)` finds the value again by it.
  let index: Int

  @inline(__always) init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, index: Int) {
    self.tape = tape
    self.strings = strings
    self.index = index
  }

  @inline(__always) fileprivate func cursor(at index: Int) -> JSONCursor {
    JSONCursor(tape: tape, strings: strings, index: index)
  }

  @inline(__always) private var tag: UInt8 { UInt8(truncatingIfNeeded: tape[index] >> 56) }
  /// Index of the word behind this value.
  @inline(__always) fileprivate var next: Int {
    switch tag {
    case UInt8(ascii: "{"), UInt8(ascii: "["): Int(truncatingIfNeeded: tape[index] & 0xFFFF_FFFF)
    case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"): index + 2
    default: index + 1
    }
  }

  /// The bytes of the string that stands here, whatever the word says.
  @inline(__always) fileprivate var stringBytes: JSONBytes {
    let base = strings + Int(truncatingIfNeeded: tape[index] & JSONDocument.payloadMask)
    let count = UInt32(littleEndian: UnsafeRawPointer(base).loadUnaligned(as: UInt32.self))
    return JSONBytes(base: base + 4, count: Int(count))
  }

  var isObject: Bool { tag == UInt8(ascii: "{") }
  var isArray: Bool { tag == UInt8(ascii: "[") }
  var isTrue: Bool { tag == UInt8(ascii: "t") }
  var isNull: Bool { tag == UInt8(ascii: "n") }
  /// The value's bytes where it is a string.
  @inline(__always) var bytes: JSONBytes? { tag == UInt8(ascii: "\"") ? stringBytes : nil }

  /// What the value is.
  var kind: JSONValue.Kind {
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
  /// The word behind the value's own: a number's bits.
  var bits: UInt64 { tape[index + 1] }
  /// The value where it is a whole number that 64 signed bits hold.
  var exactInteger: Int64? {
    switch tag {
    case UInt8(ascii: "l"): Int64(bitPattern: tape[index + 1])
    case UInt8(ascii: "u"): Int64(exactly: tape[index + 1])
    case UInt8(ascii: "d"): Int64(exactly: Double(bitPattern: tape[index + 1]))
    default: nil
    }
  }
  /// The 64 bits of a whole number.
  var unsigned: UInt64 { tape[index + 1] }
  /// The value where it is a number; zero for anything else.
  var double: Double {
    switch tag {
    case UInt8(ascii: "l"): Double(Int64(bitPattern: tape[index + 1]))
    case UInt8(ascii: "u"): Double(tape[index + 1])
    case UInt8(ascii: "d"): Double(bitPattern: tape[index + 1])
    default: 0
    }
  }

  /// The value as a whole number, clamped to 64 bits: a number, or a string of decimal digits. Zero for anything else.
  var integer: Int64 {
    switch tag {
    case UInt8(ascii: "l"): return Int64(bitPattern: tape[index + 1])
    case UInt8(ascii: "u"): return Int64(clamping: tape[index + 1])
    case UInt8(ascii: "d"):
      let value = Double(bitPattern: tape[index + 1]).rounded(.towardZero)
      return Int64(exactly: value) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
    case UInt8(ascii: "\""): return stringBytes.integer
    default: return 0
    }
  }

  /// Whether a value of the same document lies in this one.
  func contains(_ other: JSONCursor) -> Bool { other.index >= index && other.index < next }

  /// The members of an object in the order they came; none where the value is no object.
  var members: Members { Members(place: cursor(at: index + 1), end: isObject ? next - 1 : index) }
  /// The elements of an array; none where the value is no array.
  var elements: Elements { Elements(place: cursor(at: index + 1), end: isArray ? next - 1 : index) }
  /// The member of that name; the first where the name repeats.
  func member(_ name: StaticString) -> JSONCursor? {
    for (key, value) in members where name ~= key { return value }
    return nil
  }

  struct Members: Sequence, IteratorProtocol {
    fileprivate var place: JSONCursor
    fileprivate let end: Int

    @inline(__always) mutating func next() -> (key: JSONBytes, value: JSONCursor)? {
      guard place.index < end else { return nil }
      let value = place.cursor(at: place.index + 1)
      defer { place = place.cursor(at: value.next) }
      return (place.stringBytes, value)
    }
  }

  struct Elements: Sequence, IteratorProtocol {
    fileprivate var place: JSONCursor
    fileprivate let end: Int

    @inline(__always) mutating func next() -> JSONCursor? {
      guard place.index < end else { return nil }
      defer { place = place.cursor(at: place.next) }
      return place
    }
  }
}

/// The bytes of a string on the tape, unescaped.
struct JSONBytes {
  let base: UnsafePointer<UInt8>
  let count: Int

  /// No bytes at all.
  static var empty: JSONBytes {
    let nothing: StaticString = ""
    return JSONBytes(base: nothing.utf8Start, count: 0)
  }

  var string: String { String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self) }

  /// Decimal digits with an optional sign, clamped to 64 bits; zero where there is anything else.
  var integer: Int64 {
    var value: Int64 = 0
    let isNegative = count > 0 && base[0] == UInt8(ascii: "-")
    for position in (isNegative ? 1 : 0)..<max(count, isNegative ? 1 : 0) {
      let digit = base[position] &- 48
      guard digit < 10 else { return 0 }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = shifted.subtractingReportingOverflow(Int64(digit))
      if overflow || carried { return isNegative ? .min : .max }
      value = sum
    }
    return isNegative ? value : value == .min ? .max : -value
  }

  @inline(__always) static func ~= (pattern: StaticString, bytes: JSONBytes) -> Bool {
    bytes.count == pattern.utf8CodeUnitCount && memcmp(bytes.base, pattern.utf8Start, bytes.count) == 0
  }
  @inline(__always) static func == (a: JSONBytes, b: JSONBytes) -> Bool {
    a.count == b.count && memcmp(a.base, b.base, a.count) == 0
  }
}

extension JSONDocument {
  /// Calls `body` with a cursor on the value whose word stands at `index`, the root when nothing is said. Nothing of the
  /// cursor may be kept. Nil where the document has no such word.
  func withCursor<Result>(at index: Int = 1, _ body: (JSONCursor) throws -> Result) rethrows -> Result? {
    guard (0..<wordCount).contains(index) else { return nil }
    return try withMemory { tape, strings in
      try body(JSONCursor(tape: tape, strings: strings, index: index))
    }
  }

  /// The value whose word stands at `index`, as a cursor gave it.
  func value(at index: Int) -> JSONValue { JSONValue(document: self, index: index) }
}
