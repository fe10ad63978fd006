/// What the user typed to narrow the log lines: KQL, or with `lucene:` in front Lucene's `query_string`.
public enum TypedFilter: Hashable, Sendable {
  /// Every line.
  case none
  /// Lucene's syntax, which only the server reads.
  case lucene(String)
  /// The Kibana Query Language.
  case kql(KQLNode)

  /// Reads a filter. The offset of an error counts from the filter's first character.
  public static func parse(_ filter: String) throws(KQLError) -> TypedFilter {
    if let text = lucene(filter) { return text.isEmpty ? .none : .lucene(text) }
    let node = try KQLParser.parse(filter)
    return node == .everything ? .none : .kql(node)
  }

  /// What stands behind `lucene:`; nil where that does not stand in front.
  private static func lucene(_ filter: String) -> String? {
    let text = filter.drop(while: \.isWhitespace)
    guard text.prefix(7).lowercased() == "lucene:" else { return nil }
    var query = text.dropFirst(7).drop(while: \.isWhitespace)
    while query.last?.isWhitespace ?? false { query.removeLast() }
    return String(query)
  }

  /// The query in KQL.
  public var node: KQLNode? { if case .kql(let node) = self { node } else { nil } }

  /// Whether a date without a zone stands in it, or one that is counted from now: then it matters in which zone it is meant.
  public static func dependsOnZone(_ filter: String) -> Bool {
    guard let parsed = try? parse(filter) else { return false }
    // Only the server reads Lucene's syntax: a zone that it does not need does no harm.
    if case .lucene(let text) = parsed { return text.contains("now") || text.contains { $0.isASCII && $0.isNumber } }
    guard let node = parsed.node else { return false }
    return node.values.contains { value in
      value.hasPrefix("now") ? value.contains("/") : KQLDate(value) != nil && !hasZone(value)
    }
  }

  private static func hasZone(_ date: String) -> Bool {
    date.hasSuffix("Z") || date.dropFirst(10).contains { $0 == "+" || $0 == "-" }
  }
}

extension KQLNode {
  /// The texts of all values.
  fileprivate var values: [String] {
    switch self {
    case .everything: []
    case .or(let nodes), .and(let nodes): nodes.flatMap(\.values)
    case .not(let node), .nested(_, let node): node.values
    case .equals(_, let value), .range(_, _, let value): [value.text]
    }
  }
}
