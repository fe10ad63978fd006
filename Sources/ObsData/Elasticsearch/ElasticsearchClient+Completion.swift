extension ElasticsearchClient {
  /// What a prompt may offer. A store that does not tell has nothing to offer, and says why.
  public func complete(_ query: CompletionQuery, now: Timestamp) async throws(FetchError) -> CompletionAnswer {
    switch query {
    case .fields:
      guard let types = try await allTypes(now: now) else {
        return CompletionAnswer(notice: "the store does not tell which fields there are")
      }
      return CompletionAnswer(fields: Array(types.completions.prefix(CompletionAnswer.mostFields)))
    case .values(let field, let prefix, let window):
      return try await values(of: field, prefix: prefix, in: window.range(now: now), now: now)
    }
  }

  /// Values of a field. Servers that can are asked for its terms; the others count the lines of the window.
  private func values(
    of field: String, prefix: String, in range: TimeRange, now: Timestamp
  ) async throws(FetchError) -> CompletionAnswer {
    guard prefix.count <= 64 else { return CompletionAnswer() }
    let search = try await search(now: now)
    let names = [field, field + ".keyword"]
    let types = try await types(of: names.map { KQLTerm(.plain($0)) }, now: now)
    let whole = names.first { [.keyword, .exact].contains(types.kind(of: $0)) }
    let kind = types.kind(of: field)
    switch kind {
    case .boolean: return CompletionAnswer(values: ["true", "false"].filter { $0.hasPrefix(prefix.lowercased()) })
    case .date: return CompletionAnswer(notice: "a date, such as \"2026-11-22\" or now-1h")
    case .text where whole == nil: return CompletionAnswer(notice: "\(field) is analysed text: no values to offer")
    case nil where types.asked.contains(field): return CompletionAnswer(notice: "no index has a field \(field)")
    default: break
    }
    let name = whole ?? field
    let filter = search.filters(LogQuery(window: .frozen(range)), in: range)
    if whole != nil, search.capabilities.hasTermsEnum, !knownTypes.withLock({ $0.refusesTermsEnum }) {
      if let values = try await enumerated(name, prefix: prefix, filter: filter) {
        return CompletionAnswer(values: values)
      }
    }
    let isNumber = whole == nil && kind == .number
    return CompletionAnswer(
      values: try await counted(name, prefix: prefix, isNumber: isNumber, filter: filter))
  }

  /// By `_terms_enum`; nil where the server refuses, as it does when a part of the pattern matches no index.
  private func enumerated(
    _ field: String, prefix: String, filter: [JSONTree]
  ) async throws(FetchError) -> [String]? {
    let request = HTTPRequest.post(
      [pattern, "_terms_enum"],
      json: [
        "field": .string(field), "string": .string(prefix), "size": .int(Int64(CompletionAnswer.mostValues)),
        "timeout": "1s", "case_insensitive": true, "index_filter": ["bool": ["filter": .array(filter)]],
      ], deadline: .seconds(3), maximumBytes: 1 << 20)
    do throws(FetchError) {
      let response = try await transport.send(request)
      try check(response, to: request)
      return try read(response, to: request)["terms"]?.elements.compactMap(\.string)
    } catch {
      switch error.kind {
      case .notFound, .badQuery, .unauthorised, .malformed, .server:
        knownTypes.withLock { $0.refusesTermsEnum = true }
        return nil
      default: throw error
      }
    }
  }

  /// By counting: the most frequent of the window.
  private func counted(
    _ field: String, prefix: String, isNumber: Bool, filter: [JSONTree]
  ) async throws(FetchError) -> [String] {
    var terms: [(key: String, value: JSONTree)] = [
      ("field", .string(field)), ("size", .int(Int64(isNumber ? 200 : CompletionAnswer.mostValues))),
    ]
    // Numbers cannot be narrowed by a pattern.
    if !isNumber, !prefix.isEmpty { terms.append(("include", .string(ElasticsearchClient.pattern(of: prefix)))) }
    let answer = try await answer(to: [
      "size": 0, "track_total_hits": false, "timeout": "1s", "query": ["bool": ["filter": .array(filter)]],
      "aggs": ["values": ["terms": .object(terms)]],
    ])
    let buckets = answer.aggregations?[path: "values", "buckets"]?.elements ?? []
    let values = buckets.compactMap { bucket -> String? in
      guard let key = bucket["key"] else { return nil }
      return key.string ?? key.int.map { String($0) } ?? key.double.map { "\($0)" }
    }
    return Array(values.filter { $0.lowercased().hasPrefix(prefix.lowercased()) }.prefix(CompletionAnswer.mostValues))
  }

  /// Lucene's regular expression for what begins with a text, in any case.
  static func pattern(of prefix: String) -> String {
    var pattern = ""
    for character in prefix {
      let (lower, upper) = (character.lowercased(), character.uppercased())
      if lower != upper, lower.count == 1, upper.count == 1 {
        pattern += "[\(lower)\(upper)]"
      } else if character.isLetter || character.isNumber {
        pattern.append(character)
      } else {
        pattern += "\\\(character)"
      }
    }
    return pattern + ".*"
  }
}

/// Answers a prompt once. Values are asked for a moment after the key, so that nobody is asked about every letter of a fast typist.
public struct CompletionJob: PollJob {
  private let client: ElasticsearchClient
  private let query: CompletionQuery
  private let pause: Duration

  /// Makes the job of one subscription.
  public init(_ client: ElasticsearchClient, _ query: CompletionQuery, pause: Duration = .milliseconds(120)) {
    self.client = client
    self.query = query
    self.pause = pause
  }

  /// Asks once. A failure is no failure of the store's: it is said where the offers would stand.
  public func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    if case .values = query {
      do { try await Task.sleep(for: pause) } catch {
        throw FetchError(.cancelled, tried: "offer values", answer: "the prompt went on")
      }
    }
    do throws(FetchError) {
      return PollAnswer(.completion(try await client.complete(query, now: now)), next: .never)
    } catch {
      guard error.kind != .cancelled else { throw error }
      return PollAnswer(.completion(CompletionAnswer(notice: error.sentence)), next: .never)
    }
  }
}
