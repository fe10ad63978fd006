import ObsData

/// The lines around one line.
extension LogPane {
  /// The lines around one, which is marked and selected, so that it is found again.
  init(around entry: LogEntry, capacity: Int = 100_000) {
    self.init(subject: .around(entry, LogContextRequest(around: entry)), capacity: capacity)
    _ = buffer.insert([entry])
    marks = [entry.id]
    position = LogPosition(isFollowing: false, selected: buffer.last?.key)
  }

  /// Opens the lines around the selected one. The pane stays at it, so that `Esc` comes back to it.
  mutating func openAround() -> [Request] {
    if case .around = subject { return [.notice("these are the lines around one; Esc goes back")] }
    guard let line = selectedLine else { return [] }
    stay(at: line)
    fields = nil
    return [.openAround(line.entry)]
  }

  /// What is asked of the store for a line's surroundings: the histogram's query, for a few minutes on both sides.
  static func query(around request: LogContextRequest) -> LogQuery {
    let range = TimeRange(start: request.time - .seconds(300), end: request.time + .seconds(300))
    return LogQuery(services: request.services, filters: request.source, window: .frozen(range))
  }

  /// An answer about the lines around one as an answer about lines; others as they are.
  func asLines(_ update: Update) -> Update {
    guard case .around(_, let request) = subject, update.subscription == .logContext(request), let wanted else {
      return update
    }
    return Update(subscription: .logs(wanted), at: update.at, body: update.body)
  }

  /// Puts the line that the reader went to in the middle of the pane, so that what happened behind it is seen too.
  mutating func centre() {
    guard !subject.isWindow || shown?.around != nil, let room = manner.room, let selected = position.selected else {
      return
    }
    let height = room.height - listTop(room.height)
    position.top = buffer[max(0, buffer.index(of: selected) - height / 2)]?.key
  }

  /// Whose lines these are, for the title: `Around 08:53:10.123 · pod-1`.
  func aroundTitle(in context: ViewContext) -> [String]? {
    guard case .around(let entry, let request) = subject else { return nil }
    let time = Formatting.time(entry.timestamp, as: context.time, now: context.now)
    var parts = ["Around \(time)", entry.service ?? "any service"]
    for filter in request.source {
      if case .value(let value) = filter.test { parts.append("\(filter.field) \(value)") }
    }
    return parts
  }
}

extension Dashboard {
  /// Opens the lines around one on top; `Esc` comes back to it.
  mutating func openAround(_ entry: LogEntry) {
    push(.logs(LogPane(around: entry, capacity: configuration.heldLines)))
  }
}
