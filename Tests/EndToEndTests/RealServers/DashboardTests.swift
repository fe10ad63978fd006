import Foundation
import Testing

extension RealServers {
  /// A dashboard of a real Prometheus that scrapes itself.
  @Suite(
    .serialized,
    .enabled(
      if: ["prometheus", "curl"].allSatisfy { Program.tool($0) != nil },
      "needs Debian's package prometheus, and curl"))
  struct DashboardTests {
    @Test func `the figures are those that the server itself returns for the same expression and time`() throws {
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
      let panels = [
        ("count", "count({job=~\\\"$job\\\"})"), ("start", "process_start_time_seconds"), ("refused", "rate(up)"),
      ].enumerated().map { index, panel in
        #"{"id":\#(index),"type":"stat","title":"\#(panel.0)","gridPos":{"x":0,"y":\#(index * 4),"w":8,"h":4},"#
          + #""targets":[{"refId":"A","expr":"\#(panel.1)","instant":true}]}"#
      }.joined(separator: ",")
      try write(
        "d.json",
        #"{"title":"Self","templating":{"list":[{"name":"job","type":"query","query":"label_values(up, job)","includeAll":true}]},"panels":[\#(panels)]}"#
      )
      let server = try BackgroundServer(
        Program.tool("prometheus") ?? "",
        ["--config.file=p.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:\(port)"],
        log: folder.appending(path: "prometheus.log"), folder: folder)
      defer { server.stop() }
      try eventually("a scrape: \(server.output)", seconds: 60) {
        try Curl.ask(address + "/api/v1/query?query=up%20offset%2020s==1")?.text.contains(#""value""#) == true
          ? true : nil
      }
      let outcome = try Program.run(
        Program.path,
        ["dashboard", folder.appending(path: "d.json").path, "--prometheus-url", address, "--since", "5m", "--json"])
      // One query is refused: its panel says so, and the others have their figures.
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("“refused”: 400: "))
      let object = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      let shown = try #require(object["panels"] as? [[String: Any]])
      func figure(_ index: Int) throws -> Double {
        let series = try #require(shown[index]["series"] as? [[String: Any]])
        return try #require(series.first?["last"] as? Double)
      }
      #expect((object["variables"] as? [String: [String]])?["job"] == ["self"])
      let end = try #require(object["to"] as? String)
      func answer(_ expression: String) throws -> Double {
        let text = try #require(
          try Curl.ask(
            address + "/api/v1/query",
            ["-G", "--data-urlencode", "query=" + expression, "--data-urlencode", "time=" + end]))
        let data = try #require(text.object["data"] as? [String: Any])
        let first = try #require((data["result"] as? [[String: Any]])?.first)
        return try #require(((first["value"] as? [Any])?.last as? String).flatMap { Double($0) })
      }
      #expect(try figure(1) == answer("process_start_time_seconds"))
      // Series may have appeared between the two, and the question is for the step before the end.
      #expect(try figure(0) > 100)
    }
  }
}
