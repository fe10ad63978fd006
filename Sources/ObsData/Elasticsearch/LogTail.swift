/// One page of lines to ask for.
struct LogPageRequest: Hashable, Sendable {
  /// From when to when; nil for all times.
  var range: TimeRange?
  /// Whether the oldest come first.
  var isAscending = true
  var size: Int
  /// The sort values of the last line that was read, to go on behind it.
  var after: [JSONTree]?
  /// Whether the lines that match should be counted.
  var countsTotal = false

  static func == (a: LogPageRequest, b: LogPageRequest) -> Bool {
    a.range == b.range && a.isAscending == b.isAscending && a.size == b.size && a.after == b.after
      && a.countsTotal == b.countsTotal
  }
  func hash(into hasher: inout Hasher) { hasher.combine(range) }
}

/// Where a live tail stands: a value that says what to ask next and sorts out what comes. It does no I/O and reads no clock.
///
///                   lower bound                     watermark       now          now + 5 min
///     ───────────────────┼──────────────────────────────┼────────────┼───────────────┤  time
///                        ├───────── overlap ────────────┤  what is new    clocks ahead
///                        └── read again in every poll; what has been seen is left out ──┘
///
/// Lines become visible out of order: shards refresh at different moments, shippers are late, many lines share a millisecond.
/// Each poll therefore reads the overlap again and knows by `(_index, _id)` what it has delivered. The watermark is the newest
/// time seen, but never beyond the clock, so that a line dated into the future does not silence the tail.
public struct LogTail: Sendable {
  /// How much is asked for and remembered.
  public struct Limits: Hashable, Sendable {
    /// How many of the newest lines the first answer holds.
    public var firstPage = 500
    /// How many lines are asked for at once afterwards.
    public var page = 2_000
    /// After so many full pages in one poll the tail jumps to the newest lines and says what it skipped.
    public var pages = 6
    /// How far behind the newest line late ones are looked for.
    public var overlap = Duration.seconds(30)
    /// When more lines than this lie in the overlap, it is shortened to them: at 1,000 lines a second to two seconds.
    public var reread = 2_000
    /// How far ahead of ours another machine's clock may be.
    public var future = Duration.seconds(300)
    /// How far the overlap grows at most while answers are incomplete.
    public var patience = Duration.seconds(300)

    /// The usual limits.
    public init() {}
  }

  private enum Stage: Hashable {
    /// Nothing has been seen yet: the newest of the window are asked for.
    case waiting
    /// Between two polls.
    case idle
    /// In a poll that goes forward page by page.
    case paging(range: TimeRange, after: [SortToken], pages: Int)
    /// In a poll that has fallen behind, about to ask for the newest.
    case jumping(range: TimeRange)
  }
  private struct SortToken: Hashable {
    let text: String
  }

  /// What is tailed.
  public let query: LogQuery
  /// How much is asked for.
  public let limits: Limits

  private var stage = Stage.waiting
  private var hasAnswered = false
  /// The newest time up to which everything is thought to be read.
  private var watermark: Timestamp?
  private var newest: Timestamp?
  /// Never again is anything older asked for: it was skipped, or lies before what the first page showed.
  private var floor = Timestamp(nanoseconds: .min)
  /// What has been delivered and may come again, by a hash of its identity.
  private var seen: [Int: Timestamp] = [:]
  private var isIncomplete = false
  /// Shrinks when pages are too large for the byte limit.
  private var pageScale = 1

  /// Starts a tail; nothing is asked before `nextRequest`.
  public init(_ query: LogQuery, limits: Limits = Limits()) {
    self.query = query
    self.limits = limits
  }

  /// Whether the poll is unfinished: another page should be asked for at once.
  var wantsMore: Bool {
    switch stage {
    case .waiting, .idle: false
    case .paging, .jumping: true
    }
  }
  /// How many delivered lines are remembered.
  var rememberedCount: Int { seen.count }

  /// What to ask next.
  mutating func nextRequest(now: Timestamp) -> LogPageRequest {
    let end = now + limits.future
    switch stage {
    case .waiting:
      let range = TimeRange(start: query.window.range(now: now).start, end: end)
      return LogPageRequest(range: range, isAscending: false, size: size(limits.firstPage), countsTotal: !hasAnswered)
    case .idle:
      let range = TimeRange(start: min(lowerBound(now: now), end), end: end)
      stage = .paging(range: range, after: [], pages: 0)
      return LogPageRequest(range: range, size: size(limits.page))
    case .paging(let range, let after, _):
      let tokens = after.map { JSONTree.raw($0.text) }
      return LogPageRequest(range: range, size: size(limits.page), after: tokens.isEmpty ? nil : tokens)
    case .jumping(let range):
      return LogPageRequest(range: range, isAscending: false, size: size(limits.page), countsTotal: true)
    }
  }

  /// Takes a page in: returns what of it is new, oldest first.
  mutating func receive(_ page: LogPage, now: Timestamp) -> LogBatch {
    isIncomplete = isIncomplete || page.partial != nil
    let fresh = page.entries.filter { seen.updateValue($0.timestamp, forKey: $0.id.hashValue) == nil }
    if let latest = page.entries.map(\.timestamp).max() { newest = newest.map { max($0, latest) } ?? latest }
    var batch = LogBatch(entries: LogTail.detached(fresh, from: page), partial: page.partial, notice: page.notice)
    switch stage {
    case .waiting, .idle:
      batch.isFirst = !hasAnswered
      batch.matched = page.total
      batch.matchedIsLowerBound = page.totalIsLowerBound
      hasAnswered = true
      // What is older than a full first page is not late: it was there and not asked for.
      if page.entries.count >= size(limits.firstPage) { raiseFloor(over: page) }
      finish(now: now)
    case .paging(let range, _, let pages):
      guard page.entries.count >= size(limits.page), let last = page.lastSort else {
        finish(now: now)
        break
      }
      if pages + 1 < limits.pages {
        stage = .paging(range: range, after: last.map { SortToken(text: $0.text) }, pages: pages + 1)
      } else {
        let start = page.entries.last?.timestamp ?? range.start
        stage = .jumping(range: TimeRange(start: max(start, range.start), end: range.end))
      }
    case .jumping:
      if page.entries.count >= size(limits.page) {
        raiseFloor(over: page)
        let skipped = page.total.map { max($0 - page.entries.count, 0) } ?? 0
        let count = skipped == 0 ? "Some" : (page.totalIsLowerBound ? "Over " : "") + "\(skipped)"
        let words = "\(count) lines were skipped: more come than can be read"
        batch.partial = batch.partial.map { "\($0); \(words)" } ?? words
      }
      finish(now: now)
    }
    return batch
  }

  /// Ends a poll whose next page did not come: what is missing is asked for again.
  mutating func interrupt() {
    isIncomplete = true
    if wantsMore { finish(now: Timestamp(nanoseconds: .max)) }
  }

  /// Asks for smaller pages, because one was too large. False when they are as small as they can be.
  mutating func shrinkPages() -> Bool {
    guard min(limits.page, limits.firstPage) / (pageScale * 4) > 0 else { return false }
    pageScale *= 4
    return true
  }

  private func size(_ limit: Int) -> Int { max(limit / pageScale, 1) }

  private mutating func finish(now: Timestamp) {
    guard let newest else {
      stage = .waiting
      isIncomplete = false
      return
    }
    let reached = min(newest, now)
    let previous = watermark ?? (isIncomplete ? reached - limits.patience : reached)
    if isIncomplete {
      // Lines may be missing anywhere below: wait for a complete answer, but not for ever.
      watermark = max(previous, reached - limits.patience)
    } else {
      watermark = max(previous, reached)
    }
    isIncomplete = false
    stage = .idle
  }

  private mutating func raiseFloor(over page: LogPage) {
    if let oldest = page.entries.map(\.timestamp).min() { floor = max(floor, oldest) }
  }

  /// From where to read again; forgets what lies before it.
  private mutating func lowerBound(now: Timestamp) -> Timestamp {
    let mark = watermark ?? now
    var bound = max(mark - limits.overlap, floor, query.window.range(now: now).start)
    if seen.count > limits.reread {
      let times = seen.values.sorted(by: >)
      bound = max(bound, min(times[limits.reread - 1], mark))
    }
    floor = bound
    // Stores keep times to the millisecond, so that what we hold for older may still be in the range that is asked.
    let kept = bound - .seconds(2)
    seen = seen.filter { $0.value >= kept }
    return bound
  }

  /// The entries, oldest first; apart from the page's document where they are only a small part of it.
  private static func detached(_ entries: [LogEntry], from page: LogPage) -> [LogEntry] {
    var entries = entries
    if entries.count * 2 < page.entries.count, let document = entries.first?.source.document {
      let (_, sources) = document.extracting(entries.map(\.source))
      if sources.count == entries.count {
        entries = zip(entries, sources).map { entry, source in
          LogEntry(
            id: entry.id, timestamp: entry.timestamp, level: entry.level, service: entry.service,
            message: entry.message, traceID: entry.traceID, spanID: entry.spanID, source: source)
        }
      }
    }
    return entries.inOrder
  }
}

extension [LogEntry] {
  /// Oldest first; what has the same time stays in the order it has.
  var inOrder: [LogEntry] {
    let isInOrder = zip(self, dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp }
    if isInOrder { return self }
    return enumerated().sorted { ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset) }.map(\.element)
  }
}
