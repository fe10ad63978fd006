import ObsData

/// A view on top of the panes; `Esc` takes it off.
enum PushedView: Equatable, Sendable {
  case waterfall(WaterfallPane)
  case logs(LogPane)
  case alerts(AlertPane)
  case queries(SavedQueryList)
  case traceFile(TraceFilePane)
  case dashboards(DashboardPane)
  case dependencies(DependencyPane)
  case explorer(MetricExplorerPane)
  case health(ServerHealthPane)
  case red(REDPane)
  /// Only while a change is under way.
  case taken

  private var pane: (any Pane)? {
    switch self {
    case .waterfall(let pane): pane
    case .logs(let pane): pane
    case .alerts(let pane): pane
    case .queries(let pane): pane
    case .traceFile(let pane): pane
    case .dashboards(let pane): pane
    case .dependencies(let pane): pane
    case .explorer(let pane): pane
    case .health(let pane): pane
    case .red(let pane): pane
    case .taken: nil
    }
  }

  private init(_ pane: any Pane) {
    switch pane {
    case let pane as WaterfallPane: self = .waterfall(pane)
    case let pane as LogPane: self = .logs(pane)
    case let pane as AlertPane: self = .alerts(pane)
    case let pane as SavedQueryList: self = .queries(pane)
    case let pane as TraceFilePane: self = .traceFile(pane)
    case let pane as DashboardPane: self = .dashboards(pane)
    case let pane as DependencyPane: self = .dependencies(pane)
    case let pane as MetricExplorerPane: self = .explorer(pane)
    case let pane as ServerHealthPane: self = .health(pane)
    case let pane as REDPane: self = .red(pane)
    default: self = .taken
    }
  }

  /// Where keys are heard while it is on top.
  var scope: CommandScope {
    switch self {
    case .waterfall: .waterfall
    case .alerts: .alerts
    case .traceFile: .traces
    case .dashboards: .dashboards
    case .dependencies: .dependencies
    case .explorer: .explorer
    case .health, .red: .health
    case .logs, .queries, .taken: .logs
    }
  }

  func title(in context: ViewContext) -> String {
    if case .waterfall(let pane) = self { return pane.frameTitle(in: context) }
    return pane?.title(in: context) ?? ""
  }
  func subscriptions(in scope: Scope) -> Set<Subscription> {
    let wanted = pane?.subscriptions(in: scope) ?? []
    if case .waterfall(let pane) = self { return wanted.union(pane.comparisonSubscriptions) }
    return wanted
  }
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    if case .waterfall(let pane) = self { return pane.frame(size, in: context) }
    return pane?.view(size, in: context) ?? Canvas(size: size)
  }

  mutating func receive(_ update: Update) {
    let isDone: Void? = changeWaterfall {
      $0.receive(update)
      $0.insight.comparison?.receive(update)
    }
    if isDone == nil { change { $0.receive(update) } }
  }

  mutating func adopt(_ scope: Scope) {
    let isDone: Void? = changeWaterfall { pane in
      var below = scope
      below.paneSizes[.pushed] = scope.paneSizes[.pushed].map { pane.roomBelowBlame($0) }
      pane.adopt(below)
    }
    if isDone == nil { change { $0.adopt(scope) } }
  }

  mutating func select(row: Int, in context: ViewContext, height: Int) {
    let isDone: Void? = changeWaterfall { $0.selectInFrame(row: row, in: context, height: height) }
    if isDone == nil { change { $0.select(row: row, in: context, height: height) } }
  }
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if case .waterfall = self {
      return changeWaterfall { $0.performInFrame(command, in: context, height: height) } ?? nil
    }
    return change { $0.perform(command, in: context, height: height) } ?? nil
  }

  /// As `change`, for the waterfall, which has more around it than a pane; nil where something else is on top.
  private mutating func changeWaterfall<Result>(_ body: (inout WaterfallPane) -> Result) -> Result? {
    guard case .waterfall(var pane) = self else { return nil }
    self = .taken
    defer { self = .waterfall(pane) }
    return body(&pane)
  }

  /// Hands the pane over instead of sharing it: a shared log buffer would be copied at its first change.
  @discardableResult
  private mutating func change<Result>(_ body: (inout any Pane) -> Result) -> Result? {
    guard var pane else { return nil }
    self = .taken
    let result = body(&pane)
    self = PushedView(pane)
    return result
  }
}
