import ObsData
import Testing

@testable import ObsTUI

@Suite struct `obs-tui traces` {
  private func query(_ arguments: String...) throws -> TraceQuery {
    let command = try TracesCommand.parse(arguments)
    return try command.query(now: tracesNow, usual: .seconds(900))
  }

  @Test func `asks what its options say`() throws {
    let all = try query(
      "--service", "api", "--operation", "GET /x", "--kind", "Server", "--tags", "error=true limit=3", "--min-duration",
      "500ms", "--max-duration", "2s", "--since", "1h", "--limit", "7")
    #expect(
      all
        == TraceQuery(
          service: "api", operation: "GET /x", kind: .server, tags: ["error": "true", "limit": "3"],
          minimumDuration: .milliseconds(500), maximumDuration: .seconds(2), limit: 7, window: .live(.seconds(3_600))))
    #expect(try query() == TraceQuery(limit: 20, window: .live(.seconds(900))))
    #expect(
      try query("--from", "2026-11-22T08:00:00Z", "--to", "2026-11-22T08:30:00Z").window
        == .frozen(TimeRange(start: tracesNow - .seconds(3_130), end: tracesNow - .seconds(1_330))))
  }

  @Test(arguments: [
    (["--kind", "srv"], "--kind srv: server, client, producer, consumer, internal"),
    (["--limit", "0"], "--limit 0: 1 to 1500 traces"),
    (["--min-duration", "5"], "--min-duration 5: not a duration such as 500ms or 2s"),
    (
      ["--min-duration", "5s", "--max-duration", "1s"],
      "--min-duration is greater than --max-duration: no trace can match"
    ),
    (["--since", "x"], "--since x: not a duration such as 15m or 2h"),
    (["--since", "1h", "--from", "-2h"], "--since and --from: one of them"),
    (
      ["--tags", "error=true x"],
      "--tags cannot be read\nerror=true x\n           ^ “x” is no key=value, such as error=true"
    ),
  ])
  func `explains what cannot be read`(arguments: [String], sentence: String) throws {
    let command = try TracesCommand.parse(arguments)
    let error = #expect(throws: UsageError.self) { try command.query(now: tracesNow, usual: .seconds(900)) }
    #expect(error?.description == sentence)
  }

  @Test func `prints a table, or an object a line`() {
    let printer = TracePrinter(now: tracesNow, time: .utc)
    let traces = Array(summaries(4).suffix(3))
    #expect(
      printer.text(traces, asJSON: false) == """
        START                    DURATION  SPANS  ERRORS  TRACE                             ROOT
        2026-11-22 08:52:02.000     126ms    402       1  00000000000000000000000000000002  msg-server: POST /v1
        2026-11-22 08:51:55.000     237ms    802       -  00000000000000000000000000000003  api-gateway: POST /v2
        2026-11-22 08:51:48.000    45.0ms   1202       -  00000000000000000000000000000004  (no root yet) api-gateway

        """)
    #expect(
      printer.text(Array(traces.suffix(1)), asJSON: true)
        == #"{"trace_id":"00000000000000000000000000000004","root_service":null,"root_operation":null,"start_us":1795337508000000,"duration_us":45000,"span_count":1202,"error_count":0,"services":["api-gateway"]}"#
        + "\n")
    #expect(printer.text([], asJSON: false).isEmpty)
  }
}

@Suite struct `obs-tui dependencies` {
  private let graph = DependencyGraph(
    edges: [
      TraceDependency(parent: "api", child: "msg", callCount: 1_204, errorCount: 3),
      TraceDependency(parent: "msg", child: "push\u{1B}[31m", callCount: 7, errorCount: 0),
    ], source: .traces(20, bytes: 9))

  @Test func `prints a table that cannot steer the terminal, or an object a line`() {
    #expect(
      DependencyPrinter.text(graph, asJSON: false) == """
        CALLER  CALLEE     CALLS  ERRORS  SOURCE
        api     msg         1204       3  traces
        msg     push␛[31m      7       0  traces

        """)
    let own = DependencyGraph(
      edges: [TraceDependency(parent: "a", child: "b", callCount: 4)], source: .store(lookback: .seconds(60)))
    #expect(
      DependencyPrinter.text(own, asJSON: true)
        == #"{"parent":"a","child":"b","call_count":4,"error_count":null,"source":"jaeger"}"# + "\n")
    #expect(DependencyPrinter.text(own, asJSON: false).contains("     -  jaeger\n"))
  }
}
