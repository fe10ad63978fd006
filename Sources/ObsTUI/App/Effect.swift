/// What the dashboard wants done outside itself: data, so that a test can compare it.
enum Effect: Equatable, Sendable {
  /// Put text on the user's clipboard; `what` names it in the notice that follows.
  case copy(String, what: String)
  /// Write a file; a notice follows.
  case writeFile(path: String, contents: String)
  /// Stop, as ctrl-Z does in a shell, and come back.
  case suspend
  /// Draw every cell anew, whatever the terminal is believed to show.
  case redraw
  case toggleMouse
  /// End with this exit status.
  case quit(Int32)
}
