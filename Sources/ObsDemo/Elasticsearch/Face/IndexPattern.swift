import ObsData

/// Which indices an address names, by Elasticsearch's rules for lists, wildcards and exclusions.
struct IndexPattern {
  var ignoresUnavailable = false
  var allowsNone = true
  var expandsWildcards = true

  init(_ request: DemoRequest) throws {
    ignoresUnavailable = try Self.flag("ignore_unavailable", request) ?? false
    allowsNone = try Self.flag("allow_no_indices", request) ?? true
    if let expand = request.parameter("expand_wildcards") {
      let states = expand.split(separator: ",").map(String.init)
      for state in states where !["open", "closed", "hidden", "none", "all"].contains(state) {
        throw ElasticsearchError.illegalArgument("No valid expand wildcard value [\(state)]")
      }
      expandsWildcards = states.contains { ["open", "all"].contains($0) }
    }
  }

  static func flag(_ name: String, _ request: DemoRequest) throws -> Bool? {
    guard let text = request.parameter(name) else { return nil }
    switch text {
    case "true", "": return true
    case "false": return false
    default:
      throw ElasticsearchError.illegalArgument(
        "Failed to parse value [\(text)] as only [true] or [false] are allowed.")
    }
  }

  /// The indices among `all` that an expression names; nil, `_all` and nothing name all.
  func resolve(_ expression: String?, among all: [String]) throws -> [String] {
    guard let expression, !expression.isEmpty, expression != "_all" else { return expandsWildcards ? all : [] }
    var chosen: Set<String> = []
    var hadWildcard = false
    for part in expression.split(separator: ",").map(String.init) {
      if part.hasPrefix("-"), hadWildcard {
        let pattern = WildcardPattern(names: String(part.dropFirst()))
        chosen = chosen.filter { !pattern.matches($0) }
        continue
      }
      if part.contains("*") || part == "_all" {
        hadWildcard = true
        let pattern = WildcardPattern(names: part == "_all" ? "*" : part)
        let found = expandsWildcards ? all.filter(pattern.matches) : []
        if found.isEmpty, !allowsNone { throw ElasticsearchError.noSuchIndex(part) }
        chosen.formUnion(found)
      } else if all.contains(part) {
        chosen.insert(part)
      } else if part.hasPrefix("_") {
        throw ElasticsearchError(
          type: "invalid_index_name_exception",
          reason: "Invalid index name [\(part)], must not start with '_', '-', or '+'",
          details: [("index_uuid", "_na_"), ("index", .string(part))])
      } else if !ignoresUnavailable {
        throw ElasticsearchError.noSuchIndex(part)
      }
    }
    if chosen.isEmpty, !allowsNone { throw ElasticsearchError.noSuchIndex(expression) }
    return all.filter(chosen.contains)
  }
}
