import ObsData

extension MetricDetailView {
  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let detail else {
      let words =
        failure.map { FailureText.paragraph($0, of: .prometheus, now: context.now) }
        ?? ["Waiting for Prometheus's answer."]
      return PaneMessage.view(words, size, isError: failure != nil)
    }
    var canvas = Canvas(size: size)
    let layout = MetricDetailLayout(height: size.height, rows: labels.count)
    let more =
      detail.expressions.count > 1
      ? "  and for \(MetricLook.quantiles.dropFirst().map(\.value).joined(separator: ", "))" : ""
    canvas.write(
      CharacterWidth.clipped((detail.expressions.first ?? "") + more, to: size.width), x: 0, y: 0,
      style: Style(.textMuted))
    let (words, role) = summary(detail, in: context)
    canvas.write(CharacterWidth.clipped(words, to: size.width), x: 0, y: 1, style: Style(role))
    drawChart(
      detail, in: Rect(x: 0, y: layout.header, width: size.width, height: layout.chart), on: &canvas, in: context)
    if layout.labels > 0 { drawLabels(layout, on: &canvas, in: context) }
    return canvas
  }

  /// What is made of the series, and how many of the lines are drawn; a failure or the server's warning before that.
  private func summary(_ detail: MetricDetail, in context: ViewContext) -> (String, Role) {
    if let failure {
      return (
        FailureText.line(failure, of: .prometheus, dataFrom: answeredAt, now: context.now), .statusError
      )
    }
    if let failure = detail.failure { return (failure, .statusError) }
    var parts: [String] = []
    switch detail.kind {
    case .counter: parts.append("\(look.aggregation == .sum ? "sum" : look.aggregation?.rawValue ?? "") of the rates")
    case .gauge: parts.append("\(look.aggregation?.rawValue ?? "") of the values")
    case .histogram, .nativeHistogram: parts.append(isHeatMap ? "observations a second by bucket" : "p50, p95, p99")
    case .summary:
      parts.append(look.family.hasOwnSeries ? "\(look.aggregation?.rawValue ?? "") of each quantile" : "mean")
    }
    if !look.grouping.isEmpty { parts.append("by \(look.grouping.joined(separator: ", "))") }
    parts += look.matchers.map(\.text)
    if detail.total > detail.lines.count, !isHeatMap {
      let all = Formatting.count(detail.total, style: .exact)
      parts.append("\(detail.lines.count) of \(all) lines, the greatest")
    }
    if let remark = detail.remarks.first { return (remark, .statusStale) }
    return (parts.joined(separator: context.glyphs == .unicode ? " · " : " - "), .text)
  }

  private func drawChart(_ detail: MetricDetail, in rect: Rect, on canvas: inout Canvas, in context: ViewContext) {
    if isHeatMap, let map = HeatMap(buckets: detail.buckets, unit: look.unit, glyphs: context.glyphs) {
      map.draw(in: rect, window: context.window, on: &canvas, context: context)
      return
    }
    guard !detail.lines.isEmpty else {
      let words = detail.failure == nil ? "No values in this window." : "No picture: the server refused the expression."
      canvas.write(words, x: rect.x, y: rect.y, style: Style(.textMuted), width: rect.width)
      return
    }
    LineChart(detail.lines.map { ($0.name, $0.series) }, unit: look.unit, context: context)
      .draw(in: rect, on: &canvas, context: context)
  }

  /// Labels at the left, the values of the selected one at the right.
  private func drawLabels(_ layout: MetricDetailLayout, on canvas: inout Canvas, in context: ViewContext) {
    let width = canvas.size.width
    let top = layout.labelsTop
    let rule: Character = context.glyphs == .unicode ? "─" : "-"
    canvas.fill(Rect(x: 0, y: top - 1, width: width, height: 1), with: rule, style: Style(.border))
    canvas.write(" labels ", x: 1, y: top - 1, style: Style(.textMuted))
    let left = min(max(16, (labels.map { $0.name.utf8.count }.max() ?? 0) + 8), width * 2 / 5)
    var cursor = labelCursor
    cursor.reveal(count: labels.count, height: layout.labels)
    for (line, index) in cursor.visible(count: labels.count, height: layout.labels).enumerated() {
      let label = labels[index]
      let isGrouped = look.grouping.contains(label.name)
      let count = Formatting.count(label.values.count)
      let name = (isGrouped ? "by " : "") + label.name
      canvas.write(
        CharacterWidth.clipped(name, to: max(1, left - count.count - 2)), x: 0, y: top + line,
        style: Style(isGrouped ? .textStrong : .text))
      canvas.write(count, x: left - count.count - 1, y: top + line, style: Style(.textMuted))
      guard index == cursor.selected else { continue }
      canvas.highlight(
        Rect(x: 0, y: top + line, width: left - 1, height: 1),
        with: context.isFocused && !isAmongValues ? .selection : .selectionUnfocused)
    }
    drawValues(x: left + 1, layout, on: &canvas, in: context)
  }

  private func drawValues(x: Int, _ layout: MetricDetailLayout, on canvas: inout Canvas, in context: ViewContext) {
    guard let label else { return }
    let width = canvas.size.width - x
    let head = " \(label.name) "
    canvas.write(head, x: x, y: layout.labelsTop - 1, style: Style(.textMuted), width: width)
    var cursor = valueCursor
    cursor.reveal(count: label.values.count, height: layout.labels)
    let total = max(1, label.values.reduce(0) { $0 + $1.count })
    for (line, index) in cursor.visible(count: label.values.count, height: layout.labels).enumerated() {
      let value = label.values[index]
      let y = layout.labelsTop + line
      let isChosen = look.matchers.contains { $0.label == label.name && $0.value == value.text && !$0.isExclusion }
      let figures = "\(Formatting.count(value.count)) \(Formatting.percent(Double(value.count) / Double(total)))"
      let text = value.text.isEmpty ? "(without it)" : value.text
      canvas.write(
        CharacterWidth.clipped(text, to: max(1, width - figures.count - 2)), x: x, y: y,
        style: Style(isChosen ? .textStrong : .text))
      canvas.write(figures, x: canvas.size.width - figures.count, y: y, style: Style(.textMuted))
      guard index == cursor.selected, isAmongValues else { continue }
      canvas.highlight(
        Rect(x: x, y: y, width: width, height: 1), with: context.isFocused ? .selection : .selectionUnfocused)
    }
  }
}

extension LineChart {
  /// Series of one unit, each with its newest, least, greatest and mean value in the legend.
  init(_ series: [(name: String, series: TimeSeries)], unit: MetricUnit, context: ViewContext) {
    let glyphs = context.glyphs
    let lines = series.enumerated().map { index, item in
      let times = item.series.values.indices.map { item.series.start + item.series.step * $0 }
      var line = ChartLine(name: item.name, role: ChartLine.role(index), times: times, values: item.series.values)
      let finite = item.series.values.compactMap { $0 }.filter(\.isFinite)
      line.figures = [Formatting.value(item.series.current, unit, glyphs: glyphs)]
      if let low = finite.min(), let high = finite.max() {
        let mean = finite.reduce(0) { $0 + $1 / Double(finite.count) }
        line.figures += [("min", low), ("max", high), ("mean", mean)].map {
          "\($0.0) \(Formatting.value($0.1, unit, glyphs: glyphs))"
        }
      }
      return line
    }
    self.init(lines: lines, window: context.window) { Formatting.value($0, unit, glyphs: glyphs) }
    // Memory is counted in powers of two: round numbers of it are, too.
    if unit == .bytes || unit == .bytesPerSecond { self.unit = { UnitFormat.natural($0, unit: "bytes") } }
  }
}

extension HeatMap {
  /// The buckets of a classic histogram: each counts all below its bound, so that what lies between two is their difference. Nil
  /// where there is none.
  init?(buckets: [TimeSeries], unit: MetricUnit, glyphs: GlyphSet) {
    func bound(_ series: TimeSeries) -> Double? {
      guard let text = series.labels["le"] else { return nil }
      return ["+Inf", "Inf", "inf"].contains(text) ? .infinity : Double(text)
    }
    let bounded = buckets.compactMap { series in bound(series).map { (bound: $0, series: series) } }
      .sorted { $0.bound < $1.bound }
    guard let first = bounded.first else { return nil }
    var rows: [[Double?]] = []
    for (index, entry) in bounded.enumerated() {
      let below = index > 0 ? bounded[index - 1].series.values : []
      rows.append(
        entry.series.values.enumerated().map { place, value in
          // Two buckets of one scrape may have been read at different moments.
          value.map { max(0, $0 - (below.indices.contains(place) ? below[place] ?? 0 : 0)) }
        })
    }
    self.init(
      labels: bounded.map { $0.bound.isInfinite ? "+Inf" : Formatting.value($0.bound, unit, glyphs: glyphs) },
      rows: rows,
      times: first.series.values.indices.map { first.series.start + first.series.step * $0 })
  }
}
