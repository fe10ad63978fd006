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
