/// Lines between boxes, gathered cell by cell before they are drawn: where lines meet a junction is drawn, where they cross the one
/// from top to bottom goes through.
struct WireGrid {
  private struct Sides: OptionSet {
    let rawValue: UInt8
    static let up = Sides(rawValue: 1)
    static let down = Sides(rawValue: 2)
    static let left = Sides(rawValue: 4)
    static let right = Sides(rawValue: 8)
  }

  private struct Wire {
    var sides: Sides = []
    /// Whether the lines in the cell belong together: else they cross.
    var isJoined = false
    var isHeavy = false
    var isArrow = false
  }

  private let size: Size
  private var cells: [Wire]

  init(size: Size) {
    self.size = size
    cells = Array(repeating: Wire(), count: size.width * size.height)
  }

  /// A line from the right edge of a box to its track, along it, and into another box.
  mutating func connect(from: Point, track: Int, to: Point, isArrow: Bool, isHeavy: Bool) {
    pass(y: from.y, from: from.x, to: track - 1, isHeavy: isHeavy)
    let isDown = to.y > from.y
    add(track, from.y, isDown ? [.left, .down] : [.left, .up], isJoined: true, isHeavy)
    for y in min(from.y, to.y) + 1..<max(from.y, to.y, min(from.y, to.y) + 1) {
      add(track, y, [.up, .down], isJoined: false, isHeavy)
    }
    add(track, to.y, isDown ? [.up, .right] : [.down, .right], isJoined: true, isHeavy)
    pass(y: to.y, from: track + 1, to: to.x, isHeavy: isHeavy)
    if isArrow { cells[to.y * size.width + to.x].isArrow = true }
  }

  /// A line from left to right.
  mutating func pass(y: Int, from: Int, to: Int, isHeavy: Bool) {
    for x in stride(from: from, through: to, by: 1) { add(x, y, [.left, .right], isJoined: false, isHeavy) }
  }

  private mutating func add(_ x: Int, _ y: Int, _ sides: Sides, isJoined: Bool, _ isHeavy: Bool) {
    guard (0..<size.width).contains(x), (0..<size.height).contains(y) else { return }
    let index = y * size.width + x
    cells[index].sides.formUnion(sides)
    cells[index].isJoined = cells[index].isJoined || isJoined
    // Of two lines that cross, the one that is seen decides.
    if isHeavy, isJoined || sides.contains(.up) || !cells[index].sides.contains(.up) { cells[index].isHeavy = true }
  }

  func draw(on canvas: inout Canvas, glyphs: GlyphSet) {
    for y in 0..<size.height {
      for x in 0..<size.width {
        let cell = cells[y * size.width + x]
        guard !cell.sides.isEmpty else { continue }
        canvas.write(
          WireGrid.glyph(cell, glyphs), x: x, y: y, style: Style(cell.isHeavy ? .chartCursor : .border))
      }
    }
  }

  private static let shapes: [UInt8: (light: String, heavy: String)] = [
    1: ("╵", "╹"), 2: ("╷", "╻"), 3: ("│", "┃"), 4: ("╴", "╸"), 5: ("┘", "┛"), 6: ("┐", "┓"), 7: ("┤", "┫"),
    8: ("╶", "╺"), 9: ("└", "┗"), 10: ("┌", "┏"), 11: ("├", "┣"), 12: ("─", "━"), 13: ("┴", "┻"), 14: ("┬", "┳"),
    15: ("┼", "╋"),
  ]

  private static func glyph(_ cell: Wire, _ glyphs: GlyphSet) -> String {
    var sides = cell.sides
    let isUpright = sides.contains(.up) && sides.contains(.down)
    if isUpright, sides.contains(.left) || sides.contains(.right), !cell.isJoined { sides = [.up, .down] }
    if glyphs == .ascii {
      if cell.isArrow { return ">" }
      if sides == [.up, .down] { return cell.isHeavy ? "#" : "|" }
      if sides == [.left, .right] { return cell.isHeavy ? "=" : "-" }
      return cell.isHeavy ? "#" : "+"
    }
    if cell.isArrow { return "▶" }
    guard let shape = shapes[sides.rawValue] else { return " " }
    return cell.isHeavy ? shape.heavy : shape.light
  }
}

/// Which track each caller's line takes between two layers, so that few lines cross.
enum TrackOrder {
  /// A line's row on the left, and its rows on the right.
  struct Wire: Equatable {
    let from: Int
    let to: [Int]

    var span: ClosedRange<Int> {
      let rows = to + [from]
      return (rows.min() ?? from)...(rows.max() ?? from)
    }
  }

  /// The tracks from left to right, one for each wire: neighbours are exchanged as long as that saves crossings.
  static func tracks(_ wires: [Wire]) -> [Int] {
    var order = Array(wires.indices.reversed())
    for _ in 0..<wires.count {
      var isBetter = false
      for place in order.indices.dropLast() {
        let (a, b) = (wires[order[place]], wires[order[place + 1]])
        if crossings(b, a) < crossings(a, b) {
          order.swapAt(place, place + 1)
          isBetter = true
        }
      }
      if !isBetter { break }
    }
    var tracks = Array(repeating: 0, count: wires.count)
    for (track, wire) in order.enumerated() { tracks[wire] = track }
    return tracks
  }

  /// How often two wires cross when the first has the track on the left: its lines to the right cross the second's track, the second's
  /// line from the left crosses its own.
  private static func crossings(_ left: Wire, _ right: Wire) -> Int {
    left.to.count { right.span.contains($0) && !right.to.contains($0) } + (left.span.contains(right.from) ? 1 : 0)
  }
}
