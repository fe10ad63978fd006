/// Which exemplars are wanted.
public struct ExemplarQuery: Hashable, Sendable {
  /// The expression of the chart: Prometheus takes the selectors out of it.
  public var expression: String
  /// From when to when.
  public var window: TimeWindow

  /// Makes a query.
  public init(expression: String, window: TimeWindow) {
    self.expression = expression
    self.window = window
  }
}

/// The exemplars behind an expression.
public struct ExemplarAnswer: Hashable, Sendable {
  /// The exemplars that name a trace, oldest first.
  public var exemplars: [Exemplar]
  /// Why there are none, in a sentence; nil where there may be some.
  public var remark: String?

  /// Makes an answer.
  public init(exemplars: [Exemplar] = [], remark: String? = nil) {
    self.exemplars = exemplars
    self.remark = remark
  }
}

extension PrometheusClient {
  /// More exemplars than this are not kept: of more the greatest are, which is what one looks for.
  static let maximumExemplars = 500

  /// The exemplars of the histograms in an expression (`/api/v1/query_exemplars`). A server that does not know the endpoint, or
  /// keeps none, is no failure: the answer says so.
  public func exemplars(_ expression: String, in range: TimeRange) async throws(FetchError) -> ExemplarAnswer {
    let reply: PrometheusReply
    do throws(FetchError) {
      reply = try await ask(
        ["api", "v1", "query_exemplars"],
        [
          ("query", expression), ("start", PrometheusClient.seconds(range.start)),
          ("end", PrometheusClient.seconds(range.end)),
        ])
    } catch {
      guard error.kind == .notFound else { throw error }
      return ExemplarAnswer(remark: "this server keeps no exemplars")
    }
    var exemplars: [Exemplar] = []
    for item in try reply.list() {
      let series = PrometheusDecoder.labels(item["seriesLabels"])
      for entry in item["exemplars"]?.elements ?? [] {
        if let exemplar = PrometheusClient.exemplar(entry, of: series) { exemplars.append(exemplar) }
      }
    }
    if exemplars.count > PrometheusClient.maximumExemplars {
      exemplars.sort { $0.value > $1.value }
      exemplars.removeLast(exemplars.count - PrometheusClient.maximumExemplars)
    }
    return ExemplarAnswer(exemplars: exemplars.sorted { ($0.time, $0.value) < ($1.time, $1.value) })
  }

  /// What exporters and client libraries call the labels.
  private static let traceLabels = ["trace_id", "traceID", "traceId", "TraceID", "traceid"]
  private static let spanLabels = ["span_id", "spanID", "spanId", "SpanID", "spanid"]

  /// Nil where it names no trace, or is no measurement: nothing could be opened from it.
  private static func exemplar(_ entry: JSONValue, of series: [String: String]) -> Exemplar? {
    let labels = PrometheusDecoder.labels(entry["labels"])
    func first(_ names: [String]) -> String? { names.lazy.compactMap { labels[$0] }.first }
    guard let trace = first(traceLabels).flatMap({ TraceID(hex: $0) }), let time = entry["timestamp"]?.double,
      let value = entry["value"]?.string.flatMap(PrometheusDecoder.number) ?? entry["value"]?.double, value.isFinite,
      time.isFinite
    else { return nil }
    return Exemplar(
      time: Timestamp(seconds: time), value: value, traceID: trace,
      spanID: first(spanLabels).flatMap { SpanID(hex: $0) }, series: series)
  }
}

/// The exemplars behind a chart.
struct ExemplarJob: PollJob {
  let client: PrometheusClient
  let query: ExemplarQuery

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let answer = try await client.exemplars(query.expression, in: query.window.range(now: now))
    // A server without them is not asked again.
    return PollAnswer(.exemplars(answer), next: query.window.isLive && answer.remark == nil ? .interval : .never)
  }
}
