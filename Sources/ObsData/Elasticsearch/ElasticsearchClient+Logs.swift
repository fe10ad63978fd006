extension ElasticsearchClient {
  /// Starts a live tail of a query with the options' limits.
  public func tail(_ query: LogQuery) -> LogTail { LogTail(query, limits: options.tail) }

  /// Polls a tail once: reads pages until it is level with the store, or so far behind that it skips. The tail moves on only when
  /// this returns; where it throws it stays where it was, and nothing is lost.
  public func poll(_ tail: inout LogTail, now: Timestamp) async throws(FetchError) -> LogBatch {
    var next = tail
    var batch: LogBatch?
    func add(_ more: LogBatch) {
      batch?.append(more)
      batch = batch ?? more
    }
    repeat {
      switch next.nextQuestion(now: now) {
      case .page(let request):
        do throws(FetchError) {
          add(next.receive(try await page(next.query, request, now: now), now: now))
        } catch {
          if error.kind == .tooLarge, next.shrinkPages() { continue }
          try interrupt(&next, &batch, by: error, now: now)
        }
      case .counts(let request):
        do throws(FetchError) {
          let answer = try await counts(next.query, request, now: now)
          add(next.receive(answer.counts, partial: answer.partial, took: answer.took, now: now))
        } catch {
          if case .counting = next.stage, error.kind != .cancelled {
            add(next.receiveNoCounts(error.answer, now: now))
          } else {
            try interrupt(&next, &batch, by: error, now: now)
          }
        }
      }
    } while next.wantsMore || batch == nil
    tail = next
    var whole = batch ?? LogBatch(entries: [])
    whole.entries = whole.entries.inOrder
    await closeIdlePoint(now: now)
    return whole
  }

  /// What has come is shown; the rest is asked for again by the next poll.
  private func interrupt(
    _ tail: inout LogTail, _ batch: inout LogBatch?, by error: FetchError, now: Timestamp
  ) throws(FetchError) {
    guard error.kind != .cancelled, var soFar = batch else { throw error }
    tail.interrupt(now: now)
    soFar.partial = "only a part was read: \(error.answer)"
    soFar.span = nil
    batch = soFar
  }

  /// The newest lines of a fixed range, or those around an instant in it, oldest first, with how many match.
  public func logs(_ query: LogQuery, now: Timestamp) async throws(FetchError) -> LogBatch {
    let range = query.window.range(now: now)
    var size = max(options.frozenPage, 1)
    while true {
      let request = LogPageRequest(range: range, isAscending: false, size: size, countsTotal: true)
      do throws(FetchError) {
        if let instant = query.around, range.contains(instant) {
          var batch = try await lines(query, around: instant, in: range, size: size, now: now)
          await count(query, range: range, into: &batch, now: now)
          return batch
        }
        let page = try await page(query, request, now: now)
        var batch = ElasticsearchClient.whole(page)
        if page.entries.count >= size { batch.from = ElasticsearchClient.complete(from: page.entries) }
        if page.partial == nil { batch.span = TimeRange(start: batch.from ?? range.start, end: range.end) }
        await count(query, range: range, into: &batch, now: now)
        return batch
      } catch {
        guard error.kind == .tooLarge, size > 1 else { throw error }
        size = max(size / 4, 1)
      }
    }
  }

  /// As many lines on either side of an instant; what lies behind them is a gap.
  private func lines(
    _ query: LogQuery, around instant: Timestamp, in range: TimeRange, size: Int, now: Timestamp
  ) async throws(FetchError) -> LogBatch {
    let behind = LogPageRequest(range: TimeRange(start: instant, end: range.end), size: size)
    let later = try await page(query, behind, now: now)
    let before = LogPageRequest(
      range: TimeRange(start: range.start, end: instant), isAscending: false, size: size, countsTotal: false)
    let earlier = try await page(query, before, now: now)
    var batch = ElasticsearchClient.whole(earlier)
    batch.append(LogBatch(entries: later.entries, partial: later.partial, notice: later.notice))
    if earlier.entries.count >= size { batch.from = ElasticsearchClient.complete(from: earlier.entries) }
    if later.entries.count >= size, let last = later.entries.map(\.stored).max() {
      let rest = TimeRange(start: last.floored(to: .milliseconds(1)), end: range.end)
      batch.gaps.append(LogGap(range: rest, count: nil, reason: .unread))
    } else if batch.partial == nil {
      batch.span = TimeRange(start: batch.from ?? range.start, end: range.end)
    }
    // A line of the very millisecond of the instant may be in both halves.
    var seen: Set<LogEntry.ID> = []
    batch.entries = batch.entries.filter { seen.insert($0.id).inserted }.inOrder
    return batch
  }

  /// Adds the exact count of a fixed range, or why there is none.
  private func count(_ query: LogQuery, range: TimeRange, into batch: inout LogBatch, now: Timestamp) async {
    let interval = LogTimeCounts.interval(for: range.duration)
    let request = LogCountRequest(range: range, interval: interval, countsAhead: false)
    do throws(FetchError) {
      let answer = try await counts(query, request, now: now)
      if let partial = answer.partial {
        batch.countFailure = partial
      } else {
        var counts = answer.counts
        // The last bucket is cut by the range as the lines are.
        counts.settled = min(range.end, now - options.tail.overlap) + interval
        batch.counts = counts
      }
    } catch {
      batch.countFailure = error.answer
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

  /// From where on a full page of the newest lines leaves nothing out: others may share its oldest millisecond.
  static func complete(from entries: [LogEntry]) -> Timestamp? {
    entries.map(\.stored).min().map { $0.floored(to: .milliseconds(1)) + .milliseconds(1) }
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
    from = from ?? more.from
    span = more.span ?? span
    gaps += more.gaps
    counts = more.counts ?? counts
    countFailure = more.countFailure ?? countFailure
  }
}
