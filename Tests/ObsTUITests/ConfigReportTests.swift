import Foundation
import ObsData
import Testing

@testable import ObsTUI

@Suite struct ConfigReportTests {
  private func report(_ yaml: String, _ make: (String) -> ConfigReport) throws -> ConfigReport {
    let file = FileManager.default.temporaryDirectory.appending(path: "obs-tui-config-\(UUID().uuidString).yaml")
    try Data(yaml.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let report = make(file.path)
    return ConfigReport(text: report.text.replacing(file.path, with: "f.yaml"), isError: report.isError)
  }

  @Test func `check names the contexts and their stores`() throws {
    let yaml = "current_context: b\ncontexts: {a: {jaeger: {url: http://h}}, b: {}}\nkeys: {quit: Q}\n"
    let report = try report(yaml) { ConfigReport.check(file: $0, environment: [:]) }
    #expect(report == ConfigReport(text: "ok: f.yaml\n  a: jaeger\n  b (current): no stores\n", isError: false))
  }

  @Test func `check says all that is wrong`() throws {
    let yaml = "keys: {qiut: Q}\nmouse: perhaps\n"
    let report = try report(yaml) { ConfigReport.check(file: $0, environment: [:]) }
    #expect(
      report.text == """
        f.yaml:1:8: there is no command “qiut”; did you mean “quit”?
        f.yaml:2:8: mouse is true or false, not “perhaps”

        """)
    #expect(report.isError)
  }

  @Test func `show names the flag that a value comes from`() throws {
    let yaml = "contexts: {a: {elasticsearch: {url: http://file, indices: x}}}\n"
    let overrides = SettingsOverrides(
      urls: [.elasticsearch: "http://flag:1/es", .jaeger: "http://flag:2"], index: "app-*,web-*", held: 500)
    let environment = ["OBS_TUI_ELASTICSEARCH_URL": "http://variable", "OBS_TUI_ELASTICSEARCH_INDEX": "y"]
    let text = try report(yaml) { ConfigReport.show(file: $0, overrides, environment: environment) }.text
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines.contains("elasticsearch.url http://flag:1/es --elasticsearch-url"))
    #expect(lines.contains("elasticsearch.indices app-*,web-* --index"))
    #expect(lines.contains("jaeger.url http://flag:2 --jaeger-url"))
    #expect(lines.contains("held_lines 500 --held"))
  }

  @Test func `show has a line for every value, without secrets`() throws {
    let yaml = "contexts: {a: {color: red, jaeger: {url: http://h, token: s3cret}}}\n"
    let report = try report(yaml) { ConfigReport.show(file: $0, SettingsOverrides(), environment: [:]) }
    #expect(
      report.text == """
        context          a         default
        color            red       f.yaml:1
        writable         false     default
        jaeger.url       http://h  f.yaml:1
        jaeger.token     ••••      f.yaml:1
        jaeger.interval  10s       default
        jaeger.timeout   10s       default
        time_display     local     default
        window           15m       default
        mouse            false     default
        held_lines       100000    default

        """)
    #expect(
      try self.report(yaml) { ConfigReport.show(file: $0, SettingsOverrides(context: "b"), environment: [:]) }.text
        == "--context: there is no context “b”; there is a\n")
  }
}
