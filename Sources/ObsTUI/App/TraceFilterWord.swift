/// One `key=value` of a trace filter. Double quotes hold a word together, `\"` and `\\` stand for themselves inside them.
struct TraceFilterWord: Equatable, Sendable {
  /// As it was typed.
  var text = ""
  /// Without the quotes.
  var key = ""
  /// Nil where there is no `=`.
  var value: String?
  var isKeyQuoted = false
  /// Where the word and its value begin, in characters.
  var start = 0
  var valueStart = 0
  /// Whether a quote is still open at its end.
  var isOpen = false

  /// The words of a text. Throws where a quote is never closed.
  static func words(of text: String) throws(TraceFilter.ParseError) -> [TraceFilterWord] {
    let words = scan(Array(text))
    if let open = words.last, open.isOpen {
      let place =
        open.start + (open.text.lastIndex(of: "\"").map { open.text.distance(from: open.text.startIndex, to: $0) } ?? 0)
      throw TraceFilter.ParseError("this quote is never closed", at: place)
    }
    return words
  }

  /// The words of a text, the last one perhaps not finished.
  static func scan(_ characters: [Character]) -> [TraceFilterWord] {
    var words: [TraceFilterWord] = []
    var word: TraceFilterWord?
    var isQuoted = false
    var isEscaped = false
    for (index, character) in characters.enumerated() {
      if character.isWhitespace, !isQuoted {
        if let word { words.append(word) }
        word = nil
        continue
      }
      var current = word ?? TraceFilterWord(start: index, valueStart: index)
      current.text.append(character)
      if isEscaped {
        isEscaped = false
        current.take(character)
      } else if isQuoted, character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
        if current.value == nil { current.isKeyQuoted = true }
      } else if character == "=", !isQuoted, current.value == nil {
        current.value = ""
        current.valueStart = index + 1
      } else {
        current.take(character)
      }
      current.isOpen = isQuoted
      word = current
    }
    if let word { words.append(word) }
    return words
  }

  private mutating func take(_ character: Character) {
    if value == nil { key.append(character) } else { value?.append(character) }
  }

  /// A value as it has to be typed.
  static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && !value.contains { $0.isWhitespace || $0 == "\"" || $0 == "\\" }
    if isPlain { return value }
    return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// A tag's key as it has to be typed: one that is a parameter's name is quoted.
  static func quotedKey(_ key: String) -> String {
    if TraceFilter.Parameter(key) == nil, !key.contains("=") { return quoted(key) }
    let quoted = quoted(key)
    return quoted.hasPrefix("\"") ? quoted : "\"\(key)\""
  }
}
