import Foundation

/// Durations as Prometheus writes them: `1h30m`, units in the order y w d h m s ms.
enum PromDuration {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ("ms", 1),
  ]

  /// Whether the bytes are numbers with letters that could be units, which is what the lexer asks.
  static func isWellFormed(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let digits = rest.prefix { (48...57).contains($0) }
      rest = rest.dropFirst(digits.count)
      guard !digits.isEmpty, let unit = rest.first, "smhdwy".utf8.contains(unit) else { return false }
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "s") { rest = rest.dropFirst() }
    }
    return true
  }

  /// The milliseconds of `1h30m`; nil for anything else and for what 64 bits of nanoseconds do not hold.
  static func milliseconds(_ text: String) -> Int64? {
    if text == "0" { return 0 }
    var rest = Array(text.utf8)[...]
    var total: Int64 = 0
    var next = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { (48...57).contains($0) }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { !(48...57).contains($0) }
      rest = rest.dropFirst(letters.count)
      let name = String(decoding: letters, as: UTF8.self)
      guard let count = Int64(String(decoding: digits, as: UTF8.self)),
        let index = units.indices.first(where: { $0 >= next && units[$0].name == name })
      else { return nil }
      next = index + 1
      let (product, overflow) = count.multipliedReportingOverflow(by: units[index].milliseconds)
      let (sum, carried) = total.addingReportingOverflow(product)
      guard !overflow, !carried, sum <= Int64.max / 1_000_000 else { return nil }
      total = sum
    }
    return total
  }

  /// A parameter of the HTTP API: seconds with a fraction, or a duration.
  static func parameter(_ text: String) -> Int64? {
    if let seconds = Double(text) {
      let milliseconds = (seconds * 1_000).rounded(.towardZero)
      return milliseconds.magnitude < 9e15 ? Int64(milliseconds) : nil
    }
    return milliseconds(text)
  }
}

/// Numbers as Prometheus writes them.
enum PromNumber {
  /// A sample's value: decimals, an exponent only below 1e-6 and from 1e21 on.
  static func text(_ value: Double) -> String {
    let magnitude = value.magnitude
    return format(value, exponent: magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21))
  }

  /// The value with all of its digits and without an exponent, as `count_values` labels it.
  static func plain(_ value: Double) -> String { format(value, exponent: false) }

  private static func format(_ value: Double, exponent: Bool) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53, !exponent {
      return whole == 0 && value.sign == .minus ? "-0" : String(whole)
    }
    let text = "\(value)"
    let parts = text.split(separator: "e", maxSplits: 1)
    guard parts.count == 2, let power = Int(parts[1]) else {
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    let mantissa = parts[0].hasSuffix(".0") ? parts[0].dropLast(2) : parts[0]
    if exponent {
      let digits = String(power.magnitude)
      return mantissa + (power < 0 ? "e-" : "e+") + (digits.count < 2 ? "0" : "") + digits
    }
    let sign = mantissa.hasPrefix("-") ? "-" : ""
    let digits = mantissa.filter { $0 != "-" && $0 != "." }
    // The mantissa has one digit before its point.
    if power < 0 { return sign + "0." + String(repeating: "0", count: -power - 1) + digits }
    let fill = power + 1 - digits.count
    if fill >= 0 { return sign + digits + String(repeating: "0", count: fill) }
    return sign + digits.prefix(power + 1) + "." + digits.dropFirst(power + 1)
  }

  /// A timestamp: seconds, with three decimals where they are not zero.
  static func seconds(_ milliseconds: Int64) -> String {
    let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
    let sign = milliseconds < 0 ? "-" : ""
    let decimals = rest == 0 ? "" : "." + String(String(1_000 + rest).dropFirst())
    return sign + String(whole) + decimals
  }

  /// A number as PromQL writes it; nil for what is none.
  static func parse(_ text: String) -> Double? {
    let word = text.lowercased()
    if word == "inf" || word == "+inf" { return .infinity }
    if word == "-inf" { return -.infinity }
    if word == "nan" { return .nan }
    let digits = word.replacingOccurrences(of: "_", with: "")
    if digits.hasPrefix("0x") { return UInt64(digits.dropFirst(2), radix: 16).map { Double($0) } }
    // A leading zero makes a whole number octal, as in Go.
    if digits.count > 1, digits.hasPrefix("0"), digits.allSatisfy({ ("0"..."7").contains($0) }) {
      return UInt64(digits, radix: 8).map { Double($0) }
    }
    return Double(digits)
  }
}
