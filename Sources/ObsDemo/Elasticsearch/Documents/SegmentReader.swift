import ObsData

/// Reads a segment for one search: columns first, documents only where a column does not do.
final class SegmentReader {
  let segment: DocumentSegment
  private let store: SegmentStore
  private let mapping: FieldMapping
  private lazy var documents = store.documents(of: segment)
  private var analysed: (row: Int, field: String, tokens: [AnalyzedToken])?

  init(_ segment: DocumentSegment, store: SegmentStore, mapping: FieldMapping) {
    self.segment = segment
    self.store = store
    self.mapping = mapping
  }

  func document(_ row: Int) -> WorldDocument? { documents.indices.contains(row) ? documents[row] : nil }

  func values(of field: String, _ row: Int) -> [FieldValue] {
    if field == "@timestamp" { return [.date(segment.time(row))] }
    if let column = segment.columns[field] { return column.values[Int(column.ordinals[row])].map { [$0] } ?? [] }
    guard segment.others.contains(field) || field == "_id", let type = mapping[field] else { return [] }
    return document(row)?.indexedValues(of: field, as: type) ?? []
  }

  /// The tokens of a text field; the values of an array stand 100 positions apart.
  func tokens(of field: String, _ row: Int) -> [AnalyzedToken] {
    if let analysed, analysed.row == row, analysed.field == field { return analysed.tokens }
    var tokens: [AnalyzedToken] = []
    var base = 0
    for value in values(of: field, row) {
      guard let text = value.string else { continue }
      tokens += StandardAnalyzer.tokens(of: text, firstPosition: base)
      base = (tokens.last?.position ?? base) + 101
    }
    analysed = (row, field, tokens)
    return tokens
  }

  /// A row's number in its shard: grows with time, and is the same in every search.
  func shardDocument(_ row: Int) -> Int64 {
    let time = segment.offsets[row]
    var rank: Int64 = 0
    var index = row - 1
    while index >= 0, segment.offsets[index] == time, rank < 4_095 {
      rank += 1
      index -= 1
    }
    return segment.time(row) << 12 | rank
  }
}
