extension JSONValue {
  /// Which texts of a value are looked at.
  enum TextKind { case strings, numbers, all }

  /// Calls `body` with the bytes of each string in the value, names of members left out, and with each number as it is printed,
  /// until it says that it has seen enough; whether it did.
  func containsText(_ kind: TextKind = .all, where body: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    document.withMemory { tape, base in
      let strings = UnsafeBufferPointer(start: base, count: document.stringByteCount)
      return contains(tape, strings, at: index, kind, where: body)
    }
  }

  private func contains(
    _ tape: UnsafePointer<UInt64>, _ strings: UnsafeBufferPointer<UInt8>, at place: Int, _ kind: TextKind,
    where body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    let tag = UInt8(truncatingIfNeeded: tape[place] >> 56)
    switch tag {
    case UInt8(ascii: "\""):
      guard kind != .numbers else { return false }
      let offset = Int(tape[place] & JSONDocument.payloadMask)
      let length = UnsafeRawBufferPointer(strings).loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      let start = offset + 4
      return body(UnsafeBufferPointer(rebasing: strings[start..<start + Int(UInt32(littleEndian: length))]))
    case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"):
      guard kind != .strings else { return false }
      if tag == UInt8(ascii: "d") {
        var text = JSONValue(document: document, index: place).tree.text
        return text.withUTF8(body)
      }
      let word = tape[place + 1]
      let isNegative = tag == UInt8(ascii: "l") && Int64(bitPattern: word) < 0
      return JSONValue.withDigits(isNegative ? ~word &+ 1 : word, isNegative: isNegative, body)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let isObject = tag == UInt8(ascii: "{")
      let end = JSONValue.next(tape, place) - 1
      var child = place + 1
      while child < end {
        if isObject { child += 1 }
        if contains(tape, strings, at: child, kind, where: body) { return true }
        child = JSONValue.next(tape, child)
      }
      return false
    default: return false
    }
  }

  /// Prints a whole number without making a string of it: a search does so for every number of every line.
  static func withDigits(
    _ magnitude: UInt64, isNegative: Bool, _ body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { buffer in
      var place = 24
      var rest = magnitude
      repeat {
        place -= 1
        buffer.initializeElement(at: place, to: 48 + UInt8(rest % 10))
        rest /= 10
      } while rest > 0
      if isNegative {
        place -= 1
        buffer.initializeElement(at: place, to: UInt8(ascii: "-"))
      }
      return body(UnsafeBufferPointer(rebasing: buffer[place...]))
    }
  }
}
