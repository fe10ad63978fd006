import DequeModule

/// Fetches the lines of files around one, once.
struct LogFileContextJob: PollJob {
  private let request: LogContextRequest
  private var stream: LogFileStream
  /// The newest of those before, and those after.
  private var before: Deque<LogEntry> = []
  private var after: [LogEntry] = []

  init(_ files: LogFiles, _ request: LogContextRequest) {
    self.request = request
    let reach = LogContextRequest.reach
    let range = TimeRange(start: request.time - reach, end: request.time + reach)
    let query = LogQuery(services: request.services, filters: request.source, window: .frozen(range))
    stream = LogFileStream(files, query, limit: nil, follows: false)
  }

  /// Reads a piece; answers when there are enough lines behind the one in the middle, or no more.
  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let batch = try await stream.next(now: now)
    for entry in batch?.entries ?? [] {
      if entry.timestamp > request.time {
        if after.count < request.count { after.append(entry) }
      } else {
        before.append(entry)
        if before.count > request.count { before.removeFirst() }
      }
    }
    guard batch == nil || after.count >= request.count else { return PollAnswer(nil, next: .after(.zero)) }
    return PollAnswer(.logs(LogBatch(entries: (before + after).inOrder, isFirst: true)), next: .never)
  }
}
