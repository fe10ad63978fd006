import ObsData

/// Numbers and times as people read them. Nothing here knows a locale or a clock, and no value traps: each text has a greatest
/// width that a column can count on.
enum Formatting {
  /// The widest text of `duration`, `age` and of a relative time, sign included.
  static let durationWidth = 7
  /// The widest text of `value`.
  static let valueWidth = 10
  /// The widest text of `count` in its short form.
  static let countWidth = 6

  /// One step of a table: from `least` on, a value is printed in multiples of `unit`.
  struct Step {
    let least: Int64
    let unit: Int64
    let name: String
    /// The unit and name of the second, smaller figure (`2m05s`); nil where one figure with three digits is printed.
    var rest: (unit: Int64, name: String, digits: Int)?
  }

  /// Durations in nanoseconds, the largest step first.
  static let durationSteps: [Step] = [
    Step(least: 365 * day, unit: 365 * day, name: "y"),
    Step(least: 100 * day, unit: day, name: "d"),
    Step(least: day, unit: day, name: "d", rest: (hour, "h", 2)),
    Step(least: hour, unit: hour, name: "h", rest: (minute, "m", 2)),
    Step(least: minute, unit: minute, name: "m", rest: (second, "s", 2)),
    Step(least: second, unit: second, name: "s"),
    Step(least: 1_000_000, unit: 1_000_000, name: "ms"),
    Step(least: 1_000, unit: 1_000, name: "µs"),
    Step(least: 1, unit: 1, name: "ns"),
  ]
  private static let second: Int64 = 1_000_000_000
  private static let minute = 60 * second
  private static let hour = 60 * minute
  private static let day = 24 * hour

  /// How long something took: `780µs`, `45.6ms`, `1.23s`, `2m05s`, `3d04h`. Cut, not rounded, so that a longer duration never
  /// reads as a shorter one.
  static func duration(_ duration: Duration, glyphs: GlyphSet = .unicode) -> String {
    let nanoseconds = duration.nanoseconds
    let sign = nanoseconds < 0 ? "-" : ""
    let magnitude = Int64(clamping: nanoseconds.magnitude)
    guard let step = durationSteps.first(where: { magnitude >= $0.least }) else { return "0s" }
    var name = step.name
    if name == "µs", glyphs == .ascii { name = "us" }
    let whole = magnitude / step.unit
    if let rest = step.rest {
      return sign + "\(whole)\(name)" + padded(magnitude % step.unit / rest.unit, rest.digits) + rest.name
    }
    guard step.unit > 1, step.unit <= second else { return sign + "\(whole)\(name)" }
    return sign + threeDigits(magnitude, unit: step.unit) + name
  }

  /// How long ago something was: whole seconds and up, `0s`, `12s`, `4m05s`, `2h10m`.
  static func age(_ duration: Duration) -> String {
    let nanoseconds = duration.nanoseconds
    let magnitude = Int64(clamping: nanoseconds.magnitude)
    guard magnitude >= second else { return "0s" }
    let sign = nanoseconds < 0 ? "-" : ""
    if magnitude < minute { return sign + "\(magnitude / second)s" }
    return sign + self.duration(.nanoseconds(magnitude))
  }

  /// How much later than expected something came: tenths of a second below a minute, `0.5s`, `4.2s`, `2m05s`.
  static func delay(_ duration: Duration) -> String {
    let nanoseconds = max(duration.nanoseconds, 0)
    guard nanoseconds < minute else { return self.duration(.nanoseconds(nanoseconds)) }
    let tenths = nanoseconds / 100_000_000
    return "\(tenths / 10).\(tenths % 10)s"
  }

  /// `value` in multiples of `unit` with three digits, cut: `1.23`, `45.6`, `780`.
  private static func threeDigits(_ value: Int64, unit: Int64) -> String {
    let whole = value / unit
    guard whole < 100 else { return "\(whole)" }
    let digits = whole < 10 ? 2 : 1
    let fraction = value % unit / (unit / (digits == 2 ? 100 : 10))
    return "\(whole)." + padded(fraction, digits)
  }

  /// `value` with zeros in front, up to `digits`.
  static func padded(_ value: some BinaryInteger, _ digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
