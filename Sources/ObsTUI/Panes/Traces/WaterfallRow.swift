import ObsData

/// Where the columns of the waterfall stand: tree and names, bars, durations.
struct WaterfallColumns {
  let width, name, barX: Int
  let axis: TraceAxis

  /// `shown` is the part of the trace's time that the bars stand for; nil for all of it.
  init(width: Int, tree: TraceTree, shown: TimeRange? = nil) {
    self.width = width
    name = min(72, max(12, width < 60 ? width * 45 / 100 : width * 2 / 5))
    barX = name + 1
    let bar = max(0, width - barX - Formatting.durationWidth - 1)
    axis = TraceAxis(range: shown ?? tree.range, width: bar, origin: tree.range.start)
  }
}

/// One line of the waterfall.
struct WaterfallRow {
  let node: Int
  let trace: Trace
  let tree: TraceTree
  let rows: FoldedRows
  /// Whether the span has come since the trace was first shown.
  var isNew = false
  /// The stretches of the span that are on the critical path, where that is shown.
  var critical: [CriticalPath.Section] = []

  private var isFolded: Bool { rows.folded.contains(node) }
  private var place: TraceTree.Node { tree.nodes[node] }
  private var span: Span { trace.spans[place.span] }

  func draw(y: Int, columns: WaterfallColumns, isSelected: Bool, in context: ViewContext, on canvas: inout Canvas) {
    if isSelected {
      let role: Role = context.isFocused ? .selection : .selectionUnfocused
      canvas.fill(Rect(x: 0, y: y, width: columns.width, height: 1), style: Style(.text, on: role))
    }
    drawName(y: y, width: columns.name, in: context, isSelected: isSelected, on: &canvas)
    drawBar(y: y, columns: columns, isSelected: isSelected, in: context, on: &canvas)
    SpanBar.mark(critical, y: y, columns: columns, glyphs: context.glyphs, on: &canvas)
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
    let room = width - x - figures(in: context, width: width).reduce(0) { $0 + 1 + CharacterWidth.cells(in: $1.text) }
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
    for figure in figures(in: context, width: width).reversed() {
      x -= CharacterWidth.cells(in: figure.text)
      canvas.write(figure.text, x: x, y: y, style: Style(figure.role))
      x -= 1
    }
  }

  /// How many spans a fold hides, and how many of them failed; where there is room, the parent that is missing.
  private func figures(in context: ViewContext, width: Int) -> [(text: String, role: Role)] {
    var figures: [(text: String, role: Role)] = []
    if let missing = place.missingParent, width >= 44 { figures.append(("under \(missing)?", .textMuted)) }
    guard isFolded else { return figures }
    figures.append(("+\(Formatting.count(place.descendantCount(at: node)))", .textMuted))
    if place.errorsBelow > 0 {
      let mark = context.glyphs == .unicode ? "✗" : "!"
      figures.append((mark + Formatting.count(place.errorsBelow), .spanErrorBelow))
    }
    return figures
  }

  /// `▾` open, `▸` folded, `─` a leaf; then `✗` for a failed span, `?` for one whose parent is missing, `*` for a new one.
  private func mark(in context: ViewContext) -> String {
    let isUnicode = context.glyphs == .unicode
    let hasChildren = place.descendantCount(at: node) > 0
    var mark = isUnicode ? (isFolded ? "▸" : hasChildren ? "▾" : "─") : (isFolded ? "+" : hasChildren ? "v" : "-")
    if place.missingParent != nil { mark += "?" }
    if span.hasError { mark += isUnicode ? "✗" : "!" }
    if isNew { mark += "*" }
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
    var parts: [String] = []
    var below = node
    while parts.count < most, let parent = rows.parent(of: below, in: tree) {
      let isLast = rows.isLast(below, below: parent, in: tree)
      if parts.isEmpty {
        parts.append(isUnicode ? (isLast ? "└" : "├") : (isLast ? "`" : "|"))
      } else {
        parts.append(isLast ? " " : isUnicode ? "│" : "|")
      }
      below = parent
    }
    guard !parts.isEmpty else { return "" }
    if parts.count == most, rows.parent(of: below, in: tree) != nil { parts[parts.count - 1] = isUnicode ? "…" : "~" }
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
    let whole: Range<Int>
    switch axis.place(from: place.start, to: end) {
    case .inside(let range): whole = range
    case .before:
      canvas.write(context.glyphs == .unicode ? "‹" : "<", x: columns.barX, y: y, style: Style(.textMuted))
      return
    case .behind:
      let x = columns.barX + axis.width - 1
      canvas.write(context.glyphs == .unicode ? "›" : ">", x: x, y: y, style: Style(.textMuted))
      return
    }
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
    guard inside <= insideEnd, case .inside(let waited) = axis.place(from: inside, to: insideEnd) else { return }
    SpanBar.draw(
      waited, x: columns.barX, y: y, width: axis.width, style: Style(role), glyphs: context.glyphs, on: &canvas)
  }
}
