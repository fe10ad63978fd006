/// What a server has that the metric pane can use: names, and the labels of those that were looked at closer.
public struct MetricCatalogue: Hashable, Sendable {
  /// The metric names that exist in the window.
  public var names: Set<String>
  /// The label names of a metric's series, for the metrics that the plan asks about.
  public var labels: [String: [String]]
  /// The bounds of a histogram's buckets, where its name does not say its unit.
  public var bounds: [String: [Double]]
  /// The services that come in under several jobs, for the metrics whose values are added up.
  public var overlaps: [String: [MetricOverlap]]

  /// Makes a catalogue.
  public init(
    names: Set<String> = [], labels: [String: [String]] = [:], bounds: [String: [Double]] = [:],
    overlaps: [String: [MetricOverlap]] = [:]
  ) {
    self.names = names
    self.labels = labels
    self.bounds = bounds
    self.overlaps = overlaps
  }
}

/// Metric families that tell the same of many programs, the most telling first. Names are compared with every character
/// that is not a letter, a digit or a colon taken as `_`, so that `app.request.total` is found as `app_request_total`.
enum MetricFamilies {
  /// Counters of requests. `*` at the front stands for any prefix.
  static let requests = [
    "traces_span_metrics_calls_total", "traces_spanmetrics_calls_total", "span_metrics_calls_total", "calls_total",
    "app_request_total", "app_requests_total", "http_server_request_duration_seconds_count",
    "http_server_duration_milliseconds_count", "http_server_requests_seconds_count", "http_requests_total",
    "http_request_total", "*http_requests_total", "*http_request_total", "*http_server_requests_total",
    "grpc_server_handled_total", "rpc_server_duration_milliseconds_count", "*_requests_total", "*_request_total",
    "http_request_duration_seconds_count", "*_request_duration_seconds_count",
  ]

  /// Histograms of durations with classic buckets, or native ones where the `_bucket` is missing.
  static let durations = [
    "traces_span_metrics_duration_milliseconds_bucket", "traces_span_metrics_duration_seconds_bucket",
    "traces_span_metrics_duration_bucket", "traces_spanmetrics_latency_bucket", "duration_milliseconds_bucket",
    "duration_seconds_bucket", "duration_bucket", "latency_bucket", "app_request_duration_seconds_bucket",
    "app_request_duration_milliseconds_bucket", "app_request_duration_ms_bucket", "app_request_duration_bucket",
    "http_server_request_duration_seconds_bucket", "http_server_duration_milliseconds_bucket",
    "http_server_requests_seconds_bucket", "http_request_duration_seconds_bucket",
    "http_request_duration_milliseconds_bucket", "grpc_server_handling_seconds_bucket",
    "rpc_server_duration_milliseconds_bucket", "*_request_duration_seconds_bucket",
    "*_request_duration_milliseconds_bucket", "*_request_latency_seconds_bucket", "*_request_duration_bucket",
  ]

  /// Gauges of open connections.
  static let connections = ["app_active_connections", "app_connections_active", "http_server_active_requests"]

  /// The labels that name a service, the clearest first. `job` comes last: every scraped series has one.
  static let serviceLabels = [
    "service_name", "service", "exported_service_name", "exported_service", "app", "application", "app_name",
    "app_kubernetes_io_name", "component", "deployment", "exported_job", "job",
  ]

  /// The label of a metric that names the service, among those it has.
  static func serviceLabel(among labels: [String]) -> String? {
    first(serviceLabels, among: labels.map { (name: $0, normalised: normalised($0)) })
  }

  /// The labels that tell a failed request from one that went well, with the regular expression of the failed ones.
  static let errorLabels: [(label: String, values: String)] = [
    ("http_response_status_code", "5.."), ("http_status_code", "5.."), ("status_code", anyError),
    ("rpc_grpc_status_code", "2|4|12|13|14|15"), ("grpc_code", grpcErrors), ("status", anyError), ("code", anyError),
    ("http_status", "5.."), ("response_code", "5.."), ("status_class", "5.*"), ("outcome", anyError + "|SERVER_ERROR"),
    ("result", anyError), ("error", "true|1"), ("success", "false|0"),
  ]

  private static let anyError =
    "5..|5xx|STATUS_CODE_ERROR|(?i:error|err|fail|failed|failure|timeout)|Unknown|DeadlineExceeded|Internal|Unavailable|DataLoss"
  private static let grpcErrors = "Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"

  /// The regular expression by which the server is asked for names of all of these families.
  static let namePattern =
    "(.+[_.])?(calls|requests?|duration|latency|handled|handling|connections|active)([_.](milliseconds|seconds|ms|active|requests))*([_.](total|count|bucket))?"

  /// A name in the form in which names are compared.
  static func normalised(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { scalar in
          let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
          return isKept || scalar == ":" ? scalar : "_"
        }))
  }

  /// The first name that belongs to the earliest family; of several in one family the shortest, then the first by letter.
  static func first(_ families: [String], among names: [(name: String, normalised: String)]) -> String? {
    for family in families {
      let matching = names.filter { matches($0.normalised, family) }
      if let best = matching.min(by: { ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name) }) {
        return best.name
      }
    }
    return nil
  }

  private static func matches(_ name: String, _ family: String) -> Bool {
    family.hasPrefix("*") ? name.hasSuffix(family.dropFirst()) : name == family
  }
}
