extension ElasticsearchClient {
  /// The services that wrote lines in a range, with how many of them are errors.
  ///
  /// Services are grouped by every field that may name one. A line that carries several of them counts by the first.
  public func services(in range: TimeRange, now: Timestamp) async throws(FetchError) -> [ServiceFigures] {
    let search = try await search(now: now)
    guard search.catalogue.isKnown else { return try await guessedServices(search, in: range) }
    let fields = search.catalogue.groupable(.service)
    guard !fields.isEmpty else { return [] }
    return try await services(search, by: fields, in: range)
  }

  /// Where the store does not tell what its fields are, common names are tried, in the two ways they are mapped. Grouping by a
  /// text is refused, so the names as such come second.
  private func guessedServices(_ search: LogSearch, in range: TimeRange) async throws(FetchError) -> [ServiceFigures] {
    let names = Array(search.catalogue.names(for: .service).prefix(6))
    var best: [ServiceFigures] = []
    for fields in [names.map { $0 + ".keyword" }, names] {
      do throws(FetchError) {
        best = try await services(search, by: fields, in: range)
      } catch {
        guard error.kind == .badQuery else { throw error }
      }
      if !best.isEmpty { return best }
    }
    return best
  }

  private func services(
    _ search: LogSearch, by fields: [String], in range: TimeRange
  ) async throws(FetchError) -> [ServiceFigures] {
    var aggregations: [(key: String, value: JSONTree)] = []
    for (number, field) in fields.enumerated() {
      let group: JSONTree = [
        "terms": ["field": .string(field), "size": 500],
        "aggs": ["errors": ["filter": search.level(atLeast: .error)]],
      ]
      let earlier = fields[..<number].map { JSONTree.object([("exists", ["field": .string($0)])]) }
      aggregations.append(
        (
          "by\(number)",
          ["filter": ["bool": ["must_not": .array(earlier)]], "aggs": ["services": group]]
        ))
    }
    let query = LogQuery(window: .frozen(range))
    let answer = try await answer(to: [
      "size": 0, "track_total_hits": false, "timeout": "8s",
      "query": ["bool": ["filter": .array(search.filters(query, in: range))]],
      "aggs": .object(aggregations),
    ])
    var order: [String] = []
    var errors: [String: Int] = [:]
    for number in fields.indices {
      for bucket in answer.aggregations?[path: "by\(number)", "services", "buckets"]?.elements ?? [] {
        guard let name = bucket["key"]?.string, !name.isEmpty else { continue }
        let count = Int(clamping: bucket[path: "errors", "doc_count"]?.int ?? 0)
        if errors[name] == nil { order.append(name) }
        errors[name, default: 0] += count
      }
    }
    return order.map { ServiceFigures(name: $0, errorLines: errors[$0]) }
  }
}
