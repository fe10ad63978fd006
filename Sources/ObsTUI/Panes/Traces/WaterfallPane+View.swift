import ObsData

/// How the lines of the waterfall are dealt out. Where the panel stands beside the tree, its lines below are not taken, but
/// movement counts with them all the same: it does not know the width.
struct WaterfallLayout {
  /// From this width on the panel stands at the right.
  static let widthForPanelAtRight = 120
  /// Header and axis; low panes have only the header.
  let head: Int
  let rows: Int
  /// Lines of the panel below, its heading included.
  let panel: Int
  let note: Int

  /// `count` is how many rows there are to show: what they do not need is the panel's.
  init(height: Int, count: Int, hasPanelBelow: Bool, hasNote: Bool) {
    head = height >= 5 ? 2 : min(max(height, 0), 1)
    note = hasNote && height >= 6 ? 1 : 0
    let left = max(0, height - head - note)
    panel = hasPanelBelow ? min(left, max(left / 2, left - count, min(left - 1, 4))) : 0
    rows = max(0, left - panel)
  }
}

extension WaterfallPane {
  func title(in context: ViewContext) -> String {
    let dot = context.glyphs == .unicode ? " · " : " - "
    var parts = ["Trace \(request.id.short)"]
    if let file { parts.append(file) }
    switch content {
    case .asking where context.absent.stores.contains(.jaeger): parts.append("no Jaeger")
    case .asking: parts.append(failure == nil ? "asking" : "failing")
    case .missing(_, _, let retryAt): parts.append(retryAt == nil ? "not there" : "not there yet")
    case .found(let trace, _, let isGrowing):
      parts.append("\(Formatting.count(trace.spans.count, style: .exact)) spans")
      if isGrowing { parts.append("growing") }
      if failure != nil { parts.append("failing") }
    }
    return parts.joined(separator: dot)
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let (trace, tree) = found else { return viewWithoutTrace(size, in: context) }
    var canvas = Canvas(size: size)
    let isPanelAtRight = detail != nil && size.width >= WaterfallLayout.widthForPanelAtRight
    let note = note(in: context)
    let layout = WaterfallLayout(
      height: size.height, count: rows.count, hasPanelBelow: detail != nil && !isPanelAtRight, hasNote: note != nil)
    let panelWidth = isPanelAtRight ? min(80, size.width * 2 / 5) : 0
    let width = size.width - (panelWidth > 0 ? panelWidth + 1 : 0)
    if layout.head > 0 { drawHeader(trace, tree, width: size.width, in: context, on: &canvas) }
    let columns = WaterfallColumns(width: width, tree: tree)
    if layout.head > 1 {
      let start = Formatting.time(tree.range.start, as: context.time, now: context.now, withDate: columns.name >= 23)
      canvas.write(start, x: 0, y: 1, style: Style(.logTime), width: columns.name)
      columns.axis.draw(x: columns.barX, y: 1, glyphs: context.glyphs, on: &canvas)
    }
    var cursor = position
    cursor.reveal(count: rows.count, height: layout.rows)
    for (line, row) in cursor.visible(count: rows.count, height: layout.rows).enumerated() {
      guard let node = rows.node(at: row) else { continue }
      WaterfallRow(node: node, trace: trace, tree: tree, isFolded: rows.folded.contains(node))
        .draw(y: layout.head + line, columns: columns, isSelected: row == cursor.selected, in: context, on: &canvas)
    }
    if let detail {
      if isPanelAtRight {
        let height = size.height - layout.head - layout.note
        canvas.fill(
          Rect(x: width, y: layout.head, width: 1, height: height), with: context.glyphs == .unicode ? "│" : "|",
          style: Style(.border))
        let panel = detail.view(Size(width: panelWidth, height: height), in: context)
        canvas.place(panel, at: Point(x: width + 1, y: layout.head))
      } else {
        let panel = detail.view(Size(width: size.width, height: layout.panel), in: context)
        canvas.place(panel, at: Point(x: 0, y: layout.head + layout.rows))
      }
    }
    if layout.note > 0, let note {
      canvas.write(CharacterWidth.clipped(note.text, to: size.width), x: 0, y: size.height - 1, style: Style(note.role))
    }
    return canvas
  }

  /// What has to be said below the rows: a store that fails, what it says of the trace, circles that were cut.
  func note(in context: ViewContext) -> (text: String, role: Role)? {
    guard let (trace, tree) = found else { return nil }
    if let failure {
      return (FailureText.line(failure, of: .jaeger, dataFrom: answeredAt, now: context.now), .statusError)
    }
    var notes = trace.warnings
    if tree.cyclesCut > 0 { notes.append("\(tree.cyclesCut) circular references cut") }
    if tree.duplicateCount > 0 { notes.append("\(tree.duplicateCount) spans share another one's id") }
    if !isFocusDone, let focus { notes.append("span \(focus), which wrote the line, is not there yet") }
    return notes.isEmpty ? nil : (notes.joined(separator: "; "), .statusStale)
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
    if case .found(_, _, let isGrowing) = content {
      let orphans = tree.orphanCount
      if orphans > 0 {
        let text = "\(Formatting.count(orphans, style: .exact)) \(orphans == 1 ? "orphan" : "orphans")"
        figures.append((text + (isGrowing ? ", still arriving" : ""), .statusStale))
      } else if isGrowing {
        figures.append(("still arriving", .statusStale))
      }
    }
    // In a narrow pane the count of spans goes first, then the duration: what is wrong is said as long as possible.
    func taken() -> Int { figures.reduce(0) { $0 + CharacterWidth.cells(in: dot + $1.text) } }
    if taken() > width { figures.remove(at: 1) }
    if taken() > width { figures.remove(at: 0) }
    let figureWidth = taken()
    let root = tree.root.map { tree.nodes[$0].span }
    let name = root.map { "\(trace.service(of: $0)): \(trace.spans[$0].operation)" } ?? "(root not there yet)"
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
