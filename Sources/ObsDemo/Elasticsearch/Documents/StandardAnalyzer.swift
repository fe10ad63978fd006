/// A word of an analysed text.
struct AnalyzedToken: Sendable, Equatable {
  let text: String
  let position: Int
  /// Where it stands, counted in Unicode scalars.
  let range: Range<Int>

  /// What `_analyze` calls the kind of word.
  var type: String {
    guard let first = text.unicodeScalars.first else { return "<ALPHANUM>" }
    switch first.value {
    case 0x3041...0x309F: return "<HIRAGANA>"
    case 0x30A0...0x30FF: return "<KATAKANA>"
    case 0x3400...0x9FFF, 0x20000...0x3FFFF: return "<IDEOGRAPHIC>"
    case 0xAC00...0xD7A3: return "<HANGUL>"
    default: return text.unicodeScalars.allSatisfy { $0.properties.numericType == .decimal } ? "<NUM>" : "<ALPHANUM>"
    }
  }
}

/// Elasticsearch's `standard` analyser: words by the rules of UAX #29 (https://unicode.org/reports/tr29/), in lower case;
/// ideographs and hiragana are one token each, so Chinese is searched by character.
enum StandardAnalyzer {
  /// Longer words are cut into pieces.
  static let maximumLength = 255

  static func tokens(of text: String, firstPosition: Int = 0) -> [AnalyzedToken] {
    let scalars = Array(text.unicodeScalars)
    let classes = scalars.map(classify)
    var tokens: [AnalyzedToken] = []
    var index = 0
    while index < scalars.count {
      guard let end = word(at: index, classes) else {
        index += 1
        continue
      }
      var start = index
      while start < end {
        let stop = min(start + maximumLength, end)
        tokens.append(
          AnalyzedToken(
            text: lowercased(scalars[start..<stop]), position: firstPosition + tokens.count, range: start..<stop))
        start = stop
      }
      index = end
    }
    return tokens
  }

  private enum Class {
    case letter, digit, connector, ideograph, katakana, emoji, midLetter, midNumber, midBoth, extend, other
  }

  /// Where the word that begins at `start` ends; nil where none begins.
  private static func word(at start: Int, _ classes: [Class]) -> Int? {
    switch classes[start] {
    case .ideograph, .emoji: return skipExtenders(start + 1, classes)
    case .letter, .digit, .connector, .katakana: break
    default: return nil
    }
    var hasContent = false
    var index = start
    var last = Class.connector
    while index < classes.count {
      let next = classes[index]
      switch next {
      case .letter, .digit, .katakana:
        let joins = last == .connector || last == next || (last != .katakana && next != .katakana)
        guard joins else { return index }
        hasContent = true
        last = next
      case .connector: last = .connector
      case .extend: break
      case .midLetter, .midNumber, .midBoth:
        let behind = skipExtenders(index + 1, classes)
        guard behind < classes.count, last == classes[behind],
          (last == .letter && next != .midNumber) || (last == .digit && next != .midLetter)
        else { return hasContent ? index : nil }
        index = behind
        continue
      default: return hasContent ? index : nil
      }
      index += 1
    }
    return hasContent ? index : nil
  }

  private static func skipExtenders(_ index: Int, _ classes: [Class]) -> Int {
    var index = index
    while index < classes.count, classes[index] == .extend { index += 1 }
    return index
  }

  private static func classify(_ scalar: Unicode.Scalar) -> Class {
    switch scalar.value {
    case 0x30...0x39, 0xFF10...0xFF19: .digit
    case 0x41...0x5A, 0x61...0x7A: .letter
    case 0x5F, 0x203F, 0x2040, 0x2054, 0xFE33, 0xFE34, 0xFE4D...0xFE4F, 0xFF3F: .connector
    case 0x3A, 0xB7, 0x387, 0x5F4, 0x2027, 0xFE13, 0xFE55, 0xFF1A: .midLetter
    case 0x2C, 0x3B, 0x37E, 0x589, 0x66C, 0x2044, 0xFE10, 0xFE14, 0xFE50, 0xFE54, 0xFF0C, 0xFF1B: .midNumber
    case 0x2E, 0x27, 0x2018, 0x2019, 0x2024, 0xFE52, 0xFF07, 0xFF0E: .midBoth
    case 0...0x7F: .other
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF, 0x3005, 0x3007, 0x3041...0x3096,
      0x309D...0x309F:
      .ideograph
    case 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: .katakana
    default: classifyRare(scalar)
    }
  }

  private static func classifyRare(_ scalar: Unicode.Scalar) -> Class {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark, .format: return .extend
    case .decimalNumber: return .digit
    default: break
    }
    if properties.isEmojiPresentation || properties.isEmojiModifierBase { return .emoji }
    if properties.isEmojiModifier { return .extend }
    return properties.isAlphabetic ? .letter : .other
  }

  private static func lowercased(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    for scalar in scalars {
      if scalar.value < 0x80 {
        let isUpper = (0x41...0x5A).contains(scalar.value)
        text.append(isUpper ? Unicode.Scalar(UInt8(scalar.value + 0x20)) : scalar)
      } else {
        text.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(text)
  }
}
