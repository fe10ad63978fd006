import ObsData

extension Formatting {
  /// When something happened: `08:53:10.123`, `2026-11-22 08:53:10`, or from `now`: `-4m05s`, `+12s` for what lies ahead.
  /// Digits of the second are cut, not rounded.
  static func time(
    _ time: Timestamp, as display: TimeDisplay, now: Timestamp, withDate: Bool = false, fractionDigits: Int = 3
  ) -> String {
    switch display {
    case .relative: relative(time, now: now, fractionDigits: fractionDigits)
    case .utc: clock(CivilTime(time), withDate: withDate, fractionDigits: fractionDigits)
    case .local(let offset, _):
      clock(CivilTime(time, offset: offset), withDate: withDate, fractionDigits: fractionDigits)
    }
  }

  /// How many cells `time` takes at most.
  static func timeWidth(as display: TimeDisplay, withDate: Bool = false, fractionDigits: Int = 3) -> Int {
    if case .relative = display { return durationWidth }
    let digits = min(max(fractionDigits, 0), 9)
    return (withDate ? 19 : 8) + (digits > 0 ? digits + 1 : 0)
  }

  /// The day: `2026-11-22`. Relative times have none, they are given in UTC.
  static func date(_ time: Timestamp, as display: TimeDisplay) -> String {
    let parts = CivilTime(time, offset: offset(of: display))
    return "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))"
  }

  /// What the times on the screen are: `UTC`, `CET`, `relative`.
  static func zone(of display: TimeDisplay) -> String {
    switch display {
    case .utc: "UTC"
    case .local(_, let name): name
    case .relative: "relative"
    }
  }

  /// Seconds east of UTC.
  static func offset(of display: TimeDisplay) -> Int {
    if case .local(let offset, _) = display { offset } else { 0 }
  }

  private static func clock(_ parts: CivilTime, withDate: Bool, fractionDigits: Int) -> String {
    var text = "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))"
    let digits = min(max(fractionDigits, 0), 9)
    if digits > 0 { text += "." + padded(parts.nanosecond, 9).prefix(digits) }
    guard withDate else { return text }
    return "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2)) " + text
  }

  private static func relative(_ time: Timestamp, now: Timestamp, fractionDigits: Int) -> String {
    let distance = time - now
    let sign = distance < .zero ? "-" : "+"
    let magnitude = Int64(clamping: distance.nanoseconds.magnitude)
    guard fractionDigits > 0, magnitude < 60_000_000_000 else {
      let age = age(.nanoseconds(magnitude))
      return age == "0s" ? age : sign + age
    }
    let tenths = magnitude / 100_000_000
    return tenths == 0 ? "0.0s" : sign + "\(tenths / 10).\(tenths % 10)s"
  }
}

extension Formatting {
  /// The length of a window, without zeros: `15m`, `1h`, `1h30m`, `24h`.
  static func window(_ length: Duration) -> String {
    let seconds = max(length.nanoseconds / 1_000_000_000, 0)
    if seconds >= 3_600, seconds <= 172_800, seconds % 3_600 == 0 { return "\(seconds / 3_600)h" }
    if seconds >= 60, seconds < 3_600, seconds % 60 == 0 { return "\(seconds / 60)m" }
    return age(length)
  }
}
