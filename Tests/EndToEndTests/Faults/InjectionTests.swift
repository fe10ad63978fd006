import Foundation
import Testing

extension EndToEnd {
  /// All of a stranger's ways into a terminal, through everything that is shown.
  @Suite(.serialized) struct Injections {
    /// Runs a command with a terminal as its standard output and error; what it wrote there.
    private func printed(_ arguments: [String], environment: [String: String] = [:]) throws -> [UInt8] {
      let script = try #require(Program.tool("script"))
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appending(path: "typescript")
      // The words reach the shell through the environment: none of them is read as a part of the line.
      let names = arguments.indices.map { "WORD_\($0)" }
      let line = ([Program.path] + names.map { "\"$\($0)\"" }).joined(separator: " ")
      var all = environment.merging(["SHELL": "/bin/sh", "TERM": "xterm-256color"]) { $1 }
      for (name, word) in zip(names, arguments) { all[name] = word }
      try Program.run(script, ["-q", "-f", "-c", line, file.path], environment: all)
      // The first and the last line are script's own.
      return [UInt8](try Data(contentsOf: file)).split(separator: 10).dropFirst().dropLast(1).joined(separator: [10])
        .map { $0 }
    }

    private func check(_ printed: [UInt8], _ what: String, holds text: String = "PWNED") {
      #expect(Injection.trespasses(inPrinted: printed) == [], "\(what)")
      // Else nothing of it came that far, and the test would say nothing.
      #expect(
        String(decoding: printed, as: UTF8.self).contains(text),
        "\(what): \(String(decoding: printed.prefix(600), as: UTF8.self))")
    }

    @Test func `the screen shows what a stranger wrote, and obeys none of it`() async throws {
      let bench = try await FaultBench()
      bench.behave(.changed(Injection.poisoned))
      let tmux = try await Tmux(width: 160, height: 50)
      let file = tmux.folder.appending(path: "written")
      try tmux.tell("pipe-pane", "-o", "cat >> '\(file.path)'")
      try tmux.start("--config \(bench.settings)")
      try await tmux.wait(until: "a poisoned line") {
        $0.firstPane.contains { $0.contains("␛") && $0.contains("PWNED") }
      }
      // All views: fields, patterns, the waterfall with its details and analysis, alerts, services, metrics, the services' graph.
      for keys in [
        ["v"], ["Escape"], ["P"], ["Escape"], ["Enter"], ["j"], ["v"], ["Escape"], ["B"], ["Escape"], ["Escape"], ["A"],
        ["j"], ["Enter"], ["Escape"], ["Escape"], ["Tab"], ["j"], ["Enter"], ["Escape"], ["Tab"], ["j"], ["?"],
        ["Escape"],
      ] {
        let before = tmux.screen
        try tmux.press(keys[0])
        // Where a key does nothing, nothing comes.
        _ = try? await tmux.wait(until: "a change", seconds: 1) { $0 != before }
      }
      try tmux.command("dependencies")
      try await tmux.wait(for: "Service graph")
      try tmux.press("C-c")
      try await tmux.wait(for: "[status 0]")
      let written = [UInt8](try Data(contentsOf: file))
      #expect(written.count > 10_000)
      #expect(Injection.trespasses(in: written) == [])
    }

    @Test func `printed commands and snapshots write nothing that a terminal obeys`() async throws {
      let bench = try await FaultBench()
      bench.behave(.changed(Injection.poisoned))
      let config = ["--config", bench.settings]
      check(try printed(["logs", "--limit", "200"] + config), "logs")
      check(try printed(["logs", "--limit", "200", "--json"] + config), "logs --json")
      check(try printed(["logs", "--limit", "200", "--csv"] + config), "logs --csv")
      check(try printed(["logs", "--limit", "200", "--format", "{level} {message}"] + config), "logs --format")
      check(try printed(["traces"] + config), "traces")
      check(try printed(["traces", "--json"] + config), "traces --json")
      check(try printed(["alerts"] + config), "alerts")
      check(try printed(["alerts", "--json"] + config), "alerts --json")
      check(try printed(["snapshot", "--size", "160x50", "--ansi"] + config), "snapshot")
      let found = try Program.run(Program.path, ["traces", "--json"] + config)
      let line = try #require(found.output.split(separator: "\n").first)
      let id = try #require(line.firstMatch(of: #/"trace_?[iI][dD]":"([0-9a-f]+)"/#)?.output.1, "\(line.prefix(300))")
      check(try printed(["trace", String(id)] + config), "trace")
      // A trace in which nothing stands out names no operation there.
      check(try printed(["trace", String(id), "--json"] + config), "trace --json", holds: "critical_path")
    }

    @Test func `nor do errors of stores, names of files, dashboards and settings`() async throws {
      let bench = try await FaultBench()
      let evil = "\u{1B}]0;PWNED\u{7}\u{9B}1337z\u{202E}\r"
      bench.behave(
        .changed { _ in
          Array(#"{"error":"\u001b]0;PWNED\u0007\u009b1337z","message":"\u001b]0;PWNED\u0007","status":"error"}"#.utf8)
        })
      for command in ["logs", "traces", "alerts", "dependencies", "snapshot"] {
        let text = try printed(
          [command, "--config", bench.settings] + (command == "snapshot" ? ["--deadline", "2s"] : []))
        #expect(Injection.trespasses(inPrinted: text) == [], "\(command)")
        #expect(!text.isEmpty, "\(command)")
      }
      check(try printed(["--context", evil]), "a context's name")
      check(try printed(["snapshot", "--theme", evil]), "a theme's name")
      check(try printed(["logs", "--file", "/nonexistent/" + evil]), "a file that is not there")
      check(try printed(["dashboard", "/nonexistent/" + evil + ".json"]), "a dashboard that is not there")
      check(try printed(["trace", "--file", "/nonexistent/" + evil]), "a trace that is not there")

      let folder = bench.folder.appending(path: evil)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let log = folder.appending(path: "\(evil).log").path
      try Data(Injection.corpus.joined(separator: [10])).write(to: URL(filePath: log))
      check(try printed(["logs", "--file", log]), "logs of a file")
      check(try printed(["logs", "--file", log, "--json"]), "logs of a file as JSON")
      check(try printed(["snapshot", "--file", log, "--size", "120x30"]), "a snapshot of a file")

      let board = folder.appending(path: "board.json").path
      let bytes =
        Array(#"{"title":""#.utf8) + Injection.corpus.joined()
        + Array(
          #"","panels":[{"id":1,"type":"text","title":"\u001b]0;PWNED\u0007","gridPos":{"x":0,"y":0,"w":24,"h":8},"#
            .utf8)
        + Array(
          ##""options":{"mode":"markdown","content":"# \u001b]52;c;UFdORUQ=\u0007PWNED\n[a](\u001b]8;;x\u0007)"}}]}"##
            .utf8)
      try Data(bytes).write(to: URL(filePath: board))
      check(try printed(["dashboard", board, "--demo", "--size", "120x20"]), "a dashboard")
      check(try printed(["dashboard", "check", board]), "a dashboard's check")

      let settings = folder.appending(path: "evil.yaml").path
      try
        #"{"contexts":{"a\e]0;PWNED\a":{"elasticsearch":{"url":"http://h/\e[1337z","indices":"\x9b1337zPWNED"}}},"keys":{"\e]0;PWNED\a":"q"}}"#
        .write(toFile: settings, atomically: true, encoding: .utf8)
      check(try printed(["config", "check", "--config", settings]), "config check")
      try #"{"contexts":{"a\e]0;PWNED\a":{"jaeger":{"url":"http://h"}}}}"#.write(
        toFile: settings, atomically: true, encoding: .utf8)
      check(try printed(["config", "show", "--config", settings]), "config show")
    }
  }
}
