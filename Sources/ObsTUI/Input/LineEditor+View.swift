extension LineEditor {
  /// The line behind its prompt, `width` cells wide and one high, scrolled so that the cursor is in view; and the cursor's
  /// column.
  func view(prompt: String, width: Int, style: Style = Style(.prompt)) -> (canvas: Canvas, cursor: Int) {
    var canvas = Canvas(size: Size(width: width, height: 1), style: style)
    guard width > 0 else { return (canvas, 0) }
    // A long prompt leaves at least half of the line.
    let prompt = CharacterWidth.clipped(prompt, to: max(1, width / 2))
    let start = canvas.write(prompt, x: 0, y: 0, style: style)
    let room = max(1, width - start)
    var first = 0
    var column = characters[..<cursor].reduce(0) { $0 + CharacterWidth.cells(in: String($1)) }
    // One cell is for the cursor behind the last character.
    while column > room - 1, first < cursor {
      column -= CharacterWidth.cells(in: String(characters[first]))
      first += 1
    }
    canvas.write(String(characters[first...]), x: start, y: 0, style: style, width: room)
    if first > 0, start < width { canvas.write("…", x: start, y: 0, style: style) }
    return (canvas, min(width - 1, start + max(0, column)))
  }
}
