import ObsData

/// A measurement of a histogram with the trace that it belongs to.
struct WorldExemplar: Sendable {
  let service: String
  let operation: String
  /// Milliseconds since the Unix epoch.
  let time: Int64
  /// How long the work took, in seconds.
  let seconds: Double
  let traceID: String
  let spanID: String
}

extension World {
  /// Exemplars of services in a stretch of milliseconds: a client library keeps one for a bucket from time to time, so that they are
  /// spread over time, the slow ones among them.
  func exemplars(services: Set<String>, from start: Int64, to end: Int64, now: Int64) -> [WorldExemplar] {
    let parts: Int64 = 10
    let length = max((end - start) / parts, 1)
    var exemplars: [WorldExemplar] = []
    for service in services.sorted() {
      guard let number = graph.services.firstIndex(of: service) else { continue }
      for part in 0..<parts {
        // Not all services at the same moment, and not on the beat.
        let draw = SplitMix.unit(SplitMix.hash(seed, Int64(number), (start + part * length) / max(length, 1), 29))
        let until = start + part * length + Int64(draw * Double(length))
        let query = TraceQuery(
          service: service, start: (until - length) * 1_000, end: until * 1_000, limit: 4)
        let found = traces(query, now: Timestamp(milliseconds: now)).compactMap { exemplar($0, of: number) }
        // One of each part: the slowest.
        if let slowest = found.max(by: { $0.seconds < $1.seconds }) { exemplars.append(slowest) }
      }
    }
    return exemplars.filter { $0.time >= start && $0.time <= end }.sorted { $0.time < $1.time }
  }

  /// The longest span of the service in a trace: what it was asked for.
  private func exemplar(_ trace: WorldTrace, of service: Int) -> WorldExemplar? {
    let own = trace.spans.filter { graph.nodes[$0.span.node].service == service }
    guard let entry = own.max(by: { $0.span.duration < $1.span.duration }) else { return nil }
    return WorldExemplar(
      service: graph.services[service], operation: graph.nodes[entry.span.node].call.name,
      time: (trace.request.start + entry.span.end) / 1_000, seconds: Double(entry.span.duration) / 1e6,
      traceID: hexadecimal(trace.request.high) + hexadecimal(trace.request.low),
      spanID: hexadecimal(spanID(high: trace.request.high, span: entry.number)))
  }
}
