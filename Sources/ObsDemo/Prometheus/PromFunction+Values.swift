import Foundation
import ObsData

/// The calendar fields of a number of seconds, in UTC.
struct PromCalendar {
  let year, month, day, hour, minute, weekday, yearday, monthLength: Int

  /// Nil for what is no time.
  init?(seconds: Double) {
    guard seconds.isFinite, seconds.magnitude < 9e9 else { return nil }
    let time = CivilTime(Timestamp(seconds: seconds.rounded(.towardZero)))
    let days = Int((seconds / 86_400).rounded(.down))
    year = time.year
    month = time.month
    day = time.day
    hour = time.hour
    minute = time.minute
    weekday = ((days + 4) % 7 + 7) % 7
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    monthLength = lengths[min(max(month, 1), 12) - 1]
    yearday = lengths.prefix(month - 1).reduce(0, +) + day
  }
}

extension PromFunction {
  static let calendar: [PromFunction] = [
    fields("year", \.year), fields("month", \.month), fields("day_of_month", \.day), fields("day_of_week", \.weekday),
    fields("day_of_year", \.yearday), fields("days_in_month", \.monthLength), fields("hour", \.hour),
    fields("minute", \.minute),
  ]

  private static func fields(_ name: String, _ path: KeyPath<PromCalendar, Int> & Sendable) -> PromFunction {
    PromFunction(name: name, parameters: [.vector], variadic: 1, result: .vector, body: .calendar { $0[keyPath: path] })
  }

  static let values: [PromFunction] = [
    one("abs") { $0.magnitude }, one("ceil") { $0.rounded(.up) }, one("floor") { $0.rounded(.down) },
    one("exp") { exp($0) }, one("ln") { log($0) }, one("log2") { log2($0) }, one("log10") { log10($0) },
    one("sqrt") { $0.squareRoot() }, one("sgn") { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    one("sin") { sin($0) }, one("cos") { cos($0) }, one("tan") { tan($0) }, one("asin") { asin($0) },
    one("acos") { acos($0) }, one("atan") { atan($0) }, one("sinh") { sinh($0) }, one("cosh") { cosh($0) },
    one("tanh") { tanh($0) }, one("asinh") { asinh($0) }, one("acosh") { acosh($0) }, one("atanh") { atanh($0) },
    one("deg") { $0 * 180 / .pi }, one("rad") { $0 * .pi / 180 },
    PromFunction(
      name: "clamp_min", parameters: [.vector, .scalar], variadic: 0, result: .vector,
      body: .value { value, more in value.isNaN || more[0].isNaN ? .nan : max(value, more[0]) }),
    PromFunction(
      name: "clamp_max", parameters: [.vector, .scalar], variadic: 0, result: .vector,
      body: .value { value, more in value.isNaN || more[0].isNaN ? .nan : min(value, more[0]) }),
    PromFunction(
      name: "round", parameters: [.vector, .scalar], variadic: 1, result: .vector,
      body: .value { value, more in
        // By the inverse, as Prometheus does: multiples of 0.1 come out exact.
        let inverse = 1 / (more.first ?? 1)
        return (value * inverse + 0.5).rounded(.down) / inverse
      }),
  ]

  private static func one(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> PromFunction {
    PromFunction(
      name: name, parameters: [.vector], variadic: 0, result: .vector, body: .value { value, _ in body(value) })
  }
}
