import ObsData

/// How the log pane shows its lines: which columns, wrapped or not, which messages unfolded.
struct LogManner: Equatable, Sendable {
  var columns = LogColumn.standard
  var isWrapping = false
  /// The lines whose messages are shown whole.
  var unfolded: Set<LogEntry.ID> = []
  /// The room inside the pane's frame, as far as it is known.
  var room: Size?
}

/// A line in its place on the screen.
struct PlacedRow {
  let index: Int
  let y: Int
  let row: LogRow
}

extension LogPane {
  /// The rows of the lines in view, the selected one whole where it fits: what is wrapped or unfolded pushes lines out at the
  /// top before it, at the bottom behind it.
  func placedRows(_ size: Size, in context: ViewContext) -> (columns: LogColumns, rows: [PlacedRow]) {
    let list = self.rows
    let cursor = position.cursor(in: list, height: size.height)
    let visible = cursor.visible(count: list.count, height: size.height)
    let shown = list.rows(in: visible)
    let lines = list.lines(in: visible)
    let columns = LogColumns(
      width: size.width, serviceWidth: serviceWidth, choice: manner.columns,
      fieldWidths: LogColumns.widths(of: manner.columns, in: lines), context: context)
    let rows = shown.enumerated().map { offset, row in
      let line: LogLine
      switch row {
      case .gap(let gap):
        return LogRow(gap, width: size.width, isFilling: gapToFill?.range.touches(gap.range) ?? false, in: context)
      case .line(let shown): line = shown
      }
      var how = LogRow.Manner()
      how.horizontal = manner.isWrapping ? 0 : horizontal
      how.isMarked = list.isMarked(at: visible.lowerBound + offset, by: marks)
      how.repetitions = list.repetitions(at: visible.lowerBound + offset)
      how.hasNote = notes[line.entry.id] != nil
      how.isWrapping = manner.isWrapping
      how.isUnfolded = manner.unfolded.contains(line.entry.id)
      how.maximumRows = size.height
      return LogRow(line, width: size.width, columns: columns, manner: how, in: context)
    }
    let selected = min(max(cursor.selected - visible.lowerBound, 0), max(rows.count - 1, 0))
    var first = 0
    var taken = rows.isEmpty ? 0 : rows[...selected].reduce(0) { $0 + $1.height }
    while first < selected, taken > size.height {
      taken -= rows[first].height
      first += 1
    }
    var placed: [PlacedRow] = []
    var y = 0
    for (offset, row) in rows.enumerated().dropFirst(first) where y < size.height {
      placed.append(PlacedRow(index: visible.lowerBound + offset, y: y, row: row))
      y += row.height
    }
    return (columns, placed)
  }

  /// Whether a row above the lines names the columns.
  func hasHeader(_ height: Int) -> Bool { height >= 6 && manner.columns.contains(where: \.isExtra) }

  /// Does what a key asked about how lines are shown.
  mutating func change(_ command: Command) -> [Request] {
    switch command {
    case .wrap:
      manner.isWrapping.toggle()
      return [.notice(manner.isWrapping ? "long lines are wrapped" : "long lines are cut")]
    case .unfold:
      guard let line = selectedLine else { return [] }
      guard line.lineCount > 1 else { return [.notice("this message is a single line: w wraps it")] }
      if manner.unfolded.remove(line.entry.id) == nil {
        // What is unfolded in a tail that moves would be gone at once.
        stay(at: line)
        manner.unfolded.insert(line.entry.id)
      }
      return []
    default: return []
    }
  }

  /// Stops following, at a line that is in view.
  mutating func stay(at line: LogLine) {
    guard position.isFollowing else { return }
    position = LogPosition(isFollowing: false, selected: line.key)
    followsWhenLive = false
  }
}
