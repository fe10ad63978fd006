import ObsData

/// Series over time with axes: lines of dots, bars, or areas one upon the other.
///
///     60 ┤      ⢠⠊⢆
///     40 ┤  ⢀⠔⠉   ⠣1
///     20 ┤⠤⠒⠁
///        ╵08:45      ╵08:50
struct LineChart: Equatable, Sendable {
  let lines: [ChartLine]
  let window: TimeRange
  /// Whether the series stand one upon the other.
  var isStacked = false
  /// Whether each instant's values are shown as shares of their sum.
  var isPercent = false
  var limits: [ChartLimit] = []
  var minimum: Double?
  var maximum: Double?
  /// The base of the powers of the axis; 1 for a linear one.
  var base = 1.0
  /// What round values of a size are multiples of, for each axis.
  var unit: @Sendable (Double) -> Double = { _ in 1 }
  var rightUnit: @Sendable (Double) -> Double = { _ in 1 }
  /// Measurements that have a trace, as marks among the lines.
  var exemplars: [Exemplar] = []
  /// How the axis names a value.
  var label: @Sendable (Double) -> String
  /// How the axis at the right does.
  var rightLabel: (@Sendable (Double) -> String)?

  static func == (a: LineChart, b: LineChart) -> Bool { a.lines == b.lines && a.window == b.window }

  init(lines: [ChartLine], window: TimeRange, label: @escaping @Sendable (Double) -> String) {
    self.lines = lines
    self.window = window
    self.label = label
  }

  /// The least rectangle that shows anything.
  private static let leastWidth = 8

  /// Draws it with axes and legend.
  func draw(in rect: Rect, on canvas: inout Canvas, context: ViewContext) {
    guard rect.width > 0, rect.height > 0 else { return }
    var legend = ChartLegend(lines: lines)
    let wantsLegend = rect.height >= 4
    // Every name with its last value is worth more than all figures of some.
    if legend.height(width: rect.width, limit: .max) > max(1, rect.height / 4) { legend = legend.shortened }
    let legendHeight = wantsLegend ? legend.height(width: rect.width, limit: max(1, rect.height / 4)) : 0
    let hasTime = rect.height - legendHeight >= 3
    let rows = rect.height - legendHeight - (hasTime ? 1 : 0)
    let layers = isStacked ? StackedLayers(lines, isPercent: isPercent) : nil
    let scale = scale(layers)
    let right = lines.contains(where: \.isRight) ? ownScale(lines.filter(\.isRight)) : nil
    let ticks = scale.ticks(count: max(2, (rows + 2) / 2))
    let labels = ticks.map { (scale.line(of: $0, lines: rows), isPercent ? "\(Int($0))%" : label($0)) }
    let rightLabels = (right?.ticks(count: max(2, (rows + 2) / 2)) ?? []).map {
      (right?.line(of: $0, lines: rows), rightLabel?($0) ?? "")
    }
    var margin = labels.map { CharacterWidth.cells(in: $0.1) }.max() ?? 0
    var rightMargin = rightLabels.map { CharacterWidth.cells(in: $0.1) }.max() ?? 0
    // A narrow chart needs its cells for the lines.
    if rect.width - margin - rightMargin - 2 < LineChart.leastWidth { (margin, rightMargin) = (0, 0) }
    let left = margin > 0 ? margin + 1 : 0
    let plot = Rect(
      x: rect.x + left, y: rect.y, width: rect.width - left - (rightMargin > 0 ? rightMargin + 1 : 0), height: rows)
    if margin > 0 { drawLabels(labels, x: rect.x, width: margin, tick: rect.x + margin, plot, &canvas, context) }
    if rightMargin > 0 {
      for case (let line?, let text) in rightLabels {
        canvas.write(text, x: plot.x + plot.width + 1, y: rect.y + line, style: Style(.axis))
      }
    }
    drawLimits(scale, plot, &canvas, context)
    if let layers {
      layers.draw(in: plot, window: window, scale: scale, on: &canvas, glyphs: context.glyphs)
    } else {
      drawLines(scale, right, plot, &canvas, context)
    }
    let ruler = TimeRuler(window, columns: plot.width) { time in
      x(of: time, width: plot.width * 2).map { $0 / 2 }
    }
    ruler.drawCursor(in: plot, on: &canvas, context: context)
    drawExemplars(scale, plot, &canvas, context)
    if hasTime { ruler.draw(at: Point(x: plot.x, y: plot.y + rows), on: &canvas, in: context) }
    legend.draw(
      in: Rect(x: rect.x, y: rect.y + rect.height - legendHeight, width: rect.width, height: legendHeight), on: &canvas)
  }

  private func scale(_ layers: StackedLayers?) -> ChartScale {
    if isPercent { return ChartScale([], minimum: 0, maximum: 100) }
    guard let layers else { return ownScale(lines.filter { !$0.isRight }) }
    return ChartScale(layers.extremes, minimum: minimum, maximum: maximum, base: base, unit: unit)
  }

  private func ownScale(_ lines: [ChartLine]) -> ChartScale {
    let isLeft = lines.first?.isRight != true
    let values = lines.lazy.flatMap { $0.values.lazy.compactMap { $0 } }
    let seen = limits.filter { _ in isLeft }.map(\.value)
    let highest = values.filter(\.isFinite).max() ?? 0
    // A limit that is far away would press the lines to the ground.
    let near = seen.filter { $0 <= highest * 2 || highest <= 0 }
    return ChartScale(
      Array(values) + near, minimum: isLeft ? minimum : nil, maximum: isLeft ? maximum : nil, base: isLeft ? base : 1,
      unit: isLeft ? unit : rightUnit)
  }

  private func drawLabels(
    _ labels: [(Int?, String)], x: Int, width: Int, tick: Int, _ plot: Rect, _ canvas: inout Canvas,
    _ context: ViewContext
  ) {
    let (edge, mark) = context.glyphs == .unicode ? ("│", "┤") : ("|", "+")
    for y in plot.y..<(plot.y + plot.height) { canvas.write(edge, x: tick, y: y, style: Style(.axis)) }
    for case (let line?, let text) in labels {
      let cells = CharacterWidth.cells(in: text)
      canvas.write(text, x: x + max(0, width - cells), y: plot.y + line, style: Style(.axis), width: width)
      canvas.write(mark, x: tick, y: plot.y + line, style: Style(.axis))
    }
  }

  private func drawLimits(
    _ scale: ChartScale, _ plot: Rect, _ canvas: inout Canvas, _ context: ViewContext
  ) {
    for limit in limits where limit.value > scale.low && limit.value <= scale.high {
      guard let line = scale.line(of: limit.value, lines: plot.height) else { continue }
      let dash = context.glyphs == .unicode ? "┄" : "-"
      canvas.write(
        String(repeating: dash, count: plot.width), x: plot.x, y: plot.y + line, style: Style(limit.role))
    }
  }

  private func drawLines(
    _ left: ChartScale, _ right: ChartScale?, _ plot: Rect, _ canvas: inout Canvas, _ context: ViewContext
  ) {
    guard plot.width > 0, plot.height > 0 else { return }
    var raster = DotRaster(columns: plot.width, rows: plot.height)
    var ends: [(index: Int, column: Int, row: Int)] = []
    for (index, line) in lines.enumerated() {
      let scale = line.isRight ? right ?? left : left
      let ground = scale.line(of: max(0, scale.low), lines: raster.height) ?? raster.height - 1
      var last: Point?
      for (time, value) in zip(line.times, line.values) {
        guard let time, let value, let y = scale.line(of: value, lines: raster.height),
          let x = x(of: time, width: raster.width)
        else {
          if !line.spansGaps { last = nil }
          continue
        }
        let point = Point(x: x, y: y)
        switch line.drawing {
        case .bars: raster.line(from: Point(x: x, y: ground), to: point, role: line.role)
        case .points: raster.set(x: x, y: y, role: line.role)
        case .line: raster.line(from: last ?? point, to: point, role: line.role)
        }
        last = point
        if lines.count > 1 {
          if ends.last?.index == index { ends.removeLast() }
          ends.append((index, x / 2, y / 4))
        }
      }
    }
    raster.draw(at: Point(x: plot.x, y: plot.y), on: &canvas, glyphs: context.glyphs)
    // Each line ends in its mark, the first ones on top.
    for end in ends.reversed() where end.index < 9 {
      canvas.write(
        ChartLine.mark(end.index), x: plot.x + end.column, y: plot.y + end.row, style: Style(lines[end.index].role))
    }
  }

  /// Each as a mark at its value; what lies above the axis stands at its top. The one that a key would open is laid under.
  private func drawExemplars(_ scale: ChartScale, _ plot: Rect, _ canvas: inout Canvas, _ context: ViewContext) {
    guard plot.width > 0, plot.height > 0 else { return }
    let chosen = Exemplar.chosen(of: exemplars, at: context.cursor)
    for exemplar in exemplars {
      guard let column = x(of: exemplar.time, width: plot.width * 2).map({ $0 / 2 }),
        let line = scale.line(of: exemplar.value, lines: plot.height)
      else { continue }
      canvas.write(
        context.glyphs == .unicode ? "◇" : "o", x: plot.x + column, y: plot.y + line, style: Style(.textLink))
    }
    // Drawn once more, so that none covers it.
    if let chosen, let column = x(of: chosen.time, width: plot.width * 2).map({ $0 / 2 }),
      let line = scale.line(of: chosen.value, lines: plot.height)
    {
      canvas.write(
        context.glyphs == .unicode ? "◈" : "O", x: plot.x + column, y: plot.y + line,
        style: Style(.textLink, on: .cursor)
      )
    }
  }

  private func x(of time: Timestamp, width: Int) -> Int? {
    let length = window.duration.seconds
    guard length > 0 else { return time == window.start ? 0 : nil }
    let share = (time - window.start).seconds / length
    // A point just before the window begins is the grid's: it stands at the edge.
    guard share >= -0.1, share <= 1.001 else { return nil }
    return min(max(Int((share * Double(width - 1)).rounded()), 0), width - 1)
  }
}
