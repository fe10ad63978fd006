import ObsData

/// One line of the list, as texts in their places. It takes several rows where its message is wrapped or unfolded.
struct LogRow {
  /// A text of the row.
  struct Piece: Equatable {
    let text: String
    let x: Int
    let y: Int
    let role: Role
  }

  /// How a line is shown, besides its columns.
  struct Manner {
    var horizontal = 0
    var isMarked = false
    var hasNote = false
    /// How many lines the row stands for.
    var repetitions = 1
    var isWrapping = false
    /// Whether all lines of the message are shown.
    var isUnfolded = false
    /// No line takes more rows than this.
    var maximumRows = 1
  }

  /// Less than this is the ordinary spread of a store that refreshes now and then.
  static let noticeableLateness = Duration.milliseconds(500)

  private(set) var pieces: [Piece] = []
  /// How many rows it takes.
  private(set) var height = 1

  init(_ line: LogLine, width: Int, columns: LogColumns, manner: Manner, in context: ViewContext) {
    let isUnicode = context.glyphs == .unicode
    let entry = line.entry
    if manner.hasNote {
      add(isUnicode ? "◆" : "n", 0, .mark)
    } else if manner.isMarked {
      add(isUnicode ? "●" : "*", 0, .mark)
    }
    let level = entry.level
    for place in columns.places {
      switch place.column {
      case .time: add(columns.timeText(line, in: context), place.x, .logTime)
      case .level: add(level == .unknown && !isUnicode ? "?" : level.letter, place.x, level.role)
      case .service:
        guard let service = entry.service else { continue }
        add(SearchedText.slice(service, from: 0, width: place.width), place.x, Role.series(for: service))
      case .trace, .field:
        guard let text = place.column.text(of: entry) else { continue }
        // What is broken into lines is one line in a column.
        let flat = text.prefix(place.width + 1).map { $0.isNewline ? " " : $0 }
        add(SearchedText.slice(String(flat), from: 0, width: place.width), place.x, .logField)
      case .message: continue
      }
    }

    var x = columns.message
    if let lateness = line.lateness, lateness >= LogRow.noticeableLateness {
      let text = "late +\(Formatting.delay(lateness))"
      add(text, x, .chartWarning)
      x += CharacterWidth.cells(in: text) + 1
    } else if let ahead = line.ahead {
      let text = "clock +\(Formatting.window(ahead))"
      add(text, x, .chartWarning)
      x += CharacterWidth.cells(in: text) + 1
    }
    if manner.repetitions > 1 {
      let text = (isUnicode ? "×" : "x") + Formatting.count(manner.repetitions)
      add(text, x, .textStrong)
      x += CharacterWidth.cells(in: text) + 1
    }
    // How many lines follow stands at the right edge, whatever the first one's length.
    var end = columns.messageEnd
    if line.lineCount > 1, !manner.isUnfolded {
      let more = (isUnicode ? "⏎+" : "\\n+") + Formatting.count(line.lineCount - 1)
      end -= CharacterWidth.cells(in: more) + 1
      if end > x { add(more, end + 1, .textMuted) }
    }
    let role: Role = level == .critical ? .logCritical : .logMessage
    let texts = LogRow.texts(of: line, room: end - x, manner: manner)
    for (y, text) in texts.enumerated() {
      pieces.append(Piece(text: text, x: y == 0 ? x : columns.message, y: y, role: role))
    }
    height = max(texts.count, 1)
  }

  /// A gap.
  init(_ gap: LogGap, width: Int, isFilling: Bool, in context: ViewContext) {
    let mark = context.glyphs == .unicode ? "┄" : "~"
    let text = CharacterWidth.clipped(gap.text(in: context, isFilling: isFilling), to: max(width - 4, 0))
    add("\(mark) \(text) \(mark)", 0, .chartGap)
  }

  private mutating func add(_ text: String, _ x: Int, _ role: Role) {
    pieces.append(Piece(text: text, x: x, y: 0, role: role))
  }

  /// The message's rows, and no more of it than can be seen: a message may be megabytes long.
  private static func texts(of line: LogLine, room: Int, manner: Manner) -> [String] {
    guard room > 0 else { return [""] }
    // No more of a text is looked at than this; only line breaks in front of it are passed over.
    let rows = manner.isWrapping || manner.isUnfolded ? max(manner.maximumRows, 1) : 1
    let start = line.entry.message(upTo: rows * (manner.horizontal + room + 2) * SearchedText.mostBytes)
    let message = start.first?.isNewline ?? false ? line.entry.message : start
    guard manner.isWrapping || manner.isUnfolded else {
      var text = message[...]
      if line.lineCount > 1 {
        // The first line with anything in it.
        text = text.drop { $0.isNewline }.prefix(manner.horizontal + room + 1).prefix { !$0.isNewline }
      }
      return [SearchedText.slice(text, from: manner.horizontal, width: room)]
    }
    let most = max(manner.maximumRows, 1)
    // So many characters fill the rows, whatever their width; a break takes a row whatever its length.
    let seen = message.drop { $0.isNewline }.prefix(most * (room + manner.horizontal + 1))
    let lines = seen.split(maxSplits: most, omittingEmptySubsequences: false) { $0.isNewline }
    var texts: [String] = []
    for text in manner.isUnfolded ? lines.prefix(most) : lines.prefix(1) where texts.count < most {
      if manner.isWrapping {
        texts += TextWrap.chunks(text, width: room, limit: most - texts.count)
      } else {
        texts.append(SearchedText.slice(text, from: manner.horizontal, width: room))
      }
    }
    while texts.count > 1, texts.last?.isEmpty ?? false { texts.removeLast() }
    return texts
  }

  /// Writes the row; what the search finds stands out even on the selected row.
  func draw(on canvas: inout Canvas, y: Int, isSelected: Bool, isOutdated: Bool, in context: ViewContext) {
    for piece in pieces {
      canvas.write(piece.text, x: piece.x, y: y + piece.y, style: Style(isOutdated ? .textMuted : piece.role))
    }
    if isSelected {
      let rows = Rect(x: 0, y: y, width: canvas.size.width, height: height)
      canvas.highlight(rows, with: context.isFocused ? .selection : .selectionUnfocused)
    }
    for piece in pieces {
      SearchedText.highlight(
        piece.text, x: piece.x, y: y + piece.y, on: &canvas, search: context.search, isCurrent: isSelected)
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
