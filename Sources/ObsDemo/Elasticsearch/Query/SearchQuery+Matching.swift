import ObsData

/// Which rows of a segment a query selects, decided as far as possible for all of them at once.
enum RowSelection {
  case none
  case all
  case some((Int) -> Bool)

  func contains(_ row: Int) -> Bool {
    switch self {
    case .none: false
    case .all: true
    case .some(let test): test(row)
    }
  }
  var inverted: RowSelection {
    switch self {
    case .none: .all
    case .all: .none
    case .some(let test): .some { !test($0) }
    }
  }
}

extension SearchQuery {
  func selection(in reader: SegmentReader) -> RowSelection {
    let segment = reader.segment
    if segment.count == 0 { return .none }
    switch self {
    case .all: return .all
    case .none: return .none
    case .boosted(let query, _, _): return query.selection(in: reader)
    case .best(let queries): return Self.anyOf(queries.map { $0.selection(in: reader) }, required: 1)
    case .bool(let query): return query.selection(in: reader)
    case .time(let range):
      if range.contains(segment.time(0)), range.contains(segment.time(segment.count - 1)) { return .all }
      if range.upperBound < segment.start || range.lowerBound >= segment.end { return .none }
      return .some { range.contains(segment.time($0)) }
    case .exists(let field):
      if field == "_id" || field == "_index" || field == "@timestamp" { return .all }
      if let column = segment.columns[field] { return Self.select(column) { $0 != nil } }
      if segment.others.contains(field) { return .some { !reader.values(of: field, $0).isEmpty } }
      let prefix = field + "."
      let inner = segment.columns.keys.filter { $0.hasPrefix(prefix) } + segment.others.filter { $0.hasPrefix(prefix) }
      return Self.anyOf(inner.map { SearchQuery.exists(field: $0).selection(in: reader) }, required: 1)
    case .ids(let ids): return .some { reader.document($0).map { ids.contains($0.id) } ?? false }
    case .field(let field, let isText, let test):
      if isText {
        guard segment.others.contains(field) else { return .none }
        let needles = test.needles
        return .some { row in
          (needles.isEmpty || reader.mayContain(needles, in: field, row))
            && reader.tokens(of: field, row).contains { test.matches(.string($0.text)) }
        }
      }
      if field == "@timestamp" { return .some { test.matches(.date(segment.time($0))) } }
      if let column = segment.columns[field] { return Self.select(column) { $0.map(test.matches) ?? false } }
      guard segment.others.contains(field) || field == "_id" else { return .none }
      return .some { reader.values(of: field, $0).contains(where: test.matches) }
    case .phrase(let field, let phrase):
      guard segment.others.contains(field) else { return .none }
      let needles = phrase.words.compactMap { TextNeedle($0.text) }
      return .some { row in
        reader.mayContain(needles, in: field, row) && phrase.firstMatch(in: reader.tokens(of: field, row)) != nil
      }
    }
  }

  private static func select(_ column: DocumentSegment.Column, _ test: (FieldValue?) -> Bool) -> RowSelection {
    let verdicts = column.values.map(test)
    // The dictionary's first entry stands for rows without the field, which there may be none of.
    if verdicts.allSatisfy({ $0 }) { return .all }
    if !verdicts.contains(true) { return .none }
    return .some { verdicts[Int(column.ordinals[$0])] }
  }

  fileprivate static func anyOf(_ parts: [RowSelection], required: Int) -> RowSelection {
    if required <= 0 { return .all }
    var certain = 0
    var tests: [(Int) -> Bool] = []
    for part in parts {
      switch part {
      case .all: certain += 1
      case .none: break
      case .some(let test): tests.append(test)
      }
    }
    if certain >= required { return .all }
    if certain + tests.count < required { return .none }
    if tests.count == 1 { return .some(tests[0]) }
    return .some { row in
      var count = certain
      for test in tests where test(row) {
        count += 1
        if count >= required { return true }
      }
      return false
    }
  }

  /// Documents and their texts are read last.
  fileprivate var cost: Int {
    switch self {
    case .all, .none, .time: 0
    case .exists: 1
    case .field(_, let isText, _): isText ? 4 : 2
    case .ids, .phrase: 5
    case .boosted(let query, _, _): query.cost
    case .best(let queries): queries.map(\.cost).max() ?? 0
    case .bool(let query):
      (query.must + query.filter + query.should + query.mustNot).map(\.cost).max().map { $0 + 1 } ?? 0
    }
  }

  /// Between which milliseconds all matches lie, as far as the query says so by itself.
  var timeBounds: ClosedRange<Int64>? {
    switch self {
    case .time(let range): return range
    case .boosted(let query, _, _): return query.timeBounds
    case .bool(let query):
      var bounds: ClosedRange<Int64>?
      for part in query.must + query.filter {
        guard let inner = part.timeBounds else { continue }
        guard let known = bounds else {
          bounds = inner
          continue
        }
        let low = max(known.lowerBound, inner.lowerBound)
        bounds = low...max(low, min(known.upperBound, inner.upperBound))
      }
      return bounds
    default: return nil
    }
  }

  /// What the query says of documents by itself, so that others need not be made.
  var hint: DocumentHint {
    switch self {
    case .field(let field, false, .oneOf(let values)):
      let names = Set(values.compactMap(\.string))
      return DocumentHint(
        levels: field == "level" ? names : nil, services: field == "service_name" ? names : nil,
        traceIDs: field == "trace_id" ? names : nil)
    case .boosted(let query, _, _): return query.hint
    case .best(let queries): return Self.either(queries)
    case .bool(let query):
      var hint = query.required > 0 ? Self.either(query.should) : DocumentHint()
      for part in query.must + query.filter {
        let other = part.hint
        hint.levels = Self.both(hint.levels, other.levels)
        hint.services = Self.both(hint.services, other.services)
        hint.traceIDs = Self.both(hint.traceIDs, other.traceIDs)
      }
      return hint
    default: return DocumentHint()
    }
  }

  /// The identifiers that all matches are among, where the query names them.
  var identifiers: Set<String>? {
    switch self {
    case .ids(let ids): return ids
    case .boosted(let query, _, _): return query.identifiers
    case .bool(let query): return (query.must + query.filter).lazy.compactMap(\.identifiers).first
    default: return nil
    }
  }

  private static func both(_ a: Set<String>?, _ b: Set<String>?) -> Set<String>? {
    guard let a else { return b }
    return b.map(a.intersection) ?? a
  }

  private static func either(_ queries: [SearchQuery]) -> DocumentHint {
    let hints = queries.map(\.hint)
    func union(_ of: (DocumentHint) -> Set<String>?) -> Set<String>? {
      let sets = hints.compactMap(of)
      return sets.count == hints.count && !sets.isEmpty ? sets.reduce([]) { $0.union($1) } : nil
    }
    return DocumentHint(levels: union(\.levels), services: union(\.services), traceIDs: union(\.traceIDs))
  }

  /// How many ranges of time decide, where nothing else does: with at most one of them documents can be counted without a
  /// look at them. Nil where anything else has a say.
  var timeClauses: Int? {
    switch self {
    case .all: return 0
    case .time: return 1
    case .boosted(let query, _, _): return query.timeClauses
    case .bool(let query):
      guard query.mustNot.isEmpty, query.should.isEmpty, query.required <= 0 else { return nil }
      var sum = 0
      for part in query.must + query.filter {
        guard let clauses = part.timeClauses else { return nil }
        sum += clauses
      }
      return sum
    default: return nil
    }
  }

  /// A score that orders as much as documents of a demo need: a point for every clause that matches, times its boost.
  func score(_ reader: SegmentReader, _ row: Int) -> Double {
    switch self {
    case .none: 0
    case .boosted(let query, let boost, let constant): constant ? boost : boost * query.score(reader, row)
    case .best(let queries):
      queries.filter { $0.selection(in: reader).contains(row) }.map { $0.score(reader, row) }.max() ?? 0
    case .bool(let query):
      (query.must + query.should).reduce(0) { sum, part in
        part.selection(in: reader).contains(row) ? sum + part.score(reader, row) : sum
      }
    default: 1
    }
  }
}

extension SearchQuery.BoolQuery {
  func selection(in reader: SegmentReader) -> RowSelection {
    var tests: [(Int) -> Bool] = []
    let needed = required
    if needed > should.count { return .none }
    let positive = (must + filter).map { (cost: $0.cost, query: $0, isNegated: false) }
    let negative = mustNot.map { (cost: $0.cost, query: $0, isNegated: true) }
    for part in (positive + negative).sorted(by: { $0.cost < $1.cost }) {
      let selection = part.query.selection(in: reader)
      switch part.isNegated ? selection.inverted : selection {
      case .none: return .none
      case .all: break
      case .some(let test): tests.append(test)
      }
    }
    if needed > 0 {
      switch SearchQuery.anyOf(should.map { $0.selection(in: reader) }, required: needed) {
      case .none: return .none
      case .all: break
      case .some(let test): tests.append(test)
      }
    }
    switch tests.count {
    case 0: return .all
    case 1: return .some(tests[0])
    default: return .some { row in tests.allSatisfy { $0(row) } }
    }
  }
}
