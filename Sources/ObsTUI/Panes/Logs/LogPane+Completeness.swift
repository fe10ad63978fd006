import ObsData

/// How the pane reads back, fills gaps, and says how complete it is.
extension LogPane {
  /// Where the window began when the store answered last.
  private var windowStart: Timestamp? {
    answeredAt.flatMap { at in shown.map { $0.window.range(now: at).start } }
  }

  /// Whether there are lines of the window before those held.
  var hasOlder: Bool {
    guard let from = completeness.from, let start = windowStart else { return false }
    return from > start
  }

  /// Whether the reader is so near the oldest line that older ones should be there when he comes to it.
  var isNearTop: Bool {
    guard subject.isWindow, !position.isFollowing, let selected = position.selected else { return false }
    let rows = rows
    let top = position.top.map { rows.index(of: $0) } ?? .max
    return min(rows.index(of: selected), top) < 20
  }

  /// The question for the page of history that is wanted now; nil where none is.
  var history: Subscription? {
    guard let wanted, shown == wanted, isNearTop, hasOlder, buffer.hasRoom, let from = completeness.from else {
      return nil
    }
    return .logHistory(wanted, before: from)
  }

  /// The question that fills the gap which the reader wants filled. What has been read of it is not asked for again.
  var filling: Subscription? {
    guard let gap = gapToFill, let wanted, shown == wanted else { return nil }
    return .logLines(wanted, rest(of: gap))
  }

  /// The question that tells more exactly where lines are missing.
  var narrowing: Subscription? {
    guard let question = completeness.question, let wanted, shown == wanted else { return nil }
    return .logCounts(wanted, question.range, interval: question.interval)
  }

  private func rest(of gap: LogGap) -> TimeRange {
    guard let filled, filled.start <= gap.range.start, filled.end > gap.range.start, filled.end < gap.range.end else {
      return gap.range
    }
    return TimeRange(start: filled.end, end: gap.range.end)
  }

  /// The selected gap; nil where a line is selected.
  var selectedGap: LogGap? {
    if buffer.isEmpty { return completeness.gaps.first }
    guard !position.isFollowing, let selected = position.selected else { return nil }
    let rows = rows
    return rows.gap(at: min(rows.index(of: selected), rows.count - 1))
  }

  mutating func fill(_ gap: LogGap) -> [Request] {
    gapToFill = gap
    return [.notice("fetching the lines that are missing")]
  }

  /// The cursor stays on a gap although its row has become shorter, or has been found to begin later.
  mutating func stay(onGap gap: LogGap?) {
    guard let gap, !position.isFollowing, position.selected == LogRows.key(of: gap) else { return }
    guard let rest = completeness.gaps.first(where: { $0.range.touches(gap.range) }) else { return }
    position.selected = LogRows.key(of: rest)
  }

  /// Takes in an answer to what was asked besides the tail; false where it is none.
  mutating func receiveAside(_ update: Update) -> Bool {
    switch update.subscription {
    case .logHistory(let query, _), .logLines(let query, _), .logCounts(let query, _, _):
      guard query == shown, query == wanted, subject.isWindow else { return true }
    default: return false
    }
    switch update.body {
    case .logs(let batch): foldAside(batch, of: update.subscription, at: update.at)
    case .failed(let failure):
      if case .logCounts = update.subscription {
        // The rows stay as exact as they are.
        completeness.narrow(by: nil, in: buffer)
        return true
      }
      asideTrouble = "the lines were not fetched: \(failure.error.answer)"
    default: break
    }
    return true
  }

  private mutating func foldAside(_ batch: LogBatch, of subscription: Subscription, at time: Timestamp) {
    let before = buffer.count
    if case .logCounts = subscription {
      completeness.narrow(by: subscription == narrowing ? batch.counts : nil, in: buffer)
      return
    }
    asideTrouble = nil
    switch subscription {
    case .logHistory(let query, _):
      take(batch.entries, at: time, isCounted: true) { $0.prepend($1) }
      guard batch.partial == nil else {
        asideTrouble = "older lines came incompletely: \(batch.partial ?? "")"
        return
      }
      let start = query.window.range(now: time).start
      // A live window's beginning moves on while an answer is under way.
      completeness.extend(to: batch.from ?? windowStart.map { min($0, start) } ?? start)
      if let span = batch.span { completeness.filled(span, in: buffer) }
    case .logLines(_, let range):
      // An answer about a stretch that is wanted no more brings its lines, and settles nothing else.
      let isWanted = subscription == filling
      take(batch.entries, at: time, isCounted: true) { $0.insert($1, marksLate: false, now: time) }
      let gap = gapToFill
      if isWanted { gapToFill = nil }
      let count = buffer.count - before
      let fetched = "\(Formatting.lines(count)) \(count == 1 ? "was" : "were") fetched"
      guard batch.partial == nil, let span = batch.span else {
        asideTrouble = "\(fetched), but incompletely: \(batch.partial ?? "the store is slow")"
        completeness.recount(in: buffer)
        return
      }
      guard isWanted else { return completeness.filled(span, in: buffer) }
      // Together with what was read of the gap before.
      let start = filled.flatMap { $0.end == span.start ? $0.start : nil } ?? span.start
      let whole = TimeRange(start: start, end: span.end)
      filled = whole
      completeness.filled(whole, in: buffer)
      if span.end < range.end { asideTrouble = "\(fetched); Enter again fetches more" }
      if gap?.reason == .ahead, buffer.count == before { asideTrouble = "there was no room for the lines" }
    default: return
    }
  }

  /// Which lines are shown, of how many, and what is missing: in the title, the most important first.
  func completenessParts(in context: ViewContext) -> [String] {
    guard shown != nil else { return [] }
    guard subject.isWindow else { return ["\(Formatting.count(buffer.count, style: .exact)) shown"] }
    var parts: [String] = []
    let held = Formatting.count(buffer.count, style: .exact)
    // Lines that have left the window are still held: then the store's count says nothing of them.
    let total = matched.flatMap { $0 >= buffer.count || matchedIsLowerBound ? $0 : nil }
      .map { Formatting.count($0, style: .exact) + (matchedIsLowerBound ? "+" : "") }
    parts.append("\(held) shown")
    if let total { parts.append("\(total) matched") }
    // What the reader has not scrolled up to is not missing, but the two numbers differ by it.
    if hasOlder, wanted?.around == nil, let matched, !matchedIsLowerBound, let missing = completeness.missing {
      var older = matched - buffer.count - missing
      if context.isLive { older = min(older, completeness.older(than: buffer) ?? 0) }
      if older > 0 { parts.append("\(Formatting.count(older, style: .exact)) older above") }
    }
    if let missing = completeness.missing {
      parts.append("\(Formatting.count(missing, style: .exact))\(completeness.isDoubtful ? " or more" : "") missing")
    } else if completeness.isDoubtful {
      parts.append("some may be missing")
    } else if completeness.isCounting {
      parts.append("not counted\(completeness.countFailure == nil ? " yet" : "")")
    }
    if completeness.ahead > 0 { parts.append("\(Formatting.count(completeness.ahead, style: .exact)) ahead") }
    if let lag = completeness.lag, context.isLive { parts.append("lag \(Formatting.delay(lag))") }
    if completeness.late > 0 { parts.append("\(Formatting.count(completeness.late, style: .exact)) late") }
    return parts
  }

  /// What is said below the lines of what is asked besides the tail.
  var asideNote: String? { asideTrouble ?? (history == nil ? nil : "loading older lines…") }

  /// What is said to a reader who wants to go up from the oldest line.
  var topNotice: String? {
    if history != nil { return "loading older lines…" }
    if hasOlder || buffer.dropped > 0 { return "older lines are not held: there is no more room" }
    return completeness.isCounting ? "this is the beginning of the window's lines" : nil
  }
}

extension LogPane.Subject {
  /// Whether the lines are those of a window, which can be read back in and counted.
  var isWindow: Bool { if case .around = self { false } else { true } }
}
