import DequeModule

/// The lines of files in their order, several files merged by time.
///
///     a.log  ■ ■   ■ ■ ►                 the line with the earliest time goes first; a file that has none at hand
///     b.log    ■ ■     ►   ──► ■■■■■■    is read on before, unless it is at its end
struct LogFileStream: LogStream {
  private let files: LogFiles
  private let query: LogQuery
  private let limit: Int?
  private let follows: Bool
  private var readers: [LogFileReader]
  private var waiting: [Deque<LogEntry>]
  private var filter: LogFileFilter?
  private var range: TimeRange?
  private var newest: Deque<LogEntry> = []
  private var isEnded = false
  private(set) var isLevel = false
  private var lastNotice: String?

  private static let stepBytes = 1 << 20
  private static let batchCount = 5_000

  init(_ files: LogFiles, _ query: LogQuery, limit: Int?, follows: Bool) {
    self.files = files
    self.query = query
    self.limit = limit
    self.follows = follows
    readers = files.readers()
    waiting = readers.map { _ in [] }
  }

  mutating func next(now: Timestamp) async throws(FetchError) -> LogBatch? {
    guard !isEnded else { return nil }
    let filter: LogFileFilter
    if let known = self.filter { filter = known } else { filter = try files.filter(query, now: now) }
    self.filter = filter
    for index in readers.indices {
      readers[index].refresh()
      readers[index].begin(now: now, atStart: true)
    }
    let range = range ?? files.window(query.window, now: now)
    self.range = range
    var batch = LogBatch(entries: [])
    var steps = 0
    while batch.entries.count < LogFileStream.batchCount, steps < 16 {
      guard let index = source(now: now, range, filter) else { break }
      steps += waiting[index].isEmpty ? 1 : 0
      if let entry = waiting[index].popFirst() { batch.entries.append(entry) }
    }
    let isRead = batch.entries.isEmpty && readers.allSatisfy(\.isAtEnd) && waiting.allSatisfy(\.isEmpty)
    if let limit, !isLevel {
      newest.append(contentsOf: batch.entries)
      if newest.count > limit { newest.removeFirst(newest.count - limit) }
      batch.entries = isRead ? Array(newest) : []
    }
    if isRead {
      isLevel = true
      newest = []
      isEnded = isFinished
    }
    batch.notice = notice
    return batch
  }

  /// Whether nothing will come any more that is wanted: a pipe was closed, or a file is read to its end and not followed.
  private var isFinished: Bool {
    let isFollowed = follows && query.window.isLive
    return readers.allSatisfy { $0.isEnded || !isFollowed && $0.isPlainFile }
  }

  /// The file whose line is next; reads on where none is at hand. Nil when all are at their ends.
  private mutating func source(now: Timestamp, _ range: TimeRange, _ filter: LogFileFilter) -> Int? {
    for index in readers.indices where waiting[index].isEmpty && !readers[index].isAtEnd {
      // Where the file is not followed, its last line is whole.
      let readingTime = follows || !readers[index].file.isPlain ? now : Timestamp(nanoseconds: .max)
      let batch = readers[index].readForward(LogFileStream.stepBytes, now: readingTime) {
        range.contains($0.timestamp) && filter.matches($0, $1)
      }
      waiting[index].append(contentsOf: batch.entries)
      if waiting[index].isEmpty, batch.count > 0 { return index }
    }
    let ready = waiting.indices.filter { !waiting[$0].isEmpty }
    return ready.min { (waiting[$0].first?.timestamp ?? now) < (waiting[$1].first?.timestamp ?? now) }
  }

  private var notice: String? {
    var parts = readers.compactMap(\.content.notice)
    let broken = readers.map(\.tally.broken).reduce(0, +)
    if broken > 0 { parts.append(LogFiles.words(broken: broken)) }
    let lost = readers.map(\.lostBytes).reduce(0, +)
    if lost > 0 { parts.append("\(FetchError.bytes(Int(lost))) went away before they were read") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

extension LogFileReader {
  /// Whether the file has an end that can be read up to, rather than a pipe that is still open.
  var isPlainFile: Bool { isAtEnd && file.isPlain }
}
