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
    pattern.utf8.allSatisfy { $0 < 0x80 } ? ranges(ofASCIIIn: text) : ranges(ofCharactersIn: text)
  }

  /// Bytes of ASCII stand for themselves wherever they occur in UTF-8, so the search need not know of characters.
  private func ranges(ofASCIIIn text: String) -> [Range<String.Index>] {
    let folds = !isCaseSensitive
    let wanted = Array(pattern.utf8)
    let bytes = Array(text.utf8)
    guard let first = wanted.first, bytes.count >= wanted.count else { return [] }
    func folded(_ byte: UInt8) -> UInt8 { folds && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
    var found: [Range<String.Index>] = []
    var position = 0
    while position <= bytes.count - wanted.count {
      if folded(bytes[position]) == first,
        wanted.indices.dropFirst().allSatisfy({ folded(bytes[position + $0]) == wanted[$0] })
      {
        let start = text.utf8.index(text.startIndex, offsetBy: position)
        found.append(start..<text.utf8.index(start, offsetBy: wanted.count))
        position += wanted.count
      } else {
        position += 1
      }
    }
    return found
  }

  private func ranges(ofCharactersIn text: String) -> [Range<String.Index>] {
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
