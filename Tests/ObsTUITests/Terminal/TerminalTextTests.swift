import Foundation
import Testing

@testable import ObsTUI

@Suite struct TerminalTextTests {
  @Test func `text goes to the clipboard as base64, long text up to what terminals take`() {
    #expect(Clipboard.sequence(for: "hello 世界") == "\u{1B}]52;c;aGVsbG8g5LiW55WM\u{7}")
    #expect(Clipboard.notice(for: "hello", what: "the line") == "copied the line")
    let long = String(repeating: "世", count: 30_000)
    #expect(
      Clipboard.notice(for: long, what: "the page")
        == "copied the first 74994 of 90000 bytes of the page: terminals take no more")
    #expect(Clipboard.sequence(for: long).utf8.count <= 100_000)
    let odd = "x" + long
    #expect(Clipboard.notice(for: odd, what: "the page").hasPrefix("copied the first 74992 of 90001 bytes"))
    #expect(!Clipboard.sequence(for: odd).contains("77+9"), "a character was cut in the middle")
  }

  @Test func `tmux is told by its variable`() {
    #expect(Clipboard.isInsideTmux(["TMUX": "/tmp/tmux-0/default,1,0"]))
    #expect(!Clipboard.isInsideTmux(["TMUX": ""]) && !Clipboard.isInsideTmux([:]))
  }

  @Test(arguments: [
    ("┌─┐│└┘", "+-+|++"), ("▁▂▃▄▅▆▇█", "_.:-=+*#"), ("▼ 38 new…", "v 38 new."), ("␛⟨202E⟩", "^<202E>"), ("é失", "??"),
  ])
  func `where there is only ASCII, drawings keep their shape`(text: String, ascii: String) {
    let shown = text.unicodeScalars.map { Character(ASCIIGlyph.character(for: $0.value)) }
    #expect(String(shown) == ascii)
  }

  @Test(arguments: [
    ([:], "standard input is no terminal"), (["TERM": "xterm"], "standard input is no terminal"),
  ])
  func `without a terminal there is a sentence`(environment: [String: String], start: String) {
    guard isatty(STDIN_FILENO) == 0 else { return }
    do {
      _ = try Terminal.open(environment: environment)
      Issue.record("opened")
    } catch { #expect(error.description.hasPrefix(start)) }
  }
}
