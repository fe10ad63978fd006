import ObsData

/// Reads `aggs` of a body.
struct AggregationParser {
  let parser: QueryParser
  private var mapping: FieldMapping { parser.mapping }

  init(parser: QueryParser) { self.parser = parser }

  func list(_ json: RequestJSON, depth: Int = 0) throws -> [AggregationRequest] {
    guard let members = json.members else {
      throw ElasticsearchError.parsing(
        "Found [\(json.token)] instead of [START_OBJECT] for aggregations", at: json.place)
    }
    guard depth < 20 else { throw ElasticsearchError.illegalArgument("aggregations are nested too deeply") }
    return try members.map { try aggregation($0.key, $0.value, at: $0.keyPlace, depth: depth) }
  }

  private func aggregation(
    _ name: String, _ json: RequestJSON, at place: RequestJSON.Place, depth: Int
  ) throws -> AggregationRequest {
    guard !name.isEmpty, !name.contains(where: { "[]>".contains($0) }) else {
      throw ElasticsearchError.parsing(
        "Invalid aggregation name [\(name)]. Aggregation names can contain any character except '[', ']', and '>'",
        at: place)
    }
    guard let members = json.members else {
      throw ElasticsearchError.parsing(
        "Aggregation definition for [\(name) starts with a [\(json.token)], expected a [START_OBJECT].", at: json.place)
    }
    var kind: AggregationKind?
    var type: String?
    var children: [AggregationRequest] = []
    var meta: JSONTree?
    for member in members {
      switch member.key {
      case "aggs", "aggregations": children = try list(member.value, depth: depth + 1)
      case "meta": meta = member.value.tree
      default:
        if let type {
          throw ElasticsearchError.parsing(
            "Found two aggregation type definitions in [\(name)]: [\(type)] and [\(member.key)]", at: member.value.place
          )
        }
        type = member.key
        kind = try self.kind(member.key, member.value)
      }
    }
    guard let kind, let type else {
      throw ElasticsearchError.parsing("Missing definition for aggregation [\(name)]", at: json.endPlace)
    }
    if kind.isMetric, !children.isEmpty {
      throw ElasticsearchError(
        status: 500, type: "aggregation_initialization_exception",
        reason: "Aggregator [\(name)] of type [\(type)] cannot accept sub-aggregations")
    }
    let request = AggregationRequest(name: name, kind: kind, children: children, meta: meta)
    try checkOrder(of: request)
    return request
  }

  private static let types: Set<String> = [
    "filter", "filters", "top_hits", "date_histogram", "histogram", "terms", "missing", "range", "date_range",
    "percentiles",
    "composite", "min", "max", "avg", "sum", "stats", "cardinality", "extended_stats", "value_count",
  ]

  private func kind(_ type: String, _ json: RequestJSON) throws -> AggregationKind {
    switch type {
    case "filter": return .filter(try parser.query(json))
    case "filters": return try filters(json)
    case "top_hits":
      var request = try SearchRequest(json, mapping: mapping, now: parser.now)
      if json["size"] == nil { request.size = 3 }
      return .topHits(request)
    case "date_histogram": return .dateHistogram(try dateHistogram(json, in: type))
    case "histogram":
      try check(
        json, type, ["field", "interval", "min_doc_count", "offset", "order", "keyed", "missing", "extended_bounds"])
      let field = try field(json, in: type, numeric: true)
      guard let interval = json["interval"]?.double, interval > 0 else {
        throw ElasticsearchError.illegalArgument("[interval] must be >0 for histogram aggregation [\(type)]")
      }
      return .histogram(field: field, interval: interval, minimumCount: json["min_doc_count"]?.int ?? 0)
    case "terms": return try terms(json)
    case "missing":
      try check(json, type, ["field", "missing"])
      return .missing(field: try field(json, in: type))
    case "range", "date_range": return try ranges(json, type)
    case "percentiles":
      try check(json, type, ["field", "percents", "keyed", "tdigest", "hdr", "missing"])
      let percents = json["percents"]?.list.compactMap(\.double) ?? [1, 5, 25, 50, 75, 95, 99]
      guard percents.allSatisfy({ (0...100).contains($0) }), !percents.isEmpty else {
        throw ElasticsearchError.illegalArgument("percent must be in [0,100]")
      }
      return .percentiles(
        field: try field(json, in: type, numeric: true), percents: percents, isKeyed: json["keyed"]?.bool ?? true)
    case "composite": return try composite(json)
    default:
      guard let metric = MetricKind(rawValue: type) else {
        throw ElasticsearchError.unknownName(
          "Unknown aggregation type [\(type)]" + ElasticsearchError.suggestion(for: type, among: Self.types),
          name: type,
          at: json.place)
      }
      try check(json, type, ["field", "missing", "format", "precision_threshold", "sigma"])
      let isNumeric = metric != .count && metric != .cardinality
      let field = try field(json, in: type, numeric: isNumeric)
      return .metric(metric, field: field, missing: try missing(json, field))
    }
  }

  func check(_ json: RequestJSON, _ type: String, _ known: Set<String>) throws {
    guard let members = json.members else {
      throw ElasticsearchError.parsing("Unexpected token \(json.token) in [\(type)]", at: json.place)
    }
    for member in members where !known.contains(member.key) {
      if member.key == "script" { throw ElasticsearchError.illegalArgument("cannot execute [inline] scripts") }
      throw ElasticsearchError.content("[\(type)] unknown field [\(member.key)]", at: member.keyPlace)
    }
  }

  /// The field that an aggregation reads. One that is not mapped has no values; a text has none that can be read.
  func field(_ json: RequestJSON, in type: String, numeric: Bool = false) throws -> String {
    guard let name = json["field"]?.text else {
      throw ElasticsearchError.illegalArgument("Required one of fields [field, script], but none were specified. ")
    }
    switch mapping[name] {
    case .text?: throw FieldAccess.noFielddata(name)
    case .identifier?:
      throw ElasticsearchError.shardArgument(
        "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled"
      )
    case .keyword? where numeric, .indexName? where numeric:
      throw ElasticsearchError.shardArgument(
        "Field [\(name)] of type [keyword] is not supported for aggregation [\(type)]")
    default: return name
    }
  }

  func missing(_ json: RequestJSON, _ field: String) throws -> FieldValue? {
    guard let value = json["missing"], !value.isNull else { return nil }
    return try SortKey(kind: .field(field, mapping[field] ?? .keyword)).value(of: value, now: parser.now)
  }

  private func filters(_ json: RequestJSON) throws -> AggregationKind {
    try check(json, "filters", ["filters", "other_bucket", "other_bucket_key", "keyed"])
    guard let filters = json["filters"] else { throw ElasticsearchError.illegalArgument("[filters] cannot be empty.") }
    var result: [(name: String?, query: SearchQuery)] = []
    if let members = filters.members {
      result = try members.map { ($0.key, try parser.query($0.value)) }
    } else {
      result = try filters.list.map { (nil, try parser.query($0)) }
    }
    if json["other_bucket"]?.bool == true || json["other_bucket_key"] != nil {
      let rest = SearchQuery.bool(.init(mustNot: result.map(\.query)))
      result.append((filters.isObject ? json["other_bucket_key"]?.text ?? "_other_" : nil, rest))
    }
    return .filters(result)
  }

  private func terms(_ json: RequestJSON) throws -> AggregationKind {
    try check(
      json, "terms",
      [
        "field", "size", "shard_size", "min_doc_count", "shard_min_doc_count", "order", "include", "exclude", "missing",
        "show_term_doc_count_error", "execution_hint", "collect_mode", "value_type", "format",
      ])
    let field = try field(json, in: "terms")
    var request = TermsRequest(field: field)
    if let size = json["size"] {
      guard let count = size.int, count > 0 else {
        throw ElasticsearchError.illegalArgument("[size] must be greater than 0. Found [\(size.text ?? "")] in [terms]")
      }
      request.size = count
    }
    request.minimumCount = json["min_doc_count"]?.int ?? 1
    guard request.minimumCount > 0 else {
      throw ElasticsearchError.illegalArgument("[min_doc_count] of 0 is not supported by this server in [terms]")
    }
    if let order = json["order"] { request.order = try bucketOrder(order) }
    request.include = try json["include"].map(termsFilter)
    request.exclude = try json["exclude"].map(termsFilter)
    request.missing = try missing(json, field)
    request.showsErrorBound = json["show_term_doc_count_error"]?.bool ?? false
    return .terms(request)
  }

  private func termsFilter(_ json: RequestJSON) throws -> TermsFilter {
    if json.isArray { return .values(Set(json.list.compactMap(\.text))) }
    guard let text = json.text else {
      throw ElasticsearchError.illegalArgument("terms are included by partition, which this server does not support")
    }
    do {
      return .pattern(try LuceneRegexp(text))
    } catch let error as LuceneRegexp.SyntaxError {
      throw ElasticsearchError.shardArgument(error.reason)
    }
  }

  func bucketOrder(_ json: RequestJSON) throws -> BucketOrder {
    var keys: [(key: BucketOrder.Key, isDescending: Bool)] = []
    for item in json.list {
      guard let members = item.members, members.count == 1 else {
        throw ElasticsearchError.parsing(
          "Must specify at least one field for [order]", at: item.place)
      }
      let direction = members[0].value.text?.lowercased() ?? ""
      guard direction == "asc" || direction == "desc" else {
        throw ElasticsearchError.parsing("Unknown order direction [\(direction)]", at: members[0].value.place)
      }
      let isDescending = direction == "desc"
      switch members[0].key {
      case "_count": keys.append((.count, isDescending))
      case "_key", "_term", "_time": keys.append((.key, isDescending))
      case let path:
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        keys.append((.metric(name: parts.first ?? "", property: parts.count > 1 ? parts[1] : "value"), isDescending))
      }
    }
    return BucketOrder(keys: keys)
  }

  private func checkOrder(of request: AggregationRequest) throws {
    var order: BucketOrder?
    if case .terms(let terms) = request.kind { order = terms.order }
    if case .dateHistogram(let histogram) = request.kind { order = histogram.order }
    for key in order?.keys ?? [] {
      guard case .metric(let name, _) = key.key, !request.children.contains(where: { $0.name == name }) else {
        continue
      }
      throw ElasticsearchError(
        status: 500, type: "aggregation_execution_exception",
        reason:
          "Invalid aggregation order path [\(name)]. The provided aggregation [\(name)] either does not exist, or is a "
          + "pipeline aggregation and cannot be used to sort the buckets.", stage: .shards)
    }
  }
}
