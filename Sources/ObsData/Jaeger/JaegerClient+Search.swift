extension JaegerClient {
  /// When all services are wanted, only so many are asked, one after the other.
  static let serviceLimit = 12
  /// Searches over v1 bring whole traces: more bytes than this are not read.
  static let searchByteLimit = 16 << 20

  /// The traces that match, newest first. Jaeger's search needs a service: without one, those that the query lists, or all that
  /// Jaeger knows, are asked in turn. Throws only when nothing could be asked; a service that failed beside others is named in
  /// the warnings.
  public func search(_ query: TraceQuery, now: Timestamp) async throws(FetchError) -> TraceSearchResult {
    var services = query.services
    if let service = query.service {
      services = [service]
    } else if services.isEmpty {
      services = try await self.services()
    }
    let asked = services.prefix(JaegerClient.serviceLimit)
    var result = TraceSearchResult(traces: [])
    if asked.count < services.count {
      result.warnings.append("asked for \(asked.count) of \(services.count) services: choose one to see its traces")
      result.isTruncated = true
    }
    var found: [TraceID: TraceSummary] = [:]
    var failure: FetchError?
    var failedCount = 0
    for service in asked {
      do {
        let part = try await search(query, service: service, now: now)
        result.isTruncated = result.isTruncated || part.isTruncated
        for warning in part.warnings where !result.warnings.contains(warning) { result.warnings.append(warning) }
        for trace in part.traces where (found[trace.id]?.spanCount ?? -1) < trace.spanCount { found[trace.id] = trace }
      } catch {
        if JaegerClient.concernsEveryService(error) { throw error }
        failure = failure ?? error
        failedCount += 1
        result.warnings.append("\(service): \(error.answer)")
      }
    }
    if let failure, failedCount == asked.count { throw failure }
    result.traces = found.values.sorted { ($1.start, $0.id.description) < ($0.start, $1.id.description) }
    return result
  }

  /// Whether asking for the next service would only fail the same way.
  private static func concernsEveryService(_ error: FetchError) -> Bool {
    switch error.kind {
    case .unreachable, .timeout, .tls, .unauthorised, .overloaded, .cancelled, .settings, .notFound: true
    case .badQuery, .server, .tooLarge, .malformed: false
    }
  }

  /// One service's traces. An answer that is too large is asked for again with a quarter of the traces.
  private func search(_ query: TraceQuery, service: String, now: Timestamp) async throws(FetchError)
    -> TraceSearchResult
  {
    // Some storages refuse a limit of 0 or above 1,500.
    var limit = min(max(query.limit, 1), 1_500)
    while true {
      do {
        var result = try await search(query, service: service, limit: limit, now: now)
        if limit < query.limit, limit < 1_500 {
          let size = JaegerClient.searchByteLimit >> 20
          result.warnings.append("\(service): more than \(size) MB for \(query.limit) traces, asked for \(limit)")
          result.isTruncated = true
        }
        return result
      } catch {
        guard error.kind == .tooLarge, limit > 1 else { throw error }
        limit /= 4
        limit = max(limit, 1)
      }
    }
  }

  private func search(_ query: TraceQuery, service: String, limit: Int, now: Timestamp) async throws(FetchError)
    -> TraceSearchResult
  {
    let reply = try await ask([.summaries, .searchV1, .searchV3]) { endpoint in
      switch endpoint {
      case .summaries:
        HTTPRequest(
          .get, ["api", "v3", "trace-summaries"],
          query: JaegerParameters.v3(query, service: service, limit: limit, now: now, hasAttributes: true))
      case .searchV1:
        HTTPRequest(
          .get, ["api", "traces"], query: JaegerParameters.v1(query, service: service, limit: limit, now: now),
          deadline: .seconds(20), maximumBytes: JaegerClient.searchByteLimit)
      default:
        HTTPRequest(
          .get, ["api", "v3", "traces"],
          query: JaegerParameters.v3(query, service: service, limit: limit, now: now, hasAttributes: false),
          deadline: .seconds(20), maximumBytes: JaegerClient.searchByteLimit)
      }
    }
    guard let text = reply.text, let first = text.values.first else { return TraceSearchResult(traces: []) }
    var result: TraceSearchResult
    var repairs = text.repairs
    switch reply.endpoint {
    case .summaries:
      guard let list = summaries(in: first) else {
        throw JaegerFailure.foreign("a list of traces", to: reply.request, at: transport.address)
      }
      result = TraceSearchResult(traces: list)
    default:
      let found = try traces(of: reply)
      repairs = found?.repairs ?? repairs
      result = TraceSearchResult(traces: try summaries(found?.traces, of: reply))
      if reply.endpoint == .searchV1 { result.warnings = JaegerFailure.envelopeMessages(first) }
    }
    result.isTruncated = result.traces.count >= limit
    if reply.endpoint == .searchV3 { filter(&result, by: query) }
    if let sentence = JaegerFailure.sentence(repairs) { result.warnings.append("\(service): \(sentence)") }
    return result
  }

  /// Before 2.19 a search over v3 knows no tags: an error is found in the answer, other tags cannot be.
  private func filter(_ result: inout TraceSearchResult, by query: TraceQuery) {
    if query.tags["error"] == "true" { result.traces.removeAll { $0.errorCount == 0 } }
    let ignored = query.tags.keys.filter { $0 != "error" || query.tags["error"] != "true" }.sorted()
    if !ignored.isEmpty {
      let names = ignored.joined(separator: ", ")
      result.warnings.append("this Jaeger cannot search by tags over its v3 API: \(names) ignored")
    }
  }

  private func summaries(_ traces: [Trace]?, of reply: Reply) throws(FetchError) -> [TraceSummary] {
    guard let traces else {
      throw JaegerFailure.foreign("a search result", to: reply.request, at: transport.address)
    }
    return traces.filter { !$0.spans.isEmpty }.map { TraceSummary($0, TraceTree.build($0)) }
  }

  /// The summaries of an answer, which is `{}` where there are none; nil where it is no such answer.
  private func summaries(in root: JSONValue) -> [TraceSummary]? {
    guard root.kind == .object else { return nil }
    return (root["summaries"]?.elements ?? []).compactMap(JaegerClient.summary)
  }

  /// A summary of v3; what is zero is left out, 64-bit numbers come as strings.
  private static func summary(_ value: JSONValue) -> TraceSummary? {
    guard let text = value["traceId"]?.string, let id = TraceID(hex: text) else { return nil }
    func number(_ value: JSONValue?) -> Int64 { value?.int ?? value?.string.flatMap(Int64.init) ?? 0 }
    let start = Timestamp(nanoseconds: number(value["minStartTimeUnixNano"]))
    let end = Timestamp(nanoseconds: number(value["maxEndTimeUnixNano"]))
    let services = (value["services"]?.elements ?? []).map { service in
      TraceSummary.Service(
        name: service["name"]?.string ?? TraceProcess.unknownService,
        spanCount: Int(clamping: number(service["spanCount"])),
        errorCount: Int(clamping: number(service["errorSpanCount"])))
    }
    return TraceSummary(
      id: id, rootService: value["rootServiceName"]?.string, rootOperation: value["rootOperationName"]?.string,
      start: start, duration: max(end - start, .zero), spanCount: Int(clamping: number(value["spanCount"])),
      errorCount: Int(clamping: number(value["errorSpanCount"])),
      orphanCount: Int(clamping: number(value["orphanSpanCount"])), services: services.sorted { $0.name < $1.name })
  }
}
