/// A date as a query has it: the span that it stands for, by how much of it was written. `2026-11` is a month, `2026-11-22T08`
/// an hour; `now-1h` and `now/d` are date math (Elasticsearch's `DateMathParser`).
struct KQLDate: Hashable, Sendable {
  let span: TimeRange

  /// Nil for what is no date. Dates without a zone are meant in one that is `zone` seconds ahead of UTC.
  init?(_ text: String, now: Timestamp = Timestamp(nanoseconds: 0), zone: Int = 0) {
    if text.hasPrefix("now") {
      guard let span = KQLDate.math(text.dropFirst(3), from: now, zone: zone) else { return nil }
      self.span = span
      return
    }
    guard let span = KQLDate.calendar(text, zone: zone) else { return nil }
    self.span = span
  }

  private static func calendar(_ text: String, zone: Int) -> TimeRange? {
    guard (4...40).contains(text.utf8.count) else { return nil }
    var rest = Substring(text)
    var parts: [Int] = []
    let signs: [Character] = ["-", "-", "T", ":", ":"]
    func digits(_ count: Int) -> Int? {
      let digits = rest.prefix(count)
      guard digits.utf8.count == count, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      rest = rest.dropFirst(count)
      return Int(digits)
    }
    guard let year = digits(4) else { return nil }
    parts.append(year)
    for sign in signs where parts.count < 6 {
      guard rest.first == sign || sign == "T" && rest.first == " " else { break }
      rest.removeFirst()
      guard let part = digits(2) else { return nil }
      parts.append(part)
    }
    // A number of four digits may be anything; a date has at least a month.
    guard parts.count > 1 else { return nil }
    var fraction: (nanoseconds: Int64, step: Int64)?
    if parts.count == 6, rest.first == "." || rest.first == "," {
      let written = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard (1...9).contains(written.count), let value = Int64(written) else { return nil }
      let step = (0..<(9 - written.count)).reduce(Int64(1)) { step, _ in step * 10 }
      fraction = (value * step, step)
      rest = rest.dropFirst(written.count + 1)
    }
    guard let offset = KQLDate.offset(rest, zone: parts.count > 3 ? zone : nil) ?? (rest.isEmpty ? zone : nil)
    else { return nil }
    let limits = [0...9_999, 1...12, 1...31, 0...23, 0...59, 0...60]
    guard zip(parts, limits).allSatisfy({ $1.contains($0) }) else { return nil }
    func instant(_ parts: [Int]) -> Timestamp {
      var parts = parts + [1, 1, 0, 0, 0].suffix(6 - parts.count)
      parts[0] += (parts[1] - 1) / 12
      parts[1] = (parts[1] - 1) % 12 + 1
      let days = Timestamp.daysFromCivil(year: parts[0], month: parts[1], day: 1) + parts[2] - 1
      let seconds = Double(days) * 86_400 + Double(parts[3] * 3_600 + parts[4] * 60 + parts[5] - offset)
      return Timestamp(seconds: seconds)
    }
    let start = instant(parts)
    if let fraction {
      let first = start + .nanoseconds(fraction.nanoseconds)
      return TimeRange(start: first, end: first + .nanoseconds(fraction.step))
    }
    var next = parts
    next[next.count - 1] += 1
    return TimeRange(start: start, end: instant(next))
  }

  /// The seconds ahead of UTC that a zone says: `+08:00`, `Z`; nil for anything else.
  static func offset(_ zone: String) -> Int? { zone.isEmpty ? nil : offset(zone[...], zone: 0) }

  /// `Z`, `+08:00`, `-0500`, `+08`; nil for anything else. Nothing is `zone`.
  private static func offset(_ text: Substring, zone: Int?) -> Int? {
    guard let zone else { return nil }
    guard let sign = text.first else { return zone }
    if text == "Z" || text == "z" { return 0 }
    guard sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard [2, 4].contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits)
    else { return nil }
    let (hours, minutes) = digits.count == 2 ? (number, 0) : (number / 100, number % 100)
    guard hours <= 18, minutes < 60 else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
  }

  /// The steps behind `now`. Months and years count as 30 and 365 days, and are not rounded to.
  private static func math(_ text: Substring, from now: Timestamp, zone: Int) -> TimeRange? {
    guard text.utf8.count <= 64 else { return nil }
    var rest = text
    var time = now
    while let sign = rest.first {
      rest.removeFirst()
      let count = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(count.count)
      guard let letter = rest.first, let unit = KQLDate.units[letter] else { return nil }
      rest.removeFirst()
      switch sign {
      case "+", "-":
        guard let number = count.isEmpty ? 1 : Int(count), number < 1_000_000 else { return nil }
        let step = Duration.seconds(Double(unit) * Double(number))
        time = sign == "+" ? time + step : time - step
      case "/":
        guard count.isEmpty, rest.isEmpty, unit <= 86_400 else { return nil }
        let shift = Duration.seconds(zone)
        let start = (time + shift).floored(to: .seconds(unit)) - shift
        return TimeRange(start: start, end: start + .seconds(unit))
      default: return nil
      }
    }
    return TimeRange(start: time, end: time + .milliseconds(1))
  }

  private static let units: [Character: Int] = [
    "s": 1, "m": 60, "h": 3_600, "H": 3_600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000,
  ]
}
