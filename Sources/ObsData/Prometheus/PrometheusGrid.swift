/// The instants at which a range query is evaluated: multiples of the step, so that a graph does not shimmer and `rate()`
/// does not change its mind from one poll to the next.
public struct PrometheusGrid: Hashable, Sendable {
  /// The first instant.
  public let start: Timestamp
  /// From one instant to the next; at least a millisecond.
  public let step: Duration
  /// How many instants there are; at least 1, at most 11,000, which is Prometheus's own limit.
  public let count: Int

  /// The last instant.
  public var end: Timestamp { start + step * (count - 1) }

  /// The most points of a series that a Prometheus evaluates.
  public static let maximumCount = 11_000

  /// The multiples of `step` from just before the range's start to its end. Of a range with too many of them the newest
  /// are taken.
  public init(_ range: TimeRange, step: Duration) {
    // Half of what 64 bits hold, about 1843 to 2096: nothing below can overflow.
    let limit: Int64 = 4_000_000_000_000_000_000
    func clamped(_ time: Timestamp) -> Timestamp { Timestamp(nanoseconds: min(max(time.nanoseconds, -limit), limit)) }
    let unit = min(max(step.nanoseconds, 1_000_000), limit)
    self.step = .nanoseconds(unit)
    let first = clamped(range.start).floored(to: self.step).nanoseconds
    let last = clamped(range.end).floored(to: self.step).nanoseconds
    let (span, overflow) = last.subtractingReportingOverflow(first)
    let steps = overflow ? Int64.max : max(0, span / unit)
    if steps >= Int64(PrometheusGrid.maximumCount) {
      count = PrometheusGrid.maximumCount
      start = Timestamp(nanoseconds: last) - self.step * (PrometheusGrid.maximumCount - 1)
    } else {
      count = Int(steps) + 1
      start = Timestamp(nanoseconds: first)
    }
  }

  /// The grid that covers the range with at most `columns` instants and the finest step that people use.
  public init(_ range: TimeRange, columns: Int) {
    self.init(range, step: PrometheusGrid.step(for: range.duration, columns: columns))
  }

  /// The step for a range on so many columns: 1 s … 30 s, then minutes, hours, days. The ends of a range fall between
  /// instants, so that one column is kept for the odd end.
  public static func step(for duration: Duration, columns: Int) -> Duration {
    let least = duration.seconds / Double(min(max(columns, 2), maximumCount) - 1)
    for seconds in steps where Double(seconds) >= least { return .seconds(seconds) }
    let days = (least / 86_400).rounded(.up)
    return .seconds(86_400 * (Int64(exactly: min(days, 1e6)) ?? 1))
  }

  /// The place of an instant on the grid; nil where it is off its ends.
  func index(of time: Timestamp) -> Int? {
    let offset = ((time - start).seconds / step.seconds).rounded()
    guard offset >= 0, offset < Double(count) else { return nil }
    return Int(offset)
  }

  private static let steps: [Int64] =
    [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 25, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 450, 600, 720, 900]
    + [1_200, 1_500, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 14_400, 21_600, 28_800, 43_200, 86_400]
}
