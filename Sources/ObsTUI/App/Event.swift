import ObsData

/// What happens to the dashboard.
enum Event: Equatable, Sendable {
  case key(Key)
  /// The screen has this size now; also the first event of all.
  case resize(Size)
  /// The time has come to this.
  case tick(Timestamp)
  /// The data layer has news.
  case data(Update)
  /// An effect ended, well or not: something to say in the status bar.
  case notice(String, isError: Bool)
  /// The wait that belongs to a move of the time cursor is over.
  case rested(move: Int)
  /// Work on log lines has come to this.
  case worked(LogWork.Outcome, LogWork.Ticket)
  /// Work on a trace has come to this.
  case traceWorked(TraceWork.Outcome, TraceWork.Ticket)
  /// The analysis of a trace has come to this.
  case analysed(AnalysisWork.Outcome, AnalysisWork.Ticket)
  /// A message of a watch was sent, or was not.
  case delivered(WatchDelivery, DeliveryOutcome)
  /// An own dashboard's file was changed, or could not be; in words.
  case dashboardEdited(OwnDashboardEdit, path: String, words: String, isDone: Bool)
  /// An export cannot be written; the reason in words.
  case exportFailed(String)
  /// The reading of a file of traces has come to this.
  case traceFile(TraceFileWork.News, TraceFileWork)
  /// What lies in a folder has been read.
  case folder(FolderListing)
  /// The screen was blocked for so long that this many updates had to be dropped: what is shown has gaps until the
  /// stores are asked anew.
  case dropped(updates: Int)
  /// The program is about to end; what it answers with is still done.
  case terminate(Termination)
}

/// Why the program is told to end.
enum Termination: Sendable {
  /// ctrl-C or SIGINT, SIGTERM, and a terminal that went away (SIGHUP, or the end of its input).
  case interrupt, terminate, hangup
}
