import ObsData

/// A part of the screen that lists or draws one kind of telemetry. A value: it is told things and shows cells; it does no I/O.
protocol Pane: Equatable, Sendable {
  /// What its frame says: name, counts, state. At most `width` cells are used.
  func title(in context: ViewContext) -> String
  /// What it wants to know now.
  func subscriptions(in scope: Scope) -> Set<Subscription>
  /// Learns what is asked for from now on; called when the scope may have changed, and before answers are folded in.
  mutating func adopt(_ scope: Scope)
  /// Folds an answer in; answers to what it did not ask are ignored.
  mutating func receive(_ update: Update)
  /// Does what a key asked for; nil when the command is not the pane's business.
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]?
  /// Selects what is drawn in a row of the pane, counted from 0 inside its frame: a click.
  mutating func select(row y: Int, in context: ViewContext, height: Int)
  /// Draws itself, frame excluded.
  func view(_ size: Size, in context: ViewContext) -> Canvas
}

extension Pane {
  mutating func adopt(_ scope: Scope) {}
  mutating func select(row y: Int, in context: ViewContext, height: Int) {}
}

/// What a pane asks of the dashboard.
enum Request: Equatable, Sendable {
  /// Open the waterfall of a trace, on a span; `origin` is the log line it was opened from.
  case openTrace(TraceID, span: SpanID?, origin: LogEntry?)
  /// Open the waterfall of a trace that a measurement belongs to.
  case openExemplar(Exemplar)
  /// Show the logs of a trace.
  case openLogs(of: TraceID, around: Timestamp?)
  /// Show the logs of a trace, at one of its lines.
  case openLine(LogEntry, of: TraceID)
  /// Copy text to the user's clipboard; `what` names it for the notice.
  case copy(String, what: String)
  /// Say something in the status bar.
  case notice(String, isError: Bool = false)
  /// Have work done on another thread; what it comes to is an event.
  case work(LogWork)
  /// Have a trace analysed on another thread.
  case analyse(AnalysisWork)
  /// Nobody waits for this work any more.
  case cancelWork(LogWork.Ticket)
  /// Have work on a trace done on another thread.
  case traceWork(TraceWork)
  /// Filter the log lines by these from now on.
  case setFilters(FilterStack)
  /// Take a saved query by its name, or forget it.
  case openQuery(String)
  case removeQuery(String)
  /// Show the lines around one, from the same source.
  case openAround(LogEntry)
  /// Go to an alert: its start, its service, its expression.
  case showAlert(Alert)
  /// Begin a command line that changes a store.
  case typeLine(String)
  /// End a silence, after asking.
  case expire(AlertSilence)
  /// Draw a rule's expression.
  case showRule(AlertRule)
  /// Show the traces of a service that another one calls.
  case showTraces(of: String, caller: String)
  /// Change the file of the own dashboard that is shown.
  case editDashboard(OwnDashboardEdit)
  /// Stop the window at this range.
  case freeze(TimeRange)
  /// Nobody waits for this file of traces any more.
  case cancelTraceFile(TraceFileWork)
  /// Open the waterfall of a trace from a file, by the file's name.
  case openTraceOfFile(TraceFileWork.Found, name: String)
  /// Show one service, by a name that a store has for it.
  case showService(String)
  /// Draw what a PromQL expression comes to.
  case evaluate(String)
  /// Leave the pane (a pushed view is popped).
  case close
}

/// What all panes share when they say what they want to know.
struct Scope: Hashable, Sendable {
  var window: TimeWindow
  /// The instant of a frozen window that the user went to; nil for its end.
  var instant: Timestamp?
  /// The chosen service as each store spells it; nil for all services, an empty list where the store does not know it.
  var chosen: [Store: [String]]?
  /// The services that each store knows.
  var known: [Store: [String]] = [:]
  /// The user's log filter.
  var filter = ""
  /// The zone in which its dates are meant, as an offset; nil for UTC, or where it has none.
  var filterZone: String?
  /// The filters that lie upon it.
  var chips = FilterStack()
  /// The columns of the log list.
  var logColumns = LogColumn.standard
  /// The user's trace search.
  var traceFilter = TraceFilter()
  /// The user's PromQL expression for one more metric row.
  var metricExpression = ""
  /// The rule whose expression that is.
  var metricRule: MetricRule?
  /// Whether the time cursor has not come to rest yet: nothing new is asked for until then.
  var isCursorMoving = false
  /// Width of the metric pane's sparklines.
  var sparklineWidth = 60
  /// The room inside the frames of the panes in view.
  var paneSizes: [PaneID: Size] = [:]

  /// The chosen service's names in `store`; empty for all.
  func services(in store: Store) -> [String] { chosen?[store] ?? [] }
}

/// What all views share when they draw. Nothing else may influence a drawing: no clock, no locale, no global.
struct ViewContext: Equatable, Sendable {
  var now: Timestamp
  var window: TimeRange
  var isLive = true
  var time = TimeDisplay.utc
  var glyphs = GlyphSet.unicode
  var isFocused = true
  /// What `/` looks for; nil when nothing is searched.
  var search: TextSearch?
  /// The stores that there is nothing to wait for.
  var absent = AbsentStores()
  /// Where log lines come from: the store, or a file's name.
  var logSource = Store.elasticsearch.displayName
  /// The time cursor; nil where there is none.
  var cursor: Timestamp?
  /// What is known of exemplars, by the expression that they were asked for.
  var exemplars: [String: ExemplarAnswer] = [:]
  /// What happened in the window, by time.
  var markers: [TimeMarker] = []
}

/// The characters that drawings are made of: a terminal or locale without UTF-8 gets ASCII.
enum GlyphSet: Sendable { case unicode, ascii }
