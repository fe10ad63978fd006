/// Reading and writing RFC 3339 text, without a locale and without Foundation's formatters (they cost microseconds a line).
extension Timestamp {
  /// Reads `2026-11-22T08:53:10.123456789Z`, also with an offset (`+08:00`, `+0800`), a space for the `T`,
  /// one to nine or more digits of fraction (behind `.` or `,`) and no zone (then UTC). Nil for anything else.
  public init?(iso8601 text: some StringProtocol) {
    var text = String(text)
    let parsed = text.withUTF8 { Timestamp.parse($0) }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Reads RFC 3339 bytes; see `init(iso8601:)`.
  public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
    var reader = DigitReader(bytes: bytes)
    guard let year = reader.number(4), reader.skip(UInt8(ascii: "-")), let month = reader.number(2),
      reader.skip(UInt8(ascii: "-")), let day = reader.number(2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds = Int64(daysFromCivil(year: year, month: month, day: day)) * 86_400
    var fraction: Int64 = 0
    if !reader.isAtEnd {
      guard reader.skip(UInt8(ascii: "T")) || reader.skip(UInt8(ascii: "t")) || reader.skip(UInt8(ascii: " ")),
        let hour = reader.number(2), reader.skip(UInt8(ascii: ":")), let minute = reader.number(2),
        hour <= 24, minute < 60
      else { return nil }
      seconds += Int64(hour * 3_600 + minute * 60)
      if reader.skip(UInt8(ascii: ":")) {
        guard let second = reader.number(2), second <= 60 else { return nil }
        seconds += Int64(second)
        if reader.skip(UInt8(ascii: ".")) || reader.skip(UInt8(ascii: ",")) {
          guard let value = reader.fraction() else { return nil }
          fraction = value
        }
      }
      guard let offset = reader.offset() else { return nil }
      seconds -= Int64(offset)
    }
    guard reader.isAtEnd, abs(seconds) < 9_223_372_036 else { return nil }
    return Timestamp(nanoseconds: seconds * 1_000_000_000 + fraction)
  }

  /// RFC 3339 in UTC with milliseconds: `2026-11-22T08:53:10.123Z`.
  public var iso8601: String { iso8601(fractionDigits: 3) }

  /// RFC 3339 in UTC, with `fractionDigits` (0 to 9) of the second, cut and not rounded.
  public func iso8601(fractionDigits: Int) -> String {
    let parts = CivilTime(self)
    var text = "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))T"
    text += "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))"
    if fractionDigits > 0 { text += "." + padded(parts.nanosecond, 9).prefix(fractionDigits) }
    return text + "Z"
  }

  /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar
  /// (http://howardhinnant.github.io/date_algorithms.html, `days_from_civil`).
  static func daysFromCivil(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

/// An instant's calendar fields at a fixed offset from UTC.
public struct CivilTime: Hashable, Sendable {
  /// Calendar fields; `month` and `day` count from 1, `nanosecond` is the part below the second.
  public let year, month, day, hour, minute, second, nanosecond: Int

  /// The fields of `time` at `offset` seconds east of UTC
  /// (http://howardhinnant.github.io/date_algorithms.html, `civil_from_days`).
  public init(_ time: Timestamp, offset: Int = 0) {
    let (rawSeconds, rawNanoseconds) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let seconds = Int(rawNanoseconds < 0 ? rawSeconds - 1 : rawSeconds) + offset
    nanosecond = Int(rawNanoseconds < 0 ? rawNanoseconds + 1_000_000_000 : rawNanoseconds)
    let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
    let secondOfDay = seconds - days * 86_400
    hour = secondOfDay / 3_600
    minute = secondOfDay / 60 % 60
    second = secondOfDay % 60
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}

/// `value` in decimal, filled with zeros on the left to `width` digits.
func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value)
  return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
}

/// Takes fixed-width numbers off the front of ASCII bytes.
private struct DigitReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  var isAtEnd: Bool { position == bytes.count }

  mutating func number(_ width: Int) -> Int? {
    guard position + width <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + width] {
      guard byte >= 48, byte <= 57 else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    position += width
    return value
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Digits of the second's fraction, as nanoseconds; more than nine are cut.
  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var digits = 0
    while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
      if digits < 9 { value = value * 10 + Int64(bytes[position] - 48) }
      digits += 1
      position += 1
    }
    guard digits > 0 else { return nil }
    for _ in 0..<max(0, 9 - digits) { value *= 10 }
    return value
  }

  /// Seconds east of UTC: `Z`, `+hh:mm`, `+hhmm`, `+hh`, or nothing.
  mutating func offset() -> Int? {
    if isAtEnd || skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return 0 }
    let sign = skip(UInt8(ascii: "+")) ? 1 : skip(UInt8(ascii: "-")) ? -1 : 0
    guard sign != 0, let hours = number(2) else { return nil }
    if isAtEnd { return sign * hours * 3_600 }
    _ = skip(UInt8(ascii: ":"))
    guard let minutes = number(2) else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }
}
