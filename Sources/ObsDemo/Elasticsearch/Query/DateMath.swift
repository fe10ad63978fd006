import ObsData

/// Dates as queries write them: `2026-11-22T08:53`, `now-15m/m`, `2026-11-22||+1d/d`, and the patterns of `format`.
struct DateMath: Sendable {
  let now: Timestamp
  var format = DateFormatPattern.standard
  var zone = SearchTimeZone.utc

  /// Milliseconds since the epoch. `roundsUp` takes the last millisecond of what the text leaves open, as `lte` and `gt` do.
  func milliseconds(_ text: String, roundsUp: Bool) throws -> Int64 {
    if text.hasPrefix("now") {
      return try applied(text.dropFirst(3), to: now.milliseconds, roundsUp: roundsUp, of: text)
    }
    if let separator = text.range(of: "||") {
      let base = try parsed(String(text[..<separator.lowerBound]), roundsUp: false)
      return try applied(text[separator.upperBound...], to: base, roundsUp: roundsUp, of: text)
    }
    return try parsed(text, roundsUp: roundsUp)
  }

  private func failure(_ text: String) -> ElasticsearchError {
    var cause = ElasticsearchError.illegalArgument("failed to parse date field [\(text)] with format [\(format.text)]")
    cause.causes = [
      ElasticsearchError(type: "date_time_parse_exception", reason: "Failed to parse with all enclosed parsers")
    ]
    return ElasticsearchError(
      type: "parse_exception", reason: "\(cause.reason): [\(cause.reason)]", causes: [cause], stage: .shards)
  }

  private func parsed(_ text: String, roundsUp: Bool) throws -> Int64 {
    for kind in format.kinds {
      let value: Int64? =
        switch kind {
        case .iso: iso(text, roundsUp: roundsUp)
        case .epochMilliseconds: Int64(text) ?? Double(text).flatMap { Int64(exactly: $0.rounded(.down)) }
        case .epochSeconds: Double(text).flatMap { Int64(exactly: ($0 * 1_000).rounded(.down)) }
        case .letters(let tokens): letters(text, tokens, roundsUp: roundsUp)
        }
      if let value { return value }
    }
    throw failure(text)
  }

  /// `yyyy[-MM[-dd[THH[:mm[:ss[.S…]]]]]][zone]`.
  private func iso(_ text: String, roundsUp: Bool) -> Int64? {
    var cursor = Cursor(text)
    guard let year = cursor.digits(4) else { return nil }
    var fields = Fields(year: year)
    if cursor.take("-") {
      guard let month = cursor.digits(2) else { return nil }
      fields.month = month
      if cursor.take("-") {
        guard let day = cursor.digits(2) else { return nil }
        fields.day = day
      }
    }
    if cursor.take("T"), !cursor.isAtEnd {
      guard let hour = cursor.digits(2) else { return nil }
      fields.hour = hour
      if cursor.take(":") {
        guard let minute = cursor.digits(2) else { return nil }
        fields.minute = minute
        if cursor.take(":") {
          guard let second = cursor.digits(2) else { return nil }
          fields.second = second
          if cursor.take(".") || cursor.take(",") {
            guard let fraction = cursor.fraction() else { return nil }
            fields.millisecond = fraction
          }
        }
      }
      if !cursor.isAtEnd {
        guard let offset = cursor.zone() else { return nil }
        fields.offset = offset
      }
    }
    return cursor.isAtEnd ? fields.milliseconds(roundsUp: roundsUp, zone: zone) : nil
  }

  private func letters(_ text: String, _ tokens: [DateFormatPattern.Token], roundsUp: Bool) -> Int64? {
    var cursor = Cursor(text)
    var fields = Fields(year: 1970)
    for token in tokens {
      switch token {
      case .literal(let literal): guard cursor.take(literal) else { return nil }
      case .field(let letter, let width):
        switch letter {
        case "X", "Z", "x":
          guard let offset = cursor.zone() else { return nil }
          fields.offset = offset
        case "S":
          guard let fraction = cursor.fraction() else { return nil }
          fields.millisecond = fraction
        default:
          guard let value = cursor.digits(max(width, 1)) else { return nil }
          switch letter {
          case "y", "u": fields.year = width == 2 ? 2_000 + value : value
          case "M": fields.month = value
          case "d": fields.day = value
          case "H": fields.hour = value
          case "m": fields.minute = value
          case "s": fields.second = value
          default: return nil
          }
        }
      }
    }
    return cursor.isAtEnd ? fields.milliseconds(roundsUp: roundsUp, zone: zone) : nil
  }

  /// The `+1d`, `-15m` and `/h` behind a date, from left to right.
  private func applied(_ math: Substring, to base: Int64, roundsUp: Bool, of text: String) throws -> Int64 {
    var value = base
    var rest = math
    while let operation = rest.first {
      rest = rest.dropFirst()
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard "+-/".contains(operation), let letter = rest.first, let unit = CalendarUnit(letter),
        let count = digits.isEmpty ? 1 : Int(digits), count < 1_000_000_000, operation != "/" || count == 1
      else {
        throw ElasticsearchError(
          type: "parse_exception", reason: "operator not supported for date math [\(text)]", stage: .shards)
      }
      rest = rest.dropFirst()
      switch operation {
      case "/":
        let floor = unit.floor(value, zone: zone)
        value = roundsUp ? unit.adding(1, to: floor, zone: zone) &- 1 : floor
      default: value = unit.adding(operation == "+" ? count : -count, to: value, zone: zone)
      }
    }
    return value
  }
}

/// The parts of a date that a text gives.
private struct Fields {
  var year: Int
  var month: Int?
  var day: Int?
  var hour: Int?
  var minute: Int?
  var second: Int?
  var millisecond: Int?
  var offset: Int?

  init(year: Int) { self.year = year }

  func milliseconds(roundsUp: Bool, zone: SearchTimeZone) -> Int64? {
    let month = month ?? (roundsUp ? 12 : 1)
    guard (1...12).contains(month), (1...9_999).contains(year) else { return nil }
    let last = CalendarUnit.daysInMonth(year, month)
    let day = day ?? (roundsUp ? last : 1)
    let hour = hour ?? (roundsUp ? 23 : 0)
    let minute = minute ?? (roundsUp ? 59 : 0)
    let second = second ?? (roundsUp ? 59 : 0)
    guard (1...last).contains(day), hour < 24, minute < 60, second < 60 else { return nil }
    let days = Int64(CalendarUnit.days(year, month, day))
    let seconds = days * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
    let local = seconds * 1_000 + Int64(millisecond ?? (roundsUp ? 999 : 0))
    return offset.map { local - Int64($0) * 1_000 } ?? zone.instant(ofLocal: local)
  }
}

private struct Cursor {
  private var rest: Substring
  init(_ text: String) { rest = text[...] }
  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest = rest.dropFirst(text.count)
    return true
  }
  mutating func digits(_ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return Int(digits)
  }
  /// Milliseconds of a fraction of a second of one to nine digits.
  mutating func fraction() -> Int? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard (1...9).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    return Int((digits + "00").prefix(3))
  }
  mutating func zone() -> Int? {
    if take("Z") { return 0 }
    defer { rest = "" }
    return SearchTimeZone.offset(rest)
  }
}
