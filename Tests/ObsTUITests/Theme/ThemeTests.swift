import Foundation
import Testing

@testable import ObsTUI

@Suite struct ThemeTests {
  private static let names = [
    "default", "light", "high-contrast", "colour-blind", "nord", "gruvbox", "solarized", "mono",
  ]
  private let library = ThemeLibrary(folder: nil)

  @Test func `the themes are those of the folder, compiled in`() throws {
    #expect(library.names == ["default"] + Self.names.filter { $0 != "default" }.sorted())
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../themes")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".yaml") {
      let data = try Data(contentsOf: folder.appendingPathComponent(name))
      #expect(ThemeLibrary.builtIn[String(name.dropLast(5))].map { Data($0) } == data, "\(name)")
    }
  }

  @Test(arguments: names)
  func `every theme names every role, and text is never as its background`(name: String) throws {
    let theme = try library.theme(named: name)
    #expect(!theme.summary.isEmpty)
    for role in Role.allCases {
      #expect(
        theme[role].emphasis != nil || theme[role].foreground != nil || theme[role].background != nil, "\(role.name)")
      for depth in ColorDepth.allCases {
        for over in [nil, Role.selection, .selectionUnfocused, .match, .matchCurrent] {
          let style = theme.resolve(Style(role, on: over), depth: depth)
          if style.background != .terminal {
            #expect(style.foreground != style.background, "\(name) \(role.name) on \(over?.name ?? "-") at \(depth)")
          }
        }
      }
    }
  }

  /// WCAG 2's contrast: 4.5 is what it asks of text, 3 of large text and of graphics.
  @Test(arguments: names)
  func `text can be read`(name: String) throws {
    let theme = try library.theme(named: name)
    func contrast(_ style: Style) -> Double {
      let resolved = theme.resolve(style, depth: .truecolor)
      func luminance(_ color: Color, _ own: Color) -> Double {
        (color == .terminal ? own : color).luminance(fallback: 0)
      }
      var pair = [
        luminance(resolved.foreground, theme.pictureForeground),
        luminance(resolved.background, theme.pictureBackground),
      ]
      pair.sort()
      return (pair[1] + 0.05) / (pair[0] + 0.05)
    }
    let graphics: Set<Role> = [.border, .spanGuide, .chartGap, .axis]
    for role in Role.allCases where role != .cursor {
      #expect(
        contrast(Style(role)) >= (graphics.contains(role) ? 1.9 : 4.5), "\(name) \(role.name) \(contrast(Style(role)))")
    }
    for role in [Role.logError, .logWarning, .logMessage, .logTime, .logService, .text] {
      for over in [Role.selection, .selectionUnfocused, .match, .matchCurrent] {
        let got = contrast(Style(role, on: over))
        #expect(got >= 3, "\(name) \(role.name) on \(over.name) \(got)")
      }
    }
  }

  @Test(arguments: names)
  func `without colours emphasis alone tells what matters`(name: String) throws {
    let theme = try library.theme(named: name)
    func emphasis(_ role: Role, on over: Role? = nil) -> Emphasis {
      let style = theme.resolve(Style(role, on: over), depth: .mono)
      #expect(style.foreground == .terminal && style.background == .terminal)
      return style.emphasis
    }
    #expect(emphasis(.logMessage, on: .selection) != emphasis(.logMessage))
    #expect(emphasis(.logMessage, on: .selection) != emphasis(.logMessage, on: .selectionUnfocused))
    #expect(emphasis(.logMessage, on: .match) != emphasis(.logMessage, on: .matchCurrent))
    #expect(emphasis(.logMessage, on: .match) != emphasis(.logMessage))
    #expect(emphasis(.logError) != emphasis(.logWarning) && emphasis(.logWarning) != emphasis(.logInfo))
    #expect(emphasis(.borderFocused) != emphasis(.border))
    #expect(emphasis(.serviceSelected) != emphasis(.serviceOK))
    #expect(emphasis(.contextProduction) != emphasis(.context))
  }

  @Test(arguments: names)
  func `a selection shows at every depth`(name: String) throws {
    let theme = try library.theme(named: name)
    for depth in ColorDepth.allCases {
      for over in [Role.selection, .selectionUnfocused] {
        #expect(
          theme.resolve(Style(.logMessage, on: over), depth: depth) != theme.resolve(Style(.logMessage), depth: depth),
          "\(name) \(over.name) at \(depth)")
      }
    }
  }

  @Test(arguments: [
    ("#ff5f5f", "203 203", "9", "1"), ("#5fafff", "75 75", "12", "4"), ("#000000", "16 16", "0", "0"),
    ("#ffffff", "231 231", "15", "7"), ("#00ff00", "46 46", "10", "2"), ("red", "1 1", "1", "1"),
    ("bright-blue", "12 12", "12", "4"), ("gray", "8 8", "8", "7"), ("208", "208 208", "9", "1"),
  ])
  func `a colour goes to the nearest that there is`(text: String, at256: String, at16: String, at8: String) throws {
    let color = try #require(Color(text))
    func index(_ depth: ColorDepth) -> String {
      if case .indexed(let index) = color.nearest(in: depth) { return "\(index)" }
      return "terminal"
    }
    #expect(
      index(.indexed256) == at256.split(separator: " ")[0] && index(.ansi16) == at16 && index(.ansi8) == at8,
      "\(index(.indexed256)) \(index(.ansi16)) \(index(.ansi8))")
    #expect(index(.mono) == "terminal")
  }

  @Test(arguments: ["", "reddish", "#12", "#12345", "#gggggg", "#+12345", "256", "-1", "#", "1e3"])
  func `what is no colour is none`(text: String) { #expect(Color(text) == nil) }

  @Test func `short and long colours, and a role's own parts`() throws {
    #expect(Color("#fa0") == .rgb(red: 0xFF, green: 0xAA, blue: 0))
    let theme = try theme(
      "roles:\n  text: white on black\n  log: cyan italic\n  log.error: bold\n  log.warning: plain\n")
    func style(_ role: Role) -> ResolvedStyle { theme.resolve(Style(role), depth: .ansi16) }
    #expect(style(.logError) == ResolvedStyle(foreground: .indexed(6), background: .indexed(0), emphasis: .bold))
    #expect(style(.logWarning) == ResolvedStyle(foreground: .indexed(6), background: .indexed(0), emphasis: []))
    #expect(style(.logInfo) == ResolvedStyle(foreground: .indexed(6), background: .indexed(0), emphasis: .italic))
    #expect(style(.help) == ResolvedStyle(foreground: .indexed(7), background: .indexed(0), emphasis: []))
  }

  private func theme(_ yaml: String) throws -> Theme {
    try ThemeFile.theme(name: "t", from: [ThemeFile(yaml: yaml, path: "t.yaml")])
  }

  @Test(arguments: [
    ("roles:\n  log.eror: red\n", "t.yaml:2:13: there is no role “log.eror”; did you mean “log.error”?"),
    ("rules: {}\n", "t.yaml:1:1: there is no key “rules” in a theme; did you mean “roles”?"),
    ("roles:\n  text: redd\n", "t.yaml:2:9: “redd” is neither a colour nor an emphasis; did you mean “red”?"),
    ("palette:\n  sea: blueish\n", "t.yaml:2:8: “blueish” is no colour: #rrggbb, a name such as bright-blue, 0…255"),
    ("palette:\n  sea: #5fafff\n", "t.yaml:2:7: nothing is here; a colour that begins with # must stand in quotes"),
    ("roles:\n  text: [red]\n", "t.yaml:2:9: here belongs a text such as “red bold on black”"),
    ("roles: red\n", "t.yaml:1:8: here belongs a list of `name: value`"),
    ("- x\n", "t.yaml:1:1: a theme is a list of `key: value`"), ("", "t.yaml:1:1: the file is empty"),
    ("roles: {\n", "t.yaml:2:1: did not find expected node content"),
  ])
  func `a mistake is told with its place`(yaml: String, message: String) {
    #expect(throws: ThemeError(messages: [message])) { try theme(yaml) }
  }

  @Test func `a user's theme comes first and may build on the one of its name`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ name: String, _ yaml: String) throws {
      try yaml.write(to: folder.appendingPathComponent(name + ".yaml"), atomically: true, encoding: .utf8)
    }
    try write("nord", "summary: mine\ninherits: nord\npalette:\n  red: \"#ff0000\"\n")
    try write("a", "inherits: b\n")
    try write("b", "inherits: a\n")
    try write("c", "inherits: nrod\n")
    let library = ThemeLibrary(folder: folder)
    let nord = try library.theme(named: "nord")
    #expect(nord.summary == "mine")
    #expect(nord.resolve(Style(.logError), depth: .truecolor).foreground == .rgb(red: 255, green: 0, blue: 0))
    #expect(nord[.text] == (try ThemeLibrary(folder: nil).theme(named: "nord"))[.text])
    #expect(library.names.contains("a"))
    for (name, part) in [
      ("c", "c.yaml:1:11: there is no theme “nrod”; did you mean “nord”?"), ("../nord", "there is no theme “../nord”"),
      ("a", "no theme “a”"),
    ] {
      do {
        _ = try library.theme(named: name)
        Issue.record("\(name) was read")
      } catch { #expect(error.description.contains(part), "\(error)") }
    }
  }
}
