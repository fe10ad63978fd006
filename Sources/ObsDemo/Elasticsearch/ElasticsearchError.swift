import ObsData

/// An error as Elasticsearch words it: a type, a sentence, details such as a line and a column, and what caused it.
struct ElasticsearchError: Error {
  /// Where a real server notices the error, which decides the shape of the answer.
  enum Stage { case request, shards }

  var status = 400
  var type: String
  var reason: String
  var details: [(key: String, value: JSONTree)] = []
  /// None or one: what `caused_by` says.
  var causes: [ElasticsearchError] = []
  var stage = Stage.request

  /// A value that the server understands but does not accept.
  static func illegalArgument(_ reason: String) -> ElasticsearchError {
    ElasticsearchError(type: "illegal_argument_exception", reason: reason)
  }

  /// A body that is JSON but not what the server expects there.
  static func parsing(_ reason: String, at place: RequestJSON.Place) -> ElasticsearchError {
    ElasticsearchError(type: "parsing_exception", reason: reason, details: place.details)
  }

  /// What an object parser says: the place stands in the sentence.
  static func content(_ reason: String, at place: RequestJSON.Place) -> ElasticsearchError {
    ElasticsearchError(type: "x_content_parse_exception", reason: "[\(place.line):\(place.column)] \(reason)")
  }

  /// A name that is not among those registered: queries and aggregations.
  static func unknownName(_ reason: String, name: String, at place: RequestJSON.Place) -> ElasticsearchError {
    var error = parsing(reason, at: place)
    error.causes = [
      ElasticsearchError(
        type: "named_object_not_found_exception", reason: "[\(place.line):\(place.column)] unknown field [\(name)]")
    ]
    return error
  }

  /// A query that a shard cannot build from the mapping.
  static func shard(_ reason: String, causedBy type: String? = nil, _ cause: String = "") -> ElasticsearchError {
    var error = ElasticsearchError(type: "query_shard_exception", reason: reason, stage: .shards)
    if let type { error.causes = [ElasticsearchError(type: type, reason: cause)] }
    return error
  }

  /// A value that a shard does not accept.
  static func shardArgument(_ reason: String) -> ElasticsearchError {
    var error = illegalArgument(reason)
    error.stage = .shards
    return error
  }

  /// The names near to one that is not known, as the server offers them; nothing where none is near.
  static func suggestion(for name: String, among known: some Sequence<String>) -> String {
    let near = known.compactMap { candidate -> (name: String, score: Double)? in
      let length = Double(max(candidate.count, name.count, 1))
      let distance = (0...3).first { EditDistance.isWithin($0, candidate, name, prefixLength: 0) }
      guard let distance, 1 - Double(distance) / length > 0.5 else { return nil }
      return (candidate, Double(distance) / length)
    }.sorted { ($0.score, $0.name) < ($1.score, $1.name) }.map(\.name)
    switch near.count {
    case 0: return ""
    case 1: return " did you mean [\(near[0])]?"
    default: return " did you mean any of [\(near.joined(separator: ", "))]?"
    }
  }

  static func noSuchIndex(_ name: String) -> ElasticsearchError {
    ElasticsearchError(
      status: 404, type: "index_not_found_exception", reason: "no such index [\(name)]",
      details: [
        ("resource.type", "index_or_alias"), ("resource.id", .string(name)), ("index_uuid", "_na_"),
        ("index", .string(name)),
      ])
  }

  /// The whole body of the answer. `indices` are those that a search went to: each is a shard that failed.
  func body(indices: [String]) -> JSONTree {
    let status = JSONTree.int(Int64(status))
    guard stage == .shards else {
      let members: [(key: String, value: JSONTree)] = [("root_cause", .array([root.summary]))] + members(deep: true)
      return ["error": .object(members), "status": status]
    }
    let shards = indices.isEmpty ? ["_all"] : indices
    let failures = shards.map { index -> (root: JSONTree, failed: JSONTree) in
      let error = located(in: index)
      return (
        error.root.summary,
        [
          "shard": 0, "index": .string(index), "node": .string(ElasticsearchIdentity.node),
          "reason": .object(error.members(deep: true)),
        ]
      )
    }
    var error: [(key: String, value: JSONTree)] = [
      ("root_cause", .array(failures.map(\.root))), ("type", "search_phase_execution_exception"),
      ("reason", "all shards failed"), ("phase", "query"), ("grouped", true),
      ("failed_shards", .array(failures.map(\.failed))),
    ]
    // What is an exception of Elasticsearch itself is not repeated; what comes from below it is.
    if Self.foreign.contains(type) {
      let first = located(in: shards[0]).members(deep: false)
      error.append(("caused_by", .object(first + [("caused_by", .object(first))])))
    }
    return ["error": .object(error), "status": status]
  }

  private static let foreign: Set<String> = [
    "illegal_argument_exception", "number_format_exception", "too_many_clauses",
  ]

  private var root: ElasticsearchError {
    guard type == "x_content_parse_exception", let cause = causes.first,
      cause.type.hasSuffix("parsing_exception")
        || cause.type == "x_content_parse_exception"
    else { return self }
    return cause.root
  }

  private var summary: JSONTree { .object(members(deep: false)) }

  private func members(deep: Bool) -> [(key: String, value: JSONTree)] {
    var members: [(key: String, value: JSONTree)] = [("type", .string(type)), ("reason", .string(reason))] + details
    if deep, let cause = causes.first { members.append(("caused_by", .object(cause.members(deep: true)))) }
    return members
  }

  private func located(in index: String) -> ElasticsearchError {
    var error = self
    error.reason = reason.replacing("{index}", with: index)
    if type == "query_shard_exception" {
      error.details += [("index_uuid", .string(ElasticsearchIdentity.uuid(of: index))), ("index", .string(index))]
    }
    return error
  }
}

/// Names that the demo's cluster gives itself, the same in every run.
enum ElasticsearchIdentity {
  static let node = "hN9XQ2yTRSu4mKq0vB1dZw"
  static let nodeName = "rustim-es-0"
  static let cluster = "rustim-demo"
  static let clusterUUID = "Yx3cV8bNTl6k0JdPqWm4sA"

  /// 22 characters of URL-safe base64 made from a name (FNV-1a), as index UUIDs are.
  static func uuid(of name: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var text = ""
    for _ in 0..<22 {
      text.append(alphabet[Int(hash >> 58)])
      hash = (hash ^ (hash >> 29)) &* 0xbf58_476d_1ce4_e5b9 &+ 0x9e37_79b9
    }
    return text
  }
}
