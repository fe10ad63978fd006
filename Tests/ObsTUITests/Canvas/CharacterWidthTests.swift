import CNcurses
import Testing

@testable import ObsTUI

@Suite struct CharacterWidthTests {
  /// The system's own table, in a UTF-8 locale that every glibc has. Code points that one of the two Unicode versions does
  /// not know yet are left out; the terminal draws a replacement for those.
  @Test func `widths are the system's for every code point that both know`() throws {
    let former = setlocale(LC_CTYPE, nil).map { String(cString: $0) }
    defer { _ = setlocale(LC_CTYPE, former ?? "C") }
    try #require(setlocale(LC_CTYPE, "C.UTF-8") != nil)
    var different: [String] = []
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let system = obs_wcwidth(value)
      guard system >= 0 else { continue }
      let ours: Int32
      switch CharacterWidth.kind(of: scalar) {
      case .hidden: continue
      // A mark in Unicode 14, a spacing one since 15.
      case _ where value == 0x1171E: continue
      case .mark: ours = 0
      case .narrow: ours = 1
      case .wide: ours = 2
      }
      if ours != system { different.append("\(String(value, radix: 16)): \(ours), system \(system)") }
    }
    #expect(different.isEmpty, "\(different.count): \(different.prefix(20))")
  }

  @Test func `every code point takes its cells on the canvas, and no control character is left`() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value), value < 0x3_2000 || value > 0xE_0000 else { continue }
      var glyphs = GlyphIterator(String(Character(scalar)))
      while let glyph = glyphs.next() {
        let isControl = glyph.base < 0x20 || (0x7F..<0xA0).contains(glyph.base)
        if isControl || !(1...2).contains(glyph.width) { Issue.record("\(String(value, radix: 16))") }
      }
    }
  }

  @Test(arguments: [
    ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("hello", 0, ""), ("hello", -2, ""), ("", 3, ""),
    ("连接失败", 8, "连接失败"), ("连接失败", 7, "连接失…"), ("连接失败", 6, "连接…"), ("连接", 2, "…"),
    ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("ab\u{202E}c", 6, "ab…"), ("a\u{1B}b", 3, "a\u{1B}b"),
  ])
  func `a text is clipped by cells`(text: String, width: Int, clipped: String) {
    let result = CharacterWidth.clipped(text, to: width)
    #expect(result == clipped)
    #expect(CharacterWidth.cells(in: result) <= max(0, width))
    #expect(CharacterWidth.cells(in: CharacterWidth.fitted(text, to: width)) == max(0, width))
  }

  @Test func `a search knows case only when it is written with capitals`() {
    func found(_ pattern: String, _ text: String) -> [String] {
      TextSearch(pattern)?.ranges(in: text).map { String(text[$0]) } ?? []
    }
    #expect(found("error", "Error ERROR error") == ["Error", "ERROR", "error"])
    #expect(found("Error", "Error ERROR error") == ["Error"])
    #expect(found("失败", "连接失败,再失败") == ["失败", "失败"])
    #expect(found("aa", "aaa") == ["aa"])
    #expect(found("É", "é É") == ["É"])
    #expect(found("x", "") == [])
    #expect(TextSearch("") == nil)
  }
}
