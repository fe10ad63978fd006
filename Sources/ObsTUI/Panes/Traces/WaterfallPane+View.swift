import ObsData

extension WaterfallPane {
  func title(in context: ViewContext) -> String {
    let dot = context.glyphs == .unicode ? " · " : " - "
    var parts = ["Trace \(request.id.short)"]
    if let file { parts.append(file) }
    switch content {
    case .asking where context.absent.stores.contains(.jaeger): parts.append("no Jaeger")
    case .asking: parts.append(failure == nil ? "asking" : "failing")
    case .missing(_, _, let retryAt): parts.append(retryAt == nil ? "not there" : "not there yet")
    case .found(let trace, let tree, let isGrowing):
      let spans = trace.spans.count
      parts.append("\(Formatting.count(spans, style: .exact)) \(spans == 1 ? "span" : "spans")")
      if !fresh.isEmpty, isGrowing { parts[1] += " (\(Formatting.count(fresh.count, style: .exact)) new)" }
      if tree.orphanCount > 0 {
        parts[1] +=
          ", \(Formatting.count(tree.orphanCount, style: .exact)) \(tree.orphanCount == 1 ? "orphan" : "orphans")"
      }
      if isGrowing { parts[1] += ", still arriving" }
      if failure != nil { parts.append("failing") }
    }
    return parts.joined(separator: dot)
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let (trace, tree) = found else { return viewWithoutTrace(size, in: context) }
    var canvas = Canvas(size: size)
    let layout = layout(size, wish: detail == nil ? .closed : panel)
    let width = size.width - (layout.panelWidth > 0 ? layout.panelWidth + 1 : 0)
    if layout.head > 0 { drawHeader(trace, tree, width: size.width, in: context, on: &canvas) }
    let columns = WaterfallColumns(width: width, tree: tree, shown: zoom.range(in: tree.range))
    let ruler = lines.cursorIndex.map { lines.lines[$0].entry.timestamp } ?? selectedNode.map { tree.nodes[$0].start }
    if layout.head > 1 { drawAxis(tree, columns: columns, layout: layout, ruler: ruler, in: context, on: &canvas) }
    var cursor = position
    cursor.reveal(count: rowCount, height: layout.rows)
    for (line, row) in cursor.visible(count: rowCount, height: layout.rows).enumerated() {
      drawRow(
        row, y: layout.head + line, isSelected: row == cursor.selected, columns: columns, ruler: ruler, in: context,
        on: &canvas)
    }
    if let detail { place(detail, layout: layout, left: width, in: context, on: &canvas) }
    if layout.note > 0, let note = note(in: context) {
      canvas.write(CharacterWidth.clipped(note.text, to: size.width), x: 0, y: size.height - 1, style: Style(note.role))
    }
    return canvas
  }

  /// A span, or behind the last one the log lines of a service that have no span.
  private func drawRow(
    _ row: Int, y: Int, isSelected: Bool, columns: WaterfallColumns, ruler: Timestamp?, in context: ViewContext,
    on canvas: inout Canvas
  ) {
    guard let (trace, tree) = found else { return }
    let isZoomed = zoom.range != nil
    if let node = rows.node(at: row) {
      WaterfallRow(
        node: node, trace: trace, tree: tree, rows: rows, isNew: fresh.contains(node), critical: criticalSections(node)
      ).draw(y: y, columns: columns, isSelected: isSelected, in: context, on: &canvas)
      let end = rows.folded.contains(node) ? tree.nodes[node].subtreeEnd : node + 1
      lines.drawTicks(
        lines.indices(on: node..<end), columns: columns, y: y, isZoomed: isZoomed,
        background: isSelected ? (context.isFocused ? .selection : .selectionUnfocused) : nil, in: context, on: &canvas)
    } else {
      lines.drawExtra(
        row - rows.count, columns: columns, y: y, isZoomed: isZoomed, isSelected: isSelected, in: context, on: &canvas)
    }
    if !isSelected { columns.axis.drawRuler(ruler, x: columns.barX, y: y, glyphs: context.glyphs, on: &canvas) }
  }

  private func place(
    _ detail: SpanDetailPanel, layout: WaterfallLayout, left: Int, in context: ViewContext, on canvas: inout Canvas
  ) {
    let size = canvas.size
    guard layout.panelWidth > 0 else {
      let panel = detail.view(Size(width: size.width, height: layout.panel), in: context)
      canvas.place(panel, at: Point(x: 0, y: layout.head + layout.rows))
      return
    }
    let height = layout.panelHeight(of: size)
    canvas.fill(
      Rect(x: left, y: layout.head, width: 1, height: height), with: context.glyphs == .unicode ? "│" : "|",
      style: Style(.border))
    let panel = detail.view(Size(width: layout.panelWidth, height: height), in: context)
    canvas.place(panel, at: Point(x: left + 1, y: layout.head))
  }

  /// The trace's start and the times of the bars; below them, while a part is shown, the whole trace with that part.
  private func drawAxis(
    _ tree: TraceTree, columns: WaterfallColumns, layout: WaterfallLayout, ruler: Timestamp?, in context: ViewContext,
    on canvas: inout Canvas
  ) {
    let hasTimes = tree.range.start.nanoseconds != 0 || tree.range.duration > .zero
    let start =
      hasTimes
      ? Formatting.time(tree.range.start, as: context.time, now: context.now, withDate: columns.name >= 23)
      : "(no times)"
    canvas.write(start, x: 0, y: 1, style: Style(.logTime), width: columns.name)
    columns.axis.draw(x: columns.barX, y: 1, ruler: ruler, glyphs: context.glyphs, on: &canvas)
    guard layout.hasMinimap else { return }
    let shown = zoom.range(in: tree.range)
    let duration = Formatting.duration(shown.duration, glyphs: context.glyphs)
    let offset = Formatting.duration(shown.start - tree.range.start, glyphs: context.glyphs)
    canvas.write(
      CharacterWidth.clipped("\(duration) from +\(offset)", to: columns.name), x: 0, y: 2, style: Style(.chartCursor))
    density.draw(
      shown, of: tree.range, x: columns.barX, y: 2, width: columns.axis.width, glyphs: context.glyphs, on: &canvas)
  }

  /// Whether there is something to say below the rows.
  var hasNote: Bool { failure != nil || lines.cursor != nil || !notes.isEmpty }

  /// What has to be said below the rows: a store that fails, what it says of the trace, circles that were cut.
  func note(in context: ViewContext) -> (text: String, role: Role)? {
    guard found != nil else { return nil }
    if let line = lineNote(in: context) { return line }
    if let failure {
      return (FailureText.line(failure, of: .jaeger, dataFrom: answeredAt, now: context.now), .statusError)
    }
    return notes.isEmpty ? nil : (notes.joined(separator: "; "), .statusStale)
  }

  private var notes: [String] {
    guard let (trace, tree) = found else { return [] }
    var notes = trace.warnings
    if trace.spans.isEmpty { notes.append("this trace holds no span") }
    if let words = TraceLimits.suspicion(of: trace) { notes.append(words) }
    if tree.cyclesCut > 0 { notes.append("\(tree.cyclesCut) circular references cut") }
    if tree.duplicateCount > 0 { notes.append("\(tree.duplicateCount) spans share another one's id") }
    if !isFocusDone, let focus { notes.append("span \(focus), which wrote the line, is not there yet") }
    return notes + lineNotes
  }

  /// What stands for the root's name where there is none.
  private var rootWords: String {
    if case .found(let trace, _, true) = content, !trace.spans.isEmpty { return "(root not there yet)" }
    return "(no root)"
  }

  /// The header: identifier and root as far as the figures leave room.
  private func drawHeader(
    _ trace: Trace, _ tree: TraceTree, width: Int, in context: ViewContext, on canvas: inout Canvas
  ) {
    let dot = context.glyphs == .unicode ? " · " : " - "
    var figures: [(text: String, role: Role)] = [
      (Formatting.duration(tree.range.duration, glyphs: context.glyphs), .text),
      ("\(Formatting.count(trace.spans.count, style: .exact)) \(trace.spans.count == 1 ? "span" : "spans")", .text),
    ]
    if tree.errorCount > 0 {
      let mark = context.glyphs == .unicode ? "✗" : "!"
      let word = tree.errorCount == 1 ? "error" : "errors"
      figures.append(("\(mark) \(Formatting.count(tree.errorCount, style: .exact)) \(word)", .spanError))
    }
    if let search = context.search, search == find.search, let matches = find.matches {
      let count = Formatting.count(matches.count, style: .exact)
      figures.append(("\(count) \(matches.count == 1 ? "match" : "matches")", .text))
    }
    if !rows.hidden.isEmpty {
      let hidden = rows.hidden.count
      let text = "\(Formatting.count(hidden, style: .exact)) \(hidden == 1 ? "span" : "spans") hidden"
      figures.append((text, .statusStale))
    }
    if case .found(_, _, let isGrowing) = content {
      let orphans = tree.orphanCount
      if orphans > 0 {
        let text = "\(Formatting.count(orphans, style: .exact)) \(orphans == 1 ? "orphan" : "orphans")"
        figures.append((text + (isGrowing ? ", still arriving" : ""), .statusStale))
      } else if isGrowing {
        figures.append(("still arriving", .statusStale))
      }
    }
    if !lines.lines.isEmpty {
      let count = lines.lines.count
      let text = "\(Formatting.count(count, style: .exact)) log \(count == 1 ? "line" : "lines")"
      let taken = figures.reduce(0) { $0 + CharacterWidth.cells(in: dot + $1.text) }
      if taken + CharacterWidth.cells(in: dot + text) + 24 <= width { figures.append((text, .textMuted)) }
    }
    // In a narrow pane the count of spans goes first, then the duration: what is wrong is said as long as possible.
    func taken() -> Int { figures.reduce(0) { $0 + CharacterWidth.cells(in: dot + $1.text) } }
    if taken() > width { figures.remove(at: 1) }
    if taken() > width { figures.remove(at: 0) }
    let figureWidth = taken()
    let root = tree.root.map { tree.nodes[$0].span }
    let name = root.map { "\(trace.service(of: $0)): \(trace.spans[$0].operation)" } ?? rootWords
    let id = String(trace.id.short.prefix(8))
    let room = width - figureWidth - CharacterWidth.cells(in: id) - 1
    var x = 0
    if room >= 4 {
      x += canvas.write(id + " ", x: x, y: 0, style: Style(.textMuted))
      x += canvas.write(CharacterWidth.clipped(name, to: room), x: x, y: 0, style: Style(.textStrong))
    }
    for (index, figure) in figures.enumerated() {
      if index > 0 || x > 0 { x += canvas.write(dot, x: x, y: 0, style: Style(.textMuted)) }
      x += canvas.write(figure.text, x: x, y: 0, style: Style(figure.role))
    }
  }
}
