import Foundation

/// Values by Grafana's units: the text that the browser shows. https://github.com/grafana/grafana (packages/grafana-data/src/valueFormats)
public enum UnitFormat {
  /// A value in a unit, with `decimals` digits behind the point, or as many as its size deserves.
  public static func text(_ value: Double, unit: String?, decimals: Int? = nil) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let unit = unit ?? ""
    if let kind = UnitTable.kinds[unit] { return text(value, kind, decimals) }
    if unit.hasPrefix("dateTime") || unit.hasPrefix("time:") { return date(value, unit) }
    if let colon = unit.firstIndex(of: ":") {
      let rest = String(unit[unit.index(after: colon)...])
      switch unit[..<colon] {
      case "suffix": return number(value, decimals) + rest
      case "prefix": return rest + number(value, decimals)
      case "si": return text(value, .scaled(UnitTable.metric, rest), decimals)
      case "count": return text(value, .counted(rest), decimals)
      case "currency": return text(value, .currency(rest), decimals)
      case "bool":
        let words = rest.split(separator: "/").map(String.init)
        return words.count == 2 ? words[value == 0 ? 1 : 0] : number(value, decimals)
      default: break
      }
    }
    return unit.isEmpty ? number(value, decimals) : number(value, decimals) + " " + unit
  }

  private static func text(_ value: Double, _ kind: UnitTable.Kind, _ decimals: Int?) -> String {
    switch kind {
    case .plain: return number(value, decimals)
    case .suffix(let suffix): return number(value, decimals) + suffix
    case .percent(let factor): return number(value * factor, decimals) + "%"
    case .scaled(let scale, let suffix): return scaled(value, scale, suffix: suffix, decimals)
    case .counted(let suffix):
      let text = scaled(value, UnitTable.counting, suffix: "", decimals)
      return suffix.isEmpty ? text : text + " " + suffix
    case .currency(let sign): return sign + scaled(value, UnitTable.counting, suffix: "", decimals)
    case .duration(let seconds): return duration(value, unit: seconds, decimals)
    case .words(let seconds): return words(value * seconds, count: (decimals ?? 0) + 1)
    case .clock(let seconds): return clock(value * seconds)
    case .bool(let yes, let no): return value == 0 ? no : yes
    case .scientific: return scientific(value, decimals)
    case .hexadecimal(let prefix):
      guard let whole = Int64(exactly: value.rounded(.towardZero)) else { return scientific(value, decimals) }
      return (whole < 0 ? "-" : "") + prefix + String(whole.magnitude, radix: 16, uppercase: true)
    case .separated: return separated(number(value, decimals))
    }
  }

  /// What round numbers are multiples of where values of this size are shown: 1,048,576 for mebibytes, 60 for minutes of seconds.
  public static func natural(_ size: Double, unit: String?) -> Double {
    guard let kind = UnitTable.kinds[unit ?? ""], size.isFinite else { return 1 }
    switch kind {
    case .scaled(let scale, _) where scale.factor == 1_024:
      var factor = 1.0
      while abs(size) >= factor * 1_024, factor < 1e24 { factor *= 1_024 }
      return factor
    case .duration(let seconds):
      let steps = [604_800.0, 86_400, 3_600, 60]
      return (steps.first { abs(size) * seconds >= $0 } ?? seconds) / seconds
    case .percent(let factor): return 1 / factor
    default: return 1
    }
  }

  /// A number without a unit: `12.3`, `0.042`, `1e+21`.
  public static func plain(_ value: Double) -> String { value.isFinite ? number(value, nil) : text(value, unit: nil) }

  private static func number(_ value: Double, _ decimals: Int?) -> String {
    guard abs(value) < 1e21 else { return scientific(value, decimals) }
    return fixed(value, decimals ?? automaticDecimals(value))
  }

  /// How many digits behind the point make three that count (`getDecimalsForValue`); none for a whole number.
  static func automaticDecimals(_ value: Double) -> Int {
    guard value != 0, value.isFinite, value.rounded() != value else { return 0 }
    return min(max(0, 2 - Int(log10(abs(value)).rounded(.down))), 15)
  }

  /// Digits without a locale.
  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    let text = String(format: "%.\(min(max(decimals, 0), 15))f", value)
    // Minus nothing is nothing.
    return text.hasPrefix("-") && text.allSatisfy({ "-0.".contains($0) }) ? String(text.dropFirst()) : text
  }

  private static func scaled(_ value: Double, _ scale: UnitTable.Scale, suffix: String, _ decimals: Int?) -> String {
    var value = value
    var step = scale.start
    while abs(value) >= scale.factor, step + 1 < scale.names.count {
      value /= scale.factor
      step += 1
    }
    while scale.goesDown, value != 0, abs(value) < 1, step > 0 {
      value *= scale.factor
      step -= 1
    }
    let name = scale.names[step]
    let tail = name + suffix
    return number(value, decimals) + (tail.isEmpty ? "" : (scale.isSpaced ? " " : "") + tail)
  }

  /// A length of time whose unit suits it; `unit` is the seconds that one of the value is.
  private static func duration(_ value: Double, unit: Double, _ decimals: Int?) -> String {
    let seconds = value * unit
    let steps: [(least: Double, seconds: Double, name: String)] = [
      (31_536_000, 31_536_000, "year"), (604_800, 604_800, "week"), (86_400, 86_400, "day"), (3_600, 3_600, "hour"),
      (60, 60, "min"), (1, 1, "s"), (1e-3, 1e-3, "ms"), (1e-6, 1e-6, "µs"), (0, 1e-9, "ns"),
    ]
    guard seconds != 0 else { return "0 s" }
    for step in steps where abs(seconds) >= step.least {
      let amount = seconds / step.seconds
      let isPlural = step.seconds >= 3_600 && abs(amount) != 1
      return number(amount, decimals) + " " + step.name + (isPlural ? "s" : "")
    }
    return number(seconds, decimals) + " s"
  }

  /// `2 days, 3 hours`: the greatest units, so many of them.
  private static func words(_ seconds: Double, count: Int) -> String {
    guard abs(seconds) < 1e15 else { return scientific(seconds, nil) + " s" }
    let units: [(Int64, String)] = [
      (31_536_000, "year"), (2_628_000, "month"), (604_800, "week"), (86_400, "day"), (3_600, "hour"),
      (60, "minute"), (1, "second"),
    ]
    var rest = Int64(abs(seconds))
    var parts: [String] = []
    for (unit, name) in units where parts.count < count {
      let amount = rest / unit
      guard amount > 0 || !parts.isEmpty else { continue }
      if amount > 0 { parts.append("\(amount) \(name)\(amount == 1 ? "" : "s")") }
      rest %= unit
      if rest == 0 { break }
    }
    if parts.isEmpty { return number(seconds * 1_000, 0) + " milliseconds" }
    return parts.joined(separator: ", ") + (seconds < 0 ? " ago" : "")
  }

  /// `3 d 04:05:06`.
  private static func clock(_ seconds: Double) -> String {
    guard abs(seconds) < 1e15 else { return scientific(seconds, nil) + " s" }
    let whole = Int64(abs(seconds))
    let days = whole / 86_400
    let time = [whole / 3_600 % 24, whole / 60 % 60, whole % 60].map { padded(Int($0), 2) }.joined(separator: ":")
    return (seconds < 0 ? "-" : "") + (days > 0 ? "\(days) d " : "") + time
  }

  private static func scientific(_ value: Double, _ decimals: Int?) -> String {
    String(format: "%.\(min(decimals ?? 2, 15))e", value)
  }

  /// Commas before every third digit from the right of the point.
  private static func separated(_ text: String) -> String {
    let parts = text.split(separator: ".", maxSplits: 1)
    guard let whole = parts.first, whole.allSatisfy({ $0.isNumber || $0 == "-" }) else { return text }
    var result = ""
    for (index, digit) in whole.reversed().enumerated() {
      if index > 0, index % 3 == 0, digit != "-" { result.append(",") }
      result.append(digit)
    }
    return String(result.reversed()) + (parts.count > 1 ? "." + parts[1] : "")
  }

  /// Milliseconds since the epoch as a date, in UTC.
  private static func date(_ value: Double, _ unit: String) -> String {
    guard abs(value) < 9e15 else { return scientific(value, nil) }
    let milliseconds = Int64(value)
    if unit.hasPrefix("time:") { return VariableFormat.date(milliseconds, String(unit.dropFirst(5))) }
    return VariableFormat.date(milliseconds, unit.contains("US") ? "MM/DD/YYYY HH:mm:ss" : "YYYY-MM-DD HH:mm:ss")
  }

  /// How long ago, or ahead, an instant in milliseconds is.
  public static func distance(_ milliseconds: Double, now: Timestamp) -> String {
    guard milliseconds.isFinite, abs(milliseconds) < 9e15 else { return "-" }
    let seconds = milliseconds / 1_000 - now.seconds
    guard abs(seconds) >= 1 else { return "now" }
    return seconds < 0 ? words(-seconds, count: 1) + " ago" : "in " + words(seconds, count: 1)
  }
}
