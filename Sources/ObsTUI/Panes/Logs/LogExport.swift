import ObsData

/// The lines of a pane on their way to a file; written away from the main thread.
struct LogExport: Equatable, Sendable {
  let lines: LogRows
  let printer: LogPrinter
  /// Whether what stands before the first line does.
  var hasHeader = true

  /// Calls `write` with the file's text, piece by piece.
  func forEachPiece(_ write: (String) throws -> Void) rethrows {
    var piece = hasHeader ? printer.header : ""
    for start in stride(from: 0, to: lines.count, by: LogBuffer.chunkCapacity) {
      for line in lines.lines(in: start..<min(start + LogBuffer.chunkCapacity, lines.count)) {
        piece += printer.line(line.entry, lateness: line.lateness)
      }
      try write(piece)
      piece = ""
    }
    if !piece.isEmpty { try write(piece) }
  }
}

extension LogPane {
  /// What the pane holds, for a file of that name; nil while something else is shown over the lines.
  func export(to path: String) -> LogExport? {
    guard fields == nil, statistics == nil, !isBoardShown else { return nil }
    // The lines of one pattern where that is listed; repeated lines are all there.
    let lines = reading.only.map { LogRows(buffer, keys: $0.keys) } ?? LogRows(buffer)
    return LogExport(lines: lines, printer: LogPrinter(path: path, fields: fieldColumns))
  }

  /// The names of the fields that have a column.
  var fieldColumns: [String] {
    manner.columns.compactMap { column in
      if case .field(let name) = column { name } else { nil }
    }
  }
}
