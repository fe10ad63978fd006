import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct LogsCommand {
    private func file(_ text: String, _ body: (String) throws -> Void) throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "app.log").path
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      try body(path)
    }

    private let lines = """
      {"@timestamp":"2026-11-22T08:00:00Z","level":"info","service":"auth","message":"ready","user_id":7}
      {"@timestamp":"2026-11-22T08:00:01Z","level":"error","service":"auth","message":"no \\u001b[31mroute"}
      2026-11-22 08:00:02 WARN slow
      """

    @Test func `a file is printed whole, in each of the styles`() throws {
      try file(lines) { path in
        let text = try Program.run(Program.path, ["logs", "--file", path])
        #expect(text.status == 0, "\(text.errors)")
        #expect(
          text.output == """
            2026-11-22 08:00:00.000 I auth ready
            2026-11-22 08:00:01.000 E auth no ␛[31mroute
            2026-11-22 08:00:02.000 W WARN slow

            """)
        let json = try Program.run(Program.path, ["logs", "--file", path, "--level", "error", "--json"])
        #expect(
          json.output.hasPrefix(
            "{\"id\":\"100\",\"index\":\"\(path)\",\"timestamp\":\"2026-11-22T08:00:01.000Z\",\"level\":\"error\""))
        #expect(json.output.split(separator: "\n").count == 1)
        let csv = try Program.run(Program.path, ["logs", "--file", path, "--csv", "--limit", "1"])
        #expect(csv.output.split(separator: "\r\n").count == 2 && csv.output.hasSuffix(",WARN slow,,,,\r\n"))
        let format = try Program.run(
          Program.path, ["logs", "--file", path, "--service", "auth", "--format", "{fields.user_id}/{message}"])
        #expect(format.output.hasPrefix("7/ready\n"))
      }
    }

    @Test func `a file that is not there is refused where nobody waits for it`() throws {
      try file("") { path in
        let outcome = try Program.run(Program.path, ["logs", "--file", path + ".1"])
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("app.log.1 is not there; with --follow it is waited for"))
      }
    }

    @Test func `standard input is read to its end, and a file may stand beside it`() throws {
      try file("2026-11-22 08:00:00.5 between\n") { path in
        let outcome = try Program.run(
          Program.path, ["logs", "--file", "-", "--file", path, "--format", "{message}"], input: lines)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == "ready\nbetween\nno ␛[31mroute\nWARN slow\n")
      }
    }

    @Test func `a query is KQL, and one that cannot be read gets a caret`() throws {
      try file(lines) { path in
        let found = try Program.run(
          Program.path, ["logs", "--file", path, "user_id >= 5 or level: warn", "--format", "{message}"])
        #expect(found.output == "ready\nWARN slow\n", "\(found.errors)")
        let refused = try Program.run(Program.path, ["logs", "--file", path, "level: (error"])
        #expect(refused.status == 2 && refused.output == "")
        #expect(refused.errors.contains("\nlevel: (error\n             ^ "), "\(refused.errors)")
      }
    }

    @Test(arguments: [
      (["--level", "loud"], "--level loud: error, warn, info, debug or all"),
      (["--file", "/"], "/ is a folder"), (["--file", "/dev/zero"], "is not a plain file"),
      (["--format", "{mesage}"], "did you mean “message”?"), (["--json", "--csv"], "one of them"),
      (["--since", "soon"], "--since soon"), (["--follow", "--to", "now"], "--follow has no end"),
      (["--limit", "0"], "--limit 0"),
    ])
    func `what cannot be understood is named, with exit status 2`(arguments: [String], sentence: String) throws {
      let outcome = try Program.run(Program.path, ["logs"] + arguments)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
      #expect(outcome.output == "")
    }

    @Test func `a reader that goes away is no failure`() throws {
      try file(String(repeating: lines + "\n", count: 20_000)) { path in
        let shell = "'\(Program.path)' logs --file '\(path)' | head -n 2; echo \"${PIPESTATUS[0]}\""
        let outcome = try Program.run("/bin/bash", ["-c", shell])
        #expect(outcome.errors == "")
        #expect(outcome.output.split(separator: "\n").last == "0")
      }
    }

    @Test func `the demo's lines come from its log store, each once`() async throws {
      let servers = try await DemoServer.shared.environment
      let arguments = ["logs", "--level", "warn", "--from", "-5m", "--to", "-1m", "--format", "{id} {level}"]
      let outcome = try Program.run(Program.path, arguments, environment: servers)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = outcome.output.split(separator: "\n")
      #expect(rows.count > 5 && Set(rows).count == rows.count)
      #expect(
        rows.allSatisfy {
          ["warn", "error", "critical"].contains($0.split(separator: " ").last.map(String.init) ?? "")
        })
    }

    @Test func `a store that is not there ends with 3 and a sentence`() throws {
      let servers = DemoServer.environment(portBase: DemoServer.freePorts())
      let outcome = try Program.run(Program.path, ["logs"], environment: servers)
      #expect(outcome.status == 3)
      #expect(outcome.output == "" && outcome.errors.contains("Elasticsearch gave no answer"))
    }

    @Test func `following prints what is added, and an account when it is told to end`() async throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "app.log")
      try "2026-11-22 08:00:00 first\n".write(to: path, atomically: true, encoding: .utf8)
      let tmux = try await Tmux(width: 120)
      try tmux.start("logs --file '\(path.path)' --follow")
      try await tmux.wait(for: "first")
      let handle = try FileHandle(forWritingTo: path)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"@timestamp\":\"2026-11-22T07:59:58Z\",\"message\":\"second\"}\n".utf8))
      try await tmux.wait(for: "late +2.0s second")
      try tmux.press("C-c")
      let screen = try await tmux.wait(for: "[status 0]")
      #expect(screen.text.contains("2 lines in") && screen.text.contains("1 late (by up to 2.0s), no gap"))
    }
  }

  @Suite(.serialized) struct DashboardOfFiles {
    @Test func `a file is shown alone, grows, and is piped in`() async throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "app.log")
      try "2013-09-06 20:00:48 ERROR old\n".write(to: path, atomically: true, encoding: .utf8)
      let tmux = try await Tmux(width: 100, height: 20)
      try tmux.start("--file '\(path.path)'")
      let first = try await tmux.wait(for: "ERROR old")
      #expect(
        first.header.contains("LIVE all lines") && first.header.contains("app.log") && !first.text.contains("Traces"))
      let handle = try FileHandle(forWritingTo: path)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("2013-09-06 20:00:49 INFO new\n2013-09-06 20:00:50 INFO newer\n".utf8))
      try await tmux.wait(for: "INFO newer")
      try tmux.press("q")
      try await tmux.wait(for: "[status 0]")
      try tmux.run("clear; (echo '{\"msg\":\"from a pipe\"}'; sleep 60) | \(Program.path) --file -; echo \"[end $?]\"")
      try await tmux.wait(for: "from a pipe")
      try tmux.press("?")
      try await tmux.wait(for: "Log pane")
    }

    @Test func `a snapshot of a file needs no store`() throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "app.log").path
      try "2013-09-06 20:00:48 ERROR old\n".write(toFile: path, atomically: true, encoding: .utf8)
      let outcome = try Program.run(
        Program.path, ["snapshot", "--size", "100x20", "--file", path, "--deadline", "60s"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("ERROR old"))
    }
  }
}
