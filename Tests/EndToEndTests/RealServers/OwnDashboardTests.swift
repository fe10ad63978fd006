import Foundation
import Testing

extension RealServers {
  /// An own dashboard, the marks and the exemplars of a real Prometheus that scrapes itself.
  @Suite(
    .serialized,
    .enabled(
      if: ["prometheus", "curl"].allSatisfy { Program.tool($0) != nil },
      "needs Debian's package prometheus, and curl"))
  struct OwnDashboardTests {
    @Test func `a file of YAML is drawn with the server's own restart on its axis`() throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let port = try BackgroundServer.freePort()
      let address = "http://127.0.0.1:\(port)"
      func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appending(path: name)) }
      try write(
        "p.yml",
        """
        global: {scrape_interval: 1s}
        scrape_configs: [{job_name: self, static_configs: [{targets: ["127.0.0.1:\(port)"]}]}]
        """)
      try write(
        "mine.yaml",
        """
        title: Self
        panels:
          - title: Began
            expr: process_start_time_seconds
            exemplars: true
            width: 24
            height: 12
        """)
      let server = try BackgroundServer(
        Program.tool("prometheus") ?? "",
        ["--config.file=p.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:\(port)"],
        log: folder.appending(path: "prometheus.log"), folder: folder)
      defer { server.stop() }
      try eventually("a scrape: \(server.output)", seconds: 60) {
        try Curl.ask(address + "/api/v1/query?query=up%20offset%2020s==1")?.text.contains(#""value""#) == true
          ? true : nil
      }
      let file = folder.appending(path: "mine.yaml").path
      let printed = try Program.run(
        Program.path, ["dashboard", file, "--prometheus-url", address, "--since", "5m", "--json"])
      #expect(printed.status == 0)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(printed.output.utf8)) as? [String: Any])
      let panel = try #require((object["panels"] as? [[String: Any]])?.first)
      let last = try #require((panel["series"] as? [[String: Any]])?.first?["last"] as? Double)
      #expect(abs(last - Date.now.timeIntervalSince1970) < 600)

      let shown = try Program.run(
        Program.path,
        [
          "snapshot", "--prometheus-url", address, "--dashboard", file, "--since", "5m", "--size", "100x30", "--keys",
          "<",
        ])
      #expect(shown.output.contains("Began"))
      #expect(shown.output.contains("◆"), "the restart: \(shown.output)")
      #expect(shown.output.contains("▲"), "the cursor: \(shown.output)")
    }
  }
}
