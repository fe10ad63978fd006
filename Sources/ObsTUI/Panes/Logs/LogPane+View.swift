import ObsData

extension LogPane {
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    if let statistics { return statistics.view(size, in: context) }
    if let fields { return fields.view(size, in: context) }
    if let board = reading.board, board.isShown {
      var canvas = board.view(size, in: context)
      drawChipList(on: &canvas, in: context)
      return canvas
    }
    var canvas = Canvas(size: size)
    drawSides(on: &canvas, in: context)
    let top = listTop(size.height)
    if buffer.isEmpty {
      let room = Size(width: size.width, height: size.height - top)
      let message = PaneMessage.view(
        emptyText(in: context), room, isError: failure != nil, excerpt: failure?.error.excerpt)
      canvas.place(message, at: Point(x: 0, y: top))
      drawChipList(on: &canvas, in: context)
      return canvas
    }
    let height = listHeight(size.height, in: context)
    let cursor = position.cursor(in: self.rows, height: height)
    let (columns, rows) = placedRows(Size(width: size.width, height: height), in: context)
    if hasHeader(size.height) { canvas.place(columns.header(width: size.width), at: Point(x: 0, y: top - 1)) }
    var list = Canvas(size: Size(width: size.width, height: height))
    for placed in rows {
      placed.row.draw(
        on: &list, y: placed.y, isSelected: placed.index == cursor.selected, isOutdated: isOutdated, in: context)
    }
    canvas.place(list, at: Point(x: 0, y: top))
    for (y, text) in footer(in: context, rows: size.height - top - height).enumerated() {
      canvas.write(
        CharacterWidth.clipped(text.text, to: size.width), x: 0, y: top + height + y, style: Style(text.role))
    }
    drawChipList(on: &canvas, in: context)
    return canvas
  }

  /// The rows left for lines when the footer has its own: what a store said of a query has some where there is room.
  func listHeight(_ height: Int, in context: ViewContext) -> Int {
    let rows = height - listTop(height)
    guard rows > 2 else { return rows }
    return rows - footer(in: context, rows: rows >= 8 ? 3 : 1).count
  }

  private func footer(in context: ViewContext, rows: Int) -> [(text: String, role: Role)] {
    guard let first = footer(in: context) else { return [] }
    let excerpt = failure?.error.excerpt?.split(separator: "\n").map { (text: String($0), role: Role.textMuted) } ?? []
    return Array(([first] + excerpt).prefix(max(rows, 0)))
  }

  /// What has to be said below lines that are there.
  private func footer(in context: ViewContext) -> (text: String, role: Role)? {
    if let failure {
      let text = FailureText.line(failure, of: context.logSource, dataFrom: answeredAt, now: context.now)
      return (text, .statusError)
    }
    if let partial { return ("incomplete: \(partial)", .statusStale) }
    if let note = asideNote { return (note, .textMuted) }
    if let notice { return (notice, .textMuted) }
    return nil
  }

  func title(in context: ViewContext) -> String {
    if let statistics { return "Top values of \(statistics.field)" }
    if let fields {
      return "Fields · \(Formatting.time(fields.entry.timestamp, as: context.time, now: context.now)) · "
        + "\(fields.entry.service ?? "no service") · \(Formatting.lines(fields.lines.count))"
    }
    if let board = reading.board, board.isShown {
      return board.title(levels: levelName, progress: reading.progress(of: .patterns, "reading"), in: context)
    }
    var parts = ["Logs"]
    if case .trace(let id, _) = subject { parts = ["Logs of trace \(id.short.prefix(8))"] }
    if let around = aroundTitle(in: context) { parts = around } else { parts.append(levelName) }
    // What lies around a line does not move.
    var isTail = true
    if case .around = subject { isTail = false }
    if isTail, let filter = (wanted ?? shown)?.filter, !filter.isEmpty { parts.append("&\(filter)") }
    if isTail { parts += readingTitle }
    let isPaused = isTail && context.isLive && !buffer.isEmpty && !position.isFollowing
    if isPaused {
      let arrow = context.glyphs == .unicode ? "▼" : "v"
      // Of the lines that have come few may belong to the pattern that is listed.
      let arrivals = reading.only == nil ? position.arrivals : 0
      parts.append(arrivals > 0 ? "\(arrow) \(Formatting.count(arrivals, style: .exact)) new" : "paused")
    }
    if isOutdated { parts.append("asking, still the old lines") }
    parts += completenessParts(in: context)
    if let bound = buffer.bound { parts.append("\(Formatting.count(buffer.dropped)) dropped, \(bound)") }
    if failure != nil { parts.append("failing") } else if partial != nil { parts.append("incomplete") }
    if isTail, context.isLive, !buffer.isEmpty, !isPaused { parts.append("follow") }
    if !marks.isEmpty { parts.append("\(marks.count) marked") }
    if !notes.isEmpty { parts.append("\(notes.count) noted") }
    if manner.isWrapping { parts.append("wrapped") }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  /// The levels shown, in words.
  var levelName: String {
    switch minimumLevel {
    case .none: "all"
    case .some(let level) where level >= .error: "errors"
    default: "warnings and up"
    }
  }

  /// Why there is nothing to see, and what to do about it.
  func emptyText(in context: ViewContext) -> [String] {
    if let words = context.absent.explanation(of: .elasticsearch, without: "logs") { return words }
    let asked = wanted ?? shown
    if let failure {
      return FailureText.paragraph(failure, of: context.logSource, now: context.now) + ways(outOf: failure.error, asked)
    }
    guard let asked, shown != nil, !isOutdated else {
      return ["Waiting for \(context.logSource)'s answer" + (asked.map { ": \(describe($0))." } ?? ".")]
    }
    var lines = ["No \(describe(asked))."]
    if let notice { lines.append(notice) }
    if let partial { lines.append("The answer is incomplete: \(partial)") }
    for gap in completeness.gaps.prefix(3) where partial == nil {
      lines.append(gap.text(in: context, isFilling: gapToFill?.range.touches(gap.range) ?? false))
    }
    switch minimumLevel {
    case .none: break
    case .some(let level) where level >= .error: lines.append("l shows warnings too, then all lines.")
    default: lines.append("l shows all lines.")
    }
    if case .tail = subject {
      if asked.window.isLive, !asked.window.isEverything { lines.append("+ looks further back.") }
      if !asked.filters.isEmpty { lines.append("C shows the filters, to switch them off.") }
      if !asked.filter.isEmpty { lines.append("& changes the filter.") }
      if !asked.services.isEmpty { lines.append("0 shows all services.") }
    }
    return lines
  }

  /// Which keys lead on from a failure.
  private func ways(outOf error: FetchError, _ query: LogQuery?) -> [String] {
    guard case .tail = subject, let query else { return [] }
    switch error.kind {
    case .badQuery:
      return (query.filter.isEmpty ? [] : ["& changes the filter."])
        + (query.filters.isEmpty ? [] : ["C shows the filters, to switch them off."])
    case .timeout, .overloaded, .tooLarge:
      return query.window.isLive && !query.window.isEverything ? ["- shortens the window; ctrl-r asks again now."] : []
    default: return []
    }
  }

  /// What a query asks for: `error lines of msg-server in the last 15m`.
  private func describe(_ query: LogQuery) -> String {
    var text: String
    switch query.minimumLevel {
    case .none: text = "lines"
    case .some(let level) where level >= .error: text = "error lines"
    default: text = "lines at warning level or above"
    }
    if let trace = query.traceID { text += " of trace \(trace.short)" }
    if !query.services.isEmpty { text += " of \(query.services.prefix(3).joined(separator: ", "))" }
    if !query.filter.isEmpty { text += " that match `\(query.filter)`" }
    if !query.filters.isEmpty {
      text += " that pass \(query.filters.count == 1 ? "the filter" : "\(query.filters.count) filters")"
    }
    switch query.window {
    case .live where query.window.isEverything: break
    case .live(let length): text += " in the last \(Formatting.window(length))"
    case .frozen(let range):
      text += " between \(range.start.iso8601(fractionDigits: 0)) and \(range.end.iso8601(fractionDigits: 0))"
    }
    return text
  }
}
