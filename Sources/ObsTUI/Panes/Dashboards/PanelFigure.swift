import ObsData

/// One figure of a panel: a series reduced to a value, or one value of a table.
struct PanelFigure: Equatable {
  let name: String
  let value: DataValue
  let text: String
  let role: Role
  let settings: FieldSettings
  /// The series behind it; empty for a value of a table.
  let times: [Timestamp?]
  let values: [Double?]

  /// The figures that `reduceOptions` asks for: the last value of each series where it says nothing. With a time cursor they are
  /// the values at its instant, once.
  static func all(
    _ panel: DashboardPanel, _ data: PanelData, now: Timestamp, cursor: Timestamp? = nil
  ) -> [PanelFigure] {
    let options = panel.options
    let calculations = options.calculations.isEmpty ? ["lastNotNull"] : options.calculations
    var figures: [PanelFigure] = []
    for frame in data.frames {
      let times = frame.time?.column.times ?? []
      let names = frame.fields.first { !$0.isNumber && !$0.isTime }
      for field in frame.fields where isWanted(field, options) {
        if options.showsEveryValue {
          for row in 0..<min(field.column.count, 1_000) {
            var name = field.displayName
            if let names, case .text(let text) = names.column[row] { name = text }
            figures.append(PanelFigure(name, field.column[row], field, times: [], values: [], panel, now))
          }
          continue
        }
        if let cursor, times.count > 1, let numbers = field.column.numbers {
          let value = DataSeries(field: field, times: times).value(at: cursor).map(DataValue.number) ?? .null
          figures.append(PanelFigure(field.displayName, value, field, times: times, values: numbers, panel, now))
          continue
        }
        for calculation in calculations {
          let name = calculations.count > 1 ? "\(field.displayName) \(Reduction.title(calculation))" : field.displayName
          var own = field
          own.settings = field.settings.withoutCount(calculation)
          figures.append(
            PanelFigure(
              name, Reduction.value(calculation, of: field.column), own, times: times,
              values: field.column.numbers ?? [], panel, now))
        }
      }
    }
    return figures
  }

  private static func isWanted(_ field: DataField, _ options: PanelOptions) -> Bool {
    guard field.settings.isHidden != true else { return false }
    let wanted = options.fields
    if wanted.isEmpty { return field.isNumber }
    if wanted.hasPrefix("/"), let pattern = try? CapturingPattern(wanted) { return pattern.matches(field.displayName) }
    return field.displayName == wanted || field.name == wanted
  }

  private init(
    _ name: String, _ value: DataValue, _ field: DataField, times: [Timestamp?], values: [Double?],
    _ panel: DashboardPanel, _ now: Timestamp
  ) {
    let display = ValueDisplay(value, settings: field.settings, now: now)
    self.name = name
    self.value = value
    let (prefix, postfix) = (panel.options.prefix, panel.options.postfix)
    text = display.isMapped ? display.text : prefix + display.text + postfix
    role = panel.options.colorMode == "none" ? .textStrong : ColorRole.role(display.color) ?? .textStrong
    settings = field.settings
    self.times = times
    self.values = values
  }

  /// How full a bar is: the value's share of the range from minimum to maximum.
  func share(within range: ClosedRange<Double>) -> Double {
    guard let number = value.number, range.upperBound > range.lowerBound else { return 0 }
    return (number - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}

/// A panel of figures: `stat`, `gauge`, `bargauge`, and `piechart` as bars.
struct FigurePanel {
  private let panel: DashboardPanel
  private let data: PanelData
  private let window: TimeRange

  init(_ panel: DashboardPanel, _ data: PanelData, _ window: TimeRange) {
    self.panel = panel
    self.data = data
    self.window = window
  }

  private static let missing = "No figure: the answer holds no numbers"

  private func figures(_ canvas: inout Canvas, _ rect: Rect, _ context: ViewContext) -> [PanelFigure] {
    let cursor = context.cursor.flatMap { $0 >= window.start && $0 <= window.end ? $0 : nil }
    let figures = PanelFigure.all(panel, data, now: context.now, cursor: cursor)
    if figures.isEmpty {
      canvas.write(FigurePanel.missing, x: rect.x, y: rect.y, style: Style(.textMuted), width: rect.width)
    }
    return figures
  }

  /// The figure in the middle, its course below it; several as lines of name and figure.
  func drawStat(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    let figures = figures(&canvas, rect, context)
    guard let first = figures.first else { return }
    guard figures.count == 1 else {
      drawList(figures, in: rect, on: &canvas, context)
      return
    }
    let mode = panel.options.textMode
    let hasSparkline = panel.options.drawsSparkline && rect.height >= 3 && first.values.count > 1
    let chartHeight = hasSparkline ? max(1, rect.height / 3) : 0
    let room = rect.height - chartHeight
    let showsName = room >= 2 && (mode == "value_and_name" || mode == "name" || mode == "auto" && panel.title.isEmpty)
    let y = rect.y + max(0, (room - (showsName ? 2 : 1)) / 2)
    if mode == "name" {
      center(first.name, y, first.role, rect, &canvas)
    } else if mode != "none" {
      center(first.text, y, first.role, rect, &canvas)
      if showsName { center(first.name, y + 1, .textMuted, rect, &canvas) }
    }
    guard hasSparkline else { return }
    let below = Rect(x: rect.x, y: rect.y + room, width: rect.width, height: chartHeight)
    drawCourse(first, in: below, on: &canvas, context)
  }

  private func center(_ text: String, _ y: Int, _ role: Role, _ rect: Rect, _ canvas: inout Canvas) {
    let text = CharacterWidth.clipped(text, to: rect.width)
    canvas.write(text, x: rect.x + (rect.width - CharacterWidth.cells(in: text)) / 2, y: y, style: Style(role))
  }

  private func drawCourse(_ figure: PanelFigure, in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    let pairs = zip(figure.times, figure.values).compactMap { time, value in time.map { ($0, value) } }
    guard let first = pairs.first, let last = pairs.last, last.0 > first.0 else { return }
    let step = Duration.nanoseconds(max(1, (last.0 - first.0).nanoseconds / Int64(max(1, pairs.count - 1))))
    let series = TimeSeries(labels: [:], start: first.0, step: step, values: pairs.map(\.1))
    let axis = TimeAxis(window, columns: rect.width)
    let samples = series.samples(on: axis)
    let scale = ValueScale(figure.values.compactMap { $0 }, fromZero: false)
    Histogram.draw(samples, scale: scale, in: rect, on: &canvas, glyphs: context.glyphs) { _ in .chart }
  }

  /// Names on the left, figures on the right; in several columns where there are more than lines.
  private func drawList(_ figures: [PanelFigure], in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    let columns = min(max(1, rect.width / 20), (figures.count + rect.height - 1) / max(rect.height, 1))
    let width = rect.width / max(columns, 1)
    let capacity = columns * rect.height
    for (index, figure) in figures.prefix(capacity).enumerated() {
      let (x, y) = (rect.x + index / rect.height * width, rect.y + index % rect.height)
      if index == capacity - 1, figures.count > capacity {
        canvas.write("+\(figures.count - index) more", x: x, y: y, style: Style(.textMuted), width: width)
        return
      }
      row(figure, x: x, y: y, width: width - (columns > 1 ? 1 : 0), &canvas)
    }
  }

  private func row(_ figure: PanelFigure, x: Int, y: Int, width: Int, _ canvas: inout Canvas) {
    let text = CharacterWidth.clipped(figure.text, to: width)
    let cells = CharacterWidth.cells(in: text)
    canvas.write(
      CharacterWidth.clipped(figure.name, to: width - cells - 1), x: x, y: y, style: Style(.text),
      width: max(0, width - cells - 1))
    canvas.write(text, x: x + width - cells, y: y, style: Style(figure.role))
  }

  /// A bar for each figure, from the minimum to the maximum of its settings.
  func drawBars(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    let figures = figures(&canvas, rect, context)
    let numbers = figures.compactMap(\.value.number).filter(\.isFinite)
    let ranges = figures.map { figure -> ClosedRange<Double> in
      let isShare = figure.settings.unit == "percentunit"
      let low = figure.settings.minimum ?? min(numbers.min() ?? 0, 0)
      let isPercent = figure.settings.unit == "percent"
      let natural = isShare ? 1 : isPercent || panel.kind == .gauge ? 100 : numbers.max() ?? 1
      return low...max(low, figure.settings.maximum ?? max(natural, low))
    }
    drawRows(figures, shares: zip(figures, ranges).map { $0.share(within: $1) }, in: rect, on: &canvas, context)
  }

  /// A pie's parts as bars, each with its share of the whole.
  func drawShares(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    let figures = figures(&canvas, rect, context).sorted { ($0.value.number ?? 0) > ($1.value.number ?? 0) }
    let sum = figures.reduce(0) { $0 + max($1.value.number ?? 0, 0) }
    let shares = figures.map { sum > 0 ? max($0.value.number ?? 0, 0) / sum : 0 }
    drawRows(
      figures, shares: shares, in: rect, on: &canvas, context,
      texts: zip(figures, shares).map { "\($0.text) \(UnitFormat.text($1, unit: "percentunit", decimals: 0))" })
  }

  private func drawRows(
    _ figures: [PanelFigure], shares: [Double], in rect: Rect, on canvas: inout Canvas, _ context: ViewContext,
    texts: [String]? = nil
  ) {
    guard !figures.isEmpty else { return }
    let texts = texts ?? figures.map(\.text)
    let hasNames = figures.count > 1 || panel.title.isEmpty || panel.kind != .gauge
    let textWidth = min(texts.map { CharacterWidth.cells(in: $0) }.max() ?? 0, rect.width / 2)
    let nameWidth = hasNames ? min(figures.map { CharacterWidth.cells(in: $0.name) }.max() ?? 0, rect.width / 3) : 0
    let barX = rect.x + nameWidth + (nameWidth > 0 ? 1 : 0)
    let barWidth = rect.x + rect.width - barX - textWidth - 1
    let shown = figures.count > rect.height ? rect.height - 1 : figures.count
    // A single gauge stands in the middle.
    let top = rect.y + (figures.count == 1 ? (rect.height - 1) / 2 : 0)
    for (index, figure) in figures.prefix(max(shown, 1)).enumerated() {
      let y = top + index
      canvas.write(
        CharacterWidth.clipped(figure.name, to: nameWidth), x: rect.x, y: y, style: Style(.text), width: nameWidth)
      if barWidth >= 3 {
        let bar = LevelBar.text(shares[index], width: barWidth, glyphs: context.glyphs)
        let role = figure.role == .textStrong ? .chart : figure.role
        let used = canvas.write(bar.full, x: barX, y: y, style: Style(role))
        canvas.write(bar.empty, x: barX + used, y: y, style: Style(.chartGap))
      }
      let text = CharacterWidth.clipped(texts[index], to: textWidth)
      canvas.write(
        text, x: rect.x + rect.width - CharacterWidth.cells(in: text), y: y, style: Style(figure.role))
    }
    if shown < figures.count, rect.height > 1 {
      canvas.write(
        "+\(figures.count - shown) more", x: rect.x, y: rect.y + rect.height - 1, style: Style(.textMuted),
        width: rect.width)
    }
  }

  /// A bar for each row of a table and each of its columns of numbers, named by its first column of texts or its time.
  func drawCategories(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    // A series over time has too many rows for bars of their own: it is drawn over time.
    if data.frames.allSatisfy({ $0.time != nil && !$0.fields.contains { !$0.isTime && !$0.isNumber } }),
      data.frames.contains(where: { $0.count > 1 })
    {
      var overTime = panel
      overTime.settings.drawing = .bars
      TimeSeriesPanel(overTime, data, window).draw(in: rect, on: &canvas, context)
      return
    }
    var every = panel
    every.options.showsEveryValue = data.frames.contains { frame in frame.fields.contains { !$0.isTime && !$0.isNumber }
    }
    FigurePanel(every, data, window).drawBars(in: rect, on: &canvas, context)
  }
}
