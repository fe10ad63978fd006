import ObsData

/// `highlight` of a search: which fields, and what stands around a match.
struct HighlightRequest: Sendable {
  struct Field: Sendable {
    var pattern: String
    var before: String
    var after: String
    var fragments: Int
    var fragmentSize: Int
    var needsFieldMatch: Bool
    var query: SearchQuery?
  }
  var fields: [Field] = []

  private static let known: Set<String> = [
    "fields", "pre_tags", "post_tags", "number_of_fragments", "fragment_size", "require_field_match", "highlight_query",
    "type",
    "order", "no_match_size", "encoder", "boundary_scanner", "boundary_max_scan", "boundary_chars",
    "boundary_scanner_locale",
    "max_analyzed_offset", "tags_schema", "fragmenter", "phrase_limit", "matched_fields", "options", "force_source",
    "fragment_offset",
  ]

  init(_ json: RequestJSON, parser: QueryParser) throws {
    try Self.check(json)
    let defaults = try Self.field(
      "", json,
      Field(pattern: "", before: "<em>", after: "</em>", fragments: 5, fragmentSize: 100, needsFieldMatch: true), parser
    )
    let members = (json["fields"]?.list ?? []).flatMap { $0.members ?? [] }
    for member in members {
      try Self.check(member.value)
      fields.append(try Self.field(member.key, member.value, defaults, parser))
    }
  }

  private static func check(_ json: RequestJSON) throws {
    for member in json.members ?? [] where !known.contains(member.key) {
      throw ElasticsearchError.content("[highlight] unknown field [\(member.key)]", at: member.keyPlace)
    }
  }

  private static func field(
    _ pattern: String, _ json: RequestJSON, _ defaults: Field, _ parser: QueryParser
  ) throws -> Field {
    var field = defaults
    field.pattern = pattern
    if let tag = json["pre_tags"]?.list.first?.text { field.before = tag }
    if let tag = json["post_tags"]?.list.first?.text { field.after = tag }
    if let count = json["number_of_fragments"]?.int { field.fragments = max(count, 0) }
    if let size = json["fragment_size"]?.int { field.fragmentSize = max(size, 1) }
    if let flag = json["require_field_match"]?.bool { field.needsFieldMatch = flag }
    if let query = json["highlight_query"] { field.query = try parser.query(query) }
    return field
  }
}

/// Marks in a document what a query was after.
struct Highlighter {
  let request: HighlightRequest
  let query: SearchQuery
  let mapping: FieldMapping

  /// `highlight` of a hit; nil where nothing is to be marked.
  func highlight(_ document: WorldDocument) -> JSONTree? {
    var result: [(key: String, value: JSONTree)] = []
    for field in request.fields {
      for name in mapping.names(matching: field.pattern) where !result.contains(where: { $0.key == name }) {
        guard let type = mapping[name], type == .text || type == .keyword else { continue }
        let tests = (field.query ?? query).highlights(field.needsFieldMatch ? name : nil)
        guard !tests.isEmpty else { continue }
        let fragments = document.indexedValues(of: name, as: type).compactMap(\.string).flatMap {
          Self.fragments(of: $0, type, tests, field)
        }
        guard !fragments.isEmpty else { continue }
        let kept = field.fragments == 0 ? fragments[...] : fragments.prefix(field.fragments)
        result.append((name, .array(kept.map(JSONTree.string))))
      }
    }
    return result.isEmpty ? nil : .object(result)
  }

  private static func fragments(
    of text: String, _ type: FieldType, _ tests: [HighlightTest], _ field: HighlightRequest.Field
  ) -> [String] {
    let scalars = Array(text.unicodeScalars)
    let spans = type == .keyword ? keywordSpans(text, scalars.count, tests) : textSpans(text, tests)
    guard !spans.isEmpty else { return [] }
    let pieces = field.fragments == 0 ? [0..<scalars.count] : sentences(scalars, field.fragmentSize)
    return pieces.compactMap { piece in
      let inside = spans.filter { piece.contains($0.lowerBound) }
      guard !inside.isEmpty else { return nil }
      var marked = String.UnicodeScalarView()
      var position = piece.lowerBound
      for span in inside {
        let end = min(span.upperBound, piece.upperBound)
        marked.append(contentsOf: scalars[position..<span.lowerBound])
        marked.append(contentsOf: field.before.unicodeScalars)
        marked.append(contentsOf: scalars[span.lowerBound..<end])
        marked.append(contentsOf: field.after.unicodeScalars)
        position = end
      }
      marked.append(contentsOf: scalars[position..<piece.upperBound])
      return String(marked)
    }
  }

  private static func keywordSpans(_ text: String, _ length: Int, _ tests: [HighlightTest]) -> [Range<Int>] {
    let matches = tests.contains { test in
      if case .value(let test) = test { test.matches(.string(text)) } else { false }
    }
    return matches && length > 0 ? [0..<length] : []
  }

  /// A phrase is marked as a whole, words one by one; what overlaps is joined.
  private static func textSpans(_ text: String, _ tests: [HighlightTest]) -> [Range<Int>] {
    let tokens = StandardAnalyzer.tokens(of: text)
    var spans: [Range<Int>] = []
    for test in tests {
      switch test {
      case .value(let test): spans += tokens.filter { test.matches(.string($0.text)) }.map(\.range)
      case .phrase(let phrase):
        for match in phrase.matches(in: tokens) {
          let ranges = match.map { tokens[$0].range }
          guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { continue }
          spans.append(low..<high)
        }
      }
    }
    var joined: [Range<Int>] = []
    for span in spans.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      if let last = joined.last, span.lowerBound < last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
      } else {
        joined.append(span)
      }
    }
    return joined
  }

  /// Pieces that end with a sentence, at least `size` long where the text goes on.
  private static func sentences(_ scalars: [Unicode.Scalar], _ size: Int) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    for index in scalars.indices {
      let isEnd =
        "。！？\n".unicodeScalars.contains(scalars[index])
        || (".!?".unicodeScalars.contains(scalars[index]) && index + 1 < scalars.count && scalars[index + 1] == " ")
      if isEnd, index + 1 - start >= size {
        pieces.append(start..<index + 1)
        start = index + 1
      }
    }
    if start < scalars.count { pieces.append(start..<scalars.count) }
    return pieces
  }
}

/// Something in a query that can be shown in a text.
enum HighlightTest {
  case value(ValueTest)
  case phrase(PhraseTest)
}

extension SearchQuery {
  /// What the query looks for in a field, or in any where `field` is nil. Exclusions are not looked for.
  func highlights(_ field: String?) -> [HighlightTest] {
    switch self {
    case .field(let name, _, let test) where field == nil || name == field: [.value(test)]
    case .phrase(let name, let phrase) where field == nil || name == field: [.phrase(phrase)]
    case .boosted(let query, _, _): query.highlights(field)
    case .best(let queries): queries.flatMap { $0.highlights(field) }
    case .bool(let query): (query.must + query.filter + query.should).flatMap { $0.highlights(field) }
    default: []
    }
  }
}
