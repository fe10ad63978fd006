/// How a stream that follows finds what arrived too late for its tail: the store counts its lines by time, and where it has more
/// than were given out, the identities of those seconds are read and the documents of the unknown ones fetched.
extension LogFollowing {
  /// How many lines of stretches that differ are looked at in one go.
  private static let mostPages = 20

  /// Counts where that is due, and adds the lines that it finds to the batch. A failure is remembered, not thrown: the tail's own
  /// lines must not wait for it.
  mutating func compare(_ batch: inout LogBatch, now: Timestamp) async {
    guard batch.partial == nil, nextCount.map({ now >= $0 }) ?? true else { return }
    nextCount = now + tail.limits.counting
    forgetOld(now: now)
    do throws(FetchError) {
      try await count(now: now)
      let found = try await missing(now: now)
      batch.entries += give(LogBatch(entries: found)).entries
      countFailure = nil
    } catch {
      if error.kind != .cancelled { countFailure = error.answer }
    }
  }

  /// Has the store count from the first line on, and in finer buckets where it has more than we.
  private mutating func count(now: Timestamp) async throws(FetchError) {
    let interval = LogTimeCounts.interval(for: now - start)
    let range = TimeRange(start: start, end: (now + interval).floored(to: interval))
    var counts = try await counts(range, interval, now: now)
    counts.settled = tail.settled(now: now)
    if comparison == nil { comparison = LogCountComparison(counts) } else { comparison?.renew(counts) }
    settleDoubts(before: counts.settled)
    while let question = comparison?.question(against: ledger, from: start) {
      let finer = try await self.counts(question.range, question.interval, now: now)
      comparison?.receive(finer)
    }
  }

  private mutating func counts(
    _ range: TimeRange, _ interval: Duration, now: Timestamp
  ) async throws(FetchError) -> LogTimeCounts {
    let request = LogCountRequest(range: range, interval: interval, countsAhead: false)
    let answer = try await client.counts(query, request, now: now)
    // A store that takes long to count is asked less often.
    nextCount = nextCount.map { max($0, now + min(answer.took * 20, .seconds(600))) }
    if let partial = answer.partial { throw FetchError(.server, tried: "counting lines by time", answer: partial) }
    return answer.counts
  }

  /// The lines of the stretches that differ which were not given out, oldest first.
  private mutating func missing(now: Timestamp) async throws(FetchError) -> [LogEntry] {
    var pages = LogFollowing.mostPages
    var entries: [LogEntry] = []
    for gap in comparison?.gaps(against: ledger, from: start) ?? [] where remembers(gap.range) {
      guard pages > 0, entries.count < 10_000 else {
        // The rest with the next poll.
        nextCount = now
        break
      }
      let (found, isWhole) = try await unknown(in: gap.range, pages: &pages, now: now)
      let sure = LogLedger(adding: found.map(\.stored), to: ledger)
      if isWhole { comparison?.filled(gap.range, against: sure) } else { nextCount = now }
      entries += found
    }
    return entries.inOrder
  }

  /// The lines of a stretch that were not given out, and whether those are all.
  private func unknown(
    in range: TimeRange, pages: inout Int, now: Timestamp
  ) async throws(FetchError) -> (entries: [LogEntry], isWhole: Bool) {
    let limits = tail.limits
    var names: [String] = []
    var seen: Set<Int> = []
    var rest = range
    var after: [JSONTree]?
    var isWhole = false
    var size = max(limits.identities, 1)
    while !isWhole, pages > 0, names.count < limits.documents * 10 {
      pages -= 1
      let request = LogPageRequest(range: rest, size: size, after: after, content: .identities)
      let page: LogPage
      do throws(FetchError) {
        page = try await client.page(query, request, now: now)
      } catch {
        guard error.kind == .tooLarge, size > 1 else { throw error }
        size = max(size / 4, 1)
        continue
      }
      if let partial = page.partial { throw FetchError(.server, tried: "reading late lines", answer: partial) }
      for line in page.identities where !hasGiven(line) && seen.insert(line.hash).inserted {
        names.append(line.document)
      }
      guard page.identities.count >= size, let last = page.identities.last?.stored else {
        isWhole = true
        break
      }
      let (next, tokens) = LogTail.next(behind: last.floored(to: .milliseconds(1)), in: rest, page)
      (rest, after) = (next, tokens.isEmpty ? nil : tokens.map { .raw($0.text) })
    }
    let entries = try await documents(names, in: range, now: now)
    return (entries, isWhole && Set(entries.map(\.id.document)).isSuperset(of: names))
  }

  private func documents(_ names: [String], in range: TimeRange, now: Timestamp) async throws(FetchError) -> [LogEntry]
  {
    var entries: [LogEntry] = []
    let limits = max(tail.limits.documents, 1)
    var size = limits
    var rest = names[...]
    while !rest.isEmpty {
      let some = Array(rest.prefix(size))
      // The same name may stand for a document in each of several indices.
      let request = LogPageRequest(
        range: range, size: size == limits ? max(tail.limits.page, size) : size, documents: some)
      do throws(FetchError) {
        entries += try await client.page(query, request, now: now).entries
        rest = rest.dropFirst(some.count)
      } catch {
        guard error.kind == .tooLarge, size > 1 else { throw error }
        size = max(size / 4, 1)
      }
    }
    return entries
  }
}

extension LogLedger {
  /// A ledger with more lines entered.
  fileprivate init(adding times: [Timestamp], to ledger: LogLedger) {
    self = ledger
    for time in times { add(time) }
  }
}
