/// All lines that a query finds, to be read from one end to the other.
public struct LogExportQuery: Hashable, Sendable {
  /// The query; its window is a fixed one.
  public var logs: LogQuery
  /// What tells two runs of the same query apart.
  public var number: Int

  /// Makes a query.
  public init(logs: LogQuery, number: Int) {
    self.logs = logs
    self.number = number
  }
}

/// A page of an export.
public struct LogExportPage: Sendable, Equatable {
  /// Lines that were on no page before, oldest first.
  public var entries: [LogEntry]
  /// Whether it is the first page, and whether it is the last.
  public var isFirst, isLast: Bool
  /// Why lines are missing, in words.
  public var partial: String?

  /// Makes a page.
  public init(entries: [LogEntry], isFirst: Bool = false, isLast: Bool = false, partial: String? = nil) {
    self.entries = entries
    self.isFirst = isFirst
    self.isLast = isLast
    self.partial = partial
  }
}

/// Reads a whole result page by page. Each page begins at the millisecond that the one before ended in, and leaves out what was
/// read of it: that is complete with any server and any number of shards, where sort values of one shard would skip ties in
/// others.
struct LogExportJob: PollJob {
  let client: ElasticsearchClient
  let query: LogExportQuery
  private var start: Timestamp?
  private var seen: Set<LogEntry.ID> = []
  private var size: Int
  private var isFirst = true
  /// The largest page that is worth trying.
  private var ceiling = LogExportJob.largestPage

  /// What `index.max_result_window` allows unless it was changed.
  static let largestPage = 10_000

  init(client: ElasticsearchClient, query: LogExportQuery, size: Int = 2_000) {
    self.client = client
    self.query = query
    self.size = size
  }

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let whole = query.logs.window.range(now: now)
    let range = TimeRange(start: start ?? whole.start, end: whole.end)
    let page: LogPage
    do throws(FetchError) {
      page = try await client.page(query.logs, LogPageRequest(range: range, size: size), now: now)
    } catch {
      guard error.kind == .tooLarge, size > 1 else { throw error }
      size = max(size / 2, 1)
      ceiling = size
      return PollAnswer(nil, next: .after(.zero))
    }
    let fresh = page.entries.filter { !seen.contains($0.id) }
    var partial = page.partial
    let isFull = page.entries.count >= size
    if isFull, let last = page.entries.last?.timestamp {
      let millisecond = last.floored(to: .milliseconds(1))
      if millisecond <= range.start, size < ceiling {
        // A page that holds no other millisecond would come again and again.
        size = min(size * 4, ceiling)
      } else if millisecond <= range.start {
        partial = "of the millisecond \(millisecond.iso8601) only \(size) lines can be read"
        start = millisecond + .milliseconds(1)
        seen = []
      } else {
        start = millisecond
        seen = Set(page.entries.lazy.filter { $0.timestamp >= millisecond }.map(\.id))
      }
      if start == range.start || start == nil { seen.formUnion(page.entries.map(\.id)) }
    }
    let answer = LogExportPage(entries: fresh, isFirst: isFirst, isLast: !isFull, partial: partial)
    isFirst = false
    return PollAnswer(.logExport(answer), next: isFull ? .after(.zero) : .never)
  }
}
