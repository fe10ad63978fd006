import Foundation
import Testing

@testable import ObsData

private func decode(_ text: String) throws -> TraceFile {
  try TraceFile.decode(Array(text.utf8), name: "a.json")
}
private func refusal(_ text: String) -> FetchError? {
  do {
    _ = try decode(text)
    return nil
  } catch let error as FetchError {
    return error
  } catch { return nil }
}
private let v1Trace =
  #"{"traceID":"0a","spans":[{"traceID":"0a","spanID":"1","operationName":"op","processID":"p1"},{"traceID":"0a","spanID":"2","references":[{"refType":"CHILD_OF","traceID":"0a","spanID":"1"}],"processID":"p1"}],"processes":{"p1":{"serviceName":"svc"}}}"#
private let otlp =
  #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"svc"}}]},"scopeSpans":[{"spans":[{"traceId":"0a","spanId":"01","name":"op"}]}]}]}"#
private let zipkin = #"{"traceId":"0a","id":"1","name":"op","localEndpoint":{"serviceName":"svc"}}"#

/// How many spans each trace has, and who wrote its first one.
private func outline(_ file: TraceFile) -> String {
  file.traces.map { "\($0.id.short) \($0.spans.count) \($0.service(of: 0))" }.joined(separator: ", ")
}

@Suite struct `A trace file` {
  @Test(arguments: [
    ("an answer", #"{"data":[\#(v1Trace)],"errors":null}"#, TraceFile.Format.jaeger, 2),
    ("a trace", v1Trace, .jaeger, 2), ("an array of traces", "[\(v1Trace)]", .jaeger, 2),
    ("lines of traces", "\(v1Trace)\n", .jaeger, 2),
    ("an array of spans", #"[{"traceID":"0a","spanID":"1","process":{"serviceName":"svc"}}]"#, .jaeger, 1),
    ("OTLP", otlp, .otlp, 1), ("an array of OTLP", "[\(otlp)]", .otlp, 1),
    ("a result", #"{"result":\#(otlp)}"#, .otlp, 1),
    ("batches", otlp.replacingOccurrences(of: "resourceSpans", with: "batches"), .otlp, 1),
    ("old scopes", otlp.replacingOccurrences(of: "scopeSpans", with: "instrumentationLibrarySpans"), .otlp, 1),
    ("results one after the other", #"{"result":\#(otlp)}{"result":\#(otlp)}"#, .otlp, 2),
    ("lines of OTLP", "\(otlp)\n\(otlp)\n\n", .otlp, 2), ("Zipkin", "[\(zipkin)]", .zipkin, 1),
    ("Zipkin's traces", " [ [ \(zipkin) ] ] ", .zipkin, 1), ("a byte order mark", "\u{FEFF}[\(zipkin)]", .zipkin, 1),
  ])
  func `is known by its content`(what: String, text: String, format: TraceFile.Format, count: Int) throws {
    let file = try decode(text)
    #expect(file.format == format, "\(what)")
    #expect(outline(file) == "000000000000000a \(count) svc", "\(what)")
  }

  @Test func `says that lines of logs and metrics are left out`() throws {
    let file = try decode("\(otlp)\n{\"resourceLogs\":[]}\n{\"resourceMetrics\":[]}\n")
    #expect(file.warnings == ["2 of the file's objects hold logs or metrics: not shown here"])
  }

  @Test(arguments: [
    ("", "it is empty"),
    ("<!doctype html><html>", "it is HTML or XML, not JSON: a page was saved in the place of an answer"),
    (
      #"{"data":[{"traceID":"0a","spans":[{"spanID":"1""#,
      "of 47 bytes it ends too early: the text ends in the middle of an object (byte 47)"
    ),
    (#"{"data":[{"traceID":"0a","spans":[{"spanID":}]}]}"#, "it is no JSON: a value was expected, `}` came (byte 44)"),
    (
      #"{"data":[{"traceID":"0a","spans":[{"spanID":"1"},]}]}"#,
      "it is no JSON: a value was expected, `]` came (byte 49)"
    ),
    (
      #"{"data":[{"traceID":"0a","spans":[{"spanID":"1"} {}]}]}"#,
      "it is no JSON: a comma or the array's end was expected, `{` came (byte 49)"
    ),
    (#"{"status":"ok"}"#, "it is JSON, but holds no traces (byte 0)"),
    ("[1,2]", "it is JSON, but holds no traces (byte 0)"),
    ("7", "it is JSON, but holds no traces (byte 0)"),
    (#"{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}"#, "it holds no span: trace not found"),
    (#"{"data":[{"traceID":"0a","spans":[]}]}"#, "it holds no span"), (#"{"resourceSpans":[]}"#, "it holds no span"),
  ])
  func `says what is wrong with it, and where`(text: String, answer: String) {
    #expect(refusal(text)?.answer == answer)
    #expect(refusal(text)?.tried == "reading traces from a.json")
  }

  @Test func `opens with odd values in spans replaced, and says so`() throws {
    let file = try decode(
      #"{"data":[{"traceID":"0a","spans":[{"spanID":"1","tags":[{"key":"n","value":1e999}]},{"spanID":"2"}]}]}"#)
    #expect(file.traces[0].spans.count == 2)
    #expect(file.traces[0].warnings == ["number too large: 1e999 shown as text"])
    #expect(file.traces[0].details(of: 0).tags == [Attribute(key: "n", value: .string("1e999"))])
  }

  @Test func `stops when nobody waits for it`() {
    #expect(throws: FetchError.self) {
      _ = try TraceFile.decode(Array("[\(zipkin)]".utf8), name: "a.json", watch: { $0 < 0.5 })
    }
  }

  @Test func `keeps its spans in order across the parts in which they are parsed`() throws {
    let count = 4_000
    let spans = (1...count).map {
      #"{"spanID":"\#(String($0, radix: 16))","operationName":"op \#($0)","tags":[{"key":"filler","value":"\#(String(repeating: "x", count: 200))"}]}"#
    }
    let trace = try decode(#"{"data":[{"traceID":"0a","spans":[\#(spans.joined(separator: " ,\n"))]}]}"#).traces[0]
    #expect(trace.spans.map(\.id.value) == (1...count).map(UInt64.init))
    #expect(trace.spans.map(\.operation) == (1...count).map { "op \($0)" })
    #expect(trace.details(of: 3_999).tags.count == 1)
  }
}

@Suite struct `Reading a trace file` {
  private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appending(path: "traces-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
  }

  /// `[{"traceId":"0a","id":"1"}]`, compressed.
  private static let compressed: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x8B, 0xAE, 0x56, 0x2A, 0x29, 0x4A, 0x4C, 0x4E, 0xF5,
    0x4C, 0x51, 0xB2, 0x52, 0x32, 0x48, 0x54, 0xD2, 0x51, 0xCA, 0x04, 0xB1, 0x0C, 0x95, 0x6A, 0x63, 0x01, 0x8E, 0x89,
    0x42, 0x68, 0x1B, 0x00, 0x00, 0x00,
  ]

  @Test func `takes plain and compressed files`() throws {
    #expect(try withFile(Array("[\(zipkin)]".utf8)) { try TraceFile.read(path: $0).traces.count } == 1)
    #expect(try withFile(Self.compressed) { try TraceFile.read(path: $0).traces.count } == 1)
    #expect(try withFile(Self.compressed + [0, 0, 0, 0]) { try TraceFile.read(path: $0).traces.count } == 1)
  }

  @Test func `refuses what cannot be read, with words`() throws {
    func answer(_ path: String, maximumBytes: Int = 100) -> String {
      do {
        _ = try TraceFile.read(path: path, maximumBytes: maximumBytes)
        return "read"
      } catch { return error.answer }
    }
    #expect(answer("/nonexistent/x.json") == "it does not exist")
    #expect(answer("/") == "it is a folder")
    #expect(try withFile([UInt8](repeating: 0x20, count: 101)) { answer($0) } == "it is larger than 100 bytes")
    #expect(try withFile(Self.compressed) { answer($0, maximumBytes: 50) } == "read")
    #expect(
      try withFile(Array(Self.compressed.prefix(30))) { answer($0) }
        == "the compressed file ends in the middle, at byte 30")
    var damaged = Self.compressed
    damaged[12] = 0xFF
    #expect(try withFile(damaged) { answer($0) }.hasPrefix("the compressed file is damaged at byte "))
  }
}

@Suite(.enabled(if: JaegerCorpus.isThere)) struct `The sample files of traces` {
  @Test func `are all read or refused with words`() throws {
    var read = 0
    let names = try ["v1", "v3", "recorded-1.63", "../otlp"].flatMap(JaegerCorpus.names)
    for name in names {
      do {
        let file = try TraceFile.read(path: (JaegerCorpus.folder ?? "") + "/" + name)
        read += 1
        #expect(file.traces.allSatisfy { !$0.spans.isEmpty }, "\(name)")
        #expect(file.format == (name.contains("v3") || name.contains("otlp") ? .otlp : .jaeger), "\(name)")
        for trace in file.traces {
          #expect(TraceTree.build(trace).nodes.count == trace.spans.count, "\(name)")
          for index in trace.spans.indices { _ = trace.details(of: index) }
        }
      } catch {
        // Lists of services and the like hold no traces, and pages are no JSON.
        #expect(!error.answer.isEmpty && error.kind != .cancelled, "\(name): \(error.answer)")
        let holdsTraces = name.contains("crisp") || name.contains("trace") && !name.contains("not_found")
        #expect(!holdsTraces || name.contains("_bad_") || name.contains("_no") || name.contains("none"), "\(name)")
      }
    }
    #expect(read >= 30)
  }
}
