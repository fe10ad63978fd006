/// Reads times and identifiers from values in any of the spellings that logs have, without making strings.
enum FieldValues {
  /// A time: RFC 3339, or an epoch in seconds, milliseconds, microseconds or nanoseconds, as a number or in digits.
  static func time(_ value: JSONCursor) -> Timestamp? {
    if let bytes = value.bytes { return time(bytes) }
    switch value.kind {
    case .int: return value.exactInteger.flatMap(epoch)
    case .double: return epoch(value.double)
    default: return nil
    }
  }

  private static func time(_ bytes: JSONBytes) -> Timestamp? {
    if let time = Timestamp.parse(UnsafeBufferPointer(start: bytes.base, count: bytes.count)) { return time }
    guard (9...30).contains(bytes.count), bytes.base[0] &- 48 < 10 else { return nil }
    return Int64(bytes.string).flatMap(epoch) ?? Double(bytes.string).flatMap(epoch)
  }

  /// An epoch whose unit is told by its size: seconds reach 10¹¹ in the year 5138, milliseconds passed it in 1973.
  static func epoch(_ number: Int64) -> Timestamp? {
    switch number {
    case 100_000_000..<100_000_000_000: Timestamp(milliseconds: number * 1_000)
    case 100_000_000_000..<100_000_000_000_000: Timestamp(milliseconds: number)
    case 100_000_000_000_000..<100_000_000_000_000_000: Timestamp(microseconds: number)
    case 100_000_000_000_000_000..<Int64.max: Timestamp(nanoseconds: number)
    default: nil
    }
  }

  private static func epoch(_ number: Double) -> Timestamp? {
    switch number {
    case 1e8..<1e11: Timestamp(seconds: number)
    case 1e11..<1e14: Timestamp(seconds: number / 1e3)
    case 1e14..<1e17: Timestamp(seconds: number / 1e6)
    case 1e17..<9.2e18: Timestamp(seconds: number / 1e9)
    default: nil
    }
  }

  /// A trace's identifier: up to 32 hexadecimal digits in any case, with or without dashes; decimal digits where the field's
  /// convention says so, or where it is a number.
  static func trace(_ value: JSONCursor, isDecimal: Bool) -> TraceID? {
    guard let (high, low) = identifier(value, isDecimal: isDecimal, digits: 32), high | low != 0 else { return nil }
    return TraceID(high: high, low: low)
  }

  /// A span's identifier: up to 16 hexadecimal digits, or decimal ones as for a trace.
  static func span(_ value: JSONCursor, isDecimal: Bool) -> SpanID? {
    guard let (_, low) = identifier(value, isDecimal: isDecimal, digits: 16), low != 0 else { return nil }
    return SpanID(value: low)
  }

  private static func identifier(_ value: JSONCursor, isDecimal: Bool, digits: Int) -> (UInt64, UInt64)? {
    guard let bytes = value.bytes else {
      return value.exactInteger.flatMap(UInt64.init(exactly:)).map { (0, $0) }
    }
    if isDecimal, bytes.count <= 20, let number = UInt64(bytes.string) { return (0, number) }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var count = 0
    for position in 0..<bytes.count {
      let byte = bytes.base[position]
      let digit: UInt8
      switch byte {
      case 48...57: digit = byte - 48
      case 97...102: digit = byte - 87
      case 65...70: digit = byte - 55
      case UInt8(ascii: "-"): continue
      default: return nil
      }
      count += 1
      guard count <= digits else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
    }
    return count == 0 ? nil : (high, low)
  }
}
