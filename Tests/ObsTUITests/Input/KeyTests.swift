import Testing

@testable import ObsTUI

@Suite struct KeyTests {
  @Test(arguments: [
    ("j", Key.character("j")), ("G", .character("G")), ("/", .character("/")), ("世", .character("世")),
    ("space", .character(" ")), ("Enter", .enter), ("tab", .tab), ("shift-tab", .backTab), ("backtab", .backTab),
    ("esc", .escape), ("ctrl-d", .control("d")), ("Ctrl-D", .control("d")), ("ctrl-\\", .control("\\")),
    ("f1", .function(1)),
    ("F12", .function(12)), ("alt-x", .alt("x")), ("alt-X", .alt("X")), ("shift-left", .shiftLeft), ("pgdn", .pageDown),
    ("ctrl-i", .tab), ("ctrl-m", .enter), ("ctrl-h", .backspace), ("alt-backspace", .alt("\u{7F}")),
    ("-", .character("-")),
  ])
  func `a key is known by its name`(name: String, key: Key) throws {
    #expect(try Key.parse(name) == key)
    #expect(try Key.parse(key.name) == key)
  }

  @Test(arguments: [
    ("entr", "there is no key “entr”; did you mean “enter”?"), ("f99", "there is no key “f99”"),
    ("ctrl-é", "there is no key “ctrl-é”; did you mean “ctrl-[”?"), ("", "there is no key “”"),
    ("hello world", "there is no key “hello world”"),
  ])
  func `a name that no key has is told`(name: String, message: String) {
    #expect(throws: KeyError(description: message)) { try Key.parse(name) }
  }

  @Test func `a script is keys between spaces and typed text in quotes`() throws {
    let typed = "msg \"x\" 世".map { Key.character($0) }
    #expect(
      try Key.script(" tab j  enter \"msg \\\"x\\\" 世\" ctrl-d ")
        == [.tab, .character("j"), .enter] + typed + [.control("d")])
    #expect(try Key.script("") == [])
    #expect(throws: KeyError(description: "there is no key “entr”; did you mean “enter”?")) { try Key.script("j entr") }
    #expect(throws: KeyError(description: "a quotation mark is missing at the end of the typed text")) {
      try Key.script("j \"msg")
    }
  }
}
