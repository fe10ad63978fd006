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
      (.metrics, "Metric pane"), (.explorer, "Metrics explorer"), (.alerts, "Alerts"), (.dashboards, "Dashboard"),
      (.dependencies, "Service graph"),
      (.commandLineOnly, "Command line"),
    ]
    var text = "| keys | what they do |\n|---|---|\n"
    for (scope, title) in scopes {
      let rows = Keymap.standard.help(for: scope)
      guard !rows.isEmpty else { continue }
      text += "| **\(title)** | |\n"
      for row in rows {
        let names = scope == .commandLineOnly ? [row.keys] : row.keys.split(separator: " ").map(String.init)
        let keys = names.map { "`\($0)`" }.joined(separator: " ")
        text += "| \(keys.replacing("|", with: "\\|")) | \(row.help) |\n"
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
