import ObsData

extension WaterfallPane {
  /// What is asked of the log store: the same as its own pane asks for the trace's lines.
  var lineQuery: LogQuery? {
    guard found != nil, let lineWindow else { return nil }
    return LogQuery(traceID: request.id, window: lineWindow)
  }

  /// Steps from log line to log line; nil where the command is another one.
  mutating func performLines(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    guard let (_, tree) = found else { return nil }
    switch command {
    case .nextLogLine, .previousLogLine:
      return step(forward: command == .nextLogLine, tree, in: context, height: height)
    case .open, .logsOfTrace:
      guard detail?.isFocused != true, let index = lines.cursorIndex else { return nil }
      return [.openLine(lines.lines[index].entry, of: request.id)]
    case .back where lines.cursor != nil:
      lines.cursor = nil
      return []
    default: return nil
    }
  }

  private mutating func step(
    forward: Bool, _ tree: TraceTree, in context: ViewContext, height: Int
  ) -> [Request] {
    guard !lines.lines.isEmpty else { return [.notice(noLines(in: context))] }
    let time = selectedNode.map { tree.nodes[$0].start } ?? tree.range.start
    let hidden = rows.hidden
    let next = lines.step(forward: forward, from: time) { $0.node.map { !hidden.contains($0) } ?? true }
    guard let next else { return [.notice("no log line \(forward ? "behind" : "before") this one")] }
    let line = lines.lines[next]
    if let node = line.node {
      rows.reveal(node, in: tree)
      select(node, height: height)
    } else if let extra = line.extra {
      position.select(rows.count + extra, count: rowCount, height: height)
      settle()
    }
    zoom.reveal(line.entry.timestamp, in: tree.range)
    lines.cursor = line.entry.id
    return []
  }

  private func noLines(in context: ViewContext) -> String {
    if file != nil { return "log lines are not asked for: the trace is from a file" }
    if let words = context.absent.explanation(of: .elasticsearch, without: "the trace's log lines") {
      return words.joined(separator: " ")
    }
    if let failure = lines.failure { return "no log lines: \(failure.error.sentence)" }
    return lines.hasAnswer ? "no log line has this trace's id" : "the trace's log lines have not come yet"
  }

  /// What the line says that the reader has stepped to: below the rows.
  func lineNote(in context: ViewContext) -> (text: String, role: Role)? {
    guard let index = lines.cursorIndex, let (_, tree) = found else { return nil }
    let line = lines.lines[index]
    let entry = line.entry
    let dot = context.glyphs == .unicode ? " · " : " - "
    let offset = entry.timestamp - tree.range.start
    var parts = [
      "log \(index + 1)/\(lines.lines.count) \(entry.level.letter)",
      (offset < .zero ? "" : "+") + Formatting.duration(offset, glyphs: context.glyphs),
    ]
    if let words = line.skewWords(glyphs: context.glyphs) { parts.append(words) }
    if let service = entry.service { parts.append(service) }
    let front = SearchedText.visible(entry.message, from: 0, width: 500)
    parts.append(front.split(maxSplits: 1, whereSeparator: \.isNewline).first.map(String.init) ?? "(empty message)")
    let role: Role = entry.level >= .error ? .logError : entry.level == .warning ? .logWarning : .logMessage
    return (parts.joined(separator: dot), role)
  }

  /// What has to be said of the lines as a whole.
  var lineNotes: [String] {
    var notes: [String] = []
    if lines.outside > 0 {
      let all = Formatting.count(lines.lines.count, style: .exact)
      notes.append(
        "\(Formatting.count(lines.outside, style: .exact)) of \(all) log lines lie outside their spans: clocks differ, or they were written late"
      )
    }
    if lines.dropped > 0 {
      notes.append("only the first \(Formatting.count(TraceLines.capacity, style: .exact)) log lines are drawn")
    }
    if let failure = lines.failure { notes.append("no log lines: \(failure.error.sentence)") }
    return notes
  }
}
