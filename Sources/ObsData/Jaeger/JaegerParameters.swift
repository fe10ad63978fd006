/// The parameters of Jaeger's two search interfaces (`query_parser.go` and `apiv3/http_gateway.go` in jaegertracing/jaeger).
enum JaegerParameters {
  /// v1: microseconds, Go's durations, tags as a JSON object whose values are strings.
  static func v1(_ query: TraceQuery, service: String, limit: Int, now: Timestamp) -> [(name: String, value: String)] {
    let range = query.window.range(now: now)
    var items = [(name: "service", value: service)]
    if let operation = query.operation { items.append(("operation", operation)) }
    items.append(("start", String(range.start.microseconds)))
    items.append(("end", String(range.end.microseconds)))
    items.append(("limit", String(limit)))
    if let duration = query.minimumDuration { items.append(("minDuration", goDuration(duration))) }
    if let duration = query.maximumDuration { items.append(("maxDuration", goDuration(duration))) }
    if !query.sentTags.isEmpty { items.append(("tags", json(query.sentTags))) }
    return items
  }

  /// v3: RFC 3339 with nanoseconds; names in snake case, which every version takes. `attributes` is known from 2.19 on.
  static func v3(_ query: TraceQuery, service: String, limit: Int, now: Timestamp, hasAttributes: Bool)
    -> [(name: String, value: String)]
  {
    let range = query.window.range(now: now)
    var items = [(name: "query.service_name", value: service)]
    if let operation = query.operation { items.append(("query.operation_name", operation)) }
    items.append(("query.start_time_min", range.start.iso8601(fractionDigits: 9)))
    items.append(("query.start_time_max", range.end.iso8601(fractionDigits: 9)))
    items.append(("query.num_traces", String(limit)))
    if let duration = query.minimumDuration { items.append(("query.duration_min", goDuration(duration))) }
    if let duration = query.maximumDuration { items.append(("query.duration_max", goDuration(duration))) }
    if hasAttributes, !query.sentTags.isEmpty { items.append(("query.attributes", json(query.sentTags))) }
    return items
  }

  /// Names sorted, so that a query is the same text each time.
  private static func json(_ tags: [String: String]) -> String {
    JSONTree.object(tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }).text
  }

  /// A duration as Go's `time.ParseDuration` reads it, exact: `1500ms`, `2s`, `250us`.
  static func goDuration(_ duration: Duration) -> String {
    let nanoseconds = duration.nanoseconds
    for (unit, name): (Int64, String) in [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")]
    where nanoseconds % unit == 0 {
      return "\(nanoseconds / unit)\(name)"
    }
    return "\(nanoseconds)ns"
  }
}

extension TraceQuery {
  /// The tags as they are sent, the kind among them: Jaeger's storages keep it as `span.kind`, or answer for it by that name.
  var sentTags: [String: String] {
    guard let kind else { return tags }
    return tags.merging(["span.kind": kind.rawValue]) { _, kind in kind }
  }
}
