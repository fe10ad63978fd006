import Foundation
import ObsData
import Yams

/// The log queries that the user has named, in `queries.yaml` of the state folder: a name and a query a line, to be edited by hand
/// as well.
struct SavedQueries: Sendable {
  private let folder: StateFolder

  static let name = "queries.yaml"
  /// No more bytes are read, and no more queries kept.
  private static let limit = 256 << 10
  static let capacity = 500

  init(folder: StateFolder) { self.folder = folder }

  /// The queries by name; none where there is no file. Throws a sentence for a file that is none of ours: it is left alone.
  func read() throws(UsageError) -> [String: String] {
    guard folder.has(SavedQueries.name) else { return [:] }
    let place = "\(folder.path ?? "")/\(SavedQueries.name)"
    guard let text = folder.read(SavedQueries.name, limit: SavedQueries.limit) else {
      throw UsageError("\(place) cannot be read, or is too long for saved queries")
    }
    // The parser recurses: brackets by the thousand are no list of queries, and would be its end.
    guard
      text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().lazy.filter({ $0.offset % 2 == 0 })
        .map({ $0.element.count { $0 == "[" || $0 == "{" } }).reduce(0, +) < 2_000
    else { throw UsageError("\(place) holds no list of names and queries, and is left alone") }
    let node: Node?
    do { node = try Yams.compose(yaml: text) } catch {
      throw UsageError("\(place) is not YAML, and is left alone: \(error)")
    }
    guard let node else { return [:] }
    guard case .mapping(let mapping) = node, mapping.count <= SavedQueries.capacity else {
      throw UsageError("\(place) holds no list of names and queries, and is left alone")
    }
    var queries: [String: String] = [:]
    for (key, value) in mapping {
      guard case .scalar(let name) = key, case .scalar(let query) = value else {
        throw UsageError("\(place):\(key.mark?.line ?? 1): a name and a query were expected; it is left alone")
      }
      queries[name.string] = query.string
    }
    return queries
  }

  /// Adds a query to those that are there now; another instance may have added some since they were read.
  func save(_ query: String, as name: String) throws {
    var queries = try read()
    guard queries[name] != nil || queries.count < SavedQueries.capacity else {
      throw UsageError("there are \(queries.count) saved queries already; \(SavedQueries.name) can be edited")
    }
    queries[name] = query
    try write(queries)
  }

  /// Forgets a query; one that is not there is forgotten already.
  func remove(_ name: String) throws {
    var queries = try read()
    guard queries.removeValue(forKey: name) != nil else { return }
    try write(queries)
  }

  private func write(_ queries: [String: String]) throws {
    // A JSON string is a YAML string.
    let lines = queries.sorted { $0.key < $1.key }.map {
      "\(JSONTree.string($0.key).text): \(JSONTree.string($0.value).text)\n"
    }
    try folder.write(lines.joined(), to: SavedQueries.name)
  }
}
