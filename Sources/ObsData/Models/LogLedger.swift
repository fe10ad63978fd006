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

  /// When the first second begins that has lines; nil where there are none.
  public var first: Timestamp? { seconds.keys.min().map { Timestamp(milliseconds: $0 * 1_000) } }

  /// Forgets what lies before an instant.
  public mutating func forget(before time: Timestamp) {
    let first = LogLedger.second(of: time)
    for (second, held) in seconds where second < first {
      count -= Int(held)
      seconds[second] = nil
    }
  }
}
