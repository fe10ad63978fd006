import ObsData

/// How the lines of the service graph are dealt out: who says so, picture, what the picture leaves out, column names, calls.
struct DependencyLayout {
  let layers: ServiceLayers?
  let picture: ServicePicture?
  /// Whether a line tells of calls that are not drawn.
  let hasRest: Bool
  /// The first line of the table's rows, and how many there are.
  let top, rows: Int

  init(_ size: Size, edges: [TraceDependency], isPictureOn: Bool) {
    layers = isPictureOn ? ServiceLayers(edges) : nil
    // The table keeps four lines, or all that it needs.
    let table = 1 + min(edges.count, 4)
    let rest = layers.map { $0.left.isEmpty ? 0 : 1 } ?? 0
    let room = Size(width: size.width - 1, height: size.height - 1 - table - rest - 1)
    picture = layers.flatMap { ServicePicture($0, in: room) }
    hasRest = picture != nil && rest > 0
    let used = picture.map { $0.size.height + 1 } ?? 0
    top = min(1 + used + (hasRest ? 1 : 0) + 1, max(size.height, 0))
    rows = max(0, size.height - top)
  }
}

extension DependencyPane {
  func layout(_ size: Size) -> DependencyLayout {
    DependencyLayout(size, edges: rows, isPictureOn: isPictureOn)
  }

  func title(in context: ViewContext) -> String {
    var parts = ["Service graph"]
    if graph != nil {
      let services = Set(rows.flatMap { [$0.parent, $0.child] }).count
      parts.append("\(services) services")
      parts.append("\(rows.count) \(rows.count == 1 ? "call" : "calls")")
    }
    if failure != nil { parts.append("failing") }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  /// Who says what the table says.
  private func account(in context: ViewContext) -> (text: String, role: Role) {
    if let failure {
      return (FailureText.line(failure, of: .jaeger, dataFrom: answeredAt, now: context.now), .statusError)
    }
    guard let graph else { return ("Asking Jaeger who calls whom …", .text) }
    var text: String
    switch graph.source {
    case .store(let lookback): text = "Jaeger's own figures of the last \(Formatting.window(lookback))"
    case .traces(let count, let bytes):
      text = "counted in \(Formatting.count(count, style: .exact)) \(count == 1 ? "trace" : "traces")"
      if bytes > 0 { text += " (\(Formatting.bytes(bytes)))" }
      if let reason = graph.reason { text += ": \(reason)" }
    }
    for warning in graph.warnings { text += "; \(warning)" }
    return (text, .textMuted)
  }

  /// Why there is nothing to see.
  private func emptyText(in context: ViewContext) -> [String] {
    if let words = context.absent.explanation(of: .jaeger, without: "service graph") { return words }
    if let failure { return FailureText.paragraph(failure, of: .jaeger, now: context.now) }
    guard let graph else { return ["Asking Jaeger who calls whom …"] }
    let what: String
    switch graph.source {
    case .store: what = "Jaeger knows of no calls."
    case .traces(let count, _):
      what = "No service calls another in \(count == 1 ? "the trace" : "the \(count) traces") found."
    }
    return [what] + (graph.reason.map { [$0 + "."] } ?? []) + graph.warnings + ["+ takes a longer window."]
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard !rows.isEmpty else {
      return PaneMessage.view(emptyText(in: context), size, isError: failure != nil)
    }
    var canvas = Canvas(size: size)
    let layout = layout(size)
    var account = account(in: context)
    if layout.picture == nil, let layers = layout.layers {
      let least = ServicePicture.leastSize(layers)
      account.text += "; the picture needs \(least.width + 1)x\(least.height + 7) cells"
    }
    canvas.write(CharacterWidth.clipped(account.text, to: size.width), x: 0, y: 0, style: Style(account.role))
    if let picture = layout.picture {
      let failing = Set(rows.filter { ($0.errorCount ?? 0) > 0 }.map(\.child))
      let drawn = picture.view(selected: selection, failing: failing, chosen: chosen, glyphs: context.glyphs)
      canvas.place(drawn, at: Point(x: 1, y: 1))
      if layout.hasRest, let left = layout.layers?.left {
        let arrow = context.glyphs == .unicode ? "→" : "->"
        let text = "not drawn: " + left.map { "\($0.parent) \(arrow) \($0.child)" }.joined(separator: ", ")
        canvas.write(
          CharacterWidth.clipped(text, to: size.width), x: 0, y: layout.top - 2, style: Style(.textMuted))
      }
    }
    let columns = DependencyColumns(width: size.width, rows: rows)
    columns.drawHeader(y: layout.top - 1, on: &canvas)
    let cursor = cursor(height: layout.rows)
    for (line, index) in cursor.visible(count: rows.count, height: layout.rows).enumerated() {
      let y = layout.top + line
      columns.draw(rows[index], y: y, in: context, on: &canvas)
      if index == cursor.selected {
        canvas.highlight(
          Rect(x: 0, y: y, width: size.width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
      }
    }
    return canvas
  }
}

/// Where the columns of the table of calls stand.
struct DependencyColumns {
  private let caller, callee, calls, bar, errors, ratio: (x: Int, width: Int)
  private let most: Int64

  init(width: Int, rows: [TraceDependency]) {
    let names = rows.flatMap { [$0.parent, $0.child] }.map { CharacterWidth.cells(in: $0) }.max() ?? 6
    var x = 0
    func column(_ width: Int) -> (x: Int, width: Int) {
      defer { x += width > 0 ? width + 1 : 0 }
      return (x, width)
    }
    let name = min(max(names, 6), max(8, (width - 24) / 2))
    caller = column(name)
    callee = column(name)
    calls = column(Formatting.countWidth)
    bar = column(width - x >= 40 ? 16 : 0)
    errors = column(Formatting.countWidth + 1)
    ratio = column(width - x >= 7 ? 7 : 0)
    most = rows.map(\.callCount).max() ?? 0
  }

  func drawHeader(y: Int, on canvas: inout Canvas) {
    let style = Style(.textMuted)
    canvas.write("caller", x: caller.x, y: y, style: style)
    canvas.write("callee", x: callee.x, y: y, style: style)
    right("calls", calls, y, style, &canvas)
    right("errors", errors, y, style, &canvas)
  }

  func draw(_ row: TraceDependency, y: Int, in context: ViewContext, on canvas: inout Canvas) {
    for (name, column) in [(row.parent, caller), (row.child, callee)] {
      let text = CharacterWidth.clipped(name, to: column.width)
      canvas.write(text, x: column.x, y: y, style: Style(Role.series(for: name)))
      SearchedText.highlight(text, x: column.x, y: y, on: &canvas, search: context.search, isCurrent: false)
    }
    right(Formatting.count(Int(clamping: row.callCount)), calls, y, .plain, &canvas)
    if bar.width > 0, most > 0 {
      SpanBar.draw(
        SpanBar.eighths(from: 0, to: Double(row.callCount) / Double(most), width: bar.width), x: bar.x, y: y,
        width: bar.width, style: Style(.spanBar), glyphs: context.glyphs, on: &canvas)
    }
    guard let count = row.errorCount else {
      // Jaeger's own figures say nothing of errors: that is not none.
      return right("-", errors, y, Style(.textMuted), &canvas)
    }
    guard count > 0 else { return right("0", errors, y, .plain, &canvas) }
    let mark = context.glyphs == .unicode ? "✗" : "!"
    right(mark + Formatting.count(Int(clamping: count)), errors, y, Style(.spanError), &canvas)
    if row.callCount > 0, ratio.width > 0 {
      right(Formatting.percent(Double(count) / Double(row.callCount)), ratio, y, Style(.spanError), &canvas)
    }
  }

  private func right(_ text: String, _ column: (x: Int, width: Int), _ y: Int, _ style: Style, _ canvas: inout Canvas) {
    let text = CharacterWidth.clipped(text, to: column.width)
    canvas.write(text, x: column.x + column.width - CharacterWidth.cells(in: text), y: y, style: style)
  }
}
