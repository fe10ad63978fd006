import ObsData

/// One panel as cells: its frame, and in it what its kind draws of the data.
struct PanelPicture {
  let panel: ScenePanel
  /// What Prometheus said; nil while nothing has come.
  let data: PanelData?
  /// The range that the panel shows.
  let window: TimeRange
  /// The dashboard's variables: for texts.
  let bindings: [String: VariableBinding]
  var isFocused = false
  /// Whether the user turned the axis to powers of ten, or back to a linear one.
  var isAxisTurned = false

  /// Draws the panel into a size.
  func canvas(_ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    let inside = canvas.frame(
      Rect(x: 0, y: 0, width: size.width, height: size.height), title: title(context), isFocused: isFocused,
      glyphs: context.glyphs)
    guard !inside.isEmpty else { return canvas }
    if let obstacle = panel.obstacle {
      say("Not drawn: \(obstacle).", .textMuted, in: inside, on: &canvas)
    } else if panel.panel.kind == .text {
      drawText(in: inside, on: &canvas)
    } else if let data {
      draw(data, in: inside, on: &canvas, context)
    } else {
      say("asking Prometheus", .textMuted, in: inside, on: &canvas)
    }
    return canvas
  }

  private func title(_ context: ViewContext) -> [TitleSegment] {
    var segments = [TitleSegment(panel.panel.title.isEmpty ? panel.panel.plugin : panel.panel.title)]
    let own = [panel.panel.timeFrom, panel.panel.timeShift.isEmpty ? "" : "-" + panel.panel.timeShift]
      .filter { !$0.isEmpty }
    if !own.isEmpty { segments.append(TitleSegment(" (\(own.joined(separator: " ")))", style: Style(.textMuted))) }
    guard let data else { return segments }
    if let note = exemplarNote(context) { segments.append(TitleSegment(" " + note, style: Style(.textLink))) }
    if !data.failures.isEmpty {
      segments.append(TitleSegment(" failed", style: Style(.statusError)))
    } else if !data.remarks.isEmpty {
      let count = data.remarks.count
      segments.append(
        TitleSegment(" \(count) note\(count == 1 ? "" : "s")", style: Style(.chartWarning)))
    }
    return segments
  }

  private func draw(_ data: PanelData, in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    let hasValues = data.frames.contains { $0.count > 0 && !$0.fields.isEmpty }
    guard hasValues else {
      if let failure = data.failures.first {
        say(failure, .statusError, in: rect, on: &canvas)
      } else {
        let nothing = panel.panel.settings.noValue ?? "No data"
        say(data.remarks.first.map { "\(nothing): \($0)." } ?? nothing, .textMuted, in: rect, on: &canvas)
      }
      return
    }
    var rect = rect
    // A part that failed is told below what could be drawn.
    if let failure = data.failures.first, rect.height >= 4 {
      rect.height -= 1
      canvas.write(
        CharacterWidth.clipped(failure, to: rect.width), x: rect.x, y: rect.y + rect.height, style: Style(.statusError))
    }
    switch panel.panel.kind {
    case .timeSeries:
      var chart = TimeSeriesPanel(panel.panel, data, window)
      chart.isAxisTurned = isAxisTurned
      chart.draw(in: rect, on: &canvas, context)
    case .stat: FigurePanel(panel.panel, data, window).drawStat(in: rect, on: &canvas, context)
    case .gauge, .barGauge: FigurePanel(panel.panel, data, window).drawBars(in: rect, on: &canvas, context)
    case .pieChart: FigurePanel(panel.panel, data, window).drawShares(in: rect, on: &canvas, context)
    case .barChart: FigurePanel(panel.panel, data, window).drawCategories(in: rect, on: &canvas, context)
    case .table: TablePanel(panel.panel, data).draw(in: rect, on: &canvas, context)
    case .heatmap: HeatMapPanel(panel.panel, data, window).draw(in: rect, on: &canvas, context)
    case .stateTimeline: StatePanel(panel.panel, data, window).draw(in: rect, on: &canvas, context)
    case .text, nil: break
    }
  }

  private func drawText(in rect: Rect, on canvas: inout Canvas) {
    let options = panel.panel.options
    let content = Interpolation(bindings.merging(panel.scope) { $1 }).text(options.content, format: .text)
    let lines = MarkdownText.lines(content, options.textFormat, width: rect.width, limit: rect.height)
    for (y, line) in lines.enumerated() {
      canvas.write(line.text, x: rect.x, y: rect.y + y, style: Style(line.role), width: rect.width)
    }
  }

  private func say(_ sentence: String, _ role: Role, in rect: Rect, on canvas: inout Canvas) {
    let lines = TextWrap.lines(sentence, width: rect.width)
    for (y, line) in lines.prefix(rect.height).enumerated() {
      let isCut = y == rect.height - 1 && lines.count > rect.height
      let text = isCut ? CharacterWidth.clipped(line + "…", to: rect.width) : line
      canvas.write(text, x: rect.x, y: rect.y + y, style: Style(role), width: rect.width)
    }
  }
}
