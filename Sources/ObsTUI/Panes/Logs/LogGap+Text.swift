import ObsData

extension LogGap {
  /// What the row says: `12:03:10–12:03:20: 37 lines not shown (…)`.
  func text(in context: ViewContext, isFilling: Bool) -> String {
    let dash = context.glyphs == .unicode ? "–" : "-"
    let digits = range.duration < .seconds(1) ? 3 : 0
    func clock(_ time: Timestamp) -> String {
      Formatting.time(time, as: context.time, now: context.now, fractionDigits: digits)
    }
    let lines = count.map(Formatting.lines)
    let when = reason == .ahead ? "after \(clock(range.start))" : clock(range.start) + dash + clock(range.end)
    let way = isFilling ? "; fetching them" : "; Enter fetches them"
    // A store's own words may be long: what can be done stands before them.
    let words =
      switch reason {
      case .late: "\(lines ?? "lines") not shown (arrived later than the overlap)\(way)"
      case .tooMany: "\(lines ?? "lines") skipped (more came than can be read)\(way)"
      case .unread: "\(lines ?? "lines") not read yet\(way)"
      case .ahead: "\(lines ?? "lines") dated ahead of the clock\(way)"
      case .unanswered(let answer): "\(lines ?? "lines") may be missing\(way) (no answer: \(answer))"
      case .incomplete(let answer): "\(lines ?? "lines") may be missing\(way) (\(answer))"
      }
    return "\(when): \(words)"
  }
}
