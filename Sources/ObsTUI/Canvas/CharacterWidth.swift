/// How many cells text takes on the screen.
enum CharacterWidth {
  /// The cells of a whole text, as `Canvas.write` would use them.
  static func cells(in text: String) -> Int { text.count }
  /// As much of the front of the text as `width` cells hold; `…` ends it where something is cut.
  static func clipped(_ text: String, to width: Int) -> String {
    guard cells(in: text) > width else { return text }
    return width < 1 ? "" : String(text.prefix(width - 1)) + "…"
  }
  /// The text clipped to `width` cells and filled with spaces up to it.
  static func fitted(_ text: String, to width: Int) -> String {
    let text = clipped(text, to: width)
    return text + String(repeating: " ", count: max(0, width - cells(in: text)))
  }
}
