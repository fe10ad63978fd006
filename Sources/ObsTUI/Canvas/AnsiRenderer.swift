/// A canvas as text with SGR sequences (ECMA-48), for a snapshot in a terminal.
enum AnsiRenderer {
  /// Each row ends in plain style; spaces at the end of a row stay where they have a background.
  static func render(_ canvas: Canvas, theme: Theme, depth: ColorDepth) -> String {
    let plain = ResolvedStyle(foreground: .terminal, background: .terminal, emphasis: [])
    var lines: [String] = []
    for y in 0..<canvas.size.height {
      var line = ""
      var current = plain
      // Blank cells are held back until something follows them.
      var blanks = ""
      for x in 0..<canvas.size.width {
        let cell = canvas[x, y]
        guard !cell.isContinuation else { continue }
        let style = theme.resolve(cell.style, depth: depth)
        let isBlank = cell.base == 0x20 && style.background == .terminal && style.emphasis.isDisjoint(with: visible)
        if isBlank, current == plain {
          blanks += " "
          continue
        }
        line += blanks
        blanks = ""
        let wanted = isBlank ? plain : style
        if wanted != current { line += sequence(for: wanted) }
        current = wanted
        line.append(cell.character)
      }
      if current != plain { line += "\u{1B}[0m" }
      while current == plain, line.last == " " { line.removeLast() }
      lines.append(line)
    }
    return lines.joined(separator: "\n")
  }

  /// Emphasis that shows on a space.
  private static let visible: Emphasis = [.reverse, .underline]

  private static func sequence(for style: ResolvedStyle) -> String {
    var codes = ["0"]
    let emphasis: [(Emphasis, String)] = [
      (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
    ]
    codes += emphasis.filter { style.emphasis.contains($0.0) }.map(\.1)
    codes += self.codes(for: style.foreground, base: 30) + self.codes(for: style.background, base: 40)
    return "\u{1B}[\(codes.joined(separator: ";"))m"
  }

  private static func codes(for color: Color, base: Int) -> [String] {
    switch color {
    case .terminal: return []
    case .indexed(let index) where index < 8: return ["\(base + Int(index))"]
    case .indexed(let index) where index < 16: return ["\(base + 52 + Int(index))"]
    case .indexed(let index): return ["\(base + 8)", "5", "\(index)"]
    case .rgb(let red, let green, let blue): return ["\(base + 8)", "2", "\(red)", "\(green)", "\(blue)"]
    }
  }
}
