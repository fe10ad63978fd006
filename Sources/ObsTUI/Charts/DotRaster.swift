/// Dots for lines: two by four in a cell, as braille has them. Without UTF-8 a cell shows whether its dots stand high, low, or
/// both.
///
///     dots of a cell        0 3
///     and their bits        1 4
///                           2 5
///                           6 7
struct DotRaster: Equatable, Sendable {
  /// The cells that the dots lie in.
  let columns, rows: Int
  private var bits: [UInt8]
  private var roles: [Role]

  init(columns: Int, rows: Int) {
    self.columns = max(columns, 0)
    self.rows = max(rows, 0)
    bits = Array(repeating: 0, count: self.columns * self.rows)
    roles = Array(repeating: .chart, count: self.columns * self.rows)
  }

  var width: Int { columns * 2 }
  var height: Int { rows * 4 }

  private static let masks: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Sets a dot, counted from the upper left; outside nothing happens. A cell has the role of the dot set last.
  mutating func set(x: Int, y: Int, role: Role) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let cell = y / 4 * columns + x / 2
    bits[cell] |= DotRaster.masks[y % 4][x % 2]
    roles[cell] = role
  }

  /// A line of dots from one to the other, both included (Bresenham). The ends must lie near the raster.
  mutating func line(from a: Point, to b: Point, role: Role) {
    var (x, y) = (a.x, a.y)
    let (dx, dy) = (abs(b.x - a.x), -abs(b.y - a.y))
    let (sx, sy) = (a.x < b.x ? 1 : -1, a.y < b.y ? 1 : -1)
    var error = dx + dy
    while true {
      set(x: x, y: y, role: role)
      guard x != b.x || y != b.y else { return }
      let doubled = 2 * error
      if doubled >= dy {
        error += dy
        x += sx
      }
      if doubled <= dx {
        error += dx
        y += sy
      }
    }
  }

  /// Whether a cell has a dot.
  func isSet(column: Int, row: Int) -> Bool {
    (0..<columns).contains(column) && (0..<rows).contains(row) && bits[row * columns + column] != 0
  }

  /// Puts the cells that have dots on a canvas.
  func draw(at origin: Point, on canvas: inout Canvas, glyphs: GlyphSet) {
    for row in 0..<rows {
      for column in 0..<columns {
        let cell = row * columns + column
        guard bits[cell] != 0 else { continue }
        canvas.write(
          String(character(bits[cell], glyphs)), x: origin.x + column, y: origin.y + row, style: Style(roles[cell]))
      }
    }
  }

  private func character(_ bits: UInt8, _ glyphs: GlyphSet) -> Character {
    guard glyphs == .ascii else { return Unicode.Scalar(0x2800 + UInt32(bits)).map(Character.init) ?? "*" }
    let (high, middle, low) = (bits & 0x09 != 0, bits & 0x36 != 0, bits & 0xC0 != 0)
    switch (high, middle, low) {
    case (true, _, true): return "|"
    case (true, true, false), (false, true, true): return ":"
    case (true, false, false): return "'"
    case (false, true, false): return "-"
    default: return "."
    }
  }
}
