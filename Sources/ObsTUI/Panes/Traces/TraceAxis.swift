import ObsData

/// Maps a trace's time to the cells of the bar column.
struct TraceAxis: Equatable {
  let range: TimeRange
  let width: Int

  /// Where a time lies on the axis, 0 to 1 inside it.
  func fraction(_ time: Timestamp) -> Double {
    let whole = max(range.duration.nanoseconds, 1)
    return Double((time - range.start).nanoseconds) / Double(whole)
  }

  /// The eighths of cells from one time to another, at least one.
  func eighths(from start: Timestamp, to end: Timestamp) -> Range<Int> {
    SpanBar.eighths(from: fraction(start), to: fraction(end), width: width)
  }

  /// Ticks at multiples of 1, 2 or 5 times a power of ten, as close as their labels allow.
  func ticks(glyphs: GlyphSet) -> [(x: Int, label: String)] {
    let whole = range.duration.nanoseconds
    guard width >= 8, whole > 0 else { return width > 3 ? [(0, "0s")] : [] }
    let most = max(1, width / 9)
    var ticks: [(x: Int, label: String)] = []
    let step = TraceAxis.step(for: whole, most: most)
    var offset: Int64 = 0
    while offset <= whole, ticks.count <= most {
      let x = Int(Double(offset) / Double(whole) * Double(width))
      let label = Formatting.duration(.nanoseconds(offset), glyphs: glyphs)
      if x + CharacterWidth.cells(in: label) < width { ticks.append((x, label)) }
      let (next, overflow) = offset.addingReportingOverflow(step)
      if overflow { break }
      offset = next
    }
    return ticks
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

  /// Draws the ticks on one line.
  func draw(x: Int, y: Int, glyphs: GlyphSet, on canvas: inout Canvas) {
    for tick in ticks(glyphs: glyphs) {
      canvas.write(
        (glyphs == .unicode ? "│" : "|") + tick.label, x: x + tick.x, y: y, style: Style(.axis), width: width - tick.x)
    }
  }
}
