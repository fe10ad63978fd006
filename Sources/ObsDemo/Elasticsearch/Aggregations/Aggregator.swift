import ObsData

/// Takes the documents that a search found, segment by segment, and says what they amount to.
protocol Aggregator: AnyObject {
  /// `rows` are rows of the reader's segment, in their order.
  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws
  /// The members of the aggregation's object in the answer.
  func result() throws -> [(key: String, value: JSONTree)]
}

/// What the aggregations of one search share.
final class AggregationContext {
  let mapping: FieldMapping
  let now: Timestamp
  var store: SegmentStore?
  private var buckets = 0
  /// `search.max_buckets`.
  static let maximumBuckets = 65_536

  init(mapping: FieldMapping, now: Timestamp) {
    self.mapping = mapping
    self.now = now
  }

  /// Counts buckets that are about to be made.
  func addBuckets(_ count: Int = 1) throws {
    let (sum, overflow) = buckets.addingReportingOverflow(count)
    buckets = overflow ? .max : sum
    guard buckets > Self.maximumBuckets else { return }
    throw ElasticsearchError(
      type: "too_many_buckets_exception",
      reason: "Trying to create too many buckets. Must be less than or equal to: [\(Self.maximumBuckets)] but was "
        + "[\(buckets)]. This limit can be set by changing the [search.max_buckets] cluster level setting.",
      details: [("max_buckets", .int(Int64(Self.maximumBuckets)))])
  }
}

/// A bucket: how many documents it took, and the aggregations below it.
final class AggregationBucket {
  private(set) var count = 0
  private let children: [NamedAggregator]

  init(_ requests: [AggregationRequest], _ context: AggregationContext) throws {
    try context.addBuckets()
    children = requests.map { AggregatorSet.make($0, context) }
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    count += rows.count
    for child in children { try child.collect(reader, rows) }
  }

  /// Takes documents that nothing below needs to see.
  var isLeaf: Bool { children.isEmpty }
  func add(count: Int) { self.count += count }

  /// `doc_count`, then the results below.
  func members() throws -> [(key: String, value: JSONTree)] {
    [("doc_count", .int(Int64(count)))] + (try AggregatorSet.results(children))
  }

  /// What a bucket is ordered by; not a number where there is none.
  func value(for key: BucketOrder.Key) -> Double {
    guard case .metric(let name, let property) = key else { return Double(count) }
    guard let child = children.first(where: { $0.request.name == name }), let members = try? child.aggregator.result()
    else { return .nan }
    let wanted = property == "_count" ? "doc_count" : property
    let found = members.first { $0.key == wanted } ?? members.first { $0.key == "doc_count" }
    switch found?.value {
    case .int(let value): return Double(value)
    case .double(let value): return value
    default: return .nan
    }
  }
}

/// An aggregation under its name.
struct NamedAggregator {
  let request: AggregationRequest
  let aggregator: any Aggregator
  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws { try aggregator.collect(reader, rows) }
}

enum AggregatorSet {
  static func make(_ request: AggregationRequest, _ context: AggregationContext) -> NamedAggregator {
    let aggregator: any Aggregator =
      switch request.kind {
      case .dateHistogram(let spec): DateHistogramAggregator(spec, request.children, context)
      case .histogram(let field, let interval, let minimum):
        HistogramAggregator(field, interval, minimum, request.children, context)
      case .terms(let spec): TermsAggregator(spec, request.children, context)
      case .filter(let query): FilterAggregator(query, request.children, context)
      case .filters(let filters): FiltersAggregator(filters, request.children, context)
      case .missing(let field):
        FilterAggregator(
          .bool(.init(must: [.all], mustNot: [.exists(field: field)])), request.children, context)
      case .ranges(let spec): RangesAggregator(spec, request.children, context)
      case .metric(let kind, let field, let missing):
        MetricAggregator(kind, field, missing, isDate: context.mapping[field] == .date)
      case .percentiles(let field, let percents, let isKeyed): PercentilesAggregator(field, percents, isKeyed)
      case .topHits(let search): TopHitsAggregator(search, context)
      case .composite(let spec): CompositeAggregator(spec, request.children, context)
      }
    return NamedAggregator(request: request, aggregator: aggregator)
  }

  static func results(_ aggregators: [NamedAggregator]) throws -> [(key: String, value: JSONTree)] {
    try aggregators.map { item in
      var members = try item.aggregator.result()
      if let meta = item.request.meta { members.insert(("meta", meta), at: 0) }
      return (item.request.name, .object(members))
    }
  }
}
