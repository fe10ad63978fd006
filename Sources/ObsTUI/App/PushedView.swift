import ObsData

/// A view on top of the panes; `Esc` takes it off.
enum PushedView: Equatable, Sendable {
  case waterfall(WaterfallPane)
  case logs(LogPane)
  case alerts(AlertPane)
  case queries(SavedQueryList)
  case traceFile(TraceFilePane)
  /// Only while a change is under way.
  case taken

  private var pane: (any Pane)? {
    switch self {
    case .waterfall(let pane): pane
    case .logs(let pane): pane
    case .alerts(let pane): pane
    case .queries(let pane): pane
    case .traceFile(let pane): pane
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
    default: self = .taken
    }
  }

  /// Where keys are heard while it is on top.
  var scope: CommandScope {
    switch self {
    case .waterfall: .waterfall
    case .alerts: .alerts
    case .traceFile: .traces
    case .logs, .queries, .taken: .logs
    }
  }

  func title(in context: ViewContext) -> String { pane?.title(in: context) ?? "" }
  func subscriptions(in scope: Scope) -> Set<Subscription> { pane?.subscriptions(in: scope) ?? [] }
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    pane?.view(size, in: context) ?? Canvas(size: size)
  }

  mutating func receive(_ update: Update) { change { $0.receive(update) } }
  mutating func adopt(_ scope: Scope) { change { $0.adopt(scope) } }
  mutating func select(row: Int, in context: ViewContext, height: Int) {
    change { $0.select(row: row, in: context, height: height) }
  }
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    change { $0.perform(command, in: context, height: height) } ?? nil
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
