/// Where a live tail stands: a value that says what to ask next and sorts out what comes. It does no I/O and reads no clock.
///
///                   lower bound                      watermark      now          now + 5 min
///     ───────────────────┼───────────────────────────────┼───────────┼───────────────┤  time
///       found by counting│  overlap: identities are read │ documents: what is new,   │ counted only
///                        │  again, then documents of the │ page by page until level  │
///                        │  lines that were not seen yet │                           │
///
/// Lines become visible out of order: shards refresh at different moments, shippers are late, many lines share a millisecond.
/// Each poll therefore reads the overlap again, but only `_index` and `_id` of it, and knows by them what it has delivered.
/// Where the overlap holds more lines than a page, it first asks how many there are in each second, and reads again only the
/// seconds of which it has delivered fewer: that costs the same at any rate. The watermark is the newest time seen, but never
/// beyond the clock, so that a line dated into the future does not silence the tail.
///
/// A page ends anywhere among the lines of its last millisecond, and no sort value tells these apart on all servers. The next
/// page therefore begins with that millisecond again, and what was delivered is left out.
public struct LogTail: Sendable {
  /// How much is asked for and remembered.
  public struct Limits: Hashable, Sendable {
    /// How many of the newest lines the first answer holds.
    public var firstPage = 500
    /// How many lines are asked for at once afterwards.
    public var page = 5_000
    /// After so many full pages in one poll the tail jumps to the newest lines and says what it skipped.
    public var pages = 24
    /// How far behind the newest line late ones are looked for.
    public var overlap = Duration.seconds(30)
    /// How many identities are asked for at once; an overlap that holds more is compared by counts first.
    public var identities = 10_000
    /// After so many pages of identities in one poll the rest of the overlap waits for the next.
    public var sweeps = 12
    /// How many late documents are asked for at once.
    public var documents = 1_000
    /// How many delivered lines are remembered: about 16 bytes each. When more lie in the overlap, it is shortened to them.
    public var remembered = 1_000_000
    /// How far ahead of ours another machine's clock may be.
    public var future = Duration.seconds(300)
    /// How far the overlap grows at most while answers are incomplete.
    public var patience = Duration.seconds(300)
    /// From one count of the whole window to the next.
    public var counting = Duration.seconds(15)
    /// Whether the tail has its window counted; whoever compares a longer time counts for himself.
    var counts = true

    /// The usual limits.
    public init() {}
  }

  /// What to ask the store.
  enum Question: Hashable {
    case page(LogPageRequest)
    case counts(LogCountRequest)
  }

  /// Where a poll stands.
  enum Stage: Hashable {
    /// Nothing has been seen yet: the newest of the window are asked for.
    case waiting
    /// Between two polls.
    case idle
    /// Going forward page by page.
    case reading(range: TimeRange, after: [SortToken], pages: Int)
    /// Fallen behind, about to ask for the newest.
    case jumping(range: TimeRange)
    /// About to compare the overlap's counts.
    case comparing(range: TimeRange)
    /// Reading identities of stretches of the overlap, the first one from `after` on.
    case sweeping(spans: [TimeRange], after: [SortToken], pages: Int)
    /// Reading the documents of `pending`.
    case fetching
    /// About to count the window.
    case counting
  }
  struct SortToken: Hashable {
    let text: String
  }

  /// What is tailed.
  public let query: LogQuery
  /// How much is asked for.
  public let limits: Limits

  var stage = Stage.waiting
  var hasAnswered = false
  /// The newest time up to which everything is thought to be read.
  private(set) var watermark: Timestamp?
  private var newest: Timestamp?
  /// Never again is anything older asked for: it was skipped, or lies before what the first page showed.
  private var floor = Timestamp(nanoseconds: .min)
  /// What has been delivered and may come again.
  var seen = SeenLines()
  /// Lines of the overlap that were not seen yet, and whose documents are to be asked for.
  var pending: [LogIdentity] = []
  /// The overlap of this poll.
  var overlap = TimeRange(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0))
  var isIncomplete = false
  /// Whether the overlap holds more than a poll may look through.
  var isCut = false
  /// How long the overlap is, where memory does not allow for the whole of it.
  var shortened: Duration?
  private var countedAt: Timestamp?
  /// Whether the window should be counted without waiting: something may be missing.
  var countsSoon = false
  /// Shrinks when pages are too large for the byte limit.
  private var pageScale = 1

  /// Starts a tail; nothing is asked before `nextQuestion`.
  public init(_ query: LogQuery, limits: Limits = Limits()) {
    self.query = query
    self.limits = limits
  }

  /// Whether the poll is unfinished: another page should be asked for at once.
  var wantsMore: Bool { stage != .waiting && stage != .idle }
  /// How many delivered lines are remembered.
  var rememberedCount: Int { seen.count }

  /// What to ask next.
  mutating func nextQuestion(now: Timestamp) -> Question {
    let end = now + limits.future
    switch stage {
    case .waiting:
      let range = TimeRange(start: query.window.range(now: now).start, end: end)
      return .page(
        LogPageRequest(range: range, isAscending: false, size: size(limits.firstPage), countsTotal: !hasAnswered))
    case .idle:
      begin(now: now)
      return nextQuestion(now: now)
    case .reading(let range, let after, _):
      return .page(LogPageRequest(range: range, size: size(limits.page), after: LogTail.values(after)))
    case .jumping(let range):
      return .page(LogPageRequest(range: range, isAscending: false, size: size(limits.page), countsTotal: true))
    case .comparing(let range):
      return .counts(LogCountRequest(range: range, interval: .seconds(1), countsAhead: false))
    case .sweeping(let spans, let after, _):
      let range = spans.first ?? overlap
      return .page(
        LogPageRequest(
          range: range, size: size(limits.identities), after: LogTail.values(after), content: .identities))
    case .fetching:
      let names = pending.prefix(size(limits.documents)).map(\.document)
      // The same name may stand for a document in each of several indices. Compared seconds reach beyond the overlap.
      let range = TimeRange(start: overlap.start - .seconds(1), end: overlap.end + .seconds(1))
      return .page(LogPageRequest(range: range, size: size(limits.page), documents: names))
    case .counting:
      let window = query.window.range(now: now)
      let interval = LogTimeCounts.interval(for: window.duration)
      let range = TimeRange(
        start: window.start.floored(to: interval), end: (end + interval).floored(to: interval))
      return .counts(LogCountRequest(range: range, interval: interval))
    }
  }

  private static func values(_ tokens: [SortToken]) -> [JSONTree]? {
    tokens.isEmpty ? nil : tokens.map { .raw($0.text) }
  }

  /// Asks for smaller pages, because one was too large. False when they are as small as they can be.
  mutating func shrinkPages() -> Bool {
    guard min(limits.page, limits.firstPage) / (pageScale * 4) > 0 else { return false }
    pageScale *= 4
    return true
  }

  func size(_ limit: Int) -> Int { max(limit / pageScale, 1) }

  // MARK: A poll

  private mutating func begin(now: Timestamp) {
    let end = now + limits.future
    let lower = min(lowerBound(now: now), end)
    let mark = min(watermark ?? now, end)
    // Where much lies ahead of the mark already (a clock that is ahead, answers that were incomplete), that is overlap, too.
    var top = max(mark, lower)
    if seen.count(from: top) > limits.firstPage, let newest { top = min(max(top, newest), end) }
    // The millisecond at which the documents begin is swept as well: where a page ended among its lines, some may be left.
    overlap = TimeRange(start: lower, end: top.floored(to: .milliseconds(1)) + .milliseconds(1))
    stage = .reading(range: TimeRange(start: top.floored(to: .milliseconds(1)), end: end), after: [], pages: 0)
    pending = []
    isCut = false
  }

  /// Ends the poll, or has the window counted first where that is due.
  mutating func closePoll(now: Timestamp) {
    guard limits.counts, hasAnswered, !isIncomplete,
      countsSoon || countedAt.map({ now - $0 >= limits.counting }) ?? true
    else {
      return finish(now: now)
    }
    stage = .counting
  }

  /// Ends a poll whose next page did not come: what is missing is asked for again.
  mutating func interrupt(now: Timestamp) {
    isIncomplete = true
    if wantsMore { finish(now: now) }
  }

  /// The window was counted, or could not be, in `cost`: a store that takes long to count is asked less often.
  mutating func noteCount(now: Timestamp, cost: Duration = .zero) {
    countedAt = now + max(.zero, min(cost * 20 - limits.counting, .seconds(600)))
    countsSoon = false
  }

  mutating func note(_ time: Timestamp) { newest = newest.map { max($0, time) } ?? time }

  mutating func finish(now: Timestamp) {
    pending = []
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
      countsSoon = true
    } else {
      watermark = max(previous, reached)
    }
    isIncomplete = false
    stage = .idle
  }

  mutating func raiseFloor(to time: Timestamp) { floor = max(floor, time) }

  /// Up to where late lines are no longer looked for.
  func settled(now: Timestamp) -> Timestamp {
    max((watermark ?? min(newest ?? now, now)) - limits.overlap, overlap.start)
  }

  /// From where to read again; forgets what lies before it.
  private mutating func lowerBound(now: Timestamp) -> Timestamp {
    let mark = watermark ?? now
    var bound = max(mark - limits.overlap, floor, query.window.range(now: now).start)
    shortened = nil
    if let least = seen.start(ofNewest: limits.remembered), least > bound {
      bound = min(least, mark)
      shortened = mark - bound
    }
    floor = bound
    // Stores keep times to the millisecond, so that what we hold for older may still be in the range that is asked.
    seen.forget(before: bound - .seconds(2))
    return bound
  }
}

/// Which lines have been delivered, second by second: by a hash of 64 bits, of which two are the same once in 10¹³ pairs.
struct SeenLines: Sendable {
  private var seconds: [Int64: Set<Int>] = [:]
  private(set) var count = 0

  func contains(_ hash: Int, at time: Timestamp) -> Bool {
    seconds[LogLedger.second(of: time)]?.contains(hash) ?? false
  }

  /// False where the line is in already.
  mutating func insert(_ hash: Int, at time: Timestamp) -> Bool {
    let isNew = seconds[LogLedger.second(of: time), default: []].insert(hash).inserted
    if isNew { count += 1 }
    return isNew
  }

  /// How many lines the seconds hold that a range touches.
  func count(in range: TimeRange) -> Int {
    let (start, end) = (LogLedger.second(of: range.start), LogLedger.second(of: range.end))
    return seconds.reduce(0) { $0 + ($1.key >= start && $1.key <= end ? $1.value.count : 0) }
  }

  func count(from time: Timestamp) -> Int {
    let start = LogLedger.second(of: time)
    return seconds.reduce(0) { $0 + ($1.key >= start ? $1.value.count : 0) }
  }

  func count(ofSecond second: Int64) -> Int { seconds[second]?.count ?? 0 }

  /// Where the newest `limit` lines begin, in whole seconds; nil where there are no more than that.
  func start(ofNewest limit: Int) -> Timestamp? {
    guard count > limit else { return nil }
    var sum = 0
    for second in seconds.keys.sorted(by: >) {
      sum += seconds[second]?.count ?? 0
      if sum > limit { return Timestamp(milliseconds: (second + 1) * 1_000) }
    }
    return nil
  }

  mutating func forget(before time: Timestamp) {
    let first = LogLedger.second(of: time)
    for (second, hashes) in seconds where second < first {
      count -= hashes.count
      seconds[second] = nil
    }
  }
}
