/// Which fields a search looks at. Where these are few, the source can be asked for less than whole documents.
extension SearchQuery {
  /// Nil where it cannot be told, or texts and identifiers are looked at.
  var fields: Set<String>? {
    switch self {
    case .all, .none: return []
    case .time: return ["@timestamp"]
    case .exists(let field), .field(let field, false, _): return [field]
    case .boosted(let query, _, _): return query.fields
    case .best(let queries): return Self.union(queries.map(\.fields))
    case .bool(let query):
      return Self.union((query.must + query.filter + query.should + query.mustNot).map(\.fields))
    case .ids, .field, .phrase: return nil
    }
  }

  fileprivate static func union(_ sets: [Set<String>?]) -> Set<String>? {
    var union: Set<String> = []
    for set in sets {
      guard let set else { return nil }
      union.formUnion(set)
    }
    return union
  }
}

extension AggregationRequest {
  /// Those of the aggregation and of all below it; nil where it cannot be told.
  fileprivate var fields: Set<String>? {
    let own: Set<String>? =
      switch kind {
      case .dateHistogram(let spec): [spec.field]
      case .histogram(let field, _, _), .missing(let field), .metric(_, let field, _): [field]
      case .percentiles(let field, _, _): [field]
      case .terms(let spec): [spec.field]
      case .ranges(let spec): [spec.field]
      case .filter(let query): query.fields
      case .filters, .topHits, .composite: nil
      }
    return SearchQuery.union([own] + children.map(\.fields))
  }
}

extension SearchRequest {
  /// The fields that are looked at beside the query's, where figures are all that is asked for; nil where hits are shown.
  var fieldsOfFigures: Set<String>? {
    guard size == 0, from == 0, postFilter == nil, minimumScore == nil, pointInTime == nil, !tracksScores else {
      return nil
    }
    return SearchQuery.union(aggregations.map(\.fields))
  }
}
