import ObsData

extension Dashboard {
  /// Does what a command asks for: the dashboard's own business first, so that no pane can shadow a global key.
  mutating func perform(_ command: Command, argument: String = "") -> [Effect] {
    switch command {
    case .quit: return goBack(orQuit: true)
    case .back: return goBack(orQuit: false)
    case .focusNext: moveFocus(by: 1)
    case .focusPrevious: moveFocus(by: -1)
    case .maximise: isMaximised.toggle()
    case .search where focusedExplorer?.isListShown == true:
      openPrompt(.metricFilter, text: focusedExplorer?.filter ?? "")
    case .search: openPrompt(.search)
    case .query where asksPromQL: openPromQL()
    case .query: openPrompt(focus == .traces ? .traceQuery : .query, text: queryText)
    case .commandLine: openPrompt(.commandLine)
    case .pickService: openPrompt(.service)
    case .help: help = HelpOverlay(scope: commandScope)
    case .cycleTimeDisplay: cycleTimeDisplay()
    case .refresh:
      say("asking again")
      return [.refresh]
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .toggleMouse:
      isMouseOn.toggle()
      say(isMouseOn ? "mouse on: hold shift to select text" : "mouse off")
      return [.toggleMouse]
    case .lengthenWindow, .shortenWindow, .toggleFreeze, .stepWindowBack, .stepWindowForward, .since, .goto:
      changeWindow(command, argument: argument)
    case .service1, .service2, .service3, .service4, .service5, .service6, .service7, .service8, .service9,
      .allServices, .nextService, .previousService, .service:
      changeService(command, argument: argument)
    case .cursorBack, .cursorForward, .timeCursor: return performCursor(command)
    case .previousBar, .nextBar: return moveBar(command)
    case .alerts: openAlerts(named: argument)
    case .dependencies: openDependencies()
    case .metrics, .targets, .rules, .red: openExplorer(command, argument: argument)
    case .silence where !argument.isEmpty: askToSilence(argument)
    case .copy where ["id", "text"].contains(argument) && focusedWaterfall != nil:
      return performOnTrace(command, argument: argument)
    case .copy where !argument.isEmpty, .open where !argument.isEmpty, .save, .columns, .queries, .note, .export:
      return performLine(command, argument: argument)
    case .cost: toggleCost()
    case .edit: return performEdit(argument.trimmingSpaces())
    case .dashboards, .variable: performDashboards(command, argument: argument.trimmingSpaces())
    case .hide where !argument.isEmpty || focusedWaterfall == nil,
      .show where !argument.isEmpty || focusedWaterfall == nil:
      return performOnTrace(command, argument: argument)
    case .compare where !argument.isEmpty: return compareTrace(with: argument)
    case .context, .theme, .trace, .openTrace, .filter, .link, .write: return performLine(command, argument: argument)
    default: return performInPane(command)
    }
    return []
  }

  /// Hands a command to the focused pane, and does what the pane asks for.
  mutating func performInPane(_ command: Command) -> [Effect] {
    guard let requests = askPane(command) else { return [] }
    return requests.flatMap { fulfil($0) }
  }

  /// Nil where the command is not the focused pane's business.
  private mutating func askPane(_ command: Command) -> [Request]? {
    let context = viewContext(isFocused: true)
    let height = max((layout?.panes[focus]?.height ?? 2) - 1, 1)
    switch focus {
    case .logs: return logs.perform(command, in: context, height: height)
    case .traces: return traces.perform(command, in: context, height: height)
    case .metrics: return metrics.perform(command, in: context, height: height)
    case .pushed:
      guard !pushed.isEmpty else { return nil }
      return pushed[pushed.count - 1].perform(command, in: context, height: height)
    }
  }

  /// Does what a pane asks for.
  mutating func fulfil(_ request: Request) -> [Effect] {
    switch request {
    case .openTrace(let id, let span, let origin): openTrace(id, span: span, origin: origin)
    case .openExemplar(let exemplar): openTrace(of: exemplar)
    case .openLogs(let id, let around): openLogs(of: id, around: around)
    case .openLine(let line, let id): openLogs(of: id, at: line)
    case .copy(let text, let what): return [.copy(text, what: what)]
    case .notice(let text, let isError): say(text, isError: isError)
    case .work(let work): return [.work(work)]
    case .analyse(let work): return analyse(work)
    case .cancelWork(let ticket): return [.cancelWork(ticket)]
    case .traceWork(let work): return [.traceWork(work)]
    case .openAround(let entry): openAround(entry)
    case .setFilters(let stack): chips = stack
    case .openQuery(let name):
      popView()
      openQuery(name)
    case .removeQuery(let name): return removeQuery(name)
    case .cancelTraceFile(let work): return [.cancelTraceFile(work)]
    case .openTraceOfFile(let found, let name): openTrace(found, ofFile: name)
    case .editDashboard(let change): return edit(change)
    case .freeze(let range): window = .frozen(range)
    case .showAlert(let alert): show(alert)
    case .showRule(let rule): show(rule)
    case .typeLine(let line):
      guard mayWrite() else { break }
      openPrompt(.commandLine, text: line)
    case .expire(let silence): if mayWrite() { question = .expire(silence) }
    case .showTraces(let service, let caller): showTraces(of: service, caller: caller)
    case .evaluate(let expression): evaluate(expression)
    case .showService(let name): showService(name)
    case .close: popView()
    }
    return []
  }

  /// Puts a view on top. Answers to what is asked for already went to other views: it is asked for anew.
  mutating func push(_ view: PushedView) {
    let wanted = subscriptions
    pushed.append(view)
    focus = .pushed
    renewed.formUnion(view.subscriptions(in: scope).intersection(wanted))
  }

  /// Has what views want that have just come asked for anew.
  mutating func renewals() -> [Effect] {
    guard !renewed.isEmpty else { return [] }
    answered.subtract(renewed)
    defer { renewed = [] }
    return [.renew(renewed)]
  }

  /// Opens a trace's waterfall on top; `Esc` comes back to where it was opened from.
  mutating func openTrace(_ id: TraceID, span: SpanID?, origin: LogEntry?) {
    let request = TraceRequest(id: id, around: origin?.timestamp)
    var pane = WaterfallPane(request, focus: span, origin: origin)
    pane.lines.naming = configuration.naming
    push(.waterfall(pane))
  }

  private mutating func openLogs(of id: TraceID, around: Timestamp?) {
    push(.logs(LogPane(traceID: id, around: around, now: now, capacity: configuration.heldLines)))
  }

  mutating func popView() {
    guard !pushed.isEmpty else { return }
    let popped = pushed.removeLast()
    if pushed.isEmpty {
      isMaximised = false
      focus = .logs
      if case .waterfall(let waterfall) = popped, waterfall.origin == nil { focus = .traces }
      if case .traceFile = popped { focus = .traces }
      if case .dependencies = popped { focus = .traces }
      if case .explorer = popped { focus = .metrics }
      if case .health = popped { focus = .metrics }
      if case .red = popped { focus = .metrics }
      if case .waterfall(let waterfall) = popped, waterfall.isOfExemplar { focus = .metrics }
    }
    keepFocusInView()
  }

  /// One step back: what the pane has open, then the search, then the pushed view, then the maximised pane.
  private mutating func goBack(orQuit: Bool) -> [Effect] {
    if let requests = askPane(.back) { return requests.flatMap { fulfil($0) } }
    if search != nil, !orQuit {
      search = nil
    } else if cost != nil, !orQuit {
      cost = nil
    } else if !pushed.isEmpty {
      popView()
    } else if isMaximised {
      isMaximised = false
    } else if orQuit {
      return [.quit(0)]
    }
    return []
  }

  private mutating func moveFocus(by step: Int) {
    let order = isMaximised || layout?.order.count == 1 ? allPanes : (layout?.order ?? [])
    guard let index = order.firstIndex(of: focus), !order.isEmpty else { return }
    focus = order[(index + step + order.count) % order.count]
  }

  /// The panes that exist, whether they fit on the screen or not.
  private var allPanes: [PaneID] { pushed.isEmpty ? [.logs, .traces, .metrics] : [.pushed, .metrics] }

  private mutating func cycleTimeDisplay() {
    switch time {
    case .utc: time = localTime == .utc ? .relative : localTime
    case .local: time = .relative
    case .relative: time = .utc
    }
    say("times are \(time.name)")
  }
}
