/// How many cells text takes on the screen: a pure function, whatever the locale. Ambiguous characters take one cell.
enum CharacterWidth {
  /// The cells of a whole text, as `Canvas.write` would use them.
  static func cells(in text: String) -> Int {
    var cells = 0
    var glyphs = GlyphIterator(text)
    while let glyph = glyphs.next() { cells += glyph.width }
    return cells
  }

  /// As much of the front of the text as `width` cells hold; `…` ends it where something is cut.
  static func clipped(_ text: String, to width: Int) -> String {
    guard width > 0 else { return "" }
    var glyphs = GlyphIterator(text)
    var cells = 0
    // Where the text is cut if it turns out to be too long: the last place that leaves a cell for the `…`.
    var cut = 0
    while let glyph = glyphs.next() {
      if cells + glyph.width > width {
        return String(text[..<text.utf8.index(text.startIndex, offsetBy: cut)]) + "…"
      }
      cells += glyph.width
      // A character that is shown as several glyphs is kept or cut as a whole.
      if cells < width, !glyphs.isInsideExpansion { cut = glyphs.offset }
    }
    return text
  }

  /// The text clipped to `width` cells and filled with spaces up to it.
  static func fitted(_ text: String, to width: Int) -> String {
    let text = clipped(text, to: width)
    return text + String(repeating: " ", count: max(0, width - cells(in: text)))
  }

  /// What a scalar is to a line of cells.
  enum Kind: UInt8 {
    /// Joins the character before it.
    case mark
    case narrow, wide
    /// Without a shape of its own, or able to steer a terminal: shown as its number.
    case hidden
  }

  static func kind(of scalar: Unicode.Scalar) -> Kind {
    let value = scalar.value
    switch value {
    case 0x20..<0x7F, 0xA1..<0xAD, 0xAE..<0x300: return .narrow
    case 0..<0xA0, 0xAD: return .hidden
    case 0x2500..<0x25FD, 0x2800...0x28FF: return .narrow
    case 0x3400...0x9FFF, 0xAC00...0xD7A3, 0x3041...0x3096, 0x30A0...0x30FF, 0xFF01...0xFF60: return .wide
    // Conjoining vowels and final consonants of Hangul join the consonant before them.
    case 0x1161...0x11FF, 0xD7B0...0xD7FB: return .mark
    // Fillers: letters to Unicode, nothing to the eye.
    case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0: return .hidden
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return .mark
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return .hidden
    default: return isWide(value) ? .wide : .narrow
    }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    var low = 0
    var high = wideRanges.count
    while low < high {
      let middle = (low + high) / 2
      if wideRanges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < wideRanges.count && wideRanges[low].contains(value)
  }

  /// East_Asian_Width W and F of EastAsianWidth.txt (Unicode 14 to 16), as glibc's wcwidth(3) has them; a range runs on
  /// over unassigned code points and over marks, which `kind` has told apart before it looks here.
  static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115E, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
    0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
    0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
    0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
    0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x303E,
    0x3041...0xA4C6, 0xA960...0xA97C, 0xAC00...0xFAD9, 0xFE10...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x1B2FB, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A,
    0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA,
    0x1F3CF...0x1F3D3, 0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440,
    0x1F442...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A,
    0x1F595...0x1F596, 0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC,
    0x1F6D0...0x1F6D2, 0x1F6D5...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7F0,
    0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
  ]
}
