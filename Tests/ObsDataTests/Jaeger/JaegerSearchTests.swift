import Testing

@testable import ObsData

private let noon = Timestamp(seconds: 1_795_337_530)
private let frozen = TimeWindow.frozen(TimeRange(start: noon - .seconds(3_600), end: noon))

/// A trace of v1 with a span of each of two services: `a` calls `b`, which fails where `fails` says so.
private func called(_ id: String, fails: Bool = false) -> String {
  let error = fails ? #"{"key":"error","type":"bool","value":true},"# : ""
  return #"""
    {"traceID":"\#(id)","spans":[
     {"traceID":"\#(id)","spanID":"1","operationName":"GET /","startTime":5,"duration":9,"processID":"p1",
      "tags":[{"key":"span.kind","type":"string","value":"server"},{"key":"http.status_code","type":"int64","value":500}]},
     {"traceID":"\#(id)","spanID":"2","operationName":"Ask","references":[{"refType":"CHILD_OF","traceID":"\#(id)","spanID":"1"}],
      "startTime":6,"duration":3,"processID":"p2","tags":[\#(error){"key":"span.kind","type":"string","value":"client"}]}],
     "processes":{"p1":{"serviceName":"a"},"p2":{"serviceName":"b"}}}
    """#
}

@Suite struct `A search for traces` {
  /// A Jaeger before 2.19.
  private func old(_ traces: [String]) -> JaegerStub {
    JaegerStub { request in
      request.path == ["api", "traces"]
        ? .jaeger(#"{"data":[\#(traces.joined(separator: ","))],"errors":null}"#) : .jaegerNoPath
    }
  }

  @Test func `asks for the kind as a tag, over v1 and for summaries`() async throws {
    let query = TraceQuery(service: "a", kind: .server, tags: ["error": "true"], window: frozen)
    let stub = old([called("7")])
    let result = try await JaegerClient(transport: stub).search(query, now: noon)
    let tags = "%7B%22error%22%3A%22true%22%2C%22span.kind%22%3A%22server%22%7D"
    #expect(stub.requests.first?.hasSuffix("&query.num_traces=50&query.attributes=\(tags)") == true)
    #expect(stub.requests.last?.hasSuffix("&limit=20&tags=\(tags)") == true)
    #expect(result.traces.count == 1 && result.warnings.isEmpty)
  }

  @Test func `that finds nothing says how the kind was asked for`() async throws {
    let result = try await JaegerClient(transport: old([])).search(
      TraceQuery(service: "a", kind: .consumer, window: frozen), now: noon)
    #expect(
      result.warnings == [
        "the kind is asked for as the tag span.kind=consumer: a store that keeps no such tag finds nothing"
      ])
  }

  @Test func `says what it had the store send, and keeps the tags that it saw`() async throws {
    let body = #"{"data":[\#(called("7"))],"errors":null}"#
    let stub = JaegerStub { $0.path.contains("v3") ? .jaegerNoPath : .jaeger(body) }
    let result = try await JaegerClient(transport: stub).search(
      TraceQuery(services: ["a", "b"], limit: 30, window: frozen), now: noon)
    #expect(
      result.cost == TraceSearchResult.Cost(limit: 30, services: 2, bytes: 2 * body.utf8.count, isWhole: true))
    #expect(result.tags.keys == ["http.status_code", "span.kind"])
    #expect(result.tags.values(of: "span.kind") == ["client", "server"])
    #expect(result.traces.count == 1)
  }

  @Test func `looks for tags in what it holds where a v3 search knows none`() async throws {
    func span(_ trace: String, _ attribute: String, kind: Int = 2) -> String {
      #"{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},"scopeSpans":[{"spans":[{"traceId":"\#(trace)","spanId":"1","kind":\#(kind),"attributes":[{"key":"x","value":\#(attribute)}]}]}]}"#
    }
    let spans = [
      span("01", #"{"intValue":"7"}"#), span("02", #"{"stringValue":"8"}"#), span("03", #"{"intValue":"7"}"#, kind: 3),
    ]
    let stub = JaegerStub { request in
      request.path == ["api", "v3", "traces"]
        ? .jaeger(#"{"result":{"resourceSpans":[\#(spans.joined(separator: ","))]}}"#) : .jaegerNoPath
    }
    let result = try await JaegerClient(transport: stub).search(
      TraceQuery(service: "a", kind: .server, tags: ["x": "7"], window: frozen), now: noon)
    #expect(result.traces.map(\.id.low) == [1])
    #expect(
      result.warnings == [
        "a: this Jaeger cannot search by tags over its v3 API: span.kind, x looked for in the 3 traces that it gave"
      ])
  }

  @Test func `asks for fewer traces where the storage refuses so many`() async throws {
    // The storage in memory, with max_traces: 10.
    let stub = JaegerStub { request in
      if request.path.contains("v3") { return .jaegerNoPath }
      guard request.target.contains("limit=5&") || request.target.hasSuffix("limit=5") else {
        return .jaeger(
          #"{"data":null,"errors":[{"code":500,"msg":"search depth must be greater than 0 and less than max traces"}]}"#,
          status: 500)
      }
      return .jaeger(#"{"data":[\#(called("7"))]}"#)
    }
    let result = try await JaegerClient(transport: stub).search(TraceQuery(service: "a", window: frozen), now: noon)
    #expect(result.warnings == ["a: this storage refuses a limit of 20, asked for 5"])
    #expect(result.isTruncated && result.traces.count == 1)
  }

  @Test(arguments: [
    (
      500, "cannot query for duration and tags simultaneously",
      "this storage searches by duration or by tags: leave out min and max, or the tags (error and kind are tags)"
    ),
    (
      400, "this storage backend requires a service name to search; please specify one",
      "choose a service, or give one: service=NAME"
    ),
    (400, "parameter 'service' is required", "choose a service, or give one: service=NAME"),
    (500, "search depth must be greater than 0 and less than max traces", "ask for fewer traces: limit=20"),
  ])
  func `that is refused says what to do about it`(status: Int, words: String, advice: String) async throws {
    let stub = JaegerStub { request in
      request.path.contains("v3")
        ? .jaegerNoPath
        : .jaeger(#"{"data":null,"errors":[{"code":\#(status),"msg":"\#(words)"}]}"#, status: status)
    }
    let client = JaegerClient(transport: stub)
    let error = await #expect(throws: FetchError.self) {
      try await client.search(TraceQuery(service: "a", window: frozen), now: noon)
    }
    #expect(error?.kind == .badQuery && error?.answer == words && error?.advice == advice)
  }
}

@Suite struct `A service graph` {
  private func store(_ figures: @escaping @Sendable (HTTPRequest) -> HTTPResponse) -> JaegerStub {
    JaegerStub { request in
      switch request.path {
      case ["api", "dependencies"]: figures(request)
      case ["api", "services"]: .jaeger(#"{"data":["a","b"]}"#)
      case ["api", "traces"]: .jaeger(#"{"data":[\#(called("7")),\#(called("8", fails: true))]}"#)
      default: .jaegerNoPath
      }
    }
  }
  private let query = DependencyQuery(window: frozen, traces: TraceQuery(window: frozen))

  @Test func `takes Jaeger's own figures`() async throws {
    let stub = store { _ in .jaeger(#"{"data":[{"parent":"a","child":"b","callCount":40}]}"#) }
    let graph = try await JaegerClient(transport: stub).dependencyGraph(query, now: noon)
    #expect(
      graph
        == DependencyGraph(
          edges: [TraceDependency(parent: "a", child: "b", callCount: 40)], source: .store(lookback: .seconds(3_600))))
    #expect(stub.requests.count == 1)
  }

  @Test func `takes those of a day where the window has none, as they are computed once a day`() async throws {
    let stub = store { request in
      .jaeger(
        request.target.contains("lookback=86400000")
          ? #"{"data":[{"parent":"a","child":"b","callCount":40}]}"# : #"{"data":[]}"#)
    }
    let graph = try await JaegerClient(transport: stub).dependencyGraph(query, now: noon)
    #expect(graph.source == .store(lookback: .seconds(86_400)) && graph.reason == nil)
  }

  @Test func `is counted in traces where Jaeger has no figures, each trace once`() async throws {
    let graph = try await JaegerClient(transport: store { _ in .jaeger(#"{"data":[]}"#) }).dependencyGraph(
      query, now: noon)
    #expect(graph.edges == [TraceDependency(parent: "a", child: "b", callCount: 2, errorCount: 1)])
    guard case .traces(2, let bytes) = graph.source else {
      Issue.record("\(graph.source)")
      return
    }
    #expect(bytes > 1_000)
    #expect(graph.reason == "Jaeger has no figures of its own for the last 1d")
  }

  @Test(arguments: [
    (404, "404 page not found\n", "404: 404 page not found"),
    (501, #"{"data":null,"errors":[{"code":501,"msg":"not implemented"}]}"#, "501: not implemented"),
    (500, #"{"data":null,"errors":[{"code":500,"msg":"no such table"}]}"#, "500: no such table"),
  ])
  func `is counted in traces where the endpoint fails, and says why`(status: Int, body: String, words: String)
    async throws
  {
    let graph = try await JaegerClient(transport: store { _ in .jaeger(body, status: status) }).dependencyGraph(
      query, now: noon)
    #expect(graph.edges.count == 1)
    #expect(graph.reason?.hasPrefix("Jaeger gives no figures of its own: ") == true)
    #expect(graph.reason?.contains(words.suffix(12)) == true)
  }

  @Test func `is counted in traces where that is wanted, without asking for figures`() async throws {
    let stub = store { _ in .jaeger(#"{"data":[{"parent":"x","child":"y","callCount":1}]}"#) }
    var query = query
    query.countsTraces = true
    let graph = try await JaegerClient(transport: stub).dependencyGraph(query, now: noon)
    #expect(graph.edges.map(\.parent) == ["a"] && graph.reason == nil)
    #expect(!stub.requests.contains { $0.contains("dependencies") })
  }

  @Test func `is a failure where Jaeger does not answer at all`() async throws {
    let stub = JaegerStub { _ throws(FetchError) in throw FetchError(.timeout, tried: "GET", answer: "no answer") }
    let error = await #expect(throws: FetchError.self) {
      try await JaegerClient(transport: stub).dependencyGraph(query, now: noon)
    }
    #expect(error?.kind == .timeout)
    #expect(stub.requests.count == 1)
  }
}
