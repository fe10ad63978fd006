import ObsData

/// The columns of the log list at a width: mark, time, level, service, message.
///
///     ● 08:53:10.123 E msg-server   connection refused
struct LogColumns: Equatable {
  let time: Int
  let fractionDigits: Int
  /// Whether the month and day stand before the time, because the window holds more than one day.
  let hasDate: Bool
  /// Cells of the service column; 0 where there is no room for it.
  let service: Int
  /// Where the message begins.
  let message: Int

  init(width: Int, serviceWidth: Int, context: ViewContext) {
    let display = context.time
    let spansDays =
      display != .relative
      && Formatting.date(context.window.start, as: display) != Formatting.date(context.window.end, as: display)
    hasDate = spansDays && width >= 60
    fractionDigits = width >= (hasDate ? 100 : 60) ? 3 : 0
    time = Formatting.timeWidth(as: display, fractionDigits: fractionDigits) + (hasDate ? 6 : 0)
    let most = width >= 120 ? 22 : width >= 70 ? 16 : 8
    service = width < 32 ? 0 : min(serviceWidth, most)
    message = 2 + time + 3 + (service > 0 ? service + 1 : 0)
  }

  /// The time column's text for a line.
  func timeText(_ line: LogLine, in context: ViewContext) -> String {
    let text = Formatting.time(
      line.key.timestamp, as: context.time, now: context.now, withDate: hasDate, fractionDigits: fractionDigits)
    // The year goes without saying: no window of the screen is that long.
    return hasDate ? String(text.dropFirst(5)) : text
  }
}

/// One line of the list, as texts in their places.
struct LogRow {
  /// A text of the row.
  struct Piece: Equatable {
    let text: String
    let x: Int
    let role: Role
  }

  /// Less than this is the ordinary spread of a store that refreshes now and then.
  static let noticeableLateness = Duration.milliseconds(500)

  private(set) var pieces: [Piece] = []

  init(
    _ line: LogLine, width: Int, columns: LogColumns, horizontal: Int, isMarked: Bool, repetitions: Int = 1,
    in context: ViewContext
  ) {
    let isUnicode = context.glyphs == .unicode
    if isMarked { add(isUnicode ? "●" : "*", 0, .mark) }
    add(columns.timeText(line, in: context), 2, .logTime)
    let level = line.entry.level
    add(level == .unknown && !isUnicode ? "?" : level.letter, 3 + columns.time, level.role)
    if columns.service > 0, let service = line.entry.service {
      let name = SearchedText.slice(service, from: 0, width: columns.service)
      add(name, 5 + columns.time, Role.series(for: service))
    }

    var x = columns.message
    if let lateness = line.lateness, lateness >= LogRow.noticeableLateness {
      let text = "late +\(Formatting.delay(lateness))"
      add(text, x, .chartWarning)
      x += CharacterWidth.cells(in: text) + 1
    }
    if repetitions > 1 {
      let text = (isUnicode ? "×" : "x") + Formatting.count(repetitions)
      add(text, x, .textStrong)
      x += CharacterWidth.cells(in: text) + 1
    }
    // How many lines follow stands at the right edge, whatever the first one's length.
    var end = width
    if line.lineCount > 1 {
      let more = (isUnicode ? "⏎+" : "\\n+") + Formatting.count(line.lineCount - 1)
      end -= CharacterWidth.cells(in: more) + 1
      if end > x { add(more, end + 1, .textMuted) }
    }
    // The first line with anything in it, and no more of it than can be seen: a message may be megabytes long.
    var message = line.entry.message[...]
    if line.lineCount > 1 {
      let start = message.utf8.prefix(1 << 16).firstIndex { $0 != 10 && $0 != 13 } ?? message.startIndex
      message = SearchedText.visible(message[start...], from: horizontal, width: width).prefix { !$0.isNewline }
    }
    let isSevere = level == .critical
    add(SearchedText.slice(message, from: horizontal, width: end - x), x, isSevere ? .logCritical : .logMessage)
  }

  private mutating func add(_ text: String, _ x: Int, _ role: Role) {
    pieces.append(Piece(text: text, x: x, role: role))
  }

  /// Writes the row; what the search finds stands out even on the selected row.
  func draw(on canvas: inout Canvas, y: Int, isSelected: Bool, isOutdated: Bool, in context: ViewContext) {
    for piece in pieces {
      canvas.write(piece.text, x: piece.x, y: y, style: Style(isOutdated ? .textMuted : piece.role))
    }
    if isSelected {
      let row = Rect(x: 0, y: y, width: canvas.size.width, height: 1)
      canvas.highlight(row, with: context.isFocused ? .selection : .selectionUnfocused)
    }
    for piece in pieces {
      SearchedText.highlight(
        piece.text, x: piece.x, y: y, on: &canvas, search: context.search, isCurrent: isSelected)
    }
  }
}

extension LogLevel {
  /// The role of the level's letter.
  var role: Role {
    switch self {
    case .critical: .logCritical
    case .error: .logError
    case .warning: .logWarning
    case .notice, .info: .logInfo
    case .debug, .trace, .unknown: .logDebug
    }
  }
}
