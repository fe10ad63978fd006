import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct DemoAndResume {
    @Test func `the demo shows the dashboard by itself and quits`() async throws {
      let tmux = try await Tmux(width: 120, height: 40)
      try tmux.start("demo --seed 7")
      try await tmux.wait(until: "all panes", seconds: 60) {
        $0.header.hasPrefix("  demo  LIVE") && $0.firstPane.contains(where: Screen.isLogLine)
          && $0.text.contains("api-gateway: ") && $0.text.contains("request rate")
      }
      try await tmux.quit()
    }

    @Test func `after a hangup --resume shows the same service and window`() async throws {
      let state = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: state) }
      let environment = ["XDG_STATE_HOME": state.path]
      let tmux = try await Tmux.dashboard(width: 160, environment: environment)
      try tmux.command("since 1h")
      try await tmux.wait(for: "LIVE 1h")
      try tmux.command("service user-server")
      try tmux.command("filter message:redis")
      try await tmux.wait(for: "message:redis")
      kill(try Child.dashboard(under: tmux), SIGHUP)
      try await tmux.wait(for: "[status 1]")
      try tmux.run("clear")
      try tmux.start("--resume")
      try await tmux.wait(until: "the view from before", seconds: 60) { screen in
        let lines = screen.firstPane.filter(Screen.isLogLine)
        return screen.header.contains("LIVE 1h") && screen.text.contains("message:redis") && !lines.isEmpty
          && lines.allSatisfy { $0.contains("user-server") && $0.lowercased().contains("redis") }
      }
      try await tmux.quit()
    }

    @Test func `a resume without a view to come back to says so`() async throws {
      let state = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: state) }
      let outcome = try Program.run(Program.path, ["--resume"], environment: ["XDG_STATE_HOME": state.path])
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("--resume: there is no view to come back to"))
    }
  }
}
