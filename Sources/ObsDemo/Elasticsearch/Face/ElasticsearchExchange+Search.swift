import ObsData

/// Searching, counting and what goes on over several requests.
extension ElasticsearchExchange {
  static let searchParameters: Set<String> = indexParameters.union([
    "q", "df", "default_operator", "lenient", "analyze_wildcard", "analyzer", "size", "from", "sort",
    "track_total_hits",
    "track_scores", "_source", "_source_includes", "_source_excludes", "timeout", "terminate_after", "preference",
    "routing",
    "request_cache", "search_type", "batched_reduce_size", "pre_filter_shard_size", "max_concurrent_shard_requests",
    "allow_partial_search_results", "ccs_minimize_roundtrips", "rest_total_hits_as_int", "typed_keys",
    "docvalue_fields",
    "stored_fields", "version", "seq_no_primary_term", "scroll", "force_synthetic_source",
  ])

  func search(_ expression: String?) throws -> Answer {
    try check(parameters: Self.searchParameters)
    return Answer(body: try searchBody(expression, try body(), usesAddress: true))
  }

  /// The whole of one search: what `_search`, `_msearch` and `_async_search` answer.
  func searchBody(_ expression: String?, _ json: RequestJSON, usesAddress: Bool) throws -> JSONTree {
    let started = ContinuousClock.now
    let mapping = store.mapping(now: now)
    let json = usesAddress ? try withAddress(json, mapping: mapping) : json
    let search: SearchRequest
    do {
      search = try SearchRequest(json, mapping: mapping, now: now)
    } catch let error as ElasticsearchError where error.stage == .shards {
      // Shards speak only where there are any.
      if try indices(of: expression).isEmpty { return emptyResult(started) }
      throw error
    }
    if let point = search.pointInTime {
      guard expression == nil else {
        throw ElasticsearchError(
          type: "action_request_validation_exception",
          reason:
            "Validation Failed: 1: [indices] cannot be used with point in time. Do not specify any index with point in time.;"
        )
      }
      let context = try face.contexts.point(point.id, now: now, keepAlive: point.keepAlive)
      return try run(
        search, indices: context.indices, asOf: context.now, mapping: mapping, started,
        extra: [("pit_id", .string(point.id))])
    }
    let indices = try indices(of: expression)
    guard usesAddress, let keep = request.parameter("scroll") else {
      return try run(search, indices: indices, asOf: now, mapping: mapping, started)
    }
    return try openScroll(search, indices, mapping, try TimeValue.parse(keep, "scroll"), started)
  }

  func indices(of expression: String?) throws -> [String] {
    try IndexPattern(request).resolve(expression, among: store.source.indices(now: now))
  }

  private func emptyResult(_ started: ContinuousClock.Instant) -> JSONTree {
    [
      "took": .int(Self.milliseconds(since: started)), "timed_out": false, "_shards": Self.shards(0),
      "hits": ["total": ["value": 0, "relation": "eq"], "max_score": 0.0, "hits": []],
    ]
  }

  private static func milliseconds(since started: ContinuousClock.Instant) -> Int64 {
    (ContinuousClock.now - started).nanoseconds / 1_000_000
  }

  func run(
    _ search: SearchRequest, indices: [String], asOf: Timestamp, mapping: FieldMapping,
    _ started: ContinuousClock.Instant,
    extra: [(key: String, value: JSONTree)] = []
  ) throws -> JSONTree {
    if indices.isEmpty { return emptyResult(started) }
    let isAll = indices == store.source.indices(now: asOf)
    var executor = SearchExecutor(store: store, mapping: mapping, now: asOf, indices: isAll ? nil : Set(indices))
    executor.cancellation = cancellation
    let outcome = try executor.run(search)
    var hits = HitRenderer(request: search, mapping: mapping, store: store).hits(outcome)
    if try IndexPattern.flag("rest_total_hits_as_int", request) == true, case .object(var members) = hits,
      let index = members.firstIndex(where: { $0.key == "total" })
    {
      members[index].value = .int(Int64(outcome.total))
      hits = .object(members)
    }
    var result = extra
    result += [
      ("took", .int(Self.milliseconds(since: started))), ("timed_out", false), ("_shards", Self.shards(indices.count)),
      ("hits", hits),
    ]
    if let aggregations = outcome.aggregations {
      let isTyped = try IndexPattern.flag("typed_keys", request) == true
      result.append(("aggregations", isTyped ? Self.typed(aggregations, search.aggregations, mapping) : aggregations))
    }
    return .object(result)
  }

  /// Puts the types before the names of aggregations, at every level.
  private static func typed(_ tree: JSONTree, _ requests: [AggregationRequest], _ mapping: FieldMapping) -> JSONTree {
    switch tree {
    case .array(let items): return .array(items.map { typed($0, requests, mapping) })
    case .object(let members):
      return .object(
        members.map { member in
          if member.key == "buckets" {
            if case .object(let named) = member.value {
              return (member.key, .object(named.map { ($0.key, typed($0.value, requests, mapping)) }))
            }
            return (member.key, typed(member.value, requests, mapping))
          }
          guard let request = requests.first(where: { $0.name == member.key }) else { return member }
          let name = request.kind.typedName(mapping) + "#" + member.key
          return (name, typed(member.value, request.children, mapping))
        })
    default: return tree
    }
  }

  /// What the address says beside the body, put into the body.
  private func withAddress(_ json: RequestJSON, mapping: FieldMapping) throws -> RequestJSON {
    guard json.isObject else { return json }
    var members = json.members ?? []
    func set(_ key: String, _ value: RequestJSON) {
      members.removeAll { $0.key == key }
      members.append(.init(key: key, value: value))
    }
    for item in request.query {
      let text = RequestJSON(.string(item.value))
      if ["size", "from"].contains(item.name), Int(item.value) == nil {
        var error = ElasticsearchError.illegalArgument(
          "Failed to parse int parameter [\(item.name)] with value [\(item.value)]")
        error.causes = [
          ElasticsearchError(type: "number_format_exception", reason: "For input string: \"\(item.value)\"")
        ]
        throw error
      }
      switch item.name {
      case "size", "from", "track_total_hits", "timeout", "version", "seq_no_primary_term", "track_scores":
        set(item.name, text)
      case "sort":
        let keys = item.value.split(separator: ",").map { part -> RequestJSON in
          let sides = part.split(separator: ":", maxSplits: 1).map(String.init)
          guard sides.count == 2 else { return RequestJSON(.string(String(part))) }
          return RequestJSON(.object([.init(key: sides[0], value: RequestJSON(.string(sides[1])))]))
        }
        set("sort", RequestJSON(.array(keys)))
      case "docvalue_fields":
        set(
          "docvalue_fields",
          RequestJSON(.array(item.value.split(separator: ",").map { RequestJSON(.string(String($0))) })))
      case "q": set("query", queryStringFromAddress(item.value))
      default: break
      }
    }
    if let source = sourceFromAddress() { set("_source", source) }
    return RequestJSON(content: .object(members), place: json.place)
  }

  func queryStringFromAddress(_ text: String) -> RequestJSON {
    var options = [RequestJSON.Member(key: "query", value: RequestJSON(.string(text)))]
    let names = [("df", "default_field"), ("default_operator", "default_operator"), ("lenient", "lenient")]
    for (name, option) in names {
      if let value = request.parameter(name) { options.append(.init(key: option, value: RequestJSON(.string(value)))) }
    }
    return RequestJSON(.object([.init(key: "query_string", value: RequestJSON(.object(options)))]))
  }

  func sourceFromAddress() -> RequestJSON? {
    func list(_ text: String) -> RequestJSON {
      RequestJSON(.array(text.split(separator: ",").map { RequestJSON(.string(String($0))) }))
    }
    let includes = request.parameter("_source_includes")
    let excludes = request.parameter("_source_excludes")
    if let source = request.parameter("_source") {
      if source == "true" || source == "false" { return RequestJSON(.bool(source == "true")) }
      if includes == nil { return list(source) }
    }
    guard includes != nil || excludes != nil else { return nil }
    var members: [RequestJSON.Member] = []
    if let includes { members.append(.init(key: "includes", value: list(includes))) }
    if let excludes { members.append(.init(key: "excludes", value: list(excludes))) }
    return RequestJSON(.object(members))
  }

  func count(_ expression: String?) throws -> Answer {
    try check(
      parameters: Self.indexParameters.union([
        "q", "df", "default_operator", "lenient", "analyze_wildcard", "analyzer", "min_score", "preference", "routing",
        "terminate_after",
      ]))
    let mapping = store.mapping(now: now)
    var json = try body()
    if let text = request.parameter("q") {
      json = RequestJSON(.object([.init(key: "query", value: queryStringFromAddress(text))]))
    }
    for member in json.members ?? [] where member.key != "query" {
      throw ElasticsearchError.parsing("request does not support [\(member.key)]", at: member.keyPlace)
    }
    let query = try json["query"].map { try QueryParser(mapping: mapping, now: now).query($0) } ?? .all
    let indices = try indices(of: expression)
    let isAll = indices == store.source.indices(now: now)
    var executor = SearchExecutor(store: store, mapping: mapping, now: now, indices: isAll ? nil : Set(indices))
    executor.cancellation = cancellation
    let count = indices.isEmpty ? 0 : try executor.count(query)
    return Answer(body: ["count": .int(Int64(count)), "_shards": Self.shards(indices.count)])
  }

  // MARK: Several searches

  func multiSearch(_ expression: String?) throws -> Answer {
    try check(
      parameters: Self.indexParameters.union([
        "max_concurrent_searches", "max_concurrent_shard_requests", "pre_filter_shard_size", "rest_total_hits_as_int",
        "search_type", "typed_keys", "ccs_minimize_roundtrips",
      ]))
    let started = ContinuousClock.now
    if request.body.isEmpty {
      throw ElasticsearchError(type: "parse_exception", reason: "request body or source parameter is required")
    }
    let lines = request.body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard request.body.last == UInt8(ascii: "\n") else {
      throw ElasticsearchError.illegalArgument("The msearch request must be terminated by a newline [\n]")
    }
    var responses: [JSONTree] = []
    var index = 0
    while index + 1 < lines.count {
      let header = lines[index].isEmpty ? RequestJSON.empty : try RequestJSON(parsing: lines[index])
      let body = lines[index + 1]
      index += 2
      guard responses.count < 1_000 else {
        throw ElasticsearchError.illegalArgument("too many searches in one request")
      }
      responses.append(try one(header, body, expression))
    }
    guard !responses.isEmpty else {
      throw ElasticsearchError(
        type: "action_request_validation_exception", reason: "Validation Failed: 1: no requests added;")
    }
    return Answer(
      body: ["took": .int(Self.milliseconds(since: started)), "responses": .array(responses)])
  }

  private func one(_ header: RequestJSON, _ body: ArraySlice<UInt8>, _ expression: String?) throws -> JSONTree {
    var inner = request
    var options: [(name: String, value: String)] = []
    var target = expression
    for member in header.members ?? [] {
      switch member.key {
      case "index", "indices": target = member.value.list.compactMap(\.text).joined(separator: ",")
      case "ignore_unavailable", "allow_no_indices", "expand_wildcards":
        options.append((member.key, member.value.list.compactMap(\.text).joined(separator: ",")))
      case "search_type", "preference", "request_cache", "routing", "allow_partial_search_results",
        "ccs_minimize_roundtrips":
        break
      default: throw ElasticsearchError.illegalArgument("key [\(member.key)] is not supported in the metadata section")
      }
    }
    let kept = ["rest_total_hits_as_int", "typed_keys"]
    inner.query =
      options + request.query.filter { item in kept.contains(item.name) || !options.contains { $0.name == item.name } }
    let exchange = ElasticsearchExchange(request: inner, now: now, face: face, cancellation: cancellation)
    do {
      let json = body.isEmpty ? RequestJSON.empty : try RequestJSON(parsing: body)
      guard case .object(let members) = try exchange.searchBody(target, json, usesAddress: false) else { return .null }
      return .object(members + [("status", 200)])
    } catch let error as ElasticsearchError {
      return Self.body(of: error, indices: (try? exchange.indices(of: target)) ?? [])
    }
  }
}
