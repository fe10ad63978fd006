import ObsData

/// What is known of the lines that are not held: the store's counts against the pane's own, stretches that were skipped or not
/// answered, and how far back the pane has read.
struct LogCompleteness: Equatable, Sendable {
  /// From here on, up to the newest line, everything was asked for; nil before the first answer.
  private(set) var from: Timestamp?
  private var comparison: LogCountComparison?
  /// Why the store did not count, where it was asked last and did not.
  private(set) var countFailure: String?
  /// How many lines came late.
  private(set) var late = 0
  /// From the time of a line to its being in the store, or, where documents do not tell, to its being here: the median of the
  /// lines that came last.
  private(set) var lag: Duration?
  /// The gaps, in order of time.
  private(set) var gaps: [LogGap] = []
  /// Stretches that may lack lines and are not yet proved complete.
  private var doubts: [LogGap] = []
  /// Doubts of the past, which explain what counting finds later.
  private var causes: [LogGap] = []
  private var answeredAt: Timestamp?
  /// Whether the lines come from a store that counts them: files are read, not counted.
  private(set) var isCounting = false

  /// How many doubts and causes are kept.
  private static let mostDoubts = 50

  /// The store's counts of the window.
  var counts: LogTimeCounts? { comparison?.counts }
  /// What should be counted in finer buckets, so that the gaps are known more exactly.
  private(set) var question: LogCountComparison.Question?

  /// How many lines are missing; nil where it is not known.
  var missing: Int? {
    guard counts != nil else { return nil }
    return gaps.reduce(0) { sum, gap in sum + (gap.reason == .ahead ? 0 : gap.count ?? 0) }
  }
  /// Whether more than `missing` may be missing.
  var isDoubtful: Bool { gaps.contains { $0.count == nil } }
  /// How many lines are dated further ahead than a tail looks, and not shown.
  var ahead: Int { gaps.last.flatMap { $0.reason == .ahead ? $0.count : nil } ?? 0 }

  /// How many lines the store counts before those that were asked for; nil where it is not known.
  func older(than buffer: LogBuffer) -> Int? {
    guard let counts, let from else { return nil }
    return counts.buckets.reduce(0) { sum, bucket in
      let start = Timestamp(milliseconds: bucket.key * 1_000)
      guard start < from else { return sum }
      return sum + max(bucket.value - buffer.ledger.count(in: TimeRange(start: start, end: start + counts.interval)), 0)
    }
  }

  /// The lines begin anew: `from` is where they begin.
  mutating func restart(from: Timestamp) {
    self = LogCompleteness()
    self.from = from
  }

  /// The lines reach further back now.
  mutating func extend(to from: Timestamp) { self.from = self.from.map { min($0, from) } ?? from }

  /// What came from the tail, with the lines of it that were new.
  mutating func fold(_ batch: LogBatch, new lines: [LogLine], isFirst: Bool, at now: Timestamp, in buffer: LogBuffer) {
    let before = answeredAt ?? from ?? now
    answeredAt = now
    if batch.span != nil || batch.counts != nil || batch.countFailure != nil { isCounting = true }
    for gap in batch.gaps { doubt(gap) }
    if let words = batch.partial, batch.gaps.isEmpty {
      doubt(
        LogGap(
          range: TimeRange(start: isFirst ? from ?? before : before, end: now), count: nil, reason: .incomplete(words)))
    }
    if let span = batch.span { settle(span) }
    if let counts = batch.counts {
      if comparison == nil { comparison = LogCountComparison(counts) } else { comparison?.renew(counts) }
      countFailure = nil
      causes += doubts.filter { $0.range.end <= counts.settled }
      causes.removeFirst(max(causes.count - LogCompleteness.mostDoubts, 0))
      doubts.removeAll { $0.range.end <= counts.settled }
    } else if let words = batch.countFailure {
      countFailure = words
    }
    if !isFirst {
      late += lines.count { ($0.lateness ?? .zero) >= LogRow.noticeableLateness }
      measureLag(lines, now: now)
    }
    recount(in: buffer)
  }

  /// The store did not answer: what it would have told since its last answer may be missing.
  mutating func fail(_ words: String, at now: Timestamp, in buffer: LogBuffer) {
    guard from != nil, let answeredAt, answeredAt < now else { return }
    doubt(LogGap(range: TimeRange(start: answeredAt, end: now), count: nil, reason: .unanswered(words)))
    recount(in: buffer)
  }

  /// A stretch was read through to its end: the store has no more of it than is held now.
  mutating func filled(_ span: TimeRange, in buffer: LogBuffer) {
    settle(span)
    comparison?.filled(span, against: buffer.ledger)
    recount(in: buffer)
  }

  /// Buckets that differed were counted again in finer ones; nil where they were not.
  mutating func narrow(by counts: LogTimeCounts?, in buffer: LogBuffer) {
    if let counts { comparison?.receive(counts) } else { comparison?.giveUp() }
    recount(in: buffer)
  }

  /// Compares the counts with what is held.
  mutating func recount(in buffer: LogBuffer) {
    var found: [LogGap] = []
    question = nil
    if let comparison, let from {
      let counts = comparison.counts
      // What was dropped for want of room is older than all that is held.
      let oldest = buffer.dropped > 0 ? buffer.first?.entry.stored : nil
      let start = max(from, oldest ?? from)
      question = comparison.question(against: buffer.ledger, from: start)
      found = comparison.gaps(against: buffer.ledger, from: start).map { gap in
        var gap = gap
        if let cause = (doubts + causes).last(where: { $0.range.touches(gap.range) }) { gap.reason = cause.reason }
        return gap
      }
      let beyond = TimeRange(start: counts.range.end, end: counts.range.end + .seconds(86_400 * 36_500))
      let ahead = counts.ahead - buffer.ledger.count(in: beyond)
      if ahead > 0 { found.append(LogGap(range: beyond, count: ahead, reason: .ahead)) }
    }
    // What has been counted needs no doubt beside it.
    let open = doubts.filter { doubt in !found.contains { $0.range.touches(doubt.range) } }
    gaps = (found + open).sorted { $0.range.start < $1.range.start }
  }

  private mutating func doubt(_ gap: LogGap) {
    if let last = doubts.last, last.reason.isLike(gap.reason), gap.range.start <= last.range.end, gap.count == nil {
      doubts[doubts.count - 1].range.end = max(last.range.end, gap.range.end)
      doubts[doubts.count - 1].reason = gap.reason
    } else {
      doubts.append(gap)
      doubts.removeFirst(max(doubts.count - LogCompleteness.mostDoubts, 0))
    }
  }

  /// What lies in a span is doubtful no longer.
  private mutating func settle(_ span: TimeRange) {
    doubts = doubts.compactMap { doubt in
      guard doubt.range.end > span.start, doubt.range.start < span.end else { return doubt }
      var rest = doubt
      if doubt.range.start >= span.start {
        if doubt.range.end <= span.end { return nil }
        rest.range.start = span.end
      } else if doubt.range.end <= span.end {
        rest.range.end = span.start
      }
      return rest
    }
  }

  private mutating func measureLag(_ lines: [LogLine], now: Timestamp) {
    let lags = lines.suffix(50).compactMap { line -> Duration? in
      let source = line.entry.source
      let text = (source[path: "event", "ingested"] ?? source["event.ingested"])?.string
      let ingested = text.flatMap { Timestamp(iso8601: $0) }
      let lag = (ingested ?? now) - line.entry.timestamp
      // What is older when it comes is read in from another time, and was not on its way.
      return lag >= .zero && (ingested != nil || lag < .seconds(86_400)) ? lag : nil
    }.sorted()
    if !lags.isEmpty { lag = lags[lags.count / 2] }
  }
}

extension LogGap.Reason {
  /// Whether two reasons are of one kind, whatever their words.
  func isLike(_ other: LogGap.Reason) -> Bool {
    switch (self, other) {
    case (.unanswered, .unanswered), (.incomplete, .incomplete): true
    default: self == other
    }
  }
}
