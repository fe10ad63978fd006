/// One cell of a canvas. A wide character takes a second, empty cell behind its own.
struct Cell: Hashable, Sendable {
  var character: Character
  var style: Style
  /// Whether this is the second half of the wide character before it.
  var isContinuation = false
}

/// A grid of cells: the only output of every view. What is written is clipped to the grid and made harmless, so that a child
/// cannot draw outside itself and nothing that a server says can steer the terminal.
struct Canvas: Equatable, Sendable {
  let size: Size
  private(set) var cells: [Cell]

  init(size: Size, style: Style = .plain) {
    self.size = Size(width: max(0, size.width), height: max(0, size.height))
    cells = Array(repeating: Cell(character: " ", style: style), count: self.size.width * self.size.height)
  }

  subscript(x: Int, y: Int) -> Cell { cells[y * size.width + x] }

  /// Writes text on one line from `x`, at most `width` cells of it; returns how many cells were used.
  @discardableResult
  mutating func write(_ text: String, x: Int, y: Int, style: Style = .plain, width: Int? = nil) -> Int {
    guard y >= 0, y < size.height else { return 0 }
    let limit = min(size.width, x + (width ?? size.width))
    var column = x
    for character in text {
      guard column < limit else { break }
      if column >= 0 { cells[y * size.width + column] = Cell(character: character, style: style) }
      column += 1
    }
    return column - x
  }

  /// Fills a rectangle.
  mutating func fill(_ rect: Rect, with character: Character = " ", style: Style = .plain) {
    for y in max(0, rect.y)..<max(0, rect.y, min(size.height, rect.y + rect.height)) {
      for x in max(0, rect.x)..<max(0, rect.x, min(size.width, rect.x + rect.width)) {
        cells[y * size.width + x] = Cell(character: character, style: style)
      }
    }
  }

  /// Lays a background role (a selection, a match) over what is written in a rectangle.
  mutating func highlight(_ rect: Rect, with background: Role) {
    for y in max(0, rect.y)..<max(0, rect.y, min(size.height, rect.y + rect.height)) {
      for x in max(0, rect.x)..<max(0, rect.x, min(size.width, rect.x + rect.width)) {
        cells[y * size.width + x].style.background = background
      }
    }
  }

  /// Puts a child's cells at a place; what does not fit is left out.
  mutating func place(_ child: Canvas, at origin: Point) {
    for y in 0..<child.size.height where (0..<size.height).contains(origin.y + y) {
      for x in 0..<child.size.width where (0..<size.width).contains(origin.x + x) {
        cells[(origin.y + y) * size.width + origin.x + x] = child[x, y]
      }
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
}
