import ObsData

/// Writes the hits of an answer.
struct HitRenderer {
  let request: SearchRequest
  let mapping: FieldMapping
  let store: SegmentStore

  func hits(_ outcome: SearchExecutor.Outcome) -> JSONTree {
    var members: [(key: String, value: JSONTree)] = []
    if request.totalHits != .not {
      members.append(
        ("total", ["value": .int(Int64(outcome.total)), "relation": outcome.isTotalExact ? "eq" : "gte"]))
    }
    members.append(("max_score", outcome.maximumScore.map(JSONTree.double) ?? .null))
    let readers = Dictionary(grouping: outcome.hits.indices) { outcome.hits[$0].segment.start }
    var rendered = [JSONTree](repeating: .null, count: outcome.hits.count)
    for indices in readers.values {
      // One reader at a time, so that a sparse search does not hold a day of documents.
      guard let segment = indices.first.map({ outcome.hits[$0].segment }) else { continue }
      let reader = SegmentReader(segment, store: store, mapping: mapping)
      store.remember(indices.compactMap { reader.document(outcome.hits[$0].row)?.id }, at: segment.start)
      for index in indices {
        let hit = outcome.hits[index]
        guard let document = reader.document(hit.row) else { continue }
        rendered[index] = json(hit, document)
      }
    }
    members.append(("hits", .array(rendered)))
    return .object(members)
  }

  private func json(_ hit: SearchExecutor.Hit, _ document: WorldDocument) -> JSONTree {
    var members: [(key: String, value: JSONTree)] = [
      ("_index", .string(document.index)), ("_id", .string(document.id)),
    ]
    if request.showsVersion { members.append(("_version", 1)) }
    if request.showsSequenceNumber { members += [("_seq_no", .int(hit.order)), ("_primary_term", 1)] }
    let showsScore = request.tracksScores || request.sort.map { $0.keys.contains { $0.name == "_score" } } ?? true
    members.append(("_score", showsScore ? .double(hit.score) : .null))
    if let source = request.source.source(of: document) { members.append(("_source", source)) }
    if let fields = fields(of: document) { members.append(("fields", fields)) }
    if let highlight = request.highlight,
      let marked = Highlighter(request: highlight, query: request.query, mapping: mapping).highlight(document)
    {
      members.append(("highlight", marked))
    }
    let keys = (request.sort?.keys ?? []).dropLast(request.hiddenKeys)
    if !keys.isEmpty { members.append(("sort", .array(zip(keys, hit.keys).map { $0.json($1) }))) }
    return .object(members)
  }

  private func fields(of document: WorldDocument) -> JSONTree? {
    let plain = FieldFetch.values(request.fields, of: document, mapping: mapping, areDocvalues: false)
    let docvalues = FieldFetch.values(request.docvalueFields, of: document, mapping: mapping, areDocvalues: true)
    guard case .object(let first)? = plain else { return docvalues }
    guard case .object(let second)? = docvalues else { return plain }
    return .object(first + second.filter { item in !first.contains { $0.key == item.key } })
  }
}
