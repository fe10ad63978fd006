import ObsData

/// The one instant that all panes look at: charts say their values there, the log pane and the trace list go there.
struct TimeCursor: Equatable, Sendable {
  /// What the panes looked at before: `|` comes back to it.
  struct Origin: Equatable, Sendable {
    let window: TimeWindow
    let instant: Timestamp?
    let logs: LogPosition
    let followsWhenLive: Bool
    let trace: TraceID?
  }

  /// The instant.
  var time: Timestamp
  /// How often it has been moved: a rest belongs to a move.
  private(set) var moves: Int
  /// Whether it has stood still for `rest` since it was moved.
  var isAtRest = false
  let origin: Origin
  /// Whether the log pane brought it here, and asks for its lines by itself.
  var isFromLogs = false
  /// The window that the cursor stopped, so that lines around it could be asked for.
  var frozen: TimeWindow?

  /// How long it stands still before anything is asked for it.
  static let rest = Duration.milliseconds(150)

  init(time: Timestamp, origin: Origin, move: Int) {
    self.time = time
    self.origin = origin
    moves = move
  }

  /// Goes to another instant.
  mutating func move(to time: Timestamp, move: Int) {
    self.time = time
    moves = move
    isAtRest = false
  }

  /// The next instant on a line of time that is divided into steps, at a multiple of the step.
  static func next(from time: Timestamp, step: Duration, backwards: Bool) -> Timestamp {
    let floor = time.floored(to: step)
    if backwards { return floor < time ? floor : time - step }
    return floor + step
  }
}
