import ObsData

/// One aggregation of a request, with those below it.
struct AggregationRequest: Sendable {
  let name: String
  let kind: AggregationKind
  var children: [AggregationRequest] = []
  var meta: JSONTree?
}

enum AggregationKind: Sendable {
  case dateHistogram(DateHistogramRequest)
  case histogram(field: String, interval: Double, minimumCount: Int)
  case terms(TermsRequest)
  case filter(SearchQuery)
  case filters([(name: String?, query: SearchQuery)])
  case missing(field: String)
  case ranges(RangesRequest)
  case metric(MetricKind, field: String, missing: FieldValue?)
  case percentiles(field: String, percents: [Double], isKeyed: Bool)
  case topHits(SearchRequest)
  case composite(CompositeRequest)

  var isMetric: Bool {
    switch self {
    case .metric, .percentiles, .topHits: true
    default: false
    }
  }
  /// The name that `typed_keys` puts before the aggregation's own.
  func typedName(_ mapping: FieldMapping) -> String {
    switch self {
    case .dateHistogram: "date_histogram"
    case .histogram: "histogram"
    case .terms(let request):
      switch mapping[request.field] {
      case nil: "umterms"
      case .long, .boolean, .date: "lterms"
      case .double: "dterms"
      default: "sterms"
      }
    case .filter: "filter"
    case .filters: "filters"
    case .missing: "missing"
    case .ranges(let request): request.isDate ? "date_range" : "range"
    case .metric(let kind, _, _): kind.rawValue
    case .percentiles: "tdigest_percentiles"
    case .topHits: "top_hits"
    case .composite: "composite"
    }
  }
}

enum MetricKind: String, Sendable {
  case minimum = "min"
  case maximum = "max"
  case average = "avg"
  case sum, stats, cardinality
  case extendedStats = "extended_stats"
  case count = "value_count"
}

struct DateHistogramRequest: Sendable {
  enum Interval: Sendable { case fixed(Int64), calendar(CalendarUnit) }
  var field: String
  var interval: Interval
  var zone = SearchTimeZone.utc
  var offset: Int64 = 0
  var minimumCount = 0
  var format = DateFormatPattern.standard
  var extendedBounds: (low: Int64?, high: Int64?)?
  var hardBounds: (low: Int64?, high: Int64?)?
  var isKeyed = false
  var order = BucketOrder.byKey

  /// The beginning of the bucket that holds `time`.
  func key(of time: Int64) -> Int64 {
    let shifted = time &- offset
    switch interval {
    case .fixed(let unit):
      let local = shifted &+ Int64(zone.offset(at: shifted)) &* 1_000
      return zone.instant(ofLocal: local.flooredQuotient(by: unit) &* unit) &+ offset
    case .calendar(let unit): return unit.floor(shifted, zone: zone) &+ offset
    }
  }
  func next(after key: Int64) -> Int64 {
    switch interval {
    case .fixed(let unit): max(self.key(of: key &+ unit), key &+ 1)
    case .calendar(let unit): max(unit.adding(1, to: key &- offset, zone: zone) &+ offset, key &+ 1)
    }
  }
}

struct TermsRequest: Sendable {
  var field: String
  var size = 10
  var minimumCount = 1
  var order = BucketOrder.byCount
  var missing: FieldValue?
  var include: TermsFilter?
  var exclude: TermsFilter?
  var showsErrorBound = false
}

enum TermsFilter: Sendable {
  case pattern(LuceneRegexp)
  case values(Set<String>)

  func matches(_ value: FieldValue) -> Bool {
    let text = value.string ?? value.json.text
    switch self {
    case .pattern(let pattern): return pattern.matches(text)
    case .values(let values): return values.contains(text)
    }
  }
}

struct RangesRequest: Sendable {
  struct Range: Sendable {
    var key: String?
    var from: Double?
    var to: Double?
  }
  var field: String
  var ranges: [Range]
  var isDate: Bool
  var isKeyed: Bool
  var format: DateFormatPattern
}

struct CompositeRequest: Sendable {
  enum Source: Sendable {
    case terms(field: String)
    case dateHistogram(DateHistogramRequest)
  }
  struct Key: Sendable {
    var name: String
    var source: Source
    var isDescending: Bool
    var keepsMissing: Bool
    var format: DateFormatPattern?
  }
  var keys: [Key]
  var size = 10
  var after: [FieldValue?]?
}

/// How buckets are put in order.
struct BucketOrder: Sendable {
  enum Key: Sendable { case count, key, metric(name: String, property: String) }
  var keys: [(key: Key, isDescending: Bool)]
  static let byKey = BucketOrder(keys: [(.key, false)])
  static let byCount = BucketOrder(keys: [(.count, true)])

  /// Buckets in order; what is equal is put in the order of its keys.
  func sorted<Value: Comparable>(_ buckets: [(key: Value, bucket: AggregationBucket)]) -> [(
    key: Value, bucket: AggregationBucket
  )] {
    let metrics = buckets.map { item in keys.map { item.bucket.value(for: $0.key) } }
    let order = buckets.indices.sorted { a, b in
      for (index, key) in keys.enumerated() {
        switch key.key {
        case .key:
          if buckets[a].key != buckets[b].key { return (buckets[a].key < buckets[b].key) != key.isDescending }
        default:
          let left = metrics[a][index]
          let right = metrics[b][index]
          // A bucket without the metric comes last, whatever the direction.
          if left.isNaN != right.isNaN { return right.isNaN }
          if left != right, !left.isNaN { return (left < right) != key.isDescending }
        }
      }
      return buckets[a].key < buckets[b].key
    }
    return order.map { buckets[$0] }
  }
}
