import Testing

@testable import ObsData

private let noon = Timestamp(seconds: 1_795_337_530)
private let query = TraceQuery(
  service: "web", window: .frozen(TimeRange(start: noon - .seconds(3_600), end: noon)))
private let seven = TraceRequest(id: TraceID(high: 0, low: 7))

/// What goes wrong with a Jaeger, as its storages put it, and what the user reads.
@Suite struct `A Jaeger in trouble` {
  private func search(_ status: Int, _ body: String) async -> FetchError? {
    let client = JaegerClient(transport: JaegerStub { _ in .jaeger(body, status: status) })
    do {
      _ = try await client.search(query, now: noon)
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    (
      500,
      #"{"data":null,"errors":[{"code":500,"msg":"search depth must be greater than 0 and less than max traces"}]}"#,
      "search depth must be greater than 0 and less than max traces"
    ),
    (
      400,
      #"{"error":{"httpCode":400,"message":"this storage backend requires a service name to search; choose one"}}"#,
      "this storage backend requires a service name to search; choose one"
    ),
    (
      400,
      #"{"data":null,"errors":[{"code":400,"msg":"malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal number into Go value of type string"}]}"#,
      "malformed 'tags' parameter, cannot unmarshal JSON: json: cannot unmarshal number into Go value of type string"
    ),
    (
      500, #"{"data":null,"errors":[{"code":500,"msg":"cannot query for duration and tags simultaneously"}]}"#,
      "cannot query for duration and tags simultaneously"
    ),
  ])
  func `is quoted when it refuses a search`(status: Int, body: String, answer: String) async {
    #expect(await search(status, body)?.answer == answer)
  }

  private func trace(_ body: String, status: Int = 200) async throws(FetchError) -> Trace? {
    try await JaegerClient(transport: JaegerStub { _ in .jaeger(body, status: status) }).trace(seven)
  }

  @Test func `that sends half an answer is said to do so, with the byte`() async {
    let error = await #expect(throws: FetchError.self) {
      try await trace(#"{"data":[{"traceID":"7","spans":[{"spanID":"1"},{"spa"#)
    }
    #expect(error?.kind == .malformed)
    #expect(error?.answer.hasPrefix("no JSON, or only a part of it: the text ends in ") == true)
    #expect(error?.answer.hasSuffix("(byte 53)") == true)
  }

  @Test func `that sends a page is said to do so`() async {
    let client = JaegerClient(transport: JaegerStub { _ in .jaegerPage })
    let error = await #expect(throws: FetchError.self) { try await client.trace(seven) }
    #expect(error?.answer == "a web page instead of data")
  }

  @Test(arguments: [
    #"{"data":[],"errors":null}"#, #"{"data":[{"traceID":"7","spans":[]}]}"#, #"{"data":[{"traceID":"7"}]}"#,
    #"{"data":null,"errors":[{"code":404,"msg":"trace not found","traceID":"7"}]}"#,
  ])
  func `that knows a trace without spans does not have it`(body: String) async throws {
    #expect(try await trace(body) == nil)
  }

  @Test func `that forgot a trace says 404, which is no failure`() async throws {
    #expect(try await trace(#"{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}"#, status: 404) == nil)
  }

  @Test func `that sends more than is read is told apart, with another way to the trace`() async {
    let client = JaegerClient(
      transport: JaegerStub { request throws(FetchError) in
        throw FetchError(
          .tooLarge, tried: request.text, answer: "the answer is larger than 256 MB", advice: "ask for less")
      })
    let error = await #expect(throws: FetchError.self) { try await client.trace(seven) }
    #expect(error?.answer == "the trace is larger than 256 MB, and was not read")
    #expect(
      error?.advice
        == "save it, and open the file: curl -o trace.json http://jaeger.test:16686/api/traces/0000000000000007, "
        + ":open-trace trace.json")
  }

  @Test func `that has a single span shows it`() async throws {
    let single = try #require(
      try await trace(#"{"data":[{"traceID":"7","spans":[{"traceID":"7","spanID":"1"}]}]}"#))
    #expect(TraceTree.build(single).nodes.count == 1)
  }

  @Test func `that lost all parents shows their children as marked roots`() async throws {
    let orphans = try #require(
      try await trace(
        #"{"data":[{"traceID":"7","spans":[{"traceID":"7","spanID":"1","parentSpanID":"8"},{"traceID":"7","spanID":"2","parentSpanID":"9"}]}]}"#
      ))
    let tree = TraceTree.build(orphans)
    #expect(tree.orphanCount == 2)
    #expect(tree.root == nil)
    #expect(tree.nodes.map(\.missingParent?.value) == [8, 9])
    #expect(TraceSummary(orphans, tree).rootOperation == nil)
  }

  @Test func `that computes no dependencies has none, one without the endpoint says so`() async throws {
    let range = TimeRange(start: noon - .seconds(60), end: noon)
    let without = JaegerClient(transport: JaegerStub { _ in .jaeger(#"{"data":null,"errors":null}"#) })
    #expect(try await without.dependencies(in: range).isEmpty)
    let absent = JaegerClient(transport: JaegerStub { _ in .jaegerNoPath })
    let error = await #expect(throws: FetchError.self) { try await absent.dependencies(in: range) }
    #expect(error?.kind == .notFound)
  }
}
