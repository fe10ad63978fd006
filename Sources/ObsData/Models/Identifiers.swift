/// The identifier of a trace: 128 bits. Jaeger writes 16 hexadecimal digits when the upper half is zero and
/// 32 otherwise, logs write it in any case and with dashes: all of them compare equal here.
public struct TraceID: Hashable, Sendable, CustomStringConvertible {
  /// The upper and the lower 64 bits.
  public let high, low: UInt64

  /// Makes an identifier of its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads 1 to 32 hexadecimal digits, in any case, with or without dashes. Nil for anything else and for all zeros.
  public init?(hex text: some StringProtocol) {
    guard let (high, low) = hexadecimal(text.utf8, digits: 32), high | low != 0 else { return nil }
    self.init(high: high, low: low)
  }

  /// All 32 digits, in lower case.
  public var description: String { hexDigits(high) + hexDigits(low) }
  /// As Jaeger's v1 API writes it: 16 digits when the upper half is zero.
  public var short: String { high == 0 ? hexDigits(low) : description }
}

/// The identifier of a span: 64 bits.
public struct SpanID: Hashable, Sendable, CustomStringConvertible {
  /// The 64 bits as a number.
  public let value: UInt64

  /// Makes an identifier of a number.
  public init(value: UInt64) { self.value = value }

  /// Reads 1 to 16 hexadecimal digits in any case. Nil for anything else and for all zeros.
  public init?(hex text: some StringProtocol) {
    guard let (_, low) = hexadecimal(text.utf8, digits: 16), low != 0 else { return nil }
    self.init(value: low)
  }

  /// All 16 digits, in lower case.
  public var description: String { hexDigits(value) }
}

/// Reads up to `digits` hexadecimal digits, passing over dashes.
private func hexadecimal(_ text: some Sequence<UInt8>, digits: Int) -> (high: UInt64, low: UInt64)? {
  var high: UInt64 = 0
  var low: UInt64 = 0
  var count = 0
  for byte in text where byte != UInt8(ascii: "-") {
    let digit: UInt8
    switch byte {
    case 48...57: digit = byte - 48
    case 65...70: digit = byte - 55
    case 97...102: digit = byte - 87
    default: return nil
    }
    count += 1
    guard count <= digits else { return nil }
    high = high << 4 | low >> 60
    low = low << 4 | UInt64(digit)
  }
  return count == 0 ? nil : (high, low)
}

private func hexDigits(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
