import ObsData

/// What the dashboard wants done outside itself: data, so that a test can compare it.
enum Effect: Equatable, Sendable {
  /// Put text on the user's clipboard; `what` names it in the notice that follows.
  case copy(String, what: String)
  /// Write a file; a notice follows. Here as below: a file that is there stays, unless it is to be replaced.
  case writeFile(path: String, contents: String, replaces: Bool)
  /// Write log lines to a file; a notice follows.
  case writeLines(path: String, LogExport, replaces: Bool)
  /// Write more lines of an export; with a notice, these are the last.
  case appendLines(path: String, LogExport, isFirst: Bool, replaces: Bool, notice: String?)
  /// Take away what an export has written.
  case dropLines(path: String)
  /// Keep a named query for later runs; a notice follows.
  case saveQuery(String, name: String)
  /// Forget a named query; a notice follows where that fails.
  case removeQuery(name: String)
  /// Say after a while that the time cursor has rested, if it has: an event brings the move back.
  case wait(Duration, move: Int)
  /// Stop, as ctrl-Z does in a shell, and come back.
  case suspend
  /// Draw every cell anew, whatever the terminal is believed to show.
  case redraw
  case toggleMouse
  /// Change a store; a notice follows.
  case perform(Deed)
  /// Change an own dashboard's file; an event says how it ended.
  case editDashboard(path: String, OwnDashboardEdit)
  /// Read a file of traces off the main thread; what comes of it are events.
  case readTraceFile(TraceFileWork)
  /// Read what lies in a folder; it comes back as an event.
  case listFolder(String)
  /// End a reading that nobody waits for.
  case cancelTraceFile(TraceFileWork)
  /// Ask all stores again now.
  case refresh
  /// Ask for these from the beginning: a view that has just come has none of the answers so far.
  case renew(Set<Subscription>)
  /// Read from another context's stores from now on.
  case switchContext(String)
  /// Draw with another theme.
  case switchTheme(String)
  /// Do work on log lines off the main thread; its outcome comes back as an event.
  case work(LogWork)
  /// End work that nobody waits for.
  case cancelWork(LogWork.Ticket)
  /// Do work on a trace off the main thread; its outcome comes back as an event.
  case traceWork(TraceWork)
  /// Write a trace to a file; a notice follows.
  case writeTrace(TraceWriter, path: String, replaces: Bool)
  /// Analyse a trace off the main thread; what is found comes back as an event.
  case analyse(AnalysisWork)
  /// Send a message through a channel; what becomes of it is an event.
  case deliver(WatchDelivery)
  /// Have the terminal ring or show a notification.
  case ring(Alarm)
  /// End with this exit status.
  case quit(Int32)
}
