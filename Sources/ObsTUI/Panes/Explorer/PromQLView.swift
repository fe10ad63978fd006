import ObsData

/// What an expression of the user's comes to: lines over the window, a number, a text or a table, by the type of the result.
struct PromQLView: Equatable, Sendable {
  let expression: String
  private(set) var result: PromQLResult?
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  /// Whether the values at the window's end are listed instead of drawn.
  private(set) var isTable = false
  private(set) var rows: [Row] = []
  private(set) var cursor = ListCursor()

  /// A line of the table: the labels and the value, or how many samples there are.
  struct Row: Equatable, Sendable {
    let labels: String
    let value: String
  }

  init(expression: String) { self.expression = expression }

  func title(in context: ViewContext) -> String {
    let dot = context.glyphs == .unicode ? " · " : " - "
    var parts = ["PromQL"]
    switch result?.instant {
    case .scalar?: parts.append("scalar")
    case .string?: parts.append("string")
    case .vector(let elements)?: parts.append("vector\(dot)\(Formatting.count(elements.count, style: .exact)) series")
    case .matrix(let series)?: parts.append("range\(dot)\(Formatting.count(series.count, style: .exact)) series")
    case nil: break
    }
    if failure != nil { parts.append(failure?.error.kind == .badQuery ? "refused" : "failing") }
    return parts.joined(separator: dot)
  }

  mutating func receive(_ update: Update) {
    switch update.body {
    case .explorer(.expression(let result)):
      // A range has no course over the window: its samples are listed first.
      if self.result == nil, case .matrix = result.instant { isTable = true }
      self.result = result
      failure = nil
      answeredAt = update.at
      rows = PromQLView.rows(of: result.instant)
    case .failed(let failure): self.failure = failure
    default: break
    }
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if isTable, cursor.move(command, count: rows.count, height: tableHeight(height)) { return [] }
    switch command {
    case .resultTable:
      switch result?.instant {
      case .string?, .scalar?: return [.notice("a single value has no table")]
      default: isTable.toggle()
      }
    case .copy:
      guard isTable, rows.indices.contains(cursor.selected) else {
        return [.copy(expression, what: "the expression")]
      }
      return [.copy("\(rows[cursor.selected].labels) \(rows[cursor.selected].value)", what: "the series")]
    default: return nil
    }
    return []
  }

  /// The greatest first, NaN last.
  private static func rows(of result: PrometheusResult) -> [Row] {
    switch result {
    case .vector(let elements):
      let sorted = elements.sorted { a, b in
        a.value.isNaN || b.value.isNaN ? !a.value.isNaN : a.value > b.value
      }
      return sorted.map { element in
        let value = element.histogram.map {
          "\(UnitFormat.plain($0.count)) observations, sum \(UnitFormat.plain($0.sum))"
        }
        return Row(labels: LegendFormat.metric(element.labels), value: value ?? UnitFormat.plain(element.value))
      }
    case .matrix(let series):
      return series.map { series in
        let last = series.samples.last.map { ", last \(UnitFormat.plain($0.value))" } ?? ""
        return Row(
          labels: LegendFormat.metric(series.labels),
          value: "\(Formatting.count(series.samples.count, style: .exact)) samples\(last)")
      }
    case .scalar(let sample): return [Row(labels: "", value: UnitFormat.plain(sample.value))]
    case .string(let text, _): return [Row(labels: "", value: text)]
    }
  }

  private func tableHeight(_ height: Int) -> Int { max(1, height - 1 - remarks.count) }

  /// What the server said besides, at most three lines.
  private var remarks: [(text: String, role: Role)] {
    let all =
      (result?.warnings ?? []).map { (text: "warning: \($0)", role: Role.statusStale) }
      + (result?.infos ?? []).map { (text: "info: \($0)", role: Role.textMuted) }
    guard all.count > 3 else { return all }
    return Array(all.prefix(2)) + [(text: "and \(all.count - 2) more remarks", role: .textMuted)]
  }
}

extension PromQLView {
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let result, failure?.error.kind != .badQuery else {
      guard let failure else { return PaneMessage.view(["Evaluating \(expression)"], size, isError: false) }
      var words = FailureText.paragraph(failure, of: .prometheus, now: context.now)
      if failure.error.kind == .badQuery { words.append("& changes the expression.") }
      return PaneMessage.view(words, size, isError: true, excerpt: failure.error.excerpt ?? expression)
    }
    var canvas = Canvas(size: size)
    canvas.write(CharacterWidth.clipped(expression, to: size.width), x: 0, y: 0, style: Style(.textMuted))
    var bottom = size.height
    let remarks = remarks + failureLine(in: context)
    for (index, remark) in remarks.enumerated() {
      let y = size.height - remarks.count + index
      canvas.write(CharacterWidth.clipped(remark.text, to: size.width), x: 0, y: y, style: Style(remark.role))
    }
    bottom -= remarks.count
    let rect = Rect(x: 0, y: 1, width: size.width, height: max(0, bottom - 1))
    switch result.instant {
    case .string(let text, _):
      for (line, part) in TextWrap.lines(text, width: rect.width).enumerated() where line < rect.height {
        canvas.write(part, x: 0, y: rect.y + line, style: Style(.textStrong))
      }
    case .scalar(let sample):
      canvas.write(UnitFormat.plain(sample.value), x: 0, y: rect.y, style: Style(.textStrong))
      let below = Rect(x: 0, y: rect.y + 1, width: rect.width, height: rect.height - 1)
      drawLines(result.series.map { ("", $0) }, in: below, on: &canvas, in: context)
    case .vector(let elements):
      if isTable {
        drawTable(in: rect, on: &canvas, in: context)
      } else if elements.isEmpty, result.series.isEmpty {
        canvas.write("No series has this.", x: 0, y: rect.y, style: .plain)
      } else {
        draw(result.series, in: rect, on: &canvas, in: context)
      }
    case .matrix(let series):
      if isTable { drawTable(in: rect, on: &canvas, in: context) } else { draw(series, in: rect, on: &canvas, context) }
    }
    return canvas
  }

  private func failureLine(in context: ViewContext) -> [(text: String, role: Role)] {
    failure.map {
      [(FailureText.line($0, of: .prometheus, dataFrom: answeredAt, now: context.now), .statusError)]
    } ?? []
  }

  /// The lines with the greatest values, and how many there are.
  private func draw(_ series: [TimeSeries], in rect: Rect, on canvas: inout Canvas, in context: ViewContext) {
    let names = LegendFormat.names(of: series.map(\.labels), template: "__auto", expression: expression)
    let lines = zip(names, series).map { MetricDetail.Line(name: $0, series: $1) }
    let shown = MetricDetail.greatest(lines)
    var chart = rect
    if shown.count < lines.count {
      let all = Formatting.count(lines.count, style: .exact)
      canvas.write(
        "\(shown.count) of \(all) series, the greatest", x: rect.x, y: rect.y, style: Style(.text), width: rect.width)
      chart = Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: rect.height - 1)
    }
    drawLines(shown.map { ($0.name, $0.series) }, in: chart, on: &canvas, in: context)
  }

  private func drawLines(
    _ lines: [(String, TimeSeries)], in rect: Rect, on canvas: inout Canvas, in context: ViewContext
  ) {
    guard rect.height > 0 else { return }
    LineChart(lines.map { (name: $0.0, series: $0.1) }, unit: .none, context: context)
      .draw(in: rect, on: &canvas, context: context)
  }

  /// The samples of ranges, as points.
  private func draw(_ series: [PrometheusSeries], in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    let names = LegendFormat.names(of: series.map(\.labels), template: "__auto", expression: expression)
    let lines = zip(names, series).prefix(MetricExplorer.maximumLines).enumerated().map { index, item in
      var line = ChartLine(
        name: item.0, role: ChartLine.role(index), times: item.1.samples.map(\.time),
        values: item.1.samples.map(\.value))
      line.drawing = .points
      line.figures = [Formatting.value(item.1.samples.last?.value, .none, glyphs: context.glyphs)]
      return line
    }
    let glyphs = context.glyphs
    let times = lines.flatMap { $0.times.compactMap { $0 } }
    let window = TimeRange(
      start: min(context.window.start, times.min() ?? context.window.start), end: context.window.end)
    LineChart(lines: lines, window: window) { Formatting.value($0, .none, glyphs: glyphs) }
      .draw(in: rect, on: &canvas, context: context)
  }

  private func drawTable(in rect: Rect, on canvas: inout Canvas, in context: ViewContext) {
    guard !rows.isEmpty else {
      canvas.write("No series has this.", x: 0, y: rect.y, style: .plain)
      return
    }
    var cursor = cursor
    cursor.reveal(count: rows.count, height: rect.height)
    let values = min(rows.lazy.map { CharacterWidth.cells(in: $0.value) }.max() ?? 0, rect.width / 2)
    for (line, index) in cursor.visible(count: rows.count, height: rect.height).enumerated() {
      let y = rect.y + line
      let value = CharacterWidth.clipped(rows[index].value, to: values)
      canvas.write(value, x: values - CharacterWidth.cells(in: value), y: y, style: Style(.textStrong))
      canvas.write(
        CharacterWidth.clipped(rows[index].labels, to: rect.width - values - 2), x: values + 2, y: y, style: .plain)
      guard index == cursor.selected else { continue }
      canvas.highlight(
        Rect(x: 0, y: y, width: rect.width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
    }
  }
}
