import ObsData

/// `terms`: a bucket for every value, the largest kept.
final class TermsAggregator: Aggregator {
  private let spec: TermsRequest
  private let children: [AggregationRequest]
  private let context: AggregationContext
  private var buckets: [FieldValue: AggregationBucket] = [:]
  init(_ spec: TermsRequest, _ children: [AggregationRequest], _ context: AggregationContext) {
    self.spec = spec
    self.children = children
    self.context = context
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    if let column = reader.segment.columns[spec.field] {
      if children.isEmpty { try count(column, rows) } else { try split(column, reader, rows) }
      return
    }
    for row in rows {
      let values = Set(reader.values(of: spec.field, row))
      for value in values.isEmpty ? Set([spec.missing].compactMap(\.self)) : values {
        try bucket(for: value)?.collect(reader, [row])
      }
    }
  }

  private func count(_ column: DocumentSegment.Column, _ rows: ArraySlice<Int>) throws {
    var counts = [Int](repeating: 0, count: column.values.count)
    for row in rows { counts[Int(column.ordinals[row])] += 1 }
    for (ordinal, count) in counts.enumerated() where count > 0 {
      guard let value = column.values[ordinal] ?? spec.missing else { continue }
      try bucket(for: value)?.add(count: count)
    }
  }

  private func split(_ column: DocumentSegment.Column, _ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    var groups = [[Int]](repeating: [], count: column.values.count)
    for row in rows { groups[Int(column.ordinals[row])].append(row) }
    for (ordinal, group) in groups.enumerated() where !group.isEmpty {
      guard let value = column.values[ordinal] ?? spec.missing else { continue }
      try bucket(for: value)?.collect(reader, group[...])
    }
  }

  private func bucket(for value: FieldValue) throws -> AggregationBucket? {
    if let bucket = buckets[value] { return bucket }
    if let include = spec.include, !include.matches(value) { return nil }
    if let exclude = spec.exclude, exclude.matches(value) { return nil }
    let bucket = try AggregationBucket(children, context)
    buckets[value] = bucket
    return bucket
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    let kept = buckets.map { (key: $0.key, bucket: $0.value) }.filter { $0.bucket.count >= spec.minimumCount }
    let shown = spec.order.sorted(kept).prefix(spec.size)
    let others = kept.reduce(0) { $0 + $1.bucket.count } - shown.reduce(0) { $0 + $1.bucket.count }
    let rows = try shown.map { item -> JSONTree in
      var members = Self.key(item.key) + (try item.bucket.members())
      if spec.showsErrorBound { members.append(("doc_count_error_upper_bound", 0)) }
      return .object(members)
    }
    return [
      ("doc_count_error_upper_bound", 0), ("sum_other_doc_count", .int(Int64(others))), ("buckets", .array(rows)),
    ]
  }

  private static func key(_ value: FieldValue) -> [(key: String, value: JSONTree)] {
    switch value {
    case .bool(let flag): [("key", flag ? 1 : 0), ("key_as_string", flag ? "true" : "false")]
    case .date(let time): [("key", .int(time)), ("key_as_string", .string(DateFormatPattern.standard.format(time)))]
    default: [("key", value.json)]
    }
  }
}

/// `filter`, and `missing` as one of its kind.
final class FilterAggregator: Aggregator {
  private let query: SearchQuery
  private let bucket: AggregationBucket?

  init(_ query: SearchQuery, _ children: [AggregationRequest], _ context: AggregationContext) {
    self.query = query
    bucket = try? AggregationBucket(children, context)
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    switch query.selection(in: reader) {
    case .none: break
    case .all: try bucket?.collect(reader, rows)
    case .some(let test): try bucket?.collect(reader, rows.filter(test)[...])
    }
  }

  func result() throws -> [(key: String, value: JSONTree)] { try bucket?.members() ?? [("doc_count", 0)] }
}

/// `filters`: a bucket a filter, named or not.
final class FiltersAggregator: Aggregator {
  private let parts: [(name: String?, aggregator: FilterAggregator)]

  init(
    _ filters: [(name: String?, query: SearchQuery)], _ children: [AggregationRequest], _ context: AggregationContext
  ) {
    parts = filters.map { ($0.name, FilterAggregator($0.query, children, context)) }
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    for part in parts { try part.aggregator.collect(reader, rows) }
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    let results = try parts.map { (name: $0.name, value: JSONTree.object(try $0.aggregator.result())) }
    if results.contains(where: { $0.name == nil }) { return [("buckets", .array(results.map(\.value)))] }
    let named = results.map { (key: $0.name ?? "", value: $0.value) }.sorted { $0.key < $1.key }
    return [("buckets", .object(named))]
  }
}

/// `composite`: buckets by several keys, page by page.
final class CompositeAggregator: Aggregator {
  private struct Key: Hashable { let values: [FieldValue?] }
  private let spec: CompositeRequest
  private let children: [AggregationRequest]
  private let context: AggregationContext
  private let sort: SearchSort
  private var buckets: [Key: AggregationBucket] = [:]

  init(_ spec: CompositeRequest, _ children: [AggregationRequest], _ context: AggregationContext) {
    self.spec = spec
    self.children = children
    self.context = context
    sort = SearchSort(
      keys: spec.keys.map {
        // What is missing counts as least.
        SortKey(kind: .document, isDescending: $0.isDescending, missing: $0.isDescending ? .last : .first)
      })
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    for row in rows { try collect(reader, row) }
  }

  private func collect(_ reader: SegmentReader, _ row: Int) throws {
    var combinations: [[FieldValue?]] = [[]]
    for key in spec.keys {
      var values: [FieldValue?]
      switch key.source {
      case .terms(let field): values = Array(Set(reader.values(of: field, row)))
      case .dateHistogram(let histogram):
        values = reader.values(of: histogram.field, row).compactMap {
          if case .date(let time) = $0 { .date(histogram.key(of: time)) } else { nil }
        }
      }
      if values.isEmpty {
        guard key.keepsMissing else { return }
        values = [nil]
      }
      combinations = combinations.flatMap { head in values.map { head + [$0] } }
    }
    for values in combinations {
      if let after = spec.after, sort.order(values, after) <= 0 { continue }
      let key = Key(values: values)
      let bucket = try buckets[key] ?? AggregationBucket(children, context)
      buckets[key] = bucket
      try bucket.collect(reader, [row])
    }
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    let page = buckets.sorted { sort.order($0.key.values, $1.key.values) < 0 }.prefix(spec.size)
    let rows = try page.map { JSONTree.object([("key", json($0.key.values))] + (try $0.value.members())) }
    var result: [(key: String, value: JSONTree)] = []
    if let last = page.last { result.append(("after_key", json(last.key.values))) }
    return result + [("buckets", .array(rows))]
  }

  private func json(_ values: [FieldValue?]) -> JSONTree {
    .object(
      zip(spec.keys, values).map { key, value in
        if case .date(let time)? = value, let format = key.format { return (key.name, .string(format.format(time))) }
        return (key.name, value?.json ?? .null)
      })
  }
}
