extension ElasticsearchClient {
  /// Starts a live tail of a query with the options' limits.
  public func tail(_ query: LogQuery) -> LogTail { LogTail(query, limits: options.tail) }

  /// Polls a tail once: reads pages until it is level with the store, or so far behind that it skips. The tail moves on only when
  /// this returns; where it throws it stays where it was, and nothing is lost.
  public func poll(_ tail: inout LogTail, now: Timestamp) async throws(FetchError) -> LogBatch {
    var next = tail
    var batch: LogBatch?
    repeat {
      let request = next.nextRequest(now: now)
      do throws(FetchError) {
        let page = try await page(next.query, request, now: now)
        let more = next.receive(page, now: now)
        batch?.append(more)
        batch = batch ?? more
      } catch {
        if error.kind == .tooLarge, next.shrinkPages() { continue }
        // What has come is shown; the rest is asked for again by the next poll.
        guard error.kind != .cancelled, var soFar = batch else { throw error }
        next.interrupt()
        soFar.partial = "only a part was read: \(error.answer)"
        batch = soFar
      }
    } while next.wantsMore || batch == nil
    tail = next
    var whole = batch ?? LogBatch(entries: [])
    whole.entries = whole.entries.inOrder
    return whole
  }

  /// The newest lines of a fixed range, oldest first, with how many match.
  public func logs(_ query: LogQuery, now: Timestamp) async throws(FetchError) -> LogBatch {
    var size = max(options.frozenPage, 1)
    while true {
      let request = LogPageRequest(
        range: query.window.range(now: now), isAscending: false, size: size, countsTotal: true)
      do throws(FetchError) {
        return ElasticsearchClient.whole(try await page(query, request, now: now))
      } catch {
        guard error.kind == .tooLarge, size > 1 else { throw error }
        size = max(size / 4, 1)
      }
    }
  }

  /// The lines of a trace at any level, oldest first. `range` narrows where they are looked for; nil looks everywhere.
  public func logs(
    ofTrace id: TraceID, in range: TimeRange?, limit: Int = 1_000, now: Timestamp
  ) async throws(FetchError) -> LogBatch {
    let window = TimeWindow.frozen(range ?? TimeRange(start: now, end: now))
    let request = LogPageRequest(range: range, size: max(limit, 1), countsTotal: true)
    return ElasticsearchClient.whole(
      try await page(LogQuery(traceID: id, window: window), request, now: now))
  }

  /// A page as the answer to a question that is asked once.
  private static func whole(_ page: LogPage) -> LogBatch {
    LogBatch(
      entries: page.entries.inOrder, isFirst: true, matched: page.total,
      matchedIsLowerBound: page.totalIsLowerBound, partial: page.partial, notice: page.notice)
  }
}

extension LogBatch {
  /// Adds the next page of the same poll.
  mutating func append(_ more: LogBatch) {
    entries += more.entries
    if let words = more.partial, partial != words { partial = partial.map { "\($0); \(words)" } ?? words }
    notice = notice ?? more.notice
  }
}
