/// What to do about the refusals that log stores are known for, by their own words: Elasticsearch's and OpenSearch's agree in them.
enum StoreRefusal {
  private static let ways: [(words: [String], advice: String)] = [
    (
      ["Result window is too large", "Batch size is too large"],
      "smaller pages are asked for; index.max_result_window says how many lines the index gives at once"
    ),
    (["too_many_buckets", "too many buckets"], "a shorter time window makes fewer buckets"),
    (
      ["circuit_breaking_exception", "Data too large"],
      "it is asked again; a shorter time window needs less of the store's memory"
    ),
    (
      ["too_many_clauses", "maxClauseCount", "too many clauses", "too many nested clauses"],
      "the filter stands for too many terms: put more letters before its *, or name a field"
    ),
    (["ield expansion matches too many fields"], "name a field in front of the text, such as message: …"),
    (
      ["fielddata=true", "Fielddata is disabled"],
      "this field is a text: count, sort and compare its keyword (NAME.keyword), where it has one"
    ),
    (["index_not_found_exception", "no such index"], "check elasticsearch.index, or --index: this index is not there"),
    (["index_closed_exception"], "open the index, or leave it out of the index pattern"),
    (
      ["failed to parse date field", "ate_time_parse_exception"],
      "dates are written 2026-11-22, 2026-11-22T08:50:00 or now-1h"
    ),
    (
      ["number_format_exception", "For input string"],
      "this field is a number: compare it with one, as in latency >= 200"
    ),
    (["not an IP string literal"], "this field is an address: 10.0.0.1, or 10.0.0.0/8"),
    (
      ["Can only use wildcard queries", "Can only use prefix queries", "Can only use regexp queries"],
      "this field takes whole values and ranges: leave the * out"
    ),
    (
      ["since it is not indexed", "Cannot search on field"],
      "the mapping keeps this field without an index: search another one, or with / in the lines that are held"
    ),
    (["too_complex_to_determinize", "more than 10000 states", "too-complex"], "make the pattern simpler"),
    (["allow_expensive_queries"], "this cluster forbids it: begin the value with letters instead of a *"),
    (
      ["search_context_missing_exception", "No search context found"],
      "the point in time has expired: it is opened anew when the lines are asked for again"
    ),
    (
      ["parse_exception", "token_mgr_error", "Failed to parse query"],
      "mend what stands behind lucene:, or leave lucene: out and write KQL"
    ),
  ]

  /// A way on; nil where the words are none of those that are known.
  static func advice(_ answer: String) -> String? {
    ways.first { way in way.words.contains { answer.contains($0) } }?.advice
  }

  /// Whether the store would have answered with fewer lines.
  static func isTooMany(_ answer: String) -> Bool { ways[0].words.contains { answer.contains($0) } }
}

extension FetchError {
  /// A refusal of Lucene's syntax with a caret under the place that the server names (`at line 1, column 7`), and without the list
  /// of what might stand there; any other failure as it is.
  func pointing(into filter: String) -> FetchError {
    guard kind == .badQuery, excerpt == nil, case .lucene(let text)? = try? TypedFilter.parse(filter) else {
      return self
    }
    var words = answer
    if let list = words.firstRange(of: " Was expecting") { words = String(words[..<list.lowerBound]) }
    var picture: String?
    if let place = words.firstRange(of: "at line 1, column "),
      let column = Int(words[place.upperBound...].prefix { $0.isASCII && $0.isNumber }), column <= text.utf16.count
    {
      let before = filter.count - text.count
      picture = KQLError("it cannot be read from here on", offset: before + column).picture(of: filter, width: 76)
    }
    return FetchError(
      kind, tried: tried, answer: words, advice: advice, retryAfter: retryAfter, status: status, isFinal: isFinal,
      excerpt: picture)
  }
}
