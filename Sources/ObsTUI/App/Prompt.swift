import ObsData

/// The line at the bottom while something is typed.
struct Prompt: Equatable, Sendable {
  enum Kind: String, Hashable, Sendable {
    case search, query, traceQuery, promQL, metricFilter, commandLine, service
  }

  var kind: Kind
  var editor: LineEditor
  /// What is wrong at the cursor; until the next key.
  var complaint: String?

  /// What stands in front of the line.
  var label: String {
    switch kind {
    case .search: "/"
    case .query, .traceQuery, .promQL: "&"
    case .metricFilter: "metrics: "
    case .commandLine: ":"
    case .service: "service: "
    }
  }
}

/// The list of services that `s` opens: type-to-filter.
enum ServicePicker {
  /// The names that hold all letters of `text` in order; those that begin with it first, then those that contain it.
  static func matches(_ text: String, in names: [String]) -> [String] {
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return names }
    let begin = names.filter { $0.hasPrefix(wanted) }
    let contain = names.filter { !$0.hasPrefix(wanted) && $0.contains(wanted) }
    let scattered = names.filter { name in
      guard !name.contains(wanted) else { return false }
      var rest = Substring(name)
      for letter in wanted {
        guard let index = rest.firstIndex(of: letter) else { return false }
        rest = rest[rest.index(after: index)...]
      }
      return true
    }
    return begin + contain + scattered
  }
}

extension Dashboard {
  mutating func openPrompt(_ kind: Prompt.Kind, text: String = "") {
    prompt = Prompt(kind: kind, editor: LineEditor(text, history: promptHistory[kind] ?? []))
  }

  /// What the prompt of `&` starts with: the focused pane's query as it stands.
  var queryText: String {
    switch focus {
    case .traces: traceFilter.text
    case .metrics: metricExpression
    case .logs, .pushed: filter
    }
  }

  mutating func pressInPrompt(_ key: Key) -> [Effect] {
    if let effects = beginPathCompletion(key) { return effects }
    guard var prompt else { return [] }
    prompt.complaint = nil
    // In the picker the arrows go through what matches, not through what was typed before.
    var key = key
    let isQuery = prompt.kind == .query || prompt.kind == .traceQuery || prompt.kind == .promQL
    if prompt.kind == .service || isQuery && prompt.editor.completion != nil {
      key = key == .down ? .tab : key == .up ? .backTab : key
    }
    switch prompt.editor.press(
      key, complete: { line, cursor in completion(of: prompt.kind, line: line, cursor: cursor) })
    {
    case .cancelled:
      self.prompt = nil
      if prompt.kind == .search { search = nil }
      if prompt.kind == .metricFilter { narrowMetrics(to: "") }
    case .submitted(let text):
      self.prompt = nil
      let effects = finish(prompt, text: text)
      // What could not be read is still being typed.
      if self.prompt?.complaint == nil { remember(text, of: prompt.kind) }
      return effects
    case .editing, .ignored:
      self.prompt = prompt
      if prompt.kind == .search { search = TextSearch(prompt.editor.text) }
      if prompt.kind == .metricFilter { narrowMetrics(to: prompt.editor.text) }
    }
    return []
  }

  private mutating func remember(_ text: String, of kind: Prompt.Kind) {
    guard !text.isEmpty, promptHistory[kind]?.last != text else { return }
    promptHistory[kind, default: []].append(text)
    if promptHistory[kind, default: []].count > 100 { promptHistory[kind]?.removeFirst() }
  }

  private mutating func finish(_ prompt: Prompt, text: String) -> [Effect] {
    switch prompt.kind {
    case .search:
      do throws(TextPattern.Refusal) {
        search = try TextSearch(reading: text)
      } catch {
        search = nil
        say("the expression cannot be read: \(error)", isError: true)
      }
      guard search != nil else { return [] }
      // The newest line is at the bottom: the nearest hit of a tail lies above.
      return perform(commandScope == .logs ? .previousMatch : .nextMatch)
    case .query: return setQuery(text)
    case .promQL: setPromQL(text)
    case .metricFilter: narrowMetrics(to: text)
    case .traceQuery:
      setTraceFilter(text)
    case .commandLine: return runLine(text)
    case .service:
      let matches = ServicePicker.matches(text, in: directory.entries.map(\.name))
      if text.isEmpty {
        chosenService = nil
      } else if let name = matches.first {
        chosenService = name
      } else {
        say("no service matches \"\(text)\"", isError: true)
      }
    }
    return []
  }

  private mutating func setQuery(_ text: String) -> [Effect] {
    switch focus {
    case .traces: setTraceFilter(text)
    case .metrics: metricExpression = text.trimmingSpaces()
    case .logs, .pushed: setFilter(text)
    }
    return []
  }

  /// What `Tab` offers for the text before the cursor.
  private func completion(of kind: Prompt.Kind, line: String, cursor: Int) -> LineEditor.Completion? {
    let text = String(line.prefix(cursor))
    switch kind {
    case .service:
      return LineEditor.Completion(start: 0, candidates: ServicePicker.matches(text, in: directory.entries.map(\.name)))
    case .search, .metricFilter: return nil
    case .query: return queryCompletion
    case .promQL: return promQLCompletion
    case .traceQuery: return traceCompletion
    case .commandLine:
      guard let invocation = CommandLine.argument(in: text) else {
        return LineEditor.Completion(start: 0, candidates: CommandLine.completions(for: text))
      }
      let values: [String]
      switch invocation.command {
      case .context: values = configuration.contexts
      case .theme: values = configuration.themes
      case .open, .save: values = savedQueries.keys.sorted()
      case .service: values = ["all"] + directory.entries.map(\.name)
      case .hide: values = Set(focusedWaterfall?.found?.trace.processes.map(\.service) ?? []).sorted()
      case .show: values = ["all"] + (focusedWaterfall?.hiddenServices.sorted() ?? [])
      case .openTrace, .write, .export: values = paths.listing?.paths(beginningWith: invocation.argument) ?? []
      default: values = []
      }
      let fitting = values.filter { $0.hasPrefix(invocation.argument) }
      return LineEditor.Completion(start: cursor - invocation.argument.count, candidates: fitting)
    }
  }
}
