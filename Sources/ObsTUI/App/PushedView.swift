import ObsData

/// A view on top of the panes; `Esc` takes it off.
enum PushedView: Equatable, Sendable {
  case waterfall(WaterfallPane)
  case logs(LogPane)
  /// Only while a change is under way.
  case taken

  private var pane: (any Pane)? {
    switch self {
    case .waterfall(let pane): pane
    case .logs(let pane): pane
    case .taken: nil
    }
  }

  var scope: CommandScope { if case .waterfall = self { .waterfall } else { .logs } }

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
    switch take() {
    case .waterfall(var pane):
      pane.receive(update)
      pane.insight.comparison?.receive(update)
      self = .waterfall(pane)
    case .logs(var pane):
      pane.receive(update)
      self = .logs(pane)
    case .taken: break
    }
  }

  mutating func adopt(_ scope: Scope) {
    switch take() {
    case .waterfall(var pane):
      var below = scope
      below.paneSizes[.pushed] = scope.paneSizes[.pushed].map { pane.roomBelowBlame($0) }
      pane.adopt(below)
      self = .waterfall(pane)
    case .logs(var pane):
      pane.adopt(scope)
      self = .logs(pane)
    case .taken: break
    }
  }

  mutating func select(row: Int, in context: ViewContext, height: Int) {
    switch take() {
    case .waterfall(var pane):
      pane.selectInFrame(row: row, in: context, height: height)
      self = .waterfall(pane)
    case .logs(var pane):
      pane.select(row: row, in: context, height: height)
      self = .logs(pane)
    case .taken: break
    }
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch take() {
    case .waterfall(var pane):
      defer { self = .waterfall(pane) }
      return pane.performInFrame(command, in: context, height: height)
    case .logs(var pane):
      defer { self = .logs(pane) }
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
