import ObsData

/// `date_histogram`.
final class DateHistogramAggregator: Aggregator {
  private let spec: DateHistogramRequest
  private let children: [AggregationRequest]
  private let context: AggregationContext
  private var buckets: [Int64: AggregationBucket] = [:]
  /// Documents come in the order of time, so that the last bucket is mostly the next one's too.
  private var last: (start: Int64, end: Int64, bucket: AggregationBucket)?

  init(_ spec: DateHistogramRequest, _ children: [AggregationRequest], _ context: AggregationContext) {
    self.spec = spec
    self.children = children
    self.context = context
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    guard spec.field == "@timestamp" else {
      for row in rows {
        for case .date(let time) in reader.values(of: spec.field, row) {
          try bucket(for: time)?.collect(reader, [row])
        }
      }
      return
    }
    // Rows are in the order of time: those of a bucket stand together.
    var start = rows.startIndex
    while start < rows.endIndex {
      let bucket = try bucket(for: reader.segment.time(rows[start]))
      var end = start + 1
      if let last {
        if reader.segment.time(rows[rows.endIndex - 1]) < last.end { end = rows.endIndex }
        while end < rows.endIndex, reader.segment.time(rows[end]) < last.end { end += 1 }
      }
      try bucket?.collect(reader, rows[start..<end])
      start = end
    }
  }

  /// The bucket that holds a time; nil behind the hard bounds.
  private func bucket(for time: Int64) throws -> AggregationBucket? {
    if let last, time >= last.start, time < last.end { return last.bucket }
    let key = spec.key(of: time)
    if let low = spec.hardBounds?.low, key < low { return nil }
    if let high = spec.hardBounds?.high, key > high { return nil }
    let bucket = try buckets[key] ?? AggregationBucket(children, context)
    buckets[key] = bucket
    last = (key, spec.next(after: key), bucket)
    return bucket
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    if spec.minimumCount == 0 { try fill() }
    let kept = buckets.map { (key: $0.key, bucket: $0.value) }.filter { $0.bucket.count >= spec.minimumCount }
    var keyed: [(key: String, value: JSONTree)] = []
    for item in spec.order.sorted(kept) {
      let text = spec.format.format(item.key, zone: spec.zone)
      let head: [(key: String, value: JSONTree)] = [("key_as_string", .string(text)), ("key", .int(item.key))]
      keyed.append((text, .object(head + (try item.bucket.members()))))
    }
    return [("buckets", spec.isKeyed ? .object(keyed) : .array(keyed.map(\.value)))]
  }

  /// Makes the empty buckets between the first and the last, or the bounds that were asked for.
  private func fill() throws {
    var low = buckets.keys.min()
    var high = buckets.keys.max()
    if let bound = spec.extendedBounds?.low.map(spec.key(of:)) { low = min(low ?? bound, bound) }
    if let bound = spec.extendedBounds?.high.map(spec.key(of:)) { high = max(high ?? bound, bound) }
    if let bound = spec.hardBounds?.low, let known = low { low = max(known, spec.key(of: bound)) }
    if let bound = spec.hardBounds?.high, let known = high { high = min(known, spec.key(of: bound)) }
    guard var key = low, let high else { return }
    while key <= high {
      if buckets[key] == nil { buckets[key] = try AggregationBucket(children, context) }
      key = spec.next(after: key)
    }
  }
}

/// `histogram`: numbers in steps.
final class HistogramAggregator: Aggregator {
  private let field: String
  private let interval: Double
  private let minimumCount: Int
  private let children: [AggregationRequest]
  private let context: AggregationContext
  private var buckets: [Double: AggregationBucket] = [:]

  init(
    _ field: String, _ interval: Double, _ minimumCount: Int, _ children: [AggregationRequest],
    _ context: AggregationContext
  ) {
    self.field = field
    self.interval = interval
    self.minimumCount = minimumCount
    self.children = children
    self.context = context
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    for row in rows {
      for value in reader.values(of: field, row) {
        guard let number = value.number, number.isFinite else { continue }
        let key = (number / interval).rounded(.down)
        let bucket = try buckets[key] ?? AggregationBucket(children, context)
        buckets[key] = bucket
        try bucket.collect(reader, [row])
      }
    }
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    if minimumCount == 0, var key = buckets.keys.min(), let high = buckets.keys.max() {
      guard high - key < Double(AggregationContext.maximumBuckets) else {
        try context.addBuckets(AggregationContext.maximumBuckets + 1)
        return []
      }
      while key <= high {
        if buckets[key] == nil { buckets[key] = try AggregationBucket(children, context) }
        key += 1
      }
    }
    let kept = buckets.filter { $0.value.count >= minimumCount }.sorted { $0.key < $1.key }
    return [
      (
        "buckets",
        .array(try kept.map { .object([("key", .double($0.key * interval))] + (try $0.value.members())) })
      )
    ]
  }
}

/// `range` and `date_range`.
final class RangesAggregator: Aggregator {
  private let spec: RangesRequest
  private let buckets: [(range: RangesRequest.Range, bucket: AggregationBucket?)]

  init(_ spec: RangesRequest, _ children: [AggregationRequest], _ context: AggregationContext) {
    self.spec = spec
    let ranges = spec.ranges.sorted {
      ($0.from ?? -.infinity, $0.to ?? .infinity) < ($1.from ?? -.infinity, $1.to ?? .infinity)
    }
    buckets = ranges.map { ($0, try? AggregationBucket(children, context)) }
  }

  func collect(_ reader: SegmentReader, _ rows: ArraySlice<Int>) throws {
    for row in rows {
      let numbers = reader.values(of: spec.field, row).compactMap(\.number)
      for (range, bucket) in buckets
      where numbers.contains(where: { $0 >= range.from ?? -.infinity && $0 < range.to ?? .infinity }) {
        try bucket?.collect(reader, [row])
      }
    }
  }

  func result() throws -> [(key: String, value: JSONTree)] {
    let keyed = try buckets.map { range, bucket -> (key: String, value: JSONTree) in
      let name = range.key ?? "\(text(range.from))-\(text(range.to))"
      var members: [(key: String, value: JSONTree)] = spec.isKeyed ? [] : [("key", .string(name))]
      if let from = range.from {
        members.append(("from", .double(from)))
        if spec.isDate { members.append(("from_as_string", .string(text(from)))) }
      }
      if let to = range.to {
        members.append(("to", .double(to)))
        if spec.isDate { members.append(("to_as_string", .string(text(to)))) }
      }
      return (name, .object(members + (try bucket?.members() ?? [("doc_count", 0)])))
    }
    return [("buckets", spec.isKeyed ? .object(keyed) : .array(keyed.map(\.value)))]
  }

  private func text(_ bound: Double?) -> String {
    guard let bound else { return "*" }
    return spec.isDate ? spec.format.format(Int64(exactly: bound.rounded()) ?? 0) : "\(bound)"
  }
}
