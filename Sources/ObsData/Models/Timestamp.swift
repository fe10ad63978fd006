import Foundation

/// An instant, in nanoseconds since 1970-01-01T00:00:00Z. Covers the years 1677 to 2262.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the Unix epoch.
  public var nanoseconds: Int64

  /// Makes an instant from nanoseconds since the Unix epoch.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  /// Makes an instant from microseconds since the Unix epoch, clamped to what can be held.
  public init(microseconds: Int64) { nanoseconds = Timestamp.scaled(microseconds, by: 1_000) }
  /// Makes an instant from milliseconds since the Unix epoch, clamped to what can be held.
  public init(milliseconds: Int64) { nanoseconds = Timestamp.scaled(milliseconds, by: 1_000_000) }
  /// Makes an instant from seconds since the Unix epoch, clamped to what can be held; NaN is the epoch.
  public init(seconds: Double) {
    let value = seconds * 1e9
    if value.isNaN {
      nanoseconds = 0
    } else {
      nanoseconds = Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
    }
  }

  /// Seconds since the Unix epoch.
  public var seconds: Double { Double(nanoseconds) / 1e9 }
  /// Whole milliseconds since the Unix epoch, rounded down.
  public var milliseconds: Int64 { Timestamp.floored(nanoseconds, by: 1_000_000) }
  /// Whole microseconds since the Unix epoch, rounded down.
  public var microseconds: Int64 { Timestamp.floored(nanoseconds, by: 1_000) }

  /// Whether `a` is earlier than `b`.
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }
  /// The instant that lies `duration` later; clamped to what can be held.
  public static func + (time: Timestamp, duration: Duration) -> Timestamp {
    let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return Timestamp(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }
  /// The instant that lies `duration` earlier; clamped to what can be held.
  public static func - (time: Timestamp, duration: Duration) -> Timestamp {
    let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(duration.nanoseconds)
    return Timestamp(nanoseconds: overflow ? (duration < .zero ? .max : .min) : difference)
  }
  /// The time from `b` to `a`.
  public static func - (a: Timestamp, b: Timestamp) -> Duration {
    let (difference, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
    return .nanoseconds(overflow ? (a < b ? .min : .max) : difference)
  }

  /// The latest multiple of `step`, counted from the epoch, that is not after this instant.
  public func floored(to step: Duration) -> Timestamp {
    let unit = max(step.nanoseconds, 1)
    return Timestamp(nanoseconds: Timestamp.floored(nanoseconds, by: unit) &* unit)
  }

  private static func floored(_ value: Int64, by unit: Int64) -> Int64 {
    let quotient = value / unit
    return value % unit < 0 ? quotient - 1 : quotient
  }
  private static func scaled(_ value: Int64, by unit: Int64) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: unit)
    return overflow ? (value < 0 ? .min : .max) : product
  }
}

extension Duration {
  /// The whole duration in nanoseconds, clamped to 64 bits.
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return carried ? (seconds < 0 ? .min : .max) : sum
  }
  /// The duration in seconds.
  public var seconds: Double { Double(nanoseconds) / 1e9 }
}
