import ObsData

/// A unit of calendars, as date math and `calendar_interval` know them. Milliseconds since the epoch throughout.
enum CalendarUnit: Sendable {
  case second, minute, hour, day, week, month, quarter, year

  /// The letter of date math.
  init?(_ letter: Character) {
    switch letter {
    case "s": self = .second
    case "m": self = .minute
    case "h", "H": self = .hour
    case "d": self = .day
    case "w": self = .week
    case "M": self = .month
    case "y": self = .year
    default: return nil
    }
  }

  /// The name of a `calendar_interval`.
  init?(interval: String) {
    switch interval {
    case "second", "1s": self = .second
    case "minute", "1m": self = .minute
    case "hour", "1h": self = .hour
    case "day", "1d": self = .day
    case "week", "1w": self = .week
    case "month", "1M": self = .month
    case "quarter", "1q": self = .quarter
    case "year", "1y": self = .year
    default: return nil
    }
  }

  private var fixedMilliseconds: Int64? {
    switch self {
    case .second: 1_000
    case .minute: 60_000
    case .hour: 3_600_000
    case .day: 86_400_000
    case .week: 7 * 86_400_000
    default: nil
    }
  }
  private var months: Int { self == .year ? 12 : self == .quarter ? 3 : 1 }

  /// The beginning of the unit that holds `time`, on clocks of `zone`.
  func floor(_ time: Int64, zone: SearchTimeZone) -> Int64 {
    let local = time &+ Int64(zone.offset(at: time)) &* 1_000
    if let unit = fixedMilliseconds {
      // Weeks begin on Mondays; the epoch was a Thursday.
      let shift: Int64 = self == .week ? 3 * 86_400_000 : 0
      return zone.instant(ofLocal: (local &+ shift).flooredQuotient(by: unit) &* unit &- shift)
    }
    let parts = Self.date(local)
    let month = (parts.month - 1) / months * months + 1
    return zone.instant(ofLocal: Int64(Self.days(parts.year, month, 1)) &* 86_400_000)
  }

  /// `count` units later; a month's last day is not passed.
  func adding(_ count: Int, to time: Int64, zone: SearchTimeZone) -> Int64 {
    if let unit = fixedMilliseconds {
      let (step, overflow) = Int64(count).multipliedReportingOverflow(by: unit)
      if overflow { return time }
      if unit < 86_400_000 { return time &+ step }
      let local = time &+ Int64(zone.offset(at: time)) &* 1_000
      return zone.instant(ofLocal: local &+ step)
    }
    let local = time &+ Int64(zone.offset(at: time)) &* 1_000
    let parts = Self.date(local)
    let total = parts.year &* 12 &+ parts.month &- 1 &+ count.multipliedReportingOverflow(by: months).partialValue
    let year = min(max(Int(Int64(total).flooredQuotient(by: 12)), 1), 9_999)
    let month = total - Int(Int64(total).flooredQuotient(by: 12)) * 12 + 1
    let day = min(parts.day, Self.daysInMonth(year, month))
    let inDay = local - local.flooredQuotient(by: 86_400_000) * 86_400_000
    return zone.instant(ofLocal: Int64(Self.days(year, month, day)) * 86_400_000 + inDay)
  }

  static func daysInMonth(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since the epoch of a date (http://howardhinnant.github.io/date_algorithms.html, `days_from_civil`).
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(_ milliseconds: Int64) -> CivilTime { CivilTime(Timestamp(milliseconds: milliseconds)) }
}
