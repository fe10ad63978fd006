import ObsData

/// Reads Elasticsearch's query DSL against a mapping, at a time.
struct QueryParser: Sendable {
  let mapping: FieldMapping
  let now: Timestamp

  /// `indices.query.bool.max_nested_depth`.
  static let maximumDepth = 30
  /// `indices.query.bool.max_clause_count`, as a node with a small heap has it.
  static let maximumClauses = 1_024

  /// `{"match_all":{}}` and the like.
  func query(_ json: RequestJSON, depth: Int = 0) throws -> SearchQuery {
    guard let members = json.members else {
      throw ElasticsearchError.parsing("[_na] query malformed, must start with start_object", at: json.place)
    }
    guard let first = members.first else {
      throw ElasticsearchError.illegalArgument(
        "query malformed, empty clause found at [\(json.endPlace.line):\(json.endPlace.column)]")
    }
    guard depth <= Self.maximumDepth else {
      throw ElasticsearchError.illegalArgument(
        "The nested depth of the query exceeds the maximum nested depth for queries set in [indices.query.bool.max_nested_depth]"
      )
    }
    let name = first.key
    let body = first.value
    guard Self.names.contains(name) else {
      throw ElasticsearchError.unknownName(
        "unknown query [\(name)]" + ElasticsearchError.suggestion(for: name, among: Self.names), name: name,
        at: body.place)
    }
    guard body.isObject else {
      throw ElasticsearchError.parsing("[\(name)] query malformed, no start_object after query name", at: body.place)
    }
    guard members.count == 1 else {
      throw ElasticsearchError.parsing(
        "[\(name)] malformed query, expected [END_OBJECT] but found [FIELD_NAME]", at: members[1].keyPlace)
    }
    return try parse(name, body, depth: depth)
  }

  private static let names: Set<String> = [
    "match_all", "match_none", "bool", "term", "terms", "range", "exists", "prefix", "wildcard", "regexp", "fuzzy",
    "match",
    "match_phrase", "match_phrase_prefix", "match_bool_prefix", "multi_match", "query_string", "simple_query_string",
    "ids",
    "constant_score", "boosting", "dis_max", "nested", "wrapper",
  ]

  private func parse(_ name: String, _ body: RequestJSON, depth: Int) throws -> SearchQuery {
    switch name {
    case "match_all":
      try check(body, "match_all", ["boost", "_name"], objectParser: true)
      return try boosted(.all, body, constant: true)
    case "match_none":
      try check(body, "match_none", ["boost", "_name"], objectParser: true)
      return .none
    case "bool": return try bool(body, depth: depth)
    case "constant_score":
      try check(body, name, ["filter", "boost", "_name"])
      guard let filter = body["filter"] else {
        throw ElasticsearchError.parsing("[constant_score] requires a 'filter' element", at: body.endPlace)
      }
      return .boosted(try query(filter, depth: depth + 1), boost: try boost(body), constant: true)
    case "boosting":
      try check(body, name, ["positive", "negative", "negative_boost", "boost", "_name"])
      guard let positive = body["positive"], let negative = body["negative"], body["negative_boost"] != nil else {
        throw ElasticsearchError.parsing(
          "[boosting] query requires 'positive', 'negative' and 'negative_boost' to be set'", at: body.place)
      }
      _ = try query(negative, depth: depth + 1)
      return try query(positive, depth: depth + 1)
    case "dis_max":
      try check(body, name, ["queries", "tie_breaker", "boost", "_name"])
      let queries = try (body["queries"]?.list ?? []).map { try query($0, depth: depth + 1) }
      guard !queries.isEmpty else {
        throw ElasticsearchError.parsing("[dis_max] requires 'queries' field with at least one clause", at: body.place)
      }
      return try boosted(.best(queries), body)
    case "ids":
      try check(body, name, ["values", "boost", "_name"], objectParser: true)
      return try boosted(
        .ids(Set(try (body["values"]?.list ?? []).map { try text($0, of: "ids") })), body, constant: true)
    case "exists":
      try check(body, name, ["field", "boost", "_name"])
      guard let field = body["field"]?.text else {
        throw ElasticsearchError.parsing("[exists] must be provided with a [field]", at: body.endPlace)
      }
      return try boosted(exists(field), body, constant: true)
    case "nested":
      try check(
        body, name, ["path", "query", "score_mode", "ignore_unmapped", "inner_hits", "boost", "_name"],
        objectParser: true)
      guard let path = body["path"]?.text, let inner = body["query"] else {
        throw ElasticsearchError.illegalArgument("[nested] requires 'path' and 'query' fields")
      }
      _ = try query(inner, depth: depth + 1)
      if body["ignore_unmapped"]?.bool == true { return .none }
      let reason =
        mapping[path] == nil
        ? "[nested] failed to find nested object under path [\(path)]"
        : "[nested] nested object under path [\(path)] is not of nested type"
      throw ElasticsearchError.shard("failed to create query: " + reason, causedBy: "illegal_state_exception", reason)
    case "wrapper":
      throw ElasticsearchError.illegalArgument("[wrapper] queries are not enabled on this server")
    case "term", "terms", "range", "prefix", "wildcard", "regexp", "fuzzy": return try leaf(name, body)
    default: return try fullText(name, body)
    }
  }

  private func bool(_ body: RequestJSON, depth: Int) throws -> SearchQuery {
    var result = SearchQuery.BoolQuery()
    for member in body.members ?? [] {
      func clauses() throws -> [SearchQuery] {
        do {
          return try member.value.list.map { try query($0, depth: depth + 1) }
        } catch let error as ElasticsearchError
          where error.stage == .request && error.type != "illegal_argument_exception"
        {
          var outer = ElasticsearchError.content(
            "[bool] failed to parse field [\(member.key)]", at: Self.place(of: error, member))
          outer.causes = [error]
          throw outer
        }
      }
      switch member.key {
      case "must": result.must += try clauses()
      case "filter": result.filter += try clauses()
      case "should": result.should += try clauses()
      case "must_not", "mustNot": result.mustNot += try clauses()
      case "minimum_should_match":
        guard let text = member.value.text, let minimum = MinimumShouldMatch(text) else {
          throw ElasticsearchError(
            type: "number_format_exception", reason: "For input string: \"\(member.value.text ?? "")\"", stage: .shards)
        }
        result.minimumShouldMatch = minimum
      case "boost", "_name", "adjust_pure_negative": break
      default:
        throw ElasticsearchError.content("[bool] unknown field [\(member.key)]", at: member.keyPlace)
      }
    }
    let clauseCount = result.must.count + result.filter.count + result.should.count + result.mustNot.count
    if clauseCount == 0 { return try boosted(.all, body, constant: true) }
    guard clauseCount <= Self.maximumClauses else {
      throw ElasticsearchError(
        type: "too_many_clauses", reason: "maxClauseCount is set to \(Self.maximumClauses)", stage: .shards)
    }
    return try boosted(.bool(result), body)
  }

  private static func place(of error: ElasticsearchError, _ member: RequestJSON.Member) -> RequestJSON.Place {
    var place = member.value.place
    for detail in error.details {
      guard case .int(let value) = detail.value else { continue }
      if detail.key == "line" { place.line = Int(value) }
      if detail.key == "col" { place.column = Int(value) }
    }
    return place
  }

  // MARK: What every query shares

  /// Refuses members that a query does not know.
  func check(_ body: RequestJSON, _ name: String, _ known: Set<String>, objectParser: Bool = false) throws {
    for member in body.members ?? [] where !known.contains(member.key) {
      if objectParser {
        // The object's own parser refuses it, and the query's parser wraps that.
        let inner = ElasticsearchError.content("[\(name)] unknown field [\(member.key)]", at: member.keyPlace)
        var outer = ElasticsearchError.parsing(inner.reason, at: member.keyPlace)
        outer.causes = [inner]
        throw outer
      }
      throw ElasticsearchError.parsing("[\(name)] query does not support [\(member.key)]", at: member.value.place)
    }
  }

  func boost(_ body: RequestJSON) throws -> Double {
    guard let value = body["boost"] else { return 1 }
    guard let boost = value.double else {
      throw ElasticsearchError(type: "number_format_exception", reason: "For input string: \"\(value.text ?? "")\"")
    }
    guard boost >= 0 else {
      throw ElasticsearchError.illegalArgument(
        "negative [boost] are not allowed in [bool], use a value between 0 and 1 to deboost")
    }
    return boost
  }

  func boosted(_ query: SearchQuery, _ body: RequestJSON, constant: Bool = false) throws -> SearchQuery {
    let boost = try boost(body)
    return boost == 1 ? query : .boosted(query, boost: boost, constant: constant)
  }

  func text(_ value: RequestJSON, of name: String) throws -> String {
    guard let text = value.text else {
      throw ElasticsearchError.parsing("[\(name)] unexpected token [\(value.token)]", at: value.place)
    }
    return text
  }

  /// Fields by pattern: any that exists.
  func exists(_ field: String) -> SearchQuery {
    guard field.contains("*") else {
      let isKnown = mapping[field] != nil || mapping.fields.keys.contains { $0.hasPrefix(field + ".") }
      return isKnown ? .exists(field: field) : .none
    }
    let names = mapping.names(matching: field)
    return names.isEmpty ? .none : .bool(.init(should: names.map { .exists(field: $0) }))
  }
}
