import ObsData

/// Signs that a store has not given all of a trace.
enum TraceLimits {
  /// Stores cut at round numbers: Jaeger's Elasticsearch at 10,000 documents (`es.max-doc-count`), others at theirs.
  static func suspicion(of trace: Trace) -> String? {
    let count = trace.spans.count
    guard count >= 1_000, count % 1_000 == 0 else { return nil }
    return "exactly \(Formatting.count(count, style: .exact)) spans: perhaps cut by a limit of the store"
  }
}
