/// How many lines are shown of each second, by the store's time: what the store's counts are compared with.
public struct LogLedger: Hashable, Sendable {
  private var seconds: [Int64: Int32] = [:]
  /// How many lines are entered.
  public private(set) var count = 0

  /// An empty ledger.
  public init() {}

  /// The second that an instant lies in.
  static func second(of time: Timestamp) -> Int64 {
    let quotient = time.nanoseconds / 1_000_000_000
    return time.nanoseconds % 1_000_000_000 < 0 ? quotient - 1 : quotient
  }

  /// Enters a line.
  public mutating func add(_ time: Timestamp) {
    seconds[LogLedger.second(of: time), default: 0] += 1
    count += 1
  }

  /// Strikes a line that is no longer shown.
  public mutating func remove(_ time: Timestamp) {
    let second = LogLedger.second(of: time)
    guard let old = seconds[second] else { return }
    seconds[second] = old > 1 ? old - 1 : nil
    count -= 1
  }

  /// How many lines are entered for a range of whole seconds.
  public func count(in range: TimeRange) -> Int {
    let start = LogLedger.second(of: range.start)
    let end = LogLedger.second(of: range.end)
    // Whichever is less to look at: the range's seconds, or those that have lines.
    if end - start > Int64(seconds.count) {
      return seconds.reduce(0) { $0 + (($1.key >= start && $1.key < end) ? Int($1.value) : 0) }
    }
    return (start..<max(start, end)).reduce(0) { $0 + Int(seconds[$1] ?? 0) }
  }

  /// The stretches where the store counts more than is entered, adjacent ones as one, from `start` to where the counts are
  /// settled. A document that the store has deleted meanwhile makes no gap: then it counts less.
  public func gaps(in counts: LogTimeCounts, from start: Timestamp) -> [LogGap] {
    let length = LogLedger.second(of: Timestamp(nanoseconds: counts.interval.nanoseconds))
    guard length > 0 else { return [] }
    var gaps: [LogGap] = []
    for (key, counted) in counts.buckets.sorted(by: { $0.key < $1.key }) {
      let range = TimeRange(
        start: Timestamp(milliseconds: key * 1_000), end: Timestamp(milliseconds: (key + length) * 1_000))
      guard range.start >= start, range.end <= counts.settled else { continue }
      let missing = counted - count(in: range)
      guard missing > 0 else { continue }
      if let last = gaps.last, last.range.end == range.start {
        gaps[gaps.count - 1].range.end = range.end
        gaps[gaps.count - 1].count = (last.count ?? 0) + missing
      } else {
        gaps.append(LogGap(range: range, count: missing, reason: .late))
      }
    }
    return gaps
  }
}
