import ObsData

extension SpanBar {
  /// Draws the stretches of a span that are on the critical path over its bar, with a glyph of their own.
  static func mark(
    _ sections: [CriticalPath.Section], y: Int, columns: WaterfallColumns, glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    let axis = columns.axis
    guard axis.width > 0 else { return }
    for section in sections {
      guard case .inside(let range) = axis.place(from: section.start, to: section.end), !range.isEmpty else { continue }
      // Only cells that are at least half on the path, but one at any rate: neighbours keep their cells.
      let first = min((range.lowerBound + 4) / 8, axis.width - 1)
      let last = max(first, (range.upperBound + 3) / 8 - 1)
      for cell in first...min(last, axis.width - 1) {
        canvas.write(glyphs == .unicode ? "▓" : "#", x: columns.barX + cell, y: y, style: Style(.spanBarCritical))
      }
    }
  }
}
