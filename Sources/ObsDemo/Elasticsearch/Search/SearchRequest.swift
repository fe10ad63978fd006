import ObsData

/// A search as its body and its address ask for it.
struct SearchRequest: Sendable {
  /// How far hits are counted.
  enum TotalHits: Sendable, Equatable { case not, upTo(Int), all }

  var query = SearchQuery.all
  var postFilter: SearchQuery?
  var size = 10
  var from = 0
  /// Nil sorts by score.
  var sort: SearchSort?
  var searchAfter: [FieldValue?]?
  var totalHits = TotalHits.upTo(10_000)
  var source = SourceFilter()
  var fields: [FieldFetch] = []
  var docvalueFields: [FieldFetch] = []
  var highlight: HighlightRequest?
  var aggregations: [AggregationRequest] = []
  var minimumScore: Double?
  var showsVersion = false
  var showsSequenceNumber = false
  var tracksScores = false
  /// Keys at the end of the sort that hits do not show: a scroll's own.
  var hiddenKeys = 0
  /// The identifier of a point in time, and how much longer it is to be kept.
  var pointInTime: (id: String, keepAlive: Duration?)?

  /// `index.max_result_window`.
  static let window = 10_000
}

extension SearchRequest {
  private static let refused: Set<String> = [
    "collapse", "rescore", "suggest", "knn", "retriever", "rank", "runtime_mappings", "script_fields", "slice",
    "indices_boost",
    "explain", "profile", "ext",
  ]

  init(_ body: RequestJSON, mapping: FieldMapping, now: Timestamp) throws {
    guard let members = body.members else {
      throw ElasticsearchError.parsing("Expected [START_OBJECT] but found [\(body.token)]", at: body.place)
    }
    let parser = QueryParser(mapping: mapping, now: now)
    var after: RequestJSON?
    // A value that only a shard refuses counts less than a body that cannot be read.
    var shardError: ElasticsearchError?
    func onShard(_ work: () throws -> Void) throws {
      do {
        try work()
      } catch let error as ElasticsearchError where error.stage == .shards {
        shardError = shardError ?? error
      }
    }
    for member in members {
      let value = member.value
      switch member.key {
      case "query" where value.isObject: try onShard { query = try parser.query(value) }
      case "post_filter": try onShard { postFilter = try parser.query(value) }
      case "size": size = try Self.count(value, "size")
      case "from": from = try Self.count(value, "from")
      case "sort": try onShard { sort = try SearchSort.parse(value, mapping: mapping, now: now) }
      case "search_after" where value.isArray: after = value
      case "track_total_hits": totalHits = try Self.totalHits(value)
      case "_source": source = try SourceFilter(value)
      case "fields": fields = try FieldFetch.list(value)
      case "docvalue_fields": docvalueFields = try FieldFetch.list(value)
      case "stored_fields":
        if value.list.contains(where: { $0.text == "_none_" }) { source = SourceFilter(enabled: false) }
      case "highlight" where value.isObject: try onShard { highlight = try HighlightRequest(value, parser: parser) }
      case "aggs" where value.isObject, "aggregations" where value.isObject:
        try onShard { aggregations = try AggregationParser(parser: parser).list(value) }
      case "min_score": minimumScore = value.double
      case "version": showsVersion = value.bool ?? false
      case "seq_no_primary_term": showsSequenceNumber = value.bool ?? false
      case "track_scores": tracksScores = value.bool ?? false
      case "pit":
        guard let id = value["id"]?.text else { throw ElasticsearchError.illegalArgument("Required [id]") }
        pointInTime = (id, try value["keep_alive"]?.text.map { try TimeValue.parse($0, "keep_alive") })
      case "timeout": _ = try TimeValue.parse(value.text ?? "", "timeout")
      case "terminate_after", "stats": break
      case let key where Self.refused.contains(key):
        throw ElasticsearchError.illegalArgument("[\(key)] is not supported by this server")
      default:
        throw ElasticsearchError.parsing("Unknown key for a \(value.token) in [\(member.key)].", at: value.place)
      }
    }
    if let shardError { throw shardError }
    try complete(after: after, now: now)
  }

  private mutating func complete(after: RequestJSON?, now: Timestamp) throws {
    // The best first is what there is without a sort.
    if let keys = sort?.keys, keys.allSatisfy({ $0.name == "_score" && $0.isDescending }), keys.count < 2 { sort = nil }
    let needsTiebreaker = pointInTime != nil && (after.map { $0.list.count > (sort?.keys.count ?? 0) } ?? true)
    if needsTiebreaker, size > 0 {
      let hasOne = sort?.keys.contains { if case .document = $0.kind { true } else { false } } ?? false
      if !hasOne, sort != nil || after != nil {
        sort = SearchSort(keys: (sort?.keys ?? SearchSort.byScore.keys) + [SortKey(kind: .document)])
      }
    }
    guard let after else { return }
    guard from <= 0 else {
      throw ElasticsearchError.shardArgument("`from` parameter must be set to 0 when `search_after` is used.")
    }
    guard let sort else {
      throw ElasticsearchError.shardArgument("Sort must contain at least one field.")
    }
    // An array holds nulls too, which `list` keeps.
    let values = after.list
    guard values.count == sort.keys.count else {
      throw ElasticsearchError.shardArgument(
        "search_after has \(values.count) value(s) but sort has \(sort.keys.count).")
    }
    searchAfter = try zip(sort.keys, values).map { try $0.value(of: $1, now: now) }
  }

  /// What a shard checks before it searches.
  func checkWindow() throws {
    let (end, overflow) = max(from, 0).addingReportingOverflow(size)
    guard overflow || end > Self.window else { return }
    throw ElasticsearchError.shardArgument(
      "Result window is too large, from + size must be less than or equal to: [\(Self.window)] but was "
        + "[\(overflow ? Int.max : end)]. See the scroll api for a more efficient way to request large data sets. "
        + "This limit can be set by changing the [index.max_result_window] index level setting.")
  }

  static func count(_ value: RequestJSON, _ name: String) throws -> Int {
    guard let count = value.int else {
      throw ElasticsearchError(
        type: "number_format_exception", reason: "For input string: \"\(value.text ?? "")\"")
    }
    guard count >= 0 || (name == "from" && count == -1) else {
      throw ElasticsearchError.illegalArgument("[\(name)] parameter cannot be negative, found [\(count)]")
    }
    return count
  }

  static func totalHits(_ value: RequestJSON) throws -> TotalHits {
    if let flag = value.bool { return flag ? .all : .not }
    guard let count = value.int, count >= -1 else {
      throw ElasticsearchError.illegalArgument(
        "[track_total_hits] parameter must be positive or equals to -1, got \(value.text ?? "null")")
    }
    return count == -1 ? .all : .upTo(count)
  }
}

/// Durations as Elasticsearch writes them: `10s`, `1m`, `500ms`.
enum TimeValue {
  static func parse(_ text: String, _ name: String) throws -> Duration {
    let units: [(suffix: String, nanoseconds: Int64)] = [
      ("nanos", 1), ("micros", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
      ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]
    let lower = text.lowercased().trimmingSpaces
    if lower == "-1" { return .seconds(86_400) }
    if lower == "0" { return .zero }
    guard let unit = units.first(where: { $0.suffix == "m" ? text.hasSuffix("m") : lower.hasSuffix($0.suffix) }) else {
      throw ElasticsearchError.illegalArgument(
        "failed to parse setting [\(name)] with value [\(text)] as a time value: unit is missing or unrecognized")
    }
    guard let count = Int64(lower.dropLast(unit.suffix.count).trimmingSpaces), count >= 0 else {
      throw ElasticsearchError.illegalArgument("failed to parse [\(text)]")
    }
    let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit.nanoseconds)
    return .nanoseconds(overflow ? .max : nanoseconds)
  }
}

extension StringProtocol {
  /// Without the spaces at both ends.
  var trimmingSpaces: String {
    let front = drop { $0 == " " }
    return String(String(front).reversed().drop { $0 == " " }.reversed())
  }
}
