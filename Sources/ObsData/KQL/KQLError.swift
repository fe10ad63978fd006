/// Why a text is no query: a sentence, and the character that it is about.
public struct KQLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and what was expected.
  public let sentence: String
  /// The character that the sentence is about, counted from 0; the number of characters where the query ends too soon.
  public let offset: Int

  /// Makes an error.
  public init(_ sentence: String, offset: Int) {
    self.sentence = sentence
    self.offset = offset
  }

  /// The same error in a text that has so many characters more in front.
  public func moved(by count: Int) -> KQLError { KQLError(sentence, offset: offset + count) }

  /// The sentence with its place, for where no caret can be drawn.
  public var description: String { "\(sentence) (at character \(offset + 1))" }

  /// The query with a caret under the place, in two lines:
  ///
  ///     level: error and
  ///                      ^ expected a condition behind "and"
  ///
  /// `cells` says how wide a character is; a query that is wider than `width` cells is cut on both sides of the place.
  public func picture(of query: String, width: Int = 100, cells: (Character) -> Int = CaretWidth.cells) -> String {
    let characters = query.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    let place = min(max(offset, 0), characters.count)
    var start = place
    var before = 0
    while start > 0, before + cells(characters[start - 1]) <= max(width / 2, 1) {
      start -= 1
      before += cells(characters[start])
    }
    var end = place
    var after = 0
    while end < characters.count, before + after + cells(characters[end]) <= max(width, 2) {
      after += cells(characters[end])
      end += 1
    }
    let front = start > 0 ? "…" : ""
    let line = front + String(characters[start..<end]) + (end < characters.count ? "…" : "")
    return line + "\n" + String(repeating: " ", count: before + front.count) + "^ " + sentence
  }
}

/// How many cells a character takes in a terminal, near enough to put a caret under it.
public enum CaretWidth {
  /// East Asian wide characters and emoji take two cells, marks and what cannot be seen none.
  public static func cells(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .control, .format: return 0
    default: break
    }
    if character.unicodeScalars.dropFirst().contains(where: { $0.value == 0xFE0F }) { return 2 }
    switch scalar.value {
    case 0x1100...0x115E, 0x2E80...0x303E, 0x3041...0xA4C6, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9,
      0xFE10...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FB, 0x1F300...0x1F64F, 0x1F680...0x1F6FC,
      0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }
}
