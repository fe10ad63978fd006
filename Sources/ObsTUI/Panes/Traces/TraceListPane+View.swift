import ObsData

/// How the lines of the trace list are dealt out: chart, column names, rows, notes.
struct TraceListLayout {
  let chart: Int
  let hasHeader: Bool
  let rows: Int
  let notes: Int

  init(height: Int, notes: Int, count: Int, chart mode: TraceChart.Mode) {
    chart = count == 0 ? 0 : TraceChart.height(mode, of: height, needed: 1 + count + notes)
    let height = height - chart
    hasHeader = height >= 4
    let left = max(0, height - (hasHeader ? 1 : 0))
    self.notes = min(notes, max(0, min(2, left - 2)))
    rows = left - self.notes
  }
}

extension TraceListPane {
  func title(in context: ViewContext) -> String {
    var parts = ["Traces"]
    if isOutdated { parts.append("asking, still the old ones") }
    if shown != nil { parts.append("\(Formatting.count(rows.count, style: .exact))\(isTruncated ? "+" : "")") }
    parts.append("by \(order.rawValue)\(isAscending ? ", least first" : "")")
    if let until { parts.append("up to \(TimeRuler.text(until, in: context))") }
    if failure != nil { parts.append("failing") }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  /// What has to be said beside the rows, the most important first.
  func notes(in context: ViewContext) -> [(text: String, role: Role)] {
    guard !rows.isEmpty else { return [] }
    var notes: [(text: String, role: Role)] = []
    if let failure {
      let text = FailureText.line(failure, of: .jaeger, dataFrom: answeredAt, now: context.now)
      notes.append((text, .statusError))
    }
    if !warnings.isEmpty { notes.append((warnings.joined(separator: "; "), .statusStale)) }
    if let text = accountText { notes.append((text, .textMuted)) }
    return notes
  }

  /// What the search had the store send, and whether there may be more than it brought.
  private var accountText: String? {
    let isLimited = isTruncated && warnings.isEmpty
    guard let cost, cost.isWhole || isLimited else {
      return isLimited ? "there may be more: a shorter window or one service shows others" : nil
    }
    let more = "there may be more: & limit=\(min(cost.limit * 5, TraceQuery.greatestLimit)) asks for them"
    var text = Formatting.count(rows.count, style: .exact)
    text +=
      cost.services == 1
      ? " of at most \(cost.limit) traces" : " traces, at most \(cost.limit) of each of \(cost.services) services"
    if cost.isWhole { text += ", asked whole: \(Formatting.bytes(cost.bytes))" }
    return isLimited ? "\(text); \(more)" : text
  }

  /// How a pane of so many lines is dealt out.
  func layout(height: Int, in context: ViewContext) -> TraceListLayout {
    TraceListLayout(height: height, notes: notes(in: context).count, count: rows.count, chart: chart)
  }

  /// Why there is nothing to see.
  private func emptyText(in context: ViewContext) -> [String] {
    if let words = context.absent.explanation(of: .jaeger, without: "traces") { return words }
    if isServiceUnknown {
      return ["Jaeger knows no such service.", "Its spans may carry another name, or none were written."]
    }
    if let failure { return FailureText.paragraph(failure, of: .jaeger, now: context.now) }
    guard shown != nil, !isOutdated else { return ["Asking Jaeger for traces …"] }
    let service = shown?.service.map { " of \($0)" } ?? ""
    let length = Formatting.window(context.window.duration)
    let window = context.isLive ? "in the last \(length)" : "in this window of \(length)"
    return ["No traces\(service) \(window).", "+ takes a longer window, 0 all services."] + warnings
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    guard !rows.isEmpty else {
      var y = 0
      for (index, sentence) in emptyText(in: context).enumerated() {
        let role: Role = index > 0 ? .textMuted : failure == nil ? .text : .statusError
        for line in TextWrap.lines(sentence, width: size.width - 2) {
          canvas.write(line, x: 1, y: y, style: Style(role))
          y += 1
        }
      }
      return canvas
    }
    let notes = notes(in: context)
    let layout = layout(height: size.height, in: context)
    if layout.chart > 0 {
      let chart = TraceChart(traces: rows, selected: selection, isTruncated: isTruncated)
      let size = Size(width: size.width, height: layout.chart)
      canvas.place(chart.view(self.chart, size: size, isOutdated: isOutdated, in: context), at: Point(x: 0, y: 0))
    }
    let columns = TraceColumns(width: size.width, context: context)
    let longest = rows.lazy.map(\.duration).max() ?? .zero
    let first = layout.chart + (layout.hasHeader ? 1 : 0)
    if layout.hasHeader {
      columns.drawHeader(
        y: layout.chart, order: order, isAscending: isAscending, glyphs: context.glyphs, on: &canvas)
    }
    let cursor = cursor(height: layout.rows)
    for (line, index) in cursor.visible(count: rows.count, height: layout.rows).enumerated() {
      let row = TraceRow(trace: rows[index], longest: longest, isOutdated: isOutdated)
      row.draw(y: first + line, columns: columns, isSelected: index == cursor.selected, in: context, on: &canvas)
    }
    for (line, note) in notes.prefix(layout.notes).enumerated() {
      let y = size.height - layout.notes + line
      canvas.write(CharacterWidth.clipped(note.text, to: size.width), x: 0, y: y, style: Style(note.role))
    }
    return canvas
  }
}

/// Where the columns of the trace list stand. Narrow panes leave out the bar, then the span count.
struct TraceColumns {
  let width: Int
  let time, duration, bar, spans, errors, root: (x: Int, width: Int)
  let fractionDigits: Int

  init(width: Int, context: ViewContext) {
    self.width = width
    fractionDigits = width < 70 ? 0 : 3
    var x = 0
    func column(_ width: Int) -> (x: Int, width: Int) {
      defer { x += width > 0 ? width + 1 : 0 }
      return (x, width)
    }
    time = column(Formatting.timeWidth(as: context.time, fractionDigits: fractionDigits))
    duration = column(Formatting.durationWidth)
    bar = column(width >= 100 ? 16 : width >= 70 ? 8 : width >= 56 ? 4 : 0)
    spans = column(width >= 55 ? Formatting.countWidth : 0)
    errors = column(width >= 55 ? Formatting.countWidth : 4)
    root = (x, max(0, width - x))
  }

  func drawHeader(
    y: Int, order: TraceListPane.Order, isAscending: Bool, glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    let arrow = glyphs == .unicode ? (isAscending ? "▲" : "▼") : isAscending ? "^" : "v"
    // The sorting column's name stands in capitals and has an arrow, so that it is seen without colours.
    func write(
      _ name: String, _ column: (x: Int, width: Int), _ sorting: TraceListPane.Order? = nil, atRight: Bool = false
    ) {
      guard column.width > 0 else { return }
      let isSorted = order == sorting
      let text = isSorted ? String(name.uppercased().prefix(column.width - 1)) + arrow : name
      let shown = CharacterWidth.clipped(text, to: column.width)
      let space = atRight ? column.width - CharacterWidth.cells(in: shown) : 0
      canvas.write(shown, x: column.x + space, y: y, style: Style(isSorted ? .textStrong : .textMuted))
    }
    write("start", time, .start)
    write("took", duration, .duration, atRight: true)
    write("spans", spans, .spans, atRight: true)
    write(errors.width < 6 ? "err" : "errors", errors, .errors, atRight: true)
    write("root", root)
  }
}

/// One line of the trace list.
struct TraceRow {
  let trace: TraceSummary
  let longest: Duration
  let isOutdated: Bool

  /// What a row says of its root; `/` looks at it and at the identifier.
  static func rootText(_ trace: TraceSummary) -> String {
    guard trace.rootService != nil || trace.rootOperation != nil else {
      // Who has written spans so far says more than that somebody has not.
      let services = trace.services.map(\.name)
      return services.isEmpty ? "(no root yet)" : "(no root yet) \(services.joined(separator: ", "))"
    }
    return "\(trace.rootService ?? TraceProcess.unknownService): \(trace.rootOperation ?? "")"
  }

  static func matches(_ trace: TraceSummary, _ search: TextSearch?) -> Bool {
    guard let search else { return false }
    return search.matches(rootText(trace)) || search.matches(trace.id.description)
  }

  func draw(y: Int, columns: TraceColumns, isSelected: Bool, in context: ViewContext, on canvas: inout Canvas) {
    let muted = Style(.textMuted)
    let digits = columns.fractionDigits
    let start = Formatting.time(trace.start, as: context.time, now: context.now, fractionDigits: digits)
    canvas.write(start, x: columns.time.x, y: y, style: Style(.logTime), width: columns.time.width)
    right(
      Formatting.duration(trace.duration, glyphs: context.glyphs), columns.duration, y, isOutdated ? muted : .plain,
      &canvas)
    let isFailed = trace.errorCount > 0
    if columns.bar.width > 0, longest > .zero {
      let share = trace.duration.seconds / longest.seconds
      SpanBar.draw(
        SpanBar.eighths(from: 0, to: share, width: columns.bar.width), x: columns.bar.x, y: y, width: columns.bar.width,
        style: Style(isFailed ? .spanBarError : .spanBar), glyphs: context.glyphs, on: &canvas)
    }
    right(Formatting.count(trace.spanCount), columns.spans, y, isOutdated ? muted : .plain, &canvas)
    if isFailed {
      let mark = context.glyphs == .unicode ? "✗" : "!"
      right(mark + Formatting.count(trace.errorCount), columns.errors, y, Style(.spanError), &canvas)
    }
    let root = CharacterWidth.clipped(TraceRow.rootText(trace), to: columns.root.width)
    let style = Style(isOutdated || trace.rootService == nil ? .textMuted : .spanOperation)
    canvas.write(root, x: columns.root.x, y: y, style: style)
    if !isOutdated, let service = trace.rootService {
      let part = CharacterWidth.clipped(service + ":", to: columns.root.width)
      if root.hasPrefix(part) { canvas.write(part, x: columns.root.x, y: y, style: Style(Role.series(for: service))) }
    }
    if isSelected {
      let role: Role = context.isFocused ? .selection : .selectionUnfocused
      canvas.highlight(Rect(x: 0, y: y, width: columns.width, height: 1), with: role)
    }
    SearchedText.highlight(root, x: columns.root.x, y: y, on: &canvas, search: context.search, isCurrent: isSelected)
  }

  private func right(_ text: String, _ column: (x: Int, width: Int), _ y: Int, _ style: Style, _ canvas: inout Canvas) {
    let text = CharacterWidth.clipped(text, to: column.width)
    canvas.write(text, x: column.x + column.width - CharacterWidth.cells(in: text), y: y, style: style)
  }
}
