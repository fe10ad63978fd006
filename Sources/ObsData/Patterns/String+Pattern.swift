extension String {
  /// Whether two messages are the same but for what differs from line to line: numbers, identifiers, addresses, quoted texts.
  public func isOfOnePattern(with other: String) -> Bool {
    // A first word of letters alone is never masked, and mostly tells two messages apart.
    if let mine = firstWord, let theirs = other.firstWord, !mine.elementsEqual(theirs) { return false }
    return self == other || MaskedLine(self).hash == MaskedLine(other).hash
  }

  /// The letters up to the first space, where there is nothing else before it.
  private var firstWord: Substring.UTF8View? {
    let word = utf8.prefix { ($0 | 0x20) &- 97 < 26 }
    return word.endIndex < utf8.endIndex && utf8[word.endIndex] == 32 && !word.isEmpty ? word : nil
  }
}
