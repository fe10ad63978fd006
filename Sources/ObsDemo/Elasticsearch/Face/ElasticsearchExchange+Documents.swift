import ObsData

/// Single documents, and what fields and values there are.
extension ElasticsearchExchange {
  func document(_ expression: String, _ id: String, isSourceOnly: Bool) throws -> Answer {
    try check(
      parameters: [
        "_source", "_source_includes", "_source_excludes", "preference", "realtime", "refresh", "routing",
        "stored_fields",
        "version", "version_type",
      ])
    guard let index = try indices(of: expression).first else { throw ElasticsearchError.noSuchIndex(expression) }
    let mapping = store.mapping(now: now)
    var search = SearchRequest()
    search.query = .ids([id])
    search.size = 1
    search.totalHits = .not
    search.source = try sourceFromAddress().map { try SourceFilter($0) } ?? SourceFilter()
    let executor = SearchExecutor(
      store: store, mapping: mapping, now: now, indices: [index], cancellation: cancellation)
    let hit = try executor.run(search).hits.first
    let found = hit.flatMap { SegmentReader($0.segment, store: store, mapping: mapping).document($0.row) }
    guard let hit, let document = found else {
      if isSourceOnly {
        throw ElasticsearchError(
          status: 404, type: "resource_not_found_exception", reason: "Document not found [\(index)]/[\(id)]")
      }
      return Answer(status: 404, body: ["_index": .string(index), "_id": .string(id), "found": false])
    }
    let source = search.source.source(of: document)
    if isSourceOnly { return Answer(body: source ?? [:]) }
    var members: [(key: String, value: JSONTree)] = [
      ("_index", .string(index)), ("_id", .string(id)), ("_version", 1), ("_seq_no", .int(hit.order)),
      ("_primary_term", 1),
      ("found", true),
    ]
    if let source { members.append(("_source", source)) }
    return Answer(body: .object(members))
  }

  func fieldCapabilities(_ expression: String?) throws -> Answer {
    try check(
      parameters: Self.indexParameters.union(["fields", "include_unmapped", "filters", "types", "include_empty_fields"])
    )
    let body = try body()
    let known: Set<String> = ["fields", "index_filter", "runtime_mappings"]
    for member in body.members ?? [] where !known.contains(member.key) {
      throw ElasticsearchError.content("[field_caps_request] unknown field [\(member.key)]", at: member.value.place)
    }
    let patterns =
      request.parameter("fields")?.split(separator: ",").map(String.init) ?? body["fields"]?.list.compactMap(\.text)
      ?? []
    guard !patterns.isEmpty else {
      throw ElasticsearchError(
        type: "action_request_validation_exception", reason: "Validation Failed: 1: no fields specified;")
    }
    let mapping = store.mapping(now: now)
    if let filter = body["index_filter"] { _ = try QueryParser(mapping: mapping, now: now).query(filter) }
    let indices = try indices(of: expression)
    let filters = request.parameter("filters")?.split(separator: ",").map(String.init) ?? []
    let types = request.parameter("types")?.split(separator: ",").map(String.init)
    var fields: [(key: String, value: JSONTree)] = []
    for (name, type) in Self.metadataFields + mapping.fields.map({ ($0.key, $0.value.rawValue) }) {
      let isMetadata = name.hasPrefix("_")
      guard patterns.contains(where: { WildcardPattern(names: $0).matches(name) }) else { continue }
      if isMetadata ? filters.contains("-metadata") : filters.contains("+metadata") { continue }
      if type == "object", filters.contains("-parent") { continue }
      if let types, !types.contains(type) { continue }
      let isSearchable = type != "object" && name != "_source"
      let isAggregatable = isSearchable && type != "text" && name != "_id"
      let entry: JSONTree = [
        "type": .string(type), "metadata_field": .bool(isMetadata), "searchable": .bool(isSearchable),
        "aggregatable": .bool(isAggregatable),
      ]
      fields.append((name, .object([(type, entry)])))
    }
    if indices.isEmpty { fields = [] }
    return Answer(
      body: ["indices": .array(indices.map(JSONTree.string)), "fields": .object(fields.sorted { $0.key < $1.key })])
  }

  private static let metadataFields = [("_id", "_id"), ("_index", "_index"), ("_source", "_source")]

  func termsEnum(_ expression: String) throws -> Answer {
    try check(parameters: Self.indexParameters)
    let body = try body()
    let known: Set<String> = ["field", "string", "size", "timeout", "case_insensitive", "index_filter", "search_after"]
    for member in body.members ?? [] where !known.contains(member.key) {
      throw ElasticsearchError.content("[terms_enum_request] unknown field [\(member.key)]", at: member.value.place)
    }
    guard let field = body["field"]?.text else {
      throw ElasticsearchError(
        type: "action_request_validation_exception", reason: "Validation Failed: 1: field cannot be null;")
    }
    let mapping = store.mapping(now: now)
    let query = try body["index_filter"].map { try QueryParser(mapping: mapping, now: now).query($0) } ?? .all
    let indices = try indices(of: expression)
    let budget = try TimeValue.parse(body["timeout"]?.text ?? "1s", "timeout")
    var terms: Set<String> = []
    var isComplete = true
    if mapping[field] == .keyword, !indices.isEmpty {
      let isAll = indices == store.source.indices(now: now)
      var executor = SearchExecutor(store: store, mapping: mapping, now: now, indices: isAll ? nil : Set(indices))
      executor.cancellation = cancellation
      (terms, isComplete) = try executor.distinctValues(of: field, where: query, budget: budget)
    }
    let prefix = body["string"]?.text ?? ""
    let folds = body["case_insensitive"]?.bool ?? false
    let after = body["search_after"]?.text
    let size = max(body["size"]?.int ?? 10, 0)
    let matching = terms.filter { term in
      let begins = folds ? term.lowercased().hasPrefix(prefix.lowercased()) : term.hasPrefix(prefix)
      return begins && after.map { term > $0 } ?? true
    }.sorted()
    return Answer(body: [
      "_shards": Self.shards(indices.count), "terms": .array(matching.prefix(size).map(JSONTree.string)),
      "complete": .bool(isComplete),
    ])
  }
}
