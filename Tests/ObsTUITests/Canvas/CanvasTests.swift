import Testing

@testable import ObsTUI

/// A canvas with its continuation cells shown as `·`, so that halves can be seen.
private func picture(_ canvas: Canvas) -> String {
  (0..<canvas.size.height).map { y in
    (0..<canvas.size.width).map { canvas[$0, y].isContinuation ? "·" : String(canvas[$0, y].character) }.joined()
  }.joined(separator: "\n")
}

private func line(_ text: String, width: Int = 24) -> String {
  var canvas = Canvas(size: Size(width: width, height: 1))
  canvas.write(text, x: 0, y: 0)
  return canvas.text
}

@Suite struct CanvasTests {
  @Test func `wide characters take two cells and columns line up`() {
    var canvas = Canvas(size: Size(width: 12, height: 3))
    for (y, text) in ["ok", "连接失败", "🔥e\u{301}"].enumerated() {
      let used = canvas.write(text, x: 0, y: y)
      canvas.write("|", x: 9, y: y)
      #expect(used == CharacterWidth.cells(in: text))
    }
    #expect(
      picture(canvas) == """
        ok       |  
        连·接·失·败· |  
        🔥·e\u{301}      |  
        """)
  }

  @Test(arguments: [
    ("\u{1B}[31mred", "␛[31mred"), ("bell\u{7}", "bell␇"), ("nul\0", "nul␀"), ("del\u{7F}", "del␡"),
    ("a\tb", "a    b"), ("a\r\nb", "a␍␊b"), ("\u{9B}31m", "⟨9B⟩31m"), ("\u{85}", "⟨85⟩"),
    ("\u{202E}evil\u{202C}", "⟨202E⟩evil⟨202C⟩"), ("\u{2066}x\u{2069}", "⟨2066⟩x⟨2069⟩"),
    ("\u{200E}\u{200F}", "⟨200E⟩⟨200F⟩"),
    ("a\u{2028}b", "a⟨2028⟩b"), ("pass\u{200B}word", "pass⟨200B⟩word"), ("\u{FEFF}bom", "⟨FEFF⟩bom"),
    ("a\u{200D}b", "a⟨200D⟩b"), ("\u{200D}", "⟨200D⟩"), ("soft\u{AD}hyphen", "soft⟨AD⟩hyphen"),
    ("icon \u{E0A0}", "icon ⟨E0A0⟩"), ("\u{E0041}tag", "⟨E0041⟩tag"), ("\u{3164}", "⟨3164⟩"), ("\u{FFFD}", "\u{FFFD}"),
    ("no\u{A0}break", "no break"), ("\u{10FFFF}", "⟨10FFFF⟩"), ("\u{301}x", "\u{25CC}\u{301}x"),
  ])
  func `what could steer the terminal or hide is shown`(text: String, shown: String) {
    #expect(line(text) == shown)
  }

  @Test(arguments: [
    ("👨‍👩‍👧|", "👨👩👧|"), ("👍🏽|", "👍|"), ("🇩🇪|", "DE|"), ("❤️|", "❤|"), ("नमस्ते|", "नमस्ते|"), ("क्‍ष|", "क्ष|"),
    ("e\u{300}\u{301}\u{302}\u{303}\u{304}|", "e\u{300}\u{301}\u{302}|"), ("한글|", "한글|"),
    ("\u{1112}\u{1161}\u{11AB}|", "\u{1112}\u{1161}\u{11AB}|"),
  ])
  func `clusters that terminals do not agree on become ones that they do`(text: String, shown: String) {
    let drawn = line(text)
    #expect(drawn.unicodeScalars.elementsEqual(shown.unicodeScalars), "\(drawn)")
  }

  @Test func `invalid UTF-8 is a replacement character`() {
    #expect(line(String(decoding: [0x61, 0xC3, 0x28, 0xFF] as [UInt8], as: UTF8.self)) == "a\u{FFFD}(\u{FFFD}")
  }

  @Test func `a wide character cut at an edge becomes a space`() {
    var canvas = Canvas(size: Size(width: 5, height: 3))
    #expect(canvas.write("连接失", x: 0, y: 0) == 5)
    canvas.write("连接失", x: -1, y: 1)
    #expect(canvas.write("连接失", x: 0, y: 2, width: 3) == 3)
    #expect(picture(canvas) == "连·接· \n 接·失·\n连·   ")
  }

  @Test func `overwriting half of a wide character leaves a space for the other half`() {
    var canvas = Canvas(size: Size(width: 6, height: 4))
    for y in 0..<4 { canvas.write("连接失", x: 0, y: y) }
    canvas.write("x", x: 1, y: 0)
    canvas.write("yy", x: 2, y: 1)
    canvas.fill(Rect(x: 3, y: 2, width: 2, height: 1), with: "-")
    canvas.write("", x: 3, y: 3)
    #expect(picture(canvas) == " x接·失·\n连·yy失·\n连· -- \n连·接·失·")
  }

  @Test func `a child placed over wide characters leaves no halves, nor do its own at the edge`() {
    var canvas = Canvas(size: Size(width: 8, height: 2))
    canvas.write("连接失败", x: 0, y: 0)
    canvas.write("连接失败", x: 0, y: 1)
    var child = Canvas(size: Size(width: 4, height: 2))
    child.write("超时", x: 0, y: 0)
    child.write("abcd", x: 0, y: 1)
    var other = canvas
    canvas.place(child, at: Point(x: 1, y: 0))
    #expect(picture(canvas) == " 超·时· 败·\n abcd 败·")
    other.place(child, at: Point(x: -1, y: 0))
    other.place(child, at: Point(x: 5, y: 1))
    #expect(picture(other) == " 时· 失·败·\nbcd  超· ")
  }

  @Test func `nothing is drawn outside, however wrong the place`() {
    var canvas = Canvas(size: Size(width: 3, height: 2))
    let child = Canvas(size: Size(width: 9, height: 9))
    for x in [Int.min / 2, -4, 3, Int.max / 2] {
      canvas.write("hello", x: x, y: 0)
      canvas.write("hello", x: 0, y: x)
      canvas.fill(Rect(x: x, y: x, width: 2, height: 2), with: "#")
      canvas.highlight(Rect(x: x, y: 0, width: 1, height: 1), with: .selection)
      canvas.place(child, at: Point(x: x, y: x))
    }
    canvas.fill(Rect(x: 1, y: 1, width: Int.max, height: Int.max), with: "#")
    #expect(canvas.write("x", x: 2, y: 0, width: Int.max) == 1)
    #expect(canvas.write("x", x: 0, y: 0, width: -3) == 0)
    #expect(picture(canvas) == "  x\n ##")
    #expect(Canvas(size: Size(width: -1, height: 3)).text == "\n\n")
  }

  @Test func `a search is laid over the text that it finds, by cells`() {
    var canvas = Canvas(size: Size(width: 30, height: 1))
    canvas.write("连接 Timeout\tand timeout", x: 0, y: 0, searching: TextSearch("timeout"))
    let matched = (0..<30).filter { canvas[$0, 0].style.background == .match }
    #expect(matched == Array(5...11) + Array(20...26))
    var clipped = Canvas(size: Size(width: 8, height: 1))
    clipped.write("a timeout", x: 0, y: 0, width: 6, searching: TextSearch("timeout"), match: .matchCurrent)
    #expect((0..<8).filter { clipped[$0, 0].style.background == .matchCurrent } == [2, 3, 4, 5])
  }

  @Test func `a highlight covers whole characters`() {
    var canvas = Canvas(size: Size(width: 6, height: 1))
    canvas.write("连接失", x: 0, y: 0)
    canvas.highlight(Rect(x: 1, y: 0, width: 2, height: 1), with: .selection)
    #expect((0..<6).filter { canvas[$0, 0].style.background != nil } == [0, 1, 2, 3])
  }

  @Test func `a cell is sixteen bytes`() {
    #expect(MemoryLayout<Cell>.stride == 16)
  }
}
