/// Text with the matches of the search laid over it.
enum SearchedText {
  /// Writes `text`, which must already be clipped, and highlights what the search finds in it.
  static func write(
    _ text: String, x: Int, y: Int, style: Style, on canvas: inout Canvas, search: TextSearch?, isCurrent: Bool = false
  ) {
    canvas.write(text, x: x, y: y, style: style)
    highlight(text, x: x, y: y, on: &canvas, search: search, isCurrent: isCurrent)
  }

  /// Highlights what the search finds in a text that stands at `x`.
  static func highlight(
    _ text: String, x: Int, y: Int, on canvas: inout Canvas, search: TextSearch?, isCurrent: Bool
  ) {
    guard let search else { return }
    for range in search.ranges(in: text) {
      let start = CharacterWidth.cells(in: String(text[..<range.lowerBound]))
      let width = CharacterWidth.cells(in: String(text[range]))
      canvas.highlight(Rect(x: x + start, y: y, width: width, height: 1), with: isCurrent ? .matchCurrent : .match)
    }
  }

  /// What `width` cells show of a text that is scrolled by `offset` cells; only so much of it is looked at. Of a wide character
  /// that the left edge would cut, a blank is left.
  static func slice(_ text: some StringProtocol, from offset: Int, width: Int) -> String {
    guard width > 0 else { return "" }
    let text = visible(text, from: offset, width: width)
    var start = text.startIndex
    var column = 0
    while column < offset, start < text.endIndex {
      let character = text[start]
      column += isPlain(character) ? 1 : CharacterWidth.cells(in: String(character))
      start = text.index(after: start)
    }
    // No character takes less than a cell: more of them than cells are never shown.
    let rest = text[start...].prefix(width + 1)
    return CharacterWidth.clipped(String(repeating: " ", count: max(0, column - offset)) + rest, to: width)
  }

  /// More bytes than this to a cell are no text: a letter under a million accents, an emoji joined to a thousand others.
  static let mostBytes = 32

  /// The front of a text that `width` cells behind `offset` cells can show at most, so that not even a character that fills a
  /// megabyte is walked through.
  static func visible<Text: StringProtocol>(_ text: Text, from offset: Int, width: Int) -> Text.SubSequence {
    let limit = (offset + width + 1) * mostBytes
    guard var end = text.utf8.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex) else {
      return text[...]
    }
    // Never inside a scalar.
    while end < text.endIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(after: end) }
    return text[..<end]
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.asciiValue.map { $0 >= 32 && $0 < 127 } ?? false
  }
}
