/// A span of time: from `start`, included, to `end`, not included.
public struct TimeRange: Hashable, Sendable {
  /// The first instant of the range.
  public var start: Timestamp
  /// The first instant behind the range.
  public var end: Timestamp

  /// Makes a range; ends that come in the wrong order are swapped.
  public init(start: Timestamp, end: Timestamp) {
    self.start = min(start, end)
    self.end = max(start, end)
  }

  /// From the start to the end.
  public var duration: Duration { end - start }
  /// Whether `time` lies in the range.
  public func contains(_ time: Timestamp) -> Bool { time >= start && time < end }
  /// Whether the two have an instant in common.
  public func touches(_ other: TimeRange) -> Bool { start < other.end && other.start < end }
}

/// The one window of time that logs, traces, metrics and alerts speak of.
public enum TimeWindow: Hashable, Sendable {
  /// The last so many minutes, moving with the clock.
  case live(Duration)
  /// A fixed range: nothing on the screen moves.
  case frozen(TimeRange)

  /// The lengths that `+` and `-` step through.
  public static let ladder: [Duration] = [
    .seconds(300), .seconds(900), .seconds(3_600), .seconds(21_600), .seconds(86_400),
  ]

  /// Whether the window moves with the clock.
  public var isLive: Bool { if case .live = self { true } else { false } }
  /// How long the window is.
  public var duration: Duration {
    switch self {
    case .live(let duration): duration
    case .frozen(let range): range.duration
    }
  }
  /// The range that the window covers when it is `now`.
  public func range(now: Timestamp) -> TimeRange {
    switch self {
    case .live(let duration): TimeRange(start: now - duration, end: now)
    case .frozen(let range): range
    }
  }
}
