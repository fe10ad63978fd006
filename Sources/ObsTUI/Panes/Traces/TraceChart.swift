import ObsData

/// The chart above the trace list: a scatter of durations over time, or how durations are spread. Both stand on a logarithmic
/// scale of durations, mark errors by a glyph of their own, and show where the selected trace is.
struct TraceChart {
  /// What is drawn above the list.
  enum Mode: Equatable, Sendable {
    /// The scatter, where the list leaves room for it.
    case automatic
    case scatter, histogram, none

    var next: Mode {
      switch self {
      case .automatic, .scatter: .histogram
      case .histogram: .none
      case .none: .scatter
      }
    }
  }

  /// The least height with something to see: four lines and the axis.
  static let leastHeight = 5
  private static let greatestHeight = 18
  /// Room for a label in front of the axis: `100ms`.
  static let gutter = 6

  let traces: [TraceSummary]
  let selected: TraceSummary?
  /// Whether earlier traces of the window may not be among them.
  var isTruncated = false

  /// The time that the scatter shows: the window; where earlier traces were not asked for, what is held of it.
  private func time(in window: TimeRange) -> TimeRange {
    guard isTruncated, let first = traces.lazy.map(\.start).min() else { return window }
    return TimeRange(start: min(max(first, window.start), window.end - .seconds(1)), end: window.end)
  }

  /// How many lines the chart takes of a pane, beside `needed` lines for the list.
  static func height(_ mode: Mode, of height: Int, needed: Int) -> Int {
    let free = min(height - needed, greatestHeight)
    switch mode {
    case .none: return 0
    case .automatic: return free >= leastHeight + 3 ? free : 0
    case .scatter, .histogram:
      guard height >= leastHeight + 4 else { return 0 }
      return max(free, leastHeight, min(height * 2 / 5, greatestHeight))
    }
  }

  func view(_ mode: Mode, size: Size, isOutdated: Bool, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    let hasHeading = size.height >= TraceChart.leastHeight + 1
    if hasHeading { drawHeading(on: &canvas, in: context) }
    let top = hasHeading ? 1 : 0
    let plot = Rect(
      x: TraceChart.gutter, y: top, width: size.width - TraceChart.gutter, height: size.height - top - 1)
    guard plot.width >= 10, plot.height >= 2 else { return canvas }
    let scale = DurationScale(traces.lazy.map(\.duration))
    if mode == .histogram {
      TraceDurations(chart: self, scale: scale).draw(in: plot, on: &canvas, isOutdated: isOutdated, in: context)
    } else {
      TraceScatter(chart: self, scale: scale, window: time(in: context.window)).draw(
        in: plot, on: &canvas, isOutdated: isOutdated, in: context)
    }
    return canvas
  }

  /// How many traces there are, how many of them failed, and their durations in figures.
  private func drawHeading(on canvas: inout Canvas, in context: ViewContext) {
    let separator = context.glyphs == .unicode ? " · " : " - "
    let sorted = traces.map(\.duration).sorted()
    let errors = traces.count { $0.errorCount > 0 }
    func figure(_ share: Double) -> String {
      // The nearest rank: a duration that a trace had.
      let rank = min(max(Int((share * Double(sorted.count)).rounded(.up)), 1), sorted.count)
      return Formatting.duration(sorted[rank - 1], glyphs: context.glyphs)
    }
    guard let longest = sorted.last else { return }
    var x = 0
    var isFull = false
    func add(_ text: String, _ role: Role) {
      isFull = isFull || x + separator.count + CharacterWidth.cells(in: text) > canvas.size.width
      guard !isFull else { return }
      if x > 0 { x += canvas.write(separator, x: x, y: 0, style: Style(.textMuted)) }
      x += canvas.write(text, x: x, y: 0, style: Style(role))
    }
    add("\(Formatting.count(traces.count, style: .exact)) \(traces.count == 1 ? "trace" : "traces")", .text)
    if errors > 0 {
      let mark = context.glyphs == .unicode ? "✗" : "x"
      add("\(mark) \(Formatting.count(errors, style: .exact)) with errors", .chartError)
    }
    add("median \(figure(0.5))", .text)
    add("p95 \(figure(0.95))", .text)
    add("longest \(Formatting.duration(longest, glyphs: context.glyphs))", .text)
  }

  /// The vertical axis: a line, with the labels that fit in front of it.
  static func drawAxis(_ labels: [(y: Int, text: String)], in plot: Rect, on canvas: inout Canvas, glyphs: GlyphSet) {
    let x = plot.x - 1
    for y in plot.y..<plot.y + plot.height {
      canvas.write(glyphs == .unicode ? "│" : "|", x: x, y: y, style: Style(.axis))
    }
    for label in labels {
      let text = CharacterWidth.clipped(label.text, to: gutter - 1)
      canvas.write(text, x: x - CharacterWidth.cells(in: text), y: label.y, style: Style(.axis))
      canvas.write(glyphs == .unicode ? "┤" : "+", x: x, y: label.y, style: Style(.axis))
    }
  }

  /// Where the selected trace is: an arrow below its column, in the place of a label that it would cut.
  static func drawMark(column: Int, in plot: Rect, on canvas: inout Canvas, glyphs: GlyphSet) {
    let y = plot.y + plot.height
    func isBlank(_ x: Int) -> Bool { x < plot.x || x >= canvas.size.width || canvas[x, y].character == " " }
    var first = plot.x + column
    var last = first
    if !isBlank(first) {
      while !isBlank(first - 1) { first -= 1 }
      while !isBlank(last + 1) { last += 1 }
      canvas.fill(Rect(x: first, y: y, width: last - first + 1, height: 1))
    }
    canvas.write(
      glyphs == .unicode ? "▲" : "^", x: plot.x + column, y: plot.y + plot.height, style: Style(.chartCursor))
  }
}

/// Durations over time: a trace is a point, a trace with errors a cross.
///
///     100ms┤        ✗   •
///          │  •  ●
///      10ms┤    •     ••▸
///           ╵08:40   ▲
struct TraceScatter {
  let chart: TraceChart
  let scale: DurationScale
  let window: TimeRange

  private struct Place: Hashable {
    let column, row: Int
  }

  func draw(in plot: Rect, on canvas: inout Canvas, isOutdated: Bool, in context: ViewContext) {
    let isUnicode = context.glyphs == .unicode
    let marks = scale.marks(count: max(2, plot.height / 2), glyphs: context.glyphs)
    TraceChart.drawAxis(
      marks.map { (plot.y + row(of: $0.share, plot), $0.label) }, in: plot, on: &canvas, glyphs: context.glyphs)
    let ruler = TimeRuler(window, columns: plot.width)
    ruler.draw(at: Point(x: plot.x, y: plot.y + plot.height), on: &canvas, in: context)
    ruler.drawCursor(in: plot, on: &canvas, context: context)
    var cells: [Place: (count: Int, errors: Int)] = [:]
    for trace in chart.traces {
      let place = place(of: trace, plot)
      cells[place, default: (0, 0)].count += 1
      if trace.errorCount > 0 { cells[place, default: (0, 0)].errors += 1 }
    }
    for (place, cell) in cells {
      let glyph =
        cell.errors > 0 ? (isUnicode ? "✗" : "x") : cell.count > 1 ? (isUnicode ? "●" : "O") : isUnicode ? "•" : "o"
      let role: Role = isOutdated ? .textMuted : cell.errors > 0 ? .chartError : .chart
      canvas.write(glyph, x: plot.x + place.column, y: plot.y + place.row, style: Style(role))
    }
    guard let selected = chart.selected else { return }
    let place = place(of: selected, plot)
    canvas.highlight(
      Rect(x: plot.x + place.column, y: plot.y + place.row, width: 1, height: 1), with: .chartCursor)
    canvas.write(isUnicode ? "▸" : ">", x: plot.x - 1, y: plot.y + place.row, style: Style(.chartCursor))
    if context.cursor == nil {
      TraceChart.drawMark(column: place.column, in: plot, on: &canvas, glyphs: context.glyphs)
    }
  }

  private func row(of share: Double, _ plot: Rect) -> Int {
    plot.height - 1 - Int((share * Double(plot.height - 1)).rounded())
  }

  /// A trace that began before the window stands at its beginning: one span of it lies inside.
  private func place(of trace: TraceSummary, _ plot: Rect) -> Place {
    let length = max(window.duration.seconds, 1e-9)
    let share = (trace.start - window.start).seconds / length
    let column = Int(min(max(share, 0), 1) * Double(plot.width))
    return Place(column: min(column, plot.width - 1), row: row(of: scale.share(of: trace.duration), plot))
  }
}

/// How many traces took how long: bars over a logarithmic axis, the failed ones at the bottom of each.
///
///       12┤   ██
///         │▂▂ ██ ▄▄
///         │██ ✗✗ ██    ✗✗
///          ╵10ms   ╵100ms
struct TraceDurations {
  let chart: TraceChart
  let scale: DurationScale

  func draw(in plot: Rect, on canvas: inout Canvas, isOutdated: Bool, in context: ViewContext) {
    let isUnicode = context.glyphs == .unicode
    let barCount = max(4, min(40, plot.width / 3))
    let barWidth = plot.width / barCount
    var bars = Array(repeating: (count: 0, errors: 0), count: barCount)
    func bar(of trace: TraceSummary) -> Int {
      min(barCount - 1, Int(scale.share(of: trace.duration) * Double(barCount)))
    }
    for trace in chart.traces {
      bars[bar(of: trace)].count += 1
      if trace.errorCount > 0 { bars[bar(of: trace)].errors += 1 }
    }
    let peak = bars.map(\.count).max() ?? 0
    TraceChart.drawAxis(
      [(plot.y, Formatting.count(peak))], in: plot, on: &canvas, glyphs: context.glyphs)
    let steps = Sparkline.steps(context.glyphs)
    let values = ValueScale(low: 0, high: Double(peak))
    for (index, bar) in bars.enumerated() where bar.count > 0 {
      let height = values.height(of: Double(bar.count), steps: plot.height * steps)
      let lines = (height + steps - 1) / steps
      let share = Double(bar.errors) / Double(bar.count)
      let failed = bar.errors == 0 ? 0 : bar.errors == bar.count ? lines : max(1, Int(share * Double(lines)))
      for line in 0..<lines {
        let isFailed = line < failed
        let glyph =
          isFailed
          ? (isUnicode ? "✗" : "x") : String(Sparkline.character(height: height - line * steps, context.glyphs))
        let role: Role = isOutdated ? .textMuted : isFailed ? .chartError : .chart
        canvas.write(
          String(repeating: glyph, count: max(1, barWidth - 1)), x: plot.x + index * barWidth,
          y: plot.y + plot.height - 1 - line, style: Style(role))
      }
    }
    drawDurations(in: Rect(x: plot.x, y: plot.y, width: barCount * barWidth, height: plot.height), on: &canvas, context)
    guard let selected = chart.selected else { return }
    let index = bar(of: selected)
    TraceChart.drawMark(column: index * barWidth, in: plot, on: &canvas, glyphs: context.glyphs)
    canvas.highlight(
      Rect(x: plot.x + index * barWidth, y: plot.y, width: max(1, barWidth - 1), height: plot.height),
      with: .chartCursor)
  }

  private func drawDurations(in plot: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    var free = plot.x
    for mark in scale.marks(count: max(2, plot.width / 8), glyphs: context.glyphs) {
      let x = plot.x + min(Int(mark.share * Double(plot.width)), plot.width - 1)
      let text = (context.glyphs == .unicode ? "╵" : "'") + mark.label
      guard x >= free, x + CharacterWidth.cells(in: text) <= plot.x + plot.width else { continue }
      canvas.write(text, x: x, y: plot.y + plot.height, style: Style(.axis))
      free = x + CharacterWidth.cells(in: text) + 1
    }
  }
}
