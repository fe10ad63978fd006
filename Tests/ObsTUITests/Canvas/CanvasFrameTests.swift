import Testing

@testable import ObsTUI

@Suite struct CanvasFrameTests {
  private func frame(_ title: [TitleSegment], width: Int = 18, glyphs: GlyphSet = .unicode) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: 3))
    canvas.frame(Rect(x: 0, y: 0, width: width, height: 3), title: title, isFocused: true, glyphs: glyphs)
    return canvas
  }

  @Test func `a frame has its title in the upper edge`() {
    #expect(
      frame([TitleSegment("errors")]).text == """
        ┌─ errors ───────┐
        │                │
        └────────────────┘
        """)
    #expect(
      frame([TitleSegment("失败 38")], glyphs: .ascii).text == """
        +- 失败 38 ------+
        |                |
        +----------------+
        """)
  }

  @Test func `a title that is too long ends in an ellipsis, an empty one leaves the edge whole`() {
    #expect(frame([TitleSegment("errors of msg-gateway")]).text.hasPrefix("┌─ errors of m… ─┐\n"))
    #expect(frame([]).text.hasPrefix("┌────────────────┐\n"))
    #expect(frame([TitleSegment("errors")], width: 5).text == "┌───┐\n│   │\n└───┘")
    #expect(frame([TitleSegment("errors")], width: 1).text == "\n\n")
  }

  @Test func `parts of a title have their own meaning`() {
    let canvas = frame([TitleSegment("logs "), TitleSegment("LIVE", style: Style(.statusLive))])
    #expect(canvas[0, 0].style == Style(.borderFocused))
    #expect(canvas[3, 0].style == Style(.titleFocused))
    #expect(canvas[8, 0].style == Style(.statusLive))
  }

  @Test func `the inside is what the frame leaves`() {
    var canvas = Canvas(size: Size(width: 9, height: 9))
    #expect(canvas.frame(Rect(x: 2, y: 1, width: 5, height: 4), title: "t") == Rect(x: 3, y: 2, width: 3, height: 2))
    #expect(canvas.frame(Rect(x: 2, y: 1, width: 5, height: 1), title: "t").isEmpty)
  }
}
