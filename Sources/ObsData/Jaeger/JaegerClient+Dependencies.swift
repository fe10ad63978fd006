extension JaegerClient {
  /// Jaeger's figures are often computed once a day: a shorter time than this may hold none.
  private static let usualLookback = Duration.seconds(86_400)
  /// No more traces of each service are counted in.
  private static let countedTraces = 20

  /// Who called whom in a range of time, sorted. Empty where the store does not compute it; only v1 has it.
  public func dependencies(in range: TimeRange) async throws(FetchError) -> [TraceDependency] {
    let reply = try await ask([.dependencies]) { _ in
      // Milliseconds here, microseconds in a search.
      HTTPRequest(
        .get, ["api", "dependencies"],
        query: [
          ("endTs", String(range.end.milliseconds)), ("lookback", String(range.duration.nanoseconds / 1_000_000)),
        ])
    }
    return try list("dependencies", of: reply).compactMap { edge in
      guard let parent = edge["parent"]?.string, let child = edge["child"]?.string else { return nil }
      return TraceDependency(parent: parent, child: child, callCount: edge["callCount"]?.int ?? 0)
    }.sorted { ($0.parent, $0.child) < ($1.parent, $1.child) }
  }

  /// The service graph: by Jaeger's own figures where it has some in the window or in the day before its end, else counted in
  /// traces. Throws when neither can be asked for.
  public func dependencyGraph(_ query: DependencyQuery, now: Timestamp) async throws(FetchError) -> DependencyGraph {
    guard !query.countsTraces else { return try await countedGraph(query.traces, reason: nil, now: now) }
    let range = query.window.range(now: now)
    let lookback = DurationText.text(max(range.duration, JaegerClient.usualLookback))
    var reason = "Jaeger has no figures of its own for the last \(lookback)"
    do throws(FetchError) {
      let edges = try await dependencies(in: range)
      if !edges.isEmpty { return DependencyGraph(edges: edges, source: .store(lookback: range.duration)) }
      if range.duration < JaegerClient.usualLookback {
        let day = TimeRange(start: range.end - JaegerClient.usualLookback, end: range.end)
        let edges = try await dependencies(in: day)
        if !edges.isEmpty { return DependencyGraph(edges: edges, source: .store(lookback: day.duration)) }
      }
    } catch {
      switch error.kind {
      case .notFound, .server, .malformed, .badQuery: reason = "Jaeger gives no figures of its own: \(error.sentence)"
      case .unreachable, .timeout, .tls, .unauthorised, .overloaded, .tooLarge, .cancelled, .settings: throw error
      }
    }
    return try await countedGraph(query.traces, reason: reason, now: now)
  }

  /// Counts the calls in the traces that a search finds. They have to come whole.
  private func countedGraph(_ query: TraceQuery, reason: String?, now: Timestamp) async throws(FetchError)
    -> DependencyGraph
  {
    var query = query
    query.limit = min(query.limit, JaegerClient.countedTraces)
    var census = DependencyCensus()
    var result = TraceSearchResult(traces: [])
    try await eachService(of: query, serviceLimit: JaegerClient.serviceLimit, into: &result) {
      service, result throws(FetchError) in
      let part = try await found(query, service: service, order: [.searchV1, .searchV3], now: now)
      for trace in part.whole { census.note(trace) }
      part.add(to: &result)
    }
    return DependencyGraph(
      edges: census.edges, source: .traces(census.traces.count, bytes: result.cost?.bytes ?? 0), reason: reason,
      warnings: result.warnings)
  }
}
