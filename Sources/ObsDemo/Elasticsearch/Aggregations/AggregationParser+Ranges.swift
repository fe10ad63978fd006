import ObsData

/// Aggregations over stretches of values: histograms of dates, ranges, and the pages of `composite`.
extension AggregationParser {
  func dateHistogram(_ json: RequestJSON, in type: String, extra: Set<String> = []) throws -> DateHistogramRequest {
    try check(
      json, type,
      extra.union([
        "field", "fixed_interval", "calendar_interval", "time_zone", "offset", "min_doc_count", "format",
        "extended_bounds",
        "hard_bounds", "keyed", "order", "missing",
      ]))
    let name = try field(json, in: type)
    if let known = parser.mapping[name], known != .date {
      throw ElasticsearchError.shardArgument(
        "Field [\(name)] of type [\(known.rawValue)] is not supported for aggregation [\(type)]")
    }
    let interval: DateHistogramRequest.Interval
    if json["fixed_interval"] != nil, json["calendar_interval"] != nil {
      throw ElasticsearchError.illegalArgument(
        "Cannot use [fixed_interval] with [calendar_interval] configuration option.")
    }
    if let text = json["fixed_interval"]?.text {
      let unit = try TimeValue.parse(text, "date_histogram.fixedInterval").nanoseconds / 1_000_000
      guard unit > 0 else { throw ElasticsearchError.illegalArgument("Zero or negative time interval not supported") }
      interval = .fixed(unit)
    } else if let text = json["calendar_interval"]?.text {
      guard let unit = CalendarUnit(interval: text) else {
        throw ElasticsearchError.illegalArgument(
          "The supplied interval [\(text)] could not be parsed as a calendar interval.")
      }
      interval = .calendar(unit)
    } else {
      throw ElasticsearchError.illegalArgument("Invalid interval specified, must be non-null and non-empty")
    }
    var request = DateHistogramRequest(field: name, interval: interval)
    if let text = json["time_zone"]?.text {
      guard let zone = SearchTimeZone(text) else {
        throw ElasticsearchError(type: "zone_rules_exception", reason: "Unknown time-zone ID: \(text)")
      }
      request.zone = zone
    }
    if let text = json["offset"]?.text {
      let isNegative = text.hasPrefix("-")
      let size = try TimeValue.parse(String(text.drop { "+-".contains($0) }), "offset").nanoseconds / 1_000_000
      request.offset = isNegative ? -size : size
    }
    if let format = json["format"]?.text { request.format = try DateFormatPattern(format) }
    if let count = json["min_doc_count"]?.int { request.minimumCount = max(count, 0) }
    request.extendedBounds = try json["extended_bounds"].map { try bounds($0, request) }
    request.hardBounds = try json["hard_bounds"].map { try bounds($0, request) }
    request.isKeyed = json["keyed"]?.bool ?? false
    if let order = json["order"] { request.order = try bucketOrder(order) }
    return request
  }

  private func bounds(_ json: RequestJSON, _ request: DateHistogramRequest) throws -> (low: Int64?, high: Int64?) {
    let dates = DateMath(now: parser.now, format: request.format, zone: request.zone)
    func bound(_ name: String) throws -> Int64? {
      guard let value = json[name], !value.isNull else { return nil }
      if case .int(let milliseconds) = value.content { return milliseconds }
      return try dates.milliseconds(value.text ?? "", roundsUp: false)
    }
    let result = (low: try bound("min"), high: try bound("max"))
    if let low = result.low, let high = result.high, low > high {
      throw ElasticsearchError.illegalArgument(
        "[extended_bounds.min][\(low)] cannot be greater than [extended_bounds.max][\(high)]")
    }
    return result
  }

  func ranges(_ json: RequestJSON, _ type: String) throws -> AggregationKind {
    try check(json, type, ["field", "ranges", "keyed", "format", "missing", "time_zone"])
    let isDate = type == "date_range"
    let name = try field(json, in: type, numeric: true)
    var dates = DateMath(now: parser.now)
    if let format = json["format"]?.text { dates.format = try DateFormatPattern(format) }
    if let zone = json["time_zone"]?.text.flatMap({ SearchTimeZone($0) }) { dates.zone = zone }
    func bound(_ value: RequestJSON?) throws -> Double? {
      guard let value, !value.isNull else { return nil }
      if isDate || parser.mapping[name] == .date, let text = value.text {
        return Double(try dates.milliseconds(text, roundsUp: false))
      }
      guard let number = value.double else {
        throw ElasticsearchError(type: "number_format_exception", reason: "For input string: \"\(value.text ?? "")\"")
      }
      return number
    }
    let ranges = try (json["ranges"]?.list ?? []).map {
      RangesRequest.Range(key: $0["key"]?.text, from: try bound($0["from"]), to: try bound($0["to"]))
    }
    guard !ranges.isEmpty else {
      throw ElasticsearchError.illegalArgument("No [ranges] specified for the [\(type)] aggregation")
    }
    return .ranges(
      RangesRequest(
        field: name, ranges: ranges, isDate: isDate, isKeyed: json["keyed"]?.bool ?? false, format: dates.format))
  }

  func composite(_ json: RequestJSON) throws -> AggregationKind {
    try check(json, "composite", ["sources", "size", "after"])
    var keys: [CompositeRequest.Key] = []
    for member in (json["sources"]?.list ?? []).flatMap({ $0.members ?? [] }) {
      guard let source = member.value.members?.first, member.value.members?.count == 1 else {
        throw ElasticsearchError.parsing("Composite source [\(member.key)] must have one type", at: member.value.place)
      }
      let isDescending = source.value["order"]?.text == "desc"
      let keepsMissing = source.value["missing_bucket"]?.bool ?? false
      let own: Set<String> = ["order", "missing_bucket", "missing_order"]
      switch source.key {
      case "terms":
        try check(source.value, "terms", own.union(["field"]))
        let field = try field(source.value, in: "composite")
        keys.append(
          .init(name: member.key, source: .terms(field: field), isDescending: isDescending, keepsMissing: keepsMissing))
      case "date_histogram":
        var options = source.value
        // `order` is a word here, not the object that a histogram of its own takes.
        options = RequestJSON(
          content: .object((options.members ?? []).filter { $0.key != "order" }), place: options.place)
        let histogram = try dateHistogram(options, in: "date_histogram", extra: own)
        let format = try source.value["format"]?.text.map { try DateFormatPattern($0) }
        keys.append(
          .init(
            name: member.key, source: .dateHistogram(histogram), isDescending: isDescending, keepsMissing: keepsMissing,
            format: format))
      default: throw ElasticsearchError.parsing("invalid source type: \(source.key)", at: source.value.place)
      }
    }
    guard !keys.isEmpty else { throw ElasticsearchError.illegalArgument("Composite [sources] cannot be null or empty") }
    var request = CompositeRequest(keys: keys)
    if let size = json["size"]?.int {
      guard size > 0 else {
        throw ElasticsearchError.illegalArgument("[size] must be greater than 0. Found [\(size)] in [composite]")
      }
      request.size = size
    }
    if let after = json["after"] {
      request.after = try keys.map { key in
        guard let value = after[key.name] else {
          throw ElasticsearchError.illegalArgument("Missing value for [after.\(key.name)]")
        }
        switch key.source {
        case .terms(let field):
          return try SortKey(kind: .field(field, parser.mapping[field] ?? .keyword)).value(of: value, now: parser.now)
        case .dateHistogram:
          return try SortKey(kind: .field("@timestamp", .date), format: key.format).value(of: value, now: parser.now)
        }
      }
    }
    return .composite(request)
  }
}
