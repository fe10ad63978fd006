/// Writes searches for log lines: Elasticsearch's query DSL, only what every version since 7.0 takes.
struct LogSearch: Sendable {
  let catalogue: FieldCatalogue
  let capabilities: ServerCapabilities
  /// Where the fields of a document are taken from.
  enum FieldSource: Sendable {
    /// From `_source`.
    case document
    /// From `fields`, where the index keeps no `_source` (7.10 and later).
    case fields
    /// From doc values, where `fields` needs a `_source` that is not there.
    case values

    /// The next way to try.
    func next(_ capabilities: ServerCapabilities) -> FieldSource? {
      switch self {
      case .document: capabilities.hasFields ? .fields : .values
      case .fields: .values
      case .values: nil
      }
    }
  }

  var fieldSource = FieldSource.document
  /// What the fields of the query's filters are.
  var filterFields = FieldCatalogue(unknownWith: FieldNames())
  /// The user's filter as the client has read it, with what its fields are.
  var filter = ElasticsearchClient.PreparedFilter()

  /// A page of lines.
  func page(_ query: LogQuery, _ request: LogPageRequest) -> JSONTree {
    let time = catalogue.time
    let order: JSONTree = request.isAscending ? "asc" : "desc"
    var sort: [(key: String, value: JSONTree)] = [
      ("order", order), ("unmapped_type", time.kind == .milliseconds ? "long" : "date"),
    ]
    if time.kind == .mixed, capabilities.hasNumericType { sort.append(("numeric_type", "date_nanos")) }
    if time.kind == .mixed, capabilities.hasSortFormat { sort.append(("format", "strict_date_optional_time_nanos")) }
    // Only a point in time knows its shards by number, and only some servers sort by that.
    let tiebreaker = request.point != nil && capabilities.hasShardDoc ? "_shard_doc" : "_doc"
    var clauses = filters(query, in: request.range)
    if let names = request.documents { clauses.append(["ids": ["values": .array(names.map(JSONTree.string))]]) }
    var body: [(key: String, value: JSONTree)] = [
      ("size", .int(Int64(request.size))),
      ("track_total_hits", request.countsTotal ? 10_000 : false),
      ("timeout", "8s"),
      ("query", ["bool": ["filter": .array(clauses)]]),
      ("sort", [.object([(time.name, .object(sort))]), .object([(tiebreaker, order)])]),
    ]
    if let after = request.after { body.append(("search_after", .array(after))) }
    if let point = request.point {
      body.append(("pit", ["id": .string(point.id), "keep_alive": .string(PointInTime.keepAlive)]))
    }
    if request.content == .identities {
      body.append(("_source", false))
    } else if fieldSource == .fields {
      body.append(("fields", ["*"]))
    } else if fieldSource == .values {
      body.append(("docvalue_fields", .array(catalogue.valueFields.map { ["field": .string($0)] })))
    }
    return .object(body)
  }

  /// What a line must fulfil.
  func filters(_ query: LogQuery, in range: TimeRange?) -> [JSONTree] {
    var filters: [JSONTree] = []
    if let range { filters.append(time(range)) }
    if let level = query.minimumLevel, level > .trace { filters.append(self.level(atLeast: level)) }
    if !query.services.isEmpty { filters.append(services(query.services)) }
    if let trace = query.traceID { filters.append(self.trace(trace)) }
    if let typed = typed(query) { filters.append(typed) }
    filters += query.filters.map(clause)
    return filters
  }

  /// What the user typed; nil for nothing. What cannot be read matches nothing: the client has refused it before.
  private func typed(_ query: LogQuery) -> JSONTree? {
    guard !query.filter.isEmpty else { return nil }
    guard let filter = try? TypedFilter.parse(query.filter) else { return ["match_none": [:]] }
    switch filter {
    case .none: return nil
    case .lucene(let text):
      var body: [(key: String, value: JSONTree)] = [
        ("query", .string(text)), ("default_operator", "AND"), ("lenient", true), ("analyze_wildcard", true),
      ]
      if let zone = query.timeZone { body.append(("time_zone", .string(zone))) }
      return ["query_string": .object(body)]
    case .kql(let node): return KQLTranslator(fields: self.filter.types, timeZone: query.timeZone).query(node)
    }
  }

  /// Lines of a range.
  func time(_ range: TimeRange) -> JSONTree {
    let field = catalogue.time
    if field.kind == .milliseconds {
      return [
        "range": [field.name: ["gte": .int(range.start.milliseconds), "lt": .int(LogSearch.ceiling(range.end))]]
      ]
    }
    let end = Timestamp(milliseconds: LogSearch.ceiling(range.end))
    return [
      "range": [
        field.name: [
          "gte": .string(range.start.iso8601), "lt": .string(end.iso8601), "format": "strict_date_optional_time",
        ]
      ]
    ]
  }

  /// Milliseconds, rounded up, so that nothing before the range's end is left out.
  private static func ceiling(_ time: Timestamp) -> Int64 {
    let milliseconds = time.milliseconds
    return Timestamp(milliseconds: milliseconds) < time ? milliseconds + 1 : milliseconds
  }

  /// Lines at a level or above, whichever of the conventions they follow.
  func level(atLeast minimum: LogLevel) -> JSONTree {
    let words = minimum.spellingsAtLeast()
    guard catalogue.isKnown else {
      let names = ["log.level", "level", "severity", "severity_text"].flatMap { [$0, $0 + ".keyword"] }
      return LogSearch.lenient(words.filter { $0.count > 2 }, in: names)
    }
    var clauses: [JSONTree] = []
    for name in catalogue.names(for: .level) {
      let kinds = catalogue[name]?.kinds ?? []
      if kinds.contains(.number) {
        for range in LevelScale(field: name).ranges(atLeast: minimum) where kinds == [.number] {
          clauses.append(["range": [name: ["gte": .int(range.lowerBound), "lte": .int(range.upperBound)]]])
        }
        // Words would be refused by the indices where it is a number, unless the query is a lenient one.
        if kinds != [.number] { clauses.append(LogSearch.lenient(words + numbers(name, minimum), in: [name])) }
      } else if !kinds.isDisjoint(with: [.keyword, .text]) {
        clauses.append(LogSearch.terms(name, words + numbers(name, minimum)))
      }
      if catalogue[name + ".keyword"]?.kinds == [.keyword] {
        clauses.append(LogSearch.terms(name + ".keyword", words + numbers(name, minimum)))
      }
    }
    return LogSearch.any(clauses)
  }

  /// Small numbers that are kept as words: `"level":"50"`.
  private func numbers(_ name: String, _ minimum: LogLevel) -> [String] {
    LevelScale(field: name).ranges(atLeast: minimum).flatMap { range in
      range.upperBound <= 24
        ? range.map { String($0) } : range.contains(60) ? [40, 50, 60].filter(range.contains).map { String($0) } : []
    }
  }

  /// Lines of any of the services.
  func services(_ services: [String]) -> JSONTree { exactly(services, in: .service) }

  /// Lines of a trace, however its identifier is spelled.
  func trace(_ id: TraceID) -> JSONTree {
    exactly(LogSearch.spellings(of: id), in: .trace, number: id.high == 0 ? id.low : nil)
  }

  /// The spellings of a trace's identifier: 32 digits and, where they suffice, 16 digits, without leading zeros and in decimal
  /// (Datadog); as a UUID; in lower and upper case.
  static func spellings(of id: TraceID) -> [String] {
    let whole = id.description
    var spellings = [whole]
    if id.high == 0 { spellings += [id.short, String(id.low, radix: 16)] }
    let cuts = [0, 8, 12, 16, 20, 32]
    let digits = Array(whole)
    spellings.append(zip(cuts, cuts.dropFirst()).map { String(digits[$0..<$1]) }.joined(separator: "-"))
    spellings += spellings.map { $0.uppercased() }
    if id.high == 0 { spellings.append(String(id.low)) }
    var seen: Set<String> = []
    return spellings.filter { seen.insert($0).inserted }
  }

  private func exactly(_ values: [String], in role: FieldNames.Role, number: UInt64? = nil) -> JSONTree {
    var clauses: [JSONTree] = []
    for name in catalogue.names(for: role) {
      guard catalogue.isKnown else {
        clauses += [LogSearch.terms(name, values), LogSearch.terms(name + ".keyword", values)]
        continue
      }
      let kinds = catalogue[name]?.kinds ?? []
      let hasKeyword = catalogue[name + ".keyword"]?.kinds == [.keyword]
      if kinds == [.number] {
        if let number = number.flatMap(Int64.init(exactly:)) {
          clauses.append(["term": [name: .int(number)]])
        }
      } else if !kinds.contains(.number), !kinds.isDisjoint(with: [.keyword, .text]) {
        clauses.append(LogSearch.terms(name, values))
        if kinds.contains(.text), !hasKeyword {
          // An analysed text holds no whole value that could be compared: the words of it in order come closest.
          clauses += values.map { ["match_phrase": [name: .string($0)]] }
        }
      }
      if hasKeyword { clauses.append(LogSearch.terms(name + ".keyword", values)) }
    }
    return LogSearch.any(clauses)
  }

  private static func terms(_ field: String, _ values: [String]) -> JSONTree {
    ["terms": [field: .array(values.map(JSONTree.string))]]
  }

  private static func lenient(_ values: [String], in fields: [String]) -> JSONTree {
    [
      "query_string": [
        "query": .string(values.joined(separator: " OR ")), "fields": .array(fields.map(JSONTree.string)),
        "lenient": true,
      ]
    ]
  }

  private static func any(_ clauses: [JSONTree]) -> JSONTree {
    switch clauses.count {
    case 0: ["match_none": [:]]
    case 1: clauses[0]
    default: ["bool": ["should": .array(clauses), "minimum_should_match": 1]]
    }
  }
}
