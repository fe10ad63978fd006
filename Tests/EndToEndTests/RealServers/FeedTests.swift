import Foundation
import Testing

private let realElasticsearch = ProcessInfo.processInfo.environment["OBS_TUI_REAL_ELASTICSEARCH"]

extension RealServers {
  /// The demo's world, sent into real servers.
  @Suite(.serialized, .enabled(if: Curl.path != nil, "needs curl")) struct FeedTests {
    private let index = "rustim-feed-\(UInt32.random(in: 0 ... .max))"

    /// The template that comes with the stack, for a server that is too old for templates of its kind and for `flattened`.
    private func mappings() throws -> [String: Any] {
      let file = Program.root.appending(path: "deploy/elasticsearch/index-template.json")
      let text = try String(contentsOf: file, encoding: .utf8)
        .replacing(#""type": "flattened""#, with: #""type": "object", "enabled": false"#)
      let tree = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      return try #require((tree["template"] as? [String: Any])?["mappings"] as? [String: Any])
    }

    private func make(_ mappings: [String: Any]) throws {
      let body = try JSONSerialization.data(withJSONObject: ["mappings": mappings])
      let answer = try Curl.send(
        "PUT", "\(try #require(realElasticsearch))/\(index)", String(decoding: body, as: UTF8.self))
      #expect(answer?.status == 200, "\(answer?.text ?? "")")
    }

    private func remove() { _ = try? Curl.ask("\(realElasticsearch ?? "")/\(index)", ["-X", "DELETE"]) }

    private func feed(_ server: String) throws -> Program.Outcome {
      try Program.run(
        Program.path,
        [
          "demo", "--feed-elasticsearch", server, "--feed-index", index, "--duration", "4s", "--rate", "30", "--seed",
          "5",
        ])
    }

    @Test(.enabled(if: realElasticsearch != nil, "needs OBS_TUI_REAL_ELASTICSEARCH"))
    func `a real Elasticsearch has every line that was sent, and obs-tui shows them`() throws {
      let server = try #require(realElasticsearch)
      try make(try mappings())
      defer { remove() }
      let outcome = try feed(server)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let summary = try #require(outcome.errors.split(separator: "\n").last { $0.contains("lines to \(server)") })
      let sent = try #require(
        summary.firstMatch(of: /\(rustim-feed-\d+\): (\d+) sent, none refused, none lost/).flatMap { Int($0.1) },
        "\(outcome.errors)")
      #expect(sent > 40)
      _ = try Curl.send("POST", "\(server)/\(index)/_refresh", "")
      let count = try Curl.ask("\(server)/\(index)/_count")?.object["count"] as? Int
      #expect(count == sent)
      let lines = try Program.run(
        Program.path,
        ["logs", "--elasticsearch-url", server, "--index", index, "--since", "10m", "--format", "{service} {trace_id}"])
      #expect(lines.output.split(separator: "\n").count == sent, "\(lines.errors)")
      #expect(lines.output.contains(/msg-server [0-9a-f]{32}/))
    }

    @Test(.enabled(if: realElasticsearch != nil, "needs OBS_TUI_REAL_ELASTICSEARCH"))
    func `what a real Elasticsearch refuses is counted with its reason`() throws {
      try make(["dynamic": "strict", "properties": ["@timestamp": ["type": "date"]]])
      defer { remove() }
      let outcome = try feed(try #require(realElasticsearch))
      #expect(outcome.status == 3)
      #expect(
        outcome.errors.contains(/: 0 sent, \d+ refused \(the first: strict_dynamic_mapping_exception/),
        "\(outcome.errors)")
    }

    @Test(.enabled(if: Program.tool("prometheus") != nil, "needs Debian's package prometheus"))
    func `a real Prometheus scrapes the page, and a signal ends the feed with its account`() throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let (port, page) = (try BackgroundServer.freePort(), try BackgroundServer.freePort())
      // All of the page takes a debug build seconds.
      let settings = """
        global: {scrape_interval: 20s, scrape_timeout: 20s}
        scrape_configs:
          - {job_name: rustim, honor_labels: true, static_configs: [{targets: ["127.0.0.1:\(page)"]}]}

        """
      try Data(settings.utf8).write(to: folder.appending(path: "prometheus.yml"))
      let errors = folder.appending(path: "errors.txt")
      try Data().write(to: errors)
      let lines = folder.appending(path: "app.log")
      let child = try Child(
        Program.path,
        ["demo", "--feed", "--feed-metrics", "127.0.0.1:\(page)", "--feed-logs", lines.path],
        environment: Program.cleanEnvironment, input: nil, output: nil, errors: try FileHandle(forWritingTo: errors))
      defer { kill(child.pid, SIGKILL) }
      let prometheus = try BackgroundServer(
        try #require(Program.tool("prometheus")),
        [
          "--config.file=\(folder.path)/prometheus.yml", "--storage.tsdb.path=\(folder.path)/data",
          "--web.listen-address=127.0.0.1:\(port)",
        ], log: folder.appending(path: "prometheus.log"))
      defer { prometheus.stop() }
      try eventually("a service's metric", seconds: 90) {
        let answer = try Curl.ask("http://127.0.0.1:\(port)/api/v1/query?query=count(app_active_connections)")
        return answer?.text.contains(#","7"]"#) == true ? true : nil
      }
      kill(child.pid, SIGINT)
      #expect(child.wait() == 0)
      let account = try String(contentsOf: errors, encoding: .utf8)
      #expect(account.contains(/lines to .*app\.log: \d+ sent, none refused, none lost\n/), "\(account)")
      #expect(account.contains(/metrics on http:\/\/127\.0\.0\.1:\d+\/metrics: read (once|\d+ times)\n/), "\(account)")
      let written = try String(contentsOf: lines, encoding: .utf8)
      #expect(written.hasPrefix(#"{"timestamp":"20"#) && written.hasSuffix("}\n"))
    }

    @Test func `a reader that has seen enough ends the feed, without a failure`() throws {
      let script = #""$0" demo --feed-logs - | head -n 2; echo "status ${PIPESTATUS[0]}""#
      let outcome = try Program.run(try #require(Program.tool("bash")), ["-c", script, Program.path])
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 3 && lines.last == "status 0", "\(outcome.output)\(outcome.errors)")
      #expect(outcome.errors.contains("its reader has gone"), "\(outcome.errors)")
    }
  }
}
