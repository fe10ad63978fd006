import Testing

@testable import ObsData

private func v1(_ text: String) throws -> Trace {
  try #require(JaegerV1Decoder.traces(in: TraceText(Array(text.utf8)))?.first)
}
private func otlp(_ text: String) throws -> Trace {
  try #require(JaegerV3Decoder.traces(in: TraceText(Array(text.utf8)))?.first)
}

/// All that a trace holds, a line for each thing; spans, tags and processes in an order that does not depend on the form. The tag
/// `span.kind` is left out: it is in the span's kind.
private func content(_ trace: Trace) -> [String] {
  func text(_ attribute: Attribute) -> String { "\(attribute.key)=\(attribute.value)" }
  let spans = trace.spans.indices.map { index -> String in
    let span = trace.spans[index]
    let details = trace.details(of: index)
    let process = trace.processes[span.process]
    let tags = details.tags.filter { $0.key != "span.kind" }.map(text).sorted()
    let events = details.events.map { "\($0.timestamp.nanoseconds) \($0.name) \($0.attributes.map(text))" }
    let references = span.references.map { "\($0.kind) \($0.traceID) \($0.spanID)" }
    return """
      \(span.id) \(span.operation) \(span.start.nanoseconds) \(span.duration.nanoseconds) \(String(describing: span.kind)) \
      \(span.hasError) \(process.service) \(process.tags.map(text).sorted()) \(references) \(tags) \(events) \
      \(details.warnings)
      """
  }
  return [trace.id.description] + spans.sorted()
}

private let sample = #"""
  {"data":[{"traceID":"703cff0b39763c0b1122334455667788","spans":[
   {"traceID":"703cff0b39763c0b1122334455667788","spanID":"a1","operationName":"GET /\"x\"","references":[],
    "startTime":1795337230000123,"duration":346001,"processID":"p1","flags":1,
    "tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"http.status_code","type":"int64","value":500},
     {"key":"big","type":"int64","value":"9007199254740993"},{"key":"ratio","type":"float64","value":0.25},
     {"key":"whole","type":"float64","value":3},{"key":"cached","type":"bool","value":false},
     {"key":"key","type":"binary","value":"AAEC"},{"key":"otel.status_code","type":"string","value":"ERROR"},
     {"key":"otel.status_description","type":"string","value":"no\tway"},
     {"key":"w3c.tracestate","type":"string","value":"a=b"},{"key":"twice","type":"string","value":"1"},
     {"key":"twice","type":"string","value":"2"},{"key":"list","type":"string","value":[1,"a",{"b":[true,2.5]}]}],
    "logs":[{"timestamp":1795337230000200,"fields":[{"key":"event","type":"string","value":"exception"},
      {"key":"exception.message","type":"string","value":"连接失败\u001b[31m"}]},
     {"timestamp":1795337230000100,"fields":[{"key":"count","type":"int64","value":-7}]}],
    "warnings":["clock skew adjustment disabled"]},
   {"traceID":"703cff0b39763c0b1122334455667788","spanID":"b2","operationName":"","startTime":1795337230000200,
    "duration":0,"processID":"p2","tags":[{"key":"error","type":"bool","value":true}],"logs":[],"warnings":null,
    "references":[{"refType":"CHILD_OF","traceID":"703cff0b39763c0b1122334455667788","spanID":"a1"},
     {"refType":"CHILD_OF","traceID":"703cff0b39763c0b1122334455667788","spanID":"c3"},
     {"refType":"FOLLOWS_FROM","traceID":"99","spanID":"77"}]},
   {"traceID":"703cff0b39763c0b1122334455667788","spanID":"c3","operationName":"orphan","startTime":1795337230000300,
    "duration":5,"processID":"nowhere","tags":[],"logs":[],"warnings":[],
    "references":[{"refType":"CHILD_OF","traceID":"703cff0b39763c0b1122334455667788","spanID":"dead"}]}],
   "processes":{"p1":{"serviceName":"api","tags":[{"key":"host.name","type":"string","value":"h1"}]},
    "p2":{"serviceName":"db","tags":[]}},"warnings":["cut at 3 spans"]}],"total":0,"limit":0,"offset":0,"errors":null}
  """#

@Suite struct `A trace that is written` {
  @Test func `as Jaeger has it is the same when it is read again`() throws {
    let trace = try v1(sample)
    let again = try v1(TraceWriter(trace, as: .jaeger).text)
    #expect(again == trace)
    #expect(trace.details(of: 0).flags == 1 && trace.details(of: 1).flags == nil)
    for index in trace.spans.indices { #expect(again.details(of: index) == trace.details(of: index)) }
    #expect(!TraceWriter(trace, as: .jaeger).cutsTimes)
  }

  @Test func `in OTLP holds the same when it is read again`() throws {
    let trace = try v1(sample)
    let text = TraceWriter(trace, as: .otlp).text
    #expect(try content(otlp(text)) == content(trace))
    #expect(!text.contains("span.kind") && !text.contains("otel.status_code"), "these have places of their own")
  }

  @Test func `goes from OTLP to Jaeger's form and back, but for parts of microseconds`() throws {
    let trace = try otlp(TraceWriter(v1(sample), as: .otlp).text)
    #expect(try content(v1(TraceWriter(trace, as: .jaeger).text)) == content(trace))
    let fine = Span(
      id: SpanID(value: 1), references: [], operation: "o", process: 0, start: Timestamp(nanoseconds: 1_001),
      duration: .nanoseconds(1_999), kind: nil, hasError: false)
    let exact = Trace(id: TraceID(high: 0, low: 1), spans: [fine], processes: [TraceProcess(service: "s")])
    #expect(TraceWriter(exact, as: .jaeger).cutsTimes)
    #expect(try v1(TraceWriter(exact, as: .jaeger).text).spans.first?.duration == .microseconds(1))
    #expect(try content(otlp(TraceWriter(exact, as: .otlp).text)) == content(exact))
  }

  @Test func `comes in pieces, and is one text`() throws {
    let spans = (1...2_000).map { number in
      Span(
        id: SpanID(value: UInt64(number)), references: [], operation: "operation \(number)", process: number % 3,
        start: Timestamp(seconds: 1), duration: .zero, kind: .client, hasError: false)
    }
    let trace = Trace(
      id: TraceID(high: 1, low: 1), spans: spans, processes: (0..<3).map { TraceProcess(service: "s\($0)") })
    for format in TraceFormat.allCases {
      let writer = TraceWriter(trace, as: format)
      var pieces: [String] = []
      writer.forEachPiece { pieces.append($0) }
      #expect(pieces.count > 2)
      #expect(pieces.joined() == writer.text)
    }
    #expect(try content(otlp(TraceWriter(trace, as: .otlp).text)) == content(trace))
  }

  @Test(.enabled(if: JaegerCorpus.isThere)) func `is what a real Jaeger answered`() throws {
    for name in ["recorded-1.63/trace_by_id.json"] {
      let trace = try #require(
        JaegerV1Decoder.traces(in: TraceText(JaegerCorpus.bytes(name)))?.first)
      #expect(try content(v1(TraceWriter(trace, as: .jaeger).text)) == content(trace))
      #expect(try content(otlp(TraceWriter(trace, as: .otlp).text)) == content(trace))
    }
  }
}
