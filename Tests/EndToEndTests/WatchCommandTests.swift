import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct WatchCommand {
    /// A settings file beside a folder for the state, and what commands are told.
    private func setting(
      _ yaml: String, _ body: (_ folder: String, _ run: ([String]) throws -> Program.Outcome) async throws -> Void
    )
      async throws
    {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.path
      try yaml.replacing("FOLDER", with: path).write(toFile: path + "/c.yaml", atomically: true, encoding: .utf8)
      let servers = try await DemoServer.shared.environment
      try await body(path) { arguments in
        try Program.run(
          Program.path, ["watch", "--config", path + "/c.yaml"] + arguments,
          environment: servers.merging(["XDG_STATE_HOME": path]) { $1 })
      }
    }

    private let yaml = """
      channels: {told: {kind: command, pause: 1s, command: [tee, -a, FOLDER/told]}}
      watches:
        - {name: up, expr: 'up{service="msg-server"} >= 0', severity: warning, channels: [told]}
        - {name: lines, query: 'level: info', count: '> 0', channels: [told]}
        - {name: never, expr: 'up > 1000', channels: [told]}
      """

    @Test func `one look after the other tells of a firing once`() async throws {
      try await setting(yaml) { folder, run in
        let first = try run(["--once"])
        #expect(first.status == 0, "\(first.errors)")
        let lines = first.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains(" firing warning up ") && lines[1].contains(" firing lines "))
        let second = try run(["--once", "--json"])
        #expect(second.status == 0 && second.output == "", "\(second.output)\(second.errors)")
        let told = try String(contentsOfFile: folder + "/told", encoding: .utf8).split(separator: "\n")
        #expect(told.count == 2 && told[0].hasPrefix("{\"status\":\"firing\",\"watch\":\"up\""), "\(told)")
      }
    }

    @Test func `a test goes to the channels and changes nothing that is remembered`() async throws {
      try await setting(yaml) { folder, run in
        let outcome = try run(["--test", "up"])
        #expect(outcome.status == 0 && outcome.errors == "obs-tui: channel told: sent\n", "\(outcome.errors)")
        #expect(try String(contentsOfFile: folder + "/told", encoding: .utf8).hasPrefix("{\"status\":\"test\""))
        let other = try run(["--test", "uo"])
        #expect(other.status == 2 && other.errors.contains("did you mean “up”?"), "\(other.errors)")
      }
    }

    @Test func `exit status tells settings from stores`() async throws {
      try await setting("theme: default") { _, run in
        let outcome = try run([])
        #expect(outcome.status == 2 && outcome.errors.contains("has no watches"), "\(outcome.errors)")
      }
      try await setting(yaml) { _, run in
        let outcome = try run(["--once", "--prometheus-url", "http://127.0.0.1:9"])
        #expect(outcome.status == 3 && outcome.output.contains(" firing lines "), "\(outcome.errors)")
        #expect(outcome.errors.contains("watch up: Prometheus: "))
      }
    }

    @Test func `it runs until it is told to end, and a restart tells nobody again`() async throws {
      try await setting(yaml) { folder, run in
        let script = """
          "$@" > '\(folder)/out' 2> '\(folder)/err' & child=$!
          for i in $(seq 300); do grep -q lines '\(folder)/told' 2> /dev/null && break; sleep 0.1; done
          kill -TERM $child; wait $child; echo $?
          """
        let servers = try await DemoServer.shared.environment
        let outcome = try Program.run(
          "/bin/sh", ["-c", script, "sh", Program.path, "watch", "--config", folder + "/c.yaml"],
          environment: servers.merging(["XDG_STATE_HOME": folder]) { $1 })
        #expect(outcome.output == "0\n")
        #expect(try String(contentsOfFile: folder + "/out", encoding: .utf8).contains(" firing warning up "))
        let again = try run(["--once"])
        #expect(again.output == "" && again.status == 0, "\(again.output)\(again.errors)")
      }
    }
  }
}
