import ObsData

/// What a run that follows has seen.
struct FollowTally: Sendable {
  private(set) var count = 0
  private(set) var late = 0
  private(set) var latest = Duration.zero
  private var newest: Timestamp?
  private var newestInBatch: Timestamp?
  private var failingSince: Timestamp?
  private var outages = 0
  /// Whether the stream has been read through once.
  var isLevel = false

  /// Whether anything has been answered.
  private(set) var hasBegun = false

  /// Counts a line; how late it is, where it came in a later batch than lines that are newer.
  mutating func note(_ entry: LogEntry) -> Duration? {
    count += 1
    newestInBatch = max(newestInBatch ?? entry.timestamp, entry.timestamp)
    guard let newest, entry.timestamp < newest, isLevel else { return nil }
    let lateness = newest - entry.timestamp
    late += 1
    latest = max(latest, lateness)
    return lateness
  }

  /// What was newest in a batch makes lines of later ones late.
  mutating func endOfBatch() {
    if let newestInBatch { newest = max(newest ?? newestInBatch, newestInBatch) }
  }

  /// The store does not answer: said once.
  mutating func failed(_ error: FetchError, at now: Timestamp, of store: String) -> String? {
    guard failingSince == nil else { return nil }
    failingSince = now
    outages += 1
    return "\(store): \(error.sentence); it is asked again"
  }

  /// The store answers, perhaps again: then that is said.
  mutating func answered(at now: Timestamp, of store: String) -> String? {
    hasBegun = true
    guard let since = failingSince else { return nil }
    failingSince = nil
    return "\(store) answers again after \(Formatting.age(now - since)); what was written meanwhile is read"
  }

  /// The account at the end: what was seen, how many lines were late, and which are missing.
  func summary(for duration: Duration, of stream: any LogStream, store: String, time: TimeDisplay) -> String {
    var parts = ["\(Formatting.lines(count)) in \(Formatting.age(duration))"]
    parts.append(
      late == 0 ? "none late" : "\(Formatting.count(late, style: .exact)) late (by up to \(Formatting.delay(latest)))")
    if outages > 0 { parts.append("\(store) failed \(outages == 1 ? "once" : "\(outages) times")") }
    if stream.gaps.isEmpty {
      parts.append(stream.isLevel ? "no gap" : "not read to the end of the window")
    } else {
      let gaps = stream.gaps.suffix(FollowTally.mostGaps).map { FollowTally.words($0, time) }
      let others = stream.gaps.count - gaps.count
      parts.append((others > 0 ? "\(others) earlier gaps and " : "") + gaps.joined(separator: "; "))
    }
    if let failure = stream.countFailure { parts.append("not compared with the store's counts: \(failure)") }
    return parts.joined(separator: ", ")
  }

  private static let mostGaps = 5

  /// A gap: from when to when, how many lines, and why.
  private static func words(_ gap: LogGap, _ time: TimeDisplay) -> String {
    let digits = gap.range.duration < .seconds(1) ? 3 : 0
    let shown = time == .relative ? TimeDisplay.utc : time
    func clock(_ instant: Timestamp) -> String {
      Formatting.time(instant, as: shown, now: instant, withDate: true, fractionDigits: digits)
    }
    let lines = gap.count.map(Formatting.lines) ?? "lines"
    let why =
      switch gap.reason {
      case .late: "not printed"
      case .tooMany: "skipped, as more came than can be read"
      case .unread, .ahead: "not read"
      case .unanswered(let answer), .incomplete(let answer): "perhaps missing (\(answer))"
      }
    return "gap \(clock(gap.range.start)) to \(clock(gap.range.end)): \(lines) \(why)"
  }
}
