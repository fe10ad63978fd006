import ObsData

/// What the analysis adds around and in the place of the bars. The bars know of it only the stretches of the critical path.
extension WaterfallPane {
  /// The lines of the blame above the bars; none in a low pane, and none while it is not known.
  func blameLines(_ size: Size) -> [String] {
    guard !insight.sentence.isEmpty, found != nil, size.height >= 8 else { return [] }
    let most = size.height >= 20 ? 3 : size.height >= 12 ? 2 : 1
    let lines = TextWrap.lines(insight.sentence, width: size.width)
    guard lines.count > most else { return lines }
    // What is cut says so; B copies the whole.
    let rest = lines[(most - 1)...].joined(separator: " ")
    return lines.prefix(most - 1) + [CharacterWidth.clipped(rest, to: size.width)]
  }

  /// The pane's width, where it is known.
  private var frameWidth: Int { room?.width ?? 0 }

  /// The stretches of a span that are drawn as the critical path.
  func criticalSections(_ node: Int) -> [CriticalPath.Section] {
    insight.showsPath ? insight.analysis?.criticalPath.sections(of: node) ?? [] : []
  }

  /// The room that is left for bars or a view.
  func roomBelowBlame(_ size: Size) -> Size {
    Size(width: size.width, height: max(0, size.height - blameLines(size).count))
  }

  /// The pane as it stands on the screen: blame, then the bars or a view.
  func frame(_ size: Size, in context: ViewContext) -> Canvas {
    let lines = blameLines(size)
    let room = roomBelowBlame(size)
    let below = insight.view.map { analysisView($0, room, in: context) } ?? view(room, in: context)
    guard !lines.isEmpty else { return below }
    var canvas = Canvas(size: size)
    for (y, line) in lines.enumerated() {
      let hasNews = insight.analysis?.blame.clauses.isEmpty == false
      canvas.write(line, x: 0, y: y, style: Style(hasNews ? .text : .textMuted))
    }
    canvas.place(below, at: Point(x: 0, y: lines.count))
    return canvas
  }

  /// What the title says of the view.
  func frameTitle(in context: ViewContext) -> String {
    let title = title(in: context)
    guard let view = insight.view else { return title }
    return title + (context.glyphs == .unicode ? " · " : " - ") + view.title
  }

  /// What the comparison asks for, beside the trace itself.
  var comparisonSubscriptions: Set<Subscription> {
    insight.comparison?.subscription.map { [$0] } ?? []
  }

  /// Does a command of the analysis, or hands it to the bars, whose room is what the blame leaves.
  mutating func performInFrame(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    let size = Size(width: frameWidth, height: height)
    let room = roomBelowBlame(size)
    guard found != nil else { return perform(command, in: context, height: height) }
    if let requests = performAnalysis(command, height: room.height) { return requests }
    guard insight.view != nil else { return perform(command, in: context, height: room.height) }
    return performInView(command, in: context, height: room.height - 1)
  }

  mutating func selectInFrame(row y: Int, in context: ViewContext, height: Int) {
    let size = Size(width: frameWidth, height: height)
    let line = y - blameLines(size).count
    let room = roomBelowBlame(size)
    guard var view = insight.view else {
      if line >= 0 { select(row: line, in: context, height: room.height) }
      return
    }
    let count = lineCount(of: view.kind)
    view.cursor.reveal(count: count, height: room.height - 1)
    guard line >= 1, line - 1 < view.cursor.visible(count: count, height: room.height - 1).count else { return }
    view.cursor.select(view.cursor.top + line - 1, count: count, height: room.height - 1)
    insight.view = view
  }

  private mutating func performAnalysis(_ command: Command, height: Int) -> [Request]? {
    switch command {
    case .criticalPath:
      insight.showsPath.toggle()
      return [.notice(insight.showsPath ? "the critical path is drawn on the bars" : "bars without the critical path")]
    case .copyBlame:
      guard !insight.sentence.isEmpty else { return [.notice("the trace is still being analysed")] }
      return [.copy("\(request.id.short): \(insight.sentence)", what: "the blame")]
    case .traceStatistics:
      switch insight.view?.kind {
      case .operations: show(.services)
      case .services: insight.view = nil
      default: show(.operations)
      }
      return []
    case .flameGraph:
      toggle(.flame)
      return []
    case .traceEvents:
      toggle(.events)
      guard insight.view != nil, insight.events == nil, let work = eventWork() else { return [] }
      return [.analyse(work)]
    case .compare:
      switch insight.view?.kind {
      case .comparison:
        show(.comparedPaths)
        return []
      case .comparedPaths:
        insight.view = nil
        return []
      default: break
      }
      if insight.comparison == nil, let (trace, tree) = found { insight.comparison = TraceMatch(trace, tree) }
      show(.comparison)
      return []
    default: return nil
    }
  }

  /// Compares with a trace that the user named.
  mutating func compare(with text: String) -> [Request] {
    guard let id = TraceID(hex: text) else {
      return [.notice("\"\(text)\" is no trace id: 16 or 32 hexadecimal digits", isError: true)]
    }
    guard found != nil else { return [.notice("the trace is not there yet")] }
    guard id != request.id else { return [.notice("that is this trace")] }
    insight.comparison = TraceMatch(request.id, with: id)
    show(.comparison)
    return []
  }

  private mutating func show(_ kind: AnalysisView.Kind) { insight.view = AnalysisView(kind: kind) }

  private mutating func toggle(_ kind: AnalysisView.Kind) {
    insight.view = insight.view?.kind == kind ? nil : AnalysisView(kind: kind)
  }

  private mutating func performInView(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    guard var view = insight.view else { return nil }
    let count = lineCount(of: view.kind)
    view.cursor.reveal(count: count, height: height)
    if view.cursor.move(command, count: count, height: height) {
      insight.view = view
      return []
    }
    switch command {
    case .back:
      insight.view = nil
      // Another comparison is chosen the next time.
      if view.kind.isComparison { insight.comparison = nil }
      return []
    case .open:
      guard count > 0 else { return [] }
      guard let node = node(of: view) else { return [.notice("only the other trace has it")] }
      insight.view = nil
      return go(to: node, what: "span", forward: true, height: layout(height: height + 1).rows)
    case .logsOfTrace: return perform(command, in: context, height: height)
    case .copy:
      let text = line(view.cursor.selected, of: view.kind, in: context)
      let figures = (text?.figures.map(\.text) ?? []) + [text?.name.map(\.text).joined() ?? ""]
      return [.copy(figures.joined(separator: " "), what: "the line")]
    default: return nil
    }
  }

  /// The span that a line leads to: the longest of an operation, the first of a path, the one that logged an event.
  private func node(of view: AnalysisView) -> Int? {
    guard let (trace, tree) = found, let analysis = insight.analysis else { return nil }
    let row = view.cursor.selected
    switch view.kind {
    case .operations, .services:
      let rows = view.kind == .operations ? analysis.statistics.operations : analysis.statistics.services
      guard rows.indices.contains(row) else { return nil }
      let wanted = rows[row].operation
      let fitting = tree.nodes.indices.filter { node in
        let span = tree.nodes[node].span
        return trace.service(of: span) == wanted.service
          && (view.kind == .services || trace.spans[span].operation == wanted.name)
      }
      return fitting.max { trace.spans[tree.nodes[$0].span].duration < trace.spans[tree.nodes[$1].span].duration }
    case .flame:
      return analysis.flameGraph.frames.indices.contains(row) ? analysis.flameGraph.frames[row].firstNode : nil
    case .events: return insight.events.flatMap { $0.entries.indices.contains(row) ? $0.entries[row].node : nil }
    case .comparison, .comparedPaths:
      let rows = comparedRows(view.kind)
      return rows.indices.contains(row) ? rows[row].b.firstNode : nil
    }
  }
}
