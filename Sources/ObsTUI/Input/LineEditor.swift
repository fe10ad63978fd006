/// A line of text that is being typed, with the keys of readline: a value, fed with keys.
struct LineEditor: Equatable, Sendable {
  /// What a key did.
  enum Outcome: Equatable, Sendable {
    case editing, cancelled
    case submitted(String)
    /// The key means nothing in a line of text.
    case ignored
  }
  /// What may stand at the cursor: `candidates` in place of what lies between `start`, in characters, and the cursor.
  struct Completion: Equatable, Sendable {
    var start: Int
    var candidates: [String]
  }

  /// A line takes no more characters than these.
  static let limit = 16_384

  private(set) var characters: [Character]
  /// How many characters stand before the cursor.
  private(set) var cursor: Int
  /// Earlier lines, the newest last.
  private(set) var history: [String]
  /// Candidates that tab goes through, and which one stands in the line; nil when none does.
  private(set) var completion: Completion?
  private(set) var chosen: Int?

  /// Where in the history the line was taken from, and the line that was being typed before.
  private var historyIndex: Int?
  private var draft: [Character] = []
  private var killed: [Character] = []

  init(_ text: String = "", history: [String] = []) {
    characters = Array(LineEditor.flat(text).prefix(LineEditor.limit))
    cursor = characters.count
    self.history = history
  }

  var text: String { String(characters) }

  /// Puts the cursor before a character, counted from 0.
  mutating func move(to place: Int) { cursor = min(max(place, 0), characters.count) }

  /// Takes a key. `complete` is asked when tab is pressed: it gets the line and how many characters stand before the cursor.
  mutating func press(_ key: Key, complete: (String, Int) -> Completion? = { _, _ in nil }) -> Outcome {
    if key == .tab || key == .backTab {
      cycle(key == .tab ? 1 : -1, complete: complete)
      return .editing
    }
    completion = nil
    chosen = nil
    switch key {
    case .enter, .control("j"): return submit()
    case .escape, .control("g"): return .cancelled
    // On an empty line, going further back leaves it, as in vi.
    case .backspace where characters.isEmpty: return .cancelled
    case .character(let character): insert([character])
    case .paste(let text): insert(LineEditor.flat(text))
    case .up, .control("p"): recall(-1)
    case .down, .control("n"): recall(1)
    default: return edit(key)
    }
    return .editing
  }

  private mutating func edit(_ key: Key) -> Outcome {
    switch key {
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .alt("b"), .shiftLeft: cursor = wordStart
    case .alt("f"), .shiftRight: cursor = wordEnd
    case .backspace: remove(max(0, cursor - 1)..<cursor)
    case .delete, .control("d"): remove(cursor..<min(characters.count, cursor + 1))
    case .control("w"): kill(spaceStart..<cursor)
    case .alt("\u{7F}"): kill(wordStart..<cursor)
    case .alt("d"): kill(cursor..<wordEnd)
    case .control("k"): kill(cursor..<characters.count)
    case .control("u"): kill(0..<cursor)
    case .control("y"): insert(killed)
    default: return .ignored
    }
    return .editing
  }

  private mutating func submit() -> Outcome {
    let line = text
    if !line.isEmpty, history.last != line { history.append(line) }
    if history.count > 200 { history.removeFirst(history.count - 200) }
    historyIndex = nil
    return .submitted(line)
  }

  private mutating func insert(_ new: [Character]) {
    let new = new.prefix(max(0, LineEditor.limit - characters.count))
    characters.insert(contentsOf: new, at: cursor)
    cursor += new.count
    rejoin()
  }

  /// A mark that was typed by itself joins the character before it.
  private mutating func rejoin() {
    let before = String(characters[..<cursor])
    let whole = before + String(characters[cursor...])
    guard whole.count != characters.count else { return }
    characters = Array(whole)
    cursor = min(before.count, characters.count)
  }

  private mutating func remove(_ range: Range<Int>) {
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private mutating func kill(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    killed = Array(characters[range])
    remove(range)
  }

  /// A pasted text as one line: breaks and tabs are spaces, other control characters go.
  private static func flat(_ text: String) -> [Character] {
    var trimmed = Substring(text)
    while trimmed.last?.isNewline == true { trimmed.removeLast() }
    return trimmed.compactMap { character in
      if character.isNewline || character == "\t" { return " " }
      return character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control } ? nil : character
    }
  }

  private func isWord(_ index: Int) -> Bool { characters[index].isLetter || characters[index].isNumber }

  private var wordStart: Int {
    var index = cursor
    while index > 0, !isWord(index - 1) { index -= 1 }
    while index > 0, isWord(index - 1) { index -= 1 }
    return index
  }

  private var wordEnd: Int {
    var index = cursor
    while index < characters.count, !isWord(index) { index += 1 }
    while index < characters.count, isWord(index) { index += 1 }
    return index
  }

  private var spaceStart: Int {
    var index = cursor
    while index > 0, characters[index - 1].isWhitespace { index -= 1 }
    while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
    return index
  }

  private mutating func recall(_ step: Int) {
    let next = (historyIndex ?? history.count) + step
    guard next >= 0, next <= history.count, next < history.count || historyIndex != nil else { return }
    if historyIndex == nil { draft = characters }
    historyIndex = next == history.count ? nil : next
    characters = next == history.count ? draft : Array(history[next])
    cursor = characters.count
  }

  /// Tab puts the next candidate into the line, the first time the first; shift-tab goes the other way.
  private mutating func cycle(_ step: Int, complete: (String, Int) -> Completion?) {
    if completion == nil {
      guard let found = complete(text, cursor), !found.candidates.isEmpty, (0...cursor).contains(found.start) else {
        return
      }
      completion = found
      chosen = nil
    }
    guard let completion else { return }
    let count = completion.candidates.count
    let index = chosen.map { ($0 + step + count) % count } ?? (step > 0 ? 0 : count - 1)
    let candidate = Array(completion.candidates[index])
    characters.replaceSubrange(completion.start..<cursor, with: candidate)
    cursor = completion.start + candidate.count
    chosen = index
    // A single candidate is taken; the next tab asks anew.
    if count == 1 {
      self.completion = nil
      chosen = nil
    }
  }
}
