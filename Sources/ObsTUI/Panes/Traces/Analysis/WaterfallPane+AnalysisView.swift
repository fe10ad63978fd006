import ObsData

extension WaterfallPane {
  /// How many lines a view has below its heading.
  func lineCount(of kind: AnalysisView.Kind) -> Int {
    switch kind {
    case .operations: insight.analysis?.statistics.operations.count ?? 0
    case .services: insight.analysis?.statistics.services.count ?? 0
    case .flame: insight.analysis?.flameGraph.frames.count ?? 0
    case .events: insight.events?.entries.count ?? 0
    case .comparison, .comparedPaths: comparedRows(kind).count
    }
  }

  /// Draws a view: its heading, then the lines that fit.
  func analysisView(_ view: AnalysisView, _ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    let heading = heading(of: view.kind, width: size.width, in: context)
    heading.draw(y: 0, width: size.width, on: &canvas)
    let count = lineCount(of: view.kind)
    let height = max(size.height - 1, 0)
    guard count > 0 else {
      for (y, line) in TextWrap.lines(absence(of: view.kind, in: context), width: size.width).enumerated() {
        canvas.write(line, x: 0, y: y + 1, style: Style(.textMuted))
      }
      return canvas
    }
    var cursor = view.cursor
    cursor.reveal(count: count, height: height)
    for (place, row) in cursor.visible(count: count, height: height).enumerated() {
      guard let line = line(row, of: view.kind, in: context) else { continue }
      let width = view.kind == .flame ? flameNameWidth(size.width) : size.width
      line.draw(y: place + 1, width: width, on: &canvas)
      if view.kind == .flame { drawFlame(row, x: width + 1, y: place + 1, in: context, on: &canvas) }
      guard row == cursor.selected else { continue }
      let role: Role = context.isFocused ? .selection : .selectionUnfocused
      canvas.highlight(Rect(x: 0, y: place + 1, width: size.width, height: 1), with: role)
    }
    return canvas
  }

  private func flameNameWidth(_ width: Int) -> Int { max(24, width * 55 / 100) }

  /// Why a view has no lines.
  private func absence(of kind: AnalysisView.Kind, in context: ViewContext) -> String {
    switch kind {
    case .operations, .services, .flame:
      return insight.analysis == nil ? "the trace is being analysed …" : "the trace holds no span"
    case .events:
      return insight.events == nil ? "the events are being collected …" : "no span of this trace logged an event"
    case .comparison, .comparedPaths:
      guard let comparison = insight.comparison else { return "" }
      if comparison.subscription != nil, context.absent.stores.contains(.jaeger) {
        return "no comparison: there is no Jaeger to ask for another trace"
      }
      switch comparison.stage {
      case .choosing(let query): return "asking Jaeger for other traces of \(query.operation ?? "") …"
      case .fetching(let request): return "asking Jaeger for trace \(request.id.short) …"
      case .failed(let reason): return "no comparison: \(reason)"
      case .found: return comparison.result == nil ? "comparing …" : "neither trace holds a span"
      }
    }
  }

  private func heading(of kind: AnalysisView.Kind, width: Int, in context: ViewContext) -> AnalysisLine {
    func figures(_ titles: [(String, Int)]) -> [AnalysisLine.Figure] {
      titles.map { AnalysisLine.Figure(text: $0.0, width: $0.1, role: .textMuted) }
    }
    let names: (String) -> [(text: String, role: Role)] = { [($0, .textMuted)] }
    switch kind {
    case .operations, .services:
      let titles = [("self", 7), ("%", 4), ("total", 7), ("count", 6), ("avg", 7), ("p95", 7), ("errors", 6)]
      return AnalysisLine(
        figures: figures(titles), name: names(kind == .services ? "service" : "operation (S: by service)"))
    case .flame:
      return AnalysisLine(figures: figures([("self", 7), ("%", 4), ("count", 6)]), name: names("call path"))
    case .events:
      let dropped = insight.events?.droppedCount ?? 0
      let note = dropped > 0 ? " (\(Formatting.count(dropped, style: .exact)) more are not held)" : ""
      return AnalysisLine(figures: figures([("offset", 8)]), name: names("span, event and its fields" + note))
    case .comparison, .comparedPaths:
      let titles = [("self ±", 8), ("A", 7), ("B", 7), ("count A", 7), ("B", 6)]
      return AnalysisLine(figures: figures(titles), name: names(comparisonWords(kind)))
    }
  }

  /// One line of a view.
  func line(_ row: Int, of kind: AnalysisView.Kind, in context: ViewContext) -> AnalysisLine? {
    guard let (trace, tree) = found, row < lineCount(of: kind) else { return nil }
    func time(_ duration: Duration) -> String { Formatting.duration(duration, glyphs: context.glyphs) }
    switch kind {
    case .operations, .services: return statisticsLine(row, kind, time)
    case .flame: return flameLine(row, time, in: context)
    case .events:
      guard let entry = insight.events?.entries[row] else { return nil }
      let offset = entry.event.timestamp - tree.range.start
      let span = tree.nodes[entry.node].span
      let service = trace.service(of: span)
      let fields = entry.event.attributes.prefix(8).map { "\($0.key)=\($0.value.text)" }
      return AnalysisLine(
        figures: [AnalysisLine.Figure(text: (offset >= .zero ? "+" : "") + time(offset), width: 8, role: .logTime)],
        name: [
          (service + ": ", Role.series(for: service)), (trace.spans[span].operation + "  ", .spanOperation),
          (entry.event.name, .textStrong), (fields.isEmpty ? "" : "  " + fields.joined(separator: " "), .textMuted),
        ])
    case .comparison, .comparedPaths:
      return comparisonLine(comparedRows(kind)[row], time, arrow: context.glyphs == .unicode ? " ← " : " < ")
    }
  }

  private func statisticsLine(
    _ row: Int, _ kind: AnalysisView.Kind, _ time: (Duration) -> String
  ) -> AnalysisLine? {
    guard let analysis = insight.analysis else { return nil }
    let line = kind == .operations ? analysis.statistics.operations[row] : analysis.statistics.services[row]
    let whole = max(analysis.flameGraph.total.seconds, 1e-9)
    typealias Figure = AnalysisLine.Figure
    return AnalysisLine(
      figures: [
        Figure(text: time(line.selfTime), width: 7, role: .textStrong),
        Figure(text: BlameText.percent(line.selfTime.seconds / whole), width: 4),
        Figure(text: time(line.total), width: 7), Figure(text: Formatting.count(line.count), width: 6),
        Figure(text: time(line.average), width: 7), Figure(text: time(line.percentile95), width: 7),
        Figure(
          text: line.errorCount == 0 ? "" : Formatting.count(line.errorCount), width: 6, role: .spanError),
      ],
      name: [
        (line.operation.service + (kind == .operations ? ": " : ""), Role.series(for: line.operation.service)),
        (line.operation.name, .spanOperation),
      ])
  }

  private func flameLine(_ row: Int, _ time: (Duration) -> String, in context: ViewContext) -> AnalysisLine? {
    guard let graph = insight.analysis?.flameGraph else { return nil }
    let frame = graph.frames[row]
    let operation = graph.operations[frame.operation]
    let mark = frame.errorCount > 0 ? (context.glyphs == .unicode ? "✗ " : "! ") : ""
    typealias Figure = AnalysisLine.Figure
    return AnalysisLine(
      figures: [
        Figure(text: time(frame.selfTime), width: 7, role: .textStrong),
        Figure(text: BlameText.percent(frame.total.seconds / max(graph.total.seconds, 1e-9)), width: 4),
        Figure(text: Formatting.count(frame.count), width: 6),
      ],
      name: [
        (String(repeating: " ", count: min(frame.depth, 16)), .spanGuide), (mark, .spanError),
        (operation.service + ": ", Role.series(for: operation.service)), (operation.name, .spanOperation),
      ])
  }

  /// A frame's bar: as wide as its total, its own time at the end in another glyph.
  private func drawFlame(_ row: Int, x: Int, y: Int, in context: ViewContext, on canvas: inout Canvas) {
    guard let graph = insight.analysis?.flameGraph, graph.total > .zero else { return }
    let width = canvas.size.width - x
    guard width > 0 else { return }
    let frame = graph.frames[row]
    let whole = graph.total.seconds
    let start = frame.offset.seconds / whole
    let own = start + (frame.total - frame.selfTime).seconds / whole
    let end = start + frame.total.seconds / whole
    let role: Role = frame.errorCount > 0 ? .spanBarError : .spanBar
    let range = SpanBar.eighths(from: start, to: end, width: width)
    SpanBar.shade(range, x: x, y: y, width: width, style: Style(role), glyphs: context.glyphs, on: &canvas)
    guard frame.selfTime > .zero else { return }
    SpanBar.draw(
      SpanBar.eighths(from: own, to: end, width: width), x: x, y: y, width: width, style: Style(role),
      glyphs: context.glyphs, on: &canvas)
  }
}
