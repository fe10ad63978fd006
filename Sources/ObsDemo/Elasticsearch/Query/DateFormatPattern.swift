import Foundation
import ObsData

/// A date format of Elasticsearch: one or more patterns between `||`, each a well-known name or letters such as
/// `yyyy-MM-dd HH:mm:ss`.
struct DateFormatPattern: Sendable {
  enum Kind: Sendable, Equatable {
    case iso(fractionDigits: Int)
    case epochMilliseconds, epochSeconds
    case letters([Token])
  }
  enum Token: Sendable, Equatable { case field(Character, width: Int), literal(String) }

  let kinds: [Kind]
  /// As it was written.
  let text: String

  static let standard = DateFormatPattern(
    kinds: [.iso(fractionDigits: 3), .epochMilliseconds], text: "strict_date_optional_time||epoch_millis")

  private init(kinds: [Kind], text: String) {
    self.kinds = kinds
    self.text = text
  }

  init(_ text: String) throws {
    self.init(kinds: try text.components(separatedBy: "||").map(Self.kind), text: text)
  }

  private static func kind(_ name: String) throws -> Kind {
    switch name {
    case "strict_date_optional_time", "date_optional_time", "strict_date_time", "date_time", "iso8601":
      return .iso(fractionDigits: 3)
    case "strict_date_optional_time_nanos": return .iso(fractionDigits: 9)
    case "strict_date_time_no_millis", "date_time_no_millis": return .iso(fractionDigits: 0)
    case "epoch_millis": return .epochMilliseconds
    case "epoch_second": return .epochSeconds
    case "strict_date", "date", "strict_year_month_day", "year_month_day": return try .letters(tokens("yyyy-MM-dd"))
    case "strict_hour_minute_second", "hour_minute_second": return try .letters(tokens("HH:mm:ss"))
    case "basic_date": return try .letters(tokens("yyyyMMdd"))
    default: return try .letters(tokens(name))
    }
  }

  private static func tokens(_ pattern: String) throws -> [Token] {
    var tokens: [Token] = []
    var rest = pattern[...]
    while let first = rest.first {
      if first == "'" {
        let quoted = rest.dropFirst().prefix { $0 != "'" }
        tokens.append(.literal(quoted.isEmpty ? "'" : String(quoted)))
        rest = rest.dropFirst(quoted.count + 2)
      } else if first.isASCII, first.isLetter {
        guard "yuMdHhmsSXZxa".contains(first) else {
          throw ElasticsearchError.illegalArgument(
            "Invalid format: [\(pattern)]: Unknown pattern letter: \(first)")
        }
        let run = rest.prefix { $0 == first }
        tokens.append(.field(first, width: run.count))
        rest = rest.dropFirst(run.count)
      } else {
        tokens.append(.literal(String(first)))
        rest = rest.dropFirst()
      }
    }
    guard !tokens.isEmpty else { throw ElasticsearchError.illegalArgument("Invalid format: [\(pattern)]") }
    return tokens
  }

  /// A time in milliseconds since the epoch, in the first of the patterns.
  func format(_ milliseconds: Int64, zone: SearchTimeZone = .utc) -> String {
    let nanoseconds = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    guard !nanoseconds.overflow else { return String(milliseconds) }
    let time = Timestamp(nanoseconds: nanoseconds.partialValue)
    switch kinds.first ?? .epochMilliseconds {
    case .epochMilliseconds: return String(milliseconds)
    case .epochSeconds: return String(milliseconds.flooredQuotient(by: 1_000))
    case .iso(let digits):
      let offset = zone.offset(at: milliseconds)
      if offset == 0 { return time.iso8601(fractionDigits: digits) }
      let local = time + .seconds(offset)
      return local.iso8601(fractionDigits: digits).dropLast() + SearchTimeZone.text(offset, colon: true)
    case .letters(let tokens):
      let offset = zone.offset(at: milliseconds)
      let parts = CivilTime(time, offset: offset)
      return tokens.map { Self.text($0, parts, offset) }.joined()
    }
  }

  private static func text(_ token: Token, _ parts: CivilTime, _ offset: Int) -> String {
    guard case .field(let letter, let width) = token else {
      if case .literal(let text) = token { return text }
      return ""
    }
    func padded(_ value: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
    switch letter {
    case "y", "u": return width == 2 ? padded(parts.year % 100) : padded(parts.year)
    case "M": return padded(parts.month)
    case "d": return padded(parts.day)
    case "H": return padded(parts.hour)
    case "h": return padded((parts.hour + 11) % 12 + 1)
    case "m": return padded(parts.minute)
    case "s": return padded(parts.second)
    case "S":
      let digits = String(parts.nanosecond)
      return String((String(repeating: "0", count: 9 - digits.count) + digits).prefix(width))
    case "a": return parts.hour < 12 ? "AM" : "PM"
    case "X": return offset == 0 ? "Z" : SearchTimeZone.text(offset, colon: width > 2)
    default: return SearchTimeZone.text(offset, colon: width > 2)
    }
  }
}

/// A time zone of a request: an offset, or a place of the zone database.
struct SearchTimeZone: Sendable {
  private let fixed: Int
  private let place: TimeZone?
  static let utc = SearchTimeZone(fixed: 0, place: nil)

  private init(fixed: Int, place: TimeZone?) {
    self.fixed = fixed
    self.place = place
  }

  /// `+08:00`, `Z`, `UTC`, `Asia/Shanghai`; nil for anything else.
  init?(_ text: String) {
    if ["Z", "UTC", "GMT"].contains(text) {
      self = .utc
    } else if let offset = Self.offset(text) {
      self.init(fixed: offset, place: nil)
    } else if text.contains("/"), let place = TimeZone(identifier: text) {
      self.init(fixed: 0, place: place)
    } else {
      return nil
    }
  }

  /// Seconds east of UTC at an instant.
  func offset(at milliseconds: Int64) -> Int {
    place?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000)) ?? fixed
  }

  /// The instant at which clocks there show what UTC's show at `local`.
  func instant(ofLocal local: Int64) -> Int64 {
    let first = local &- Int64(offset(at: local)) &* 1_000
    return local &- Int64(offset(at: first)) &* 1_000
  }

  static func text(_ offset: Int, colon: Bool) -> String {
    let minutes = abs(offset) / 60
    func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return (offset < 0 ? "-" : "+") + padded(minutes / 60) + (colon ? ":" : "") + padded(minutes % 60)
  }

  /// Seconds of `+08:00`, `+0800`, `-8`.
  static func offset(_ text: some StringProtocol) -> Int? {
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = String(text.dropFirst()).replacing(":", with: "")
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(digits) else { return nil }
    let seconds = digits.count <= 2 ? value * 3_600 : digits.count == 4 ? value / 100 * 3_600 + value % 100 * 60 : -1
    guard (0...64_800).contains(seconds) else { return nil }
    return sign == "-" ? -seconds : seconds
  }
}

extension Int64 {
  /// Division that rounds down also below zero.
  func flooredQuotient(by unit: Int64) -> Int64 {
    let quotient = self / unit
    return self % unit < 0 ? quotient - 1 : quotient
  }
}
