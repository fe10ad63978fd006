import ObsData

/// How the lines of the trace list are dealt out: column names, rows, notes.
struct TraceListLayout {
  let hasHeader: Bool
  let rows: Int
  let notes: Int

  init(height: Int, notes: Int) {
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
    parts.append("by \(order.rawValue)")
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
    if isTruncated, warnings.isEmpty {
      notes.append(("there may be more: a shorter window or one service shows others", .textMuted))
    }
    return notes
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
    let layout = TraceListLayout(height: size.height, notes: notes.count)
    let columns = TraceColumns(width: size.width, context: context)
    let longest = rows.lazy.map(\.duration).max() ?? .zero
    let first = layout.hasHeader ? 1 : 0
    if layout.hasHeader { columns.drawHeader(order: order, on: &canvas) }
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

  func drawHeader(order: TraceListPane.Order, on canvas: inout Canvas) {
    func write(_ name: String, _ column: (x: Int, width: Int), sorted: Bool = false, atRight: Bool = false) {
      guard column.width > 0 else { return }
      let text = CharacterWidth.clipped(name, to: column.width)
      let space = atRight ? column.width - CharacterWidth.cells(in: text) : 0
      canvas.write(text, x: column.x + space, y: 0, style: Style(sorted ? .textStrong : .textMuted))
    }
    // The sorting column's name stands in capitals, so that it is seen without colours.
    func name(_ name: String, _ sorting: TraceListPane.Order) -> String { order == sorting ? name.uppercased() : name }
    write(name("start", .start), time, sorted: order == .start)
    write(name("took", .duration), duration, sorted: order == .duration, atRight: true)
    write("spans", spans, atRight: true)
    write(name(errors.width < 6 ? "err" : "errors", .errors), errors, sorted: order == .errors, atRight: true)
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
