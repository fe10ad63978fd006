import Testing

extension EndToEnd {
  @Suite(.serialized) struct Sizes {
    @Test(arguments: [(80, 24), (120, 40), (300, 100), (40, 10)])
    func `the screen is whole at every size that is promised`(width: Int, height: Int) async throws {
      let tmux = try await Tmux.dashboard(width: width, height: height)
      let screen = try await tmux.wait(until: "services") { $0.lines[1].contains("api-gateway") }
      #expect(screen.header.contains(#/^  default  LIVE 15m  \d\d:\d\d:\d\d UTC/#))
      #expect(screen.lines[1].hasPrefix(" 0 all "))
      #expect(screen.lines[height - 1].contains("enter trace"), "the footer is the last row")
      #expect(screen.lines.allSatisfy { Screen.cells($0) <= width })
      for line in screen.lines where line.hasPrefix("━") || line.hasPrefix("─") {
        #expect(Screen.cells(line) == width, "a rule goes from side to side")
      }
      let titles = ["Logs · errors", "Traces", "Metrics"].filter { screen.text.contains($0) }
      #expect(titles.count == (width < 76 ? 1 : 3))
      try await tmux.quit()
      #expect(tmux.property("alternate_on") == "0")
    }

    @Test func `panes side by side keep their border in one column`() async throws {
      let tmux = try await Tmux.dashboard(width: 120, height: 40)
      try await tmux.wait(for: "request rate")
      let screen = try await tmux.wait(until: "traces") { $0.text.contains("api-gateway: ") }
      let rule = try #require(screen.lines.firstIndex { $0.hasPrefix("─ Traces") })
      let columns = screen.lines[(rule + 1)..<39].map { line in
        line.firstIndex(of: "│").map { Screen.cells(line[..<$0]) }
      }
      #expect(Set(columns) == [60])
    }

    @Test func `a screen that is too small says what it needs and fills when it grows`() async throws {
      let servers = try await DemoServer.shared.environment
      let tmux = try await Tmux(width: 30, height: 8, environment: servers)
      try tmux.start()
      let screen = try await tmux.wait(for: "obs-tui needs 40×10")
      #expect(screen.text.contains("this terminal has 30×8"))
      try tmux.resize(width: 80, height: 24)
      try await tmux.wait(until: "log lines") { $0.firstPane.contains(where: Screen.isLogLine) }
      try await tmux.quit()
    }

    @Test func `tab walks through the panes and z gives one of them the whole screen`() async throws {
      let tmux = try await Tmux.dashboard(width: 80, height: 24)
      for title in ["━ Traces", "━ Metrics", "━ Logs"] {
        try tmux.press("Tab")
        try await tmux.wait(for: title)
      }
      try tmux.press("BTab")
      try await tmux.wait(for: "━ Metrics")
      try tmux.press("BTab", "z")
      let one = try await tmux.wait(without: "Metrics ")
      #expect(one.lines[2].hasPrefix("━ Traces"))
      #expect(!one.text.contains("─ Logs"))
      try tmux.press("z")
      let all = try await tmux.wait(for: "Metrics ")
      #expect(all.text.contains("─ Logs") && all.text.contains("━ Traces"))
    }

    @Test func `a new size keeps the selected line`() async throws {
      let tmux = try await Tmux.dashboard(width: 120, height: 40)
      try tmux.press("k")
      let newest = try await tmux.wait(until: "a selection") { $0.selection.map(Screen.isLogLine) == true }.selection
      try tmux.press("k")
      let moved = try await tmux.wait(until: "the line above") {
        $0.selection != newest && $0.selection.map(Screen.isLogLine) == true
      }
      let selected = try #require(moved.selection)
      let time = try #require(selected.firstMatch(of: #/\d\d:\d\d:\d\d/#)?.output)
      for (width, height) in [(80, 24), (40, 10), (20, 5), (300, 100), (120, 40)] {
        try tmux.resize(width: width, height: height)
        if width < 40 {
          try await tmux.wait(for: "this terminal")
        } else {
          try await tmux.wait(until: "the selection at \(time) in \(width)×\(height)") {
            $0.selection?.contains(time) == true && $0.lines[height - 1].contains("enter")
          }
        }
      }
      #expect(tmux.screen.selection == selected)
    }
  }
}
