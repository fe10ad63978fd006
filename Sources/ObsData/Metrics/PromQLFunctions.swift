/// The words of PromQL, with what a prompt says of each (https://prometheus.io/docs/prometheus/latest/querying/functions/).
enum PromQLFunctions {
  /// A word and how it is used.
  struct Entry: Sendable {
    let name: String
    let signature: String
  }

  /// The operators that make few series of many; all take `by (labels)` or `without (labels)`.
  static let aggregations: [Entry] = [
    ("sum", "vector"), ("avg", "vector"), ("min", "vector"), ("max", "vector"), ("count", "vector"),
    ("group", "vector"), ("stddev", "vector"), ("stdvar", "vector"), ("topk", "k, vector"), ("bottomk", "k, vector"),
    ("quantile", "φ, vector"), ("count_values", "\"label\", vector"), ("limitk", "k, vector"),
    ("limit_ratio", "ratio, vector"),
  ].map { Entry(name: $0.0, signature: "\($0.0) by (labels) (\($0.1))") }

  /// The functions by name.
  static let functions: [Entry] = (ranges + vectors + histograms + texts + calendar + scalars)
    .map { Entry(name: $0.0, signature: "\($0.0)(\($0.1))") }.sorted { $0.name < $1.name }

  private static let ranges: [(String, String)] = [
    ("rate", "range"), ("irate", "range"), ("increase", "range"), ("delta", "range"), ("idelta", "range"),
    ("deriv", "range"), ("changes", "range"), ("resets", "range"), ("predict_linear", "range, seconds"),
    ("double_exponential_smoothing", "range, smoothing, trend"), ("holt_winters", "range, smoothing, trend"),
    ("avg_over_time", "range"), ("min_over_time", "range"), ("max_over_time", "range"), ("sum_over_time", "range"),
    ("count_over_time", "range"), ("quantile_over_time", "φ, range"), ("stddev_over_time", "range"),
    ("stdvar_over_time", "range"), ("last_over_time", "range"), ("present_over_time", "range"),
    ("absent_over_time", "range"), ("mad_over_time", "range"),
  ]

  private static let vectors: [(String, String)] = [
    ("abs", "vector"), ("absent", "vector"), ("ceil", "vector"), ("floor", "vector"),
    ("round", "vector, to multiple of = 1"), ("exp", "vector"), ("ln", "vector"), ("log2", "vector"),
    ("log10", "vector"), ("sqrt", "vector"), ("sgn", "vector"), ("clamp", "vector, min, max"),
    ("clamp_min", "vector, min"), ("clamp_max", "vector, max"), ("sort", "vector"), ("sort_desc", "vector"),
    ("sort_by_label", "vector, \"label\", …"), ("sort_by_label_desc", "vector, \"label\", …"), ("timestamp", "vector"),
    ("scalar", "vector"), ("sin", "vector"), ("cos", "vector"), ("tan", "vector"), ("asin", "vector"),
    ("acos", "vector"), ("atan", "vector"), ("sinh", "vector"), ("cosh", "vector"), ("tanh", "vector"),
    ("asinh", "vector"), ("acosh", "vector"), ("atanh", "vector"), ("deg", "vector"), ("rad", "vector"),
  ]

  private static let histograms: [(String, String)] = [
    ("histogram_quantile", "φ, buckets by (le) or native"), ("histogram_fraction", "lower, upper, native"),
    ("histogram_count", "native"), ("histogram_sum", "native"), ("histogram_avg", "native"),
    ("histogram_stddev", "native"), ("histogram_stdvar", "native"),
  ]

  private static let texts: [(String, String)] = [
    ("label_replace", "vector, \"to\", \"replacement\", \"from\", \"regex\""),
    ("label_join", "vector, \"to\", \"separator\", \"from\", …"), ("info", "vector, {labels}"),
  ]

  private static let calendar: [(String, String)] = [
    ("day_of_month", "vector = time()"), ("day_of_week", "vector = time()"), ("day_of_year", "vector = time()"),
    ("days_in_month", "vector = time()"), ("hour", "vector = time()"), ("minute", "vector = time()"),
    ("month", "vector = time()"), ("year", "vector = time()"),
  ]

  private static let scalars: [(String, String)] = [("time", ""), ("pi", ""), ("vector", "scalar")]

  /// What may stand behind a value.
  static let keywords: [Entry] = [
    Entry(name: "by", signature: "by (labels): keep these apart"),
    Entry(name: "without", signature: "without (labels): keep all others apart"),
    Entry(name: "and", signature: "series that both sides have"), Entry(name: "or", signature: "series of either side"),
    Entry(name: "unless", signature: "series that the right side lacks"),
    Entry(name: "on", signature: "on (labels): match by these"),
    Entry(name: "ignoring", signature: "ignoring (labels): match by all others"),
    Entry(name: "group_left", signature: "many on the left for one on the right"),
    Entry(name: "group_right", signature: "one on the left for many on the right"),
    Entry(name: "offset", signature: "offset 1h: the values of an hour before"),
    Entry(name: "bool", signature: "0 or 1 instead of leaving out"),
  ]

  /// Words before the brackets of which stand labels.
  static let groupings: Set<String> = ["by", "without", "on", "ignoring", "group_left", "group_right"]
  /// All words that are no metric.
  static let words = Set((aggregations + functions + keywords).map(\.name)).union(["inf", "nan", "atan2"])
}
