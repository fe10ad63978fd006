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
