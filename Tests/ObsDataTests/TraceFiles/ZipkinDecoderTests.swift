import Testing

@testable import ObsData

private func zipkin(_ spans: String) throws -> Trace {
  try #require(try TraceFile.decode(Array("[\(spans)]".utf8), name: "z").traces.first)
}
private func tree(_ trace: Trace) -> [String] {
  TraceTree.build(trace).nodes.map { node in
    String(repeating: " ", count: node.depth) + "\(trace.service(of: node.span)): \(trace.spans[node.span].operation)"
  }
}

@Suite struct `Zipkin's decoder` {
  @Test func `reads times, kinds, tags, annotations and endpoints`() throws {
    let trace = try zipkin(
      #"{"traceId":"0a","id":"1","kind":"CLIENT","name":"get","timestamp":1795337590000000,"duration":250,"localEndpoint":{"serviceName":"web","ipv4":"10.0.0.1"},"remoteEndpoint":{"serviceName":"db","port":5432},"annotations":[{"timestamp":1795337590000100,"value":"wire send"}],"tags":{"http.path":"/","error":"boom"}}"#
    )
    let span = trace.spans[0]
    #expect(span.start == Timestamp(microseconds: 1_795_337_590_000_000))
    #expect(span.duration == .microseconds(250))
    #expect(span.kind == .client)
    #expect(span.hasError)
    #expect(trace.processes[0].tags == [Attribute(key: "ipv4", value: .string("10.0.0.1"))])
    #expect(
      trace.details(of: 0).tags == [
        Attribute(key: "http.path", value: .string("/")), Attribute(key: "error", value: .string("boom")),
        Attribute(key: "peer.service", value: .string("db")), Attribute(key: "peer.port", value: .int(5_432)),
      ])
    #expect(trace.details(of: 0).events.map(\.name) == ["wire send"])
  }

  /// One identifier for both sides of a call; the callee's own call names it as its parent.
  ///
  ///     web: get        id 1
  ///      web: call      id 2, client
  ///       api: handle   id 2, shared
  ///        api: query   id 3, parent 2
  @Test func `hangs a server's half below its client's, and its children below it`() throws {
    let trace = try zipkin(
      #"{"traceId":"a","id":"2","parentId":"1","kind":"SERVER","shared":true,"name":"handle","timestamp":30,"localEndpoint":{"serviceName":"api"}},{"traceId":"a","id":"3","parentId":"2","name":"query","timestamp":40,"localEndpoint":{"serviceName":"api"}},{"traceId":"a","id":"1","name":"get","timestamp":10,"localEndpoint":{"serviceName":"web"}},{"traceId":"a","id":"2","parentId":"1","kind":"CLIENT","name":"call","timestamp":20,"localEndpoint":{"serviceName":"web"}}"#
    )
    #expect(tree(trace) == ["web: get", " web: call", "  api: handle", "   api: query"])
    #expect(trace.warnings == ["1 span is shared by a client and a server: shown as two"])
    #expect(TraceTree.build(trace).duplicateCount == 0)
  }

  @Test func `leaves a server's half alone whose client's half never came`() throws {
    let trace = try zipkin(
      #"{"traceId":"a","id":"2","parentId":"1","shared":true,"name":"handle"},{"traceId":"a","id":"3","parentId":"2","name":"query"}"#
    )
    #expect(tree(trace) == ["unknown-service: handle", " unknown-service: query"])
    #expect(trace.warnings.isEmpty)
    #expect(TraceTree.build(trace).orphanCount == 1)
  }

  @Test func `survives values of other types`() throws {
    let trace = try zipkin(
      #"{"traceId":7,"id":8,"name":null,"timestamp":"12","duration":-1,"tags":[1],"annotations":{"a":1},"localEndpoint":"x"}"#
    )
    #expect(trace.spans.count == 1)
    #expect(trace.spans[0].duration == .zero)
    #expect(trace.details(of: 0) == SpanDetails())
  }
}
