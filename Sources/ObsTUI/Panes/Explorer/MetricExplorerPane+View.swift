import ObsData

/// The columns of the metric list: name, type, sparkline, newest value.
///
///     metric                        type       over 15m      now
///     app_active_connections        gauge      ▁▂▃▅▇█▆▅      1,204
///     app_request_duration_seconds  histogram  ▂▂▂▃▅█▂▂      p50 12ms  p95 30ms  p99 70ms
struct ExplorerColumns: Equatable {
  let name, kind, sparkline, value: Int

  init(width: Int, names: Int) {
    name = min(max(names, 8), max(12, width * 2 / 5))
    kind = width >= 60 ? 10 : 0
    value = width >= 100 ? 32 : width >= 70 ? 22 : 9
    sparkline = max(1, width - name - 1 - (kind > 0 ? kind + 1 : 0) - 1 - value)
  }

  var kindStart: Int { name + 1 }
  var sparklineStart: Int { kindStart + (kind > 0 ? kind + 1 : 0) }
  var valueStart: Int { sparklineStart + sparkline + 1 }
}

extension MetricExplorerPane {
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    if let result { return result.view(size, in: context) }
    if let opened { return opened.view(size, in: context) }
    guard !rows.isEmpty else {
      return PaneMessage.view(emptyText(in: context), size, isError: failure != nil && list == nil)
    }
    var canvas = Canvas(size: size)
    let layout = ExplorerLayout(height: size.height)
    let columns = ExplorerColumns(width: size.width, names: nameWidth)
    if layout.header > 0 {
      let heads = [(0, "metric"), (columns.kindStart, "type"), (columns.valueStart, "now")]
      for (x, text) in heads where text != "type" || columns.kind > 0 {
        canvas.write(text, x: x, y: 0, style: Style(.textMuted))
      }
      let length = "over \(Formatting.duration(context.window.duration, glyphs: context.glyphs))"
      canvas.write(length, x: columns.sparklineStart, y: 0, style: Style(.textMuted), width: columns.sparkline)
    }
    let cursor = cursor(height: layout.list)
    for (line, index) in cursor.visible(count: rows.count, height: layout.list).enumerated() {
      let y = layout.header + line
      draw(rows[index], y: y, columns, on: &canvas, in: context)
      if index == cursor.selected {
        canvas.highlight(
          Rect(x: 0, y: y, width: size.width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
      }
    }
    if layout.footer > 0 { drawFooter(y: size.height - layout.footer, on: &canvas, in: context) }
    return canvas
  }

  private func draw(
    _ family: MetricFamily, y: Int, _ columns: ExplorerColumns, on canvas: inout Canvas, in context: ViewContext
  ) {
    let name = CharacterWidth.clipped(family.name, to: columns.name)
    canvas.write(name, x: 0, y: y, style: .plain)
    let preview = previews[family.name]
    if columns.kind > 0 {
      let isGuessed = family.isGuessed && (preview.map { $0.kind == family.kind } ?? true)
      canvas.write(
        (preview?.kind ?? family.kind).word + (isGuessed ? "?" : ""), x: columns.kindStart, y: y,
        style: Style(.textMuted), width: columns.kind)
    }
    guard let preview else { return }
    let room = columns.sparkline + 1 + columns.value
    guard let series = preview.drawn else {
      let words = preview.failure ?? "no values at the steps of this window"
      canvas.write(
        CharacterWidth.clipped(words, to: room), x: columns.sparklineStart, y: y,
        style: Style(preview.failure == nil ? .textMuted : .statusStale))
      return
    }
    let axis = TimeAxis(context.window, columns: columns.sparkline, newest: series.end)
    let values = series.values.compactMap { $0 }
    // What hovers about a value far from zero is looked at closely.
    let low = values.filter(\.isFinite).min() ?? 0
    let high = values.filter(\.isFinite).max() ?? 0
    let scale = ValueScale(values, fromZero: low <= 0 || low == high || high - low > high * 0.1)
    Sparkline.draw(
      series.samples(on: axis), scale: scale, at: Point(x: columns.sparklineStart, y: y), on: &canvas,
      glyphs: context.glyphs
    ) { _ in .chart }
    let text = preview.figures(width: columns.value, glyphs: context.glyphs)
    canvas.write(text, x: columns.valueStart, y: y, style: Style(.textStrong), width: columns.value)
  }

  /// A rule, then what the selected metric is, and what is asked of it.
  private func drawFooter(y: Int, on canvas: inout Canvas, in context: ViewContext) {
    let width = canvas.size.width
    canvas.fill(
      Rect(x: 0, y: y, width: width, height: 1), with: context.glyphs == .unicode ? "─" : "-", style: Style(.border))
    if let remark = list?.remarks.first {
      let text = " " + CharacterWidth.clipped(remark, to: max(0, width - 4)) + " "
      canvas.write(text, x: 1, y: y, style: Style(.textMuted))
    }
    guard let selection else { return }
    if let failure {
      let line = FailureText.line(failure, of: .prometheus, dataFrom: answeredAt, now: context.now)
      canvas.write(CharacterWidth.clipped(line, to: width), x: 0, y: y + 1, style: Style(.statusError))
    } else {
      let help =
        !selection.help.isEmpty
        ? selection.help.split(whereSeparator: \.isNewline).joined(separator: " ")
        : selection.isGuessed ? "no description: the type is a guess by the name" : "no description"
      let unit = selection.unit == .none ? "" : " [\(selection.unit.rawValue)]"
      canvas.write(CharacterWidth.clipped(help + unit, to: width), x: 0, y: y + 1, style: .plain)
    }
    guard let preview = previews[selection.name] else { return }
    canvas.write(CharacterWidth.clipped(preview.expression, to: width), x: 0, y: y + 2, style: Style(.textMuted))
  }

  private func emptyText(in context: ViewContext) -> [String] {
    if let words = context.absent.explanation(of: .prometheus, without: "metrics") { return words }
    guard let list else {
      if let failure { return FailureText.paragraph(failure, of: .prometheus, now: context.now) }
      return ["Waiting for Prometheus's answer."]
    }
    if !filter.isEmpty, !list.families.isEmpty {
      return ["No metric has \"\(filter)\" in its name or description.", "Esc shows all of them."]
    }
    return ["Prometheus has no metric in this window."] + list.remarks
  }
}

extension MetricPreview {
  /// The series that the sparkline shows: of p50, p95 and p99 the one in the middle.
  var drawn: TimeSeries? {
    guard series.count > 1 else { return series.first }
    return series.first { $0.labels["quantile"] == "p95" } ?? series.first {
      Double($0.labels["quantile"] ?? "") == 0.95
    }
      ?? series[series.count / 2]
  }

  /// The newest values: one number, or as many quantiles as there is room for, the drawn one always.
  func figures(width: Int, glyphs: GlyphSet) -> String {
    func text(_ series: TimeSeries) -> String { Formatting.value(series.current, unit, glyphs: glyphs) }
    guard let drawn else { return "" }
    let named = series.filter { $0.labels["quantile"] != nil }
    guard series.count > 1, !named.isEmpty else { return text(drawn) }
    func part(_ series: TimeSeries) -> String {
      "\(MetricDetail.percentile(series.labels["quantile"] ?? "")) \(text(series))"
    }
    let ordered = named.sorted { ($0.labels["quantile"] ?? "") < ($1.labels["quantile"] ?? "") }
    let all = ordered.map(part).joined(separator: "  ")
    if CharacterWidth.cells(in: all) <= width { return all }
    let alone = part(drawn)
    return CharacterWidth.cells(in: alone) <= width ? alone : text(drawn)
  }
}
