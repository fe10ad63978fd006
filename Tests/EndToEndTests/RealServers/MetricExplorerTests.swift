import Foundation
import Testing

extension RealServers {
  /// A real Prometheus that scrapes itself and a page with RustIM's names, and evaluates rules, one of which cannot be.
  @Suite(
    .serialized,
    .enabled(
      if: ["prometheus", "python3", "curl"].allSatisfy { Program.tool($0) != nil },
      "needs Debian's packages prometheus, python3, curl"))
  struct MetricExplorerTests {
    @Test func `the explorer, the prompt, targets and rules speak with a real Prometheus`() throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appending(path: name)) }
      let (port, page) = (try BackgroundServer.freePort(), try BackgroundServer.freePort())
      try write(
        "metrics",
        """
        # HELP app_request_total Requests served.
        # TYPE app_request_total counter
        app_request_total{status="200"} 40
        app_request_total{status="500"} 2
        # HELP app_request_duration_seconds How long requests took.
        # TYPE app_request_duration_seconds histogram
        app_request_duration_seconds_bucket{le="0.1"} 30
        app_request_duration_seconds_bucket{le="+Inf"} 42
        app_request_duration_seconds_sum 12
        app_request_duration_seconds_count 42
        # HELP app_active_connections Open connections.
        # TYPE app_active_connections gauge
        app_active_connections 7

        """)
      try write(
        "rules.yml",
        """
        groups:
          - name: test
            rules:
              - record: job:scrape_samples:sum
                expr: sum by (job) (scrape_samples_scraped)
              - alert: Ambiguous
                expr: app_request_total / on (job) app_request_total > 1

        """)
      try write(
        "prometheus.yml",
        """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: own
            static_configs: [{targets: ["127.0.0.1:\(port)"]}]
          - job_name: rustim
            static_configs: [{targets: ["127.0.0.1:\(page)"]}]
          - job_name: gone
            static_configs: [{targets: ["127.0.0.1:1"]}]

        """)
      let pages = try BackgroundServer(
        Program.tool("python3") ?? "", ["-m", "http.server", "--bind", "127.0.0.1", String(page)],
        log: folder.appending(path: "pages.log"), folder: folder)
      defer { pages.stop() }
      let server = try BackgroundServer(
        Program.tool("prometheus") ?? "",
        ["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:\(port)"],
        log: folder.appending(path: "prometheus.log"), folder: folder)
      defer { server.stop() }
      let address = "http://127.0.0.1:\(port)"
      try eventually("samples, and the recorded series: \(server.output)", seconds: 60) {
        // The last step of a window may lie a step back: by then there must have been samples.
        let query = "/api/v1/query?query=count_over_time(app_active_connections[1m]%20offset%2020s)>5"
        let recorded = "/api/v1/query?query=job:scrape_samples:sum{job=\"rustim\"}"
        return try Curl.ask(address + query)?.text.contains(#""value""#) == true
          && Curl.ask(address + recorded)?.text.contains(#""value""#) == true ? true : nil
      }

      let environment = ["OBS_TUI_PROMETHEUS_URL": address]
      func frame(_ keys: String) throws -> Frame {
        try Frame(["--size", "140x40", "--since", "5m", "--keys", keys], environment: environment)
      }
      let list = try frame(": \"metrics app_\" enter")
      #expect(list.contains("Metrics explorer · 3 of "), "\(list.errors)\(list.text)")
      #expect(list.line("app_active_connections").contains(/gauge .*7/), "\(list.text)")
      #expect(list.line("app_request_duration_seconds").contains(/histogram .*p50/), "\(list.text)")
      #expect(list.line("app_request_total").contains(/counter .*\/s/), "\(list.text)")
      let recorded = try frame(": \"metrics job:scrape\" enter")
      #expect(recorded.line("job:scrape_samples:sum").contains("gauge?"), "\(recorded.text)")

      // The value on the screen is what the server itself says.
      let detail = try frame(": \"metrics app_active\" enter enter")
      #expect(detail.contains("app_active_connections · gauge · 1 series"), "\(detail.text)")
      #expect(detail.contains("app_active_connections 7 min 7 max 7 mean 7"), "\(detail.text)")

      let table = try frame("tab tab M & \"sum by (status) (app_request_total)\" enter t")
      #expect(table.line(#"{status="200"}"#).contains("40"), "\(table.text)")
      let refused = try frame("M & \"sum by (status) (app_request_total\" enter")
      #expect(refused.contains("unclosed left parenthesis"), "\(refused.text)")
      #expect(refused.text.contains("^"), "\(refused.text)")
      let offered = try frame("M & \"app_request_total{status=\\\"5\"")
      #expect(offered.contains("500"), "\(offered.text)")

      let targets = try frame(": \"targets\" enter")
      #expect(targets.contains("Targets · 3 targets · 1 down"), "\(targets.text)")
      #expect(targets.line("gone").contains("connection refused"), "\(targets.text)")
      let rules = try frame(": \"rules\" enter")
      #expect(rules.contains("Rules · 2 rules · 1 fails"), "\(rules.text)")
      #expect(rules.line("job:scrape_samples:sum").contains("recording"), "\(rules.text)")
      #expect(rules.line("Ambiguous").contains("found duplicate series"), "\(rules.text)")
    }
  }
}
