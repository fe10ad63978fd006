import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct TerminalKinds {
    @Test(arguments: ["xterm-256color", "screen-256color", "xterm-mono", "linux"])
    func `every kind of terminal shows the dashboard and marks the selection`(terminal: String) async throws {
      let tmux = try await Tmux.dashboard(width: 100, height: 30, terminal: terminal)
      try tmux.press("k")
      let screen = try await tmux.wait(until: "a selection") { $0.selection.map(Screen.isLogLine) == true }
      #expect(screen.header.contains("LIVE"))
      let hasColours = screen.coloured.contains(#/\u{1B}\[[0-9;]*(3[0-7]|38;5;\d+)[;m]/#)
      #expect(hasColours == (terminal != "xterm-mono"))
      try tmux.press("C-l")
      // Columns may have become wider meanwhile; the line is the same.
      let line = try #require(screen.selection?.prefix(14))
      try await tmux.wait(until: "the same after drawing it anew") { $0.selection?.prefix(14) == line }
      try await tmux.quit()
      #expect(tmux.property("alternate_on") == "0")
    }

    @Test func `a locale without UTF-8 gets a screen of ASCII alone`() async throws {
      let tmux = try await Tmux.dashboard(environment: ["LC_ALL": "C"])
      try await tmux.wait(for: "request rate")
      let screen = try await tmux.wait(until: "traces") { $0.text.contains("api-gateway: ") }
      #expect(screen.text.utf8.allSatisfy { $0 < 0x80 })
      #expect(screen.lines.contains { $0.hasPrefix("- Logs - errors") || $0.hasPrefix("- Logs") })
      try tmux.press("k", "Enter")
      let waterfall = try await tmux.wait(for: "- Trace ")
      #expect(waterfall.text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `a locale that the machine lacks is still drawn in UTF-8`() async throws {
      let tmux = try await Tmux.dashboard(environment: ["LC_ALL": "xx_YY.UTF-8"])
      #expect(tmux.screen.text.contains("━ Logs"))
    }

    @Test func `NO_COLOR leaves attributes and no colours`() async throws {
      let tmux = try await Tmux.dashboard(environment: ["NO_COLOR": "1"])
      try tmux.press("k")
      let screen = try await tmux.wait(until: "a selection") { $0.selection.map(Screen.isLogLine) == true }
      let codes = screen.coloured.matches(of: #/\u{1B}\[([0-9;]*)m/#).flatMap { $0.output.1.split(separator: ";") }
      let colours = codes.compactMap { Int($0) }.filter {
        (30...38).contains($0) || (40...48).contains($0) || (90...107).contains($0)
      }
      #expect(colours == [])
    }
  }
}
