/// What a pane says that has nothing to list: why, and what to do about it.
enum PaneMessage {
  /// The sentences, broken to the size; the first one stands out, and below it stands what it speaks of, with a caret under the
  /// place.
  static func view(_ sentences: [String], _ size: Size, isError: Bool, excerpt: String? = nil) -> Canvas {
    var canvas = Canvas(size: size)
    var y = 0
    for (index, sentence) in sentences.enumerated() {
      for line in TextWrap.lines(sentence, width: size.width - 2) where y < size.height {
        canvas.write(line, x: 1, y: y, style: Style(index > 0 ? .textMuted : isError ? .statusError : .text))
        y += 1
      }
      guard index == 0, let excerpt else { continue }
      for line in excerpt.split(separator: "\n") where y < size.height {
        canvas.write(CharacterWidth.clipped(String(line), to: size.width - 2), x: 1, y: y, style: Style(.text))
        y += 1
      }
    }
    return canvas
  }
}
