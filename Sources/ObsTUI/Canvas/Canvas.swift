/// One cell of a canvas: sixteen flat bytes. A wide character takes a second, empty cell behind its own.
struct Cell: Hashable, Sendable {
  /// Up to three marks that join the base, as in `Glyph`.
  fileprivate(set) var marks: UInt64 = 0
  /// The base scalar of what is shown; a space in a continuation.
  fileprivate(set) var base: UInt32 = 0x20
  var style: Style
  /// Whether this is the second half of the wide character before it.
  var isContinuation = false

  init(character: Character, style: Style, isContinuation: Bool = false) {
    var glyphs = GlyphIterator(String(character))
    self.init(glyph: glyphs.next() ?? .space, style: style)
    self.isContinuation = isContinuation
  }

  init(glyph: Glyph, style: Style) {
    marks = glyph.marks
    base = glyph.base
    self.style = style
  }

  static func blank(_ style: Style) -> Cell { Cell(glyph: .space, style: style) }

  /// The second half of a wide character.
  static func continuation(_ style: Style) -> Cell {
    var cell = blank(style)
    cell.isContinuation = true
    return cell
  }

  /// What is shown, as a character of a text.
  var character: Character { Glyph(base: base, marks: marks).character }
}

/// A grid of cells: the only output of every view. What is written is clipped to the grid and made harmless, so that a child
/// cannot draw outside itself and nothing that a server says can steer the terminal.
///
/// A wide character is always whole: where its other half is cut off or overwritten, a space remains.
struct Canvas: Equatable, Sendable {
  let size: Size
  private(set) var cells: [Cell]

  init(size: Size, style: Style = .plain) {
    self.size = Size(width: max(0, size.width), height: max(0, size.height))
    cells = Array(repeating: .blank(style), count: self.size.width * self.size.height)
  }

  subscript(x: Int, y: Int) -> Cell { cells[y * size.width + x] }

  /// Writes text on one line from `x`, at most `width` cells of it; returns how many cells were used.
  @discardableResult
  mutating func write(_ text: String, x: Int, y: Int, style: Style = .plain, width: Int? = nil) -> Int {
    guard y >= 0, y < size.height, x < size.width, !text.isEmpty else { return 0 }
    let limit = min(size.width, width.map { x + min(max(0, $0), size.width - x) } ?? size.width)
    let row = y * size.width
    var glyphs = GlyphIterator(text)
    var column = x
    if column < limit { separate(max(column, 0), y) }
    while column < limit, let glyph = glyphs.next() {
      let end = column + glyph.width
      if glyph.width == 1 {
        if column >= 0 { cells[row + column] = Cell(glyph: glyph, style: style) }
      } else if column >= 0, end <= limit {
        cells[row + column] = Cell(glyph: glyph, style: style)
        cells[row + column + 1] = .continuation(style)
      } else {
        // Half of it lies outside.
        for half in max(column, 0)..<max(column, 0, min(end, limit)) { cells[row + half] = .blank(style) }
      }
      column = min(end, limit)
    }
    if column > 0 { heal(column, y) }
    return column - x
  }

  /// Writes text and lays `match` over what a search finds in it; returns how many cells were used.
  @discardableResult
  mutating func write(
    _ text: String, x: Int, y: Int, style: Style = .plain, width: Int? = nil, searching search: TextSearch?,
    match: Role = .match
  ) -> Int {
    let used = write(text, x: x, y: y, style: style, width: width)
    guard let search, used > 0 else { return used }
    // A message of a megabyte is searched as far as it can be seen, marks and a match cut at the edge allowed for.
    let shown = String(text.unicodeScalars.prefix(4 * used + search.pattern.unicodeScalars.count))
    for range in search.ranges(in: shown) {
      let start = x + CharacterWidth.cells(in: String(shown[..<range.lowerBound]))
      guard start < x + used else { break }
      let end = min(start + CharacterWidth.cells(in: String(shown[range])), x + used)
      highlight(Rect(x: start, y: y, width: end - start, height: 1), with: match)
    }
    return used
  }

  /// Fills a rectangle.
  mutating func fill(_ rect: Rect, with character: Character = " ", style: Style = .plain) {
    guard let (columns, rows) = clip(rect) else { return }
    var glyphs = GlyphIterator(String(character))
    let glyph = glyphs.next() ?? .space
    for y in rows {
      separate(columns.lowerBound, y)
      var x = columns.lowerBound
      while x < columns.upperBound {
        if glyph.width == 2, x + 1 < columns.upperBound {
          cells[y * size.width + x] = Cell(glyph: glyph, style: style)
          cells[y * size.width + x + 1] = .continuation(style)
        } else {
          cells[y * size.width + x] = glyph.width == 2 ? .blank(style) : Cell(glyph: glyph, style: style)
        }
        x += glyph.width
      }
      heal(columns.upperBound, y)
    }
  }

  /// Lays a background role (a selection, a match) over what is written in a rectangle.
  mutating func highlight(_ rect: Rect, with background: Role) {
    guard let (columns, rows) = clip(rect) else { return }
    for y in rows {
      for x in columns { cells[y * size.width + x].style.background = background }
      // Both halves of a wide character look alike.
      let row = y * size.width
      if cells[row + columns.lowerBound].isContinuation, columns.lowerBound > 0 {
        cells[row + columns.lowerBound - 1].style.background = background
      }
      if columns.upperBound < size.width, cells[row + columns.upperBound].isContinuation {
        cells[row + columns.upperBound].style.background = background
      }
    }
  }

  /// Puts a child's cells at a place; what does not fit is left out.
  mutating func place(_ child: Canvas, at origin: Point) {
    let rect = Rect(x: origin.x, y: origin.y, width: child.size.width, height: child.size.height)
    guard let (columns, rows) = clip(rect) else { return }
    for y in rows {
      separate(columns.lowerBound, y)
      let source = (y - origin.y) * child.size.width - origin.x
      let target = y * size.width
      cells.replaceSubrange(
        target + columns.lowerBound..<target + columns.upperBound,
        with: child.cells[source + columns.lowerBound..<source + columns.upperBound])
      // The child's own wide characters, cut at the edges.
      heal(columns.lowerBound, y)
      if columns.upperBound - origin.x < child.size.width, child.cells[source + columns.upperBound].isContinuation {
        cells[target + columns.upperBound - 1] = .blank(cells[target + columns.upperBound - 1].style)
      }
      heal(columns.upperBound, y)
    }
  }

  /// The rows as text, spaces at the end of a row cut: what a test compares with its picture.
  var text: String {
    (0..<size.height).map { y in
      var row = ""
      for x in 0..<size.width where !self[x, y].isContinuation { row.append(self[x, y].character) }
      while row.last == " " { row.removeLast() }
      return row
    }.joined(separator: "\n")
  }

  private func clip(_ rect: Rect) -> (columns: Range<Int>, rows: Range<Int>)? {
    guard rect.x < size.width, rect.y < size.height, !rect.isEmpty else { return nil }
    let columns = max(0, rect.x)..<max(0, rect.x, rect.x + min(rect.width, size.width - rect.x))
    let rows = max(0, rect.y)..<max(0, rect.y, rect.y + min(rect.height, size.height - rect.y))
    return columns.isEmpty || rows.isEmpty ? nil : (columns, rows)
  }

  /// Before something is put at a column: when that column holds a second half, the first half becomes a space.
  private mutating func separate(_ x: Int, _ y: Int) {
    let index = y * size.width + x
    guard x > 0, x < size.width, cells[index].isContinuation else { return }
    cells[index - 1] = .blank(cells[index - 1].style)
  }

  /// After something was put before a column: a second half left there becomes a space.
  private mutating func heal(_ x: Int, _ y: Int) {
    guard x < size.width, cells[y * size.width + x].isContinuation else { return }
    let style = cells[y * size.width + x].style
    cells[y * size.width + x] = .blank(style)
  }
}
