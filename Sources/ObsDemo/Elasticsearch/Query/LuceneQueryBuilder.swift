import ObsData

/// What the words of a query string stand for, over the default fields or the field that a clause names.
struct LuceneQueryBuilder {
  let parser: QueryParser
  let defaults: [(name: String, boost: Double)]
  var options: QueryParser.MatchOptions
  /// `type: phrase` makes phrases of plain words.
  var kind = QueryParser.MatchKind.words
  var dates: DateMath

  private func each(_ field: String?, _ make: (String) throws -> SearchQuery) throws -> SearchQuery {
    let fields = try field.map { try parser.weighted([$0]) } ?? defaults
    let queries = try fields.map { field -> SearchQuery in
      do {
        let query = try make(field.name)
        return field.boost == 1 ? query : .boosted(query, boost: field.boost, constant: false)
      } catch let error as ElasticsearchError {
        if options.isLenient { return .none }
        throw error
      }
    }
    return queries.isEmpty ? .none : queries.count == 1 ? queries[0] : .best(queries)
  }

  /// One word, perhaps with wildcards.
  func word(_ field: String?, _ text: String, plain: String) throws -> SearchQuery {
    if field == "_exists_" { return parser.exists(plain) }
    if text == "*" {
      if field == nil || field == "*" { return .all }
      return try each(field) { parser.exists($0) }
    }
    guard LuceneQueryParser.hasWildcard(text) else { return try self.text(field, plain) }
    return try each(field) { name in
      guard let type = parser.mapping[name] else { return .none }
      // A wildcard is not analysed, but brought to the case that the tokens have.
      let pattern = type == .text ? text.lowercased() : text
      let hasOnlyTrailing = pattern.hasSuffix("*") && !LuceneQueryParser.hasWildcard(String(pattern.dropLast()))
      if type == .date || type.isNumeric || type == .boolean {
        return try parser.pattern(name, hasOnlyTrailing ? "prefix" : "wildcard", .wildcard(WildcardPattern(pattern)))
      }
      return try parser.pattern(name, "wildcard", .wildcard(WildcardPattern(pattern)))
    }
  }

  func text(_ field: String?, _ text: String) throws -> SearchQuery {
    if field == "_exists_" { return parser.exists(text) }
    return try each(field) { name in
      if parser.mapping[name] == .date {
        let value = RequestJSON(.string(text))
        return try parser.range(name, low: (value, true), high: (value, true), dates: dates)
      }
      return try parser.match(name, text, kind, options)
    }
  }

  func phrase(_ field: String?, _ text: String, slop: Int) throws -> SearchQuery {
    if field == "_exists_" { return parser.exists(text) }
    var options = options
    if slop > 0 { options.slop = min(slop, 1_000) }
    return try each(field) { name in
      if parser.mapping[name] == .date {
        let value = RequestJSON(.string(text))
        return try parser.range(name, low: (value, true), high: (value, true), dates: dates)
      }
      return try parser.match(name, text, .phrase, options)
    }
  }

  func fuzzy(_ field: String?, _ text: String, edits: Double?) throws -> SearchQuery {
    try each(field) { name in
      let term = parser.mapping[name] == .text ? text.lowercased() : text
      let limit = edits.map { $0 >= 1 ? min(Int($0), 2) : EditDistance.automatic(term) } ?? EditDistance.automatic(term)
      return try parser.pattern(name, "fuzzy", .fuzzy(term, edits: limit, prefixLength: options.prefixLength))
    }
  }

  func regexp(_ field: String?, _ pattern: String) throws -> SearchQuery {
    try each(field) { try parser.regexp($0, pattern, caseInsensitive: false) }
  }

  func range(_ field: String?, low: String?, includesLow: Bool, high: String?, includesHigh: Bool) throws -> SearchQuery
  {
    try each(field) { name in
      if low == nil, high == nil { return parser.exists(name) }
      let fold = parser.mapping[name] == .text
      func side(_ text: String?, _ includes: Bool) -> (value: RequestJSON, includes: Bool)? {
        text.map { (RequestJSON(.string(fold ? $0.lowercased() : $0)), includes) }
      }
      return try parser.range(name, low: side(low, includesLow), high: side(high, includesHigh), dates: dates)
    }
  }
}

extension QueryParser {
  func queryString(_ body: RequestJSON) throws -> SearchQuery {
    try check(
      body, "query_string",
      [
        "query", "default_field", "fields", "default_operator", "analyze_wildcard", "allow_leading_wildcard", "lenient",
        "type",
        "minimum_should_match", "time_zone", "phrase_slop", "fuzziness", "fuzzy_prefix_length", "fuzzy_max_expansions",
        "fuzzy_transpositions", "max_determinized_states", "analyzer", "quote_analyzer", "quote_field_suffix",
        "tie_breaker",
        "auto_generate_synonyms_phrase_query", "enable_position_increments", "escape", "rewrite", "boost", "_name",
      ])
    guard let text = body["query"]?.text else {
      throw ElasticsearchError.parsing("[query_string] must be provided with a [query]", at: body.endPlace)
    }
    return try boosted(try queryString(text, body), body)
  }

  /// The text of a `query_string`, or of `?q=` in an address.
  func queryString(_ text: String, _ body: RequestJSON) throws -> SearchQuery {
    var given = try (body["fields"]?.list ?? []).map { try self.text($0, of: "query_string") }
    if let field = body["default_field"]?.text { given = [field] }
    var options = try matchOptions(body)
    options.minimum = nil
    options.fuzziness = nil
    if given.isEmpty || given == ["*"] { options.isLenient = body["lenient"]?.bool ?? true }
    var dates = DateMath(now: now)
    if let zone = body["time_zone"]?.text.flatMap({ SearchTimeZone($0) }) { dates.zone = zone }
    var builder = LuceneQueryBuilder(
      parser: self, defaults: try weighted(given.isEmpty ? ["*"] : given), options: options, dates: dates)
    builder.kind = body["type"]?.text == "phrase" ? .phrase : .words
    do {
      var parser = LuceneQueryParser(text, requiresAll: options.requiresAll, builder: builder)
      let query = try parser.parse()
      guard let minimum = body["minimum_should_match"]?.text.flatMap({ MinimumShouldMatch($0) }),
        case .bool(var bool) = query
      else { return query }
      bool.minimumShouldMatch = minimum
      return .bool(bool)
    } catch let error as LuceneQueryParser.SyntaxError {
      throw ElasticsearchError.shard(
        "Failed to parse query [\(text)]", causedBy: "parse_exception", "Cannot parse '\(text)': \(error.reason)")
    }
  }

  func simpleQueryString(_ body: RequestJSON) throws -> SearchQuery {
    try check(
      body, "simple_query_string",
      [
        "query", "fields", "default_operator", "analyze_wildcard", "lenient", "flags", "minimum_should_match",
        "analyzer",
        "quote_field_suffix", "auto_generate_synonyms_phrase_query", "fuzzy_prefix_length", "fuzzy_max_expansions",
        "fuzzy_transpositions", "boost", "_name",
      ])
    guard let text = body["query"]?.text else {
      throw ElasticsearchError.parsing("[simple_query_string] query text missing", at: body.place)
    }
    let given = try (body["fields"]?.list ?? []).map { try self.text($0, of: "simple_query_string") }
    var options = try matchOptions(body)
    options.isLenient = given.isEmpty || given == ["*"] ? body["lenient"]?.bool ?? true : options.isLenient
    let minimum = options.minimum
    options.minimum = nil
    let builder = LuceneQueryBuilder(
      parser: self, defaults: try weighted(given.isEmpty ? ["*"] : given), options: options, dates: DateMath(now: now))
    var parser = SimpleQueryParser(text, requiresAll: options.requiresAll, builder: builder)
    var query = try parser.parse()
    if let minimum, case .bool(var bool) = query {
      bool.minimumShouldMatch = minimum
      query = .bool(bool)
    }
    return try boosted(query, body)
  }
}
