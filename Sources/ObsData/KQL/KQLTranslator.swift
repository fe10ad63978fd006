/// Writes a query as Elasticsearch's query DSL, the way Kibana does (`kbn-es-query`), for every server since 7.0.
///
/// Which query a condition becomes is decided by the field's type: a `term` for a keyword, a `match` for a text, a `range` for a
/// date. Where the type is not known it is a `match`, which fits them all.
///
/// Kibana's way is left in three places, where it would have a server refuse the whole query: fields that a wildcard stands
/// for are left out when the value cannot be of their type; where the indices do not agree on a field's type, the query is a lenient
/// one; and `nested` takes indices that lack its path.
public struct KQLTranslator: Sendable {
  /// What is known of the fields that the query names.
  public let fields: FieldTypes
  /// The zone in which dates without one are meant, as an offset (`+08:00`) or by its name; nil for UTC.
  public let timeZone: String?

  /// So many fields may stand in a wildcard's place; for more the server is left to find them. It takes 1,024 clauses.
  static let expansion = 256

  /// Makes a translator.
  public init(fields: FieldTypes = .unknown, timeZone: String? = nil) {
    self.fields = fields
    self.timeZone = timeZone
  }

  /// The query as it is sent, to be put into a filter.
  public func query(_ node: KQLNode) -> JSONTree { query(node, below: nil) }

  private func query(_ node: KQLNode, below path: KQLTerm?) -> JSONTree {
    switch node {
    case .everything: return ["match_all": [:]]
    case .or(let nodes): return KQLTranslator.any(nodes.map { query($0, below: path) })
    case .and(let nodes): return ["bool": ["filter": .array(nodes.map { query($0, below: path) })]]
    case .not(let node): return ["bool": ["must_not": query(node, below: path)]]
    case .nested(let field, let node):
      let whole = field.below(path)
      return KQLTranslator.nested(whole.text, query(node, below: whole))
    case .equals(nil, let value): return anywhere(value)
    case .equals(.some(let field), let value):
      if field.isAnything, value.isAnything, path == nil { return ["match_all": [:]] }
      return equals(field.below(path), value, isNested: path != nil)
    case .range(let field, let comparison, let value):
      return range(field.below(path), comparison, value, isNested: path != nil)
    }
  }

  private static func any(_ queries: [JSONTree]) -> JSONTree {
    ["bool": ["should": .array(queries), "minimum_should_match": 1]]
  }

  private static func nested(_ path: String, _ query: JSONTree) -> JSONTree {
    ["nested": ["path": .string(path), "query": query, "score_mode": "none", "ignore_unmapped": true]]
  }

  /// An object with one member.
  private func one(_ key: String, _ value: JSONTree) -> JSONTree { .object([(key, value)]) }

  // MARK: Values

  private func anywhere(_ value: KQLTerm) -> JSONTree {
    if let pieces = value.pieces { return ["query_string": ["query": .string(KQLTranslator.escaped(pieces))]] }
    return [
      "multi_match": ["type": value.isQuoted ? "phrase" : "best_fields", "query": value.json, "lenient": true]
    ]
  }

  /// The fields that a name stands for; nil where they are too many to be named.
  private func expand(_ field: KQLTerm) -> [String]? {
    guard field.pieces != nil else { return [field.text] }
    let names = fields.names(matching: field)
    if names.isEmpty { return [field.text] }
    return names.count > KQLTranslator.expansion ? nil : names
  }

  private func equals(_ field: KQLTerm, _ value: KQLTerm, isNested: Bool) -> JSONTree {
    let isWildcard = field.pieces != nil
    guard let names = expand(field) else { return KQLTranslator.any([among(field, value)]) }
    let fitting = isWildcard ? names.filter { fits(value, fields.kind(of: $0)) } : names
    return KQLTranslator.any(
      fitting.map { name in wrapped(equals(name, value), name, isWildcard: isWildcard && !isNested) })
  }

  private func equals(_ name: String, _ value: KQLTerm) -> JSONTree {
    if value.isAnything { return ["exists": ["field": .string(name)]] }
    let kind = fields.kind(of: name)
    if let pieces = value.pieces {
      let pattern = JSONTree.string(KQLTranslator.escaped(pieces))
      if kind == .keyword { return ["wildcard": one(name, ["value": pattern])] }
      let query: JSONTree = ["fields": [.string(name)], "query": pattern]
      return ["query_string": kind == .conflict ? query.adding("lenient", true) : query]
    }
    switch kind {
    case .date: return ["range": one(name, zoned(["gte": value.json, "lte": value.json], value))]
    case .keyword: return ["term": one(name, ["value": value.json])]
    case .conflict where value.isQuoted:
      return ["multi_match": ["type": "phrase", "fields": [.string(name)], "query": value.json, "lenient": true]]
    case .conflict: return ["match": one(name, ["query": value.json, "lenient": true])]
    default: return one(value.isQuoted ? "match_phrase" : "match", one(name, value.json))
    }
  }

  /// A value in more fields than can be named.
  private func among(_ field: KQLTerm, _ value: KQLTerm) -> JSONTree {
    let pattern: JSONTree = [.string(field.text)]
    if let pieces = value.pieces {
      return [
        "query_string": ["fields": pattern, "query": .string(KQLTranslator.escaped(pieces)), "lenient": true]
      ]
    }
    return [
      "multi_match": [
        "type": value.isQuoted ? "phrase" : "best_fields", "fields": pattern, "query": value.json, "lenient": true,
      ]
    ]
  }

  // MARK: Ranges

  private func range(
    _ field: KQLTerm, _ comparison: KQLComparison, _ value: KQLTerm, isNested: Bool
  ) -> JSONTree {
    let isWildcard = field.pieces != nil
    // A range has no form that takes a pattern of fields: the first of them have to do.
    let names = expand(field) ?? Array(fields.names(matching: field).prefix(KQLTranslator.expansion))
    let fitting = isWildcard ? names.filter { fits(value, fields.kind(of: $0)) } : names
    return KQLTranslator.any(
      fitting.map { name in
        let bounds = one(comparison.key, value.json)
        let query: JSONTree = [
          "range": one(name, fields.kind(of: name) == .date ? zoned(bounds, value) : bounds)
        ]
        return wrapped(query, name, isWildcard: isWildcard && !isNested)
      })
  }

  /// With the zone in which the date is meant; a number of milliseconds has none.
  private func zoned(_ bounds: JSONTree, _ value: KQLTerm) -> JSONTree {
    guard let timeZone, !value.text.utf8.allSatisfy({ (48...57).contains($0) }) else { return bounds }
    return bounds.adding("time_zone", .string(timeZone))
  }

  /// A field that a wildcard found below a nested parent is looked for there; one that was named is not, as in Kibana.
  private func wrapped(_ query: JSONTree, _ name: String, isWildcard: Bool) -> JSONTree {
    guard isWildcard, let path = fields.nestedPath(of: name) else { return query }
    return KQLTranslator.nested(path, query)
  }

  /// Whether a value can be of a type at all: a word is no number.
  private func fits(_ value: KQLTerm, _ kind: FieldTypes.Kind?) -> Bool {
    if value.isAnything { return true }
    let text = value.text
    if value.pieces != nil { return [.keyword, .text, .exact, .conflict, nil].contains(kind) }
    switch kind {
    case .number: return Double(text)?.isFinite ?? false
    case .boolean: return text == "true" || text == "false"
    case .date:
      return text.hasPrefix("now") || text.utf8.allSatisfy { (48...57).contains($0) } || KQLDate(text) != nil
    case .ip: return text.contains { $0 == "." || $0 == ":" } && text.allSatisfy { $0.isHexDigit || ".:/".contains($0) }
    case .other: return false
    default: return true
    }
  }

  /// Wildcards with what stands between them escaped, for `query_string` and `wildcard`.
  static func escaped(_ pieces: [String]) -> String {
    pieces.map { piece in
      var result = ""
      for scalar in piece.unicodeScalars {
        if "+-=&|><!(){}[]^\"~*?:\\/".unicodeScalars.contains(scalar) { result += "\\" }
        result.unicodeScalars.append(scalar)
      }
      return result
    }.joined(separator: "*")
  }
}

extension JSONTree {
  /// An object with one more member.
  fileprivate func adding(_ key: String, _ value: JSONTree) -> JSONTree {
    guard case .object(let members) = self else { return self }
    return .object(members + [(key, value)])
  }
}
