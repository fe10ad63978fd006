import ObsData

/// Where the columns of the waterfall stand: tree and names, bars, durations.
struct WaterfallColumns {
  let width, name, barX: Int
  let axis: TraceAxis

  init(width: Int, tree: TraceTree) {
    self.width = width
    name = min(72, max(12, width < 60 ? width * 45 / 100 : width * 2 / 5))
    barX = name + 1
    let bar = max(0, width - barX - Formatting.durationWidth - 1)
    axis = TraceAxis(range: tree.range, width: bar)
  }
}

/// One line of the waterfall.
struct WaterfallRow {
  let node: Int
  let trace: Trace
  let tree: TraceTree
  let isFolded: Bool

  private var place: TraceTree.Node { tree.nodes[node] }
  private var span: Span { trace.spans[place.span] }

  func draw(y: Int, columns: WaterfallColumns, isSelected: Bool, in context: ViewContext, on canvas: inout Canvas) {
    if isSelected {
      let role: Role = context.isFocused ? .selection : .selectionUnfocused
      canvas.fill(Rect(x: 0, y: y, width: columns.width, height: 1), style: Style(.text, on: role))
    }
    drawName(y: y, width: columns.name, in: context, isSelected: isSelected, on: &canvas)
    drawBar(y: y, columns: columns, isSelected: isSelected, in: context, on: &canvas)
    let duration = Formatting.duration(span.duration, glyphs: context.glyphs)
    canvas.write(duration, x: columns.width - CharacterWidth.cells(in: duration), y: y, style: Style(.text))
    if isSelected {
      let role: Role = context.isFocused ? .selection : .selectionUnfocused
      canvas.highlight(Rect(x: 0, y: y, width: columns.width, height: 1), with: role)
    }
    let name = nameText(in: context, width: columns.name)
    SearchedText.highlight(name.text, x: name.x, y: y, on: &canvas, search: context.search, isCurrent: isSelected)
  }

  /// Where the name stands and what of it fits: guides and marks before it, the figures of what is folded behind it.
  private func nameText(in context: ViewContext, width: Int) -> (x: Int, text: String) {
    let x = CharacterWidth.cells(in: guides(width: width, in: context)) + CharacterWidth.cells(in: mark(in: context))
    let text = "\(trace.service(of: place.span)): \(span.operation)"
    let room = width - x - foldedFigures(in: context).reduce(0) { $0 + 1 + CharacterWidth.cells(in: $1.text) }
    return (x, CharacterWidth.clipped(text, to: max(0, room)))
  }

  private func drawName(y: Int, width: Int, in context: ViewContext, isSelected: Bool, on canvas: inout Canvas) {
    let guides = guides(width: width, in: context)
    let used = canvas.write(guides, x: 0, y: y, style: Style(.spanGuide), width: width)
    let markStyle = Style(span.hasError ? .spanError : .textMuted)
    canvas.write(mark(in: context), x: used, y: y, style: markStyle, width: max(0, width - used))
    let name = nameText(in: context, width: width)
    let service = trace.service(of: place.span)
    canvas.write(name.text, x: name.x, y: y, style: Style(.spanOperation))
    let part = CharacterWidth.clipped(service + ":", to: CharacterWidth.cells(in: name.text))
    if name.text.hasPrefix(part) { canvas.write(part, x: name.x, y: y, style: Style(Role.series(for: service))) }
    var x = width
    for figure in foldedFigures(in: context).reversed() {
      x -= CharacterWidth.cells(in: figure.text)
      canvas.write(figure.text, x: x, y: y, style: Style(figure.role))
      x -= 1
    }
  }

  /// How many spans a fold hides, and how many of them failed.
  private func foldedFigures(in context: ViewContext) -> [(text: String, role: Role)] {
    guard isFolded else { return [] }
    var figures: [(text: String, role: Role)] = [("+\(Formatting.count(place.descendantCount(at: node)))", .textMuted)]
    if place.errorsBelow > 0 {
      let mark = context.glyphs == .unicode ? "✗" : "!"
      figures.append((mark + Formatting.count(place.errorsBelow), .spanErrorBelow))
    }
    return figures
  }

  /// `▾` open, `▸` folded, `─` a leaf; then `✗` for a failed span, `?` for one whose parent is missing.
  private func mark(in context: ViewContext) -> String {
    let isUnicode = context.glyphs == .unicode
    let hasChildren = place.descendantCount(at: node) > 0
    var mark = isUnicode ? (isFolded ? "▸" : hasChildren ? "▾" : "─") : (isFolded ? "+" : hasChildren ? "v" : "-")
    if place.missingParent != nil { mark += "?" }
    if span.hasError { mark += isUnicode ? "✗" : "!" }
    return mark + " "
  }

  /// The branches that lead to the span. They take a third of the column at most: of a deeper span only the last levels are drawn.
  ///
  ///     ▾ a
  ///     ├▾ b
  ///     │└─ c
  ///     └─ d
  private func guides(width: Int, in context: ViewContext) -> String {
    let isUnicode = context.glyphs == .unicode
    let most = max(2, width / 3)
    let levels = min(place.depth, most)
    guard levels > 0 else { return "" }
    var parts: [String] = []
    var below = node
    while parts.count < levels, let parent = tree.nodes[below].parent {
      let isLast = tree.nodes[below].subtreeEnd == tree.nodes[parent].subtreeEnd
      if parts.isEmpty {
        parts.append(isUnicode ? (isLast ? "└" : "├") : (isLast ? "`" : "|"))
      } else {
        parts.append(isLast ? " " : isUnicode ? "│" : "|")
      }
      below = parent
    }
    if place.depth > most { parts[parts.count - 1] = isUnicode ? "…" : "~" }
    return parts.reversed().joined()
  }

  /// The bar is full inside the parent's time. Where the span begins before its parent or outlasts it (it went on without being
  /// waited for, or the clocks differ), the part outside is shaded.
  private func drawBar(
    y: Int, columns: WaterfallColumns, isSelected: Bool, in context: ViewContext, on canvas: inout Canvas
  ) {
    let axis = columns.axis
    guard axis.width > 0 else { return }
    let end = place.start + span.duration
    let role: Role = span.hasError ? .spanBarError : isSelected ? .spanBarSelected : .spanBar
    let whole = axis.eighths(from: place.start, to: end)
    guard let parent = place.parent.map({ tree.nodes[$0] }) else {
      SpanBar.draw(
        whole, x: columns.barX, y: y, width: axis.width, style: Style(role), glyphs: context.glyphs, on: &canvas)
      return
    }
    let parentEnd = parent.start + trace.spans[parent.span].duration
    let inside = max(place.start, parent.start)
    let insideEnd = min(end, parentEnd)
    if inside > place.start || insideEnd < end {
      SpanBar.shade(
        whole, x: columns.barX, y: y, width: axis.width, style: Style(role), glyphs: context.glyphs, on: &canvas)
    }
    guard inside <= insideEnd else { return }
    SpanBar.draw(
      axis.eighths(from: inside, to: insideEnd), x: columns.barX, y: y, width: axis.width, style: Style(role),
      glyphs: context.glyphs, on: &canvas)
  }
}
