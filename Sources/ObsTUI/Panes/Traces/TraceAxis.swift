import ObsData

/// Maps a trace's time to the cells of the bar column.
struct TraceAxis: Equatable {
  /// What is shown of the trace.
  let range: TimeRange
  let width: Int
  /// The trace's start, from which the labels count.
  let origin: Timestamp

  init(range: TimeRange, width: Int, origin: Timestamp? = nil) {
    self.range = range
    self.width = width
    self.origin = origin ?? range.start
  }

  /// Where a span's bar stands.
  enum Place: Equatable { case inside(Range<Int>), before, behind }

  /// Where a time lies on the axis, 0 to 1 inside it.
  func fraction(_ time: Timestamp) -> Double {
    let whole = max(range.duration.nanoseconds, 1)
    return Double((time - range.start).nanoseconds) / Double(whole)
  }

  /// The cell of a time; nil where it lies outside.
  func column(_ time: Timestamp) -> Int? {
    guard width > 0, time >= range.start, time <= range.end else { return nil }
    return min(Int(fraction(time) * Double(width)), width - 1)
  }

  /// The eighths of cells from one time to another, at least one.
  func eighths(from start: Timestamp, to end: Timestamp) -> Range<Int> {
    SpanBar.eighths(from: fraction(start), to: fraction(end), width: width)
  }

  /// The eighths of a stretch of time, or on which side of the axis it lies.
  func place(from start: Timestamp, to end: Timestamp) -> Place {
    if end < range.start { return .before }
    return start > range.end ? .behind : .inside(eighths(from: start, to: end))
  }

  /// Ticks at multiples of 1, 2 or 5 times a power of ten, as close as their labels allow.
  func ticks(glyphs: GlyphSet) -> [(x: Int, label: String)] {
    let whole = range.duration.nanoseconds
    guard width >= 8, whole > 0 else { return width > 3 ? [(0, "0s")] : [] }
    let first = max((range.start - origin).nanoseconds, 0)
    var step = TraceAxis.step(for: whole, most: max(1, width / 9))
    // Far from the start a label has many digits.
    let last = (range.end - origin).nanoseconds
    let widest = CharacterWidth.cells(in: label(last, step: step, glyphs)) + 2
    if widest > 9 { step = TraceAxis.step(for: whole, most: max(1, width / widest)) }
    let most = max(1, width / 9)
    var ticks: [(x: Int, label: String)] = []
    let (begin, isBeyond) = first.addingReportingOverflow((step - first % step) % step)
    guard !isBeyond else { return [] }
    var offset = begin
    while offset - first <= whole, ticks.count <= most {
      let x = Int(Double(offset - first) / Double(whole) * Double(width))
      let label = label(offset, step: step, glyphs)
      if x + CharacterWidth.cells(in: label) < width { ticks.append((x, label)) }
      let (next, overflow) = offset.addingReportingOverflow(step)
      if overflow { break }
      offset = next
    }
    return ticks
  }

  private func label(_ offset: Int64, step: Int64, _ glyphs: GlyphSet) -> String {
    if range.start == origin { return Formatting.duration(.nanoseconds(offset), glyphs: glyphs) }
    return TraceAxis.precise(.nanoseconds(offset), step: .nanoseconds(step), glyphs: glyphs)
  }

  /// An offset with as many digits as tell two ticks apart: `1.2345s`. Of a minute and more, in seconds.
  static func precise(_ offset: Duration, step: Duration, glyphs: GlyphSet) -> String {
    let value = offset.nanoseconds
    let sign = value < 0 ? "-" : ""
    let magnitude = Int64(clamping: value.magnitude)
    guard magnitude > 0 else { return "0s" }
    let micro = glyphs == .unicode ? "µs" : "us"
    let units: [(size: Int64, digits: Int, name: String)] = [
      (1_000_000_000, 9, "s"), (1_000_000, 6, "ms"), (1_000, 3, micro), (1, 0, "ns"),
    ]
    let unit = units.first { magnitude >= $0.size } ?? units[3]
    var digits = 0
    var part = unit.size
    while digits < unit.digits, part > max(step.nanoseconds, 1) {
      part /= 10
      digits += 1
    }
    let fraction = Formatting.padded(magnitude % unit.size, unit.digits).prefix(digits)
    return sign + "\(magnitude / unit.size)" + (fraction.isEmpty ? "" : ".\(fraction)") + unit.name
  }

  /// The least step of the series 1, 2, 5, 10, … of which at most `most` fit into `whole`.
  static func step(for whole: Int64, most: Int) -> Int64 {
    var power: Int64 = 1
    while true {
      for factor: Int64 in [1, 2, 5] {
        let (step, overflow) = power.multipliedReportingOverflow(by: factor)
        if overflow { return whole }
        if whole / step < Int64(most) || step >= whole { return step }
      }
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { return whole }
      power = next
    }
  }

  /// Draws the ticks on one line, and over them where the cursor's span begins, unless that is where the axis does.
  func draw(x: Int, y: Int, ruler: Timestamp?, glyphs: GlyphSet, on canvas: inout Canvas) {
    let ruler = ruler.flatMap { rulerLabel($0, glyphs: glyphs) }
    let taken = ruler.map { $0.x..<$0.x + CharacterWidth.cells(in: $0.text) } ?? 0..<0
    for tick in ticks(glyphs: glyphs) {
      let text = (glyphs == .unicode ? "│" : "|") + tick.label
      if (tick.x..<tick.x + CharacterWidth.cells(in: text)).overlaps(taken) { continue }
      canvas.write(text, x: x + tick.x, y: y, style: Style(.axis), width: width - tick.x)
    }
    guard let ruler else { return }
    canvas.write(ruler.text, x: x + ruler.x, y: y, style: Style(.chartCursor), width: width - ruler.x)
  }

  /// The ruler's mark with its time: behind the mark, at the right edge in front of it.
  private func rulerLabel(_ time: Timestamp, glyphs: GlyphSet) -> (x: Int, text: String)? {
    guard let column = column(time), column > 0 else { return nil }
    let step = Duration.nanoseconds(max(range.duration.nanoseconds / Int64(max(width, 1)), 1))
    let label = "+" + TraceAxis.precise(time - origin, step: step, glyphs: glyphs)
    let mark = glyphs == .unicode ? "┊" : ":"
    let cells = CharacterWidth.cells(in: label)
    if column + 1 + cells <= width { return (column, mark + label) }
    return column >= cells ? (column - cells, label + mark) : (column, mark)
  }

  /// Draws the ruler through a row, where nothing else stands.
  func drawRuler(_ ruler: Timestamp?, x: Int, y: Int, glyphs: GlyphSet, on canvas: inout Canvas) {
    guard let ruler, let column = column(ruler), column > 0, canvas[x + column, y].character == " " else { return }
    canvas.write(glyphs == .unicode ? "┊" : ":", x: x + column, y: y, style: Style(.axis))
  }
}
