import ObsData

extension MetricPane {
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let rows, !rows.isEmpty else {
      return PaneMessage.view(emptyText(in: context), size, isError: failure != nil)
    }
    let height = listHeight(size.height, in: context)
    var canvas = Canvas(size: size)
    if isEnlarged, let row = selectedRow {
      canvas.place(enlarged(row, Size(width: size.width, height: height), in: context), at: Point(x: 0, y: 0))
    } else {
      drawList(on: &canvas, height: height, in: context)
    }
    if height < size.height, let footer = footer(in: context) {
      canvas.write(
        CharacterWidth.clipped(footer.text, to: size.width), x: 0, y: size.height - 1, style: Style(footer.role))
    }
    return canvas
  }

  private func drawList(on canvas: inout Canvas, height: Int, in context: ViewContext) {
    let columns = MetricColumns(width: canvas.size.width)
    let axis = TimeAxis(context.window, columns: columns.sparkline, newest: end)
    let lines = lines
    let chartHeight = chartHeight(of: lines, height: height)
    var y = 0
    for line in lines.dropFirst(visibleTop(height: height)) {
      let rect = Rect(x: 0, y: y, width: canvas.size.width, height: line.series == nil ? 1 : chartHeight)
      guard y + rect.height <= height else { break }
      draw(line, in: rect, on: &canvas, columns: columns, axis: axis, in: context)
      y += rect.height
    }
    if lines.count < height, y < height {
      TimeRuler(axis).draw(at: Point(x: columns.sparklineStart, y: y), on: &canvas, in: context)
      // Where least and greatest have no place beside their chart, those of the selected row are said below all of them.
      if columns.range == 0, chartHeight == 1, y + 1 < height, let words = selectedFigures(in: context) {
        canvas.write(
          CharacterWidth.clipped(words, to: canvas.size.width), x: 0, y: height - 1, style: Style(.textMuted))
      }
    }
  }

  /// `request rate 29/s, 0/s–29/s`: the selected row's figures in words; nil where it has none.
  private func selectedFigures(in context: ViewContext) -> String? {
    guard let row = selectedRow, let series = row.series.first else { return nil }
    let figures = MetricFigures(series, unit: row.unit, context: context)
    return figures.range.isEmpty ? nil : "\(row.title) \(figures.current), \(figures.range)"
  }

  private func draw(
    _ line: Line, in rect: Rect, on canvas: inout Canvas, columns: MetricColumns, axis: TimeAxis,
    in context: ViewContext
  ) {
    guard let row = rows?[line.row] else { return }
    let y = rect.y
    let isHeading = line.series == nil || row.series.count == 1
    let title = CharacterWidth.clipped(line.title, to: columns.title)
    canvas.write(title, x: 0, y: y, style: Style(isHeading && !isOutdated ? .text : .textMuted))
    // The store's warnings on the expression: said in the footer when the row is selected.
    if isHeading, !row.warnings.isEmpty { canvas.write("!", x: columns.title, y: y, style: Style(.statusStale)) }
    if let words = line.words {
      canvas.write(
        CharacterWidth.clipped(words, to: canvas.size.width - columns.sparklineStart), x: columns.sparklineStart, y: y,
        style: Style(row.failure == nil ? .textMuted : .statusStale))
    }
    if let index = line.series {
      let series = row.series[index]
      drawChart(of: series, row, in: rect, on: &canvas, columns: columns, axis: axis, in: context)
      drawFigures(of: series, row, in: rect, on: &canvas, columns: columns, in: context)
    }
    if line.row == selected {
      canvas.highlight(rect, with: context.isFocused ? .selection : .selectionUnfocused)
    }
    if line.series != nil {
      let bars = Rect(x: columns.sparklineStart, y: rect.y, width: columns.sparkline, height: rect.height)
      TimeRuler(axis).drawCursor(in: bars, on: &canvas, context: context)
    }
    SearchedText.highlight(
      title, x: 0, y: y, on: &canvas, search: context.search, isCurrent: line.row == selected)
  }

  /// A sparkline where there is one row for it, bars over all of them where there are more.
  private func drawChart(
    of series: TimeSeries, _ row: MetricRow, in rect: Rect, on canvas: inout Canvas, columns: MetricColumns,
    axis: TimeAxis, in context: ViewContext
  ) {
    var values = row.series.prefix(MetricPane.seriesLimit).flatMap { $0.values.compactMap { $0 } }
    let rule = row.id == MetricRule.rowID ? self.rule : nil
    // The threshold has its place on the scale, whether the values come near it or not.
    if let threshold = rule?.condition?.threshold { values.append(threshold) }
    let scale = ValueScale(values)
    let samples = series.samples(on: axis)
    let roles = rule?.roles ?? row.roles
    let isOutdated = isOutdated
    func role(_ value: Double) -> Role { isOutdated ? .textMuted : roles(value) }
    if rect.height == 1 {
      Sparkline.draw(
        samples, scale: scale, at: Point(x: columns.sparklineStart, y: rect.y), on: &canvas, glyphs: context.glyphs,
        role: role)
    } else {
      let bars = Rect(x: columns.sparklineStart, y: rect.y, width: columns.sparkline, height: rect.height)
      Histogram.draw(samples, scale: scale, in: bars, on: &canvas, glyphs: context.glyphs, role: role)
    }
  }

  private func drawFigures(
    of series: TimeSeries, _ row: MetricRow, in rect: Rect, on canvas: inout Canvas, columns: MetricColumns,
    in context: ViewContext
  ) {
    let figures = MetricFigures(series, unit: row.unit, context: context)
    let shown = context.cursor.map { series.value(at: $0) } ?? series.current
    let current = CharacterWidth.clipped(figures.current, to: columns.value)
    let isOld = isOutdated || figures.staleness != nil && context.cursor == nil
    let role: Role = isOld ? .textMuted : shown.map(row.roles) ?? .textMuted
    canvas.write(
      current, x: columns.valueStart + columns.value - CharacterWidth.cells(in: current), y: rect.y,
      style: Style(role == .chart ? .textStrong : role))
    let isStale = figures.staleness.map { "last \(Formatting.age($0)) ago" }
    let style = Style(isStale == nil ? .textMuted : .statusStale)
    if columns.range > 0 {
      let text = CharacterWidth.clipped(isStale ?? figures.range, to: columns.range)
      canvas.write(text, x: columns.rangeStart, y: rect.y, style: style)
    } else if rect.height > 1 {
      // Below the title; where both ends do not fit, the greater one is the one that hurts.
      let fits = CharacterWidth.cells(in: figures.range) <= columns.title
      let text = isStale ?? (fits ? figures.range : "max \(figures.greatest)")
      canvas.write(CharacterWidth.clipped(text, to: columns.title), x: 0, y: rect.y + 1, style: style)
    }
  }

  /// The rows left when the footer has its own.
  func listHeight(_ height: Int, in context: ViewContext) -> Int {
    height > 2 && footer(in: context) != nil ? height - 1 : height
  }

  private func footer(in context: ViewContext) -> (text: String, role: Role)? {
    if let failure {
      let text = FailureText.line(failure, of: .prometheus, dataFrom: answeredAt, now: context.now)
      return (text, .statusError)
    }
    guard context.isFocused || isEnlarged, let row = selectedRow else { return nil }
    if let failure = row.failure { return ("\(row.title): \(failure)", .statusStale) }
    if row.id == MetricRule.rowID, let words = row.series.first.flatMap({ rule?.verdict($0) }) {
      return ("\(row.title): \(words)", .text)
    }
    return row.warnings.first.map { ("\(row.title): \($0)", .statusStale) }
  }

  func title(in context: ViewContext) -> String {
    let dot = context.glyphs == .unicode ? " · " : " - "
    var parts = ["Metrics"]
    if isEnlarged, let row = selectedRow { parts.append(row.title) }
    if let services = (wanted ?? shown)?.services, !services.isEmpty {
      parts.append(services.prefix(2).joined(separator: ", ") + (services.count > 2 ? ", …" : ""))
    }
    if let cursor = context.cursor { parts.append("at \(TimeRuler.text(cursor, in: context))") }
    if isOutdated { parts.append("asking, still the old rows") }
    if failure != nil { parts.append("failing") }
    return parts.joined(separator: dot)
  }

  /// Why there is nothing to see, and what to do about it.
  func emptyText(in context: ViewContext) -> [String] {
    if let words = context.absent.explanation(of: .prometheus, without: "metrics") { return words }
    if let failure { return FailureText.paragraph(failure, of: .prometheus, now: context.now) }
    guard rows != nil else { return ["Waiting for Prometheus's answer."] }
    let services = shown?.services ?? []
    let whose = services.isEmpty ? "" : " of \(services.prefix(3).joined(separator: ", "))"
    return [
      "Prometheus has no metric\(whose) that is known here.",
      "Looked for request counters and duration histograms: OpenTelemetry's span metrics and http_server_*, "
        + "http_requests_total and its kin, app_request_total.",
      "Expressions of your own can be set in the settings.",
    ]
  }
}
