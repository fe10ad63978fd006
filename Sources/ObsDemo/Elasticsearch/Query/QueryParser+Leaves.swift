import ObsData

/// Queries on exact values: term, terms, range, prefix, wildcard, regexp, fuzzy.
extension QueryParser {
  func leaf(_ name: String, _ body: RequestJSON) throws -> SearchQuery {
    if name == "terms" { return try terms(body) }
    let outer: Set<String> = ["boost", "_name"]
    let fields = (body.members ?? []).filter { !outer.contains($0.key) }
    guard let field = fields.first else {
      throw ElasticsearchError.illegalArgument("field name is null or empty")
    }
    guard fields.count == 1 else {
      throw ElasticsearchError.parsing(
        "[\(name)] query doesn't support multiple fields, found [\(fields[0].key)] and [\(fields[1].key)]",
        at: fields[1].value.place)
    }
    if name == "range" { return try range(field.key, field.value) }
    guard !field.value.isArray else {
      throw ElasticsearchError.parsing("[\(name)] query does not support array of values", at: field.value.place)
    }
    if name == "term", field.value.isNull { throw ElasticsearchError.illegalArgument("value cannot be null") }
    let options = field.value.isObject ? field.value : RequestJSON(.object([]))
    let valueNames = name == "wildcard" ? ["value", "wildcard"] : name == "prefix" ? ["value", "prefix"] : ["value"]
    let known: Set<String> = [
      "boost", "_name", "case_insensitive", "rewrite", "flags", "flags_value", "max_determinized_states", "fuzziness",
      "prefix_length", "max_expansions", "transpositions",
    ]
    try check(options, name, known.union(valueNames))
    let given = field.value.isObject ? valueNames.lazy.compactMap { options[$0] }.first : field.value
    guard let given, let text = given.text else { throw ElasticsearchError.illegalArgument("value cannot be null") }
    let folds = options["case_insensitive"]?.bool ?? false
    let query: SearchQuery
    switch name {
    case "term": query = try equal(field.key, given, caseInsensitive: folds)
    case "fuzzy":
      let edits = try Self.edits(options["fuzziness"], of: text)
      let prefix = options["prefix_length"]?.int ?? 0
      query = try pattern(field.key, "fuzzy", .fuzzy(text, edits: edits, prefixLength: max(prefix, 0)))
    case "prefix": query = try pattern(field.key, name, .prefix(text, caseInsensitive: folds))
    case "wildcard": query = try pattern(field.key, name, .wildcard(WildcardPattern(text, caseInsensitive: folds)))
    default: query = try regexp(field.key, text, caseInsensitive: folds)
    }
    return try boosted(query, options, constant: true)
  }

  static func edits(_ json: RequestJSON?, of word: String) throws -> Int {
    guard let text = json?.text, !text.uppercased().hasPrefix("AUTO") else { return EditDistance.automatic(word) }
    guard let value = Double(text), (0...2).contains(value) else {
      throw ElasticsearchError.illegalArgument("Valid edit distances are [0, 1, 2] but was [\(text)]")
    }
    return Int(value)
  }

  private func terms(_ body: RequestJSON) throws -> SearchQuery {
    let fields = (body.members ?? []).filter { $0.key != "boost" && $0.key != "_name" }
    guard let field = fields.first else {
      throw ElasticsearchError.parsing(
        "[terms] query requires a field name, followed by array of terms or a document lookup specification",
        at: body.place)
    }
    guard fields.count == 1 else {
      throw ElasticsearchError.parsing("[terms] query does not support multiple fields", at: fields[1].value.place)
    }
    guard field.value.isArray else {
      if field.value.isObject {
        throw ElasticsearchError.illegalArgument("[terms] query lookup element requires specifying the index")
      }
      throw ElasticsearchError.parsing("[terms] query does not support [\(field.key)]", at: field.value.place)
    }
    guard field.value.list.count <= 65_536 else {
      throw ElasticsearchError.shardArgument(
        "The number of terms [\(field.value.list.count)] used in the Terms Query request has exceeded the allowed maximum of [65536]. This maximum can be set by changing the [index.max_terms_count] index level setting."
      )
    }
    var plain: Set<FieldValue> = []
    var others: [SearchQuery] = []
    for value in field.value.list {
      if value.isNull { throw ElasticsearchError.illegalArgument("No value specified for terms query") }
      switch try equal(field.key, value, caseInsensitive: false) {
      case .field(_, false, .oneOf(let values)): plain.formUnion(values)
      case .none: break
      case let query: others.append(query)
      }
    }
    if !plain.isEmpty { others.append(.field(field.key, isText: false, .oneOf(plain))) }
    let query: SearchQuery = others.isEmpty ? .none : others.count == 1 ? others[0] : .best(others)
    return .boosted(query, boost: try boost(body), constant: true)
  }

  /// A field that equals a value; for text, one whose tokens do.
  func equal(_ field: String, _ value: RequestJSON, caseInsensitive: Bool) throws -> SearchQuery {
    guard let type = mapping[field], let text = value.text else { return .none }
    switch type {
    case .object: return .none
    case .identifier: return .ids([text])
    case .keyword, .text, .indexName:
      let test = caseInsensitive ? ValueTest.folded(text) : .oneOf([.string(text)])
      return .field(field, isText: type == .text, test)
    case .long, .double:
      guard let number = value.double else {
        throw ElasticsearchError.shard(
          "failed to create query: For input string: \"\(text)\"", causedBy: "number_format_exception",
          "For input string: \"\(text)\"")
      }
      if type == .double { return .field(field, isText: false, .oneOf([.double(number)])) }
      let whole: Int64? =
        if case .int(let exact) = value.content { exact } else { Int64(text) ?? Int64(exactly: number) }
      return whole.map { .field(field, isText: false, .oneOf([.long($0)])) } ?? .none
    case .boolean:
      guard let bool = value.bool ?? (text.isEmpty ? false : nil) else {
        let reason = "Can't parse boolean value [\(text)], expected [true] or [false]"
        throw ElasticsearchError.shard(
          "failed to create query: " + reason, causedBy: "illegal_argument_exception", reason)
      }
      return .field(field, isText: false, .oneOf([.bool(bool)]))
    case .date:
      let dates = DateMath(now: now)
      let low = try dates.milliseconds(text, roundsUp: false)
      return times(field, low: low, high: max(low, try dates.milliseconds(text, roundsUp: true)))
    }
  }

  /// A pattern over the values of a keyword, or over the tokens of a text.
  func pattern(_ field: String, _ kind: String, _ test: ValueTest) throws -> SearchQuery {
    guard let type = mapping[field] else { return .none }
    switch type {
    case .keyword, .text, .indexName: return .field(field, isText: type == .text, test)
    case .object: return .none
    case .identifier where kind != "fuzzy": return .field(field, isText: false, test)
    default:
      let types = kind == "regexp" || kind == "fuzzy" ? "keyword and text" : "keyword, text and wildcard"
      let reason =
        "Can only use \(kind) queries on \(types) fields - not on [\(field)] which is of type [\(type.rawValue)]"
      throw ElasticsearchError.shard(reason)
    }
  }

  func regexp(_ field: String, _ text: String, caseInsensitive: Bool) throws -> SearchQuery {
    do {
      return try pattern(field, "regexp", .regexp(LuceneRegexp(text, caseInsensitive: caseInsensitive)))
    } catch let error as LuceneRegexp.SyntaxError {
      throw ElasticsearchError.shard(
        "failed to create query: " + error.reason, causedBy: "illegal_argument_exception", error.reason)
    }
  }

  private func range(_ field: String, _ body: RequestJSON) throws -> SearchQuery {
    guard body.isObject else {
      throw ElasticsearchError.parsing("[range] query does not support [\(field)]", at: body.place)
    }
    try check(
      body, "range",
      [
        "gt", "gte", "lt", "lte", "from", "to", "include_lower", "include_upper", "format", "time_zone", "relation",
        "boost", "_name",
      ])
    var low: (value: RequestJSON, includes: Bool)?
    var high: (value: RequestJSON, includes: Bool)?
    for member in body.members ?? [] where !member.value.isNull {
      switch member.key {
      case "gt": low = (member.value, false)
      case "gte": low = (member.value, true)
      case "from": low = (member.value, body["include_lower"]?.bool ?? true)
      case "lt": high = (member.value, false)
      case "lte": high = (member.value, true)
      case "to": high = (member.value, body["include_upper"]?.bool ?? true)
      default: break
      }
    }
    var dates = DateMath(now: now)
    if let format = body["format"]?.text { dates.format = try DateFormatPattern(format) }
    if let zone = body["time_zone"]?.text {
      guard let known = SearchTimeZone(zone) else {
        throw ElasticsearchError(type: "zone_rules_exception", reason: "Unknown time-zone ID: \(zone)")
      }
      dates.zone = known
    }
    let query = try range(field, low: low, high: high, dates: dates)
    return try boosted(query, body, constant: true)
  }

  /// A range; either end may be open.
  func range(
    _ field: String, low: (value: RequestJSON, includes: Bool)?, high: (value: RequestJSON, includes: Bool)?,
    dates: DateMath
  ) throws -> SearchQuery {
    guard let type = mapping[field] else { return .none }
    func bound(_ side: (value: RequestJSON, includes: Bool)?) throws -> FieldValue? {
      guard let text = side?.value.text else { return nil }
      if type.isNumeric {
        guard let number = Double(text) else {
          throw ElasticsearchError.shard(
            "failed to create query: For input string: \"\(text)\"", causedBy: "number_format_exception",
            "For input string: \"\(text)\"")
        }
        return type == .long ? Int64(text).map(FieldValue.long) ?? .double(number) : .double(number)
      }
      if type == .boolean { return .bool(text == "true") }
      return .string(text)
    }
    switch type {
    case .object: return .none
    case .date:
      let first = try low.map { low -> Int64 in
        let value = try dates.milliseconds(low.value.text ?? "", roundsUp: !low.includes)
        return low.includes ? value : value.addingReportingOverflow(1).partialValue
      }
      let last = try high.map { high -> Int64 in
        let value = try dates.milliseconds(high.value.text ?? "", roundsUp: high.includes)
        return high.includes ? value : value.subtractingReportingOverflow(1).partialValue
      }
      return times(field, low: first ?? .min, high: last ?? .max)
    default:
      let test = ValueTest.range(
        low: try bound(low), includesLow: low?.includes ?? true, high: try bound(high),
        includesHigh: high?.includes ?? true)
      if type == .identifier {
        throw ElasticsearchError.shardArgument("Field [_id] of type [_id] does not support range queries")
      }
      return .field(field, isText: type == .text, test)
    }
  }

  private func times(_ field: String, low: Int64, high: Int64) -> SearchQuery {
    guard low <= high else { return .none }
    if field == "@timestamp" { return .time(low...high) }
    return .field(
      field, isText: false, .range(low: .date(low), includesLow: true, high: .date(high), includesHigh: true))
  }
}
