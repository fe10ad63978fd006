/// The letters of a query, one after the other: white space, keywords and terms, by the grammar of Kibana's `grammar.peggy`.
///
/// It reads Unicode scalars, because a combining mark must not hide the quotation mark that it stands behind.
struct KQLScanner {
  let scalars: [Unicode.Scalar]
  var position = 0
  /// Where the piece of text being read begins: a keyword may stand there without white space before it.
  private(set) var wordStart = 0

  /// For each scalar the number of characters before it.
  private let characterCounts: [Int]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    var counts: [Int] = []
    counts.reserveCapacity(scalars.count + 1)
    for (index, character) in text.enumerated() {
      counts.append(contentsOf: repeatElement(index, count: character.unicodeScalars.count))
    }
    counts.append((counts.last ?? -1) + 1)
    characterCounts = counts
  }

  var isAtEnd: Bool { position >= scalars.count }
  var current: Unicode.Scalar? { isAtEnd ? nil : scalars[position] }

  /// How many characters stand before a position.
  func characters(before position: Int) -> Int { characterCounts[min(position, scalars.count)] }

  func error(_ sentence: String, at position: Int) -> KQLError {
    KQLError(sentence, offset: characters(before: position))
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n" || scalar == "\u{A0}"
  }

  /// What ends a text without quotation marks.
  static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\\", "(", ")", ":", "<", ">", "\"", "*", "{", "}": true
    default: false
    }
  }

  mutating func skipSpaces() {
    while position < scalars.count, KQLScanner.isSpace(scalars[position]) { position += 1 }
  }

  /// Whether `word` stands at a position, in any case.
  func hasWord(_ word: StaticString, at position: Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= scalars.count else { return false }
    return word.withUTF8Buffer { letters in
      (0..<count).allSatisfy { scalars[position + $0].value | 0x20 == UInt32(letters[$0]) }
    }
  }

  private func hasSpace(at position: Int) -> Bool {
    position < scalars.count && KQLScanner.isSpace(scalars[position])
  }

  /// The position behind the white space that follows `word`, where the word stands at `position` with white space on both sides.
  func connector(_ word: StaticString, at position: Int) -> Int? {
    var start = position
    while hasSpace(at: start) { start += 1 }
    guard start > position, hasWord(word, at: start), hasSpace(at: start + word.utf8CodeUnitCount) else { return nil }
    return start + word.utf8CodeUnitCount
  }

  /// Takes `and` or `or` with the white space around it.
  mutating func takeConnector(_ word: StaticString) -> Bool {
    guard let end = connector(word, at: position) else { return false }
    position = end
    skipSpaces()
    return true
  }

  /// Whether a `not` that negates stands at a position.
  func isNot(at position: Int) -> Bool { hasWord("not", at: position) && hasSpace(at: position + 3) }

  mutating func takeNot() -> Bool {
    guard isNot(at: position) else { return false }
    position += 3
    skipSpaces()
    return true
  }

  /// Takes one letter.
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  // MARK: Terms

  /// A field's name or a value; nil where none stands here.
  mutating func term() throws(KQLError) -> KQLTerm? {
    if current == "\"" { return try quoted() }
    return try unquoted()
  }

  private mutating func quoted() throws(KQLError) -> KQLTerm {
    let start = position
    position += 1
    var text = String.UnicodeScalarView()
    while let scalar = current {
      if scalar == "\"" {
        position += 1
        return KQLTerm(.quoted(String(text)), offset: characters(before: start))
      }
      // Any other backslash in quotation marks is one.
      if scalar == "\\", let escaped = whiteSpaceEscape() ?? unicodeEscape() ?? escape(of: ["\\", "\""]) {
        text.append(escaped)
      } else {
        text.append(scalar)
        position += 1
      }
    }
    throw error("the quotation mark here is not closed: expected another \"", at: start)
  }

  private mutating func unquoted() throws(KQLError) -> KQLTerm? {
    let start = position
    wordStart = position
    var pieces = [String.UnicodeScalarView()]
    func add(_ scalars: some Sequence<Unicode.Scalar>) { pieces[pieces.count - 1].append(contentsOf: scalars) }
    scanning: while let scalar = current {
      switch scalar {
      case "*":
        pieces.append(String.UnicodeScalarView())
        position += 1
      case "\\":
        if let escaped = whiteSpaceEscape() ?? escape(of: KQLScanner.escapable) ?? unicodeEscape() {
          add([escaped])
        } else if let count = keywordEscape() {
          add(scalars[(position + 1)..<(position + 1 + count)])
          position += 1 + count
        } else {
          throw error(
            "a backslash stands before what needs none: write \\\\ for a backslash, or use quotation marks",
            at: position)
        }
      default:
        if KQLScanner.isSpecial(scalar) || isKeyword(at: position) { break scanning }
        add([scalar])
        position += 1
      }
    }
    guard position > start else { return nil }
    let texts = trimmed(pieces.map { String($0) })
    guard texts.count > 1 || !texts[0].isEmpty else { return nil }
    let offset = characters(before: start)
    if texts.count > 1 { return KQLTerm(.wildcard(texts), offset: offset) }
    switch texts[0] {
    case "true": return KQLTerm(.bool(true), offset: offset)
    case "false": return KQLTerm(.bool(false), offset: offset)
    default: return KQLTerm(.plain(texts[0]), offset: offset)
    }
  }

  /// Whether a keyword ends an unquoted text here. `not` does only where a word begins: `cannot open` is a text.
  private func isKeyword(at position: Int) -> Bool {
    if KQLScanner.isSpace(scalars[position]) {
      // What follows a run of white space was looked at where the run began.
      if position > wordStart, KQLScanner.isSpace(scalars[position - 1]) { return false }
      return connector("or", at: position) != nil || connector("and", at: position) != nil
    }
    return isNot(at: position) && (position == wordStart || KQLScanner.isSpace(scalars[position - 1]))
  }

  private func trimmed(_ pieces: [String]) -> [String] {
    var pieces = pieces
    let last = pieces.count - 1
    pieces[0] = String(pieces[0].drop(while: \.isWhitespace))
    while pieces[last].last?.isWhitespace == true { pieces[last].removeLast() }
    return pieces
  }

  // MARK: Escape sequences

  private static let escapable: Set<Unicode.Scalar> = ["\\", "(", ")", ":", "<", ">", "\"", "*", "{", "}"]

  private mutating func escape(of known: Set<Unicode.Scalar>) -> Unicode.Scalar? {
    guard position + 1 < scalars.count, known.contains(scalars[position + 1]) else { return nil }
    defer { position += 2 }
    return scalars[position + 1]
  }

  private mutating func whiteSpaceEscape() -> Unicode.Scalar? {
    guard position + 1 < scalars.count else { return nil }
    let scalar: Unicode.Scalar
    switch scalars[position + 1] {
    case "t": scalar = "\t"
    case "r": scalar = "\r"
    case "n": scalar = "\n"
    default: return nil
    }
    position += 2
    return scalar
  }

  /// `\u2026`; two of them where they are the halves of a character.
  private mutating func unicodeEscape() -> Unicode.Scalar? {
    guard let first = unit(at: position) else { return nil }
    position += 6
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), let second = unit(at: position), (0xDC00..<0xE000).contains(second) else {
      return "\u{FFFD}"
    }
    position += 6
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private func unit(at position: Int) -> UInt32? {
    guard position + 5 < scalars.count, scalars[position] == "\\", scalars[position + 1] == "u" else { return nil }
    var value: UInt32 = 0
    for scalar in scalars[(position + 2)..<(position + 6)] {
      guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private func keywordEscape() -> Int? {
    hasWord("or", at: position + 1)
      ? 2 : hasWord("and", at: position + 1) || hasWord("not", at: position + 1) ? 3 : nil
  }
}
