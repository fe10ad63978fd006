import ObsData

/// Patterns, repetitions and searches: what is found out about all lines that are held.
extension LogPane {
  /// The rows of the list as they are read now.
  var rows: LogRows { LogRows(buffer, reading: reading, gaps: completeness.gaps) }

  /// Whether the board of patterns is laid over the lines.
  var isBoardShown: Bool { reading.board?.isShown ?? false }

  /// Does what a key asks of the patterns and of the list of one pattern; nil when it is not their business.
  mutating func performInReading(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch command {
    case .patterns: return togglePatterns(in: context)
    case .cycleCondense: return isBoardShown ? [] : cycleCondense()
    case .traceOfLine where !isBoardShown: return openTraceOfLine()
    case .sortPatterns where !isBoardShown: return [.notice("only patterns are sorted: they are not shown now")]
    case .back, .quit: if let requests = goBackInReading() { return requests }
    default: break
    }
    guard isBoardShown else { return nil }
    let height = height - PatternBoard.headerHeight(height)
    if let requests = reading.board?.perform(command, in: context, height: height) { return requests }
    switch command {
    case .open: return listPattern()
    case .traceOfLine: return openTraceOfExample()
    // These would act on a list that nobody sees.
    case .mark, .viewFields, .follow, .left, .right: return []
    default: return nil
    }
  }

  private mutating func togglePatterns(in context: ViewContext) -> [Request] {
    if isBoardShown { return goBackInReading() ?? [] }
    if reading.only != nil { return goBackInReading() ?? [] }
    reading.board = PatternBoard(before: timeBefore(now: context.now))
    return start(.patterns(now: context.now), in: context)
  }

  /// As long a time as the window, right before it; a trace has none.
  func timeBefore(now: Timestamp) -> TimeRange? {
    guard case .tail = subject, let window = (wanted ?? shown)?.window else { return nil }
    let range = window.range(now: now)
    return TimeRange(start: range.start - range.duration, end: range.start)
  }

  /// The time before, as the board asks for it.
  func queryBefore(in scope: Scope) -> LogQuery? {
    guard let range = reading.board?.wanted else { return nil }
    var query = query(in: scope)
    query.window = .frozen(range)
    return query
  }

  /// Takes the answer about the time before; whether the update was that.
  mutating func receiveBefore(_ update: Update) -> Bool {
    guard case .logs(let query) = update.subscription, let range = reading.board?.wanted,
      var mine = wanted, case .tail = subject
    else { return false }
    mine.window = .frozen(range)
    guard query == mine, query != wanted else { return false }
    switch update.body {
    case .logs(let batch): reading.board?.compare(with: batch)
    case .failed(let failure): reading.board?.fail(failure.error.answer)
    default: break
    }
    return true
  }

  private mutating func listPattern() -> [Request] {
    guard let board = reading.board, let pattern = board.selection, let lines = board.lines(of: pattern.id) else {
      return []
    }
    reading.only = lines
    reading.board?.isShown = false
    reading.board?.position = position
    position = LogPosition(isFollowing: false, selected: lines.keys.last)
    return []
  }

  private func openTraceOfExample() -> [Request] {
    guard let example = reading.board?.selection?.example else { return [] }
    guard let trace = example.traceID else { return [.notice("no line of this pattern has a trace id")] }
    let line = buffer.key(of: example.id, at: example.timestamp).flatMap { buffer[buffer.index(of: $0)] }
    return [.openTrace(trace, span: example.spanID, origin: line?.entry)]
  }

  private func openTraceOfLine() -> [Request] {
    guard let entry = selectedLine?.entry else { return [] }
    guard let trace = entry.traceID else { return [.notice("this line has no trace id")] }
    return [.openTrace(trace, span: entry.spanID, origin: entry)]
  }

  /// From a pattern's lines to the board, from the board to the lines; work under way is ended first.
  private mutating func goBackInReading() -> [Request]? {
    if let ticket = reading.cancel(.search) { return [.cancelWork(ticket), .notice("the search was ended")] }
    if reading.only != nil {
      reading.only = nil
      reading.board?.isShown = true
      if let board = reading.board { position = board.position }
      return []
    }
    guard isBoardShown else { return nil }
    reading.board = nil
    return reading.cancel(.patterns).map { [.cancelWork($0)] } ?? []
  }

  private mutating func cycleCondense() -> [Request] {
    let modes = CondenseMode.allCases
    let next = reading.condensed.flatMap { modes.firstIndex(of: $0.mode) }.map { $0 + 1 } ?? 0
    guard next < modes.count else {
      reading.condensed = nil
      return [.notice("every line is listed")]
    }
    let notice = Request.notice("\(modes[next].words) that follow each other are one row")
    if buffer.bytes <= LogReading.mostAtOnce {
      reading.condensed = CondensedLines(modes[next], in: buffer)
      return [notice]
    }
    return [.work(reading.begin(.condense(modes[next]), for: subject, on: buffer)), notice]
  }

  /// Does small work at once, and has large work done elsewhere.
  private mutating func start(_ task: LogWork.Task, in context: ViewContext) -> [Request] {
    let work = reading.begin(task, for: subject, on: buffer)
    guard buffer.bytes <= LogReading.mostAtOnce, let outcome = work.run(isWanted: { _ in true }) else {
      return [.work(work)]
    }
    return finish(outcome, of: work.ticket, in: context, height: 1)
  }

  /// Looks for the next line that matches: at once where the matches are known or soon found, else when they have been.
  mutating func findMatch(backwards: Bool, in context: ViewContext, height: Int) -> [Request] {
    guard let search = context.search else { return [.notice("nothing is searched: / asks what for")] }
    let matcher = LineMatcher(search, time: context.time)
    if reading.tally?.matcher != matcher {
      reading.tally = nil
      guard !matcher.isExpression, buffer.bytes <= LogReading.mostAtOnce else {
        let work = reading.begin(.search(matcher), for: subject, on: buffer, backwards: backwards)
        return [.work(work), .notice("searching \(Formatting.lines(buffer.count)), Esc ends it")]
      }
      reading.tally = SearchTally(matcher, in: buffer)
    }
    return [jump(backwards: backwards, height: height)]
  }

  private mutating func jump(backwards: Bool, height: Int) -> Request {
    guard let tally = reading.tally else { return .notice("nothing is searched: / asks what for") }
    let rows = rows
    let current = selectedLine.map { rows.index(of: $0.key) }
    var hit = selectedLine.flatMap { tally.next(from: $0.key, backwards: backwards) }
    var wrapped = hit?.wrapped ?? false
    // Matches without a row, and others in the selected row, are passed over.
    var passed = 0
    while let found = hit, passed < tally.keys.count,
      !rows.contains(found.key) || (rows.isCondensed && rows.index(of: found.key) == current)
    {
      passed += 1
      hit = tally.next(from: found.key, backwards: backwards)
      wrapped = wrapped || hit?.wrapped ?? false
    }
    guard let hit, rows.contains(hit.key) else {
      return .notice("no line holds \(tally.matcher.search.pattern)\(tally.reservation)", isError: tally.isGivenUp)
    }
    select(hit.key, height: height)
    let edge = wrapped ? (backwards ? ", from the newest line on" : ", from the oldest line on") : ""
    let field = selectedLine.flatMap { tally.matcher.hiddenField(of: $0.entry) }.map { ", in \($0) (v shows it)" } ?? ""
    let number = Formatting.count(hit.number, style: .exact)
    return .notice("match \(number) of \(tally.countText)\(field)\(edge)\(tally.reservation)", isError: tally.isGivenUp)
  }

  /// Takes what work has come to; answers that nobody waits for are passed over.
  mutating func finish(
    _ outcome: LogWork.Outcome, of ticket: LogWork.Ticket, in context: ViewContext, height: Int
  ) -> [Request] {
    guard let job = reading.take(outcome, of: ticket) else { return [] }
    var requests: [Request] = []
    switch (outcome, job.task) {
    case (.found(let found), .search(let matcher)):
      reading.tally = SearchTally(matcher, found: found)
      reading.tally?.add(job.arrived)
      if let oldest = buffer.first?.key { reading.tally?.drop(before: oldest) }
      requests = [jump(backwards: job.backwards, height: listHeight(height, in: context))]
    case (.sorted(let census), _):
      reading.board?.receive(census, arrived: job.arrived, now: context.now)
      if let oldest = buffer.first?.key { reading.board?.drop(before: oldest) }
    case (.condensed(var condensed), _):
      condensed.add(job.arrived, in: buffer)
      if let oldest = buffer.first?.key { condensed.drop(before: oldest) }
      reading.condensed = condensed
    default: break
    }
    return requests
  }

  /// What the title says of the way the lines are read.
  var readingTitle: [String] {
    var parts: [String] = []
    if let only = reading.only {
      parts.append("\(Formatting.count(only.keys.count, style: .exact)) of the pattern \(only.template)")
    }
    if let condensed = reading.condensed, reading.only == nil {
      parts.append("\(Formatting.count(condensed.heads.count, style: .exact)) rows, \(condensed.mode.words) once")
    }
    if let progress = reading.progress(of: .search, "searching") { parts.append(progress) }
    if let progress = reading.progress(of: .condense, "comparing") { parts.append(progress) }
    return parts
  }
}
