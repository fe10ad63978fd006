/// Keeps a subscription to the lines of files fresh: the newest at once, then the older ones piece by piece, and what is added.
public struct LogFileJob: PollJob {
  private let files: LogFiles
  private let query: LogQuery
  private var readers: [LogFileReader]
  private var filter: LogFileFilter?
  private var hasAnswered = false
  private var delivered = 0
  /// Whether no older line is wanted.
  private var isComplete = false
  private var lastNotice: String?

  /// How many bytes make the first answer, and one of the older ones.
  private static let firstBytes = 256 << 10
  private static let stepBytes = 1 << 20
  /// A first answer that finds next to nothing looks so far for more.
  private static let patience = 16 << 20
  private static let enough = 200

  /// Makes the job of one subscription.
  public init(_ files: LogFiles, _ query: LogQuery) {
    self.files = files
    self.query = query
    readers = files.readers(isLazy: true)
  }

  /// Reads what is new, and a step further back.
  public mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let filter: LogFileFilter
    if let known = self.filter { filter = known } else { filter = try files.filter(query, now: now) }
    self.filter = filter
    for index in readers.indices {
      readers[index].refresh()
      readers[index].begin(now: now, atStart: hasAnswered)
    }
    var batch = LogBatch(entries: [], isFirst: !hasAnswered)
    if hasAnswered {
      batch.entries = newer(filter, now: now).inOrder
      batch.older = older(filter, bytes: LogFileJob.stepBytes, now: now).inOrder
    } else {
      batch.entries = first(filter, now: now).inOrder
    }
    delivered += batch.entries.count + batch.older.count
    if delivered >= files.options.heldLines { isComplete = true }
    if isComplete, readers.allSatisfy({ !$0.hasOlder }) || isBounded { batch.matched = delivered }
    batch.notice = notice(now: now)
    let isNews = !hasAnswered || !batch.entries.isEmpty || !batch.older.isEmpty || batch.notice != lastNotice
    hasAnswered = true
    lastNotice = batch.notice
    let next: PollAnswer.Next = !isComplete ? .after(.zero) : query.window.isLive ? .interval : .never
    return PollAnswer(isNews ? .logs(batch) : nil, next: next)
  }

  /// Whether reading ended because the window did, so that every line of it is known.
  private var isBounded: Bool { delivered < files.options.heldLines }

  /// The newest lines of each file.
  private mutating func first(_ filter: LogFileFilter, now: Timestamp) -> [LogEntry] {
    var found: [LogEntry] = []
    var bytes = 0
    for index in readers.indices {
      let batch = readers[index].readBack(LogFileJob.firstBytes, where: filter.matches)
      bytes += batch.bytes
      found += batch.entries
    }
    // Only now is it known how far back the window reaches from the newest line.
    let range = range(now: now)
    found = found.filter { range.contains($0.timestamp) }
    finishIfPast(range)
    while found.count < LogFileJob.enough, bytes < LogFileJob.patience, !isComplete {
      found = older(filter, bytes: LogFileJob.stepBytes, now: now) + found
      bytes += LogFileJob.stepBytes
    }
    return found
  }

  /// What was added to the files.
  private mutating func newer(_ filter: LogFileFilter, now: Timestamp) -> [LogEntry] {
    guard query.window.isLive else { return [] }
    var found: [LogEntry] = []
    for index in readers.indices {
      while true {
        let batch = readers[index].readForward(LogFileJob.stepBytes, now: now, where: filter.matches)
        found += batch.entries
        guard batch.count > 0, found.count < files.options.heldLines else { break }
      }
    }
    return found
  }

  /// A step back in the file whose oldest line that was read is the newest, so that all files go back in time together.
  private mutating func older(_ filter: LogFileFilter, bytes: Int, now: Timestamp) -> [LogEntry] {
    guard !isComplete else { return [] }
    let candidates = readers.indices.filter { readers[$0].hasOlder }
    let future = Timestamp(nanoseconds: .max)
    guard let index = candidates.max(by: { (readers[$0].oldestTime ?? future) < (readers[$1].oldestTime ?? future) })
    else {
      isComplete = true
      return []
    }
    let range = range(now: now)
    let batch = readers[index].readBack(bytes) { range.contains($0.timestamp) && filter.matches($0, $1) }
    // A piece that lies before the window as a whole ends the search; single lines may be out of order.
    if let newest = batch.newest, newest < range.start { isComplete = true }
    finishIfPast(range)
    return batch.entries
  }

  private mutating func finishIfPast(_ range: TimeRange) {
    if readers.allSatisfy({ !$0.hasOlder }) { isComplete = true }
  }

  /// The window as times. Where nothing else shares it, a live one ends with the newest line of a file that is no longer written.
  private func range(now: Timestamp) -> TimeRange {
    guard case .live(let length) = query.window else { return query.window.range(now: now) }
    let newest = readers.compactMap(\.newestTime).max() ?? now
    let end = files.options.endsWithNewestLine ? min(newest, now) : now
    // What is dated ahead of the clock is shown as well.
    return TimeRange(start: end - length, end: Timestamp(nanoseconds: .max))
  }

  /// What has to be said beside the lines.
  private func notice(now: Timestamp) -> String? {
    var parts = readers.compactMap(\.content.notice)
    let lost = readers.map(\.lostBytes).reduce(0, +)
    if lost > 0 { parts.append("\(FetchError.bytes(Int(lost))) went away before they were read") }
    let broken = readers.map(\.tally.broken).reduce(0, +)
    if broken > 0 {
      parts.append(LogFiles.words(broken: broken))
    }
    let others = readers.map(\.tally.otherSignals).reduce(0, +)
    if others > 0 { parts.append("\(others) \(others == 1 ? "line" : "lines") of metrics or spans left out") }
    if case .live(let length) = query.window, !query.window.isEverything, files.options.endsWithNewestLine,
      let newest = readers.compactMap(\.newestTime).max(), now - newest > .seconds(60)
    {
      parts.append("the last \(DurationText.text(length)) up to the newest line, \(newest.iso8601(fractionDigits: 0))")
    }
    if !isComplete {
      let share = readers.map(\.progress).min() ?? 1
      parts.append("reading older lines, \(Int(share * 100)) %")
    } else if delivered >= files.options.heldLines, readers.contains(where: \.hasOlder) {
      parts.append("the newest \(files.options.heldLines) lines: --held sets how many")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
