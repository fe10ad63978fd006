extension JaegerClient {
  /// When all services are wanted, only so many are asked, one after the other.
  public static let serviceLimit = 12
  /// Searches over v1 bring whole traces: more bytes than this are not read of one answer, nor more than `totalByteLimit` of all.
  static let searchByteLimit = 16 << 20
  static let totalByteLimit = 64 << 20

  /// The traces that match, newest first. Jaeger's search needs a service: without one, those that the query lists, or all that
  /// Jaeger knows, are asked in turn, `serviceLimit` of them. Throws only when nothing could be asked; a service that failed
  /// beside others is named in the warnings.
  public func search(_ query: TraceQuery, now: Timestamp, serviceLimit: Int = JaegerClient.serviceLimit)
    async throws(FetchError) -> TraceSearchResult
  {
    var result = TraceSearchResult(traces: [])
    var found: [TraceID: TraceSummary] = [:]
    try await eachService(of: query, serviceLimit: serviceLimit, into: &result) { service, result throws(FetchError) in
      let part = try await self.found(query, service: service, order: [.summaries, .searchV1, .searchV3], now: now)
      for trace in part.traces where (found[trace.id]?.spanCount ?? -1) < trace.spanCount { found[trace.id] = trace }
      for trace in part.whole.prefix(20) { result.tags.note(trace) }
      part.add(to: &result)
    }
    result.traces = found.values.sorted { ($1.start, $0.id.description) < ($0.start, $1.id.description) }
    if result.traces.isEmpty, let kind = query.kind {
      result.warnings.append(
        "the kind is asked for as the tag span.kind=\(kind.rawValue): a store that keeps no such tag finds nothing")
    }
    return result
  }

  /// Asks for the services of a query one after the other, and says in the result what could not be asked.
  func eachService(
    of query: TraceQuery, serviceLimit: Int, into result: inout TraceSearchResult,
    _ ask: (String, inout TraceSearchResult) async throws(FetchError) -> Void
  ) async throws(FetchError) {
    var services = query.services
    if let service = query.service {
      services = [service]
    } else if services.isEmpty {
      services = try await self.services()
    }
    let asked = services.prefix(serviceLimit)
    if asked.count < services.count {
      result.warnings.append("asked for \(asked.count) of \(services.count) services: choose one to see its traces")
      result.isTruncated = true
    }
    var failedCount = 0
    for (number, service) in asked.enumerated() {
      if let bytes = result.cost?.bytes, bytes >= JaegerClient.totalByteLimit {
        let size = FetchError.bytes(bytes)
        result.warnings.append("stopped after \(size): asked for \(number) of \(asked.count) services")
        result.isTruncated = true
        break
      }
      do throws(FetchError) {
        try await ask(service, &result)
      } catch {
        if JaegerClient.concernsEveryService(error) { throw error }
        result.failure = result.failure ?? error
        failedCount += 1
        result.warnings.append("\(service): \(error.answer)")
      }
    }
    if let failure = result.failure, failedCount == asked.count { throw failure }
  }

  /// Whether asking for the next service would only fail the same way.
  private static func concernsEveryService(_ error: FetchError) -> Bool {
    switch error.kind {
    case .unreachable, .timeout, .tls, .unauthorised, .overloaded, .cancelled, .settings, .notFound: true
    case .badQuery, .server, .tooLarge, .malformed: false
    }
  }

  /// One service's traces.
  struct Found {
    var traces: [TraceSummary] = []
    /// The same with their spans, where they came whole.
    var whole: [Trace] = []
    var limit: Int
    var bytes = 0
    var isWhole = false
    var isTruncated = false
    var warnings: [String] = []

    /// Adds all but the traces to a result.
    func add(to result: inout TraceSearchResult) {
      result.isTruncated = result.isTruncated || isTruncated
      for warning in warnings where !result.warnings.contains(warning) { result.warnings.append(warning) }
      var cost = result.cost ?? TraceSearchResult.Cost(limit: limit, services: 0, bytes: 0, isWhole: false)
      cost.services += 1
      cost.bytes += bytes
      cost.isWhole = cost.isWhole || isWhole
      result.cost = cost
    }
  }

  /// One service's traces. An answer that is too large, or a limit that the storage refuses, is asked for again with a quarter of
  /// the traces.
  func found(_ query: TraceQuery, service: String, order: [JaegerEndpoint], now: Timestamp) async throws(FetchError)
    -> Found
  {
    var divisor = 1
    var cause = ""
    while true {
      do throws(FetchError) {
        var (found, limit) = try await ask(query, service: service, divisor: divisor, order: order, now: now)
        if !cause.isEmpty {
          found.warnings.append("\(service): \(cause), asked for \(limit)")
          found.isTruncated = true
        }
        return found
      } catch {
        let wanted = error.tried.contains("trace-summaries") ? query.summaryLimit : query.limit
        guard wanted / divisor > 1 else { throw JaegerFailure.advised(error) }
        if error.kind == .tooLarge {
          cause = "more than \(JaegerClient.searchByteLimit >> 20) MB for \(wanted) traces"
        } else if JaegerFailure.refusesLimit(error) {
          cause = "this storage refuses a limit of \(wanted)"
        } else {
          throw JaegerFailure.advised(error)
        }
        divisor *= 4
      }
    }
  }

  /// What came, and for how many traces it was asked.
  private func ask(_ query: TraceQuery, service: String, divisor: Int, order: [JaegerEndpoint], now: Timestamp)
    async throws(FetchError) -> (found: Found, limit: Int)
  {
    // Some storages refuse a limit of 0 or above 1,500.
    func limit(_ wanted: Int) -> Int { max(min(wanted, TraceQuery.greatestLimit) / divisor, 1) }
    let reply = try await ask(order) { endpoint in
      switch endpoint {
      case .summaries:
        HTTPRequest(
          .get, ["api", "v3", "trace-summaries"],
          query: JaegerParameters.v3(
            query, service: service, limit: limit(query.summaryLimit), now: now, hasAttributes: true))
      case .searchV1:
        HTTPRequest(
          .get, ["api", "traces"],
          query: JaegerParameters.v1(query, service: service, limit: limit(query.limit), now: now),
          deadline: .seconds(20), maximumBytes: JaegerClient.searchByteLimit)
      default:
        HTTPRequest(
          .get, ["api", "v3", "traces"],
          query: JaegerParameters.v3(
            query, service: service, limit: limit(query.limit), now: now, hasAttributes: false),
          deadline: .seconds(20), maximumBytes: JaegerClient.searchByteLimit)
      }
    }
    let isWhole = reply.endpoint != .summaries
    let wanted = isWhole ? query.limit : query.summaryLimit
    var found = Found(limit: wanted, bytes: reply.bytes, isWhole: isWhole)
    guard let text = reply.text, let first = text.values.first else { return (found, limit(wanted)) }
    var repairs = text.repairs
    if isWhole {
      guard let decoded = try traces(of: reply) else {
        throw JaegerFailure.foreign("a search result", to: reply.request, at: transport.address)
      }
      found.whole = decoded.traces.filter { !$0.spans.isEmpty }
      repairs = decoded.repairs
      if reply.endpoint == .searchV1 { found.warnings = JaegerFailure.envelopeMessages(first) }
    } else {
      guard let list = JaegerClient.summaries(in: first) else {
        throw JaegerFailure.foreign("a list of traces", to: reply.request, at: transport.address)
      }
      found.traces = list
    }
    found.isTruncated = max(found.traces.count, found.whole.count) >= limit(wanted)
    if reply.endpoint == .searchV3 { filter(&found, by: query, service: service) }
    if found.isWhole { found.traces = found.whole.map { TraceSummary($0, TraceTree.build($0)) } }
    if let sentence = JaegerFailure.sentence(repairs) { found.warnings.append("\(service): \(sentence)") }
    return (found, limit(wanted))
  }

  /// Before 2.19 a search over v3 knows no tags: they are looked for in the traces that came.
  private func filter(_ found: inout Found, by query: TraceQuery, service: String) {
    guard !query.sentTags.isEmpty else { return }
    let count = found.whole.count
    let held = HeldTraces(query: query, service: service)
    found.whole.removeAll { !held.matches($0) }
    let names = query.sentTags.keys.sorted().joined(separator: ", ")
    found.warnings.append(
      "\(service): this Jaeger cannot search by tags over its v3 API: \(names) looked for in the \(count) traces that it gave"
    )
  }

  private func traces(_ traces: [Trace]?, of reply: Reply) throws(FetchError) -> [Trace] {
    guard let traces else {
      throw JaegerFailure.foreign("a search result", to: reply.request, at: transport.address)
    }
    return traces.filter { !$0.spans.isEmpty }
  }
}

extension TraceQuery {
  /// Some storages refuse more (Cassandra and Elasticsearch behind `search depth`, Jaeger's own UI above 1,500).
  public static let greatestLimit = 1_500
}
