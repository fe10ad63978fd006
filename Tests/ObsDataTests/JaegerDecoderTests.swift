import Testing

@testable import ObsData

private func v1(_ bytes: [UInt8]) throws -> [Trace] {
  let traces = try JaegerV1Decoder.traces(in: TraceText(bytes))
  return try #require(traces)
}
private func v1(_ text: String) throws -> [Trace] { try v1(Array(text.utf8)) }
private func v3(_ bytes: [UInt8]) throws -> [Trace] {
  let traces = try JaegerV3Decoder.traces(in: TraceText(bytes))
  return try #require(traces)
}
private func v3(_ text: String) throws -> [Trace] { try v3(Array(text.utf8)) }

/// How many spans a v1 or v3 answer holds, counted without the decoders.
private func spanCount(_ value: JSONValue) -> Int {
  switch value.kind {
  case .array: value.elements.reduce(0) { $0 + spanCount($1) }
  case .object:
    value.members.reduce(0) { $0 + ($1.key == "spans" ? $1.value.elements.count : spanCount($1.value)) }
  default: 0
  }
}

@Suite(.enabled(if: JaegerCorpus.isThere)) struct `Recorded traces` {
  @Test func `of v1 lose no span on the way to their trees`() throws {
    var checked = 0
    let recorded = try JaegerCorpus.names(in: "recorded-1.63").filter { $0.contains("/trace") && $0.hasSuffix(".json") }
    for name in try JaegerCorpus.names(in: "v1") + recorded where !name.contains("dependencies") {
      let document = try JSONDocument(parsing: JaegerCorpus.bytes(name))
      let traces = try v1(JaegerCorpus.bytes(name))
      #expect(traces.reduce(0) { $0 + TraceTree.build($1).nodes.count } == spanCount(document.root), "\(name)")
      for trace in traces {
        for index in trace.spans.indices { checked += trace.details(of: index).tags.count }
      }
    }
    #expect(checked > 500)
  }

  @Test(arguments: [
    "recorded-1.63/v3_trace.json", "recorded-1.63/v3_traces.json", "v3/GetTrace.json", "v3/FindTraces.json",
  ])
  func `of v3 lose no span on the way to their trees`(name: String) throws {
    let document = try JSONDocument(parsing: JaegerCorpus.bytes(name))
    let traces = try v3(JaegerCorpus.bytes(name))
    #expect(traces.reduce(0) { $0 + TraceTree.build($1).nodes.count } == spanCount(document.root))
    #expect(Set(traces.map(\.id)).count == traces.count)
  }

  @Test func `are the same trace over both interfaces`() throws {
    let old = try #require(v1(JaegerCorpus.bytes("recorded-1.63/trace_by_id.json")).first)
    let new = try #require(v3(JaegerCorpus.bytes("recorded-1.63/v3_trace.json")).first)
    func lines(_ trace: Trace) -> [String] {
      TraceTree.build(trace).nodes.map { node in
        let span = trace.spans[node.span]
        return
          "\(node.depth) \(trace.service(of: node.span)) \(span.operation) \(span.start.microseconds) \(span.duration)"
      }
    }
    #expect(old.id == new.id)
    #expect(lines(old) == lines(new))
  }

  @Test func `keep every type of value`() throws {
    let trace = try v1(String(decoding: JaegerCorpus.bytes("v1/every_value_type.json"), as: UTF8.self))[0]
    #expect(
      trace.details(of: 1).tags == [
        Attribute(key: "peer.service", value: .string("service-y")), Attribute(key: "peer.ipv4", value: .int(23456)),
        Attribute(key: "error", value: .bool(true)), Attribute(key: "temperature", value: .double(72.5)),
        Attribute(key: "javascript_limit", value: .int(9_223_372_036_854_775_222)),
        Attribute(key: "blob", value: .binary("AAAwOQ==")),
      ])
    #expect(trace.spans[1].hasError)
    #expect(trace.warnings == ["some trace warning"])
    #expect(trace.details(of: 3).warnings == ["some span warning"])
    #expect(trace.details(of: 0).events.map(\.name) == ["some-event", ""])
    #expect(TraceTree.build(trace).duplicateCount == 1)
  }
}

@Suite(.enabled(if: JaegerCorpus.isThere)) struct `Traces that came damaged` {
  /// Changes some bytes, the same ones in every run.
  private func damaged(_ bytes: [UInt8], round: UInt64) -> [UInt8] {
    var state = round &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(bound, 1)
    }
    let replacements = Array(#"0123456789-"{}[]:,nulltrue"#.utf8)
    var bytes = bytes
    for _ in 0..<(1 + next(6)) { bytes[next(bytes.count)] = replacements[next(replacements.count)] }
    return bytes
  }

  @Test func `keep their spans or are refused, and stop nothing`() throws {
    let names = ["v1/every_value_type.json", "recorded-1.63/trace_by_id.json", "recorded-1.63/v3_trace.json"]
    var decoded = 0
    for name in names {
      let bytes = try JaegerCorpus.bytes(name)
      for round in 0..<150 {
        guard let text = try? TraceText(damaged(bytes, round: UInt64(round))) else { continue }
        let traces =
          ((try? JaegerV1Decoder.traces(in: text)) ?? []) + ((try? JaegerV3Decoder.traces(in: text)) ?? [])
        for trace in traces {
          let tree = TraceTree.build(trace)
          #expect(tree.nodes.count == trace.spans.count)
          _ = TraceSummary(trace, tree)
          for index in trace.spans.indices { decoded += trace.details(of: index).tags.count }
        }
      }
    }
    #expect(decoded > 1_000)
  }

  @Test func `are read from lines of OTLP as well`() throws {
    let bytes = try JaegerCorpus.bytes("../otlp/otel_demo_97_lines.json")
    let documents = try JSONReader.stream(bytes).documents
    let traces = try v3(bytes)
    let count = documents.reduce(0) { $0 + spanCount($1.root) }
    #expect(count > 0)
    #expect(traces.reduce(0) { $0 + TraceTree.build($1).nodes.count } == count)
  }
}

@Suite struct `Jaeger's v1 decoder` {
  private func one(_ span: String, processes: String = #"{"p1":{"serviceName":"svc","tags":[]}}"#) throws -> Trace {
    let traces = try v1(
      #"{"data":[{"traceID":"abc","spans":[\#(span)],"processes":\#(processes),"warnings":null}],"errors":null}"#)
    return try #require(traces.first)
  }

  @Test func `reads a deprecated parent`() throws {
    let trace = try one(
      #"{"traceID":"abc","spanID":"1","processID":"p1"},{"traceID":"abc","spanID":"2","parentSpanID":"1","processID":"p1"}"#
    )
    #expect(TraceTree.build(trace).nodes.map(\.depth) == [0, 1])
  }

  @Test func `takes no parent from zeros`() throws {
    let trace = try one(
      #"{"traceID":"abc","spanID":"1","references":[{"refType":"CHILD_OF","traceID":"abc","spanID":"0000000000000000"}]}"#
    )
    #expect(TraceTree.build(trace).orphanCount == 0)
  }

  @Test func `calls a process that is not there unknown`() throws {
    let trace = try one(#"{"spanID":"1","processID":"p7"},{"spanID":"2"},{"spanID":"3","processID":"p1"}"#)
    #expect((0..<3).map(trace.service) == ["unknown-service", "unknown-service", "svc"])
  }

  @Test func `takes a process that a span carries itself`() throws {
    let trace = try one(
      #"{"spanID":"1","processID":"p1"},{"spanID":"2","process":{"serviceName":"own"}},{"spanID":"3","process":{"serviceName":"own"}}"#
    )
    #expect((0..<3).map(trace.service) == ["svc", "own", "own"])
    #expect(trace.processes.count == 2)
  }

  @Test func `gives a strange identifier the same number each time, and drops no span`() throws {
    let long = String(repeating: "a", count: 40)
    let spans =
      #"{"spanID":"span-one"},{"spanID":"\#(long)"},{"spanID":""},{"spanID":7},{"spanID":"2","references":[{"spanID":"span-one"}]}"#
    let first = try one(spans)
    let second = try one(spans)
    #expect(first.spans.count == 5)
    #expect(first.spans.map(\.id) == second.spans.map(\.id))
    #expect(TraceTree.build(first).nodes.contains { $0.depth == 1 })
  }

  @Test func `keeps spans of another trace and says so`() throws {
    let trace = try one(
      #"{"traceID":"abc","spanID":"1"},{"traceID":"def","spanID":"2","references":[{"traceID":"def","spanID":"1"}]}"#)
    #expect(trace.spans.count == 2)
    #expect(trace.warnings == ["1 span carries another trace id"])
    #expect(TraceTree.build(trace).nodes.map(\.depth) == [0, 1])
  }

  @Test(arguments: [
    (#"{"key":"error","type":"bool","value":true}"#, true), (#"{"key":"error","value":"true"}"#, true),
    (#"{"key":"otel.status_code","value":"ERROR"}"#, true), (#"{"key":"error","type":"bool","value":false}"#, false),
    (#"{"key":"http.status_code","type":"int64","value":500}"#, false), (#"{"value":true,"key":"error"}"#, true),
  ])
  func `finds errors in tags`(tag: String, isError: Bool) throws {
    #expect(try one(#"{"spanID":"1","tags":[\#(tag)]}"#).spans[0].hasError == isError)
  }

  @Test(arguments: [
    (#"{"type":"int64","value":"9007199254740993"}"#, AttributeValue.int(9_007_199_254_740_993)),
    (#"{"type":"long","value":"7"}"#, .int(7)), (#"{"type":"double","value":3}"#, .double(3)),
    (#"{"type":"float64","value":"2.5"}"#, .double(2.5)), (#"{"type":"int64","value":4.0}"#, .int(4)),
    (#"{"value":"plain"}"#, .string("plain")), (#"{"value":12}"#, .int(12)), (#"{"value":true}"#, .bool(true)),
    (#"{"type":"bool","value":"false"}"#, .bool(false)), (#"{"type":"int64","value":"many"}"#, .string("many")),
    (#"{"type":"binary","value":"AAA="}"#, .binary("AAA=")), (#"{"value":{"a":[1]}}"#, .json(#"{"a":[1]}"#)),
    (#"{"value":null}"#, .json("null")), (#"{"type":"string"}"#, .string("")),
    (#"{"type":"string","value":18446744073709551615}"#, .json("18446744073709551615")),
  ])
  func `reads values of every type`(tag: String, value: AttributeValue) throws {
    let trace = try one(#"{"spanID":"1","tags":[\#(tag)]}"#)
    #expect(trace.details(of: 0).tags.map(\.value) == [value])
  }

  @Test func `clamps what does not fit and survives what is no span`() throws {
    let trace = try one(
      #"7,null,"x",{"spanID":"1","startTime":18446744073709551615,"duration":9223372036854775807,"tags":{},"logs":3,"references":"no"},{"spanID":"2","startTime":-5,"duration":-7}"#
    )
    #expect(trace.spans.count == 2)
    #expect(trace.spans[1].duration == .zero)
    #expect(TraceTree.build(trace).nodes.count == 2)
    #expect(trace.details(of: 0) == SpanDetails())
  }

  @Test func `reads an empty answer as no traces and other JSON as no answer`() throws {
    #expect(try v1(#"{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}"#).isEmpty)
    #expect(try v1(#"{"data":[]}"#).isEmpty)
    #expect(try JaegerV1Decoder.traces(in: TraceText(Array("[1]".utf8))) == nil)
    #expect(try JaegerV1Decoder.traces(in: TraceText(Array(#"{"status":"ok"}"#.utf8))) == nil)
  }
}

@Suite struct `Jaeger's v3 decoder` {
  private static func span(_ members: String) -> String {
    #"{"result":{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"svc"}}]},"scopeSpans":[{"scope":{"name":"lib","version":"2"},"spans":[\#(members)]}]}]}}"#
  }

  @Test func `sorts spans by their trace`() throws {
    let traces = try v3(
      Self.span(#"{"traceId":"0a","spanId":"1"},{"traceId":"0b","spanId":"2"},{"traceId":"0a","spanId":"3"}"#))
    #expect(traces.map { $0.spans.count } == [2, 1])
    #expect(traces[1].service(of: 0) == "svc")
  }

  @Test(arguments: [
    (#""kind":2,"status":{"code":2}"#, SpanKind.server, true),
    (#""kind":"SPAN_KIND_CONSUMER","status":{"code":"STATUS_CODE_ERROR"}"#, .consumer, true),
    (#""kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_OK"}"#, .client, false),
    (#""kind":1,"status":{},"attributes":[{"key":"error","value":{"boolValue":true}}]"#, .internal, true),
  ])
  func `takes enums as numbers or names`(members: String, kind: SpanKind, isError: Bool) throws {
    let trace = try v3(Self.span(#"{"traceId":"0a","spanId":"1",\#(members)}"#))[0]
    #expect(trace.spans[0].kind == kind)
    #expect(trace.spans[0].hasError == isError)
  }

  @Test func `takes identifiers in hexadecimal or base64, and numbers as strings`() throws {
    let hex = try v3(
      Self.span(
        #"{"traceId":"703cff0b39763c0bd562ce04acc80ab5","spanId":"2b56363cf5efd434","parentSpanId":"db045aaecf4cc239","startTimeUnixNano":"1795336947150631569","endTimeUnixNano":"1795336947427431569"}"#
      ))[0]
    let base64 = try v3(
      Self.span(
        #"{"traceId":"cDz/Czl2PAvVYs4ErMgKtQ==","spanId":"K1Y2PPXv1DQ=","parentSpanId":"2wRars9Mwjk=","startTimeUnixNano":1795336947150631569,"endTimeUnixNano":1795336947427431569}"#
      ))[0]
    #expect(hex.id == base64.id)
    #expect(hex.spans == base64.spans)
    #expect(hex.spans[0].duration == .nanoseconds(276_800_000))
  }

  @Test func `reads a stream of results`() throws {
    let text =
      Self.span(#"{"traceId":"0a","spanId":"1","name":"a \" } {"}"#) + "\n"
      + Self.span(#"{"traceId":"0a","spanId":"2","parentSpanId":"1"}"#)
    let traces = try v3(text)
    #expect(traces.count == 1)
    #expect(TraceTree.build(traces[0]).nodes.map(\.depth) == [0, 1])
    #expect(traces[0].processes.count == 1)
  }

  @Test func `keeps warnings, events, links, status and scope`() throws {
    let trace = try v3(
      Self.span(
        #"{"traceId":"0a","spanId":"1","startTimeUnixNano":"5","endTimeUnixNano":"9","traceState":"x=1","attributes":[{"key":"@jaeger@warnings","value":{"arrayValue":{"values":[{"stringValue":"skew"}]}}},{"key":"n","value":{"intValue":"9007199254740993"}},{"key":"l","value":{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"b"}]}}},{"key":"o","value":{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}}}],"events":[{"timeUnixNano":"7","name":"retry","attributes":[{"key":"try","value":{"intValue":"2"}}]}],"links":[{"traceId":"0b","spanId":"2"}],"status":{"code":2,"message":"boom"}}"#
      ))[0]
    #expect(
      trace.spans[0].references == [
        SpanReference(kind: .followsFrom, traceID: TraceID(high: 0, low: 11), spanID: SpanID(value: 2))
      ])
    let details = trace.details(of: 0)
    #expect(details.warnings == ["skew"])
    #expect(
      details.tags == [
        Attribute(key: "n", value: .int(9_007_199_254_740_993)), Attribute(key: "l", value: .json(#"[1,"b"]"#)),
        Attribute(key: "o", value: .json(#"{"k":true}"#)), Attribute(key: "w3c.tracestate", value: .string("x=1")),
        Attribute(key: "otel.status_code", value: .string("ERROR")),
        Attribute(key: "otel.status_description", value: .string("boom")),
        Attribute(key: "otel.scope.name", value: .string("lib")),
        Attribute(key: "otel.scope.version", value: .string("2")),
      ])
    #expect(
      details.events == [
        SpanEvent(
          timestamp: Timestamp(nanoseconds: 7), name: "retry", attributes: [Attribute(key: "try", value: .int(2))])
      ])
  }

  @Test func `reads answers without spans, and other JSON as no answer`() throws {
    #expect(try v3("{}").isEmpty)
    #expect(try v3(#"{"result":{}}"#).isEmpty)
    #expect(try JaegerV3Decoder.traces(in: TraceText(Array("[]".utf8))) == nil)
  }
}
