/// Keeps a subscription to log lines fresh: tails a live window, reads a frozen one once.
public struct LogJob: PollJob {
  private let client: ElasticsearchClient
  private let query: LogQuery
  private var tail: LogTail
  /// After more lines than this the store is asked again soon.
  private static let helping = 5_000

  /// Makes the job of one subscription.
  public init(_ client: ElasticsearchClient, _ query: LogQuery) {
    self.client = client
    self.query = query
    tail = client.tail(query)
  }

  /// Asks for what is new. An answer that brings and changes nothing is still given, because it tells that the store is well.
  public mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    guard query.window.isLive else {
      return PollAnswer(.logs(try await client.logs(query, now: now)), next: .never)
    }
    let batch = try await client.poll(&tail, now: now)
    // Many lines come in smaller helpings: each is put in its place between two keys.
    let isBusy = batch.entries.count > LogJob.helping
    return PollAnswer(.logs(batch), next: isBusy ? .after(.milliseconds(400)) : .interval)
  }
}

/// Keeps the log store's services fresh.
public struct LogServicesJob: PollJob {
  private let client: ElasticsearchClient
  private let window: TimeWindow

  /// Makes the job of one subscription.
  public init(_ client: ElasticsearchClient, _ window: TimeWindow) {
    self.client = client
    self.window = window
  }

  /// Asks which services wrote lines in the window.
  public mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let figures = try await client.services(in: window.range(now: now), now: now)
    return PollAnswer(.services(figures), next: window.isLive ? .interval : .never)
  }
}

/// One page of history.
struct LogHistoryJob: PollJob {
  let client: ElasticsearchClient
  let query: LogQuery
  let before: Timestamp

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.logs(try await client.history(query, before: before, now: now)), next: .never)
  }
}

/// All lines of a stretch.
struct LogLinesJob: PollJob {
  let client: ElasticsearchClient
  let query: LogQuery
  let range: TimeRange

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.logs(try await client.lines(query, in: range, now: now)), next: .never)
  }
}

/// Counts of a stretch, which say more exactly where lines are missing.
struct LogCountsJob: PollJob {
  let client: ElasticsearchClient
  let query: LogQuery
  let range: TimeRange
  let length: Duration

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let request = LogCountRequest(range: range, interval: length, countsAhead: false)
    let answer = try await client.counts(query, request, now: now)
    var batch = LogBatch(entries: [])
    batch.countFailure = answer.partial
    if answer.partial == nil { batch.counts = answer.counts }
    return PollAnswer(.logs(batch), next: .never)
  }
}
