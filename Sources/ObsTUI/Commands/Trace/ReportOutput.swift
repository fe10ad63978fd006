import Foundation
import ObsData

/// What commands that print a report on a trace share.
enum ReportOutput {
  /// Text on standard output; false where nobody reads it any more, as after `head`. Throws where it cannot be written.
  @discardableResult static func write(_ text: String) throws(UsageError) -> Bool {
    do throws(LineOutput.Failure) {
      try LineOutput.write(Array(text.utf8), to: STDOUT_FILENO)
      return true
    } catch {
      if case .failed(let reason) = error { throw UsageError("standard output: \(reason)") }
      return false
    }
  }

  /// Lines on standard error, the first one with the program's name.
  static func complain(_ lines: [String]) {
    let text = lines.map { LogPrinter.visible($0) }.joined(separator: "\n")
    try? LineOutput.write(Array("obs-tui: \(text)\n".utf8), to: STDERR_FILENO)
  }

  /// Rows in columns as wide as they need to be; those of `numbers` stand at the right, and `flexible` is cut where a line would
  /// be wider than `width`.
  static func table(
    _ head: [String], _ rows: [[String]], numbers: Set<Int>, flexible: Int, width: Int
  ) -> [String] {
    var widths = head.map { CharacterWidth.cells(in: $0) }
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], CharacterWidth.cells(in: cell)) }
    }
    let others = widths.indices.reduce(0) { $0 + ($1 == flexible ? 0 : widths[$1] + 2) }
    widths[flexible] = min(widths[flexible], max(width - others, 12))
    return ([head] + rows).map { cells in
      let parts = cells.indices.map { column -> String in
        let cell = column == flexible ? CharacterWidth.clipped(cells[column], to: widths[column]) : cells[column]
        let space = String(repeating: " ", count: max(0, widths[column] - CharacterWidth.cells(in: cell)))
        return numbers.contains(column) ? space + cell : cell + space
      }
      var line = parts.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
