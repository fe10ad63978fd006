/// A canvas as a picture in the theme's colours. Every run of text is stretched over its cells, so that columns line up
/// whatever font the viewer has; lines and blocks are drawn as shapes, so that they join.
enum SVGRenderer {
  private static let cellWidth = 8.0
  private static let cellHeight = 17.0
  private static let baseline = 13.0

  static func render(_ canvas: Canvas, theme: Theme) -> String {
    let (width, height) = (Double(canvas.size.width) * cellWidth, Double(canvas.size.height) * cellHeight)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(width)) \(number(height))\" "
        + "width=\"\(number(width))\" height=\"\(number(height))\" font-size=\"13\" "
        + "font-family=\"DejaVu Sans Mono,Menlo,Consolas,Noto Sans Mono CJK SC,monospace\">"
    ]
    let paper = hex(theme.resolve(.plain, depth: .truecolor).background, theme.pictureBackground)
    lines.append("<rect width=\"100%\" height=\"100%\" fill=\"\(paper)\"/>")
    for y in 0..<canvas.size.height {
      for run in runs(of: y, in: canvas) { draw(run, y: y, canvas: canvas, theme: theme, paper: paper, into: &lines) }
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// Neighbours of one style. A wide character, a mark or a shape is a run of its own, at its own cells.
  private static func runs(of y: Int, in canvas: Canvas) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    for x in 0..<canvas.size.width {
      let next = x + 1
      let ends =
        next == canvas.size.width
        || (!canvas[next, y].isContinuation
          && (canvas[next, y].style != canvas[x, y].style || isAlone(x, y, canvas) || isAlone(next, y, canvas)))
      if ends {
        runs.append(start..<next)
        start = next
      }
    }
    return runs
  }

  private static func isAlone(_ x: Int, _ y: Int, _ canvas: Canvas) -> Bool {
    canvas[x, y].base >= 0x2190 || canvas[x, y].marks != 0 || canvas[x, y].isContinuation
  }

  private static func draw(
    _ run: Range<Int>, y: Int, canvas: Canvas, theme: Theme, paper: String, into lines: inout [String]
  ) {
    let cell = canvas[run.lowerBound, y]
    let style = theme.resolve(cell.style, depth: .truecolor)
    var ink = hex(style.foreground, theme.pictureForeground)
    var ground = hex(style.background, theme.pictureBackground)
    if style.emphasis.contains(.reverse) { swap(&ink, &ground) }
    let left = Double(run.lowerBound) * cellWidth
    let top = Double(y) * cellHeight
    let width = Double(run.count) * cellWidth
    if ground != paper {
      lines.append(rect(left, top, width, cellHeight, ground))
    }
    let opacity = style.emphasis.contains(.dim) ? " opacity=\"0.6\"" : ""
    if style.emphasis.contains(.underline) { lines.append(rect(left, top + baseline + 2, width, 1, ink)) }
    if let shapes = SVGShape.rectangles(for: cell.base, width: cellWidth, height: cellHeight) {
      let isShade = (0x2591...0x2593).contains(cell.base)
      let faded = isShade ? " opacity=\"\(number(Double(cell.base - 0x2590) * 0.25))\"" : opacity
      for shape in shapes {
        lines.append(rect(left + shape.x, top + shape.y, shape.width, shape.height, ink, faded))
      }
      return
    }
    var text = ""
    for x in run where !canvas[x, y].isContinuation { text.append(canvas[x, y].character) }
    guard text.contains(where: { $0 != " " }) else { return }
    let weight = style.emphasis.contains(.bold) ? " font-weight=\"bold\"" : ""
    let slant = style.emphasis.contains(.italic) ? " font-style=\"italic\"" : ""
    lines.append(
      "<text x=\"\(number(left))\" y=\"\(number(top + baseline))\" fill=\"\(ink)\" textLength=\"\(number(width))\" "
        + "lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"\(weight)\(slant)\(opacity)>\(escaped(text))</text>")
  }

  private static func rect(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ fill: String, _ more: String = ""
  ) -> String {
    "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" fill=\"\(fill)\"\(more)/>"
  }

  /// Quarters of a pixel at most, without a fraction where there is none.
  private static func number(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let (whole, part) = hundredths.quotientAndRemainder(dividingBy: 100)
    if part == 0 { return "\(whole)" }
    return "\(whole)." + (part < 10 ? "0\(part)" : part % 10 == 0 ? "\(part / 10)" : "\(part)")
  }

  private static func hex(_ color: Color, _ fallback: Color) -> String {
    guard let (red, green, blue) = color.components ?? fallback.components else { return "#000000" }
    return "#"
      + [red, green, blue].map { component in
        let digits = String(component, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
  }
}
