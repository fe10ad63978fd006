/// A stretch of time of which lines are, or may be, not shown.
public struct LogGap: Hashable, Sendable {
  /// Why lines are missing.
  public enum Reason: Hashable, Sendable {
    /// They became visible in the store when the tail had moved on: later than its overlap.
    case late
    /// More came than a poll may read, so that it went on with the newest.
    case tooMany
    /// The store did not answer; its words.
    case unanswered(String)
    /// The store's answer was incomplete (failed shards, a timeout); its words.
    case incomplete(String)
    /// The reader went to an instant, and they lie behind the lines read around it.
    case unread
    /// They are dated further ahead of the clock than a tail looks.
    case ahead
  }

  /// From when to when.
  public var range: TimeRange
  /// How many lines are missing, by the store's count; nil where it has not been counted.
  public var count: Int?
  /// Why.
  public var reason: Reason

  /// Makes a gap.
  public init(range: TimeRange, count: Int?, reason: Reason) {
    self.range = range
    self.count = count
    self.reason = reason
  }
}

/// How many lines the store counts, by buckets of time.
public struct LogTimeCounts: Hashable, Sendable {
  /// What was counted in buckets, from a bucket's border to a bucket's border.
  public var range: TimeRange
  /// The length of a bucket; whole seconds.
  public var interval: Duration
  /// The count of each bucket that has lines, by the second since 1970 at which it begins.
  public var buckets: [Int64: Int]
  /// How many lines match in all, those ahead of the range left out.
  public var total: Int
  /// How many lines are dated behind the range's end: further ahead of the clock than a tail looks.
  public var ahead: Int
  /// Up to here the tail has read, and does not look for late lines any more: only buckets that end here can be compared.
  public var settled: Timestamp

  /// Makes counts.
  public init(
    range: TimeRange, interval: Duration, buckets: [Int64: Int], total: Int, ahead: Int = 0, settled: Timestamp
  ) {
    self.range = range
    self.interval = interval
    self.buckets = buckets
    self.total = total
    self.ahead = ahead
    self.settled = settled
  }

  /// The bucket length for a window: some hundred buckets, of whole seconds, each dividing a day, so that the bounds of one
  /// question are those of the next and the store can answer from its cache.
  public static func interval(for window: Duration) -> Duration {
    let ladder: [Int64] = [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 43_200, 86_400]
    return .seconds(ladder.first { window <= .seconds($0 * 120) } ?? 86_400)
  }
}
