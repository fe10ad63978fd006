import ObsData

/// The time cursor: moved on any chart, seen in all of them, followed by the logs and the traces.
extension Dashboard {
  /// `<`, `>` and `|` where no pane has its own use for them.
  mutating func performCursor(_ command: Command) -> [Effect] {
    switch command {
    case .cursorBack: return moveCursor(backwards: true)
    case .cursorForward: return moveCursor(backwards: false)
    default:
      guard cursor == nil else {
        takeCursorOff()
        return []
      }
      return setCursor(selectedTime ?? window.range(now: now).end)
    }
  }

  /// The instant of what is selected in the focused pane; nil where that has none.
  private var selectedTime: Timestamp? {
    switch focus {
    case .logs: logs.cursorTime
    case .traces: traces.selection?.start
    case .metrics: metrics.end
    case .pushed: nil
    }
  }

  /// By one column of the focused chart. The first step backwards comes in from the newest end, the first one forward from the oldest.
  private mutating func moveCursor(backwards: Bool) -> [Effect] {
    let range = window.range(now: now)
    guard range.duration > .zero, !window.isEverything else {
      say("the window holds all lines: :since 1h makes it one that charts can show")
      return []
    }
    let step = cursorStep(in: range)
    let next: Timestamp
    if let cursor {
      next = TimeCursor.next(from: cursor.time, step: step, backwards: backwards)
    } else {
      let newest = focus == .metrics ? metrics.end.map { min($0, range.end) } ?? range.end : range.end
      next = backwards ? newest.floored(to: step) : TimeCursor.next(from: range.start, step: step, backwards: false)
    }
    guard next >= range.start, next <= range.end else {
      say(backwards ? "the window begins here: ( steps it back" : "the window ends here: ) steps it forward")
      return []
    }
    return setCursor(next)
  }

  /// From one column of the focused chart to the next.
  private func cursorStep(in range: TimeRange) -> Duration {
    let context = viewContext(isFocused: true)
    let width = max(layout?.innerSizes[focus]?.width ?? 80, 1)
    let own: Duration? =
      switch focus {
      case .metrics: metrics.cursorStep(width: width, in: context)
      case .pushed: if case .dashboards(let pane) = pushed.last { pane.cursorStep } else { nil }
      case .logs, .traces: nil
      }
    return max(own ?? .nanoseconds(range.duration.nanoseconds / Int64(width)), .milliseconds(1))
  }

  /// Puts the cursor on an instant and has the other panes go there, as far as they hold it; the rest is asked for when it rests.
  mutating func setCursor(
    _ time: Timestamp, isFromLogs: Bool = false, isFromTraces: Bool = false, origin: TimeCursor.Origin? = nil
  ) -> [Effect] {
    cursorMoves += 1
    if cursor != nil {
      cursor?.move(to: time, move: cursorMoves)
    } else {
      cursor = TimeCursor(time: time, origin: origin ?? presentOrigin, move: cursorMoves)
    }
    cursor?.isFromLogs = isFromLogs
    if !isFromLogs, logs.holds(time) { logs.go(to: time, height: paneHeight(.logs), in: viewContext(isFocused: false)) }
    if !isFromTraces { traces.select(nearest: time, height: paneHeight(.traces), in: viewContext(isFocused: false)) }
    return [.wait(TimeCursor.rest, move: cursorMoves)]
  }

  /// What the panes look at now.
  private var presentOrigin: TimeCursor.Origin {
    TimeCursor.Origin(
      window: window, instant: instant, logs: logs.position, followsWhenLive: logs.followsWhenLive,
      trace: traces.selection?.id)
  }

  /// `<` and `>` in the logs go to the next bar of their histogram, and take the cursor there.
  mutating func moveBar(_ command: Command) -> [Effect] {
    let (origin, before) = (presentOrigin, logs.cursorTime)
    let effects = performInPane(command)
    guard focus == .logs, let time = logs.cursorTime, time != before else { return effects }
    return effects + setCursor(time, isFromLogs: true, origin: origin)
  }

  /// The traces around the cursor have come: the nearest is the one to look at.
  mutating func selectTraceAtCursor(_ update: Update) {
    guard let cursor, traces.until != nil, case .traces(let query) = update.subscription, query == traces.shown else {
      return
    }
    traces.select(nearest: cursor.time, height: paneHeight(.traces), in: viewContext(isFocused: false))
  }

  private func paneHeight(_ pane: PaneID) -> Int { max(layout?.innerSizes[pane]?.height ?? 20, 1) }

  /// The cursor has stood still: what the panes do not hold of that instant is asked for. Log lines come with a window that stands
  /// still, as after `:goto`.
  mutating func restCursor(move: Int) {
    guard let cursor, cursor.moves == move, !cursor.isAtRest else { return }
    self.cursor?.isAtRest = true
    traces.reach(cursor.time, in: window.range(now: now))
    guard !cursor.isFromLogs, configuration.stores.contains(where: { $0.store == .elasticsearch }),
      !logs.holds(cursor.time), !window.isEverything
    else { return }
    if window.isLive {
      window = .frozen(window.range(now: now))
      self.cursor?.frozen = window
    }
    instant = cursor.time
  }

  /// Takes the cursor off; logs, traces and window are as they were before it.
  mutating func takeCursorOff() {
    guard let cursor else { return }
    self.cursor = nil
    traces.reachEverything()
    if let frozen = cursor.frozen, frozen == window { window = cursor.origin.window }
    if window == cursor.origin.window {
      instant = cursor.origin.instant
      logs.position = cursor.origin.logs
      logs.followsWhenLive = cursor.origin.logs.isFollowing || cursor.origin.followsWhenLive
      if let trace = cursor.origin.trace { traces.select(trace, height: paneHeight(.traces)) }
    }
  }

  /// The instants that the lists stand at, to see whether a key has moved one.
  var listTimes: [Timestamp?] { [logs.cursorTime, traces.selection?.start] }

  /// While there is a cursor it goes with what is selected in the focused list.
  mutating func followSelection(since before: [Timestamp?]) -> [Effect] {
    let times = listTimes
    switch focus {
    case .logs where times[0] != before[0] && times[0] != cursor?.time && cursor != nil:
      guard let time = times[0] else {
        // The tail is followed again: there is no instant any more.
        cursor = nil
        traces.reachEverything()
        return []
      }
      return setCursor(time, isFromLogs: true)
    case .traces where times[1] != before[1] && cursor != nil:
      guard let time = times[1], time != cursor?.time else { return [] }
      return setCursor(time, isFromTraces: true)
    default: return []
    }
  }

  /// A cursor outside the window is none.
  mutating func forgetCursorOutside() {
    guard let time = cursor?.time else { return }
    let range = window.range(now: now)
    guard time < range.start || time > range.end else { return }
    cursor = nil
    traces.reachEverything()
  }
}
