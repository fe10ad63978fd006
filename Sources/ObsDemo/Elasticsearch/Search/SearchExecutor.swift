import ObsData
import Synchronization

/// Runs a search: minute by minute, in the order that lets it stop first.
struct SearchExecutor: Sendable {
  let store: SegmentStore
  let mapping: FieldMapping
  let now: Timestamp
  /// The indices that are searched; nil stands for all there are.
  let indices: Set<String>?
  var cancellation = CancellationFlag()

  struct Hit: Sendable {
    let segment: DocumentSegment
    let row: Int
    let keys: [FieldValue?]
    let score: Double
    let order: Int64
  }
  struct Outcome {
    var hits: [Hit] = []
    var total = 0
    var isTotalExact = true
    var maximumScore: Double?
    var aggregations: JSONTree?
  }

  /// The query with what the index pattern leaves of the world.
  func restricted(_ query: SearchQuery) -> SearchQuery {
    guard let indices else { return query }
    let inIndex = SearchQuery.field("_index", isText: false, .oneOf(Set(indices.map(FieldValue.string))))
    return .bool(.init(must: [query], filter: [inIndex]))
  }

  /// The minutes in which matches can lie, oldest first.
  private func minutes(_ bounds: ClosedRange<Int64>?) -> StrideTo<Int64> {
    let extent = store.extent(now: now)
    let start = max(extent.start, bounds?.lowerBound ?? .min)
    let end = min(extent.end, bounds.map { $0.upperBound == .max ? .max : $0.upperBound + 1 } ?? .max)
    let first = start.flooredQuotient(by: SegmentStore.minute) * SegmentStore.minute
    return stride(from: first, to: max(end, first), by: Int(SegmentStore.minute))
  }

  /// Calls `body` with every segment that may hold matches, until it returns false. Where `body` looks at no fields but
  /// `fields`, and nor does the query, segments may have no others.
  func visit(
    _ query: SearchQuery, newestFirst: Bool, fields: Set<String>? = nil,
    _ body: (SegmentReader, RowSelection) throws -> Bool
  ) throws {
    var hint = query.hint
    if let looked = query.fields, let fields, store.source.cheapFields.isSuperset(of: looked.union(fields)) {
      hint.fields = store.source.cheapFields
    }
    /// False where the visit is over.
    func visit(_ segment: DocumentSegment, _ documents: [WorldDocument]? = nil) throws -> Bool {
      if cancellation.isSet { throw CancellationError() }
      if segment.count == 0 { return true }
      let reader = SegmentReader(segment, store: store, mapping: mapping, documents: documents)
      let selection = query.selection(in: reader)
      if case .none = selection { return true }
      return try body(reader, selection)
    }
    var minutes = Array(minutes(query.timeBounds))
    if let identifiers = query.identifiers, let known = store.minutes(of: identifiers) {
      minutes.removeAll { !known.contains($0) }
    }
    if hint.traceIDs != nil {
      // Hour by hour, so that a source that does not look traces up need not hold a day of documents.
      let hours = stride(from: 0, to: minutes.count, by: 60).map { minutes[$0..<min($0 + 60, minutes.count)] }
      for hour in newestFirst ? hours.reversed() : hours {
        guard let first = hour.first, let last = hour.last else { continue }
        let found = store.segments(of: hint, from: first, to: last + SegmentStore.minute, now: now)
        for item in newestFirst ? found.reversed() : found where try !visit(item.segment, item.documents) { return }
      }
      return
    }
    for minute in newestFirst ? minutes.reversed() : minutes {
      if try !visit(store.segment(at: minute, now: now, hint: hint)) { return }
    }
  }

  func count(_ query: SearchQuery) throws -> Int {
    if let total = countByTime(query) { return total }
    var total = 0
    try visit(restricted(query), newestFirst: false) { reader, selection in
      total += Self.count(selection, in: reader.segment)
      return true
    }
    return total
  }

  /// Where nothing but time decides, the world knows the number.
  private func countByTime(_ query: SearchQuery) -> Int? {
    guard indices == nil, let clauses = query.timeClauses, clauses <= 1 else { return nil }
    let extent = store.extent(now: now)
    let bounds = query.timeBounds ?? extent.start...extent.end
    let start = max(extent.start, bounds.lowerBound)
    let end = min(extent.end, bounds.upperBound)
    guard start <= end else { return 0 }
    return store.source.documentCount(
      from: Timestamp(milliseconds: start), to: Timestamp(milliseconds: end + 1), now: now)
  }

  private static func count(_ selection: RowSelection, in segment: DocumentSegment) -> Int {
    switch selection {
    case .none: 0
    case .all: segment.count
    case .some(let test): (0..<segment.count).reduce(0) { test($1) ? $0 + 1 : $0 }
    }
  }

  func run(_ request: SearchRequest) throws -> Outcome {
    try request.checkWindow()
    var query = restricted(request.query)
    let sort = request.sort ?? .byScore
    let wanted = max(request.from, 0) + request.size
    var collector = HitCollector(request: request, sort: sort, wanted: wanted)
    let context = AggregationContext(mapping: mapping, now: now)
    context.store = store
    let aggregators = request.aggregations.map { AggregatorSet.make($0, context) }
    var outcome = Outcome()
    var isCounting = request.totalHits != .not
    var exact: Int?
    if isCounting, request.minimumScore == nil, request.postFilter == nil, let total = countByTime(request.query) {
      exact = total
      isCounting = false
    }
    let isTimeOrdered = sort.keys.first?.isTime == true
    let isConstant = request.sort == nil && request.query.hasConstantScore
    let canStop = isTimeOrdered || isConstant
    if isTimeOrdered, !isCounting, aggregators.isEmpty, case .date(let after)?? = request.searchAfter?.first {
      // A later page need not look at what earlier ones showed.
      let rest = sort.keys[0].isDescending ? Int64.min...after : after...Int64.max
      query = .bool(.init(must: [query], filter: [.time(rest)]))
    }
    try visit(
      query, newestFirst: isTimeOrdered && sort.keys[0].isDescending, fields: request.fieldsOfFigures
    ) { reader, selection in
      let takesHits = !(canStop && collector.isFull)
      if !takesHits, aggregators.isEmpty, request.postFilter == nil, request.minimumScore == nil {
        guard isCounting else { return false }
        outcome.total += Self.count(selection, in: reader.segment)
      } else {
        var rows: [Int]
        switch selection {
        case .none: rows = []
        case .all: rows = Array(0..<reader.segment.count)
        case .some(let test): rows = (0..<reader.segment.count).filter(test)
        }
        if let minimum = request.minimumScore { rows.removeAll { request.query.score(reader, $0) < minimum } }
        for aggregator in aggregators { try aggregator.collect(reader, rows[...]) }
        if case .some(let test)? = request.postFilter?.selection(in: reader) { rows.removeAll { !test($0) } }
        if case RowSelection.none? = request.postFilter?.selection(in: reader) { rows = [] }
        outcome.total += rows.count
        if takesHits { for row in rows { collector.offer(reader, row) } }
      }
      if case .upTo(let limit) = request.totalHits, outcome.total > limit, isCounting {
        outcome.isTotalExact = false
        isCounting = false
      }
      return isCounting || !aggregators.isEmpty || !(canStop && collector.isFull)
    }
    outcome.hits = Array(collector.sorted().dropFirst(max(request.from, 0)))
    if let exact { outcome.total = exact }
    if case .upTo(let limit) = request.totalHits, outcome.total > limit {
      outcome.total = limit
      outcome.isTotalExact = false
    }
    if request.sort == nil || request.tracksScores { outcome.maximumScore = collector.maximumScore }
    if !aggregators.isEmpty { outcome.aggregations = .object(try AggregatorSet.results(aggregators)) }
    return outcome
  }
}

/// The best hits so far.
struct HitCollector {
  let request: SearchRequest
  let sort: SearchSort
  let wanted: Int
  private var hits: [SearchExecutor.Hit] = []
  private(set) var maximumScore: Double?
  private let needsScore: Bool

  init(request: SearchRequest, sort: SearchSort, wanted: Int) {
    self.request = request
    self.sort = sort
    self.wanted = wanted
    needsScore =
      request.tracksScores || sort.keys.contains { if case .score = $0.kind { true } else { false } }
  }

  var isFull: Bool { hits.count >= wanted }

  mutating func offer(_ reader: SegmentReader, _ row: Int) {
    let score = needsScore ? request.query.score(reader, row) : 0
    if needsScore { maximumScore = max(maximumScore ?? score, score) }
    guard wanted > 0 else { return }
    let keys = sort.keys.map { $0.value(reader, row, score: score) }
    if let after = request.searchAfter, sort.order(keys, after) <= 0 { return }
    hits.append(
      .init(segment: reader.segment, row: row, keys: keys, score: score, order: reader.shardDocument(row)))
    if hits.count >= wanted * 2 + 1_000 { hits = Array(sorted()) }
  }

  func sorted() -> ArraySlice<SearchExecutor.Hit> {
    hits.sorted { a, b in
      let order = sort.order(a.keys, b.keys)
      return order == 0 ? a.order < b.order : order < 0
    }.prefix(wanted)
  }
}

extension SearchQuery {
  /// Whether all matches score the same, so that the first found are as good as any.
  var hasConstantScore: Bool {
    switch self {
    case .all, .none, .time, .exists, .ids, .field, .phrase: true
    case .boosted(let query, _, let constant): constant || query.hasConstantScore
    case .best: false
    case .bool(let query): query.should.isEmpty && query.must.allSatisfy(\.hasConstantScore)
    }
  }
}

/// Says to a search that nobody waits for it any more.
final class CancellationFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  var isSet: Bool { flag.load(ordering: .relaxed) }
  func set() { flag.store(true, ordering: .relaxed) }
}
