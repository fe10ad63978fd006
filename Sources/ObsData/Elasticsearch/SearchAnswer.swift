/// The answer of `_search`, read from the tape in one pass: the envelope's facts, and where hits and aggregations stand.
struct SearchAnswer {
  /// The whole answer.
  let document: JSONDocument
  /// The words for what makes the answer incomplete (`timed_out`, failed shards, skipped clusters); nil when it is complete.
  private(set) var partial: String?
  /// How many shards were asked; 0 when the pattern matches no index.
  private(set) var shards: Int?
  /// How many documents match, where that was counted.
  private(set) var total: Int?
  /// Whether `total` is a lower bound.
  private(set) var totalIsLowerBound = false
  /// The values that had to be repaired, in words; nil when there were none.
  private(set) var repaired: String?
  private var hits: Int?

  /// Reads an answer's body.
  init(_ body: [UInt8]) throws(JSONSyntaxError) {
    let (document, repairs) = try JSONReader.read(body)
    self.document = document
    if let first = repairs.first {
      let others = repairs.count == 1 ? "" : ", and \(repairs.count - 1) more like it"
      repaired = "the answer held an odd value: \(first.summary)\(others)"
    }
    guard document.root.kind == .object else { throw JSONSyntaxError(offset: 0, reason: "an object was expected") }
    var problems: [String] = []
    if document.root["timed_out"]?.bool == true { problems.append("the search ran out of time") }
    if let shards = document.root["_shards"] {
      self.shards = shards["total"]?.int.map(Int.init(clamping:))
      if let failed = shards["failed"]?.int, failed > 0 {
        let reason = SearchAnswer.reason(of: shards["failures"]?.first)
        let way = reason.flatMap(StoreRefusal.advice).map { " (\($0))" } ?? ""
        let words = reason.map { ": \($0)\(way)" } ?? ""
        problems.append("\(failed) of \(self.shards.map(String.init) ?? "the") shards failed\(words)")
      }
    }
    if let clusters = document.root["_clusters"] {
      for word in ["skipped", "partial", "failed"] {
        if let count = clusters[word]?.int, count > 0 {
          let all = clusters["total"]?.int.map { "\($0)" } ?? "the"
          problems.append("\(count) of \(all) clusters \(word)")
        }
      }
    }
    partial = problems.isEmpty ? nil : problems.joined(separator: "; ")
    guard let hits = document.root["hits"], hits.kind == .object else {
      throw JSONSyntaxError(offset: 0, reason: "it is no answer to a search, as it has no hits")
    }
    self.hits = hits["hits"]?.index
    let total = hits["total"]
    self.total = (total?["value"]?.int ?? total?.int).map(Int.init(clamping:))
    totalIsLowerBound = total?["relation"]?.string == "gte"
  }

  /// How long the store took, by its own account.
  var took: Duration { .milliseconds(document.root["took"]?.int.map { max($0, 0) } ?? 0) }
  /// The aggregations, by name.
  var aggregations: JSONValue? { document.root["aggregations"] }

  /// Decodes the hits, in the order they came.
  func page(_ matcher: FieldMatcher) -> LogPage {
    var page = LogPage(
      entries: [], lastSort: nil, total: total, totalIsLowerBound: totalIsLowerBound, shards: shards, partial: partial,
      notice: repaired, hasSources: false, pointID: document.root["pit_id"]?.string)
    guard let hits else { return page }
    var decoder = HitDecoder(matcher: matcher, document: document)
    document.withCursor(at: hits) { cursor in
      var lines = LogBlockBuilder()
      lines.reserve(JSONValue(document: document, index: hits).count)
      var lastSort: JSONCursor?
      for hit in cursor.elements {
        let (sort, hasSource) = decoder.add(hit, to: &lines)
        page.hasSources = page.hasSources || hasSource
        lastSort = sort
      }
      page.entries = lines.finish()
      page.lastSort = lastSort.map { document.value(at: $0.index).elements.map(\.tree) }
    }
    return page
  }

  /// Reads of the hits only what tells them apart, in the order they came.
  func identities(_ matcher: FieldMatcher) -> LogPage {
    var page = LogPage(entries: [], lastSort: nil, shards: shards, partial: partial, notice: repaired)
    guard let hits else { return page }
    var decoder = HitDecoder(matcher: matcher, document: document)
    document.withCursor(at: hits) { cursor in
      page.identities.reserveCapacity(JSONValue(document: document, index: hits).count)
      var lastSort: JSONCursor?
      for hit in cursor.elements {
        let (identity, sort) = decoder.identity(of: hit)
        page.identities.append(identity)
        lastSort = sort
      }
      page.lastSort = lastSort.map { document.value(at: $0.index).elements.map(\.tree) }
    }
    return page
  }

  /// The first failure's own reason: the deepest one that is there.
  private static func reason(of failure: JSONValue?) -> String? {
    guard var cause = failure?["reason"] else { return nil }
    var words = cause["reason"]?.string ?? cause.string
    for _ in 0..<20 {
      guard let deeper = cause["caused_by"] else { break }
      words = deeper["reason"]?.string ?? words
      cause = deeper
    }
    return words.map { FetchError.bounded(FetchError.singleLine($0), to: 200) }
  }
}

/// One page of log lines as the store sent it.
struct LogPage: Sendable {
  /// The lines, in the order of the answer.
  var entries: [LogEntry]
  /// What was asked for in place of lines.
  var identities: [LogIdentity] = []
  /// The values by which the last line was sorted, to be sent back as they came.
  var lastSort: [JSONTree]?
  /// How many lines match, where that was counted.
  var total: Int?
  var totalIsLowerBound = false
  /// How many shards were asked.
  var shards: Int?
  /// Why the page is incomplete.
  var partial: String?
  /// What is worth saying although it is complete.
  var notice: String?
  /// Whether any of the lines came with its document.
  var hasSources = true
  /// The point in time as the server calls it from now on.
  var pointID: String?
}
