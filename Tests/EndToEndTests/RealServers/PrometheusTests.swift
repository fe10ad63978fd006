import Foundation
import Testing

extension RealServers {
  /// A real Prometheus that scrapes the demo, and a real Alertmanager that it tells.
  @Suite(
    .serialized,
    .enabled(
      if: ["prometheus", "prometheus-alertmanager", "openssl", "curl"].allSatisfy { Program.tool($0) != nil },
      "needs Debian's packages prometheus and prometheus-alertmanager, openssl, curl"))
  struct PrometheusTests {
    /// Of `open-sesame`, by bcrypt.
    private static let hash = "$2b$04$abcdefghijklmnopqrstuuXcjcm5avyCiJoD2uS24xa2lb6fjMB3G"

    @Test func `metrics and alerts of real servers are shown, in the open and behind https with a password`() throws {
      let demo = try ServedDemo.addresses()
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: folder.appending(path: name)) }
      let (open, secure, alerts) = (
        try BackgroundServer.freePort(), try BackgroundServer.freePort(), try BackgroundServer.freePort()
      )
      // All of /metrics takes a debug build seconds; what is scraped each second is a part of it.
      let part = """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [rules.yml]
        alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:\(alerts)"]}]}]}
        scrape_configs:
          - job_name: part
            metrics_path: /federate
            honor_labels: true
            honor_timestamps: false
            params: {"match[]": ['{__name__=~"app_request_total|app_active_connections"}']}
            static_configs: [{targets: ["\(demo.prometheus.dropFirst(7))"]}]

        """
      try write("secure.yml", part)
      // That it takes all of /metrics is seen by `up`; the samples would be there twice.
      try write(
        "open.yml",
        part + """
            - job_name: all
              scrape_interval: 20s
              scrape_timeout: 20s
              metric_relabel_configs: [{action: drop, source_labels: [__name__], regex: .+}]
              static_configs: [{targets: ["\(demo.prometheus.dropFirst(7))"]}]

          """)
      try write(
        "rules.yml",
        """
        groups:
          - name: test
            rules:
              - alert: RequestsAreServed
                expr: sum by (service) (app_request_total{service="msg-server"}) > 0
                labels: {severity: critical}
        """)
      try write(
        "web.yml",
        """
        tls_server_config: {cert_file: server.pem, key_file: server.key}
        basic_auth_users: {reader: \(PrometheusTests.hash)}
        """)
      try write("alertmanager.yml", "route: {receiver: none}\nreceivers: [{name: none}]\n")
      let certificate = try Program.run(
        Program.tool("openssl") ?? "",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
          "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "server.key",
          "-out", "server.pem",
        ], folder: folder)
      #expect(certificate.status == 0)

      let alertmanager = try BackgroundServer(
        Program.tool("prometheus-alertmanager") ?? "",
        [
          "--config.file=alertmanager.yml", "--storage.path=alerts", "--web.listen-address=127.0.0.1:\(alerts)",
          "--cluster.listen-address=",
        ], log: folder.appending(path: "alertmanager.log"), folder: folder)
      defer { alertmanager.stop() }
      func prometheus(_ port: Int, _ configuration: String, _ more: String...) throws -> BackgroundServer {
        try BackgroundServer(
          Program.tool("prometheus") ?? "",
          [
            "--config.file=\(configuration)", "--storage.tsdb.path=data-\(port)",
            "--web.listen-address=127.0.0.1:\(port)",
          ] + more, log: folder.appending(path: "\(port).log"), folder: folder)
      }
      let servers = [
        try prometheus(open, "open.yml"), try prometheus(secure, "secure.yml", "--web.config.file=web.yml"),
      ]
      defer { for server in servers { server.stop() } }
      try eventually("an alert: \(servers[0].output)", seconds: 60) {
        try Curl.ask("http://127.0.0.1:\(alerts)/api/v2/alerts")?.text.contains("RequestsAreServed") == true
          ? true : nil
      }
      for (address, more) in [
        ("http://127.0.0.1:\(open)", []),
        ("https://127.0.0.1:\(secure)", ["-k", "-u", "reader:open-sesame"]),
      ] {
        try eventually("enough samples", seconds: 60) {
          let query = "/api/v1/query?query=sum(count_over_time(app_request_total[1m]))/count(app_request_total)>3"
          return try Curl.ask(address + query, more)?.text.contains(#""value""#) == true ? true : nil
        }
      }
      try eventually("the scrape of all metrics", seconds: 60) {
        try Curl.ask("http://127.0.0.1:\(open)/api/v1/query?query=up{job=\"all\"}==1")?.text.contains(#""value""#)
          == true
          ? true : nil
      }

      var environment = demo.environment
      environment["OBS_TUI_PROMETHEUS_URL"] = "http://127.0.0.1:\(open)"
      environment["OBS_TUI_ALERTMANAGER_URL"] = "http://127.0.0.1:\(alerts)"
      // A busy machine misses scrapes, and an alert ends with them: what is shown is asked for until it is there.
      let plain = try eventually("the alert and a rate on the screen", seconds: 90) {
        let frame = try Frame(["--size", "160x45", "--since", "5m"], environment: environment)
        return frame.contains("1 firing:") && frame.line("request rate").contains(/\d\/s/) ? frame : nil
      }
      #expect(plain.status == 0, "\(plain.errors)\(plain.text)")
      #expect(plain.line("request rate").contains(/\d\/s/), "\(plain.text)")
      #expect(plain.contains("1 firing: RequestsAreServed msg-server"), "\(plain.text)")

      try write("password", "open-sesame\n")
      func context(_ name: String, _ more: String) -> String {
        "  \(name):\n    prometheus: {url: 'https://127.0.0.1:\(secure)', username: reader, \(more)}\n"
      }
      try write(
        "config.yaml",
        "contexts:\n" + context("right", "password_file: password, ca_file: server.pem")
          + context("wrong", "password: nonsense, ca_file: server.pem") + context("stranger", "password_file: password")
      )
      func frame(_ name: String) throws -> Frame {
        try Frame([
          "--size", "160x45", "--since", "5m", "--config", folder.appending(path: "config.yaml").path, "--context",
          name,
        ])
      }
      let right = try frame("right")
      #expect(right.status == 0, "\(right.errors)\(right.text)")
      #expect(right.line("request rate").contains(/\d\/s/), "\(right.text)")
      let wrong = try frame("wrong")
      #expect(wrong.status == 3 && wrong.contains("401"), "\(wrong.text)")
      let stranger = try frame("stranger")
      #expect(stranger.status == 3 && stranger.contains("to do: set ca_file to"), "\(stranger.text)")

      func doctor(_ name: String) throws -> Program.Outcome {
        try Program.run(
          Program.path, ["doctor", "--config", folder.appending(path: "config.yaml").path, "--context", name])
      }
      let well = try doctor("right").output
      #expect(
        well.contains("✓ Prometheus answers: version ") && well.contains("✓ Prometheus's clock and ours"), "\(well)")
      #expect(well.contains("✓ targets: all 1 are up") && well.contains("✓ rules: all 1 could be evaluated"), "\(well)")
      let refused = try doctor("wrong")
      #expect(refused.status == 2 && refused.output.contains("[unauthorised]"), "\(refused.output)")
      #expect(refused.output.contains("next: Basic was sent and not accepted"), "\(refused.output)")
      #expect(!refused.output.contains("nonsense"))
      let distrusted = try doctor("stranger")
      #expect(distrusted.status == 2 && distrusted.output.contains("[certificate]"), "\(distrusted.output)")
      #expect(distrusted.output.contains("next: set ca_file to"), "\(distrusted.output)")
    }
  }
}
