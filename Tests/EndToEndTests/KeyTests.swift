import Testing

extension EndToEnd {
  @Suite(.serialized) struct Keys {
    @Test func `a search marks every match and n goes on to the next`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.press("p")
      // What the frozen window adds may widen a column: then the same line is another text.
      try await tmux.wait(until: "the frozen window's lines") {
        $0.header.contains("FROZEN") && $0.text.contains(#/ (\d+) shown · \1 matched/#)
      }
      try tmux.type("/redis")
      try await tmux.wait(for: "/redis")
      try tmux.press("Enter")
      let first = try await tmux.wait(until: "a match") { $0.footer.contains(#/match \d+ of \d+/#) }
      let selected = try #require(first.selection)
      #expect(selected.contains("redis"))
      let lit = first.coloured.matches(of: #/\u{1B}\[48;5;\d+mredis/#).count
      let shown = first.firstPane.filter { Screen.isLogLine($0) && $0.contains("redis") }.count
      #expect(lit == shown)
      try tmux.press("n")
      try await tmux.wait(until: "another match") {
        $0.selection != selected && $0.selection?.contains("redis") == true
      }
      try tmux.press("N")
      try await tmux.wait(until: "the first match again") { $0.selection == selected }
    }

    @Test func `an expression is looked for off the main thread, and a bad one is said while it is typed`() async throws
    {
      let tmux = try await Tmux.dashboard()
      try tmux.press("p")
      try await tmux.wait(for: "FROZEN")
      try tmux.type("/~exhausted|(超时")
      try await tmux.wait(for: "missing closing parenthesis, at character 14")
      try tmux.type(")")
      try tmux.press("Enter")
      let found = try await tmux.wait(until: "a match") { $0.footer.contains(#/match \d+ of \d+/#) }
      #expect(found.selection?.contains(#/exhausted|超时/#) == true)
    }

    @Test func `P sorts the lines into patterns, and Enter lists the lines of one`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.press("P")
      let board = try await tmux.wait(until: "patterns") {
        $0.text.contains("Patterns · errors") && $0.text.contains("<*>")
      }
      #expect(board.footer.contains("enter lines"))
      try tmux.press("Enter")
      try await tmux.wait(for: "of the pattern")
      try tmux.press("Escape")
      try await tmux.wait(for: "Patterns · errors")
      try tmux.press("Escape")
      try await tmux.wait(for: "Logs · errors")
    }

    @Test func `the command line sets the window and the theme, and says what it does not know`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.command("since 1h")
      try await tmux.wait(for: "LIVE 1h")
      try tmux.command("since soon")
      try await tmux.wait(for: "\"soon\" is no duration: 15m, 2h, 1h30m")
      try tmux.command("frobnicate")
      try await tmux.wait(for: "there is no command “frobnicate”")
      try tmux.command("theme mono")
      try await tmux.wait(until: "no colours") { !$0.coloured.contains("[38;5;") && !$0.coloured.contains(";38;5;") }
      try tmux.press("-")
      try await tmux.wait(for: "LIVE 15m")
      try tmux.type(":the")
      try tmux.press("Tab")
      try await tmux.wait(for: ":theme")
      try tmux.press("Escape")
      try await tmux.wait(without: ":theme")
    }

    @Test func `the query of the log pane filters it`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.press("&")
      try await tmux.wait(for: "KQL")
      try tmux.type("message:pool")
      try tmux.press("Enter")
      try await tmux.wait(until: "filtered lines") { screen in
        let lines = screen.firstPane.filter(Screen.isLogLine)
        return !lines.isEmpty && lines.allSatisfy { $0.contains("pool") }
          && screen.firstPane[0].contains("· &message:pool ·")
      }
      try tmux.press("&")
      try await tmux.wait(for: "&message:pool")
      try tmux.press("C-u")
      try tmux.type("message:(")
      try tmux.press("Enter")
      // What is no query is not sent: the prompt stays, and says why.
      try await tmux.wait(until: "an error at its character") {
        $0.text.contains("▼ expected a value behind (") && $0.text.contains("&message:(")
      }
      try tmux.press("C-u")
      try tmux.type("lucene:message:(")
      try tmux.press("Enter")
      // The store refuses it; the sentence names the query.
      try await tmux.wait(until: "a refusal") {
        $0.firstPane[0].contains("&lucene:message:(") && $0.text.contains("Cannot parse")
      }
    }

    @Test func `while it is frozen nothing moves`() async throws {
      let tmux = try await Tmux.dashboard(height: 24)
      try tmux.press("l", "l")
      try await tmux.wait(until: "all lines") { $0.text.contains("Logs · all") && !$0.text.contains("asking") }
      try await tmux.wait(for: "request rate")
      try tmux.press("p")
      try await tmux.wait(until: "a frozen, settled screen") {
        $0.header.contains("FROZEN") && !$0.text.contains("asking") && $0.text.contains("request rate")
      }
      // One turn of every poll more: what was under way has arrived.
      let clock = try #require(seconds(tmux.screen.header))
      let before = try await tmux.wait(until: "the clock to go on") { abs(self.seconds($0.header)! - clock) >= 2 }
      let later = try await tmux.wait(until: "the clock to go on") { abs(self.seconds($0.header)! - clock) >= 4 }
      #expect(later.lines.dropFirst(2) == before.lines.dropFirst(2))
      try tmux.press("p")
      try await tmux.wait(until: "new lines") { $0.header.contains("LIVE") && $0.firstPane != later.firstPane }
    }

    /// The second of the header's clock.
    private func seconds(_ header: String) -> Int? {
      header.firstMatch(of: #/:(\d\d) UTC/#).flatMap { Int($0.output.1) }
    }

    @Test func `T changes how times are shown`() async throws {
      let tmux = try await Tmux.dashboard(environment: ["TZ": "Asia/Shanghai"])
      #expect(!tmux.screen.header.contains("UTC"))
      var seen: Set<String> = []
      for name in ["relative", "UTC", "local"] {
        try tmux.press("T")
        let screen = try await tmux.wait(until: "times as \(name)") {
          $0.footer.contains("times are") && !seen.contains($0.footer)
        }
        seen.insert(screen.footer)
      }
      #expect(seen.count == 3)
    }

    @Test func `the help lists the keys and goes away`() async throws {
      let tmux = try await Tmux.dashboard()
      for key in ["?", "F1"] {
        try tmux.press(key)
        let help = try await tmux.wait(for: "give the focused pane")
        #expect(help.text.contains("follow the tail again") && help.text.contains("Everywhere"))
        try tmux.press("Escape")
        try await tmux.wait(for: "━ Logs")
      }
      try await tmux.quit()
    }

    @Test func `a pasted trace id opens that trace`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.press("k", "Enter")
      let trace = try await tmux.wait(until: "a trace", seconds: 60) {
        $0.text.contains(#/━ Trace [0-9a-f]{32} · \d+ spans/#)
      }
      let id = try #require(trace.text.firstMatch(of: #/[0-9a-f]{32}/#)).output
      try tmux.press("Escape")
      try await tmux.wait(for: "━ Logs")
      try tmux.paste("\(id)\n")
      try await tmux.wait(until: "its trace") { $0.text.contains("━ Trace \(id)") && $0.text.contains("│0s") }
    }

    @Test func `pasted text is never run as keys`() async throws {
      let tmux = try await Tmux.dashboard()
      try tmux.paste("q q q")
      try await tmux.wait(for: "/q q q")
      try tmux.paste("\nq\nq\n")
      #expect(tmux.property("alternate_on") == "1")
      try tmux.press("Escape")
      try await tmux.wait(until: "the usual footer") { $0.footer.contains("enter trace") }
      try await tmux.quit()
    }

    @Test func `a link is copied into tmux's buffer`() async throws {
      let tmux = try await Tmux.dashboard(arguments: "--since 1h --service user-server")
      try tmux.command("link")
      try await tmux.wait(for: "copied the link to this view")
      let link = try tmux.tell("show-buffer")
      #expect(link.contains("obs-tui --context default") && link.contains("--service user-server"))
      #expect(link.contains("--since 1h"))
    }

    @Test func `the mouse is off until it is asked for`() async throws {
      let tmux = try await Tmux.dashboard()
      #expect(tmux.property("mouse_any_flag") == "0")
      try tmux.press("F2")
      try await tmux.wait(for: "mouse on")
      #expect(tmux.property("mouse_any_flag") == "1")
      try await tmux.quit()
      #expect(tmux.property("mouse_any_flag") == "0")
    }
  }
}
