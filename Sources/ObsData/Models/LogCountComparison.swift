/// The store's counts by time against our own. A bucket that differs is counted again in finer ones, so that a difference is known
/// to the second whatever the window's length:
///
///     half hours   │  1,204  │  1,310 ≠ │    998  │        the store has more than we
///     half minutes            └ 20 20 21≠ 20 … ┘          in this half minute
///     seconds                       └ 1 0 2≠ … ┘          in this second
///
/// Only the ends of a stretch are looked at more closely: what lies between them is missing anyhow.
public struct LogCountComparison: Hashable, Sendable {
  /// A question that would tell more exactly where lines are missing.
  public struct Question: Hashable, Sendable {
    /// What is to be counted.
    public var range: TimeRange
    /// In buckets of this length; whole seconds.
    public var interval: Duration
  }

  private struct Difference {
    var range: TimeRange
    var missing: Int
    /// The length of the bucket.
    var interval: Duration
    /// What finer counts would be of.
    var countable: TimeRange
  }

  /// The counts of the whole window.
  public private(set) var counts: LogTimeCounts
  /// The counts of single buckets, by what was asked for.
  private var finer: [TimeRange: LogTimeCounts] = [:]
  /// How many questions the present counts may still lead to.
  private var questionsLeft = LogCountComparison.mostQuestions

  /// How many times a count of the window is looked into, and of how many stretches, the newest.
  private static let mostQuestions = 24
  private static let mostStretches = 8
  private static let second = Duration.seconds(1)

  /// Compares by these counts.
  public init(_ counts: LogTimeCounts) { self.counts = counts }

  /// Takes newer counts of the window. What was found out about a bucket holds as long as its count is the same.
  public mutating func renew(_ newer: LogTimeCounts) {
    if newer.interval != counts.interval { finer = [:] }
    finer = finer.filter { $0.key.touches(newer.range) }
    counts = newer
    questionsLeft = LogCountComparison.mostQuestions
  }

  /// The stretches where the store counts more than is entered in `ledger`, adjacent ones as one, from `start` to where the counts
  /// are settled. A document that the store has deleted meanwhile makes no gap: then it counts less.
  public func gaps(against ledger: LogLedger, from start: Timestamp) -> [LogGap] {
    stretches(ledger, start).map { stretch in
      let range = TimeRange(start: stretch[0].range.start, end: stretch[stretch.count - 1].range.end)
      return LogGap(range: range, count: stretch.reduce(0) { $0 + $1.missing }, reason: .late)
    }
  }

  /// What should be counted in finer buckets; nil where every difference is known to the second, or enough has been asked.
  public func question(against ledger: LogLedger, from start: Timestamp) -> Question? {
    guard questionsLeft > 0 else { return nil }
    for stretch in stretches(ledger, start).suffix(LogCountComparison.mostStretches).reversed() {
      for end in [stretch[0], stretch[stretch.count - 1]]
      where end.interval > LogCountComparison.second && end.countable.duration > .zero {
        return Question(range: end.countable, interval: LogTimeCounts.interval(for: end.interval))
      }
    }
    return nil
  }

  /// Takes the answer to a question. What has changed since the bucket was counted is right in the answer.
  public mutating func receive(_ answer: LogTimeCounts) {
    guard questionsLeft > 0 else { return }
    questionsLeft -= 1
    let sum = answer.buckets.values.reduce(0, +)
    let difference = sum - outer(of: answer.range).count(at: answer.range.start)
    finer[answer.range] = answer
    change(answer.range, by: difference)
  }

  /// The question could not be answered: no more are asked before the window is counted again.
  public mutating func giveUp() { questionsLeft = 0 }

  /// A stretch was read through to its end: the store has no more of it than is entered now.
  public mutating func filled(_ span: TimeRange, against ledger: LogLedger) {
    for range in finer.keys.sorted(by: { $0.duration < $1.duration }) where range.touches(span) {
      guard var inner = finer[range] else { continue }
      let lowered = LogCountComparison.lower(&inner, within: span, to: ledger)
      finer[range] = inner
      if lowered > 0 { change(range, by: -lowered) }
    }
    _ = LogCountComparison.lower(&counts, within: span, to: ledger)
  }

  private static func lower(_ counts: inout LogTimeCounts, within span: TimeRange, to ledger: LogLedger) -> Int {
    var lowered = 0
    for (key, count) in counts.buckets {
      let bucket = counts.bucket(at: key)
      guard bucket.start >= span.start, bucket.end <= span.end else { continue }
      let held = min(count, ledger.count(in: bucket))
      lowered += count - held
      counts.buckets[key] = held
    }
    return lowered
  }

  // MARK: Buckets within buckets

  /// Changes the counts of the buckets that hold a range whose own counts have changed.
  private mutating func change(_ range: TimeRange, by difference: Int) {
    guard difference != 0 else { return }
    for outer in finer.keys where outer != range && outer.holds(range) {
      finer[outer]?.change(range.start, by: difference)
    }
    counts.change(range.start, by: difference)
  }

  /// The counts of which a range is one bucket.
  private func outer(of range: TimeRange) -> LogTimeCounts {
    let outer = finer.filter { $0.key != range && $0.key.holds(range) }
    return outer.min { $0.key.duration < $1.key.duration }?.value ?? counts
  }

  /// The differences, adjacent ones together.
  private func stretches(_ ledger: LogLedger, _ start: Timestamp) -> [[Difference]] {
    var stretches: [[Difference]] = []
    for difference in differences(counts, ledger, start) {
      if let last = stretches.last?.last, last.range.end == difference.range.start {
        stretches[stretches.count - 1].append(difference)
      } else {
        stretches.append([difference])
      }
    }
    return stretches
  }

  private func differences(_ counted: LogTimeCounts, _ ledger: LogLedger, _ start: Timestamp) -> [Difference] {
    guard counted.interval >= LogCountComparison.second else { return [] }
    var differences: [Difference] = []
    for (key, count) in counted.buckets.sorted(by: { $0.key < $1.key }) {
      let bucket = counted.bucket(at: key)
      // A bucket that the range cuts off was counted from there on only.
      let countable = TimeRange(
        start: max(bucket.start, counted.range.start), end: max(min(bucket.end, counted.range.end), bucket.start))
      guard countable.start >= start, bucket.end <= counts.settled else { continue }
      let missing = count - ledger.count(in: bucket)
      guard missing > 0 else { continue }
      if let inner = finer[countable], inner.buckets.values.reduce(0, +) == count {
        differences += self.differences(inner, ledger, start)
      } else {
        differences.append(
          Difference(range: bucket, missing: missing, interval: counted.interval, countable: countable))
      }
    }
    return differences
  }
}

extension LogTimeCounts {
  /// The bucket that begins at a second since 1970.
  func bucket(at key: Int64) -> TimeRange {
    let start = Timestamp(milliseconds: key * 1_000)
    return TimeRange(start: start, end: start + interval)
  }

  /// The count of the bucket that holds an instant.
  fileprivate func count(at time: Timestamp) -> Int { buckets[LogLedger.second(of: time.floored(to: interval))] ?? 0 }

  fileprivate mutating func change(_ time: Timestamp, by difference: Int) {
    buckets[LogLedger.second(of: time.floored(to: interval))] = max(count(at: time) + difference, 0)
  }
}

extension TimeRange {
  /// Whether another range lies in this one.
  fileprivate func holds(_ other: TimeRange) -> Bool { start <= other.start && end >= other.end }
}
