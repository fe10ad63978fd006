import Testing

extension EndToEnd {
  @Suite(.serialized) struct Drill {
    @Test func `from an error line into its trace, to the trace's logs, and back to the same line`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.press("k", "k", "k")
      let line = try #require(
        try await tmux.wait(until: "a selection") { $0.selection.map(Screen.isLogLine) == true }.selection)
      let service = try #require(line.firstMatch(of: #/ E (\S+)/#)?.output.1)

      try tmux.press("Enter")
      // The demo's traces arrive late, as they do; the screen asks again by itself.
      let waterfall = try await tmux.wait(until: "the waterfall with a span selected", seconds: 60) {
        $0.text.contains("━ Trace ") && $0.selection?.contains(service) == true
      }
      let title = try #require(waterfall.lines.first { $0.hasPrefix("━ Trace ") })
      let id = try #require(title.firstMatch(of: #/[0-9a-f]{32}/#)?.output)
      #expect(waterfall.text.contains("│0s"), "a time axis")
      // The line's own tick hides a bar of one cell.
      let selected = try #require(waterfall.selection)
      #expect(selected.contains(#/[▓█▌▐▏▎▍▋▊▉▕]| E +\d/#), "a bar in \(selected)")
      #expect(waterfall.text.contains("─ Metrics"), "the sparklines stay")

      try tmux.press("L")
      let logs = try await tmux.wait(until: "the logs of the trace") { $0.firstPane.contains(where: Screen.isLogLine) }
      #expect(try #require(logs.firstPane.first).contains("Logs of trace \(id.prefix(8))"))
      let message = try #require(line.firstMatch(of: #/ E \S+ +(.*)/#)?.output.1)
      try await tmux.wait(until: "the line among them") {
        $0.firstPane.dropFirst().contains { $0.contains(message.prefix(30)) }
      }

      try tmux.press("Escape")
      try await tmux.wait(for: "━ Trace \(id)")
      try tmux.press("Escape")
      try await tmux.wait(until: "the same line") { $0.text.contains("━ Logs · errors") && $0.selection == line }
      try await tmux.quit()
    }

    @Test func `a trace of the list opens and q leads back to the list`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.press("Tab")
      try await tmux.wait(until: "traces") { $0.text.contains("━ Traces") && $0.text.contains("api-gateway: ") }
      try tmux.press("j", "Enter")
      try await tmux.wait(for: "━ Trace ")
      try tmux.press("q")
      try await tmux.wait(for: "━ Traces")
      try await tmux.quit()
    }

    @Test func `all fields of a line are shown and closed again`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.press("k", "v")
      try await tmux.wait(for: "span_id")
      try tmux.press("Escape")
      try await tmux.wait(without: "span_id")
    }

    @Test func `a trace that the store does not have is asked for again, and the screen says so`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.command("trace 0123456789abcdef0123456789abcdef")
      try await tmux.wait(for: "━ Trace 0123456789abcdef0123456789abcdef · not there yet")
      try await tmux.wait(for: "asked 3 times")
      try tmux.press("Escape")
      try await tmux.wait(for: "─ Logs")
    }
  }
}
