import Testing

extension EndToEnd {
  @Suite(.serialized) struct Services {
    @Test func `a digit, the brackets and the picker choose the service of every pane`() async throws {
      let tmux = try await Tmux.dashboard(width: 160)
      let service = #/ [1-9] (?:\S ?)?([a-z-]+)/#
      let bar = try await tmux.wait(until: "seven services") { $0.lines[1].matches(of: service).count == 7 }.lines[1]
      let names = bar.matches(of: service).map { String($0.output.1) }
      #expect(names == names.sorted())

      try tmux.press("7")
      try await showsOnly(names[6], tmux)
      try tmux.press("[")
      try await showsOnly(names[5], tmux)
      try tmux.press("]")
      try await showsOnly(names[6], tmux)
      try tmux.press("]")
      try await showsAll(tmux)
      try tmux.press("s")
      try tmux.type("user")
      try await tmux.wait(for: "service: user")
      try tmux.press("Enter")
      try await showsOnly("user-server", tmux)
      try tmux.press("0")
      try await showsAll(tmux)
    }

    /// Waits until logs and traces are of one service, and the metrics have followed.
    private func showsOnly(_ service: String, _ tmux: Tmux) async throws {
      try await tmux.wait(until: "only \(service)", seconds: 40) { screen in
        let logs = screen.firstPane.filter(Screen.isLogLine)
        return logs.allSatisfy { $0.contains(service) } && !screen.text.contains("asking")
          && screen.text.contains("request rate")
          && (!logs.isEmpty || screen.firstPane.contains { $0.contains(service) })
      }
    }

    private func showsAll(_ tmux: Tmux) async throws {
      try await tmux.wait(until: "several services", seconds: 40) { screen in
        let services = screen.firstPane.compactMap { $0.firstMatch(of: #/ E (\S+)/#)?.output.1 }
        return Set(services).count > 1 || screen.text.contains("· 500 shown")
      }
    }

    @Test func `the level goes from errors to warnings to all and back`() async throws {
      let tmux = try await Tmux.dashboard()
      for (title, level) in [("Logs · warnings", "W"), ("Logs · all", "I"), ("Logs · errors", "E")] {
        try tmux.press("l")
        try await tmux.wait(until: "\(title) with lines of level \(level)", seconds: 40) {
          $0.text.contains(title) && $0.firstPane.contains { $0.contains(" \(level) ") && Screen.isLogLine($0) }
        }
      }
      try await tmux.wait(until: "errors alone") {
        $0.firstPane.filter(Screen.isLogLine).allSatisfy { $0.contains(" E ") }
      }
    }
  }
}
