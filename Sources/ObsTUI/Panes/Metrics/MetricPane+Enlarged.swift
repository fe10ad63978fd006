import ObsData

extension MetricPane {
  /// One row over the whole pane: a chart with its axes for each series, as many as there is room for.
  func enlarged(_ row: MetricRow, _ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    canvas.write(CharacterWidth.clipped(row.expression, to: size.width), x: 0, y: 0, style: Style(.textMuted))
    let lines = lines.filter { $0.row == selected && $0.series != nil }
    guard !lines.isEmpty else {
      let words = row.failure ?? "no data in this window"
      for (index, line) in TextWrap.lines(words, width: size.width).enumerated() {
        canvas.write(line, x: 0, y: 1 + index, style: Style(.statusStale))
      }
      return canvas
    }
    // A heading and two lines of bars are the least that can be read.
    let room = size.height - 2
    let shown = lines.prefix(max(1, room / 3))
    let height = room / shown.count
    let labels = Formatting.valueWidth + 1
    let axis = TimeAxis(context.window, columns: size.width - labels, newest: end)
    for (number, line) in shown.enumerated() {
      guard let index = line.series else { continue }
      let title = row.series.count == 1 ? row.title : row.title + line.title
      let rect = Rect(x: 0, y: 1 + number * height, width: size.width, height: height)
      drawChart(of: row.series[index], row, title: title, in: rect, on: &canvas, axis: axis, labels: labels, context)
    }
    canvas.write(
      Axis.timeLine(axis, as: context.time, now: context.now, glyphs: context.glyphs), x: labels, y: size.height - 1,
      style: Style(.axis))
    return canvas
  }

  /// A heading with the figures, and below it the bars with the values at their left.
  private func drawChart(
    of series: TimeSeries, _ row: MetricRow, title: String, in rect: Rect, on canvas: inout Canvas, axis: TimeAxis,
    labels: Int, _ context: ViewContext
  ) {
    let figures = MetricFigures(series, unit: row.unit, context: context)
    var heading = "\(title)  \(figures.current)"
    if !figures.range.isEmpty { heading += "  (\(figures.range))" }
    if let age = figures.staleness { heading += "  last \(Formatting.age(age)) ago" }
    if rect.height > 1 {
      canvas.write(CharacterWidth.clipped(heading, to: rect.width), x: rect.x, y: rect.y, style: Style(.textStrong))
    }
    let top = rect.height > 1 ? rect.y + 1 : rect.y
    let bars = Rect(x: rect.x + labels, y: top, width: axis.columns, height: rect.y + rect.height - top)
    guard bars.height > 0, bars.width > 0 else { return }
    let samples = series.samples(on: axis)
    let scale = ValueScale(series.values.compactMap { $0 })
    for (value, y) in valueMarks(scale, in: bars, stepsPerLine: Sparkline.steps(context.glyphs)) {
      let text = Formatting.value(value, row.unit, glyphs: context.glyphs)
      canvas.write(
        text, x: rect.x + labels - 1 - CharacterWidth.cells(in: text), y: y, style: Style(.axis))
      if value != scale.low {
        let line = String(repeating: context.glyphs == .unicode ? "┈" : ".", count: bars.width)
        canvas.write(line, x: bars.x, y: y, style: Style(.axis))
      }
    }
    let roles = row.roles
    Histogram.draw(samples, scale: scale, in: bars, on: &canvas, glyphs: context.glyphs) {
      isOutdated ? .textMuted : roles($0)
    }
  }

  /// Round values with the lines they are reached in, and the scale's low end at the bottom.
  private func valueMarks(_ scale: ValueScale, in bars: Rect, stepsPerLine: Int) -> [(value: Double, y: Int)] {
    let bottom = bars.y + bars.height - 1
    var marks = [(value: scale.low, y: bottom)]
    for value in Axis.ticks(low: scale.low, high: scale.high, count: max(1, bars.height / 2)) where value > scale.low {
      let height = scale.height(of: value, steps: bars.height * stepsPerLine)
      let y = bottom - (height - 1) / stepsPerLine
      if y < bottom, marks.last?.y != y { marks.append((value, y)) }
    }
    return marks
  }
}
