import ObsData

/// A trace of the world, as far as its spans have reached the store.
struct WorldTrace: Sendable {
  let request: PlayedRequest
  /// Spans with their place in the whole trace, which their identifiers come from.
  let spans: [(number: Int, span: SimulatedSpan)]

  /// Microseconds since the epoch of the first span that is there.
  var start: Int64 { request.start + (spans.map(\.span.start).min() ?? 0) }
  var end: Int64 { request.start + (spans.map(\.span.end).max() ?? 0) }
}

/// What a search in the trace store asks for.
struct TraceQuery: Sendable {
  /// Nil for all services.
  var service: String?
  var operation: String?
  /// Microseconds since the epoch, for the start of a matching span.
  var start: Int64
  var end: Int64
  /// Microseconds, for the duration of a matching span.
  var minimumDuration: Int64?
  var maximumDuration: Int64?
  /// Tags that a matching span must have, as text.
  var tags: [(key: String, value: String)] = []
  var limit: Int
}

extension World {
  /// A request's trace may begin so many seconds before the second that its lines lie in, and end so many after it.
  private static let longestTrace = 40

  /// Whether the trace store was given the trace: all that fail, every other slow one, one in five of the others, and at high
  /// rates no more than 20 a second of those.
  func isSampled(_ plan: SecondPlan, index: Int) -> Bool {
    if let mode = plan.mode(of: index) {
      return modes.modes[mode].isFailing || index % 2 == 0
    }
    let step = sampling(plan)
    return (index - plan.normalStart) % step == plan.second % step
  }

  private func sampling(_ plan: SecondPlan) -> Int { max(5, (plan.requests - plan.normalStart) / 20) }

  /// When a service's part of a trace reaches the store: two to six seconds after its last span ended. Milliseconds.
  private func arrival(high: UInt64, service: Int, lastEnd: Int64) -> Int64 {
    lastEnd / 1_000 + 2_000 + Int64(SplitMix.hash(high, Int64(service), 23) % 4_000)
  }

  /// What of a played request has reached the store when it is `now`; nil where nothing has.
  private func visible(_ request: PlayedRequest, _ spans: [SimulatedSpan], now: Timestamp) -> WorldTrace? {
    let milliseconds = now.milliseconds
    // Long ago: everything has come.
    if milliseconds / 1_000 > Int64(request.second + World.longestTrace + 10) {
      return WorldTrace(request: request, spans: spans.enumerated().map { ($0, $1) })
    }
    var lastEnds: [Int: Int64] = [:]
    for span in spans {
      let service = graph.nodes[span.node].service
      lastEnds[service] = max(lastEnds[service] ?? .min, request.start + span.end)
    }
    let there = spans.enumerated().filter { entry in
      let service = graph.nodes[entry.element.node].service
      return arrival(high: request.high, service: service, lastEnd: lastEnds[service] ?? 0) <= milliseconds
    }
    return there.isEmpty ? nil : WorldTrace(request: request, spans: there.map { ($0.offset, $0.element) })
  }

  /// The trace with that identifier, as far as it is there; nil where the store never had it or does not have it yet.
  func trace(high: UInt64, low: UInt64, now: Timestamp) -> WorldTrace? {
    guard let (second, index) = request(high: high, low: low), Int64(second) <= now.milliseconds / 1_000 + 1 else {
      return nil
    }
    let plan = plan(second)
    guard isSampled(plan, index: index) else { return nil }
    var simulator = Simulator(graph: graph)
    let request = play(plan, index: index, in: &simulator)
    return visible(request, simulator.spans, now: now)
  }

  /// Traces with a span that matches, newest first, as many as the query's limit. Seconds are looked through from the newest
  /// on; what a second cannot hold by its modes and operations alone is not played.
  func traces(_ query: TraceQuery, now: Timestamp) -> [WorldTrace] {
    let service = query.service.map { name in graph.services.firstIndex(of: name) ?? -1 }
    if service == -1 { return [] }
    // Only a failing request has spans that say so.
    let onlyFailing = query.tags.contains { tag in
      (tag.key == "error" && tag.value == "true") || (tag.key == "otel.status_code" && tag.value == "ERROR")
    }
    let first = max(Int(query.start / 1_000_000), firstSecond)
    let last = min(Int(query.end / 1_000_000) + World.longestTrace, Int(now.milliseconds / 1_000))
    guard first <= last, query.limit > 0 else { return [] }
    let limit = min(query.limit, 1_500)
    let matcher = SpanMatcher(world: self, query: query, service: service)
    var simulator = Simulator(graph: graph)
    var found: [WorldTrace] = []
    for second in (first...last).reversed() {
      // A second further back may still hold a later start, but by no more than a trace lasts.
      if found.count >= limit, let oldest = found.map(\.start).sorted(by: >).dropFirst(limit - 1).first,
        oldest / 1_000_000 > second
      {
        break
      }
      let plan = plan(second)
      for index in sampled(plan, onlyFailing: onlyFailing) {
        let request = play(plan, index: index, in: &simulator, touching: service)
        guard let request, let trace = visible(request, simulator.spans, now: now), matcher.matches(trace) else {
          continue
        }
        found.append(trace)
      }
    }
    return Array(found.sorted { ($0.start, $0.request.high) > ($1.start, $1.request.high) }.prefix(limit))
  }

  private func sampled(_ plan: SecondPlan, onlyFailing: Bool) -> [Int] {
    var indices: [Int] = []
    for (mode, range) in plan.ranges {
      if modes.modes[mode].isFailing {
        indices += range
      } else if !onlyFailing {
        indices += range.filter { $0 % 2 == 0 }
      }
    }
    guard !onlyFailing else { return indices }
    let step = sampling(plan)
    indices += stride(from: plan.normalStart + plan.second % step, to: plan.requests, by: step)
    return indices
  }

  /// Plays a request where its operation touches the service.
  private func play(_ plan: SecondPlan, index: Int, in simulator: inout Simulator, touching service: Int?)
    -> PlayedRequest?
  {
    if let service, !graph.touches[service][operation(plan, index: index)] { return nil }
    return play(plan, index: index, in: &simulator)
  }
}

/// Finds the span that a search asks for.
private struct SpanMatcher {
  let world: World
  let query: TraceQuery
  let service: Int?

  func matches(_ trace: WorldTrace) -> Bool {
    trace.spans.contains { entry in
      let span = entry.span
      let node = world.graph.nodes[span.node]
      if let service, node.service != service { return false }
      if let operation = query.operation, node.call.name != operation { return false }
      let start = trace.request.start + span.start
      guard start >= query.start, start <= query.end else { return false }
      if let minimum = query.minimumDuration, span.duration < minimum { return false }
      if let maximum = query.maximumDuration, span.duration > maximum { return false }
      guard !query.tags.isEmpty else { return true }
      let facts = world.facts(of: entry.number, span, in: trace.request)
      let process = world.processTags(service: node.service, request: trace.request)
      return query.tags.allSatisfy { wanted in
        (facts.tags + facts.modelTags + process).contains { $0.key == wanted.key && $0.value.plain == wanted.value }
          || facts.events.contains { event in
            event.fields.contains { $0.key == wanted.key && $0.value.plain == wanted.value }
          }
      }
    }
  }
}
