extension LogSearch {
  /// Up to when lines that are ahead of the clock are counted: dates in nanoseconds end in 2262.
  static let far = Timestamp(seconds: 7_258_118_400)

  /// Counts lines by buckets of time. The histogram stands in a filter, so that a line of the year 2199 does not make millions
  /// of buckets.
  func counts(_ query: LogQuery, _ request: LogCountRequest) -> JSONTree {
    let end = request.countsAhead ? max(LogSearch.far, request.range.end) : request.range.end
    let all = TimeRange(start: request.range.start, end: end)
    let field = JSONTree.string(catalogue.time.name)
    let seconds = max(request.interval.nanoseconds / 1_000_000_000, 1)
    let histogram: JSONTree
    if catalogue.time.kind == .milliseconds {
      histogram = ["histogram": ["field": field, "interval": .int(seconds * 1_000), "min_doc_count": 1]]
    } else {
      let interval = capabilities.hasFixedInterval ? "fixed_interval" : "interval"
      histogram = [
        "date_histogram": .object([
          ("field", field), (interval, .string("\(seconds)s")), ("min_doc_count", 1),
        ])
      ]
    }
    return [
      "size": 0, "track_total_hits": true, "timeout": "8s",
      "query": ["bool": ["filter": .array(filters(query, in: all))]],
      "aggs": ["range": ["filter": time(request.range), "aggs": ["buckets": histogram]]],
    ]
  }
}

extension SearchAnswer {
  /// The answer to `LogSearch.counts`; nil where there are no counts in it.
  func counts(_ request: LogCountRequest) -> LogTimeCounts? {
    guard shards != 0, aggregations?["range"] != nil else {
      // Where no index matches there is nothing to count.
      guard shards == 0 else { return nil }
      return LogTimeCounts(
        range: request.range, interval: request.interval, buckets: [:], total: 0, settled: request.range.end)
    }
    var buckets: [Int64: Int] = [:]
    for bucket in aggregations?[path: "range", "buckets", "buckets"]?.elements ?? [] {
      guard let key = bucket["key"]?.double, let count = bucket["doc_count"]?.int,
        let second = Int64(exactly: (key / 1_000).rounded(.down))
      else { continue }
      buckets[second] = Int(clamping: count)
    }
    let inside = aggregations?[path: "range", "doc_count"]?.int.map(Int.init(clamping:)) ?? 0
    return LogTimeCounts(
      range: request.range, interval: request.interval, buckets: buckets, total: inside,
      ahead: max((total ?? inside) - inside, 0), settled: request.range.end)
  }
}
