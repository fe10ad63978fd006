/// What `/` looks for: a literal text, in any case unless it holds an upper-case letter.
struct TextSearch: Hashable, Sendable {
  let pattern: String

  /// Nil for an empty pattern.
  init?(_ pattern: String) {
    guard !pattern.isEmpty else { return nil }
    self.pattern = pattern
  }

  private var isCaseSensitive: Bool { pattern.contains { $0.isUppercase } }

  /// Where the pattern occurs, from left to right, without overlaps.
  func ranges(in text: String) -> [Range<String.Index>] {
    var found: [Range<String.Index>] = []
    var position = text.startIndex
    while position < text.endIndex {
      if let end = match(in: text, at: position), end > position {
        found.append(position..<end)
        position = end
      } else {
        position = text.index(after: position)
      }
    }
    return found
  }

  /// Whether the pattern occurs.
  func matches(_ text: String) -> Bool { !ranges(in: text).isEmpty }

  private func match(in text: String, at start: String.Index) -> String.Index? {
    var position = start
    for wanted in pattern {
      guard position < text.endIndex else { return nil }
      let got = text[position]
      guard got == wanted || (!isCaseSensitive && got.lowercased() == wanted.lowercased()) else { return nil }
      position = text.index(after: position)
    }
    return position
  }
}
