/// A document in few bytes: strings as they are, numbers in as many bytes as they take, names of members by number. It is made of
/// a parsed document at the cost of copying it, and read the same way.
///
/// A value is its tag on simdjson's tape, and what follows it:
///
///     "  length, bytes                   l  zigzag number      u d  eight bytes       t f n  nothing
///     {  for each member: 2 + number of the name, or 1, length and bytes of it; its value; 0 behind the last
///     [  each element; 0 behind the last
enum PackedDocument {
  /// Appends a value; returns where the bytes of the string are that stands at the word `marked` of the tape.
  static func write(
    _ value: JSONCursor, marked: Int = -1, names: inout NameGuess, to writer: inout PackedWriter
  ) -> Range<Int>? {
    switch value.kind {
    case .string:
      let bytes = value.bytes ?? .empty
      writer.byte(UInt8(ascii: "\""))
      let start = writer.bytes(UnsafeBufferPointer(start: bytes.base, count: bytes.count))
      return value.index == marked ? start..<start + bytes.count : nil
    case .int:
      if let number = value.exactInteger {
        writer.byte(UInt8(ascii: "l"))
        writer.number(UInt64(bitPattern: number << 1 ^ number >> 63))
      } else {
        writer.byte(UInt8(ascii: "u"))
        writer.word(value.bits)
      }
    case .double:
      writer.byte(UInt8(ascii: "d"))
      writer.word(value.bits)
    case .bool: writer.byte(UInt8(ascii: value.isTrue ? "t" : "f"))
    case .null: writer.byte(UInt8(ascii: "n"))
    case .array:
      writer.byte(UInt8(ascii: "["))
      var found: Range<Int>?
      for element in value.elements {
        if let place = write(element, marked: marked, names: &names, to: &writer) { found = place }
      }
      writer.byte(0)
      return found
    case .object:
      writer.byte(UInt8(ascii: "{"))
      var found: Range<Int>?
      for (key, member) in value.members {
        let name = UnsafeBufferPointer(start: key.base, count: key.count)
        if let number = names.number(of: name) {
          writer.count(number + 2)
        } else {
          writer.byte(1)
          writer.bytes(name)
        }
        if let place = write(member, marked: marked, names: &names, to: &writer) { found = place }
      }
      writer.byte(0)
      return found
    }
    return nil
  }

  /// The document again, as it was parsed.
  static func document(_ bytes: UnsafeBufferPointer<UInt8>, _ names: NameTable) -> JSONDocument {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return JSONDocument.nothing }
    var unpacking = Unpacking(reader: PackedReader(base, at: 0), names: names)
    unpacking.strings.reserveCapacity(bytes.count + bytes.count / 4)
    unpacking.value()
    unpacking.tape.append(JSONDocument.word("r", 0))
    unpacking.tape[0] = JSONDocument.word("r", UInt64(unpacking.tape.count))
    return JSONDocument(tape: unpacking.tape, strings: unpacking.strings)
  }

  private struct Unpacking {
    var reader: PackedReader
    let names: NameTable
    var tape: [UInt64] = [0]
    var strings: [UInt8] = []

    mutating func value() {
      let tag = reader.byte()
      switch tag {
      case UInt8(ascii: "\""): string(reader.bytes())
      case UInt8(ascii: "l"):
        let number = reader.number()
        tape.append(JSONDocument.word("l", 0))
        tape.append(number >> 1 ^ (0 &- (number & 1)))
      case UInt8(ascii: "u"), UInt8(ascii: "d"):
        tape.append(UInt64(tag) << 56)
        tape.append(reader.word())
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        let start = tape.count
        tape.append(0)
        var count: UInt64 = 0
        while reader.base[reader.position] != 0 {
          if tag == UInt8(ascii: "{") { name() }
          value()
          count += 1
        }
        reader.position += 1
        tape.append(UInt64(tag + 2) << 56 | UInt64(start))
        tape[start] = UInt64(tag) << 56 | min(count, 0xFF_FFFF) << 32 | UInt64(tape.count)
      default: tape.append(UInt64(tag) << 56)
      }
    }

    private mutating func name() {
      let number = reader.count()
      if number == 1 { return string(reader.bytes()) }
      var name = names.names[number - 2]
      name.withUTF8 { string($0) }
    }

    private mutating func string(_ bytes: UnsafeBufferPointer<UInt8>) {
      tape.append(JSONDocument.word("\"", UInt64(strings.count)))
      withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { strings.append(contentsOf: $0) }
      strings.append(contentsOf: bytes)
      strings.append(0)
    }
  }

  /// Calls `body` with the bytes of each string in a packed document, names of members left out, and with each number as it is
  /// printed, until it says that it has seen enough; whether it did.
  static func containsText(
    _ bytes: UnsafeBufferPointer<UInt8>, _ kind: JSONValue.TextKind,
    where body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return false }
    var reader = PackedReader(base, at: 0)
    return containsText(&reader, kind, where: body)
  }

  private static func containsText(
    _ reader: inout PackedReader, _ kind: JSONValue.TextKind, where body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    let tag = reader.byte()
    switch tag {
    case UInt8(ascii: "\""):
      let text = reader.bytes()
      return kind != .numbers && body(text)
    case UInt8(ascii: "l"):
      let number = reader.number()
      guard kind != .strings else { return false }
      return JSONValue.withDigits((number >> 1) + (number & 1), isNegative: number & 1 == 1, body)
    case UInt8(ascii: "u"):
      let number = reader.word()
      return kind != .strings && JSONValue.withDigits(number, isNegative: false, body)
    case UInt8(ascii: "d"):
      let number = Double(bitPattern: reader.word())
      guard kind != .strings else { return false }
      var text = JSONTree.double(number).text
      return text.withUTF8(body)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      while reader.base[reader.position] != 0 {
        if tag == UInt8(ascii: "{"), reader.count() == 1 { _ = reader.bytes() }
        if containsText(&reader, kind, where: body) { return true }
      }
      reader.position += 1
      return false
    default: return false
    }
  }
}
