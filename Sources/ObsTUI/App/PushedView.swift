import ObsData

/// A view on top of the panes; `Esc` takes it off.
enum PushedView: Equatable, Sendable {
  case waterfall(WaterfallPane)
  case logs(LogPane)
  case alerts(AlertPane)
  case dependencies(DependencyPane)
  /// Only while a change is under way.
  case taken

  private var pane: (any Pane)? {
    switch self {
    case .waterfall(let pane): pane
    case .logs(let pane): pane
    case .alerts(let pane): pane
    case .dependencies(let pane): pane
    case .taken: nil
    }
  }

  var scope: CommandScope {
    switch self {
    case .waterfall: .waterfall
    case .alerts: .alerts
    case .dependencies: .dependencies
    case .logs, .taken: .logs
    }
  }

  func title(in context: ViewContext) -> String { pane?.title(in: context) ?? "" }
  func subscriptions(in scope: Scope) -> Set<Subscription> { pane?.subscriptions(in: scope) ?? [] }
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    pane?.view(size, in: context) ?? Canvas(size: size)
  }

  mutating func receive(_ update: Update) {
    switch take() {
    case .waterfall(var pane):
      pane.receive(update)
      self = .waterfall(pane)
    case .logs(var pane):
      pane.receive(update)
      self = .logs(pane)
    case .alerts(var pane):
      pane.receive(update)
      self = .alerts(pane)
    case .dependencies(var pane):
      pane.receive(update)
      self = .dependencies(pane)
    case .taken: break
    }
  }

  mutating func adopt(_ scope: Scope) {
    switch take() {
    case .waterfall(var pane):
      pane.adopt(scope)
      self = .waterfall(pane)
    case .logs(var pane):
      pane.adopt(scope)
      self = .logs(pane)
    case .alerts(var pane):
      pane.adopt(scope)
      self = .alerts(pane)
    case .dependencies(var pane):
      pane.adopt(scope)
      self = .dependencies(pane)
    case .taken: break
    }
  }

  mutating func select(row: Int, in context: ViewContext, height: Int) {
    switch take() {
    case .waterfall(var pane):
      pane.select(row: row, in: context, height: height)
      self = .waterfall(pane)
    case .logs(var pane):
      pane.select(row: row, in: context, height: height)
      self = .logs(pane)
    case .alerts(var pane):
      pane.select(row: row, in: context, height: height)
      self = .alerts(pane)
    case .dependencies(var pane):
      pane.select(row: row, in: context, height: height)
      self = .dependencies(pane)
    case .taken: break
    }
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch take() {
    case .waterfall(var pane):
      defer { self = .waterfall(pane) }
      return pane.perform(command, in: context, height: height)
    case .logs(var pane):
      defer { self = .logs(pane) }
      return pane.perform(command, in: context, height: height)
    case .alerts(var pane):
      defer { self = .alerts(pane) }
      return pane.perform(command, in: context, height: height)
    case .dependencies(var pane):
      defer { self = .dependencies(pane) }
      return pane.perform(command, in: context, height: height)
    case .taken: return nil
    }
  }

  /// Hands the pane over instead of sharing it: a shared log buffer would be copied at its first change.
  private mutating func take() -> PushedView {
    let taken = self
    self = .taken
    return taken
  }
}
