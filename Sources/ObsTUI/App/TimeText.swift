import ObsData

/// Durations as people type them: `15m`, `1h30m`, `90s`, `250ms`, `2d`.
enum DurationText {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9), ("d", 86_400e9),
    ("w", 604_800e9),
  ]

  /// Nil for what is no duration.
  static func parse(_ text: String) -> Duration? {
    var rest = Substring(text.trimmingSpaces())
    guard !rest.isEmpty else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { !($0.isNumber || $0 == ".") }
      guard let unit = units.first(where: { $0.name == letters }) else { return nil }
      rest = rest.dropFirst(letters.count)
      total += number * unit.nanoseconds
    }
    guard total.isFinite, total < 9e18 else { return nil }
    return .nanoseconds(Int64(total))
  }

  /// The shortest text that `parse` reads back: whole units, largest first.
  static func text(_ duration: Duration) -> String {
    var rest = abs(duration.nanoseconds / 1_000_000)
    guard rest > 0 else { return "0s" }
    var text = ""
    for (name, milliseconds) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
      as [(String, Int64)]
    {
      let count = rest / milliseconds
      if count > 0 { text += "\(count)\(name)" }
      rest %= milliseconds
    }
    return text
  }
}

/// Instants as people type them.
enum TimeText {
  /// `now`, `-2h` (that long ago), `12:03` or `12:03:10` (the last time the clock showed it, in the zone shown), or
  /// RFC 3339, whose date alone is enough. Nil for anything else.
  static func parse(_ text: String, now: Timestamp, display: TimeDisplay) -> Timestamp? {
    let text = text.trimmingSpaces()
    if text == "now" { return now }
    if text.hasPrefix("now-") || text.hasPrefix("-") {
      return DurationText.parse(String(text.drop { "now-".contains($0) })).map { now - $0 }
    }
    var offset = 0
    if case .local(let seconds, _) = display { offset = seconds }
    let parts = text.split(separator: ":").map { Int($0) }
    if parts.count == 2 || parts.count == 3, !parts.contains(nil) {
      let numbers = parts.compactMap { $0 }
      let second = numbers.count == 3 ? numbers[2] : 0
      guard (0..<24).contains(numbers[0]), (0..<60).contains(numbers[1]), (0..<60).contains(second) else { return nil }
      let midnight = (now + .seconds(offset)).floored(to: .seconds(86_400)) - .seconds(offset)
      let time = midnight + .seconds(numbers[0] * 3_600 + numbers[1] * 60 + second)
      return time <= now ? time : time - .seconds(86_400)
    }
    guard let time = Timestamp(iso8601: text) else { return nil }
    let namesZone = text.hasSuffix("Z") || text.hasSuffix("z") || text.dropFirst(11).contains { "+-".contains($0) }
    return namesZone ? time : time - .seconds(offset)
  }
}

extension TimeDisplay {
  /// What the header and notices call it.
  var name: String {
    switch self {
    case .utc: "UTC"
    case .local(_, let name): name
    case .relative: "relative"
    }
  }
}
