/// What fills one cell, or two: a base scalar and the marks that join it. Plain bits, so that a canvas is one flat block of
/// memory.
struct Glyph: Hashable, Sendable {
  /// The base scalar; never a control character.
  var base: UInt32
  /// Up to three joining marks of 21 bits each, the first in the low bits. ncurses takes four (CCHARW_MAX is 5).
  var marks: UInt64 = 0
  /// How many cells it takes: one or two.
  var width = 1

  static let space = Glyph(base: 0x20)

  /// As a character of a text.
  var character: Character {
    guard marks != 0 || base >= 0x80 else { return Character(Unicode.Scalar(UInt8(truncatingIfNeeded: base))) }
    var text = String.UnicodeScalarView()
    Unicode.Scalar(base).map { text.append($0) }
    var rest = marks
    while rest != 0 {
      Unicode.Scalar(UInt32(rest & 0x1F_FFFF)).map { text.append($0) }
      rest >>= 21
    }
    // The sequence is one character in nearly every case; a base that Unicode would not join is shown without marks.
    let whole = String(text)
    return whole.count == 1 ? Character(whole) : Character(Unicode.Scalar(base) ?? " ")
  }
}

/// Turns text into glyphs that are safe to show. Everything that could steer a terminal, or that hides, becomes visible:
///
/// * C0 controls and DEL are their pictures (`␛`), a tab is four spaces;
/// * C1 controls, bidirectional overrides, separators, fillers, private and unassigned code points are numbers (`⟨202E⟩`);
/// * a joiner goes where a script or an emoji may have it, and is a number elsewhere; joined emoji stand side by side,
///   as Unicode (UTS #51) recommends where a joined picture cannot be had; skin tones and variation selectors go;
/// * regional indicators are their letters: flags are one or two cells wide, as each terminal pleases;
/// * of the marks on one character the first three stay; a mark without a character is put on `◌`.
struct GlyphIterator: IteratorProtocol {
  private var scalars: String.UnicodeScalarView.Iterator
  private var peeked: Unicode.Scalar?
  /// Code units of the text that the glyphs so far stand for.
  private(set) var offset = 0
  /// What an expansion such as `⟨202E⟩` has yet to say.
  private var expansion: [UInt32] = []
  private var previous: UInt32 = 0

  init(_ text: String) {
    scalars = text.unicodeScalars.makeIterator()
    peeked = scalars.next()
  }

  /// Whether the character at `offset` has more glyphs to come.
  var isInsideExpansion: Bool { !expansion.isEmpty }

  mutating func next() -> Glyph? {
    if !expansion.isEmpty { return Glyph(base: expansion.removeLast()) }
    while let scalar = take() {
      let value = scalar.value
      if value >= 0x20, value < 0x7F {
        defer { previous = value }
        // The common case, told at a glance: no mark below U+0300.
        guard let following = peeked, following.value >= 0x300 else { return Glyph(base: value) }
        return Glyph(base: value, marks: takeMarks())
      }
      if let glyph = special(value) ?? nil { return glyph }
    }
    return nil
  }

  private mutating func take() -> Unicode.Scalar? {
    guard let scalar = peeked else { return nil }
    offset += UTF8.width(scalar)
    peeked = scalars.next()
    return scalar
  }

  /// A glyph for a scalar outside ASCII's printing range, or nil for one that leaves no trace.
  private mutating func special(_ value: UInt32) -> Glyph? {
    let before = previous
    previous = value
    switch value {
    case 0x09: return expand([0x20, 0x20, 0x20, 0x20])
    case 0..<0x20: return Glyph(base: 0x2400 + value)
    case 0x7F: return Glyph(base: 0x2421)
    case 0xA0, 0x2000...0x200A, 0x202F, 0x205F: return .space
    case 0x1F1E6...0x1F1FF: return Glyph(base: 0x41 + (value - 0x1F1E6))
    case 0x1F3FB...0x1F3FF where GlyphIterator.isPicture(before): return nil
    case 0xFE00...0xFE0F where before >= 0x20:
      previous = before
      return nil
    case 0x200C...0x200D where GlyphIterator.mayJoin(before):
      previous = before
      return nil
    default: break
    }
    guard let scalar = Unicode.Scalar(value) else { return nil }
    switch CharacterWidth.kind(of: scalar) {
    case .narrow: return Glyph(base: value, marks: takeMarks(), width: 1)
    case .wide: return Glyph(base: value, marks: takeMarks(), width: 2)
    case .mark: return Glyph(base: 0x25CC, marks: UInt64(value))
    case .hidden: return expand(GlyphIterator.number(value))
    }
  }

  /// Takes the marks that follow; those beyond the third are left out.
  private mutating func takeMarks() -> UInt64 {
    var marks: UInt64 = 0
    var shift: UInt64 = 0
    while let mark = peeked, mark.value >= 0x300, !(0xFE00...0xFE0F).contains(mark.value),
      CharacterWidth.kind(of: mark) == .mark
    {
      _ = take()
      if shift < 63 { marks |= UInt64(mark.value) << shift }
      shift += 21
    }
    return marks
  }

  private mutating func expand(_ bases: [UInt32]) -> Glyph? {
    expansion = bases.reversed()
    return expansion.popLast().map { Glyph(base: $0) }
  }

  /// `⟨202E⟩`.
  private static func number(_ value: UInt32) -> [UInt32] {
    [0x27E8] + String(value, radix: 16, uppercase: true).unicodeScalars.map(\.value) + [0x27E9]
  }

  /// Emoji and the older symbols that joined emoji are made of.
  private static func isPicture(_ value: UInt32) -> Bool {
    (0x1F000...0x1FAFF).contains(value) || (0x2190...0x2BFF).contains(value)
  }

  /// Scripts from Hebrew to Khmer shape their letters by joiners; so do joined emoji.
  private static func mayJoin(_ value: UInt32) -> Bool {
    (0x590..<0x1100).contains(value) || (0x1780...0x18AF).contains(value) || isPicture(value)
  }
}
