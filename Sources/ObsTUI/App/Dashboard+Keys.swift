import ObsData

extension Dashboard {
  /// What a key does: in a prompt it edits, in the help it scrolls, elsewhere it runs its command.
  mutating func press(_ key: Key) -> [Effect] {
    if let question { return answer(question, with: key) }
    if prompt != nil { return pressInPrompt(key) }
    if case .paste(let text) = key { return paste(text) }
    if help != nil { return pressInHelp(key) }
    if let effects = pressMouse(key) { return effects }
    let keys = configuration.keymap.expand(key, in: commandScope)
    if keys.count > 1 { return keys.flatMap { press($0) } }
    guard let command = configuration.keymap.command(for: key, in: commandScope) else {
      if case .character(let character) = key { say("\(character) is bound to nothing here; ? shows the keys") }
      return []
    }
    return perform(command)
  }

  /// Where keys are heard now.
  var commandScope: CommandScope {
    switch focus {
    case .logs: .logs
    case .traces: .traces
    case .metrics: .metrics
    case .pushed: pushed.last?.scope ?? .logs
    }
  }

  /// Pasted text is never run as keys: a trace id opens its trace, anything else goes into the search prompt to be looked at.
  private mutating func paste(_ text: String) -> [Effect] {
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let trimmed = line.trimmingSpaces()
    if trimmed.filter({ $0 != "-" }).count >= 16, let id = TraceID(hex: trimmed) {
      openTrace(id, span: nil, origin: nil)
      return []
    }
    guard !trimmed.isEmpty else { return [] }
    openPrompt(.search, text: trimmed)
    return []
  }

  /// A click focuses a pane and selects a line of it; the wheel scrolls the pane under it.
  private mutating func pressMouse(_ key: Key) -> [Effect]? {
    switch key {
    case .click(let point):
      guard let hit = pane(at: point) else { return [] }
      focus = hit.pane
      let row = point.y - hit.rect.y - 1
      if row >= 0 { selectRow(row, height: hit.rect.height - 1) }
      return []
    case .wheelUp(let point), .wheelDown(let point):
      guard let hit = pane(at: point) else { return [] }
      focus = hit.pane
      var isDown = false
      if case .wheelDown = key { isDown = true }
      return (0..<3).flatMap { _ in perform(isDown ? .down : .up) }
    default: return nil
    }
  }

  private func pane(at point: Point) -> (pane: PaneID, rect: Rect)? {
    layout?.panes.first { _, rect in
      (rect.x..<rect.x + rect.width).contains(point.x) && (rect.y..<rect.y + rect.height).contains(point.y)
    }.map { ($0.key, $0.value) }
  }

  private mutating func selectRow(_ row: Int, height: Int) {
    let context = viewContext(isFocused: true)
    switch focus {
    case .logs: logs.select(row: row, in: context, height: height)
    case .traces: traces.select(row: row, in: context, height: height)
    case .metrics: metrics.select(row: row, in: context, height: height)
    case .pushed:
      if !pushed.isEmpty { pushed[pushed.count - 1].select(row: row, in: context, height: height) }
    }
  }
}

extension String {
  /// Without white space at its ends.
  func trimmingSpaces() -> String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
