/// Reads identifiers as Jaeger's several writers put them down. A span is never dropped for its identifier: one that is not
/// hexadecimal, too long or all zeros is replaced by a hash of its bytes, the same each time.
enum JaegerIdentifiers {
  /// 1 to 32 hexadecimal digits, or 16 bytes in base64.
  static func traceID(_ bytes: JSONBytes) -> TraceID {
    if let (high, low) = hexadecimal(bytes, digits: 32) ?? base64(bytes, count: 16), high | low != 0 {
      return TraceID(high: high, low: low)
    }
    return TraceID(high: 0, low: hash(bytes))
  }

  /// 1 to 16 hexadecimal digits, or 8 bytes in base64.
  static func spanID(_ bytes: JSONBytes) -> SpanID {
    if let (_, low) = hexadecimal(bytes, digits: 16) ?? base64(bytes, count: 8), low != 0 { return SpanID(value: low) }
    return SpanID(value: hash(bytes))
  }

  /// The identifier of a parent or of a linked span; nil where the bytes stand for none: empty or all zeros.
  static func reference(_ bytes: JSONBytes?) -> SpanID? {
    guard let bytes, bytes.count > 0 else { return nil }
    if let (_, low) = hexadecimal(bytes, digits: 16) ?? base64(bytes, count: 8) {
      return low == 0 ? nil : SpanID(value: low)
    }
    return SpanID(value: hash(bytes))
  }

  private static func hexadecimal(_ bytes: JSONBytes, digits: Int) -> (UInt64, UInt64)? {
    guard bytes.count > 0, bytes.count <= digits else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for position in 0..<bytes.count {
      let byte = bytes.base[position]
      let digit: UInt8
      switch byte {
      case 48...57: digit = byte &- 48
      case 65...70: digit = byte &- 55
      case 97...102: digit = byte &- 87
      default: return nil
      }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
    }
    return (high, low)
  }

  /// Exactly `count` bytes in base64 of either alphabet, with or without padding, as a big-endian number.
  private static func base64(_ bytes: JSONBytes, count: Int) -> (UInt64, UInt64)? {
    var length = bytes.count
    while length > 0, bytes.count - length < 2, bytes.base[length - 1] == UInt8(ascii: "=") { length -= 1 }
    guard length == (count * 8 + 5) / 6 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for position in 0..<length {
      let byte = bytes.base[position]
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte + 4
      case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
      default: return nil
      }
      // The last digit holds only the bits that are left.
      let bits = min(6, UInt64(count * 8 - position * 6))
      high = high << bits | low >> (64 - bits)
      low = low << bits | UInt64(digit >> (6 - UInt8(bits)))
    }
    return (high, low)
  }

  /// FNV-1a, 64 bits, http://www.isthe.com/chongo/tech/comp/fnv/
  private static func hash(_ bytes: JSONBytes) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for position in 0..<bytes.count { hash = (hash ^ UInt64(bytes.base[position])) &* 0x100_0000_01B3 }
    return hash == 0 ? 1 : hash
  }
}
