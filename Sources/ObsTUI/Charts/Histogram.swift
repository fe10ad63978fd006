/// A chart of several lines: a bar for each column, eight steps to a line (one without UTF-8).
enum Histogram {
  /// Draws the bars into a rectangle, one column for each sample, the newest at the right edge.
  static func draw(
    _ samples: [ChartSample], scale: ValueScale, in rect: Rect, on canvas: inout Canvas, glyphs: GlyphSet,
    role: (Double) -> Role
  ) {
    guard rect.height > 0, rect.width > 0 else { return }
    let bottom = rect.y + rect.height - 1
    let shown = samples.suffix(rect.width)
    let stepsPerLine = Sparkline.steps(glyphs)
    for (column, sample) in shown.enumerated() {
      let x = rect.x + rect.width - shown.count + column
      let style = Style(sample.role(role))
      guard case .value(let value) = sample else {
        let mark = Sparkline.character(sample, scale: scale, glyphs)
        canvas.write(String(mark), x: x, y: bottom, style: style)
        continue
      }
      let height = scale.height(of: value, steps: rect.height * stepsPerLine)
      for line in 0...((height - 1) / stepsPerLine) {
        let filled = min(stepsPerLine, height - line * stepsPerLine)
        canvas.write(
          String(Sparkline.character(height: filled, glyphs)), x: x, y: bottom - line, style: style)
      }
    }
  }
}
