/// How the lines of a query are spread over its window.
public struct LogHistogramQuery: Hashable, Sendable {
  /// Whose lines are counted.
  public var logs: LogQuery
  /// How long a bucket is: one of `ladder`, so that buckets begin where people count from.
  public var step: Duration

  /// Makes a query.
  public init(logs: LogQuery, step: Duration) {
    self.logs = logs
    self.step = step
  }

  /// The lengths of buckets, in seconds: what divides minutes, hours and days evenly, then days.
  public static let ladder: [Int64] = [
    1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    172_800, 604_800, 2_592_000,
  ]

  /// The shortest step with which a window makes no more than `columns` buckets, the two at its edges counted.
  public static func step(for window: Duration, columns: Int) -> Duration {
    let room = Int64(max(columns - 2, 1))
    let seconds = ladder.first { window <= .seconds($0 &* room) } ?? ladder[ladder.count - 1]
    return .seconds(seconds)
  }

  /// What is counted. The ends of a live window are rounded to whole buckets: the store keeps the answer to a question that it
  /// has heard before, and bars do not shrink at the left edge while the window moves.
  public func range(now: Timestamp) -> TimeRange {
    let range = logs.window.range(now: now)
    guard logs.window.isLive else { return range }
    return TimeRange(start: range.start.floored(to: step), end: range.end.floored(to: step) + step)
  }
}

/// Lines by how serious they are. Every line counts once.
public struct LogCounts: Hashable, Sendable {
  /// Fatal and critical lines, error lines, warnings, information with notices, and the rest: debug, trace, unknown.
  public var critical, error, warning, information, other: Int

  /// Makes counts.
  public init(critical: Int = 0, error: Int = 0, warning: Int = 0, information: Int = 0, other: Int = 0) {
    self.critical = critical
    self.error = error
    self.warning = warning
    self.information = information
    self.other = other
  }

  /// All lines.
  public var total: Int { critical + error + warning + information + other }

  /// Adds the counts of two.
  public static func + (a: LogCounts, b: LogCounts) -> LogCounts {
    LogCounts(
      critical: a.critical + b.critical, error: a.error + b.error, warning: a.warning + b.warning,
      information: a.information + b.information, other: a.other + b.other)
  }
}

/// The lines of a query, counted by the store in buckets of equal length.
public struct LogHistogram: Sendable, Equatable {
  /// What was counted.
  public let range: TimeRange
  /// When the first bucket begins.
  public let start: Timestamp
  /// How long a bucket is.
  public let step: Duration
  /// The counts, the oldest bucket first; buckets without lines are there too.
  public let buckets: [LogCounts]
  /// Why the counts are incomplete, in words.
  public let partial: String?

  /// Makes a histogram.
  public init(range: TimeRange, start: Timestamp, step: Duration, buckets: [LogCounts], partial: String? = nil) {
    self.range = range
    self.start = start
    self.step = step
    self.buckets = buckets
    self.partial = partial
  }

  /// No answer makes more buckets than this, whatever it says.
  static let maximumBuckets = 2_000

  /// All lines.
  public var total: LogCounts { buckets.reduce(LogCounts(), +) }

  /// When a bucket begins.
  public func start(of bucket: Int) -> Timestamp { start + .nanoseconds(step.nanoseconds &* Int64(bucket)) }

  /// The bucket that an instant lies in; nil outside.
  public func bucket(of time: Timestamp) -> Int? {
    let distance = (time - start).nanoseconds
    guard distance >= 0 else { return nil }
    let bucket = distance / max(step.nanoseconds, 1)
    return bucket < buckets.count ? Int(bucket) : nil
  }

  /// Whether a bucket reaches beyond what was counted, or beyond `now`: then it holds fewer lines than its neighbours might.
  public func isPartial(_ bucket: Int, now: Timestamp) -> Bool {
    start(of: bucket) < range.start || start(of: bucket + 1) > min(range.end, now)
  }
}

extension LogHistogram {
  /// Reads the aggregation of `LogSearch.histogram`.
  init(_ answer: SearchAnswer, of range: TimeRange, step: Duration) {
    let start = range.start.floored(to: step)
    let nanoseconds = max(step.nanoseconds, 1)
    let count = ((range.end - start).nanoseconds + nanoseconds - 1) / nanoseconds
    var buckets = [LogCounts](repeating: LogCounts(), count: Int(min(max(count, 1), Int64(Self.maximumBuckets))))
    for bucket in answer.aggregations?[path: "volume", "buckets"]?.elements ?? [] {
      guard let key = bucket["key"]?.double, key.isFinite, abs(key) < 9e15 else { continue }
      let index = (Timestamp(milliseconds: Int64(key)) - start).nanoseconds / nanoseconds
      guard index >= 0, index < buckets.count else { continue }
      func number(_ value: JSONValue?) -> Int { Int(clamping: max(0, value?["doc_count"]?.int ?? 0)) }
      // The classes are counted from a level upwards: each holds those above it.
      let levels = bucket[path: "levels", "buckets"]
      let critical = number(levels?["critical"])
      let error = max(number(levels?["error"]), critical)
      let warning = max(number(levels?["warning"]), error)
      let information = max(number(levels?["information"]), warning)
      buckets[Int(index)] = LogCounts(
        critical: critical, error: error - critical, warning: warning - error, information: information - warning,
        other: max(0, number(bucket) - information))
    }
    self.init(range: range, start: start, step: step, buckets: buckets, partial: answer.partial)
  }
}
