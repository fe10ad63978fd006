import ObsData

/// What is wrong with a key's name or a script of keys.
struct KeyError: Error, Equatable, CustomStringConvertible {
  let description: String
}

extension Key {
  private static let named: [(name: String, key: Key)] = [
    ("space", .character(" ")), ("enter", .enter), ("tab", .tab), ("backtab", .backTab), ("escape", .escape),
    ("backspace", .backspace), ("delete", .delete), ("insert", .insert), ("up", .up), ("down", .down), ("left", .left),
    ("right", .right), ("home", .home), ("end", .end), ("pageup", .pageUp), ("pagedown", .pageDown),
    ("shift-left", .shiftLeft), ("shift-right", .shiftRight), ("alt-backspace", .alt("\u{7F}")),
  ]
  private static let aliases: [String: Key] = [
    "esc": .escape, "return": .enter, "shift-tab": .backTab, "del": .delete, "ins": .insert, "pgup": .pageUp,
    "pgdn": .pageDown, "ctrl-space": .control(" "),
    // What terminals send for them; they cannot be told apart.
    "ctrl-i": .tab, "ctrl-m": .enter, "ctrl-h": .backspace, "ctrl-[": .escape,
  ]

  /// The name in the settings and in help: `j`, `ctrl-d`, `alt-x`, `f1`, `space`.
  var name: String {
    if let known = Key.named.first(where: { $0.key == self }) { return known.name }
    switch self {
    case .character(let character): return String(character)
    case .control(" "): return "ctrl-space"
    case .control(let character): return "ctrl-\(character)"
    case .alt(" "): return "alt-space"
    case .alt(let character): return "alt-\(character)"
    case .function(let number): return "f\(number)"
    case .paste: return "paste"
    case .click: return "click"
    case .wheelUp: return "wheel-up"
    case .wheelDown: return "wheel-down"
    default: return "\(self)"
    }
  }

  /// A key by its name. Names of more than one character may be written in any case.
  static func parse(_ name: String) throws(KeyError) -> Key {
    if name.count == 1, let character = name.first, !character.isWhitespace { return .character(character) }
    let lower = name.lowercased()
    if let key = aliases[lower] ?? named.first(where: { $0.name == lower })?.key { return key }
    if lower.hasPrefix("f"), let number = Int(lower.dropFirst()), (1...24).contains(number) { return .function(number) }
    if lower.hasPrefix("ctrl-"), lower.count == 6, let character = lower.last, isControllable(character) {
      return .control(character)
    }
    if lower == "alt-space" { return .alt(" ") }
    // alt-X is not alt-x.
    if lower.hasPrefix("alt-"), name.count == 5, let character = name.last { return .alt(character) }
    let near = NearestName.suggestion(for: lower, among: named.map(\.name) + aliases.keys)
    throw KeyError(description: "there is no key “\(name)”\(near)")
  }

  private static func isControllable(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || "\\]^_".contains(character))
  }

  /// Keys in a row, as `--keys` takes them: names or single characters between spaces; `"text in quotes"` is typed
  /// character by character, with `\"` and `\\` for what they hold.
  static func script(_ text: String) throws(KeyError) -> [Key] {
    var keys: [Key] = []
    var word = ""
    var characters = text.makeIterator()
    while let character = characters.next() {
      if character == "\"", word.isEmpty {
        try typed(&characters, into: &keys)
      } else if character.isWhitespace {
        if !word.isEmpty { keys.append(try parse(word)) }
        word = ""
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { keys.append(try parse(word)) }
    return keys
  }

  private static func typed(_ characters: inout String.Iterator, into keys: inout [Key]) throws(KeyError) {
    while let character = characters.next() {
      if character == "\"" { return }
      guard character == "\\" else {
        keys.append(.character(character))
        continue
      }
      guard let escaped = characters.next() else { break }
      keys.append(.character(escaped))
    }
    throw KeyError(description: "a quotation mark is missing at the end of the typed text")
  }
}
