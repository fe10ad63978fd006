import ObsData

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
