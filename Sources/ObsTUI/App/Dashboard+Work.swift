extension Dashboard {
  /// Hands what work on log lines has come to over to the pane that asked for it.
  mutating func finish(_ outcome: LogWork.Outcome, of ticket: LogWork.Ticket) -> [Effect] {
    let context = viewContext(isFocused: true)
    func height(_ pane: PaneID) -> Int { max((layout?.panes[pane]?.height ?? 2) - 1, 1) }
    var requests: [Request] = []
    if logs.subject == ticket.subject {
      requests = logs.finish(outcome, of: ticket, in: context, height: height(.logs))
    }
    for index in pushed.indices {
      requests += pushed[index].finish(outcome, of: ticket, in: context, height: height(.pushed))
    }
    return requests.flatMap { fulfil($0) }
  }

  /// Whether the focused pane shows patterns in place of lines.
  var isBoardShown: Bool {
    if focus == .pushed, case .logs(let pane) = pushed.last { return pane.isBoardShown }
    return focus == .logs && logs.isBoardShown
  }
}

extension PushedView {
  fileprivate mutating func finish(
    _ outcome: LogWork.Outcome, of ticket: LogWork.Ticket, in context: ViewContext, height: Int
  ) -> [Request] {
    guard case .logs(var pane) = self, pane.subject == ticket.subject else { return [] }
    self = .taken
    defer { self = .logs(pane) }
    return pane.finish(outcome, of: ticket, in: context, height: height)
  }
}
