import ObsData

/// The histogram above the log lines: how many there are over the window, by time and by how serious they are. The store counts
/// them, so that it tells also of lines that are not held.
struct LogVolume: Equatable, Sendable {
  /// Whether the user wants it; nil for wherever there is room.
  private(set) var choice: Bool?
  /// What is asked for now; nil while it is not on the screen.
  private(set) var wanted: LogHistogramQuery?
  /// What the histogram is an answer to.
  private(set) var shown: LogHistogramQuery?
  private(set) var histogram: LogHistogram?
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?

  /// Panes from this height on have it unasked; lower ones would lose too many of their lines.
  static let comfortableHeight = 16
  /// The least height that has room for it at all.
  static let leastHeight = 9

  /// Whether it is on in a pane of some height.
  func isOn(height: Int) -> Bool {
    choice.map { $0 && height >= LogVolume.leastHeight } ?? (height >= LogVolume.comfortableHeight)
  }

  /// Turns it on or off, for a pane of some height; says what became of it where that cannot be seen.
  mutating func toggle(height: Int) -> String? {
    choice = !(choice ?? (height >= LogVolume.comfortableHeight))
    if choice == true, height < LogVolume.leastHeight { return "the pane is too low for the histogram: z enlarges it" }
    if choice == true, histogram == nil { return "asking for the volume" }
    return nil
  }

  /// The lines that it takes of a pane: a heading, the bars, the axis. None before there is something to show.
  func height(in height: Int) -> Int {
    guard isOn(height: height), histogram != nil || failure != nil else { return 0 }
    return 2 + barHeight(in: height)
  }

  /// How many lines high the bars are.
  func barHeight(in height: Int) -> Int { height >= 36 ? 4 : height >= 24 ? 3 : 2 }

  /// Learns what is shown in the list below, and in what room.
  mutating func adopt(_ logs: LogQuery, size: Size?) {
    wanted = LogVolume.query(logs, size: size, isOn: isOn(height:))
    if wanted == nil { failure = nil }
  }

  /// What is to be asked for in some room.
  func query(_ logs: LogQuery, size: Size?) -> LogHistogramQuery? {
    LogVolume.query(logs, size: size, isOn: isOn(height:))
  }

  private static func query(_ logs: LogQuery, size: Size?, isOn: (Int) -> Bool) -> LogHistogramQuery? {
    guard let size, size.width > 0, isOn(size.height) else { return nil }
    return LogHistogramQuery(
      logs: logs, step: LogHistogramQuery.step(for: logs.window.duration, columns: size.width))
  }

  /// Folds an answer in.
  mutating func receive(_ update: Update) {
    guard case .logHistogram(let query) = update.subscription, query == wanted else { return }
    switch update.body {
    case .failed(let failure): self.failure = failure
    case .logHistogram(let histogram):
      self.histogram = histogram
      shown = query
      failure = nil
      answeredAt = update.at
    default: return
    }
  }

  /// Whether what is drawn answers an earlier question.
  var isOutdated: Bool { wanted != nil && shown != nil && wanted != shown }

  /// The next bar with lines before or behind an instant; nil where there is none.
  func bar(from time: Timestamp, backwards: Bool) -> TimeRange? {
    guard let histogram else { return nil }
    let full = histogram.buckets.indices.filter { histogram.buckets[$0].total > 0 }
    let start = time.floored(to: histogram.step)
    let bar =
      backwards ? full.last { histogram.start(of: $0) < start } : full.first { histogram.start(of: $0) > start }
    return bar.map { TimeRange(start: histogram.start(of: $0), end: histogram.start(of: $0 + 1)) }
  }
}

extension LogPane {
  /// Goes to the next bar of the histogram before or behind the selected line. Lines that are not held are asked for: the window
  /// is frozen so that it ends with the bar, whose lines are then the newest and surely shown.
  mutating func moveBar(backwards: Bool, in context: ViewContext, height: Int) -> [Request] {
    guard volume.isOn(height: height), volume.histogram != nil else {
      return [.notice("there is no histogram to move in: i shows it")]
    }
    let from = cursorTime ?? context.window.end
    guard let bar = volume.bar(from: from, backwards: backwards) else {
      return [.notice(backwards ? "no earlier bar" : "no later bar")]
    }
    let start = LineKey(timestamp: bar.start, sequence: .min)
    let rows = listHeight(height, in: context)
    if let line = buffer[buffer.index(of: start)], bar.contains(line.key.timestamp) {
      select(line.key, height: rows)
      return []
    }
    guard case .tail = subject else { return [.notice("the lines of that bar are not held")] }
    position = LogPosition(isFollowing: false, selected: start)
    followsWhenLive = false
    return [.freeze(TimeRange(start: bar.end - context.window.duration, end: bar.end))]
  }

  /// Where the reader is in time; nil while he follows the tail.
  var cursorTime: Timestamp? { position.isFollowing ? nil : position.selected?.timestamp }
}
