/// Asks a Grafana server for dashboards (HTTP API, https://grafana.com/docs/grafana/latest/developers/http_api/).
public struct GrafanaClient: Sendable {
  /// What sends the requests.
  public let transport: any HTTPTransport

  /// Makes a client of one endpoint.
  public init(transport: any HTTPTransport) { self.transport = transport }

  /// A dashboard of the server's list.
  public struct Entry: Hashable, Sendable, Identifiable {
    /// The uid.
    public let id: String
    /// The name.
    public let title: String
    /// The folder; empty for none.
    public let folder: String
    /// The tags.
    public let tags: [String]
  }

  /// The dashboards of the server, `limit` of them at most.
  public func dashboards(matching query: String = "", limit: Int = 1_000) async throws(FetchError) -> [Entry] {
    var items = [("type", "dash-db"), ("limit", String(limit))]
    if !query.isEmpty { items.append(("query", query)) }
    let (root, request, response) = try await get(["api", "search"], items)
    guard root.kind == .array else {
      throw PrometheusFailure.malformed(response, to: request, at: transport.address, reason: "no list of dashboards")
    }
    return root.elements.prefix(limit).compactMap { item in
      guard let uid = item["uid"]?.string, !uid.isEmpty else { return nil }
      return Entry(
        id: uid, title: item["title"]?.string ?? uid, folder: item["folderTitle"]?.string ?? "",
        tags: item["tags"]?.lenientTexts ?? [])
    }
  }

  /// One dashboard. A server that keeps it in schema v2 answers 406 with the path to it, and that is asked then.
  public func dashboard(_ uid: String) async throws(FetchError) -> DashboardDefinition {
    let path = ["api", "dashboards", "uid", uid]
    let first = HTTPRequest(.get, path, maximumBytes: DashboardReader.maximumBytes)
    let response = try await transport.send(first)
    if response.status == 406, let other = GrafanaClient.path(in: String(decoding: response.body, as: UTF8.self)) {
      let (root, request, response) = try await get(other, [])
      return try definition(root, request, response)
    }
    if let failure = FetchError.status(response, to: first, at: transport.address) { throw failure }
    let root = try PrometheusReply.parse(response, to: first, at: transport.address).root
    return try definition(root, first, response)
  }

  private func definition(
    _ root: JSONValue, _ request: HTTPRequest, _ response: HTTPResponse
  ) throws(FetchError) -> DashboardDefinition {
    do throws(DashboardError) {
      return try DashboardReader.read(root)
    } catch {
      throw PrometheusFailure.malformed(
        response, to: request, at: transport.address, reason: "it \(error.description)")
    }
  }

  private func get(
    _ path: [String], _ items: [(name: String, value: String)]
  ) async throws(FetchError) -> (JSONValue, HTTPRequest, HTTPResponse) {
    let request = HTTPRequest(.get, path, query: items, maximumBytes: DashboardReader.maximumBytes)
    let response = try await transport.send(request)
    if let failure = FetchError.status(response, to: request, at: transport.address) { throw failure }
    return (try PrometheusReply.parse(response, to: request, at: transport.address).root, request, response)
  }

  /// The path that a 406 names: `…, use /apis/dashboard.grafana.app/v2…/namespaces/{ns}/dashboards/{uid} instead`.
  static func path(in message: String) -> [String]? {
    guard let start = message.firstRange(of: "/apis/") else { return nil }
    let path = message[start.lowerBound...].prefix { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
    let parts = path.split(separator: "/").map(String.init)
    return parts.count > 3 && !parts.contains("..") ? parts : nil
  }
}
