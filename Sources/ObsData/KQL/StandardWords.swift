/// The words of a text, much as Elasticsearch's `standard` analyser finds them (UAX #29): runs of letters and digits in lower case,
/// ideographs and hiragana each by itself, so that Chinese is searched by character. A dot, a comma or an apostrophe between two
/// letters or two digits belongs to the word: `10.0.0.1`, `don't`, `rustim.msg`.
enum StandardWords {
  /// Longer words are cut into pieces, as Elasticsearch does.
  static let longest = 255

  private enum Kind { case letter, digit, connector, single, middle, mark, other }

  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var last = Kind.other
    /// A dot or the like that stands between two halves of a word, if the word goes on.
    var bridge: Unicode.Scalar?
    func finish() {
      if !word.isEmpty { words.append(String(word).lowercased()) }
      word = String.UnicodeScalarView()
      bridge = nil
      last = .other
    }
    for scalar in text.unicodeScalars {
      let kind = kind(of: scalar)
      switch kind {
      case .single:
        finish()
        words.append(String(Character(scalar)))
      case .letter, .digit, .connector:
        if let middle = bridge {
          if joins(middle, last, kind) { word.append(middle) } else { finish() }
          bridge = nil
        }
        if word.count >= longest { finish() }
        word.append(scalar)
        last = kind
      case .middle where !word.isEmpty && bridge == nil && (last == .letter || last == .digit): bridge = scalar
      case .mark: if !word.isEmpty, bridge == nil { word.append(scalar) }
      case .middle, .other: finish()
      }
    }
    finish()
    return words.filter { $0.contains { $0 != "_" } }
  }

  /// Whether a sign keeps two halves of a word together: a colon no more than a hyphen, a comma only between digits.
  private static func joins(_ middle: Unicode.Scalar, _ before: Kind, _ after: Kind) -> Bool {
    switch middle {
    case ".", "'", "\u{2019}": before == after
    case ",", ";": before == .digit && after == .digit
    default: false
    }
  }

  private static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar.value {
    case 0x30...0x39: return .digit
    case 0x41...0x5A, 0x61...0x7A: return .letter
    case 0x5F: return .connector
    case 0x2E, 0x27, 0x2C, 0x3B, 0x2019: return .middle
    case 0..<0x80: return .other
    case 0x3041...0x309F, 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: return .single
    default: break
    }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: return .mark
    case .decimalNumber: return .digit
    case .connectorPunctuation: return .connector
    default: return properties.isAlphabetic ? .letter : properties.isEmojiPresentation ? .single : .other
    }
  }
}
