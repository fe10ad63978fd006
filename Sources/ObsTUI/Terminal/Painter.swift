import CNcurses

/// Puts canvases into a curses window: what changed, in the theme's colours, with a replacement for what the terminal
/// cannot show.
struct Painter {
  /// What curses wants to know of a style; `pair` is negative while it has not been asked for.
  private struct Attributes {
    var bits: attr_t = 0
    var pair: Int32 = -1
  }
  private struct Pair: Hashable {
    var foreground: Int32
    var background: Int32
  }

  private let glyphs: GlyphSet
  /// The numbers of the terminal's own colours: -1, or white on black where it has no way back to its own.
  private let own: Pair
  private let pairLimit: Int
  private var shown: Canvas?
  private var theme: Theme?
  private var attributes: [Attributes] = []
  private var pairs: [Pair: Int32] = [:]
  private var cursor: Point?
  /// A row's cells as curses wants them.
  private var row: UnsafeMutableBufferPointer<cchar_t>

  private static let roleCount = Role.allCases.count

  /// Starts colours where there are some and none forbids them; says how many there are.
  static func prepare(
    window: UnsafeMutablePointer<WINDOW>, glyphs: GlyphSet, noColor: Bool
  ) -> (ColorDepth, Painter) {
    guard !noColor, has_colors(), start_color() == OK else {
      return (.mono, Painter(glyphs: glyphs, own: Pair(foreground: -1, background: -1), pairLimit: 0))
    }
    let hasDefaults = use_default_colors() == OK
    let own = hasDefaults ? Pair(foreground: -1, background: -1) : Pair(foreground: 7, background: 0)
    let depth: ColorDepth
    switch obs_colors() {
    case 256...: depth = .indexed256
    case 16...: depth = .ansi16
    case 8...: depth = .ansi8
    default: depth = .mono
    }
    return (depth, Painter(glyphs: glyphs, own: own, pairLimit: Int(obs_color_pairs())))
  }

  private init(glyphs: GlyphSet, own: Pair, pairLimit: Int) {
    self.glyphs = glyphs
    self.own = own
    self.pairLimit = pairLimit
    row = .allocate(capacity: 0)
  }

  func free() { row.deallocate() }

  /// Forgets what is shown: all of the next canvas is put.
  mutating func forget() { shown = nil }
  mutating func forgetCursor() { cursor = nil }

  mutating func paint(_ canvas: Canvas, theme: Theme, depth: ColorDepth, on window: UnsafeMutablePointer<WINDOW>) {
    if self.theme != theme {
      self.theme = theme
      attributes = Array(repeating: Attributes(), count: Painter.roleCount * (Painter.roleCount + 1))
      pairs = [:]
      shown = nil
    }
    let old = shown?.size == canvas.size ? shown : nil
    if old == nil { werase(window) }
    let height = min(canvas.size.height, Int(getmaxy(window)))
    let width = min(canvas.size.width, Int(getmaxx(window)))
    if row.count < width {
      row.deallocate()
      row = .allocate(capacity: width)
    }
    for y in 0..<max(0, height) {
      let start = y * canvas.size.width
      var first = 0
      var last = width - 1
      if let old {
        while first <= last, canvas.cells[start + first] == old.cells[start + first] { first += 1 }
        while last > first, canvas.cells[start + last] == old.cells[start + last] { last -= 1 }
      }
      // A wide character is put as a whole, the one before as well as the one now.
      while first > 0, first <= last, canvas.cells[start + first].isContinuation { first -= 1 }
      if first <= last { put(canvas.cells[(start + first)...(start + last)], x: first, y: y, depth: depth, window) }
    }
    shown = canvas
  }

  private mutating func put(
    _ cells: ArraySlice<Cell>, x: Int, y: Int, depth: ColorDepth, _ window: UnsafeMutablePointer<WINDOW>
  ) {
    var count: Int32 = 0
    var index = cells.startIndex
    while index < cells.endIndex {
      let cell = cells[index]
      let style = attributes(of: cell.style, depth: depth)
      let isWide = index + 1 < cells.endIndex && cells[index + 1].isContinuation
      let replacement: wchar_t = glyphs == .unicode ? 0xFFFD : ASCIIGlyph.replacement(for: cell.base)
      let width: Int32 = isWide ? 2 : 1
      if cell.base >= 0x80, obs_wcwidth(cell.base) != width {
        // As many replacements as the character takes cells, so that what follows stays where it is.
        for _ in 0..<width {
          obs_set_cell(&row[Int(count)], UInt32(replacement), 0, 1, replacement, style.bits, style.pair)
          count += 1
        }
      } else {
        obs_set_cell(&row[Int(count)], cell.base, cell.marks, width, replacement, style.bits, style.pair)
        count += 1
      }
      index += Int(width)
    }
    wmove(window, Int32(y), Int32(x))
    wadd_wchnstr(window, row.baseAddress, count)
  }

  mutating func setCursor(_ point: Point?, on window: UnsafeMutablePointer<WINDOW>, size: Size) {
    if let point {
      let x = min(max(point.x, 0), size.width - 1)
      let y = min(max(point.y, 0), size.height - 1)
      if cursor == nil { curs_set(1) }
      wmove(window, Int32(y), Int32(x))
    } else if cursor != nil {
      curs_set(0)
    }
    cursor = point
  }

  private mutating func attributes(of style: Style, depth: ColorDepth) -> Attributes {
    let over = style.background.map { Int($0.rawValue) + 1 } ?? 0
    let index = over * Painter.roleCount + Int(style.role.rawValue)
    if attributes[index].pair >= 0 { return attributes[index] }
    guard let resolved = theme?.resolve(style, depth: depth) else { return Attributes(pair: 0) }
    var made = Attributes(pair: 0)
    for (emphasis, bit) in Painter.bits where resolved.emphasis.contains(emphasis) { made.bits |= bit }
    made.pair = pair(foreground: resolved.foreground, background: resolved.background)
    attributes[index] = made
    return made
  }

  private static let bits: [(Emphasis, attr_t)] = [
    (.bold, ATTRIBUTE_BOLD), (.dim, ATTRIBUTE_DIM), (.italic, ATTRIBUTE_ITALIC), (.underline, ATTRIBUTE_UNDERLINE),
    (.reverse, ATTRIBUTE_REVERSE),
  ]

  /// The number of a pair of colours; 0, the terminal's own, when it holds no more pairs.
  private mutating func pair(foreground: Color, background: Color) -> Int32 {
    let wanted = Pair(
      foreground: number(foreground) ?? own.foreground, background: number(background) ?? own.background)
    if wanted == Pair(foreground: -1, background: -1) || pairLimit == 0 { return 0 }
    if let known = pairs[wanted] { return known }
    let next = Int32(pairs.count + 1)
    guard Int(next) < pairLimit, init_extended_pair(next, wanted.foreground, wanted.background) == OK else { return 0 }
    pairs[wanted] = next
    return next
  }

  private func number(_ color: Color) -> Int32? {
    guard case .indexed(let index) = color else { return nil }
    return Int32(index)
  }
}
