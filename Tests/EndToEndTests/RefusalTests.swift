import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct Refusals {
    @Test func `without a terminal there is a sentence and exit status 2`() throws {
      let outcome = try Program.run(Program.path, [], environment: ["TERM": "xterm-256color"])
      #expect(outcome.status == 2)
      #expect(outcome.output == "")
      #expect(outcome.errors.contains("standard input is no terminal") && outcome.errors.contains("obs-tui snapshot"))
    }

    @Test(arguments: [
      ("env -u TERM", "TERM is not set"), ("env TERM=dumb", "cannot place the cursor"),
      ("env TERM=nonesuch", "is not in this machine's terminfo database"),
    ])
    func `a terminal that cannot show it gets a sentence`(before: String, sentence: String) async throws {
      let tmux = try await Tmux(width: 200)
      try tmux.run("\(before) \(Program.path); echo \"[status $?]\"")
      let screen = try await tmux.wait(for: "[status 2]")
      #expect(screen.text.contains(sentence))
      #expect(tmux.property("alternate_on") == "0")
    }

    @Test(arguments: [
      (["--frobnicate"], "--frobnicate"), (["snapshot", "--size", "wide"], "--size wide"),
      (["snapshot", "--size", "0x0"], "--size 0x0"), (["snapshot", "--keys", "hyper-x"], "hyper-x"),
      (["snapshot", "--demo", "--since", "soon"], "--since soon"), (["demo", "--rate", "-1"], "--rate"),
      (["snapshot", "--theme", "nonesuch"], "nonesuch"), (["--config", "/nonexistent.yaml"], "/nonexistent.yaml"),
      (["--jaeger-url", "http://u:p@h"], "--jaeger-url"), (["snapshot", "--demo", "--index", "x"], "--index"),
      (["snapshot", "--held", "0"], "--held"),
    ])
    func `what cannot be understood is named, with exit status 2`(arguments: [String], named: String) throws {
      let outcome = try Program.run(Program.path, arguments)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(named))
    }

    @Test func `a snapshot of dead ports prints its frame and names the stores`() throws {
      let servers = DemoServer.environment(portBase: DemoServer.freePorts())
      let outcome = try Program.run(
        Program.path, ["snapshot", "--size", "100x30", "--deadline", "5s"], environment: servers)
      #expect(outcome.status == 3)
      #expect(outcome.output.split(separator: "\n", omittingEmptySubsequences: false).count >= 30)
      #expect(outcome.output.contains("No store has answered yet") && outcome.output.contains("obs-tui demo"))
      for store in ["Elasticsearch", "Jaeger", "Prometheus", "Alertmanager"] {
        #expect(outcome.errors.contains(store))
      }
    }

    @Test func `a snapshot of the demo prints its frame and ends with 0`() async throws {
      let servers = try await DemoServer.shared.environment
      let outcome = try Program.run(
        Program.path, ["snapshot", "--size", "120x40", "--keys", "tab", "--deadline", "30s"], environment: servers)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("━ Traces") && outcome.output.contains("request rate"))
    }

    @Test func `a demo on a busy port says so`() async throws {
      let base = DemoServer.freePorts()
      let demo = try await DemoServer(["--seed", "7", "--port-base", "\(base)"])
      let outcome = try Program.run(Program.path, ["demo", "--serve", "--port-base", "\(base)"])
      demo.stop()
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("\(base)"))
    }
  }
}
