import ObsData

/// Points in time, scrolls and asynchronous searches.
extension ElasticsearchExchange {
  func openPointInTime(_ expression: String) throws -> Answer {
    try check(
      parameters: Self.indexParameters.union([
        "keep_alive", "preference", "routing", "allow_partial_search_results", "max_concurrent_shard_requests",
      ]))
    guard let keep = request.parameter("keep_alive") else {
      throw ElasticsearchError(
        type: "action_request_validation_exception", reason: "Validation Failed: 1: [keep_alive] is not specified;")
    }
    let indices = try indices(of: expression)
    let id = try face.contexts.open(
      .init(indices: indices, now: now, expires: now + (try TimeValue.parse(keep, "keep_alive"))))
    return Answer(body: ["id": .string(id), "_shards": Self.shards(indices.count)])
  }

  func closePointInTime() throws -> Answer {
    try check(parameters: [])
    guard let id = try body()["id"]?.text else { throw ElasticsearchError.illegalArgument("Required [id]") }
    let isFreed = face.contexts.closePoint(id, now: now)
    return Answer(status: isFreed ? 200 : 404, body: ["succeeded": true, "num_freed": isFreed ? 1 : 0])
  }

  // MARK: Scrolls, as older clients page

  /// A scroll is a search after the last hit, over the world as it was at first.
  func openScroll(
    _ search: SearchRequest, _ indices: [String], _ mapping: FieldMapping, _ keep: Duration,
    _ started: ContinuousClock.Instant
  ) throws -> JSONTree {
    guard search.from <= 0 else {
      throw ElasticsearchError(
        type: "action_request_validation_exception",
        reason: "Validation Failed: 1: using [from] is not allowed in a scroll context;")
    }
    var scrolled = search
    scrolled.totalHits = .all
    scrolled.hiddenKeys = search.sort == nil ? 2 : 1
    scrolled.sort = SearchSort(keys: (search.sort ?? .byScore).keys + [SortKey(kind: .document)])
    let id = try face.contexts.open(
      .init(request: scrolled, indices: indices, now: now, expires: now + keep))
    return try page(id, try face.contexts.scroll(id, now: now), mapping, keep, started)
  }

  private func page(
    _ id: String, _ scroll: SearchContexts.Scroll, _ mapping: FieldMapping, _ keep: Duration?,
    _ started: ContinuousClock.Instant
  ) throws -> JSONTree {
    let isAll = scroll.indices == store.source.indices(now: scroll.now)
    let executor = SearchExecutor(
      store: store, mapping: mapping, now: scroll.now, indices: isAll ? nil : Set(scroll.indices),
      cancellation: cancellation)
    var next = scroll
    // The last hit is looked up once more, cheaply, for the values that its page sorted by.
    var probe = scroll.request
    probe.aggregations = []
    probe.totalHits = .not
    if let last = try executor.run(probe).hits.last { next.request.searchAfter = last.keys }
    if let keep { next.expires = max(next.expires, now + keep) }
    face.contexts.advance(id, to: next)
    return try run(
      scroll.request, indices: scroll.indices, asOf: scroll.now, mapping: mapping, started,
      extra: [("_scroll_id", .string(id))])
  }

  func scroll(_ pathID: String?) throws -> Answer {
    try check(parameters: ["scroll", "scroll_id", "rest_total_hits_as_int"])
    let body = try body()
    guard let id = body["scroll_id"]?.text ?? request.parameter("scroll_id") ?? pathID else {
      throw ElasticsearchError(
        type: "action_request_validation_exception", reason: "Validation Failed: 1: scrollId is missing;")
    }
    let keep = try (body["scroll"]?.text ?? request.parameter("scroll")).map { try TimeValue.parse($0, "scroll") }
    let scroll = try face.contexts.scroll(id, now: now)
    return Answer(body: try page(id, scroll, store.mapping(now: now), keep, .now))
  }

  func closeScroll(_ pathID: String?) throws -> Answer {
    try check(parameters: ["scroll_id"])
    let named = try body()["scroll_id"]?.list.compactMap(\.text)
    let ids = named ?? (request.parameter("scroll_id") ?? pathID)?.split(separator: ",").map(String.init)
    let freed = face.contexts.closeScrolls(ids == ["_all"] ? nil : ids ?? [])
    return Answer(status: freed > 0 ? 200 : 404, body: ["succeeded": true, "num_freed": .int(Int64(freed))])
  }

  // MARK: Asynchronous searches, which are always done at once

  func asyncSearch(_ expression: String?) throws -> Answer {
    try check(
      parameters: Self.searchParameters.union(["wait_for_completion_timeout", "keep_on_completion", "keep_alive"])
        .subtracting([
          "scroll"
        ]))
    for name in ["wait_for_completion_timeout", "keep_alive"] {
      if let text = request.parameter(name) { _ = try TimeValue.parse(text, name) }
    }
    let keep = try request.parameter("keep_alive").map { try TimeValue.parse($0, "keep_alive") } ?? .seconds(5 * 86_400)
    let response = try searchBody(expression, try body(), usesAddress: true)
    let expires = now + keep
    let members: [(key: String, value: JSONTree)] = [
      ("is_partial", false), ("is_running", false), ("start_time_in_millis", .int(now.milliseconds)),
      ("expiration_time_in_millis", .int(expires.milliseconds)), ("completion_time_in_millis", .int(now.milliseconds)),
      ("response", response),
    ]
    guard try IndexPattern.flag("keep_on_completion", request) == true else { return Answer(body: .object(members)) }
    let stored = face.contexts.store({ .object([("id", .string($0))] + members) }, expires: expires, now: now)
    return Answer(body: stored)
  }

  func storedSearch(_ id: String, removes: Bool) throws -> Answer {
    try check(parameters: ["wait_for_completion_timeout", "keep_alive", "typed_keys"])
    let stored = try face.contexts.stored(id, now: now, removes: removes)
    return Answer(body: removes ? ["acknowledged": true] : stored)
  }
}
