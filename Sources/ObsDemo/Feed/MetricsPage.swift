import ObsData
import Synchronization

/// The page that a real Prometheus scrapes: what the world's services would show on their own, all on one address. With
/// `honor_labels: true` each series keeps the service that it speaks of.
final class MetricsPage: DemoFace {
  private let prometheus: PrometheusFace
  private let readings = Mutex(0)

  /// `hasSpanMetrics` is false where spans are fed as well: a collector counts them itself then.
  init(world: World, hasSpanMetrics: Bool) {
    prometheus = PrometheusFace(source: hasSpanMetrics ? world : OwnMetrics(source: world))
  }

  /// How often it was read.
  var count: Int { readings.withLock { $0 } }

  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    guard request.path == ["metrics"], request.method == "GET" else {
      return .plain("Only GET /metrics is answered here.", status: 404)
    }
    readings.withLock { $0 += 1 }
    return await prometheus.answer(request, nanoseconds: nanoseconds)
  }
}

/// The metrics that services have of themselves, without those that a collector makes of spans.
private struct OwnMetrics: SampleSource {
  let source: any SampleSource

  private func isOwn(_ name: String) -> Bool { !name.hasPrefix("traces_span_metrics_") }

  var scrapeInterval: Duration { source.scrapeInterval }
  var metrics: [WorldMetric] { source.metrics.filter { isOwn($0.name) } }

  func series(named name: String?) -> [[String: String]] {
    source.series(named: name).filter { isOwn($0["__name__"] ?? "") }
  }

  func samples(of labels: [String: String], from start: Int64, to end: Int64, now: Int64) -> [WorldSample] {
    source.samples(of: labels, from: start, to: end, now: now)
  }
}
