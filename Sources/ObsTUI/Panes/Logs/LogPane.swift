import ObsData

/// The log tail: the newest lines at the bottom, errors first of all, and from each line a way into its trace.
struct LogPane: Pane {
  /// Whose lines are shown.
  enum Subject: Hashable, Sendable {
    /// Those of the chosen services.
    case tail
    /// Those of one trace, in a window of its own.
    case trace(TraceID, TimeWindow)
    /// Those around one of them, in a window of its own.
    case around(LogEntry, LogContextRequest)
  }

  let subject: Subject
  /// The least level asked for; nil for every line.
  private(set) var minimumLevel: LogLevel?
  var buffer: LogBuffer
  /// What the lines held are an answer to; nil before the first one.
  private(set) var shown: LogQuery?
  /// What is asked for now.
  private(set) var wanted: LogQuery?
  private(set) var matched: Int?
  private(set) var matchedIsLowerBound = false
  private(set) var partial: String?
  private(set) var notice: String?
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  /// What is known of the lines that are not held.
  var completeness = LogCompleteness()
  /// The gap that the reader wants filled, and what of it has been read.
  var gapToFill: LogGap?
  var filled: TimeRange?
  /// What has to be said of lines that were asked for besides the tail.
  var asideTrouble: String?
  var position = LogPosition()
  /// The lines that the reader has marked.
  var marks: Set<LogEntry.ID> = []
  /// What the reader has written on lines.
  var notes: [LogEntry.ID: String] = [:]
  /// How lines are shown.
  var manner = LogManner()
  /// How many cells of the messages are scrolled out to the left.
  var horizontal = 0
  /// The widest service name seen, in cells.
  private(set) var serviceWidth = 0
  private var services: Set<String> = []
  /// What has been found out about the lines: matches, repetitions, patterns.
  var reading = LogReading()
  /// The histogram above the lines.
  var volume = LogVolume()
  /// The filters above the lines.
  var chips = ChipBar()
  /// The most frequent values of a field, laid over its line's fields.
  var statistics: FieldStatisticsView?
  /// All fields of a line, laid over the list while it is open.
  var fields: LogFieldView?
  /// Whether the pane followed when the window was frozen, so that it does again when the window is live.
  var followsWhenLive = false

  /// The tail of the chosen services, errors only.
  init(minimumLevel: LogLevel? = .error, capacity: Int = 100_000, byteCapacity: Int = 256 << 20) {
    subject = .tail
    self.minimumLevel = minimumLevel
    buffer = LogBuffer(capacity: capacity, byteCapacity: byteCapacity)
  }

  /// Lines of a kind of their own, of all levels.
  init(subject: Subject, capacity: Int) {
    self.subject = subject
    minimumLevel = nil
    buffer = LogBuffer(capacity: capacity)
  }

  /// All lines of a trace. One that is younger than a day is watched, for its lines may still come in; around an older one an hour
  /// is asked for on both sides.
  init(traceID: TraceID, around: Timestamp?, now: Timestamp, capacity: Int = 100_000) {
    subject = .trace(traceID, LogPane.window(ofTraceAround: around, now: now))
    minimumLevel = nil
    buffer = LogBuffer(capacity: capacity)
  }

  /// The window in which a trace's lines are asked for.
  static func window(ofTraceAround around: Timestamp?, now: Timestamp) -> TimeWindow {
    if let around, now - around > .seconds(82_800) {
      return .frozen(TimeRange(start: around - .seconds(3_600), end: around + .seconds(3_600)))
    }
    // In whole hours, and one more on the far side: a store pays for every hour that it must look through.
    let hours = around.map { (now - $0).seconds / 3_600 }.map { Int(max(0, $0)) + 2 } ?? 24
    return .live(.seconds(min(hours, 24) * 3_600))
  }

  /// What the pane asks for in a scope.
  func query(in scope: Scope) -> LogQuery {
    switch subject {
    case .tail:
      LogQuery(
        minimumLevel: minimumLevel, services: scope.services(in: .elasticsearch), filter: scope.filter,
        filters: scope.chips.active, timeZone: scope.filterZone, window: scope.window, around: scope.instant)
    case .trace(let id, let window): LogQuery(minimumLevel: minimumLevel, traceID: id, window: window)
    case .around(_, let request): LogPane.query(around: request)
    }
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> {
    let lines: Subscription =
      if case .around(_, let request) = subject { .logContext(request) } else { .logs(query(in: scope)) }
    var wanted = sideSubscriptions(in: scope).union([lines])
    if let before = queryBefore(in: scope) { wanted.insert(.logs(before)) }
    // What belongs to an earlier question is wanted no more.
    if query(in: scope) == self.wanted {
      wanted.formUnion([scope.isCursorMoving ? nil : history, filling, narrowing].compactMap { $0 })
    }
    return wanted
  }

  mutating func adopt(_ scope: Scope) {
    let query = query(in: scope)
    adoptSides(scope)
    guard query != wanted else { return }
    let wasLive = wanted?.window.isLive ?? true
    let old = wanted?.around
    wanted = query
    failure = nil
    gapToFill = nil
    asideTrouble = nil
    if let instant = query.around, instant != old {
      // The first line from that instant on, whichever comes.
      followsWhenLive = followsWhenLive || position.isFollowing
      position = LogPosition(isFollowing: false, selected: LineKey(timestamp: instant, sequence: .min))
      return
    }
    if wasLive, !query.window.isLive, position.isFollowing, let last = buffer.last {
      // Frozen: what still comes in must not push the lines up.
      position = LogPosition(isFollowing: false, selected: last.key)
      followsWhenLive = true
    } else if !wasLive, query.window.isLive, followsWhenLive {
      position = LogPosition()
      followsWhenLive = false
    }
  }

  /// Asks for another least level from now on.
  mutating func ask(minimumLevel: LogLevel?) {
    self.minimumLevel = minimumLevel
    wanted?.minimumLevel = minimumLevel
    failure = nil
  }

  /// Whether the lines held answer an earlier question, because the present one has no answer yet.
  var isOutdated: Bool { shown != nil && wanted != nil && shown != wanted }

  mutating func receive(_ update: Update) {
    if receiveBefore(update) { return }
    let update = asLines(update)
    receiveSides(update)
    let gap = selectedGap
    defer { stay(onGap: gap) }
    if receiveAside(update) { return }
    guard case .logs(let query) = update.subscription, isMine(query) else { return }
    switch update.body {
    case .failed(let failure):
      self.failure = failure
      if shown == query { completeness.fail(failure.error.answer, at: update.at, in: buffer) }
    case .logs(let batch):
      let isAgain = shown == query
      fold(batch, answering: query, at: update.at)
      if batch.isFirst, !isAgain { centre() }
    default: return
    }
  }

  private func isMine(_ query: LogQuery) -> Bool {
    if let wanted { return query == wanted }
    guard query.minimumLevel == minimumLevel else { return false }
    if case .trace(let id, _) = subject { return query.traceID == id }
    return query.traceID == nil
  }

  private mutating func fold(_ batch: LogBatch, answering query: LogQuery, at time: Timestamp) {
    let isFirst = batch.isFirst || shown != query
    let from = batch.from ?? query.window.range(now: time).start
    let lines: [LogLine]
    if isFirst, !isFreeze(from: shown, to: query), !continues(batch, from: shown, to: query) {
      lines = replace(with: batch.entries, at: time)
      completeness.restart(from: from)
    } else {
      lines = add(batch.entries, marksLate: !isFirst, at: time)
      if isFirst { completeness.extend(to: from) }
    }
    if !batch.older.isEmpty { take(batch.older, at: time) { $0.prepend($1) } }
    if isFirst || batch.matched != nil {
      matched = batch.matched
      matchedIsLowerBound = batch.matchedIsLowerBound
    }
    if let counts = batch.counts {
      matched = counts.total
      matchedIsLowerBound = false
    }
    completeness.fold(batch, new: lines, isFirst: isFirst, at: time, in: buffer)
    shown = query
    partial = batch.partial
    notice = batch.notice
    failure = nil
    answeredAt = time
  }

  /// Whether only the window was stopped: then the lines held stay, and what the frozen window adds is put among them.
  private func isFreeze(from old: LogQuery?, to new: LogQuery) -> Bool {
    guard var old, old.window.isLive, case .frozen(let range) = new.window, new.around == nil,
      // Had the window been moved back as well, there would be lines behind its end, and none between.
      answeredAt.map({ range.end >= $0 - .seconds(10) }) ?? true
    else { return false }
    old.window = new.window
    return old == new
  }

  /// Whether a first answer joins on to what is held: it is to the same question about a window that is no shorter, and holds a
  /// line that is held already, so that nothing can be missing between the two. Then the reader keeps what he could scroll to. So
  /// he does where a frozen window is asked for again.
  private func continues(_ batch: LogBatch, from old: LogQuery?, to new: LogQuery) -> Bool {
    if old == new, !new.window.isLive { return !buffer.isEmpty }
    guard var old, new.window.isLive, new.window.duration >= old.window.duration, old.around == nil else {
      return false
    }
    old.window = new.window
    return old == new && batch.entries.contains { buffer.contains($0.id) }
  }

  private mutating func add(_ entries: [LogEntry], marksLate: Bool, at time: Timestamp) -> [LogLine] {
    let lines = take(entries, at: time) { $0.insert($1, marksLate: marksLate, now: time) }
    if !position.isFollowing { position.arrivals += lines.count }
    return lines
  }

  /// Puts lines into the buffer in one of its ways. `isCounted` where the store's number of lines holds them already.
  @discardableResult
  mutating func take(
    _ entries: [LogEntry], at time: Timestamp, isCounted: Bool = false,
    by way: (inout LogBuffer, [LogEntry]) -> [LogLine]
  ) -> [LogLine] {
    let lines = way(&buffer, entries)
    for line in lines {
      guard let service = line.entry.service, services.count < 1_000, services.insert(service).inserted else {
        continue
      }
      serviceWidth = max(serviceWidth, CharacterWidth.cells(in: String(service.prefix(64))))
    }
    if !isCounted, let held = matched { matched = held + lines.count }
    reading.add(lines, to: buffer, now: time)
    return lines
  }

  /// Takes other lines for those held. The reader stays at his line where it is among them, else at its time.
  private mutating func replace(with entries: [LogEntry], at time: Timestamp) -> [LogLine] {
    let old = buffer
    buffer = LogBuffer(capacity: old.capacity, byteCapacity: old.byteCapacity)
    services = []
    serviceWidth = 0
    matched = nil
    reading.restart(before: timeBefore(now: time))
    let lines = add(entries, marksLate: false, at: time)
    position.arrivals = 0
    guard !position.isFollowing else { return lines }
    let buffer = buffer
    func moved(_ key: LineKey?) -> LineKey? {
      guard let key else { return nil }
      guard let line = old[old.index(of: key)], line.key == key else {
        return LineKey(timestamp: key.timestamp, sequence: .min)
      }
      return buffer.key(of: line.entry.id, at: key.timestamp) ?? LineKey(timestamp: key.timestamp, sequence: .min)
    }
    position.selected = moved(position.selected)
    position.top = moved(position.top)
    return lines
  }
}
