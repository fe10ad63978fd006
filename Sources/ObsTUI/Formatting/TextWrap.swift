/// Breaks sentences into lines for a narrow pane.
enum TextWrap {
  /// The text in lines of at most `width` cells, broken at spaces, and inside a word where it is longer than a line.
  static func lines(_ text: String, width: Int) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      var used = 0
      for word in paragraph.split(separator: " ") {
        let cells = CharacterWidth.cells(in: String(word))
        if used > 0, used + 1 + cells <= width {
          line += " " + word
          used += 1 + cells
          continue
        }
        if used > 0 { lines.append(line) }
        (line, used) = ("", 0)
        for character in word {
          let cells = CharacterWidth.cells(in: String(character))
          if used > 0, used + cells > width {
            lines.append(line)
            (line, used) = ("", 0)
          }
          line.append(character)
          used += cells
        }
      }
      lines.append(line)
    }
    return lines
  }
}

extension TextWrap {
  /// A text cut into pieces of at most `width` cells, wherever that falls; no more than `limit` of them, the last one ending in
  /// an ellipsis where there would be more.
  static func chunks(_ text: some StringProtocol, width: Int, limit: Int) -> [String] {
    guard width > 0, limit > 0 else { return [] }
    var chunks: [String] = []
    var chunk = ""
    var used = 0
    for character in text {
      let cells = CharacterWidth.cells(in: String(character))
      if used + cells > width, used > 0 {
        if chunks.count == limit - 1 {
          chunks.append(CharacterWidth.clipped(chunk + "……", to: width))
          return chunks
        }
        chunks.append(chunk)
        (chunk, used) = ("", 0)
      }
      chunk.append(character)
      used += cells
    }
    return chunks + [chunk]
  }
}
