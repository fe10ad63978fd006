import Foundation
import Testing

@testable import ObsData

@Suite struct `The doctor's judgements` {
  private func value(_ json: String) throws -> JSONValue { try JSONDocument(parsing: Array(json.utf8)).root }

  @Test(arguments: [
    (#"{"tags":["a","_jsonparsefailure"]}"#, "x", LogLevel.unknown, true),
    (#"{"tags":"_grokparsefailure"}"#, "x", .info, true), (#"{"error":{"type":"json"}}"#, "x", .info, true),
    (#"{}"#, #"{"level":"info","message":"m"}"#, .unknown, true), (#"{}"#, #"{"level":"info"}"#, .info, false),
    (#"{}"#, "{broken", .unknown, false), (#"{}"#, "2026-11-22T08:50:00Z ERROR msg_server: away", .unknown, true),
    (#"{}"#, "all is well", .unknown, false), (#"{}"#, "", .unknown, false), (#"{"tags":[1,null]}"#, "x", .info, false),
  ])
  func `a line that nobody took apart is known`(source: String, message: String, level: LogLevel, expected: Bool) throws
  {
    #expect(LogJudgement.isUnparsed(try value(source), message: message, level: level) == expected)
  }

  @Test(arguments: [
    ((0, 0, 0), (10, 0, 0), FindingKind.pipeline), ((10, 0, 40), (10, 5, 40), .filebeatNotAcking),
    ((10, 0, 40), (50, 0, 40), .pipeline), ((10, 0, 40), (10, 0, 40), .filebeatNotAcking),
    ((10, 0, 0), (12, 9, 3), .filebeatNotAcking), ((900, 0, 0), (3, 0, 0), .pipeline),
  ])
  func `Filebeat's counters are compared between two looks`(
    first: (Int, Int, Int), second: (Int, Int, Int), kind: FindingKind
  ) {
    let finding = PipelineJudgement.filebeat(
      .init(acked: first.0, failed: first.1, active: first.2),
      .init(acked: second.0, failed: second.1, active: second.2))
    #expect(finding.kind == kind)
  }

  @Test(arguments: [
    (#"{"pipelines":{"main":{"queue":{"type":"memory"}}},"events":{"out":7}}"#, Finding.Status.ok),
    (
      #"{"pipelines":{"main":{"queue":{"type":"persisted","queue_size_in_bytes":85,"max_queue_size_in_bytes":100}}}}"#,
      .warning
    ),
    (#"{"pipelines":{},"flow":{"queue_backpressure":{"current":2.5}}}"#, .warning),
    (#"{"pipelines":{},"flow":{"queue_backpressure":{"current":"Infinity"}}}"#, .ok),
    (#"{"pipelines":{"main":{"queue":{"type":"persisted","max_queue_size_in_bytes":0}}}}"#, .ok), ("[]", .ok),
  ])
  func `Logstash's queue is full from four fifths on`(stats: String, status: Finding.Status) throws {
    #expect(PipelineJudgement.logstash(try value(stats)).status == status)
  }

  @Test(arguments: [
    (#"{"status":{"overall":{"level":"available"}},"version":{"number":"8.17.0"}}"#, Finding.Status.ok),
    (#"{"status":{"overall":{"state":"green"}}}"#, .ok), (#"{"status":{"overall":{"level":"critical"}}}"#, .warning),
    (#"{"status":"x"}"#, nil),
  ])
  func `Kibana's status is read in both forms`(status: String, expected: Finding.Status?) throws {
    #expect(PipelineJudgement.kibana(try value(status))?.status == expected)
  }

  @Test(arguments: [
    (["msg-server"], ["msg_server", "x"], Finding.Status.ok, "the one is there"),
    (["a", "msg-server"], ["msg-serve", "a"], .warning, "1 of 2 are not there: msg-server"),
  ])
  func `services are joined by the rule of their names`(
    logs: [String], others: [String], status: Finding.Status, evidence: String
  ) {
    let finding = ServiceJudgement.finding(logs: logs, others: others, store: .jaeger, naming: ServiceNaming())
    #expect(finding.status == status)
    #expect(finding.evidence == evidence)
    if status == .warning { #expect(finding.next?.contains("msg-server may be msg-serve") == true) }
  }

  @Test func `the share of known traces is sampling, none is not`() {
    #expect(
      TraceJudgement.known(asked: 4, unknown: [], hasTraces: true).evidence
        == "Jaeger knows all of 4 trace ids of the lines")
    let some = TraceJudgement.known(asked: 4, unknown: [(id: "ab", service: "s")], hasTraces: true)
    #expect(some.status == .ok && some.evidence.contains("3 of 4") && some.next?.contains("sampling_ratio") == true)
    let none = (0..<3).map { (id: "\($0)", service: "s") }
    let chance = TraceJudgement.known(asked: 3, unknown: none, hasTraces: true)
    #expect(chance.status == .warning && chance.next?.hasPrefix("compare with telemetry.sampling_ratio") == true)
    let lost = TraceJudgement.known(asked: 3, unknown: none, hasTraces: false)
    #expect(lost.status == .failed && lost.kind == .traceUnknown && lost.next?.contains("telemetry.endpoint") == true)
  }

  @Test(arguments: [(0, 0, "0 %"), (0, 9, "0 %"), (1, 900, "1 %"), (899, 900, "99 %"), (9, 9, "100 %")])
  func `a share is nothing or everything only where it is`(part: Int, whole: Int, text: String) {
    #expect(Doctor.percent(part, of: whole) == text)
  }

  // MARK: Traces that break

  private func span(
    _ id: UInt64, _ parent: UInt64?, _ process: Int, _ kind: SpanKind, _ start: Int64, _ end: Int64
  ) -> Span {
    let trace = TraceID(high: 0, low: 1)
    return Span(
      id: SpanID(value: id),
      references: parent.map { [SpanReference(kind: .childOf, traceID: trace, spanID: SpanID(value: $0))] } ?? [],
      operation: "o\(id)", process: process, start: Timestamp(milliseconds: start),
      duration: .milliseconds(end - start), kind: kind, hasError: false)
  }

  private func trace(_ spans: [Span], peers: [Int: String] = [:]) -> Trace {
    Trace(
      id: TraceID(high: 0, low: 1), spans: spans,
      processes: ["api", "msg", "push"].map { TraceProcess(service: $0) },
      details: { index in
        SpanDetails(tags: peers[index].map { [Attribute(key: "peer.service", value: .string($0))] } ?? [])
      })
  }

  @Test func `a trace breaks where a server's span has lost its caller`() {
    let whole = trace([
      span(1, nil, 0, .server, 0, 100), span(2, 1, 0, .client, 10, 90), span(3, 2, 1, .server, 20, 80),
    ])
    #expect(TraceBreaks([whole], services: []).finding.kind == .propagation)
    // The caller's span is there, but the callee names another parent.
    let lost = trace([
      span(1, nil, 0, .server, 0, 100), span(2, 1, 0, .client, 10, 90), span(3, 99, 1, .server, 20, 80),
    ])
    #expect(TraceBreaks([lost], services: []).edges == [.init(caller: "api", callee: "msg"): 1])
    // Nothing tells who called.
    let alone = trace([span(3, 99, 1, .server, 20, 80)])
    #expect(TraceBreaks([alone], services: []).edges == [.init(caller: nil, callee: "msg"): 1])
    // A span within a service that was lost is no matter of headers.
    let inner = trace([span(3, 99, 1, .internal, 20, 80)])
    #expect(TraceBreaks([inner], services: []).finding.kind == .propagation)
  }

  @Test func `a call to a known service that left no span there breaks too`() {
    let spans = [span(1, nil, 0, .server, 0, 100), span(2, 1, 0, .client, 10, 90)]
    let broken = TraceBreaks([trace(spans, peers: [1: "push"])], services: ["push", "api"])
    #expect(broken.edges == [.init(caller: "api", callee: "push"): 1])
    #expect(broken.finding.evidence == "1 of 1 traces (100 %) break between services: api → push (1)")
    #expect(broken.finding.next?.hasPrefix("see that api sends its spans and the header traceparent to push") == true)
    // A database traces nothing.
    #expect(TraceBreaks([trace(spans, peers: [1: "postgres"])], services: ["push"]).edges.isEmpty)
  }

  // MARK: Explanations

  @Test(arguments: FindingKind.allCases) func `every finding is explained`(kind: FindingKind) {
    #expect(kind.explanation.count > 40 && kind.explanation.hasSuffix("."))
    #expect(kind.id.allSatisfy { $0.isLowercase || $0 == "-" })
  }
}

@Suite struct `The doctor's look at log files` {
  private func folder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "doctor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func `files that others cannot read are named with the command that mends it`() throws {
    try folder { path in
      for (name, mode) in [("a.log", 0o644), ("b.log", 0o600)] {
        _ = FileManager.default.createFile(
          atPath: "\(path)/\(name)", contents: nil, attributes: [.posixPermissions: NSNumber(value: mode)])
      }
      chmod(path, 0o755)
      let good = LogFileCheck.findings(["\(path)/a*.log"])
      #expect(good.map(\.kind) == [.files])
      let bad = try #require(LogFileCheck.findings(["\(path)/*.log"]).first)
      #expect(bad.kind == .logFileUnreadable && bad.status == .warning)
      #expect(bad.evidence.hasPrefix("1 of 2 files cannot be read by everybody: \(path)/b.log may not be read"))
      #expect(bad.next == "chmod 644 \(path)/b.log")
      chmod(path, 0o700)
      let closed = try #require(LogFileCheck.findings(["\(path)/a.log"]).first)
      #expect(closed.next?.hasPrefix("chmod o+x ") == true)
    }
  }

  @Test func `a pattern that matches nothing is a failure`() throws {
    try folder { path in
      let finding = try #require(LogFileCheck.findings(["\(path)/*.log"]).first)
      #expect(finding.kind == .logPathNothing && finding.status == .failed)
    }
  }
}
