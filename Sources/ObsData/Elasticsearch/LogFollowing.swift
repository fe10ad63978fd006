/// A window's lines, and then what arrives. The tail is begun first, on the last moments of the window, so that nothing falls
/// between the two: what lies before its first answer is read behind it, and given out before it.
///
///     ├───────────── read page by page ─────────────┼── tail's first answer ──┤ · · · what arrives
///                                                 └─┘ read by both, given out once
///
/// What arrives further back than the tail's overlap is found by counting: see `compare`.
struct LogFollowing: LogStream {
  private enum Stage {
    case beginning
    case catchingUp(LogExport, newest: LogBatch)
    case following
  }

  let client: ElasticsearchClient
  let query: LogQuery
  private let limit: Int?
  var tail: LogTail
  private var stage = Stage.beginning
  /// The lines that were given out, as far as they are remembered; and how many of each second.
  private var given = SeenLines()
  private(set) var ledger = LogLedger()
  /// From here on everything was asked for, and from here on what was given out is remembered by name.
  private(set) var start = Timestamp(nanoseconds: .min)
  private var remembered = Timestamp(nanoseconds: .min)
  var comparison: LogCountComparison?
  /// Stretches that may lack lines and are not yet proved complete.
  private var doubts: [LogGap] = []
  var nextCount: Timestamp?
  var countFailure: String?

  /// How long ago lines may be dated to be looked for, where the window is no longer than that.
  private static let reach = Duration.seconds(86_400)

  init(_ client: ElasticsearchClient, _ query: LogQuery, limit: Int?) {
    self.client = client
    self.query = query
    self.limit = limit
    var recent = query
    var limits = client.options.tail
    // Twice what the tail reads again: its first answer then holds all that it can bring a second time.
    recent.window = .live(min(query.window.duration, max(limits.overlap * 2, .seconds(60))))
    limits.firstPage = max(limits.firstPage, 5_000)
    limits.counts = false
    tail = LogTail(recent, limits: limits)
  }

  var isLevel: Bool { if case .following = stage { true } else { false } }

  /// What is missing, as far as is known now.
  var gaps: [LogGap] {
    let found = comparison?.gaps(against: ledger, from: start) ?? []
    let open = doubts.filter { doubt in !found.contains { $0.range.touches(doubt.range) } }
    return (found + open).sorted { $0.range.start < $1.range.start }
  }

  mutating func next(now: Timestamp) async throws(FetchError) -> LogBatch? {
    if case .beginning = stage {
      var first = try await client.poll(&tail, now: now)
      start = query.window.range(now: now).start
      let oldest = first.entries.map(\.timestamp).min() ?? now + .seconds(300)
      if let limit { first.entries = Array(first.entries.suffix(limit)) }
      if first.entries.count < limit ?? .max {
        // With room for lines whose own time differs from the store's.
        let range = TimeRange(start: start, end: oldest + .seconds(2))
        var export = LogExport(client, query, limit: limit.map { $0 - first.entries.count }, range: range)
        export.leaveOut(first.entries.map(\.id))
        stage = .catchingUp(export, newest: first)
      } else {
        return begin(with: first)
      }
    }
    while case .catchingUp(var export, let newest) = stage {
      let batch = try await export.next(now: now)
      stage = .catchingUp(export, newest: newest)
      guard let batch else { return begin(with: newest) }
      note(batch, from: start, now: now)
      if !batch.entries.isEmpty || batch.partial != nil { return give(batch) }
    }
    var batch = give(try await client.poll(&tail, now: now))
    note(batch, from: now - tail.limits.overlap, now: now)
    await compare(&batch, now: now)
    return batch
  }

  /// What is level is followed. Older lines than the limit left are not missing.
  private mutating func begin(with newest: LogBatch) -> LogBatch {
    stage = .following
    let batch = give(newest)
    if limit != nil, let oldest = ledger.first { start = max(start, oldest + .seconds(1)) }
    return batch
  }

  /// Leaves out what was given out before, and remembers the rest.
  mutating func give(_ batch: LogBatch) -> LogBatch {
    var batch = batch
    batch.entries.removeAll { !given.insert($0.id.hashValue, at: $0.stored) }
    for entry in batch.entries { ledger.add(entry.stored) }
    let limit = tail.limits.remembered
    // More is forgotten than must be, so that it need not be done for each line.
    if given.count > limit, let least = given.start(ofNewest: limit - limit / 10) {
      given.forget(before: least)
      remembered = least
    }
    return batch
  }

  /// Whether a line was given out, as far as that is remembered.
  func hasGiven(_ line: LogIdentity) -> Bool { given.contains(line.hash, at: line.stored) }

  /// Whether it is remembered which lines of a stretch were given out.
  func remembers(_ range: TimeRange) -> Bool { range.start >= remembered }

  /// What the tail did not read, or perhaps not.
  private mutating func note(_ batch: LogBatch, from time: Timestamp, now: Timestamp) {
    doubts += batch.gaps
    if let words = batch.partial, batch.gaps.isEmpty {
      doubts.append(LogGap(range: TimeRange(start: time, end: now), count: nil, reason: .incomplete(words)))
    }
    doubts.removeFirst(max(doubts.count - 50, 0))
    if !batch.gaps.isEmpty { nextCount = nil }
  }

  /// The window was counted: what was doubtful before that is counted as well.
  mutating func settleDoubts(before time: Timestamp) { doubts.removeAll { $0.range.end <= time } }

  /// Forgets what lies too far back to be looked for.
  mutating func forgetOld(now: Timestamp) {
    let least = now - max(LogFollowing.reach, query.window.duration)
    guard start < least else { return }
    start = least.floored(to: .seconds(1))
    ledger.forget(before: start)
    given.forget(before: start)
  }
}
