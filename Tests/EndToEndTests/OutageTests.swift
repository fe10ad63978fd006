import Testing

extension EndToEnd {
  @Suite(.serialized) struct Outages {
    @Test func `servers that come late, go and come back`() async throws {
      let base = DemoServer.freePorts()
      let tmux = try await Tmux(width: 120, height: 40, environment: DemoServer.environment(portBase: base))
      try tmux.start()
      let screen = try await tmux.wait(for: "No store has answered yet")
      for port in base..<base + 4 { #expect(screen.text.contains("127.0.0.1:\(port) refused the connection")) }
      #expect(screen.text.contains("obs-tui demo") && screen.text.contains("OBS_TUI_ELASTICSEARCH_URL"))
      #expect(screen.text.contains("config.yaml"))

      let demo = try await DemoServer(["--seed", "7", "--port-base", "\(base)"])
      try await tmux.wait(until: "all panes to fill by themselves", seconds: 90) {
        $0.firstPane.contains(where: Screen.isLogLine) && $0.text.contains("api-gateway: ")
          && $0.text.contains("request rate") && !$0.header.contains("✗") && !$0.header.contains("◌")
      }
      let before = try await tmux.wait(until: "settled panes") { !$0.text.contains("asking") }

      demo.stop()
      let down = try await tmux.wait(until: "the failures in the header", seconds: 60) {
        $0.header.contains(#/✗(Elasticsearch|ES)/#) && $0.header.contains(#/✗(Jaeger|Jg)/#)
      }
      #expect(down.firstPane.contains(where: Screen.isLogLine), "the log pane keeps its lines")
      #expect(down.text.contains("api-gateway: ") && down.text.contains("request rate"), "so do the others")
      #expect(down.lines[1].contains("api-gateway") && before.lines[1].contains("api-gateway"))
      // Wide enough for words: how old, and when it asks again.
      try tmux.resize(width: 220, height: 40)
      try await tmux.wait(until: "age and retry", seconds: 60) {
        $0.header.contains(#/✗Elasticsearch \S+ old, again in \d/#)
      }

      let again = try await DemoServer(["--seed", "7", "--port-base", "\(base)"])
      try await tmux.wait(until: "all stores well", seconds: 120) {
        !$0.header.contains("✗") && $0.header.contains("●Elasticsearch") && $0.header.contains("●Prometheus")
      }
      try await tmux.quit()
      again.stop()
    }
  }
}
