extension ElasticsearchClient {
  /// The names of the indices and data streams that there are, without hidden ones; nil where they may not be read. `_cat` needs
  /// another privilege than `_resolve`, which is not there before 7.9.
  func indexNames() async -> [String]? {
    let listing = HTTPRequest(
      .get, ["_cat", "indices"], query: [("format", "json"), ("h", "index")], maximumBytes: 4 << 20)
    if let names = await names(listing, { $0.elements }, "index") { return names }
    let resolving = HTTPRequest(.get, ["_resolve", "index", "*"], maximumBytes: 4 << 20)
    return await names(resolving, { ($0["indices"]?.elements ?? []) + ($0["data_streams"]?.elements ?? []) }, "name")
  }

  private func names(
    _ request: HTTPRequest, _ items: (JSONValue) -> [JSONValue], _ key: String
  ) async -> [String]? {
    guard let response = try? await transport.send(request), response.status == 200,
      let root = try? read(response, to: request)
    else { return nil }
    let found = items(root).compactMap { $0[key]?.string }.compactMap(ElasticsearchClient.visibleName)
    return Set(found).sorted()
  }

  /// The name as a pattern finds it; nil for a hidden index. Behind a data stream lie indices such as
  /// `.ds-rustim-logs-2026.11.22-000001`: the stream's name stands for them.
  static func visibleName(_ name: String) -> String? {
    guard name.hasPrefix(".") else { return name }
    guard name.hasPrefix(".ds-") else { return nil }
    let parts = name.dropFirst(4).split(separator: "-", omittingEmptySubsequences: false)
    return parts.count > 2 && !parts[0].hasPrefix(".") ? parts.dropLast(2).joined(separator: "-") : nil
  }
}
