import ObsData

/// The whole state of the screen. A value: events are folded in by `update`, which does no I/O and says what should be done.
struct Dashboard: Equatable, Sendable {
  /// What stays the same as long as the context does.
  struct Configuration: Equatable, Sendable {
    var context = ContextLabel(name: "default")
    /// The names of all contexts, for `:context` and its completion.
    var contexts: [String] = []
    var themes: [String] = []
    var keymap = Keymap.standard
    var naming = ServiceNaming()
    /// The stores that the settings name, in the order they are shown.
    var stores: [StoreLabel] = []
    var links = LinkAddresses()
    /// The options that say where the context's stores are, as `:link` repeats them.
    var storeFlags: [String] = []
    /// Whether the stores may be changed.
    var isWritable = false
    /// Who changes them.
    var user = "obs-tui"
    /// How many log lines are held.
    var heldLines = 100_000
    /// The columns of the log list by name; empty for the usual ones.
    var logColumns: [String] = []
    /// What the screen says while no store has answered.
    var firstSteps: [String] = []
    /// The files that stand in for the log store; nil where there are none.
    var logFiles: String?
    /// Their paths, as a later run finds them; `-` for standard input.
    var logPaths: [String] = []

    /// The watches of the context, the channels that they name, and where they left off.
    var watches: [Watch] = []
    var channels: [ChannelLabel] = []
    var watchMemory: WatchMemory?

    /// Whether there is nothing but files of log lines.
    var hasLogsAlone: Bool { logFiles != nil && stores.allSatisfy { $0.store == .elasticsearch || !$0.store.isPolled } }
  }

  var configuration: Configuration
  var size: Size
  var now: Timestamp
  var glyphs = GlyphSet.unicode
  /// Local time's offset and name, for `T`.
  var localTime: TimeDisplay
  var time: TimeDisplay
  var window: TimeWindow { didSet { if window != oldValue { instant = nil } } }
  /// The instant that `:goto` went to, as long as the window stays there.
  var instant: Timestamp?
  /// The instant that all panes look at; nil for none.
  var cursor: TimeCursor?
  /// How often a time cursor has been moved.
  var cursorMoves = 0
  /// What the stores are asked, in figures; nil while nobody wants to see them.
  var cost: CostOverlay?
  /// What is known of exemplars, by the expression that they were asked for.
  var exemplars: [String: ExemplarAnswer] = [:]
  /// What happened in the window.
  var markers: [TimeMarker] = []
  /// The length of the live window to which `p` returns.
  var liveDuration: Duration

  var directory = ServiceDirectory()
  /// The chosen service by its shown name; nil for all.
  var chosenService: String?
  var filter = ""
  /// The filters on fields that lie upon the log filter.
  var chips = FilterStack()
  /// The columns of the log list.
  var logColumns = LogColumn.standard
  var traceFilter = TraceFilter()

  var logs: LogPane
  var traces = TraceListPane()
  var metrics = MetricPane()
  var pushed: [PushedView] = []
  /// What views that have just come want, and others have been told already.
  var renewed: Set<Subscription> = []
  var focus = PaneID.logs
  var isMaximised = false

  var prompt: Prompt?
  var search: TextSearch?
  var help: HelpOverlay?
  var notice: Notice?
  var alerts = AlertStrip()
  /// The user's own watches, and the messages that follow from them.
  var watches: WatchBoard
  /// What is asked before a store is changed.
  var question: Deed?
  /// The alert to go to as soon as it is known.
  var awaitedAlert: String?
  /// The export that runs, and how many there have been.
  var export: RunningExport?
  var exports = 0
  /// How many files of traces have been opened.
  var traceFiles = 0
  /// How far Tab has come with a path.
  var paths = PathCompletion()
  var storeStates: [Store: StoreState] = [:]
  /// What has been answered or has failed since it was first wanted.
  var answered: Set<Subscription> = []
  var isMouseOn = false
  /// What can be offered for the query that is being typed.
  var offers = QueryOffers()
  /// The same for an expression.
  var promQLOffers = PromQLOffers()
  /// The same for the trace search.
  var traceOffers = TraceOffers()
  /// The log queries that the user has named.
  var savedQueries: [String: String] = [:]
  /// The columns that were chosen for the log list, by context.
  var rememberedColumns: [String: [String]] = [:]
  /// What was typed before, by kind of prompt; the newest last.
  var promptHistory: [Prompt.Kind: [String]] = [:]
  /// A PromQL expression of the user's, shown as one more row.
  var metricExpression = "" { didSet { if metricExpression != oldValue { metricRule = nil } } }
  /// The alerting rule whose expression that is, with its threshold.
  var metricRule: MetricRule?

  init(
    configuration: Configuration, size: Size, now: Timestamp, window: TimeWindow = .live(.seconds(900)),
    time: TimeDisplay = .utc, localTime: TimeDisplay = .utc, glyphs: GlyphSet = .unicode
  ) {
    self.configuration = configuration
    self.size = size
    self.now = now
    self.window = window
    self.time = time
    self.localTime = localTime
    self.glyphs = glyphs
    liveDuration = window.isLive ? window.duration : .seconds(900)
    logs = LogPane(capacity: configuration.heldLines)
    watches = WatchBoard(configuration)
    logColumns = LogColumn.columns(named: configuration.logColumns)
    directory.naming = configuration.naming
    alerts.adopt(watches: watches.alerts)
    directory.expected = Set(configuration.stores.map(\.store)).intersection([.elasticsearch, .jaeger, .prometheus])
  }

  /// Where everything stands; nil when the screen is too small.
  var layout: ScreenLayout? {
    ScreenLayout(
      size: size, focus: focus, isMaximised: isMaximised || configuration.hasLogsAlone, hasPushed: !pushed.isEmpty)
  }

  /// What the panes share when they say what they want to know.
  var scope: Scope {
    Scope(
      window: window, instant: instant, chosen: chosenService.map { directory.names(of: $0) }, known: directory.known,
      filter: filter, filterZone: filterZone,
      chips: chips, logColumns: logColumns, traceFilter: traceFilter, metricExpression: metricExpression,
      metricRule: metricRule, isCursorMoving: cursor.map { !$0.isAtRest } ?? false,
      sparklineWidth: sparklineWidth,
      paneSizes: layout?.innerSizes ?? [:])
  }

  private var sparklineWidth: Int {
    guard let width = layout?.panes[.metrics]?.width else { return 60 }
    return MetricPane.sparklineWidth(forWidth: width - 1)
  }

  /// What the screen wants to know now: a pure function of the state. What is not in view is not asked for, but the tail,
  /// which would have a gap when it came back.
  var subscriptions: Set<Subscription> {
    let scope = scope
    let stores = Set(configuration.stores.map(\.store))
    var wanted: Set<Subscription> = [.alerts, .alertRules]
    for store in [Store.elasticsearch, .jaeger, .prometheus] { wanted.insert(.services(store, window)) }
    wanted.formUnion(logs.subscriptions(in: scope))
    if let layout {
      if layout.panes[.traces] != nil { wanted.formUnion(traces.subscriptions(in: scope)) }
      if layout.panes[.metrics] != nil { wanted.formUnion(metrics.subscriptions(in: scope)) }
    }
    if let export { wanted.insert(.logExport(export.query)) }
    for view in pushed { wanted.formUnion(view.subscriptions(in: scope)) }
    for query in completionQueries { wanted.insert(.completion(query)) }
    wanted.formUnion(traceOfferQueries)
    wanted.formUnion(watches.subscriptions)
    wanted.formUnion(sourceSubscriptions)
    wanted.formUnion(promQLOfferQueries)
    if let query = markerQuery { wanted.insert(.markers(query)) }
    wanted = wanted.filter { stores.contains($0.store) }
    if cost != nil { wanted.insert(.cost) }
    return wanted
  }

  /// Whether everything that is wanted has been answered, or has failed, at least once.
  var isSettled: Bool { subscriptions.subtracting([.sourceAlerts(.watcher)]).isSubset(of: answered) }

  /// What views share, for the pane that has the focus or not.
  func viewContext(isFocused: Bool) -> ViewContext {
    ViewContext(
      now: now, window: window.range(now: now), isLive: window.isLive, time: time, glyphs: glyphs,
      isFocused: isFocused, search: search,
      absent: AbsentStores(context: configuration.context.name, present: configuration.stores),
      logSource: configuration.logFiles ?? Store.elasticsearch.displayName, cursor: cursor?.time, exemplars: exemplars,
      markers: markers)
  }

  /// Folds an event in; what it returns is to be done.
  mutating func update(_ event: Event) -> [Effect] {
    switch event {
    case .key(let key):
      let before = listTimes
      var effects = press(key)
      effects += followSelection(since: before)
      adoptScope()
      return effects + renewals() + analyseTraces()
    case .resize(let size):
      self.size = size
      keepFocusInView()
    case .tick(let now):
      self.now = now
      if let until = notice?.until, until <= now { notice = nil }
      adoptScope()
      return deliverMessages()
    case .data(let update):
      receive(update)
      let effects = receiveExport(update)
      adoptScope()
      return effects + analyseTraces() + deliverMessages()
    case .delivered(let delivery, let outcome): return messageEnded(delivery, outcome)
    case .notice(let text, let isError): say(text, isError: isError)
    case .dropped(let updates):
      say("\(updates) answers were lost while the screen was blocked; asking again", isError: true)
      guard let running = export else { return [.refresh] }
      export = nil
      say("the export was stopped: the screen was blocked, and lines of it were lost", isError: true)
      return [.refresh, .dropLines(path: running.path)]
    case .traceFile(let news, let work):
      receive(news, of: work)
      adoptScope()
      return analyseTraces()
    case .folder(let listing): return receive(listing)
    case .exportFailed(let text):
      export = nil
      say(text, isError: true)
    case .rested(let move): restCursor(move: move)
    case .dashboardEdited(let edit, let path, let words, let isDone):
      receiveEdit(edit, path: path, words: words, isDone: isDone)
    case .worked(let outcome, let ticket): return finish(outcome, of: ticket)
    case .traceWorked(let outcome, let ticket): return finish(outcome, of: ticket)
    case .analysed(let outcome, let ticket): learn(outcome, of: ticket)
    case .terminate(let reason): return [.quit(reason == .hangup ? 1 : 0)]
    }
    adoptScope()
    return []
  }

  /// Tells the panes what is asked for now.
  private mutating func adoptScope() {
    forgetCursorOutside()
    forgetUnwantedFailures()
    let scope = scope
    logs.adopt(scope)
    traces.adopt(scope)
    metrics.adopt(scope)
    for index in pushed.indices { pushed[index].adopt(scope) }
  }

  /// A failure belongs to its question: when the screen moves on, the header must not go on with it.
  private mutating func forgetUnwantedFailures() {
    guard storeStates.values.contains(where: { !$0.failures.isEmpty }) else { return }
    let wanted = subscriptions
    for store in storeStates.keys { storeStates[store]?.keepFailures(of: wanted) }
  }

  private mutating func receive(_ update: Update) {
    let wanted = subscriptions
    // An answer that was under way when the screen moved on, perhaps to another context, which asks its stores the same.
    guard wanted.contains(update.subscription),
      update.context ?? configuration.context.name == configuration.context.name
    else { return }
    answered = answered.intersection(wanted)
    answered.insert(update.subscription)
    now = max(now, update.at)
    if case .completion(let query) = update.subscription {
      if case .completion(let answer) = update.body { offers.receive(query, answer) }
      return
    }
    traceOffers.receive(update)
    promQLOffers.receive(update)
    // What is offered while typing hides nothing where it fails.
    if case .operations = update.subscription { return }
    if case .explorer(.offers) = update.subscription { return }
    if receiveExemplars(update) || receiveMarkers(update) || receiveCost(update) { return }
    if update.subscription.tellsOfStore {
      storeStates[update.subscription.store, default: StoreState()].note(update)
    }
    switch (update.subscription, update.body) {
    case (.services(let store, _), .services(let services)): directory.receive(services, from: store)
    case (.services(let store, _), .failed): directory.storeFailed(store)
    default: break
    }
    alerts.receive(update)
    receiveWatch(update)
    showAwaitedAlert()
    adoptScope()
    logs.receive(update)
    traces.receive(update)
    selectTraceAtCursor(update)
    metrics.receive(update)
    for index in pushed.indices { pushed[index].receive(update) }
  }

  /// Says something in the footer for a few seconds.
  mutating func say(_ text: String, isError: Bool = false) {
    notice = Notice(text: text, isError: isError, until: now + (isError ? .seconds(10) : .seconds(4)))
  }

  /// The focus goes to a pane that exists: pushed views come and go.
  mutating func keepFocusInView() {
    if focus == .pushed, pushed.isEmpty { focus = .logs }
    guard let layout, layout.panes[focus] == nil else { return }
    focus = layout.order.first { $0 == .pushed } ?? layout.order.first ?? .logs
  }
}

/// A sentence in the footer, and until when.
struct Notice: Equatable, Sendable {
  var text: String
  var isError: Bool
  var until: Timestamp
}

/// A context as the header shows it.
struct ContextLabel: Equatable, Sendable {
  var name: String
  /// The colour that the settings give it; red warns of production.
  var color = ContextColor.plain

  /// The role of the name.
  var role: Role {
    switch color {
    case .plain: .context
    case .red: .contextProduction
    case .yellow: .contextYellow
    case .green: .contextGreen
    case .blue: .contextBlue
    case .magenta: .contextMagenta
    case .cyan: .contextCyan
    }
  }
}

/// A store as the header shows it.
struct StoreLabel: Equatable, Sendable {
  var store: Store
  /// The address, without credentials.
  var address: String
  /// Whether its certificate is not verified.
  var isInsecure = false
  /// What it is called where that is not the store's own name: the name of a file.
  var name: String?
}
