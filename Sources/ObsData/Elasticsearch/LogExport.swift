/// The whole result of a query, page by page, each document once and in order.
///
/// Servers without a tiebreaker lose lines of one instant at a page's border when they are told to go on behind the last line.
/// So the next page begins *with* the instant of the last line, and what was seen of it is left out:
///
///     page 1  ■ ■ ■ ■ ■│                 five lines, three of one millisecond
///     page 2        ■ ■ ■ ■ ■│           begins with that millisecond: two are known, three are new
struct LogExport: LogStream {
  private let client: ElasticsearchClient
  private let query: LogQuery
  private let limit: Int?
  private var range: TimeRange?
  private var size = 5_000
  /// What was given out and may come again.
  private var seen: Set<LogEntry.ID> = []
  /// What somebody else gives out.
  private var known: Set<LogEntry.ID> = []
  /// Behind the last line of a page whose lines are all of one instant.
  private var after: [JSONTree]?
  private var given = 0
  private var counted: Int?
  private var isEnded = false
  /// What may be missing, in words; said once.
  private var doubt: String?

  /// How far a line's own time and the store's may lie apart (see `HitDecoder`), and a little more.
  private static let spread = Duration.milliseconds(1_100)

  init(_ client: ElasticsearchClient, _ query: LogQuery, limit: Int? = nil, range: TimeRange? = nil) {
    self.client = client
    self.query = query
    self.limit = limit
    self.range = range
  }

  /// Leaves out lines that are known already.
  mutating func leaveOut(_ ids: some Sequence<LogEntry.ID>) { known.formUnion(ids) }

  var isLevel: Bool { isEnded }

  mutating func next(now: Timestamp) async throws(FetchError) -> LogBatch? {
    guard !isEnded else { return nil }
    var range = self.range ?? query.window.range(now: now)
    // Clocks differ: what is dated a little ahead is part of a window that ends now.
    if self.range == nil, query.window.isLive { range.end = range.end + .seconds(300) }
    self.range = range
    if let limit { return try await newest(limit, in: range, now: now) }
    if counted == nil, known.isEmpty { counted = try await client.count(query, in: range, now: now) }
    let request = LogPageRequest(range: range, size: size, after: after)
    let page = try await page(request, now: now)
    var batch = LogBatch(entries: [], partial: page.partial, notice: page.notice)
    batch.entries = page.entries.filter { !seen.contains($0.id) && !known.contains($0.id) }
    given += batch.entries.count
    if page.entries.count < size {
      isEnded = true
      if let counted, given < counted, page.partial == nil {
        let words = "the store counted \(counted) lines and gave \(given)"
        batch.partial = doubt.map { "\(words): \($0)" } ?? words
      }
      return batch
    }
    let border = LogExport.time(page.lastSort?.first) ?? page.entries.map(\.timestamp).max() ?? range.end
    let start = border.floored(to: .milliseconds(1))
    if start > range.start {
      self.range = TimeRange(start: start, end: range.end)
      seen = Set(page.entries.lazy.filter { $0.timestamp >= start - LogExport.spread }.map(\.id))
      after = nil
    } else {
      // A whole page of one instant: there is no other way than to go on behind its last line.
      seen.formUnion(page.entries.map(\.id))
      after = page.lastSort
      doubt = "more than \(size) lines share one instant"
    }
    return batch
  }

  /// The newest lines, all at once, oldest first.
  private mutating func newest(_ limit: Int, in range: TimeRange, now: Timestamp) async throws(FetchError) -> LogBatch?
  {
    var entries: [LogEntry] = []
    var batch = LogBatch(entries: [])
    var end = range.end
    var after: [JSONTree]?
    while entries.count < limit {
      let rest = TimeRange(start: range.start, end: end)
      let request = LogPageRequest(range: rest, isAscending: false, size: min(size, max(limit, 100)), after: after)
      let page = try await page(request, now: now)
      batch.append(LogBatch(entries: [], partial: page.partial, notice: page.notice))
      let fresh = page.entries.filter { seen.insert($0.id).inserted && !known.contains($0.id) }
      entries += fresh
      guard page.entries.count >= request.size else { break }
      let border = (LogExport.time(page.lastSort?.first) ?? range.start).floored(to: .milliseconds(1))
      let next = border + .milliseconds(1)
      (end, after) = next < end ? (next, nil) : (end, page.lastSort)
    }
    isEnded = true
    batch.entries = Array(entries.prefix(limit).reversed()).inOrder
    return batch
  }

  private mutating func page(_ request: LogPageRequest, now: Timestamp) async throws(FetchError) -> LogPage {
    var request = request
    while true {
      do throws(FetchError) {
        return try await client.page(query, request, now: now)
      } catch {
        guard error.kind == .tooLarge, request.size > 1 else { throw error }
        request.size = max(request.size / 4, 1)
        size = request.size
      }
    }
  }

  /// The time that a line was sorted by: a number whose unit is told by its size, or a text.
  private static func time(_ token: JSONTree?) -> Timestamp? {
    switch token {
    case .int(let number): FieldValues.epoch(number)
    case .string(let text): Timestamp(iso8601: text)
    case .raw(let text): Int64(text).flatMap(FieldValues.epoch)
    default: nil
    }
  }
}

extension ElasticsearchClient {
  /// How many lines match in a range, exactly.
  func count(_ query: LogQuery, in range: TimeRange, now: Timestamp) async throws(FetchError) -> Int? {
    let search = try await search(for: query, now: now)
    let question: JSONTree = [
      "size": 0, "track_total_hits": true, "timeout": "8s",
      "query": ["bool": ["filter": .array(search.filters(query, in: range))]],
    ]
    let answer: SearchAnswer
    do throws(FetchError) { answer = try await self.answer(to: question) } catch {
      throw error.pointing(into: query.filter)
    }
    return answer.totalIsLowerBound ? nil : answer.total
  }
}
