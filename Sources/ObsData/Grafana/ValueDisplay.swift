/// A value as it is shown: its text, and the colour that mappings or thresholds give it.
public struct ValueDisplay: Hashable, Sendable {
  /// What is read.
  public var text: String
  /// The colour's name or `#rrggbb`; nil where nothing gives it one.
  public var color: String?
  /// Whether a mapping stands for the value.
  public var isMapped = false

  /// Shows a value by a field's settings. `now` is for distances in time.
  public init(_ value: DataValue, settings: FieldSettings, now: Timestamp) {
    let mapping = (settings.mappings ?? []).first { $0.matches(value) }
    if let number = value.number, !number.isNaN, case .number = value {
      text = ValueDisplay.number(number, settings, now)
      color = settings.thresholds?.step(of: number, minimum: settings.minimum, maximum: settings.maximum)?.color
    } else {
      switch value {
      case .null: text = settings.noValue ?? "-"
      case .number: text = "NaN"
      case .text(let word): text = word
      case .time(let time): text = VariableFormat.date(time.milliseconds, "YYYY-MM-DD HH:mm:ss")
      }
    }
    if settings.colorMode == "fixed", let fixed = settings.fixedColor { color = fixed }
    guard let mapping else { return }
    if !mapping.text.isEmpty {
      text = mapping.filled(value)
      isMapped = true
    }
    if !mapping.color.isEmpty { color = mapping.color }
  }

  private static func number(_ number: Double, _ settings: FieldSettings, _ now: Timestamp) -> String {
    if settings.unit == "dateTimeFromNow" { return UnitFormat.distance(number, now: now) }
    return UnitFormat.text(number, unit: settings.unit, decimals: settings.decimals)
  }
}

extension ValueMapping {
  /// Whether the mapping is for a value.
  func matches(_ value: DataValue) -> Bool {
    switch match {
    case .value(let wanted):
      switch value {
      case .text(let text): return text == wanted
      case .number(let number): return Double(wanted) == number
      default: return false
      }
    case .range(let low, let high):
      guard let number = value.number, !number.isNaN else { return false }
      return number >= low ?? -.infinity && number <= high ?? .infinity
    case .pattern(let pattern):
      guard case .text(let text) = value, let pattern = try? CapturingPattern(pattern) else { return false }
      return pattern.matches(text)
    case .special(let word):
      let isNaN = if case .number(let number) = value { number.isNaN } else { false }
      return switch word {
      case "null": value == .null
      case "nan": isNaN
      case "null+nan": value == .null || isNaN
      case "true": value == .text("true")
      case "false": value == .text("false")
      case "empty": value == .text("")
      default: false
      }
    }
  }

  /// The text, with the groups of an expression filled in.
  func filled(_ value: DataValue) -> String {
    guard case .pattern(let pattern) = match, case .text(let text) = value, self.text.contains("$"),
      let pattern = try? CapturingPattern(pattern)
    else { return self.text }
    return pattern.replacingFirst(in: text, with: self.text)
  }
}
