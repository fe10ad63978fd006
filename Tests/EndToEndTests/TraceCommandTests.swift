import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct TraceCommands {
    private func file(_ text: String, _ body: (String) throws -> Void) throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "trace.json").path
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      try body(path)
    }

    private func object(_ text: some StringProtocol) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// A trace in Jaeger's v1 form: a root of 100 ms, and calls of 10 ms one after the other below it.
    private func trace(_ id: Int, calls: Int, failing: Bool = false) -> String {
      let head = #"{"traceID":"000000000000000\#(id)","processID":"p1","flags":1,"spanID":""#
      let tags = failing ? #"[{"key":"error","type":"bool","value":true}]"# : "[]"
      let root = head + #"0000000000000001","operationName":"GET /","startTime":1000000,"duration":100000,"tags":[]}"#
      let others = (0..<calls).map { call in
        head + "\(1_000_000_000_000_000 + call)"
          + #"","operationName":"SELECT","startTime":\#(1_000_000 + call * 10_000),"#
          + #""duration":10000,"tags":\#(tags),"references":[{"refType":"CHILD_OF","spanID":"0000000000000001"}]}"#
      }
      return #"{"traceID":"000000000000000\#(id)","spans":[\#(([root] + others).joined(separator: ","))],"#
        + #""processes":{"p1":{"serviceName":"api"}}}"#
    }

    private func answer(_ traces: String...) -> String { #"{"data":[\#(traces.joined(separator: ","))]}"# }

    @Test func `the demo's traces are found, and one of them is told in full`() async throws {
      let servers = try await DemoServer.shared.environment
      let found = try Program.run(
        Program.path, ["traces", "--from", "-10m", "--to", "-1m", "--limit", "5", "--json"], environment: servers)
      #expect(found.status == 0, "\(found.errors)")
      let summaries = try found.output.split(separator: "\n").map(object)
      #expect((1...5).contains(summaries.count))
      let summary = try #require(summaries.first { ($0["root_service"] as? String) != nil })
      #expect(
        Set(summary.keys) == [
          "trace_id", "root_service", "root_operation", "start_us", "duration_us", "span_count", "error_count",
          "services",
        ])
      let id = try #require(summary["trace_id"] as? String)
      let told = try Program.run(Program.path, ["trace", id.uppercased(), "--json"], environment: servers)
      #expect(told.status == 0, "\(told.errors)")
      let trace = try object(told.output)
      #expect(
        Set(trace.keys) == [
          "trace_id", "span_count", "service_count", "error_count", "root_count", "orphan_count", "depth", "start_us",
          "duration_us", "services", "critical_path", "self_time_us", "blame", "warnings",
        ])
      #expect(trace["trace_id"] as? String == id)
      let blame = try #require(trace["blame"] as? [String: Any])
      let said = try Program.run(Program.path, ["trace", id, "--blame"], environment: servers)
      #expect(said.output == "\(blame["sentence"] as? String ?? "")\n")
    }

    @Test func `the demo's service graph is Jaeger's, or counted in traces`() async throws {
      let servers = try await DemoServer.shared.environment
      let own = try Program.run(Program.path, ["dependencies", "--json"], environment: servers)
      #expect(own.status == 0, "\(own.errors)")
      let calls = try own.output.split(separator: "\n").map(object)
      #expect(calls.contains { $0["parent"] as? String == "api-gateway" && $0["child"] as? String == "msg-server" })
      #expect(calls.allSatisfy { $0["source"] as? String == "jaeger" && $0["error_count"] is NSNull })
      let counted = try Program.run(
        Program.path, ["dependencies", "--from-traces", "--since", "10m"], environment: servers)
      #expect(counted.status == 0, "\(counted.errors)")
      let lines = counted.output.split(separator: "\n")
      #expect(lines.first?.hasPrefix("CALLER") == true && lines.dropFirst().allSatisfy { $0.hasSuffix("  traces") })
    }

    @Test func `a store that is not there, or has no such trace, ends with 3 and a sentence`() async throws {
      let servers = try await DemoServer.shared.environment
      let gone = DemoServer.environment(portBase: DemoServer.freePorts())
      for (arguments, environment, sentence) in [
        (["trace", "00000000000000ab"], servers, "Jaeger does not have trace 00000000000000ab"),
        (
          ["trace-diff", "00000000000000ab", "00000000000000cd"], servers, "Jaeger does not have trace 00000000000000ab"
        ),
        (["trace", "00000000000000ab"], gone, "Jaeger gave no answer"),
        (["trace-diff", "00000000000000ab", "00000000000000cd"], gone, "Jaeger gave no answer"),
        (["traces"], gone, "Jaeger gave no answer"), (["dependencies"], gone, "Jaeger gave no answer"),
      ] {
        let outcome = try Program.run(Program.path, arguments, environment: environment)
        #expect(outcome.status == 3, "\(arguments)")
        #expect(outcome.output == "" && outcome.errors.contains(sentence), "\(outcome.errors)")
      }
    }

    @Test func `a trace comes through standard input`() throws {
      let text = answer(trace(1, calls: 3))
      let outcome = try Program.run(Program.path, ["trace", "--file", "-", "--width", "60"], input: text)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n")
      #expect(lines[0].hasPrefix("0000000000000001  api: GET /  100ms  4 spans"))
      #expect(lines.count { $0.contains("─ api: SELECT") } == 3)
    }

    @Test func `of a file with several traces one is named`() throws {
      try file(answer(trace(1, calls: 3), trace(2, calls: 1, failing: true))) { path in
        let unnamed = try Program.run(Program.path, ["trace", "--file", path, "--blame"])
        #expect(unnamed.status == 2 && unnamed.output == "")
        #expect(
          unnamed.errors == """
            obs-tui: \(path) holds 2 traces: choose one with --id
            0000000000000001  100ms  4 spans  api: GET /
            0000000000000002  100ms  2 spans, 1 failed  api: GET /

            """)
        let named = try Program.run(Program.path, ["trace", "--file", path, "--id", "0000000000000002", "--blame"])
        #expect(named.status == 0 && named.output.contains("the only error in api: SELECT"))
        let other = try Program.run(Program.path, ["trace", "--file", path, "--id", "0000000000000003"])
        #expect(other.status == 3 && other.errors.contains("does not hold trace 0000000000000003"))
      }
    }

    @Test func `a text that breaks off is named with its byte and what was expected`() throws {
      let whole = answer(trace(1, calls: 3))
      try file(String(whole.dropLast(60))) { path in
        let outcome = try Program.run(Program.path, ["trace", "--file", path])
        #expect(outcome.status == 2 && outcome.output == "")
        #expect(outcome.errors.contains("byte \(whole.utf8.count - 60)"), "\(outcome.errors)")
      }
      try file(#"{"data":[{"spans":[{"spanID":"1"} {}]}]}"#) { path in
        let outcome = try Program.run(Program.path, ["trace", "--file", path])
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(
          outcome.errors.contains("a comma or the array's end was expected, `{` came (byte 34)"), "\(outcome.errors)")
      }
      try file("<html><body>Log in</body></html>") { path in
        let outcome = try Program.run(Program.path, ["trace", "--file", path])
        #expect(outcome.status == 2 && outcome.errors.contains("it is HTML or XML, not JSON"), "\(outcome.errors)")
      }
    }

    @Test func `two files are compared`() throws {
      try file(answer(trace(1, calls: 3))) { first in
        try file(answer(trace(2, calls: 5))) { second in
          let outcome = try Program.run(Program.path, ["trace-diff", first, second])
          #expect(outcome.status == 0, "\(outcome.errors)")
          #expect(outcome.output.contains(/\+20\.0ms .* 3 +5 .* api: SELECT/), "\(outcome.output)")
          let json = try object(try Program.run(Program.path, ["trace-diff", first, second, "--json"]).output)
          #expect(Set(json.keys) == ["a", "b", "operations", "paths"])
        }
      }
    }

    @Test(arguments: [
      (["trace"], "which trace?"), (["trace", "xyz"], "not a trace id"),
      (["trace", "--file", "/gone.json"], "/gone.json"),
      (["trace", "--file", "/"], "/"),
      (["trace", "00000000000000ab", "--id", "1"], "--id chooses a trace of a --file"),
      (["trace", "--file", "-", "--json", "--stats"], "one of them"),
      (["trace", "--file", "-", "--width", "1"], "--width 1"),
      (["trace-diff", "-", "-"], "standard input can be read only once"), (["trace-diff", "a", "b"], "a: neither"),
      (["traces", "--sort", "age"], "--sort age"), (["traces", "--tags", "x"], "--tags cannot be read"),
      (["dependencies", "--since", "soon"], "--since soon"),
    ])
    func `what cannot be understood is named, with exit status 2`(arguments: [String], sentence: String) throws {
      let outcome = try Program.run(Program.path, arguments)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
      #expect(outcome.output == "")
    }

    @Test func `a reader that goes away is no failure`() throws {
      try file(answer(trace(1, calls: 20_000))) { path in
        let shell = "'\(Program.path)' trace --file '\(path)' | head -n 2; echo \"${PIPESTATUS[0]}\""
        let outcome = try Program.run("/bin/bash", ["-c", shell])
        #expect(outcome.errors == "")
        #expect(outcome.output.split(separator: "\n").last == "0")
      }
    }
  }
}
