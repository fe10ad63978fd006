import Testing

@testable import ObsData

struct LogCountComparisonTests {
  private let start = Timestamp(milliseconds: 1_795_334_400_000)

  private func time(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }
  private func range(_ from: Int64, _ to: Int64) -> TimeRange { TimeRange(start: time(from), end: time(to)) }

  private func counts(_ range: TimeRange, _ interval: Int64, _ buckets: [Int64: Int]) -> LogTimeCounts {
    LogTimeCounts(
      range: range, interval: .seconds(interval),
      buckets: Dictionary(uniqueKeysWithValues: buckets.map { (start.milliseconds / 1_000 + $0.key, $0.value) }),
      total: buckets.values.reduce(0, +), settled: time(80_000))
  }

  /// One line every ten seconds of three hours.
  private var ledger: LogLedger {
    var ledger = LogLedger()
    for number in 0..<1_080 { ledger.add(time(Int64(number) * 10)) }
    return ledger
  }

  @Test func `a bucket that differs is counted in finer ones until the second is known`() throws {
    var comparison = LogCountComparison(counts(range(0, 10_800), 1_800, [0: 180, 1_800: 182, 3_600: 180]))
    #expect(
      comparison.gaps(against: ledger, from: start)
        == [LogGap(range: range(1_800, 3_600), count: 2, reason: .late)])
    let first = try #require(comparison.question(against: ledger, from: start))
    #expect(first == .init(range: range(1_800, 3_600), interval: .seconds(30)))
    var halves = Dictionary(uniqueKeysWithValues: (60..<120).map { (Int64($0) * 30, 3) })
    halves[2_010] = 5
    comparison.receive(counts(first.range, 30, halves))
    let second = try #require(comparison.question(against: ledger, from: start))
    #expect(second == .init(range: range(2_010, 2_040), interval: .seconds(1)))
    comparison.receive(counts(second.range, 1, [2_010: 1, 2_014: 2, 2_020: 1, 2_030: 1]))
    #expect(
      comparison.gaps(against: ledger, from: start) == [LogGap(range: range(2_014, 2_015), count: 2, reason: .late)])
    #expect(comparison.question(against: ledger, from: start) == nil)
    // The same counts a little later ask for nothing, others do.
    comparison.renew(counts(range(0, 10_800), 1_800, [0: 180, 1_800: 182, 3_600: 180]))
    #expect(comparison.question(against: ledger, from: start) == nil)
    comparison.renew(counts(range(0, 10_800), 1_800, [0: 180, 1_800: 183, 3_600: 180]))
    #expect(comparison.question(against: ledger, from: start) == first)
  }

  @Test func `of a long stretch only the ends are looked at`() throws {
    var comparison = LogCountComparison(
      counts(range(0, 10_800), 1_800, [0: 190, 1_800: 900, 3_600: 900, 5_400: 181, 7_200: 180]))
    let first = try #require(comparison.question(against: ledger, from: start))
    #expect(first.range == range(0, 1_800))
    var halves = Dictionary(uniqueKeysWithValues: (0..<60).map { (Int64($0) * 30, 3) })
    halves[1_770] = 13
    comparison.receive(counts(first.range, 30, halves))
    comparison.receive(counts(range(1_770, 1_800), 1, [1_770: 1, 1_780: 1, 1_790: 1, 1_799: 10]))
    #expect(comparison.question(against: ledger, from: start)?.range == range(5_400, 7_200))
    comparison.giveUp()
    #expect(comparison.question(against: ledger, from: start) == nil)
    #expect(
      comparison.gaps(against: ledger, from: start).map(\.range) == [range(1_799, 7_200)])
  }

  @Test func `what was read through to its end lacks no more than is held`() {
    var comparison = LogCountComparison(counts(range(0, 10_800), 1_800, [0: 182]))
    comparison.receive(counts(range(0, 1_800), 30, [0: 4, 30: 178]))
    #expect(comparison.gaps(against: ledger, from: start).map(\.range) == [range(0, 60)])
    comparison.filled(range(0, 30), against: ledger)
    #expect(comparison.gaps(against: ledger, from: start).map(\.range) == [range(30, 60)])
    #expect(comparison.counts.buckets.values.reduce(0, +) == 181)
    comparison.filled(range(0, 60), against: ledger)
    #expect(comparison.gaps(against: ledger, from: start) == [])
  }

  @Test func `a bucket that the range cuts off is counted, and compared, from there on`() {
    let comparison = LogCountComparison(counts(range(900, 10_800), 1_800, [0: 92, 1_800: 180]))
    var ledger = LogLedger()
    for number in 90..<1_080 { ledger.add(time(Int64(number) * 10)) }
    #expect(comparison.gaps(against: ledger, from: time(900)).map(\.count) == [2])
    #expect(comparison.question(against: ledger, from: time(900))?.range == range(900, 1_800))
    #expect(comparison.gaps(against: ledger, from: time(901)) == [])
  }
}
