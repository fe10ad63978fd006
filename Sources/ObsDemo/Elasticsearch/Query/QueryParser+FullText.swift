import ObsData

/// Queries that analyse their text: the match family and the two query string languages.
extension QueryParser {
  /// How the words of a match are taken.
  struct MatchOptions: Sendable {
    var requiresAll = false
    var minimum: MinimumShouldMatch?
    var fuzziness: RequestJSON?
    var prefixLength = 0
    var isLenient = false
    var slop = 0
    var matchesAllIfEmpty = false
  }

  func fullText(_ name: String, _ body: RequestJSON) throws -> SearchQuery {
    switch name {
    case "multi_match": return try multiMatch(body)
    case "query_string": return try queryString(body)
    case "simple_query_string": return try simpleQueryString(body)
    default: break
    }
    let fields = (body.members ?? []).filter { $0.key != "boost" && $0.key != "_name" }
    guard let field = fields.first else {
      throw ElasticsearchError.parsing("No text specified for text query", at: body.endPlace)
    }
    guard fields.count == 1 else {
      throw ElasticsearchError.parsing(
        "[\(name)] query doesn't support multiple fields, found [\(fields[0].key)] and [\(fields[1].key)]",
        at: fields[1].value.place)
    }
    if field.value.isArray {
      throw ElasticsearchError.parsing(
        "[\(name)] unknown token [START_ARRAY] after [\(field.key)]", at: field.value.place)
    }
    let options = field.value.isObject ? field.value : RequestJSON(.object([.init(key: "query", value: field.value)]))
    try check(
      options, name,
      [
        "query", "operator", "minimum_should_match", "fuzziness", "prefix_length", "max_expansions",
        "fuzzy_transpositions",
        "fuzzy_rewrite", "lenient", "zero_terms_query", "auto_generate_synonyms_phrase_query", "slop", "analyzer",
        "boost", "_name",
      ])
    guard let text = options["query"]?.text else {
      throw ElasticsearchError.illegalArgument("[\(name)] requires query value")
    }
    let kind = MatchKind(name)
    return try boosted(match(field.key, text, kind, try matchOptions(options)), options)
  }

  enum MatchKind {
    case words, phrase, phrasePrefix, wordsPrefix
    init(_ name: String) {
      switch name {
      case "match_phrase", "phrase": self = .phrase
      case "match_phrase_prefix", "phrase_prefix": self = .phrasePrefix
      case "match_bool_prefix", "bool_prefix": self = .wordsPrefix
      default: self = .words
      }
    }
  }

  func matchOptions(_ body: RequestJSON) throws -> MatchOptions {
    var options = MatchOptions()
    if let analyzer = body["analyzer"]?.text, analyzer != "standard" {
      throw ElasticsearchError.shard("[match] analyzer [\(analyzer)] not found")
    }
    if let word = body["operator"]?.text ?? body["default_operator"]?.text {
      guard ["and", "or"].contains(word.lowercased()) else {
        throw ElasticsearchError.illegalArgument(
          "No enum constant org.elasticsearch.index.query.Operator.\(word.uppercased())")
      }
      options.requiresAll = word.lowercased() == "and"
    }
    if let text = body["minimum_should_match"]?.text {
      guard let minimum = MinimumShouldMatch(text) else {
        throw ElasticsearchError(
          type: "number_format_exception", reason: "For input string: \"\(text)\"", stage: .shards)
      }
      options.minimum = minimum
    }
    options.fuzziness = body["fuzziness"]
    options.prefixLength = max(body["prefix_length"]?.int ?? 0, 0)
    options.isLenient = body["lenient"]?.bool ?? false
    options.slop = min(max(body["slop"]?.int ?? body["phrase_slop"]?.int ?? 0, 0), 1_000)
    options.matchesAllIfEmpty = body["zero_terms_query"]?.text?.lowercased() == "all"
    return options
  }

  /// A text matched against one field: by words where the field is text, else as a whole.
  func match(_ field: String, _ text: String, _ kind: MatchKind, _ options: MatchOptions) throws -> SearchQuery {
    guard let type = mapping[field] else { return .none }
    guard type == .text else {
      do {
        if type == .keyword, kind == .phrasePrefix || kind == .wordsPrefix {
          return .field(field, isText: false, .prefix(text, caseInsensitive: false))
        }
        if type == .keyword, kind == .words, options.fuzziness != nil {
          let edits = try Self.edits(options.fuzziness, of: text)
          return .field(field, isText: false, .fuzzy(text, edits: edits, prefixLength: options.prefixLength))
        }
        return try equal(field, RequestJSON(.string(text)), caseInsensitive: false)
      } catch let error as ElasticsearchError {
        if options.isLenient { return .none }
        throw error
      }
    }
    let tokens = StandardAnalyzer.tokens(of: text)
    guard let last = tokens.last else { return options.matchesAllIfEmpty ? .all : .none }
    if kind == .phrase || kind == .phrasePrefix {
      let prefix = kind == .phrasePrefix
      if tokens.count == 1 {
        return .field(
          field, isText: true, prefix ? .prefix(last.text, caseInsensitive: false) : .oneOf([.string(last.text)]))
      }
      let words = tokens.map { (text: $0.text, position: $0.position) }
      return .phrase(field: field, PhraseTest(words: words, slop: options.slop, endsWithPrefix: prefix))
    }
    var clauses: [SearchQuery] = []
    for (index, token) in tokens.enumerated() {
      let test: ValueTest
      if kind == .wordsPrefix, index == tokens.count - 1 {
        test = .prefix(token.text, caseInsensitive: false)
      } else if options.fuzziness != nil {
        let edits = try Self.edits(options.fuzziness, of: token.text)
        test = .fuzzy(token.text, edits: edits, prefixLength: options.prefixLength)
      } else {
        test = .oneOf([.string(token.text)])
      }
      clauses.append(.field(field, isText: true, test))
    }
    if clauses.count == 1 { return clauses[0] }
    guard clauses.count <= Self.maximumClauses else {
      throw ElasticsearchError(
        type: "too_many_clauses", reason: "maxClauseCount is set to \(Self.maximumClauses)", stage: .shards)
    }
    if options.requiresAll { return .bool(.init(must: clauses)) }
    return .bool(.init(should: clauses, minimumShouldMatch: options.minimum))
  }

  private func multiMatch(_ body: RequestJSON) throws -> SearchQuery {
    try check(
      body, "multi_match",
      [
        "query", "fields", "type", "operator", "minimum_should_match", "fuzziness", "prefix_length", "max_expansions",
        "lenient",
        "zero_terms_query", "slop", "analyzer", "tie_breaker", "boost", "_name", "fuzzy_transpositions",
        "auto_generate_synonyms_phrase_query", "fuzzy_rewrite",
      ])
    guard let text = body["query"]?.text else {
      throw ElasticsearchError.parsing("No text specified for multi_match query", at: body.place)
    }
    let type = body["type"]?.text ?? "best_fields"
    guard ["best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix", "bool_prefix"].contains(type) else {
      throw ElasticsearchError(
        type: "parse_exception",
        reason: "failed to parse [multi_match] query type [\(type)]. unknown type.")
    }
    var options = try matchOptions(body)
    let given = try (body["fields"]?.list ?? []).map { try self.text($0, of: "multi_match") }
    if given.isEmpty || given == ["*"] { options.isLenient = body["lenient"]?.bool ?? true }
    let fields = try weighted(given.isEmpty ? ["*"] : given)
    if type == "cross_fields" {
      // Every word in any of the fields, not all of them in one.
      let words = StandardAnalyzer.tokens(of: text).map(\.text)
      let clauses = try words.map { word in
        SearchQuery.best(try fields.map { try match($0.name, word, .words, options) })
      }
      if clauses.isEmpty { return .none }
      return .bool(
        options.requiresAll ? .init(must: clauses) : .init(should: clauses, minimumShouldMatch: options.minimum))
    }
    let queries = try fields.map { field in
      let query = try match(field.name, text, MatchKind(type), options)
      return field.boost == 1 ? query : SearchQuery.boosted(query, boost: field.boost, constant: false)
    }
    return try boosted(queries.isEmpty ? .none : queries.count == 1 ? queries[0] : .best(queries), body)
  }

  /// Field names with wildcards and boosts (`message^3`), opened.
  func weighted(_ fields: [String]) throws -> [(name: String, boost: Double)] {
    var result: [(name: String, boost: Double)] = []
    for field in fields {
      let parts = field.split(separator: "^", maxSplits: 1)
      guard let name = parts.first else { continue }
      let boost = parts.count == 2 ? Double(parts[1]) : 1
      guard let boost else {
        throw ElasticsearchError(type: "number_format_exception", reason: "For input string: \"\(parts[1])\"")
      }
      // A wildcard names what can be searched by text; a plain name is taken as it is.
      let names = name.contains("*") ? mapping.names(matching: String(name)) : [String(name)]
      result += names.map { ($0, boost) }
    }
    return result
  }
}
