import ObsData

extension LogPane {
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if statistics != nil { return performInStatistics(command, in: context, height: height) }
    if fields != nil, let requests = performInFields(command, in: context, height: height) { return requests }
    if chips.cursor != nil { return performInChips(command) }
    if let requests = performInReading(command, in: context, height: height) { return requests }
    switch command {
    case .filters: return openChips()
    case .removeFilter: return []
    case .includeValue, .excludeValue, .requireField, .topValues:
      fields = selectedLine.map { LogFieldView($0.entry, note: notes[$0.entry.id]) }
      return fields == nil ? [] : [.notice("choose a field: f this value, x not this value, X has it, a top values")]
    case .volume: return volume.toggle(height: height).map { [.notice($0)] } ?? []
    case .previousBar, .nextBar: return moveBar(backwards: command == .previousBar, in: context, height: height)
    default: return performInList(command, in: context, height: listHeight(height, in: context))
    }
  }

  private mutating func performInList(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch command {
    case .down, .up, .pageDown, .pageUp, .halfPageDown, .halfPageUp, .top: return move(command, height: height)
    case .bottom, .follow:
      position = LogPosition()
      followsWhenLive = true
    case .left: horizontal = max(0, horizontal - 8)
    case .right: horizontal = min(horizontal + 8, longestMessage(height: height))
    case .cycleLevel: return [cycleLevel()]
    case .mark: toggleMark()
    case .clearMarks:
      marks = []
      notes = [:]
    case .nextMark, .previousMark: return findMark(backwards: command == .previousMark, height: height)
    case .copyJSON:
      return selectedLine.map { [.copy(LogFieldView($0.entry).json, what: "the document as JSON")] } ?? []
    case .wrap, .unfold: return change(command)
    case .around: return openAround()
    case .open: return open()
    case .viewFields: fields = selectedLine.map { LogFieldView($0.entry, note: notes[$0.entry.id]) }
    case .copy: return copySelected()
    case .nextMatch, .previousMatch:
      return findMatch(backwards: command == .previousMatch, in: context, height: height)
    case .nextError, .previousError: return findError(backwards: command == .previousError, height: height)
    case .back, .quit:
      if case .tail = subject { return nil }
      return [.close]
    default: return nil
    }
    return []
  }

  /// The selected line; nil where there are none, or a gap is selected.
  var selectedLine: LogLine? {
    let rows = rows
    guard !position.isFollowing, let selected = position.selected else { return rows[rows.last] }
    let index = min(rows.index(of: selected), rows.count - 1)
    return rows.gap(at: index) == nil ? rows[index] : nil
  }

  /// Where the selected row stands, be it a line's or a gap's.
  var selectedKey: LineKey? { selectedLine?.key ?? selectedGap.map(LogRows.key) }

  /// Selects a line, if it is held, and stops following; what a search in other panes or `Esc` from a trace comes back to.
  mutating func select(_ entry: LogEntry, height: Int) {
    guard let key = buffer.key(of: entry.id, at: entry.timestamp) else { return }
    select(key, height: height)
  }

  mutating func select(_ key: LineKey, height: Int) {
    let rows = rows
    var cursor = position.cursor(in: rows, height: height)
    cursor.select(rows.index(of: key), count: rows.count, height: height)
    position.stay(at: cursor, in: rows, height: height)
    followsWhenLive = false
  }

  private mutating func move(_ command: Command, height: Int) -> [Request] {
    let rows = rows
    var cursor = position.cursor(in: rows, height: height)
    let before = cursor.selected
    guard cursor.move(command, count: rows.count, height: height) else { return [] }
    let isUpwards = [Command.up, .pageUp, .halfPageUp].contains(command)
    if isUpwards, before == 0, cursor.selected == 0, let words = topNotice { return [.notice(words)] }
    // Down at the end of a tail that is followed changes nothing.
    if position.isFollowing, cursor.selected == before { return [] }
    position.stay(at: cursor, in: rows, height: height)
    followsWhenLive = false
    return []
  }

  private func longestMessage(height: Int) -> Int {
    let list = rows
    let rows = position.cursor(in: list, height: height).visible(count: list.count, height: height)
    return min(list.lines(in: rows).map(\.entry.message.utf8.count).max() ?? 0, 10_000)
  }

  private mutating func cycleLevel() -> Request {
    if case .around = subject { return .notice("around a line all levels are shown") }
    switch minimumLevel {
    case .none: ask(minimumLevel: .error)
    case .some(let level) where level >= .error: ask(minimumLevel: .warning)
    default: ask(minimumLevel: nil)
    }
    return .notice("logs: \(levelName)")
  }

  private mutating func open() -> [Request] {
    if let gap = selectedGap { return fill(gap) }
    guard let entry = selectedLine?.entry else { return [] }
    if let trace = entry.traceID { return [.openTrace(trace, span: entry.spanID, origin: entry)] }
    fields = LogFieldView(entry, note: notes[entry.id])
    return [.notice("this line has no trace id: here are all its fields")]
  }

  private func copySelected() -> [Request] {
    selectedLine.map { [.copy(String(LogPane.plainText([$0]).dropLast()), what: "the line")] } ?? []
  }

  /// Lines as they are copied: time, level, service, message, and the trace where there is one.
  private static func plainText(_ lines: some Sequence<LogLine>) -> String {
    let printer = LogPrinter(style: .text, isKept: true)
    return lines.map { printer.line($0.entry, lateness: $0.lateness) }.joined()
  }

  /// What the pane shows, for a file: all lines held or those of one pattern, repeated ones too; the patterns or the fields where
  /// they are open.
  var plainText: String {
    if let statistics { return statistics.plainText }
    if let fields { return fields.plainText }
    if let board = reading.board, board.isShown { return board.plainText }
    let rows = reading.only.map { LogRows(buffer, keys: $0.keys) } ?? LogRows(buffer)
    return LogPane.plainText(rows.sequence)
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    if statistics == nil, fields != nil { fields?.select(row: y, height: height) }
    guard fields == nil else { return }
    if isBoardShown {
      let header = PatternBoard.headerHeight(height)
      reading.board?.select(row: y - header, height: height - header)
      return
    }
    let y = y - listTop(height)
    let height = listHeight(height, in: context)
    let size = Size(width: manner.room?.width ?? 80, height: height)
    let rows = placedRows(size, in: context).rows
    guard y >= 0, let hit = rows.last(where: { $0.y <= y }), y < hit.y + hit.row.height,
      let key = self.rows.key(at: hit.index)
    else {
      return
    }
    select(key, height: height)
  }

  private mutating func performInFields(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch command {
    case .back, .quit, .viewFields:
      fields = nil
      return []
    case .open:
      guard fields?.entry.traceID != nil else { return [.notice("this line has no trace id")] }
      return nil
    case .includeValue, .excludeValue, .requireField, .topValues: return performOnField(command)
    case .follow, .cycleLevel, .nextError, .previousError: return []  // not on a list that nobody sees
    default: return fields?.perform(command, in: context, height: height)
    }
  }

  private mutating func findError(backwards: Bool, height: Int) -> [Request] {
    guard let from = selectedKey else { return [] }
    let rows = rows
    guard
      let line = buffer.next(
        from: from, backwards: backwards, where: { $0.entry.level >= .error && rows.hasRow($0.key) })
    else {
      return [.notice(backwards ? "no earlier error line is held" : "no later error line")]
    }
    select(line.key, height: height)
    return []
  }
}
