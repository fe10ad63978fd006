import ObsData

/// What `/` looks for: a literal text, or behind `~` a regular expression; in any case unless it holds an upper-case letter.
struct TextSearch: Hashable, Sendable {
  /// What is looked for, without the `~`.
  let pattern: String
  /// The compiled expression; nil for a literal text.
  let expression: TextPattern?

  /// What stands in front of a regular expression; `\~` begins a literal text with it.
  static let expressionMark: Character = "~"

  /// A screen has hundreds of texts, and all of them are looked through for one frame.
  private static let matchLimit: UInt32 = 20_000

  /// Nil for an empty pattern, and for an expression that cannot be read.
  init?(_ text: String) { try? self.init(reading: text) }

  /// Nil for an empty pattern; throws what is wrong with an expression.
  init?(reading text: String) throws(TextPattern.Refusal) {
    if text.first == TextSearch.expressionMark {
      pattern = String(text.dropFirst())
      guard !pattern.isEmpty else { return nil }
      expression = try TextPattern(pattern, syntax: .expression)
    } else {
      pattern = text.hasPrefix("\\~") ? String(text.dropFirst()) : text
      guard !pattern.isEmpty else { return nil }
      expression = nil
    }
  }

  /// What is wrong with a text as a search, in a sentence.
  static func problem(with text: String) -> String? {
    do throws(TextPattern.Refusal) {
      _ = try TextSearch(reading: text)
      return nil
    } catch {
      return error.description
    }
  }

  private var isCaseSensitive: Bool { pattern.contains { $0.isUppercase } }

  /// Where the pattern occurs, from left to right, without overlaps.
  func ranges(in text: String) -> [Range<String.Index>] {
    if let expression { return TextMatcher(expression, matchLimit: TextSearch.matchLimit).ranges(in: text) }
    return pattern.utf8.allSatisfy { $0 < 0x80 } ? ranges(ofASCIIIn: text) : ranges(ofCharactersIn: text)
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
