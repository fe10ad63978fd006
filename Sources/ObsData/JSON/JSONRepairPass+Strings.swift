extension JSONRepairPass {
  /// U+FFFD in UTF-8.
  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// Reads a string from its opening quote to behind its closing one.
  mutating func string() throws(JSONSyntaxError) {
    let start = position
    advance(writing: UInt8(ascii: "\""))
    while position < bytes.count {
      let plain = position
      while position < bytes.count, isPlain(bytes[position]) { position += 1 }
      if position > plain { copy(plain..<position) }
      guard position < bytes.count else { break }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        return advance(writing: UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): try escape(in: start)
      case 0..<0x20: controlCharacter()
      default: multibyte()
      }
    }
    throw JSONSyntaxError(offset: bytes.count, reason: "the text ends in a string that begins at byte \(start)")
  }

  private func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func controlCharacter() {
    let byte = bytes[position]
    let digits = "0123456789abcdef".utf8.map { $0 }
    let escaped = "\\u00".utf8.map { $0 } + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    note(.controlCharacter, at: position, "control character in a string that is not escaped: kept")
    write(escaped)
    position += 1
  }

  private mutating func escape(in start: Int) throws(JSONSyntaxError) {
    guard position + 1 < bytes.count else {
      throw JSONSyntaxError(offset: bytes.count, reason: "the text ends in a string that begins at byte \(start)")
    }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      copy(position..<position + 2)
      position += 2
    case UInt8(ascii: "u"):
      guard let unit = hexadecimal(at: position + 2) else { return unknownEscape() }
      unicodeEscape(unit)
    default: unknownEscape()
    }
  }

  /// The backslash stays as a character; what follows it is read as if it stood alone.
  private mutating func unknownEscape() {
    note(.unknownEscape, at: position, "a backslash that escapes nothing: kept")
    write("\\\\".utf8)
    position += 1
  }

  private mutating func unicodeEscape(_ unit: UInt32) {
    let low =
      position + 8 <= bytes.count && bytes[position + 6] == UInt8(ascii: "\\")
        && bytes[position + 7] == UInt8(ascii: "u") ? hexadecimal(at: position + 8) : nil
    switch unit {
    case 0xD800..<0xDC00:
      if let low, (0xDC00..<0xE000).contains(low) {
        copy(position..<position + 12)
        position += 12
      } else {
        loneSurrogate(unit)
      }
    case 0xDC00..<0xE000: loneSurrogate(unit)
    default:
      copy(position..<position + 6)
      position += 6
    }
  }

  private mutating func loneSurrogate(_ unit: UInt32) {
    note(.loneSurrogate, at: position, "half of a surrogate pair: \\u\(String(unit, radix: 16)) shown as \u{FFFD}")
    write(JSONRepairPass.replacement)
    position += 6
  }

  private func hexadecimal(at start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      switch byte {
      case 48...57: value = value << 4 | UInt32(byte - 48)
      case 65...70: value = value << 4 | UInt32(byte - 55)
      case 97...102: value = value << 4 | UInt32(byte - 87)
      default: return nil
      }
    }
    return value
  }

  /// Copies a character of several bytes, or replaces what cannot be one: as much as the Unicode Standard (3.9, table 3-7,
  /// "maximal subpart") counts as one mistake.
  private mutating func multibyte() {
    let lead = bytes[position]
    let (count, second): (Int, ClosedRange<UInt8>) =
      switch lead {
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (1, 0...0)
      }
    var length = 1
    while length < count, position + length < bytes.count,
      (length == 1 ? second : 0x80...0xBF).contains(bytes[position + length])
    {
      length += 1
    }
    if count > 1, length == count {
      copy(position..<position + count)
    } else {
      note(.invalidUTF8, at: position, "bytes that are not UTF-8: shown as \u{FFFD}")
      write(JSONRepairPass.replacement)
    }
    position += length
  }
}
