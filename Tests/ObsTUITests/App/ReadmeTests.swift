import Foundation
import Testing

@testable import ObsTUI

@Suite struct `README` {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "README.md")
  private static let opening =
    "<!-- keys: made from the table of commands; RECORD=1 swift test --filter README writes it -->\n"
  private static let closing = "<!-- end of keys -->"

  /// The table of keys in Markdown, from the commands' own table.
  private static var table: String {
    let scopes: [(CommandScope, String)] = [
      (.global, "Everywhere"), (.logs, "Log pane"), (.traces, "Trace pane"), (.waterfall, "Waterfall"),
      (.metrics, "Metric pane"), (.commandLineOnly, "Command line"),
    ]
    var text = "| keys | what they do |\n|---|---|\n"
    for (scope, title) in scopes {
      let commands = Command.allCases.filter { Command.table[$0]?.scope == scope }
      guard !commands.isEmpty else { continue }
      text += "| **\(title)** | |\n"
      for command in commands {
        var keys = Keymap.standard.keys(for: command).map { "`\($0.name)`" }.joined(separator: " ")
        if scope == .commandLineOnly {
          keys = "`:" + command.name + (Command.table[command]?.argument.map { " " + $0 } ?? "") + "`"
        }
        text += "| \(keys.replacing("|", with: "\\|")) | \(command.help) |\n"
      }
    }
    return text
  }

  @Test func `has the table of keys that the program has`() throws {
    var readme = try String(contentsOf: Self.path, encoding: .utf8)
    let start = try #require(readme.range(of: Self.opening)).upperBound
    let end = try #require(readme.range(of: Self.closing)).lowerBound
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      readme.replaceSubrange(start..<end, with: Self.table)
      try readme.write(to: Self.path, atomically: true, encoding: .utf8)
    } else {
      #expect(String(readme[start..<end]) == Self.table)
    }
  }

  @Test func `names every theme and every subcommand`() throws {
    let readme = try String(contentsOf: Self.path, encoding: .utf8)
    for theme in ThemeLibrary.builtIn.keys { #expect(readme.contains("`\(theme)`"), "\(theme)") }
    for command in ["obs-tui demo", "obs-tui snapshot", "obs-tui config check", "obs-tui config show"] {
      #expect(readme.contains(command))
    }
  }
}
