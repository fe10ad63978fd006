extension LogTail {
  /// Takes a page in: returns what of it is new, oldest first.
  mutating func receive(_ page: LogPage, now: Timestamp) -> LogBatch {
    isIncomplete = isIncomplete || page.partial != nil
    let fresh = page.entries.filter { seen.insert($0.id.hashValue, at: $0.stored) }
    for entry in page.entries { note(entry.stored) }
    var batch = LogBatch(entries: LogTail.detached(fresh, from: page), partial: page.partial, notice: page.notice)
    switch stage {
    case .waiting, .idle:
      batch.isFirst = !hasAnswered
      batch.matched = page.total
      batch.matchedIsLowerBound = page.totalIsLowerBound
      hasAnswered = true
      overlap = TimeRange(start: query.window.range(now: now).start, end: now)
      // What is older than a full first page is not late: it was there and not asked for.
      if page.entries.count >= size(limits.firstPage), let oldest = page.entries.map(\.stored).min() {
        raiseFloor(to: oldest)
        overlap = TimeRange(start: oldest, end: max(now, oldest))
        batch.from = oldest.floored(to: .milliseconds(1)) + .milliseconds(1)
      }
      end(&batch, now: now)
    case .reading(let range, _, let pages): receiveForward(page, range: range, pages: pages, into: &batch, now: now)
    case .jumping(let range):
      if page.entries.count >= size(limits.page), let oldest = page.entries.map(\.stored).min() {
        raiseFloor(to: oldest)
        overlap.start = max(overlap.start, oldest)
        overlap.end = max(overlap.end, overlap.start)
        let skipped = page.total.map { max($0 - page.entries.count, 0) }
        if skipped != 0 {
          let start = range.start
          batch.gaps.append(LogGap(range: TimeRange(start: start, end: oldest), count: skipped, reason: .tooMany))
        }
        countsSoon = true
      }
      startSweep(&batch, now: now)
    case .sweeping(let spans, _, let pages): receiveIdentities(page, spans: spans, pages: pages, &batch, now: now)
    case .fetching:
      pending.removeFirst(min(size(limits.documents), pending.count))
      if pending.isEmpty { end(&batch, now: now) }
    case .comparing, .counting: end(&batch, now: now)
    }
    return batch
  }

  /// Takes counts in: those of the overlap say what to read again, those of the window are handed on.
  mutating func receive(_ counts: LogTimeCounts, partial: String?, took: Duration, now: Timestamp) -> LogBatch {
    var batch = LogBatch(entries: [])
    if case .comparing = stage {
      isIncomplete = isIncomplete || partial != nil
      batch.partial = partial
      let short = counts.buckets.filter { $0.value > seen.count(ofSecond: $0.key) }.keys.sorted()
      // The first second is looked at from the overlap's start on: what lies before was not asked for.
      let spans = LogTail.spans(ofSeconds: short).map { span in
        TimeRange(start: min(max(span.start, overlap.start), span.end), end: span.end)
      }
      stage = spans.isEmpty ? .fetching : .sweeping(spans: spans, after: [], pages: 0)
      if spans.isEmpty { end(&batch, now: now) }
      return batch
    }
    noteCount(now: now, cost: took)
    if let partial {
      // Of some shards only: too low to prove anything.
      batch.countFailure = partial
    } else {
      var counts = counts
      counts.settled = settled(now: now)
      batch.counts = counts
    }
    finish(now: now)
    return batch
  }

  /// The window could not be counted; the tail goes on without.
  mutating func receiveNoCounts(_ words: String, now: Timestamp) -> LogBatch {
    noteCount(now: now)
    finish(now: now)
    var batch = LogBatch(entries: [])
    batch.countFailure = words
    return batch
  }

  /// Seconds as stretches of adjacent ones.
  private static func spans(ofSeconds seconds: [Int64]) -> [TimeRange] {
    var spans: [TimeRange] = []
    for second in seconds {
      let start = Timestamp(milliseconds: second * 1_000)
      if let last = spans.last, last.end == start {
        spans[spans.count - 1].end = start + .seconds(1)
      } else {
        spans.append(TimeRange(start: start, end: start + .seconds(1)))
      }
    }
    return spans
  }

  private mutating func receiveForward(
    _ page: LogPage, range: TimeRange, pages: Int, into batch: inout LogBatch, now: Timestamp
  ) {
    guard page.entries.count >= size(limits.page), let last = page.entries.last?.stored else {
      return startSweep(&batch, now: now)
    }
    let border = last.floored(to: .milliseconds(1))
    if pages + 1 >= limits.pages {
      stage = .jumping(range: TimeRange(start: min(border + .milliseconds(1), range.end), end: range.end))
    } else {
      let (next, after) = LogTail.next(behind: border, in: range, page)
      stage = .reading(range: next, after: after, pages: pages + 1)
    }
  }

  private mutating func receiveIdentities(
    _ page: LogPage, spans: [TimeRange], pages: Int, _ batch: inout LogBatch, now: Timestamp
  ) {
    let known = Set(pending.map(\.hash))
    pending += page.identities.filter { !seen.contains($0.hash, at: $0.stored) && !known.contains($0.hash) }
    var spans = spans
    var after: [SortToken] = []
    if page.identities.count >= size(limits.identities), let last = page.identities.last?.stored, let span = spans.first
    {
      (spans[0], after) = LogTail.next(behind: last.floored(to: .milliseconds(1)), in: span, page)
    } else {
      spans.removeFirst(min(1, spans.count))
    }
    // Documents are asked for in hundreds of names: a store that has been away for long is caught up with in several polls.
    isCut = !spans.isEmpty && (pages + 1 >= limits.sweeps || pending.count >= limits.documents * limits.pages)
    if spans.isEmpty || isCut {
      stage = .fetching
      if pending.isEmpty { end(&batch, now: now) }
    } else {
      stage = .sweeping(spans: spans, after: after, pages: pages + 1)
    }
  }

  /// Where the page behind one begins: at its last millisecond again, or, where the whole page is of one millisecond, behind
  /// its last line.
  static func next(behind border: Timestamp, in range: TimeRange, _ page: LogPage) -> (TimeRange, [SortToken]) {
    if border > range.start.floored(to: .milliseconds(1)) { return (TimeRange(start: border, end: range.end), []) }
    return (range, (page.lastSort ?? []).map { SortToken(text: $0.text) })
  }

  /// All that is new has been read: now for what has come late.
  private mutating func startSweep(_ batch: inout LogBatch, now: Timestamp) {
    guard overlap.duration > .zero else { return end(&batch, now: now) }
    if seen.count(in: overlap) <= limits.identities {
      stage = .sweeping(spans: [overlap], after: [], pages: 0)
    } else {
      let end = (overlap.end + .milliseconds(999)).floored(to: .seconds(1))
      stage = .comparing(range: TimeRange(start: overlap.start.floored(to: .milliseconds(1)), end: end))
    }
  }

  /// The poll is level with the store.
  private mutating func end(_ batch: inout LogBatch, now: Timestamp) {
    if !isIncomplete, !isCut { batch.span = TimeRange(start: overlap.start, end: max(now, overlap.start)) }
    if let shortened {
      let words = "more lines than can be remembered: those later than \(Int(shortened.seconds))s are found by counting"
      batch.notice = batch.notice ?? words
    }
    closePoll(now: now)
  }

  /// The entries, oldest first; apart from the page's other lines where they are only a small part of it.
  private static func detached(_ entries: [LogEntry], from page: LogPage) -> [LogEntry] {
    (entries.count * 2 < page.entries.count ? LogBlockBuilder.compacted(entries) : entries).inOrder
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
