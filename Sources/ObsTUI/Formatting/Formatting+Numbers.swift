import ObsData

/// How a count is printed.
enum CountStyle: Sendable {
  /// Every digit: `4,311`, `1,204,311`.
  case exact
  /// At most `Formatting.countWidth` cells: `812`, `4,311`, `12.3k`, `1.2M`.
  case short
}

extension Formatting {
  /// So many lines: `1 line`, `1,234 lines`.
  static func lines(_ number: Int) -> String { "\(count(number, style: .exact)) \(number == 1 ? "line" : "lines")" }

  /// Thousands, for counts and plain values.
  private static let thousands: [(factor: Double, name: String)] = [
    (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"),
  ]
  /// Bytes go by 1,024.
  private static let binary: [(factor: Double, name: String)] = [
    (0x1p50, "PiB"), (0x1p40, "TiB"), (0x1p30, "GiB"), (0x1p20, "MiB"), (0x1p10, "KiB"),
  ]

  /// How many there are.
  static func count(_ value: Int, style: CountStyle = .short) -> String {
    let sign = value < 0 ? "-" : ""
    let magnitude = value.magnitude
    guard style == .short, magnitude >= 10_000 else { return sign + separated(magnitude) }
    let steps: [(unit: UInt, name: String)] = [
      (1_000_000_000_000_000_000, "E"), (1_000_000_000_000_000, "P"), (1_000_000_000_000, "T"),
      (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k"),
    ]
    for step in steps where magnitude >= step.unit {
      let whole = magnitude / step.unit
      guard whole < 100 else { return sign + "\(whole)\(step.name)" }
      return sign + "\(whole).\(magnitude % step.unit / (step.unit / 10))\(step.name)"
    }
    return sign + "\(magnitude)"
  }

  /// The digits with a comma before every third one from the right.
  private static func separated(_ value: UInt) -> String {
    var text = ""
    for (index, digit) in String(value).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// An amount of memory or traffic: `812B`, `12.3KiB`, `1.50GiB`.
  static func bytes(_ value: Int) -> String { self.value(Double(value), .bytes) }

  /// A share as a percentage: 0.0042 is `0.42%`.
  static func percent(_ ratio: Double) -> String { value(ratio, .ratio) }

  /// A metric's value, in at most `valueWidth` cells: `12.3/s`, `0.42%`, `230ms`, `NaN`, `+Inf`, and `-` for none.
  static func value(_ value: Double?, _ unit: MetricUnit, glyphs: GlyphSet = .unicode) -> String {
    guard let value else { return "-" }
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    switch unit {
    case .none: return scaled(value, by: thousands)
    case .perSecond: return scaled(value, by: thousands) + "/s"
    case .bytes: return scaled(value, by: binary, base: "B")
    case .bytesPerSecond: return scaled(value, by: binary, base: "B") + "/s"
    case .ratio:
      let most = Double.greatestFiniteMagnitude
      return scaled(min(max(value * 100, -most), most), by: thousands) + "%"
    case .percent: return scaled(value, by: thousands) + "%"
    case .seconds: return time(seconds: value, glyphs)
    case .milliseconds: return time(seconds: value / 1_000, glyphs)
    }
  }

  private static func time(seconds: Double, _ glyphs: GlyphSet) -> String {
    guard abs(seconds) >= 1e-9 else { return seconds == 0 ? "0s" : "<1ns" }
    // Rounded at the fourth digit first: 0.23 is 229,999,999.9 ns to a floating-point number.
    let nanoseconds = Timestamp(seconds: seconds).nanoseconds
    return duration(.nanoseconds(rounded(nanoseconds)), glyphs: glyphs)
  }

  /// Rounded to three digits, for the spans below a minute that print three.
  private static func rounded(_ value: Int64) -> Int64 {
    guard value.magnitude < 60_000_000_000 else { return value }
    var unit: Int64 = 1
    while value.magnitude / unit.magnitude >= 1_000 { unit *= 10 }
    return (value + (value < 0 ? -unit / 2 : unit / 2)) / unit * unit
  }

  /// A finite value with three digits and its step's name; beyond the table, powers of ten.
  private static func scaled(_ value: Double, by steps: [(factor: Double, name: String)], base: String = "") -> String {
    guard value.isFinite else { return value < 0 ? "-Inf" : "+Inf" }
    let magnitude = abs(value)
    // 999.5 and up would read 1000 and is the next step's.
    if let largest = steps.first, magnitude >= largest.factor * 999.5 { return exponential(value) + base }
    for (index, step) in steps.enumerated() {
      let below = index + 1 < steps.count ? steps[index + 1].factor : 1
      if magnitude >= step.factor || magnitude >= below * 999.5 {
        return threeDigits(value / step.factor) + step.name
      }
    }
    return threeDigits(value) + base
  }

  /// Three digits of a value whose magnitude is below 1,000; a whole number is printed as one.
  private static func threeDigits(_ value: Double) -> String {
    let magnitude = abs(value)
    let sign = value < 0 ? "-" : ""
    if magnitude == 0 { return "0" }
    if magnitude < 0.005 { return sign.isEmpty ? "<0.01" : "~-0" }
    if magnitude.rounded() == magnitude { return sign + "\(Int(magnitude))" }
    let digits = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0
    let scale = digits == 2 ? 100.0 : digits == 1 ? 10.0 : 1.0
    let shifted = Int((magnitude * scale).rounded())
    guard digits > 0 else { return sign + "\(shifted)" }
    let unit = Int(scale)
    return sign + "\(shifted / unit)." + padded(shifted % unit, digits)
  }

  /// `1e21`, `-3e300`: one digit and the power of ten.
  private static func exponential(_ value: Double) -> String {
    var exponent = 0
    var mantissa = abs(value)
    while mantissa >= 10, exponent < 310 {
      mantissa /= 10
      exponent += 1
    }
    return (value < 0 ? "-" : "") + "\(Int(mantissa))e\(exponent)"
  }
}
