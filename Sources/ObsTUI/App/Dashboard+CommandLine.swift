import ObsData

extension Dashboard {
  /// Runs a line of the command line: `:since 1h`.
  mutating func runLine(_ line: String) -> [Effect] {
    let line = line.trimmingSpaces()
    guard !line.isEmpty else { return [] }
    do throws(CommandLineError) {
      let invocation = try CommandLine.parse(line)
      return perform(invocation.command, argument: invocation.argument)
    } catch {
      say(error.description, isError: true)
      return []
    }
  }

  /// The commands that take an argument.
  mutating func performLine(_ command: Command, argument: String) -> [Effect] {
    let argument = argument.trimmingSpaces()
    switch command {
    case .context: return switchContext(argument)
    case .theme:
      guard configuration.themes.contains(argument) else {
        say("there is no theme \"\(argument)\": \(configuration.themes.joined(separator: ", "))", isError: true)
        return []
      }
      return [.switchTheme(argument)]
    case .trace:
      guard let id = TraceID(hex: argument) else {
        say("\"\(argument)\" is no trace id: 16 or 32 hexadecimal digits", isError: true)
        return []
      }
      openTrace(id, span: nil, origin: nil)
    case .openTrace: return openTraceFile(argument)
    case .filter: setFilter(argument)
    case .save: return saveQuery(as: argument)
    case .open: openQuery(argument)
    case .columns: chooseColumns(argument)
    case .queries: openQueryList()
    case .export: return export(to: argument)
    case .note: return noteOnLine(argument)
    case .copy:
      guard ["kql", "query"].contains(argument.lowercased()) else {
        say(":copy kql copies the query; y copies the selected line", isError: true)
        return []
      }
      let query = chips.queryText(behind: filter)
      guard !query.isEmpty else {
        say("there is no query and no filter to copy")
        return []
      }
      return [.copy(query, what: "the query")]
    case .link: return [.copy(linkText, what: "the link to this view")]
    case .write:
      guard !argument.isEmpty else {
        say(":write needs a file's name", isError: true)
        return []
      }
      let replaces = argument.hasPrefix(CommandLine.force)
      let argument = replaces ? String(argument.dropFirst()).trimmingSpaces() : argument
      if let effects = writeTrace(to: argument, replaces: replaces) { return effects }
      if let export = focusedLogs?.export(to: argument) {
        return [.writeLines(path: argument, export, replaces: replaces)]
      }
      return [.writeFile(path: argument, contents: paneText + "\n", replaces: replaces)]
    default: break
    }
    return []
  }

  private mutating func switchContext(_ name: String) -> [Effect] {
    guard configuration.contexts.contains(name) else {
      say("there is no context \"\(name)\": \(configuration.contexts.joined(separator: ", "))", isError: true)
      return []
    }
    if export != nil {
      say("an export runs: :export stop ends it", isError: true)
      return []
    }
    return [.switchContext(name)]
  }

  /// Everything of the old context goes; what the user set for himself (window, theme, times) stays.
  mutating func enter(_ configuration: Configuration) {
    var fresh = Dashboard(
      configuration: configuration, size: size, now: now, window: window, time: time, localTime: localTime,
      glyphs: glyphs)
    fresh.liveDuration = liveDuration
    fresh.isMouseOn = isMouseOn
    fresh.promptHistory = promptHistory
    fresh.savedQueries = savedQueries
    fresh.rememberedColumns = rememberedColumns
    fresh.recallColumns()
    self = fresh
    say("context \(configuration.context.name)")
  }

  private mutating func noteOnLine(_ text: String) -> [Effect] {
    if focus == .pushed, case .logs(var pane) = pushed.last {
      let requests = pane.note(text)
      pushed[pushed.count - 1] = .logs(pane)
      return requests.flatMap { fulfil($0) }
    }
    return logs.note(text).flatMap { fulfil($0) }
  }

  /// What the focused pane shows, as text.
  private var paneText: String {
    if focus == .logs { return logs.plainText }
    if focus == .pushed, case .logs(let pane) = pushed.last { return pane.plainText }
    let size = layout?.panes[focus].map { Size(width: max($0.width, 120), height: $0.height - 1) }
    return paneCanvas(focus, size: size ?? self.size).text
  }

  /// The command line that shows this view again, and the addresses of the same in the browser's tools.
  var linkText: String {
    ([viewArguments.commandLine(with: configuration.storeFlags)] + links()).joined(separator: "\n")
  }

  /// This view as arguments of the program.
  var viewArguments: ViewArguments {
    var arguments = ViewArguments()
    arguments.context = configuration.context.name
    arguments.service = chosenService
    switch window {
    case .live(let duration): arguments.since = duration
    case .frozen(let range): arguments.range = range
    }
    arguments.filter = filter.isEmpty ? nil : filter
    arguments.chips = chips.arguments
    arguments.files = configuration.logPaths
    arguments.lines = RememberedLines(logs)
    let columns = logColumns.map(\.name)
    if logColumns != LogColumn.columns(named: configuration.logColumns) { arguments.columns = columns }
    for case .waterfall(let waterfall) in pushed { arguments.trace = waterfall.request.id }
    return arguments
  }

  private func links() -> [String] {
    let range = window.range(now: now)
    var links: [String] = []
    if let id = viewArguments.trace, let link = configuration.links.jaeger(trace: id) {
      links.append(link)
    } else if let name = chosenService.map({ directory.names(of: $0)[.jaeger]?.first ?? $0 }),
      let link = configuration.links.jaeger(service: name, range: range)
    {
      links.append(link)
    }
    if let link = configuration.links.kibana(query: chips.queryText(behind: filter), range: range) {
      links.append(link)
    }
    if let link = configuration.links.grafana(range: range) { links.append(link) }
    return links
  }
}
