import ArgumentParser
import Foundation
import ObsData

/// What the commands that print something of the trace store share.
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

  /// A failure of Jaeger's on standard error, and the exit status that it has: 2 where the question was refused, else 3.
  static func fail(_ error: FetchError) -> ExitCode {
    let isRefused = error.kind == .badQuery
    let lines = error.paragraph.split(separator: "\n").map(String.init)
    complain(["Jaeger \(isRefused ? "refused the query" : "gave no answer")"] + lines)
    return ExitCode(isRefused ? 2 : 3)
  }

  /// A sentence for a context without the store; `alternative` is what else could be done.
  static func absent(_ context: String, alternative: String = "") -> UsageError {
    UsageError("the context \(context) has no Jaeger: set jaeger.url, OBS_TUI_JAEGER_URL or --jaeger-url\(alternative)")
  }

  /// Rows in columns as wide as they need to be; those of `numbers` stand at the right, and `flexible` is cut where a line would
  /// be wider than `width`.
  static func table(
    _ head: [String], _ rows: [[String]], numbers: Set<Int>, flexible: Int? = nil, width: Int = .max
  ) -> [String] {
    var widths = head.map { CharacterWidth.cells(in: $0) }
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], CharacterWidth.cells(in: cell)) }
    }
    if let flexible {
      let others = widths.indices.reduce(0) { $0 + ($1 == flexible ? 0 : widths[$1] + 2) }
      widths[flexible] = min(widths[flexible], max(width - others, 12))
    }
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
