import ObsData

/// Bars with eighth-cell precision. A cell can be filled from its left edge in eighths; from its right edge only by half or by an
/// eighth, as those are the block characters that exist, so that a bar's start is drawn to the nearest of these.
enum SpanBar {
  private static let fromLeft: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  /// Draws a bar over `eighths` of the cells that begin at `x`; an empty range draws nothing.
  static func draw(
    _ eighths: Range<Int>, x: Int, y: Int, width: Int, style: Style, glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    let range = eighths.clamped(to: 0..<max(width, 0) * 8)
    guard !range.isEmpty else { return }
    for cell in range.lowerBound / 8...(range.upperBound - 1) / 8 {
      let left = max(range.lowerBound - cell * 8, 0)
      let right = min(range.upperBound - cell * 8, 8)
      let character = glyphs == .unicode ? block(left, right) : ascii(left, right, isWhole: range.count <= 8)
      canvas.write(String(character), x: x + cell, y: y, style: style)
    }
  }

  /// Marks every cell that `eighths` touches: the part of a span outside its parent's time.
  static func shade(
    _ eighths: Range<Int>, x: Int, y: Int, width: Int, style: Style, glyphs: GlyphSet, on canvas: inout Canvas
  ) {
    let range = eighths.clamped(to: 0..<max(width, 0) * 8)
    guard !range.isEmpty else { return }
    for cell in range.lowerBound / 8...(range.upperBound - 1) / 8 {
      canvas.write(glyphs == .unicode ? "░" : ".", x: x + cell, y: y, style: style)
    }
  }

  /// The block that fills a cell from one eighth to another.
  static func block(_ left: Int, _ right: Int) -> Character {
    if left <= 0 { return fromLeft[min(max(right, 1), 8)] }
    if right >= 8 { return left <= 2 ? "█" : left <= 5 ? "▐" : "▕" }
    let eighths = max(right - left, 1)
    if left + right < 8 { return fromLeft[eighths] }
    return eighths >= 3 ? "▐" : "▕"
  }

  private static func ascii(_ left: Int, _ right: Int, isWhole: Bool) -> Character {
    if right - left >= 5 { return "=" }
    return isWhole ? "|" : "-"
  }

  /// The eighths of `width` cells that the part from `start` to `end` (0 to 1) covers; at least one.
  static func eighths(from start: Double, to end: Double, width: Int) -> Range<Int> {
    let whole = Double(max(width, 1) * 8)
    let first = min(max(start.isNaN ? 0 : start, 0) * whole, whole - 1).rounded(.down)
    let last = min(max(end.isNaN ? 0 : end, 0) * whole, whole).rounded(.up)
    let low = Int(min(first, whole - 1))
    return low..<max(low + 1, Int(last))
  }
}
