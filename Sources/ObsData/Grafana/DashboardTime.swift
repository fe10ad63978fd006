/// Times as Grafana writes them: `now-6h`, `now/d`, `now-1d/d`, milliseconds, or RFC 3339.
public enum DashboardTime {
  /// The instant; nil for what is none of these. A time that is cut (`/d`) is the beginning of the day in UTC, or with `isEnd` its
  /// end.
  public static func parse(_ text: String, now: Timestamp, isEnd: Bool = false) -> Timestamp? {
    let text = text.trimmingBlanks()
    guard text.hasPrefix("now") else {
      if let milliseconds = Int64(text) { return Timestamp(milliseconds: milliseconds) }
      return Timestamp(iso8601: text)
    }
    var time = now
    var rest = text.dropFirst(3)
    while let sign = rest.popFirst() {
      switch sign {
      case "-", "+":
        let digits = rest.prefix(while: \.isNumber)
        rest = rest[digits.endIndex...]
        guard let amount = Int64(digits.isEmpty ? "1" : digits), amount < 1_000_000, let unit = rest.popFirst(),
          let seconds = lengths[unit]
        else { return nil }
        let distance = Duration.seconds(amount * seconds)
        time = sign == "-" ? time - distance : time + distance
      case "/":
        guard let unit = rest.popFirst(), let cut = cut(time, to: unit, isEnd: isEnd) else { return nil }
        time = cut
      default: return nil
      }
    }
    return time
  }

  /// The range of a dashboard; the last hour where its own cannot be read.
  public static func range(of definition: DashboardDefinition, now: Timestamp) -> TimeRange {
    let end = parse(definition.to.isEmpty ? "now" : definition.to, now: now, isEnd: true) ?? now
    let start = parse(definition.from, now: now).map { min($0, end) } ?? end - .seconds(3_600)
    return TimeRange(start: start < end ? start : end - .seconds(3_600), end: end)
  }

  /// Months and years are those of the mean: nobody draws a dashboard of a year to the day.
  private static let lengths: [Character: Int64] = [
    "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952,
  ]

  private static func cut(_ time: Timestamp, to unit: Character, isEnd: Bool) -> Timestamp? {
    let parts = CivilTime(time)
    func day(_ year: Int, _ month: Int) -> Timestamp {
      .init(seconds: Double(Timestamp.daysFromCivil(year: year, month: month, day: 1)) * 86_400)
    }
    switch unit {
    case "M":
      let next = parts.month == 12 ? day(parts.year + 1, 1) : day(parts.year, parts.month + 1)
      return isEnd ? next : day(parts.year, parts.month)
    case "y": return day(parts.year + (isEnd ? 1 : 0), 1)
    case "w":
      // The epoch was a Thursday; weeks begin on Monday.
      let shift = Duration.seconds(3 * 86_400)
      let start = (time + shift).floored(to: .seconds(604_800)) - shift
      return isEnd ? start + .seconds(604_800) : start
    default:
      guard let seconds = lengths[unit] else { return nil }
      let start = time.floored(to: .seconds(seconds))
      return isEnd ? start + .seconds(seconds) : start
    }
  }
}
