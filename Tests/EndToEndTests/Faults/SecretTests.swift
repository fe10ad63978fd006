import Foundation
import Testing

extension EndToEnd {
  /// Secrets are planted everywhere that settings have room for them; nothing that anybody else may see holds one.
  @Suite(.serialized) struct Secrets {
    private static let planted = [
      "pl4nted-password", "pl4nted-token", "pl4nted-header", "pl4nted-userinfo", "pl4nted-variable",
      // The first one with its user, as it goes over the wire.
      Data("reader:pl4nted-password".utf8).base64EncodedString(),
    ]

    private func check(_ text: String, _ what: String) {
      for secret in Secrets.planted { #expect(!text.contains(secret), "\(secret) in \(what)") }
    }

    /// The settings of a bench with a secret for each store.
    private func settings(_ bench: FaultBench) throws {
      let ports = Dictionary(uniqueKeysWithValues: bench.proxies.map { ($0.store, $0.proxy.port) })
      func url(_ store: String, _ user: String = "") -> String {
        "{url: \"http://\(user)127.0.0.1:\(ports[store] ?? 0)\", interval: 500ms, timeout: 5s"
      }
      try """
      contexts:
        planted:
          elasticsearch: \(url("elasticsearch")), username: reader, password: pl4nted-password}
          jaeger: \(url("jaeger")), token: pl4nted-token}
          prometheus: \(url("prometheus")), headers: {X-Key: pl4nted-header, X-Other: "${PLANTED}"}}
          alertmanager: \(url("alertmanager", "reader:pl4nted-userinfo@"))}

      """.write(toFile: bench.settings, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes(
        [.posixPermissions: NSNumber(value: 0o600)], ofItemAtPath: bench.settings)
    }

    private let environment = ["PLANTED": "pl4nted-variable"]

    @Test
    func `no secret is in the process list, on the screen, in the debug log, in an export or in what a crash prints`()
      async throws
    {
      let bench = try await FaultBench()
      try settings(bench)
      let log = bench.folder.appending(path: "debug.log").path
      let tmux = try await Tmux(width: 200, height: 50, environment: environment)
      let file = tmux.folder.appending(path: "written")
      try tmux.tell("pipe-pane", "-o", "cat >> '\(file.path)'")
      try tmux.start("--config \(bench.settings) --log-file \(log)")
      try await tmux.wait(until: "all stores well") { $0.isWell }
      let pid = try Child.dashboard(under: tmux)
      check(try String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8), "the process list")
      try tmux.command("export \(bench.folder.path)/lines.ndjson")
      try await tmux.wait(until: "the export") { _ in
        FileManager.default.fileExists(atPath: bench.folder.path + "/lines.ndjson")
      }
      bench.behave(.refusing)
      try await tmux.wait(until: "four refusals", seconds: 60) { $0.header.count { $0 == "✗" } >= 4 }
      kill(pid, SIGSEGV)
      try await tmux.wait(for: "[status 139]")
      check(String(decoding: try Data(contentsOf: file), as: UTF8.self), "what was written to the terminal")
      check(try String(contentsOfFile: log, encoding: .utf8), "the debug log")
      check(
        String(decoding: try Data(contentsOf: bench.folder.appending(path: "lines.ndjson")), as: UTF8.self),
        "the export")
      #expect(try FileManager.default.attributesOfItem(atPath: log)[.posixPermissions] as? Int == 0o600)

      // They were sent, each to its own store; and the owner of each store sees who asks.
      let heads = Dictionary(uniqueKeysWithValues: bench.proxies.map { ($0.store, $0.proxy.requestHeads.joined()) })
      let owners = [
        "elasticsearch": Secrets.planted[5], "jaeger": "Bearer pl4nted-token", "prometheus": "pl4nted-header",
        "alertmanager": Data("reader:pl4nted-userinfo".utf8).base64EncodedString(),
      ]
      for (store, head) in heads {
        for (owner, secret) in owners { #expect(head.contains(secret) == (owner == store), "\(secret) at \(store)") }
        #expect(
          head.contains(#/User-Agent: obs-tui\/[0-9.]+\r\n/#) && head.contains(#/X-Opaque-Id: obs-tui\/\S+@\S+\r\n/#))
      }
    }

    @Test func `no secret is in what commands print, whether stores answer or refuse and repeat them`() async throws {
      let bench = try await FaultBench()
      try settings(bench)
      let commands = [
        ["config", "show"], ["config", "check"], ["logs", "--limit", "5"], ["traces"], ["alerts"], ["dependencies"],
        ["snapshot", "--size", "160x50", "--deadline", "5s"],
      ]
      for manner in [FaultProxy.Manner.honest, .refusing] {
        bench.behave(manner)
        for command in commands {
          let outcome = try Program.run(Program.path, command + ["--config", bench.settings], environment: environment)
          check(outcome.output + outcome.errors, command.joined(separator: " "))
          #expect(!(outcome.output + outcome.errors).isEmpty, "\(command)")
        }
      }
    }

    @Test func `a settings file with a secret that everybody can read is warned about`() async throws {
      let bench = try await FaultBench()
      try settings(bench)
      let check = ["config", "check", "--config", bench.settings]
      #expect(try Program.run(Program.path, check, environment: environment).errors == "")
      try FileManager.default.setAttributes(
        [.posixPermissions: NSNumber(value: 0o644)], ofItemAtPath: bench.settings)
      let open = try Program.run(Program.path, check, environment: environment)
      #expect(open.status == 0 && open.output.hasPrefix("ok: "))
      #expect(
        open.errors.hasPrefix("obs-tui: \(bench.settings) holds a secret, and everybody on this machine can read it"))
      let logs = ["logs", "--limit", "1", "--config", bench.settings]
      #expect(
        try Program.run(Program.path, logs, environment: environment).errors.contains("chmod 600 \(bench.settings)"))
    }
  }
}
