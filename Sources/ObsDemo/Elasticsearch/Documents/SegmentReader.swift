import ObsData

/// Reads a segment for one search: columns first, documents only where a column does not do.
final class SegmentReader {
  let segment: DocumentSegment
  private let store: SegmentStore
  private let mapping: FieldMapping
  private let given: [WorldDocument]?
  private lazy var documents = given ?? store.documents(of: segment)
  private var analysed: (row: Int, field: String, tokens: [AnalyzedToken])?

  init(_ segment: DocumentSegment, store: SegmentStore, mapping: FieldMapping, documents: [WorldDocument]? = nil) {
    self.segment = segment
    given = documents
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

  /// Whether a text can have all of these words, by a look at its bytes: much cheaper than its tokens.
  func mayContain(_ words: [TextNeedle], in field: String, _ row: Int) -> Bool {
    guard let document = document(row) else { return false }
    for member in document.fields where member.name == field {
      // Anything but a plain text is left to the tokens.
      guard case .string(let text) = member.value else { return true }
      return words.allSatisfy { $0.isFound(in: text) }
    }
    return true
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

  func shardDocument(_ row: Int) -> Int64 { segment.shardDocument(row) }
}

/// A word that is searched for in the bytes of a text, without regard to the case of ASCII letters.
struct TextNeedle: Sendable {
  private let bytes: [UInt8]

  /// Nil for a word whose other forms differ by more than that: a letter beyond ASCII that has cases.
  init?(_ word: String) {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      scalar.value < 0x80 || (0x3400...0x9FFF).contains(scalar.value)
    }
    // The Kelvin sign and the long s become ASCII letters in lower case.
    guard isPlain, !word.isEmpty, !word.contains("k"), !word.contains("s") else { return nil }
    bytes = Array(word.utf8)
  }

  func isFound(in text: String) -> Bool {
    var text = text
    return text.withUTF8 { haystack in
      guard haystack.count >= bytes.count else { return false }
      let first = bytes[0]
      var start = 0
      while start <= haystack.count - bytes.count {
        if Self.folded(haystack[start]) == first {
          var length = 1
          while length < bytes.count, Self.folded(haystack[start + length]) == bytes[length] { length += 1 }
          if length == bytes.count { return true }
        }
        start += 1
      }
      return false
    }
  }

  private static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
