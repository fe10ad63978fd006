import Testing

@testable import ObsTUI

@Suite struct RendererTests {
  private let theme: Theme
  private let canvas: Canvas

  init() throws {
    theme = try ThemeFile.theme(
      name: "t",
      from: [
        ThemeFile(
          yaml: """
            palette: {picture-foreground: "#cccccc", picture-background: "#101010"}
            roles: {text: default, log.error: "red bold", log.time: "#8a8a8a", selection: on blue, cursor: reverse}
            """, path: "t.yaml")
      ])
    var canvas = Canvas(size: Size(width: 10, height: 2))
    canvas.write("1s", x: 0, y: 0, style: Style(.logTime))
    canvas.write("失败 <&", x: 3, y: 0, style: Style(.logError))
    canvas.write("▄─", x: 0, y: 1, style: Style(.text))
    canvas.highlight(Rect(x: 0, y: 1, width: 4, height: 1), with: .selection)
    self.canvas = canvas
  }

  @Test func `ANSI text has a sequence where the style changes and none at the end of a row`() {
    #expect(
      AnsiRenderer.render(canvas, theme: theme, depth: .indexed256)
        == "\u{1B}[0;38;5;245m1s\u{1B}[0m \u{1B}[0;1;31m失败\u{1B}[0m \u{1B}[0;1;31m<&\u{1B}[0m\n"
        + "\u{1B}[0;44m▄─  \u{1B}[0m")
    #expect(AnsiRenderer.render(canvas, theme: theme, depth: .truecolor).contains("\u{1B}[0;38;2;138;138;138m1s"))
    #expect(AnsiRenderer.render(canvas, theme: theme, depth: .mono).hasPrefix("1s \u{1B}[0;1m失败"))
    #expect(AnsiRenderer.render(canvas, theme: theme, depth: .mono).hasSuffix("\u{1B}[0;7m▄─  \u{1B}[0m"))
  }

  @Test func `an SVG has every run at its cells, shapes for lines and blocks, and no raw markup`() {
    let svg = SVGRenderer.render(canvas, theme: theme)
    for part in [
      "viewBox=\"0 0 80 34\"", "<rect width=\"100%\" height=\"100%\" fill=\"#101010\"/>",
      "<text x=\"0\" y=\"13\" fill=\"#8a8a8a\" textLength=\"16\"", ">1s</text>",
      "<text x=\"24\" y=\"13\" fill=\"#cd0000\" textLength=\"16\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" "
        + "font-weight=\"bold\">失</text>",
      ">败</text>", "&lt;&amp;", "<rect x=\"0\" y=\"25.5\" width=\"8\" height=\"8.5\" fill=\"#cccccc\"/>",
      "<rect x=\"8\" y=\"25\" width=\"8\" height=\"1\" fill=\"#cccccc\"/>", "fill=\"#0000ee\"",
    ] { #expect(svg.contains(part), "\(part) is not in \(svg)") }
    #expect(svg.hasSuffix("</svg>\n"))
  }
}
