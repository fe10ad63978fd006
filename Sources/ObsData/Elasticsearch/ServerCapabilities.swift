/// What a log store is, by its answer to `GET /`, and what it can do by that.
public struct ElasticsearchServer: Hashable, Sendable {
  /// The makers' lines, which differ in what they answer.
  public enum Flavour: String, Hashable, Sendable { case elasticsearch, opensearch, serverless, unknown }

  /// Which line it is.
  public let flavour: Flavour
  /// The version as the server writes it; empty where it does not say.
  public let version: String
  /// The cluster's name; empty where the server does not say.
  public let cluster: String
  /// What it can do.
  public let capabilities: ServerCapabilities

  /// Makes a server of what `GET /` says.
  init(_ root: JSONValue) {
    let number = root["version"]?["number"]?.string ?? ""
    let distribution = root["version"]?["distribution"]?.string ?? ""
    let tagline = root["tagline"]?.string ?? ""
    // An OpenSearch may be set to report 7.10.2 as its number; then only the tagline gives it away.
    let flavour: Flavour =
      if distribution == "opensearch" || tagline.contains("OpenSearch") {
        .opensearch
      } else if root["version"]?["build_flavor"]?.string == "serverless" {
        .serverless
      } else if !number.isEmpty {
        .elasticsearch
      } else {
        .unknown
      }
    self.init(flavour: flavour, version: number, cluster: root["cluster_name"]?.string ?? "")
  }

  /// Makes a server that is assumed, because `GET /` is forbidden.
  public init(flavour: Flavour, version: String = "", cluster: String = "") {
    self.flavour = flavour
    self.version = version
    self.cluster = cluster
    let parts = version.split { !$0.isNumber }.prefix(3).map { Int($0) ?? 0 }
    capabilities = ServerCapabilities(flavour: flavour, version: parts)
  }

  /// Why the server is not one that obs-tui reads; nil where it is.
  public var complaint: String? {
    guard flavour == .elasticsearch, let major = version.split(separator: ".").first.flatMap({ Int($0) }), major < 7
    else { return nil }
    return "this is Elasticsearch \(version); 7.0 is the oldest that obs-tui reads"
  }
}

/// What a server can do. Where nothing is known of it, only what every one since 7.0 can.
public struct ServerCapabilities: Hashable, Sendable {
  /// How a point in time is opened.
  public enum PointInTime: Hashable, Sendable {
    /// It cannot be.
    case none
    /// `POST /INDEX/_pit`.
    case elasticsearch
    /// `POST /INDEX/_search/point_in_time`.
    case opensearch
  }

  /// `fields` in a search: values by the mapping, also of documents without `_source`. Elasticsearch 7.10.
  public let hasFields: Bool
  /// `format` in a sort. Elasticsearch 7.13.
  public let hasSortFormat: Bool
  /// `numeric_type` in a sort. Elasticsearch 7.2.
  public let hasNumericType: Bool
  /// How a point in time is opened. Elasticsearch 7.10, OpenSearch 2.4.
  public let pointInTime: PointInTime
  /// `_shard_doc` as a tiebreaker. Elasticsearch 7.12, OpenSearch 3.3.
  public let hasShardDoc: Bool
  /// `POST /INDEX/_terms_enum`. Elasticsearch 7.14; an older server would take it for a document and create the index.
  public let hasTermsEnum: Bool
  /// `fixed_interval` in a date histogram, for the older `interval`. Elasticsearch 7.2.
  public let hasFixedInterval: Bool
  /// `track_total_hits` with a number. Elasticsearch 7.0.
  public let tracksTotalHits: Bool
  /// The `kql` query. Elasticsearch 8.16.
  public let hasKQL: Bool
  /// Cluster health, nodes and the like; serverless has none.
  public let hasClusterInterfaces: Bool

  init(flavour: ElasticsearchServer.Flavour, version: [Int]) {
    let isServerless = flavour == .serverless
    func elasticsearch(_ major: Int, _ minor: Int) -> Bool {
      isServerless || flavour == .elasticsearch && !version.lexicographicallyPrecedes([major, minor])
    }
    // OpenSearch began with all of Elasticsearch 7.10; one that calls itself 7.10.2 is a 1.x or 2.x.
    let isOpenSearch = flavour == .opensearch
    func openSearch(_ major: Int, _ minor: Int) -> Bool {
      isOpenSearch && version.first.map { $0 < 7 } ?? false && !version.lexicographicallyPrecedes([major, minor])
    }
    hasFields = elasticsearch(7, 10) || openSearch(2, 0)
    hasSortFormat = elasticsearch(7, 13)
    hasNumericType = elasticsearch(7, 2) || isOpenSearch
    pointInTime = elasticsearch(7, 10) ? .elasticsearch : openSearch(2, 4) ? .opensearch : .none
    hasShardDoc = elasticsearch(7, 12) || openSearch(3, 3)
    hasTermsEnum = elasticsearch(7, 14)
    hasFixedInterval = elasticsearch(7, 2) || isOpenSearch
    tracksTotalHits = flavour != .elasticsearch || elasticsearch(7, 0)
    hasKQL = elasticsearch(8, 16)
    hasClusterInterfaces = !isServerless
  }
}
