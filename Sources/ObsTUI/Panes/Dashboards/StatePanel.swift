import ObsData

/// A `state-timeline` panel: a row for each series, a piece for each state, its text written where it begins.
struct StatePanel {
  private let series: [DataSeries]
  private let window: TimeRange

  init(_ panel: DashboardPanel, _ data: PanelData, _ window: TimeRange) {
    series = DataSeries.all(data.frames)
    self.window = window
  }

  func draw(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    guard !series.isEmpty, rect.height > 0, window.duration > .zero else {
      canvas.write("No states to draw", x: rect.x, y: rect.y, style: Style(.textMuted), width: rect.width)
      return
    }
    let hasTime = rect.height >= 2
    let height = rect.height - (hasTime ? 1 : 0)
    let nameWidth = min(series.map { CharacterWidth.cells(in: $0.field.displayName) }.max() ?? 0, rect.width / 3)
    let x = rect.x + (nameWidth > 0 ? nameWidth + 1 : 0)
    let width = rect.x + rect.width - x
    guard width > 0 else { return }
    let shown = series.count > height ? max(height - 1, 1) : series.count
    for (index, item) in series.prefix(shown).enumerated() {
      let y = rect.y + index
      canvas.write(
        CharacterWidth.clipped(item.field.displayName, to: nameWidth), x: rect.x, y: y, style: Style(.text))
      drawStates(item, x: x, y: y, width: width, on: &canvas, context)
    }
    if shown < series.count, height > 1 {
      canvas.write(
        "+\(series.count - shown) more", x: rect.x, y: rect.y + height - 1, style: Style(.textMuted), width: rect.width)
    }
    let ruler = TimeRuler(window, columns: width)
    ruler.drawCursor(in: Rect(x: x, y: rect.y, width: width, height: min(shown, height)), on: &canvas, context: context)
    guard hasTime else { return }
    let y = rect.y + min(shown + (shown < series.count ? 1 : 0), height)
    ruler.draw(at: Point(x: x, y: y), on: &canvas, in: context)
  }

  private func drawStates(
    _ item: DataSeries, x: Int, y: Int, width: Int, on canvas: inout Canvas, _ context: ViewContext
  ) {
    // The state of each column: the last one that was seen in it or before it, as long as there is no gap.
    var columns = [ValueDisplay?](repeating: nil, count: width)
    var last: (column: Int, display: ValueDisplay)?
    for (time, value) in zip(item.times, item.values) {
      guard let time else { continue }
      let share = (time - window.start).seconds / window.duration.seconds
      guard share >= -0.1, share <= 1.001 else { continue }
      let column = min(max(Int(share * Double(width)), 0), width - 1)
      if let last { for place in last.column...column { columns[place] = columns[place] ?? last.display } }
      guard let value else {
        last = nil
        continue
      }
      let display = ValueDisplay(.number(value), settings: item.field.settings, now: context.now)
      columns[column] = display
      last = (column, display)
    }
    let fill = context.glyphs == .unicode ? "━" : "="
    var start = 0
    while start < width {
      guard let display = columns[start] else {
        start += 1
        continue
      }
      var end = start
      while end < width, columns[end]?.text == display.text { end += 1 }
      let role = ColorRole.role(display.color) ?? .chart
      let text = CharacterWidth.clipped(display.text, to: end - start)
      canvas.write(String(repeating: fill, count: end - start), x: x + start, y: y, style: Style(role))
      canvas.write(text, x: x + start, y: y, style: Style(role))
      start = end
    }
  }
}
