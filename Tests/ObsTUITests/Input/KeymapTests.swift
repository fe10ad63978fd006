import Testing

@testable import ObsTUI

@Suite struct KeymapTests {
  @Test func `the defaults are free of collisions, and each of their keys has a name`() throws {
    #expect(Keymap.standard.collisions == [])
    for command in Command.allCases {
      let entry = try #require(Command.table[command], "\(command) is not in the table")
      #expect(!entry.help.isEmpty && !entry.help.hasSuffix("."))
      for key in entry.keys { #expect(throws: Never.self) { try Key.parse(key) } }
    }
    #expect(Set(Command.allCases.map(\.name)).count == Command.allCases.count)
  }

  /// The keys that the issue fixes, the same in every pane.
  @Test(arguments: [
    ("j", Command.down), ("k", .up), ("down", .down), ("up", .up), ("left", .left), ("right", .right), ("g", .top),
    ("G", .bottom), ("ctrl-d", .halfPageDown), ("ctrl-u", .halfPageUp), ("space", .pageDown), ("b", .pageUp),
    ("tab", .focusNext), ("z", .maximise), ("/", .search), ("n", .nextMatch), ("N", .previousMatch), ("&", .query),
    (":", .commandLine), ("?", .help), ("f1", .help), ("T", .cycleTimeDisplay), ("m", .mark), ("y", .copy),
    ("ctrl-r", .refresh), ("ctrl-l", .redraw), ("ctrl-z", .suspend), ("f2", .toggleMouse), ("q", .quit),
    ("escape", .back), ("p", .toggleFreeze), ("(", .stepWindowBack), (")", .stepWindowForward), ("+", .lengthenWindow),
    ("-", .shortenWindow), ("s", .pickService), ("0", .allServices), ("1", .service1), ("9", .service9),
    ("[", .previousService), ("]", .nextService), ("enter", .open),
  ])
  func `global keys mean the same in every pane`(name: String, command: Command) throws {
    let key = try Key.parse(name)
    for scope in [CommandScope.global, .logs, .traces, .waterfall] {
      #expect(Keymap.standard.command(for: key, in: scope) == command)
    }
  }

  @Test func `a pane's keys are heard in that pane`() {
    #expect(Keymap.standard.command(for: .character("l"), in: .logs) == .cycleLevel)
    #expect(Keymap.standard.command(for: .character("l"), in: .traces) == nil)
    #expect(Keymap.standard.command(for: .character("L"), in: .waterfall) == .logsOfTrace)
    #expect(Keymap.standard.command(for: .control("K"), in: .logs) == nil)
  }

  @Test func `keys of the settings replace a command's own`() throws {
    let keymap = try Keymap(bindings: [
      KeyBinding(command: "half-page-down", keys: ["ctrl-f", "J"], location: "c:1:1"),
      KeyBinding(command: "link", keys: ["K"], location: "c:2:1"),
      KeyBinding(command: "mark", keys: [], location: "c:3:1"),
    ])
    #expect(keymap.command(for: .control("f"), in: .logs) == .halfPageDown)
    #expect(keymap.command(for: .control("d"), in: .logs) == nil)
    #expect(keymap.command(for: .character("K"), in: .traces) == .link)
    #expect(keymap.command(for: .character("m"), in: .global) == nil)
    #expect(keymap.keyNames(for: .halfPageDown) == "ctrl-f J")
  }

  @Test(arguments: [
    ("K", "mrak", "c:7:3: there is no command “mrak”; did you mean “mark”?"),
    ("entr", "mark", "c:7:3: there is no key “entr”; did you mean “enter”?"),
    ("ctrl-c", "mark", "c:7:3: ctrl-c always ends the program"),
    ("K", "theme", "c:7:3: “theme” needs a NAME, which a key cannot give"),
    ("j", "mark", "c:7:3: “j” is bound twice, to “mark” and to “down” by default; give “down” other keys, or []"),
    (
      "j", "cycle-level",
      "c:7:3: “j” is bound twice, to “cycle-level” and to “down” by default; give “down” other keys, or []"
    ),
    (
      "v", "copy",
      "c:7:3: “v” is bound twice, to “copy” and to “view-fields” by default; give “view-fields” other keys, or []"
    ),
  ])
  func `a mistake in the settings is told with its place`(key: String, command: String, message: String) {
    #expect(throws: KeymapError(messages: [message])) {
      try Keymap(bindings: [KeyBinding(command: command, keys: [key], location: "c:7:3")])
    }
  }

  @Test func `two of the user's own bindings that collide are told once, at the later`() {
    #expect(throws: KeymapError(messages: ["c:2:1: “K” is bound twice, to “copy” and to “mark”"])) {
      try Keymap(bindings: [
        KeyBinding(command: "mark", keys: ["K"], location: "c:1:1"),
        KeyBinding(command: "copy", keys: ["K"], location: "c:2:1"),
      ])
    }
    #expect(throws: KeymapError(messages: ["c:2:1: the keys of “mark” are already set at c:1:1"])) {
      try Keymap(bindings: [
        KeyBinding(command: "mark", keys: ["K"], location: "c:1:1"),
        KeyBinding(command: "mark", keys: ["K"], location: "c:2:1"),
      ])
    }
  }

  @Test func `help is made from the map`() throws {
    let logs = Keymap.standard.help(for: .logs)
    #expect(logs.map(\.keys).prefix(3) == ["l", "v", "F"])
    #expect(Keymap.standard.help(for: .commandLineOnly).first?.keys == ":context NAME")
    let keymap = try Keymap(bindings: [
      KeyBinding(command: "follow", keys: [], location: ""), KeyBinding(command: "down", keys: ["J"], location: ""),
    ])
    #expect(!keymap.help(for: .logs).map(\.keys).contains("F"))
    #expect(keymap.help(for: .global).first == Keymap.HelpRow(keys: "J", help: "down one line"))
  }

  @Test func `an alt key that nothing is bound to was Esc and a character`() throws {
    #expect(Keymap.standard.expand(.alt("j"), in: .logs) == [.escape, .character("j")])
    #expect(Keymap.standard.expand(.character("j"), in: .logs) == [.character("j")])
    let keymap = try Keymap(bindings: [KeyBinding(command: "link", keys: ["alt-j"], location: "")])
    #expect(keymap.expand(.alt("j"), in: .logs) == [.alt("j")])
  }
}
