import ObsData

extension ElasticsearchExchange {
  /// Finds the handler of an address.
  func route() throws -> Answer {
    let path = request.path.filter { !$0.isEmpty }
    guard let first = path.first else { return try allow(["GET"]) { try root() } }
    if first.hasPrefix("_"), first != "_all" {
      switch (first, path.count) {
      case ("_search", 1): return try allow(["GET", "POST"]) { try search(nil) }
      case ("_search", 2...3) where path[1] == "scroll":
        return try request.method == "DELETE"
          ? closeScroll(path.count > 2 ? path[2] : nil)
          : allow(["GET", "POST", "DELETE"]) { try scroll(path.count > 2 ? path[2] : nil) }
      case ("_count", 1): return try allow(["GET", "POST"]) { try count(nil) }
      case ("_msearch", 1): return try allow(["GET", "POST"]) { try multiSearch(nil) }
      case ("_field_caps", 1): return try allow(["GET", "POST"]) { try fieldCapabilities(nil) }
      case ("_mapping", 1), ("_mappings", 1): return try allow(["GET"]) { try mapping(nil) }
      case ("_pit", 1): return try allow(["DELETE"]) { try closePointInTime() }
      case ("_async_search", 1): return try allow(["POST"]) { try asyncSearch(nil) }
      case ("_async_search", 2):
        return try allow(["GET", "DELETE"]) { try storedSearch(path[1], removes: request.method == "DELETE") }
      case ("_cluster", 2...3) where path[1] == "health":
        return try allow(["GET"]) { try health(path.count > 2 ? path[2] : nil) }
      case ("_cat", 2...3) where path[1] == "indices":
        return try allow(["GET"]) { try catIndices(path.count > 2 ? path[2] : nil) }
      case ("_resolve", 3) where path[1] == "index": return try allow(["GET"]) { try resolveIndex(path[2]) }
      case ("_license", 1): return try allow(["GET"]) { try license() }
      case ("_analyze", 1): return try allow(["GET", "POST"]) { try analyze() }
      case ("_alias", 1), ("_aliases", 1): return try allow(["GET"]) { try aliases(nil) }
      case ("_bulk", 1): return try readOnly("_all")
      default: return unknownHandler()
      }
    }
    guard path.count > 1 else {
      switch request.method {
      case "GET", "HEAD": return try index(first)
      case "PUT", "DELETE": return try readOnly(first)
      default: return try allow(["GET", "PUT", "HEAD", "DELETE"]) { Answer() }
      }
    }
    switch (path[1], path.count) {
    case ("_search", 2): return try allow(["GET", "POST"]) { try search(first) }
    case ("_count", 2): return try allow(["GET", "POST"]) { try count(first) }
    case ("_msearch", 2): return try allow(["GET", "POST"]) { try multiSearch(first) }
    case ("_field_caps", 2): return try allow(["GET", "POST"]) { try fieldCapabilities(first) }
    case ("_mapping", 2), ("_mappings", 2):
      return try request.method == "PUT" || request.method == "POST"
        ? readOnly(first) : allow(["GET", "PUT", "POST"]) { try mapping(first) }
    case ("_alias", 2): return try allow(["GET"]) { try aliases(first) }
    case ("_pit", 2): return try allow(["POST"]) { try openPointInTime(first) }
    case ("_terms_enum", 2): return try allow(["GET", "POST"]) { try termsEnum(first) }
    case ("_async_search", 2): return try allow(["POST"]) { try asyncSearch(first) }
    case ("_analyze", 2): return try allow(["GET", "POST"]) { try analyze() }
    case ("_doc", 3), ("_source", 3):
      guard request.method == "GET" || request.method == "HEAD" else { return try readOnly(first) }
      return try document(first, path[2], isSourceOnly: path[1] == "_source")
    case ("_doc", 2), ("_create", 3), ("_update", 3), ("_bulk", 2), ("_delete_by_query", 2), ("_update_by_query", 2),
      ("_settings", 2) where request.method == "PUT", ("_close", 2), ("_open", 2):
      return try readOnly(first)
    default: return unknownHandler()
    }
  }

  private func unknownHandler() -> Answer {
    let path = "/" + request.path.joined(separator: "/")
    return Answer(
      status: 400, body: ["error": .string("no handler found for uri [\(path)] and method [\(request.method)]")])
  }

  /// The demo's world is not written by its readers.
  private func readOnly(_ index: String) throws -> Answer {
    throw ElasticsearchError(
      status: 403, type: "cluster_block_exception",
      reason: "index [\(index)] blocked by: [FORBIDDEN/8/index write (api)];",
      details: [("index", .string(index)), ("index_uuid", .string(ElasticsearchIdentity.uuid(of: index)))])
  }
}
