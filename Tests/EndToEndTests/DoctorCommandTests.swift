import Foundation
import Testing

extension EndToEnd {
  /// `obs-tui doctor` and `obs-tui init`, on the demo's servers over real HTTP.
  @Suite(.serialized) struct DoctorCommand {
    @Test func `a healthy stack is in order, and one whose server is gone is not`() async throws {
      let demo = try await DemoServer.shared
      // The demo's incidents break targets and traces now and then: what is asked for is that nothing fails.
      let well = try Program.run(Program.path, ["doctor", "--since", "5m"], environment: demo.environment)
      #expect(well.status <= 1, "\(well.output) \(well.errors)")
      for line in [
        "✓ Elasticsearch answers: version 8.17.0", "✓ index pattern: ", "✓ Jaeger answers", "✓ Prometheus answers",
      ] {
        #expect(well.output.contains(line), "\(well.output)")
      }
      var broken = demo.environment
      broken["OBS_TUI_JAEGER_URL"] = "http://127.0.0.1:\(DemoServer.freePorts())"
      let report = try Program.run(Program.path, ["doctor", "--json", "--since", "5m"], environment: broken)
      #expect(report.status == 2)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
      let findings = try #require(object["findings"] as? [[String: Any]])
      let failed = findings.filter { $0["status"] as? String == "failed" }
      #expect(failed.map { $0["id"] as? String } == ["refused"])
      #expect(failed.first?["step"] as? String == "traces: Jaeger answers")
    }

    @Test func `a finding is explained without a server, and what is none is a mistake of usage`() throws {
      let known = try Program.run(Program.path, ["doctor", "--explain", "unparsed"])
      #expect(known.status == 0)
      #expect(known.output.hasPrefix("unparsed\nLines arrived as plain text"))
      let unknown = try Program.run(Program.path, ["doctor", "--explain", "unparsd"])
      #expect(unknown.status == 2)
      #expect(unknown.errors.contains("did you mean “unparsed”?"))
      #expect(try Program.run(Program.path, ["doctor", "--since", "soon"]).status == 2)
    }

    @Test func `init writes settings that can be read, for their owner alone, and overwrites nothing`() async throws {
      let demo = try await DemoServer.shared
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "new/config.yaml").path
      let stores = ["elasticsearch", "jaeger", "prometheus", "alertmanager"]
      let addresses = try stores.flatMap { store in
        ["--\(store)", try #require(demo.environment["OBS_TUI_\(store.uppercased())_URL"])]
      }
      let made = try Program.run(Program.path, ["init", "--config", path] + addresses)
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.output.contains("version 8.17.0") && made.output.contains("wrote \(path)"))
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o600)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains("indices: [\"rustim-*\"]"))
      #expect(text.contains("# It knows ") && text.contains("msg-server"))
      let check = try Program.run(Program.path, ["config", "check", "--config", path])
      #expect(check.status == 0, "\(check.errors)")
      #expect(check.output.contains("default (current): elasticsearch, jaeger, prometheus, alertmanager"))
      let again = try Program.run(Program.path, ["init", "--config", path] + addresses)
      #expect(again.status == 2)
      #expect(again.errors.contains("--force"))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
      let forced = try Program.run(Program.path, ["init", "--force", "--config", path] + addresses)
      #expect(forced.status == 0, "\(forced.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new") == ["config.yaml"])
    }

    @Test func `init reads a compose file, and says what it cannot read`() throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let compose = folder.appending(path: "compose.yml").path
      let port = DemoServer.freePorts()
      let services = ["9200", "16686", "9090", "9093"].enumerated().map {
        "  s\($0): {ports: [\"127.0.0.1:\(port + $0):\($1)\"]}"
      }
      try ("services:\n" + services.joined(separator: "\n") + "\n  g: {ports: [\"127.0.0.1:\(port):3000\"]}\n")
        .write(toFile: compose, atomically: true, encoding: .utf8)
      let path = folder.appending(path: "config.yaml").path
      let nothing = try Program.run(Program.path, ["init", "--from", compose, "--config", path])
      #expect(nothing.status == 3)
      #expect(nothing.output.contains("the service s0 in compose.yml"))
      #expect(!FileManager.default.fileExists(atPath: path))
      let gone = try Program.run(Program.path, ["init", "--from", "/gone.yaml", "--config", path])
      #expect(gone.status == 2)
      #expect(gone.errors.contains("/gone.yaml: the file does not exist"))
    }
  }
}
