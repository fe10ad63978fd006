import Testing

@testable import ObsTUI

/// The keys of some input that comes at once, and of what is left when nothing more comes.
private func decode(_ text: String) -> [Key] {
  var decoder = KeyDecoder()
  return text.unicodeScalars.flatMap { decoder.feed(.scalar($0.value)) } + decoder.feed(.end)
}

@Suite struct KeyDecoderTests {
  @Test(arguments: [
    ("j", [Key.character("j")]), ("世", [.character("世")]), (" ", [.character(" ")]), ("\r", [.enter]),
    ("\n", [.control("j")]),
    ("\t", [.tab]), ("\u{7F}", [.backspace]), ("\u{8}", [.backspace]), ("\u{4}", [.control("d")]),
    ("\u{1A}", [.control("z")]),
    ("\0", [.control(" ")]), ("\u{1C}", [.control("\\")]), ("\u{9B}", []),
    ("\u{1B}", [.escape]), ("\u{1B}\u{1B}", [.escape, .escape]), ("\u{1B}x", [.alt("x")]),
    ("\u{1B}\u{7F}", [.alt("\u{7F}")]),
    ("\u{1B}\r", [.escape, .enter]), ("\u{1B}[", [.alt("[")]), ("\u{1B}O", [.alt("O")]),
    ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]), ("\u{1B}[1;2C", [.shiftRight]), ("\u{1B}[1;2D", [.shiftLeft]),
    ("\u{1B}[1;5D", [.alt("b")]), ("\u{1B}[1;3C", [.alt("f")]), ("\u{1B}[H", [.home]), ("\u{1B}[F", [.end]),
    ("\u{1B}[1~", [.home]), ("\u{1B}[4~", [.end]), ("\u{1B}[7~", [.home]), ("\u{1B}[8~", [.end]), ("\u{1B}OH", [.home]),
    ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[3~", [.delete]), ("\u{1B}[2~", [.insert]),
    ("\u{1B}[Z", [.backTab]), ("\u{1B}OP", [.function(1)]), ("\u{1B}[12~", [.function(2)]),
    ("\u{1B}[24~", [.function(12)]),
    ("\u{1B}[I", []), ("\u{1B}[99;5u", []), ("\u{1B}[99999999999999999999~x", [.character("x")]), ("\u{1B}[1;5", []),
    ("\u{1B}[<0;5;6M", [.click(Point(x: 4, y: 5))]), ("\u{1B}[<65;1;1M", [.wheelDown(Point(x: 0, y: 0))]),
    ("\u{1B}[<0;5;6m", []), ("\u{1B}[<0;0;0M", []),
    ("jk\u{1B}[Bl", [.character("j"), .character("k"), .down, .character("l")]),
  ])
  func `sequences are keys, unknown ones are nothing`(text: String, keys: [Key]) {
    #expect(decode(text) == keys)
  }

  @Test func `pasted text is one event, whatever it holds`() {
    #expect(decode("\u{1B}[200~q\r:quit\r\u{1B}[A世\u{1B}[201~j") == [.paste("q\n:quit\n[A世"), .character("j")])
    #expect(decode("\u{1B}[200~\u{1B}[201~") == [.paste("")])
    #expect(decode("\u{1B}[200~\u{1B}\u{1B}[201~") == [.paste("")])
  }

  @Test func `a paste may come in pieces, and keys of curses inside it are text`() {
    var decoder = KeyDecoder()
    func feed(_ text: String) -> [Key] { text.unicodeScalars.flatMap { decoder.feed(.scalar($0.value)) } }
    #expect(feed("\u{1B}[200~ab") == [])
    #expect(decoder.feed(.end) == [])
    #expect(decoder.feed(.key(.up)) == [])
    #expect(decoder.feed(.key(.enter)) == [])
    #expect(feed("cd\u{1B}[20") == [])
    #expect(decoder.feed(.end) == [])
    #expect(feed("1~") == [.paste("ab\ncd")])
  }

  @Test func `a paste whose end got lost is ended by Esc`() {
    var decoder = KeyDecoder()
    for scalar in "\u{1B}[200~abc\u{1B}".unicodeScalars { #expect(decoder.feed(.scalar(scalar.value)) == []) }
    #expect(decoder.feed(.end) == [.paste("abc")])
    #expect(decoder.feed(.scalar(0x6A)) == [.character("j")])
  }

  @Test func `a paste is bounded`() {
    let keys = decode("\u{1B}[200~" + String(repeating: "世", count: 50_000) + "\u{1B}[201~")
    guard case .paste(let text)? = keys.first else { return #expect(Bool(false), "no paste") }
    #expect(text.utf8.count <= KeyDecoder.pasteLimit && text.utf8.count > KeyDecoder.pasteLimit - 4)
  }

  @Test func `no input is a trap`() {
    var random = SystemRandomNumberGenerator()
    var decoder = KeyDecoder()
    let alphabet: [UInt32] = [
      0x1B, 0x5B, 0x4F, 0x30, 0x32, 0x3B, 0x7E, 0x3C, 0x4D, 0x41, 0, 0x7F, 0xD800, 0x110000, 0xFFFF_FFFF,
    ]
    for _ in 0..<20_000 {
      _ = decoder.feed(.scalar(alphabet.randomElement(using: &random) ?? 0))
      if Int.random(in: 0..<9, using: &random) == 0 { _ = decoder.feed(.end) }
    }
  }
}
