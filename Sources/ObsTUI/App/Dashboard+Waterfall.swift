import ObsData

/// What the command line asks of an open trace.
extension Dashboard {
  /// The waterfall that has the focus, if one has.
  var focusedWaterfall: WaterfallPane? {
    if focus == .pushed, case .waterfall(let pane) = pushed.last { return pane }
    return nil
  }

  /// Does a command with an argument that is meant for the trace on the screen.
  mutating func performOnTrace(_ command: Command, argument: String) -> [Effect] {
    guard var pane = focusedWaterfall else {
      say("\(command.name) is for an open trace", isError: true)
      return []
    }
    // Given back below: a shared one would be copied.
    pushed[pushed.count - 1] = .taken
    let requests: [Request]
    switch command {
    case .hide: requests = pane.hide(service: argument)
    case .show: requests = pane.show(service: argument == "all" ? "" : argument)
    default: requests = []
    }
    pushed[pushed.count - 1] = .waterfall(pane)
    return requests.flatMap { fulfil($0) }
  }
}
