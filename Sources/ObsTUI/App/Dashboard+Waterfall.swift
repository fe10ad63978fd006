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
    case .copy where argument == "text":
      let text = pane.spanText
      requests = [text.map { .copy($0, what: "the span as text") } ?? .notice("no span is selected")]
    case .copy: requests = [.copy(pane.request.id.description, what: "the trace id")]
    default: requests = []
    }
    pushed[pushed.count - 1] = .waterfall(pane)
    return requests.flatMap { fulfil($0) }
  }

  /// Hands what work on a trace has come to over to the pane that asked for it.
  mutating func finish(_ outcome: TraceWork.Outcome, of ticket: TraceWork.Ticket) -> [Effect] {
    let height = max((layout?.panes[.pushed]?.height ?? 2) - 1, 1)
    var requests: [Request] = []
    for index in pushed.indices {
      guard case .waterfall(var pane) = pushed[index], pane.request == ticket.request else { continue }
      pushed[index] = .taken
      requests += pane.finish(outcome, of: ticket, height: height)
      pushed[index] = .waterfall(pane)
    }
    return requests.flatMap { fulfil($0) }
  }

  /// Opens the logs of a trace on one of its lines, which is marked, so that it is found again.
  mutating func openLogs(of id: TraceID, at line: LogEntry) {
    var pane = LogPane(traceID: id, around: line.timestamp, now: now, capacity: configuration.heldLines)
    pane.position = LogPosition(isFollowing: false, selected: LineKey(timestamp: line.timestamp, sequence: .min))
    pane.marks = [line.id]
    push(.logs(pane))
  }

  /// Writes the trace on the screen to a file, in the form that its name or a word behind it asks for; nil where a text file is
  /// wanted, or where there is no trace.
  func writeTrace(to argument: String, replaces: Bool) -> [Effect]? {
    guard let trace = focusedWaterfall?.found?.trace else { return nil }
    var path = argument
    var format: TraceFormat?
    if let last = argument.split(separator: " ").last, last.count < argument.count,
      let word = TraceFormat(rawValue: last.lowercased())
    {
      format = word
      path = String(argument.dropLast(last.count)).trimmingSpaces()
    }
    if format == nil, path.lowercased().hasSuffix(".txt") { return nil }
    let form = format ?? (path.lowercased().hasSuffix(".otlp.json") ? .otlp : .jaeger)
    return [.writeTrace(TraceWriter(trace, as: form), path: path, replaces: replaces)]
  }
}
