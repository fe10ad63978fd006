extension LogSearch {
  /// A search that counts lines only: all of them exactly, and by the aggregations.
  private func counting(
    _ query: LogQuery, in range: TimeRange?, _ aggregations: [(key: String, value: JSONTree)]
  ) -> JSONTree {
    [
      "size": 0, "track_total_hits": true, "timeout": "8s",
      "query": ["bool": ["filter": .array(filters(query, in: range))]],
      "aggs": .object(aggregations),
    ]
  }

  /// Lines by time and, below that, by the least level that they have: `LogHistogram` reads it.
  func histogram(_ query: LogHistogramQuery, in range: TimeRange) -> JSONTree {
    let field = catalogue.time
    let bounds: JSONTree = [
      "min": .int(range.start.floored(to: query.step).milliseconds),
      "max": .int((range.end - .nanoseconds(1)).floored(to: query.step).milliseconds),
    ]
    let seconds = query.step.components.seconds
    var histogram: [(key: String, value: JSONTree)] = [("field", .string(field.name))]
    if field.kind == .milliseconds {
      histogram.append(("interval", .int(seconds * 1_000)))
    } else {
      // Days would be days of the calendar in the older spelling, hours and below are the same in UTC.
      let interval: JSONTree = .string("\(seconds)s")
      histogram.append((capabilities.hasFixedInterval ? "fixed_interval" : "interval", interval))
    }
    histogram += [("min_doc_count", 0), ("extended_bounds", bounds)]
    let levels: [(name: String, least: LogLevel)] = [
      ("critical", .critical), ("error", .error), ("warning", .warning), ("information", .info),
    ]
    let classes = JSONTree.object(levels.map { ($0.name, level(atLeast: $0.least)) })
    let kind = field.kind == .milliseconds ? "histogram" : "date_histogram"
    let volume: JSONTree = .object([
      (kind, .object(histogram)), ("aggs", ["levels": ["filters": ["filters": classes]]]),
    ])
    return counting(query.logs, in: range, [("volume", volume)])
  }

  /// The most frequent values of a field.
  func statistics(_ query: FieldStatisticsQuery, of field: CountableField, in range: TimeRange) -> JSONTree {
    var aggregations: [(key: String, value: JSONTree)] = [
      ("present", ["filter": ["exists": ["field": .string(query.field)]]])
    ]
    let name = JSONTree.string(field.name)
    if field.refusal == nil { aggregations.append(("values", ["terms": ["field": name, "size": 50]])) }
    if field.isNumber {
      let percents = FieldStatistics.percents.map { JSONTree.double($0) }
      aggregations += [
        ("figures", ["stats": ["field": name]]),
        ("percentiles", ["percentiles": ["field": name, "percents": .array(percents), "keyed": false]]),
      ]
    }
    return counting(query.logs, in: range, aggregations)
  }

  /// How many lines have what each filter asks for.
  func counts(_ query: LogFilterCountsQuery, in range: TimeRange) -> JSONTree {
    let filters = query.filters.enumerated().map { (key: "f\($0)", value: positive($1)) }
    return counting(query.logs, in: range, [("filters", ["filters": ["filters": .object(filters)]])])
  }
}
