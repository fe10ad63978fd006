import ArgumentParser
import Foundation
import ObsData

/// The time that is asked about, as `obs-tui traces` and `obs-tui dependencies` take it.
struct TraceWindowOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How far to look back: 15m, 24h.", valueName: "duration"))
  var since: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("From this time on (12:03, -2h, 2026-11-22T12:03:00Z).", valueName: "time"))
  var from: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Up to this time.", valueName: "time"))
  var to: String?

  /// The window that the options mean; `usual` is its length where they say none. Throws a sentence for what cannot be read.
  func window(now: Timestamp, usual: Duration) throws(UsageError) -> TimeWindow {
    var length = usual
    if let since {
      guard let duration = DurationText.parse(since) else {
        throw UsageError("--since \(since): not a duration such as 15m or 2h")
      }
      length = duration
    }
    guard from != nil || to != nil else { return .live(length) }
    guard since == nil || from == nil else { throw UsageError("--since and --from: one of them") }
    let display = LocalTime.display(at: now)
    func time(_ text: String, _ option: String) throws(UsageError) -> Timestamp {
      guard let time = TimeText.parse(text, now: now, display: display) else {
        throw UsageError("\(option) \(text): not a time such as 12:03, -2h or 2026-11-22T12:03:00Z")
      }
      return time
    }
    let end = try to.map { (text) throws(UsageError) in try time(text, "--to") } ?? now
    let start = try from.map { (text) throws(UsageError) in try time(text, "--from") } ?? end - length
    guard start < end else { throw UsageError("--from must be earlier than --to") }
    return .frozen(TimeRange(start: start, end: end))
  }
}

/// What commands that print a table of the trace store share.
enum TraceOutput {
  /// Text on standard output; false where nobody reads it any more, as after `head`.
  static func write(_ text: String) throws(UsageError) -> Bool {
    do throws(LineOutput.Failure) {
      try LineOutput.write(Array(text.utf8), to: STDOUT_FILENO)
      return true
    } catch {
      if case .failed(let reason) = error { throw UsageError("standard output: \(reason)") }
      return false
    }
  }

  /// A sentence on standard error.
  static func complain(_ sentence: String) {
    try? LineOutput.write(Array("obs-tui: \(LogPrinter.visible(sentence))\n".utf8), to: STDERR_FILENO)
  }

  /// A failure of Jaeger's on standard error, and the exit status that it has: 2 where the query was refused, else 3.
  static func fail(_ error: FetchError) -> ExitCode {
    let event = error.kind == .badQuery ? "refused the query" : "gave no answer"
    let text = error.paragraph.split(separator: "\n").map { LogPrinter.visible($0) }.joined(separator: "\n")
    try? LineOutput.write(Array("obs-tui: Jaeger \(event)\n\(text)\n".utf8), to: STDERR_FILENO)
    return ExitCode(error.kind == .badQuery ? 2 : 3)
  }

  /// A sentence for a context without the store.
  static func absent(_ context: String) -> UsageError {
    UsageError("the context \(context) has no Jaeger: set jaeger.url, OBS_TUI_JAEGER_URL or --jaeger-url")
  }

  /// Rows in columns that are as wide as they need to be; the columns of `numbers` stand at the right.
  static func table(_ head: [String], _ rows: [[String]], numbers: Set<Int>) -> [String] {
    let widths = head.indices.map { column in
      ([head] + rows).map { CharacterWidth.cells(in: $0[column]) }.max() ?? 0
    }
    return ([head] + rows).map { cells in
      let parts = cells.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - CharacterWidth.cells(in: cells[column]))
        return numbers.contains(column) ? space + cells[column] : cells[column] + space
      }
      return String(parts.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
  }
}
