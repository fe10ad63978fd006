/// A part of a title with a meaning of its own.
struct TitleSegment: Hashable, Sendable {
  var text: String
  var style: Style?

  /// Without a style, the title's.
  init(_ text: String, style: Style? = nil) {
    self.text = text
    self.style = style
  }
}

extension Canvas {
  /// Draws a frame one cell wide along the inside of a rectangle, with a title in its upper edge; returns what is left inside.
  ///
  ///     ┌─ errors 38 ────────┐
  ///     │                    │
  ///     └────────────────────┘
  @discardableResult
  mutating func frame(
    _ rect: Rect, title: [TitleSegment] = [], isFocused: Bool = false, glyphs: GlyphSet = .unicode
  ) -> Rect {
    guard rect.width >= 2, rect.height >= 2 else { return Rect(x: rect.x, y: rect.y, width: 0, height: 0) }
    let style = Style(isFocused ? .borderFocused : .border)
    let (horizontal, vertical) = glyphs == .unicode ? ("─", "│") : ("-", "|")
    let corners = glyphs == .unicode ? ["┌", "┐", "└", "┘"] : ["+", "+", "+", "+"]
    let edge = String(repeating: horizontal, count: rect.width - 2)
    let (right, bottom) = (rect.x + rect.width - 1, rect.y + rect.height - 1)
    write(corners[0] + edge + corners[1], x: rect.x, y: rect.y, style: style)
    for y in (rect.y + 1)..<max(rect.y + 1, bottom) {
      write(vertical, x: rect.x, y: y, style: style)
      write(vertical, x: right, y: y, style: style)
    }
    write(corners[2] + edge + corners[3], x: rect.x, y: bottom, style: style)
    writeTitle(title, in: rect, style: Style(isFocused ? .titleFocused : .title))
    return Rect(x: rect.x + 1, y: rect.y + 1, width: rect.width - 2, height: rect.height - 2)
  }

  /// The title stands between spaces, two cells from the corner; what does not fit ends in `…`.
  private mutating func writeTitle(_ title: [TitleSegment], in rect: Rect, style: Style) {
    var room = rect.width - 6
    guard room > 0, title.contains(where: { !$0.text.isEmpty }) else { return }
    var x = rect.x + 2
    x += write(" ", x: x, y: rect.y, style: style)
    for segment in title where room > 0 {
      let used = write(
        CharacterWidth.clipped(segment.text, to: room), x: x, y: rect.y, style: segment.style ?? style, width: room)
      x += used
      room -= used
    }
    write(" ", x: x, y: rect.y, style: style)
  }

  /// A frame with a plain title.
  @discardableResult
  mutating func frame(_ rect: Rect, title: String, isFocused: Bool = false, glyphs: GlyphSet = .unicode) -> Rect {
    frame(rect, title: [TitleSegment(title)], isFocused: isFocused, glyphs: glyphs)
  }
}
