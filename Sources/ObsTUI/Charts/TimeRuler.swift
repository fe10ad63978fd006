import ObsData

/// The line below a chart: its times, the marks of what happened, and the cursor with its instant.
///
///     ╵08:45      ◆     ▲08:50:10     ╵08:55
struct TimeRuler {
  let axis: TimeAxis
  /// Where the chart above puts an instant, counted from its left edge; nil off its ends.
  let column: (Timestamp) -> Int?

  /// A ruler for charts that put an instant where the axis does.
  init(_ axis: TimeAxis) {
    self.axis = axis
    column = { axis.column(of: $0) }
  }

  /// A ruler of a window for charts that divide it into equal columns.
  init(_ window: TimeRange, columns: Int, column: ((Timestamp) -> Int?)? = nil) {
    let step = Duration.nanoseconds(max(1, window.duration.nanoseconds / Int64(max(columns, 1))))
    axis = TimeAxis(start: window.start, step: step, columns: max(columns, 1))
    let count = axis.columns
    self.column =
      column ?? { time in
        guard window.duration > .zero, time >= window.start, time <= window.end else { return nil }
        return min(Int((time - window.start).seconds / window.duration.seconds * Double(count)), count - 1)
      }
  }

  /// Draws it.
  func draw(at origin: Point, on canvas: inout Canvas, in context: ViewContext) {
    let isUnicode = context.glyphs == .unicode
    var line = Array(Axis.timeLine(axis, as: context.time, now: context.now, glyphs: context.glyphs))
    let markers = context.markers.compactMap { column($0.time) }
    for place in markers { TimeRuler.clear(&line, place, place) }
    var label: (start: Int, text: String)?
    if let cursor = context.cursor, let place = column(cursor) {
      let whole = cursorLabel(cursor, at: place, width: line.count, context)
      // Where the instant would cover a mark, the arrow alone has to do.
      let isCovering = markers.contains { $0 != place && (whole.start..<whole.start + whole.text.count).contains($0) }
      label = isCovering ? (place, context.glyphs == .unicode ? "▲" : "^") : whole
      if let label { TimeRuler.clear(&line, label.start, label.start + label.text.count - 1) }
    }
    canvas.write(String(line), x: origin.x, y: origin.y, style: Style(.axis), width: axis.columns)
    for place in markers {
      canvas.write(isUnicode ? "◆" : "*", x: origin.x + place, y: origin.y, style: Style(.chartWarning))
    }
    if let label { canvas.write(label.text, x: origin.x + label.start, y: origin.y, style: Style(.chartCursor)) }
  }

  /// The cursor's arrow with its instant behind it, or before it where there is no room.
  private func cursorLabel(
    _ time: Timestamp, at place: Int, width: Int, _ context: ViewContext
  ) -> (start: Int, text: String) {
    let arrow = context.glyphs == .unicode ? "▲" : "^"
    let text = TimeRuler.text(time, in: context)
    if place + 1 + text.count <= width { return (place, arrow + text) }
    if place >= text.count { return (place - text.count, text + arrow) }
    return (place, arrow)
  }

  /// The cursor's instant as it is told: to the second, in short windows to the millisecond.
  static func text(_ time: Timestamp, in context: ViewContext) -> String {
    let digits = context.window.duration < .seconds(60) ? 3 : 0
    return Formatting.time(time, as: context.time, now: context.now, fractionDigits: digits)
  }

  /// Takes the labels off that something would cut in two.
  private static func clear(_ line: inout [Character], _ first: Int, _ last: Int) {
    guard line.indices.contains(first) else { return }
    var start = first
    while start > 0, line[start] != " ", line[start - 1] != " " { start -= 1 }
    var end = min(last, line.count - 1)
    while end < line.count - 1, line[end] != " ", line[end + 1] != " " { end += 1 }
    for index in start...max(start, end) { line[index] = " " }
  }

  /// Draws the cursor through a chart: a line where the chart is empty, and laid under what it shows.
  func drawCursor(in plot: Rect, on canvas: inout Canvas, context: ViewContext) {
    guard let time = context.cursor, let place = column(time), place < plot.width else { return }
    let x = plot.x + place
    for y in plot.y..<plot.y + plot.height where canvas[x, y].character == " " {
      canvas.write(context.glyphs == .unicode ? "│" : "|", x: x, y: y, style: Style(.chartCursor))
    }
    canvas.highlight(Rect(x: x, y: plot.y, width: 1, height: plot.height), with: .chartCursor)
  }
}

extension TimeSeries {
  /// The value at an instant: that of the nearest step; nil where the store has none there, or off the series' ends.
  func value(at time: Timestamp) -> Double? {
    guard !values.isEmpty, step > .zero else { return nil }
    let place = ((time - start).seconds / step.seconds).rounded()
    guard place >= 0, place < Double(values.count), let index = Int(exactly: place) else { return nil }
    return values[index]
  }
}
