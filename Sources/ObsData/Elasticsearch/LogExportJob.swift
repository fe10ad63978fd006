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

/// Hands out a whole result, batch by batch.
struct LogExportJob: PollJob {
  private var stream: any LogStream
  private var isFirst = true

  init(_ stream: any LogStream) { self.stream = stream }

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let batch = try await stream.next(now: now)
    let page = LogExportPage(
      entries: batch?.entries ?? [], isFirst: isFirst, isLast: batch == nil, partial: batch?.partial)
    isFirst = false
    return PollAnswer(.logExport(page), next: batch == nil ? .never : .after(.zero))
  }
}
