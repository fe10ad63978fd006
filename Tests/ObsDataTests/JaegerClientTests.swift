import Foundation
import Testing

@testable import ObsData

private let noon = Timestamp(seconds: 1_795_337_530)
private let frozen = TimeWindow.frozen(TimeRange(start: noon - .seconds(3_600), end: noon))
private let trace7 =
  #"{"traceID":"7","spans":[{"traceID":"7","spanID":"1","operationName":"op","startTime":5,"duration":3,"processID":"p1"}],"processes":{"p1":{"serviceName":"a"}}}"#

@Suite struct `A Jaeger client` {
  /// A Jaeger of 2.19 or 2.20: everything is there.
  private func recent(_ request: HTTPRequest) -> HTTPResponse {
    switch request.target.split(separator: "?").first {
    case "/api/v3/services": .jaeger(#"{"services":["b","a"]}"#)
    case "/api/v3/trace-summaries":
      .jaeger(
        #"{"summaries":[{"traceId":"00000000000000000000000000000007","rootServiceName":"a","rootOperationName":"op","minStartTimeUnixNano":"5000","maxEndTimeUnixNano":"8000","spanCount":3,"errorSpanCount":1,"services":[{"name":"a","spanCount":3,"errorSpanCount":1}]}]}"#
      )
    case "/api/v3/operations": .jaeger(#"{"operations":[{"name":"op","spanKind":"server"}]}"#)
    case "/api/traces/0000000000000007": .jaeger(#"{"data":[\#(trace7)]}"#)
    default: .jaegerNoPath
    }
  }

  @Test func `searches by summaries where there are some`() async throws {
    let stub = JaegerStub { recent($0) }
    let query = TraceQuery(
      service: "a b", operation: "GET /x", tags: ["error": "true", "b": "1"], minimumDuration: .milliseconds(1_500),
      maximumDuration: .seconds(2), window: frozen)
    let result = try await JaegerClient(transport: stub).search(query, now: noon)
    #expect(
      stub.requests == [
        "GET /api/v3/trace-summaries?query.service_name=a%20b&query.operation_name=GET%20%2Fx&query.start_time_min=2026-11-22T07%3A52%3A10.000000000Z&query.start_time_max=2026-11-22T08%3A52%3A10.000000000Z&query.num_traces=50&query.duration_min=1500ms&query.duration_max=2s&query.attributes=%7B%22b%22%3A%221%22%2C%22error%22%3A%22true%22%7D"
      ])
    #expect(
      result.traces == [
        TraceSummary(
          id: TraceID(high: 0, low: 7), rootService: "a", rootOperation: "op", start: Timestamp(nanoseconds: 5000),
          duration: .nanoseconds(3000), spanCount: 3, errorCount: 1, orphanCount: 0,
          services: [TraceSummary.Service(name: "a", spanCount: 3, errorCount: 1)])
      ])
    #expect(!result.isTruncated)
  }

  @Test(arguments: ["null", "[]", "7", #"{"services":{"a":1}}"#, #"{"data":"x"}"#])
  func `takes JSON that is not Jaeger's for no empty list`(body: String) async throws {
    let client = JaegerClient(transport: JaegerStub { _ in .jaeger(body) })
    await #expect(throws: FetchError.self) { _ = try await client.services() }
  }

  @Test(arguments: ["{}", #"{"services":[]}"#, #"{"data":null,"total":0,"errors":null}"#])
  func `takes every spelling of none for an empty list`(body: String) async throws {
    let client = JaegerClient(transport: JaegerStub { _ in .jaeger(body) })
    #expect(try await client.services() == [])
  }

  @Test func `searches over v1 where a page answers for the summaries, and asks for them once`() async throws {
    let stub = JaegerStub { request in
      request.path.contains("v3") ? .jaegerPage : .jaeger(#"{"data":[\#(trace7)],"errors":null}"#)
    }
    let client = JaegerClient(transport: stub)
    let query = TraceQuery(
      service: "a", operation: "op", tags: ["error": "true"], minimumDuration: .microseconds(250), limit: 1,
      window: frozen)
    let result = try await client.search(query, now: noon)
    _ = try await client.search(query, now: noon)
    let search =
      "GET /api/traces?service=a&operation=op&start=1795333930000000&end=1795337530000000&limit=1&minDuration=250us&tags=%7B%22error%22%3A%22true%22%7D"
    #expect(stub.requests.count == 3)
    #expect(Array(stub.requests.dropFirst()) == [search, search])
    #expect(result.traces.map(\.rootOperation) == ["op"])
    #expect(result.isTruncated)
  }

  @Test func `asks every service in turn when none is chosen, and keeps each trace once`() async throws {
    let stub = JaegerStub { recent($0) }
    let result = try await JaegerClient(transport: stub).search(TraceQuery(window: frozen), now: noon)
    #expect(stub.requests.map { $0.prefix(62) }.map(String.init).count == 3)
    #expect(stub.requests[0] == "GET /api/v3/services")
    #expect(stub.requests[1].contains("query.service_name=a&"))
    #expect(stub.requests[2].contains("query.service_name=b&"))
    #expect(result.traces.count == 1)
  }

  @Test func `asks at most twelve services and says so`() async throws {
    let stub = JaegerStub { recent($0) }
    let services = (1...30).map { "s\($0)" }
    let result = try await JaegerClient(transport: stub).search(
      TraceQuery(services: services, window: frozen), now: noon)
    #expect(stub.requests.count == 12)
    #expect(result.isTruncated)
    #expect(result.warnings == ["asked for 12 of 30 services: choose one to see its traces"])
  }

  @Test func `names a service that failed, and throws when all did`() async throws {
    let stub = JaegerStub { request in
      request.target.contains("service_name=bad")
        ? .jaeger(#"{"error":{"httpCode":500,"message":"storage on fire"}}"#, status: 500) : recent(request)
    }
    let client = JaegerClient(transport: stub)
    let result = try await client.search(TraceQuery(services: ["a", "bad"], window: frozen), now: noon)
    #expect(result.traces.count == 1)
    #expect(result.warnings == ["bad: storage on fire"])
    await #expect(throws: FetchError.self) {
      try await client.search(TraceQuery(services: ["bad"], window: frozen), now: noon)
    }
  }

  @Test func `asks for fewer traces when the answer is too large`() async throws {
    let stub = JaegerStub { request throws(FetchError) in
      if request.path.contains("v3") { return .jaegerNoPath }
      if request.target.contains("limit=20") { throw FetchError(.tooLarge, tried: "GET", answer: "too many bytes") }
      return .jaeger(#"{"data":[\#(trace7)]}"#)
    }
    let result = try await JaegerClient(transport: stub).search(TraceQuery(service: "a", window: frozen), now: noon)
    #expect(stub.requests.last?.contains("limit=5") == true)
    #expect(result.warnings == ["a: more than 16 MB for 20 traces, asked for 5"])
    #expect(result.isTruncated && result.traces.count == 1)
  }

  @Test func `finds a Jaeger that was replaced by a newer one`() async throws {
    let stub = JaegerStub { request in
      let isOld = request.target.contains("num_traces=1&") || request.target.contains("limit=1&")
      if isOld { return request.path.contains("v3") ? .jaegerPage : .jaeger(#"{"data":[]}"#) }
      return recent(request)
    }
    let client = JaegerClient(transport: stub)
    _ = try await client.search(
      TraceQuery(service: "a", minimumDuration: .seconds(1), limit: 1, window: frozen), now: noon)
    let result = try await client.search(TraceQuery(service: "a", limit: 2, window: frozen), now: noon)
    #expect(result.traces.count == 1)
    #expect(client.known.knows(.summaries) == true && client.known.knows(.searchV1) == false)
  }

  @Test func `gets one trace over v1, else over v3`() async throws {
    let stub = JaegerStub { recent($0) }
    #expect(try await JaegerClient(transport: stub).trace(TraceRequest(id: TraceID(high: 0, low: 7)))?.spans.count == 1)
    let later = JaegerStub { request in
      request.path.contains("v3")
        ? .jaeger(
          #"{"result":{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00000000000000000000000000000007","spanId":"1"}]}]}]}}"#
        ) : .jaegerNoPath
    }
    #expect(
      try await JaegerClient(transport: later).trace(TraceRequest(id: TraceID(high: 0, low: 7)))?.spans.count == 1)
    #expect(
      later.requests == ["GET /api/traces/0000000000000007", "GET /api/v3/traces/00000000000000000000000000000007"])
  }

  @Test func `knows a missing trace from a missing endpoint, and helps with the time`() async throws {
    let stub = JaegerStub { _ in
      .jaeger(#"{"data":null,"errors":[{"code":404,"msg":"trace not found"}]}"#, status: 404)
    }
    let request = TraceRequest(id: TraceID(high: 1, low: 7), around: noon)
    #expect(try await JaegerClient(transport: stub).trace(request) == nil)
    #expect(
      stub.requests == [
        "GET /api/traces/00000000000000010000000000000007",
        "GET /api/traces/00000000000000010000000000000007?start=1795333930000000&end=1795341130000000",
      ])
    let nowhere = JaegerClient(transport: JaegerStub { _ in .jaegerNoPath })
    let error = await #expect(throws: FetchError.self) { try await nowhere.trace(request) }
    #expect(error?.kind == .notFound)
    #expect(error?.tried == "GET http://jaeger.test:16686/api/traces/00000000000000010000000000000007")
  }

  @Test func `says what came when it is no Jaeger`() async throws {
    let error = await #expect(throws: FetchError.self) {
      try await JaegerClient(transport: JaegerStub { _ in .jaegerPage }).services()
    }
    #expect(error?.kind == .malformed)
    #expect(error?.answer == "a web page instead of data")
    let cut = await #expect(throws: FetchError.self) {
      try await JaegerClient(transport: JaegerStub { _ in .jaeger(#"{"services":["a"#) }).services()
    }
    #expect(cut?.kind == .malformed)
  }

  @Test(arguments: [
    (401, "missing tenant header", FetchError.Kind.unauthorised), (429, "slow down", .overloaded),
    (400, #"{"data":null,"errors":[{"code":400,"msg":"bad 'tags'"}]}"#, .badQuery),
    (400, #"{"error":{"httpCode":400,"message":"bad 'tags'"}}"#, .badQuery),
    (500, #"{"data":null,"errors":[{"code":500,"msg":"bad 'tags'"}]}"#, .server),
    (200, #"{"data":null,"errors":[{"code":500,"msg":"bad 'tags'"}]}"#, .server),
  ])
  func `tells failures in Jaeger's words`(status: Int, body: String, kind: FetchError.Kind) async throws {
    let client = JaegerClient(transport: JaegerStub { _ in .jaeger(body, status: status) })
    let error = await #expect(throws: FetchError.self) { try await client.services() }
    #expect(error?.kind == kind)
    #expect(error?.answer == (body.hasPrefix("{") ? "bad 'tags'" : body))
  }

  @Test func `reads an answer with an odd value and says so`() async throws {
    let odd =
      #"{"data":[{"traceID":"7","spans":[{"traceID":"7","spanID":"1","tags":[{"key":"n","type":"float64","value":1e999}]}]}]}"#
    let client = JaegerClient(transport: JaegerStub { _ in .jaeger(odd) })
    let trace = try #require(try await client.trace(TraceRequest(id: TraceID(high: 0, low: 7))))
    #expect(trace.warnings.count == 1 && trace.warnings[0].contains("1e999"))
    #expect(trace.details(of: 0).tags.count == 1)
    let search = JaegerClient(transport: JaegerStub { $0.path.contains("v3") ? .jaegerNoPath : .jaeger(odd) })
    let result = try await search.search(TraceQuery(service: "a", window: frozen), now: noon)
    #expect(result.traces.count == 1 && result.warnings.count == 1)
  }

  @Test func `asks for dependencies in milliseconds`() async throws {
    let stub = JaegerStub { _ in
      .jaeger(#"{"data":[{"parent":"b","child":"c","callCount":2},{"parent":"a","child":"b","callCount":40}]}"#)
    }
    let range = TimeRange(start: noon - .seconds(3_600), end: noon)
    let edges = try await JaegerClient(transport: stub).dependencies(in: range)
    #expect(stub.requests == ["GET /api/dependencies?endTs=1795337530000&lookback=3600000"])
    #expect(edges.map(\.parent) == ["a", "b"])
  }
}

@Suite(.enabled(if: JaegerCorpus.isThere)) struct `A recorded Jaeger 1.63` {
  /// Answers from the recordings by the paths of their index; a search for any parameters gets one of the recorded answers.
  private func recorded() throws -> JaegerStub {
    var answers: [String: HTTPResponse] = [:]
    for line in String(decoding: try JaegerCorpus.bytes("recorded-1.63/INDEX.txt"), as: UTF8.self).split(
      separator: "\n")
    {
      let parts = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let status = Int(parts[2].prefix(3)) ?? 0
      let name = parts[2].contains("html") ? "\(parts[0]).html" : "\(parts[0]).json"
      answers[parts[1]] = HTTPResponse(status: status, body: try JaegerCorpus.bytes("recorded-1.63/\(name)"))
    }
    return JaegerStub { [answers] request in
      let target = request.target
      if let answer = answers[target] { return answer }
      let names = [
        "/api/v3/trace-summaries": answers.keys.first { $0.contains("trace-summaries") },
        "/api/traces?service=frontend": "/api/traces?service=frontend&limit=5",
        "/api/traces?service=nosuch": "/api/traces?service=nosuch",
        "/api/dependencies": answers.keys.first { $0.contains("dependencies") },
      ]
      let match = names.first { target.hasPrefix($0.key) }?.value.flatMap { answers[$0] }
      return match ?? answers["/api/nosuch"] ?? .jaegerNoPath
    }
  }

  @Test func `is asked over v3 for services, over v1 for traces`() async throws {
    let stub = try recorded()
    let client = JaegerClient(transport: stub)
    #expect(try await client.services() == ["checkout", "db", "frontend", "payment"])
    #expect(
      try await client.operations(of: "checkout") == [TraceOperation(name: "PlaceOrder", kind: .client)])
    let result = try await client.search(TraceQuery(service: "frontend", limit: 5, window: frozen), now: noon)
    #expect(result.traces.count == 5)
    #expect(result.traces == result.traces.sorted { $0.start > $1.start })
    #expect(result.traces.allSatisfy { $0.rootService == "frontend" && $0.spanCount == 4 })
    #expect(client.known.knows(.summaries) == false)
    let id = try #require(TraceID(hex: "703cff0b39763c0bd562ce04acc80ab5"))
    let trace = try #require(try await client.trace(TraceRequest(id: id)))
    #expect(TraceTree.build(trace).nodes.map(\.depth) == [0, 1, 2, 3])
    #expect(try await client.trace(TraceRequest(id: TraceID(high: 0, low: 1))) == nil)
    #expect(try await client.search(TraceQuery(service: "nosuch", window: frozen), now: noon).traces.isEmpty)
    #expect(try await client.dependencies(in: TimeRange(start: noon, end: noon)).count == 3)
  }
}
