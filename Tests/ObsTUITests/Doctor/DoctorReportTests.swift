import Testing

@testable import ObsData
@testable import ObsTUI

@Suite struct `obs-tui doctor` {
  private let findings = [
    Finding(.answers, .logs, "Elasticsearch answers", .ok, "version 8.17.0"),
    Finding(.logsOld, .logs, "lines in the window", .failed, "the newest is 3h old", next: "see why\nnothing follows"),
    Finding(.unparsed, .logs, "lines taken apart", .warning, "such as “\u{1B}[31mx”", next: "log.format: json"),
    Finding(.answers, .alerts, "Alertmanager answers", .ok, "version 0.25.0"),
  ]

  @Test func `prints a section for each way, with what to do next, and steers no terminal`() {
    #expect(
      DoctorReport(context: "prod", findings: findings).text == """
        logs
          ✓ Elasticsearch answers: version 8.17.0
          ✗ lines in the window: the newest is 3h old [logs-old]
              next: see why nothing follows
          ! lines taken apart: such as “␛[31mx” [unparsed]
              next: log.format: json

        alerts
          ✓ Alertmanager answers: version 0.25.0

        context prod: 1 failed, 1 warning, 2 in order; obs-tui doctor --explain logs-old says more

        """)
    let plain = DoctorReport(context: "prod", findings: findings, isUnicode: false).text
    #expect(plain.utf8.allSatisfy { $0 < 0x7F })
    #expect(plain.contains("  x lines in the window") && plain.contains("  + Alertmanager answers"))
  }

  @Test func `ends with 0, 1 or 2, by the worst that was found`() {
    func code(_ findings: [Finding]) -> Int32 { DoctorReport(context: "c", findings: findings).exitCode }
    #expect(code([]) == 0)
    #expect(code([findings[0]]) == 0)
    #expect(code([findings[0], findings[2]]) == 1)
    #expect(code(findings) == 2)
    #expect(
      DoctorReport(context: "c", findings: [findings[0], findings[3]]).summary == "context c: all 2 steps are in order")
  }

  @Test func `writes one object of JSON`() {
    #expect(
      DoctorReport(context: "c", findings: [findings[1], findings[3]]).json
        == #"{"findings":[{"id":"logs-old","step":"logs: lines in the window","status":"failed","evidence":"the newest is 3h old","next":"see why nothing follows"},{"id":"answers","step":"alerts: Alertmanager answers","status":"ok","evidence":"version 0.25.0","next":null}]}"#
        + "\n")
  }

  @Test func `explains a finding, and names the nearest one for what is none`() throws {
    let text = try DoctorReport.explanation(of: "refused")
    #expect(text.hasPrefix("refused\nThe host is there, but nothing listens"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 96 })
    let error = #expect(throws: UsageError.self) { try DoctorReport.explanation(of: "refusd") }
    #expect(error?.description.contains("did you mean “refused”?") == true)
  }
}
