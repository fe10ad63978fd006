import ObsData

/// One log line of the world, as the document that Filebeat and Logstash would have indexed.
struct WorldDocument: Sendable {
  /// The daily index: `rustim-2026.11.22`.
  let index: String
  /// `_id`: the same line has the same identifier in every run of the same seed.
  let id: String
  /// `@timestamp`.
  let timestamp: Timestamp
  /// `_source`, in the order of its fields, `@timestamp` included (RFC 3339 with milliseconds).
  let fields: [(name: String, value: JSONTree)]
}

/// What the Elasticsearch face reads. Documents become visible a little after their `@timestamp`, as with a real refresh.
protocol DocumentSource: Sendable {
  /// The indices that exist when it is `now`, oldest first.
  func indices(now: Timestamp) -> [String]
  /// Documents with `start <= @timestamp < end` that are visible when it is `now`, oldest first.
  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp) -> [WorldDocument]
  /// How many there would be: as `documents(…).count`, but without making them where that can be avoided.
  func documentCount(from start: Timestamp, to end: Timestamp, now: Timestamp) -> Int
  /// As `documents(from:to:now:)`, but only those that match the hint need be there; others may be.
  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp, hint: DocumentHint) -> [WorldDocument]
  /// The fields that documents can be made of for much less than whole ones, where a hint asks for no others.
  var cheapFields: Set<String> { get }
}

/// What is known of the documents that a query wants, so that a source may leave out the making of others: a query's `filter`
/// on `level`, `service_name` and `trace_id`, for instance. A nil says nothing.
struct DocumentHint: Sendable, Equatable {
  var levels: Set<String>?
  var services: Set<String>?
  var traceIDs: Set<String>?
  /// The only fields that are looked at; documents need no identifier then.
  var fields: Set<String>?
}

extension DocumentSource {
  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp, hint: DocumentHint) -> [WorldDocument] {
    documents(from: start, to: end, now: now)
  }
  var cheapFields: Set<String> { [] }
}

/// What kind of numbers a metric's series hold, as `/api/v1/metadata` says it.
enum WorldMetricType: String, Sendable { case counter, gauge, histogram, summary }

/// A metric of the world.
struct WorldMetric: Sendable {
  let name: String
  let type: WorldMetricType
  let help: String
  let unit: String
}

/// One sample, as a scrape stored it.
struct WorldSample: Sendable, Equatable {
  /// Milliseconds since the Unix epoch.
  let time: Int64
  let value: Double
}

/// What the Prometheus face reads: series with a sample every scrape.
protocol SampleSource: Sendable {
  /// From one scrape to the next: 15 seconds.
  var scrapeInterval: Duration { get }
  /// Name, type, help and unit of every metric.
  var metrics: [WorldMetric] { get }
  /// The labels of every series of that name (`__name__` included), or of all where `name` is nil. The set does not change
  /// with time; a series may lack samples at some times.
  func series(named name: String?) -> [[String: String]]
  /// The samples of one series with `start < time <= end` in milliseconds, oldest first, at most up to `now`.
  func samples(of labels: [String: String], from start: Int64, to end: Int64, now: Int64) -> [WorldSample]
  /// Measurements of these services' histograms with their traces, oldest first; none where the source keeps none.
  func exemplars(services: Set<String>, from start: Int64, to end: Int64, now: Int64) -> [WorldExemplar]
  /// The alerting rules over these series, with what they have raised when it is `now`; none where there are no rules.
  func alertRules(now: Timestamp) -> [WorldAlertRule]
}

extension SampleSource {
  func alertRules(now: Timestamp) -> [WorldAlertRule] { [] }
  func exemplars(services: Set<String>, from start: Int64, to end: Int64, now: Int64) -> [WorldExemplar] { [] }
}
