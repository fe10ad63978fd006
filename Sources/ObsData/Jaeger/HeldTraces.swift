/// What a search asks of spans, tried here: for a Jaeger that cannot search by tags.
struct HeldTraces {
  let query: TraceQuery
  let service: String

  /// Whether a span of the trace fulfils all of it: Jaeger's predicates are about one span, not about the trace.
  func matches(_ trace: Trace) -> Bool {
    trace.spans.indices.contains { index in
      let span = trace.spans[index]
      guard trace.service(of: index) == service else { return false }
      if let operation = query.operation, span.operation != operation { return false }
      if let kind = query.kind, span.kind != kind { return false }
      if let least = query.minimumDuration, span.duration < least { return false }
      if let most = query.maximumDuration, span.duration > most { return false }
      return query.tags.isEmpty || hasTags(trace, index)
    }
  }

  private func hasTags(_ trace: Trace, _ index: Int) -> Bool {
    let details = trace.details(of: index)
    let events = details.events.flatMap(\.attributes)
    let tags = details.tags + trace.processes[trace.spans[index].process].tags + events
    return query.tags.allSatisfy { key, value in
      if key == "error" { return trace.spans[index].hasError == (value == "true") }
      return tags.contains { $0.key == key && $0.value.searched == value }
    }
  }
}
