import ObsData

/// What the server says of itself and of its indices.
extension ElasticsearchExchange {
  func root() throws -> Answer {
    try check(parameters: [])
    return Answer(body: [
      "name": .string(ElasticsearchIdentity.nodeName), "cluster_name": .string(ElasticsearchIdentity.cluster),
      "cluster_uuid": .string(ElasticsearchIdentity.clusterUUID),
      "version": [
        "number": "8.17.0", "build_flavor": "default", "build_type": "docker",
        "build_hash": "2b6a7fed44faa321997703718f07ee0420804b41", "build_date": "2024-12-11T12:08:05.663969764Z",
        "build_snapshot": false, "lucene_version": "9.12.0", "minimum_wire_compatibility_version": "7.17.0",
        "minimum_index_compatibility_version": "7.0.0",
      ],
      "tagline": "You Know, for Search",
    ])
  }

  func license() throws -> Answer {
    Answer(body: [
      "license": [
        "status": "active", "uid": "5f0f2c9a-0f0e-4c8b-9a57-6d0c9a1b7e11", "type": "basic",
        "issue_date": "2024-12-11T12:08:05.663Z", "issue_date_in_millis": 1_733_918_885_663, "max_nodes": 1_000,
        "max_resource_units": .null, "issued_to": .string(ElasticsearchIdentity.cluster), "issuer": "elasticsearch",
        "start_date_in_millis": -1,
      ]
    ])
  }

  func health(_ expression: String?) throws -> Answer {
    try check(
      parameters: Self.indexParameters.union([
        "level", "local", "master_timeout", "timeout", "wait_for_status", "wait_for_nodes", "wait_for_active_shards",
        "wait_for_events", "wait_for_no_initializing_shards", "wait_for_no_relocating_shards",
      ]))
    let indices = try indices(of: expression)
    let count = JSONTree.int(Int64(indices.count))
    var members: [(key: String, value: JSONTree)] = [
      ("cluster_name", .string(ElasticsearchIdentity.cluster)), ("status", "green"), ("timed_out", false),
      ("number_of_nodes", 1), ("number_of_data_nodes", 1), ("active_primary_shards", count), ("active_shards", count),
      ("relocating_shards", 0), ("initializing_shards", 0), ("unassigned_shards", 0), ("unassigned_primary_shards", 0),
      ("delayed_unassigned_shards", 0), ("number_of_pending_tasks", 0), ("number_of_in_flight_fetch", 0),
      ("task_max_waiting_in_queue_millis", 0), ("active_shards_percent_as_number", 100.0),
    ]
    if let level = request.parameter("level"), level != "cluster" {
      let shard: JSONTree = [
        "0": [
          "status": "green", "primary_active": true, "active_shards": 1, "relocating_shards": 0,
          "initializing_shards": 0,
          "unassigned_shards": 0, "unassigned_primary_shards": 0,
        ]
      ]
      let entries = indices.map { index -> (key: String, value: JSONTree) in
        var entry: [(key: String, value: JSONTree)] = [
          ("status", "green"), ("number_of_shards", 1), ("number_of_replicas", 0), ("active_primary_shards", 1),
          ("active_shards", 1), ("relocating_shards", 0), ("initializing_shards", 0), ("unassigned_shards", 0),
          ("unassigned_primary_shards", 0),
        ]
        if level == "shards" { entry.append(("shards", shard)) }
        return (index, .object(entry))
      }
      members.append(("indices", .object(entries)))
    }
    return Answer(body: .object(members))
  }

  func catIndices(_ expression: String?) throws -> Answer {
    try check(
      parameters: Self.indexParameters.union([
        "bytes", "h", "s", "v", "time", "health", "pri", "help", "local", "master_timeout", "include_unloaded_segments",
      ]))
    let mapping = store.mapping(now: now)
    let known = [
      "health", "status", "index", "uuid", "pri", "rep", "docs.count", "docs.deleted", "store.size", "pri.store.size",
      "dataset.size",
    ]
    let columns = request.parameter("h")?.split(separator: ",").map(String.init) ?? known
    var rows: [[(key: String, value: String)]] = []
    for index in try indices(of: expression) {
      let executor = SearchExecutor(
        store: store, mapping: mapping, now: now, indices: [index], cancellation: cancellation)
      let count =
        columns.contains { $0.hasPrefix("docs") || $0.contains("size") } ? try executor.count(index: index) : 0
      // About what a line of a log takes on disk.
      let size = count * 310
      let isPlain = request.parameter("bytes") != nil
      rows.append(
        columns.compactMap { column in
          switch column {
          case "health": (column, "green")
          case "status": (column, "open")
          case "index", "i", "idx": (column, index)
          case "uuid": (column, ElasticsearchIdentity.uuid(of: index))
          case "pri": (column, "1")
          case "rep": (column, "0")
          case "docs.count": (column, String(count))
          case "docs.deleted": (column, "0")
          case "store.size", "pri.store.size", "dataset.size":
            (column, isPlain ? String(size) : "\(Double(size * 10 / 1_048_576) / 10)mb")
          default: nil
          }
        })
    }
    if let key = request.parameter("s")?.split(separator: ":").first.map(String.init) {
      rows.sort { a, b in
        (a.first { $0.key == key }?.value ?? "") < (b.first { $0.key == key }?.value ?? "")
      }
    }
    if request.parameter("format") == "json" {
      return Answer(body: .array(rows.map { .object($0.map { ($0.key, .string($0.value)) }) }))
    }
    var lines = rows.map { $0.map(\.value) }
    if request.parameter("v").map({ $0 != "false" }) == true { lines.insert(columns, at: 0) }
    let widths = columns.indices.map { column in lines.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    let text = lines.map { line in
      line.enumerated().map { $1 + String(repeating: " ", count: max(widths[$0] - $1.count, 0)) }.joined(separator: " ")
        + "\n"
    }
    return Answer(text: text.joined())
  }

  func resolveIndex(_ expression: String) throws -> Answer {
    try check(parameters: Self.indexParameters.union(["mode"]))
    let indices = try indices(of: expression)
    return Answer(body: [
      "indices": .array(indices.map { ["name": .string($0), "attributes": ["open"], "mode": "standard"] }),
      "aliases": [],
      "data_streams": [],
    ])
  }

  func mapping(_ expression: String?) throws -> Answer {
    try check(parameters: Self.indexParameters.union(["local", "master_timeout"]))
    let properties = store.mapping(now: now).properties
    return Answer(
      body: .object(try indices(of: expression).map { ($0, ["mappings": ["properties": properties]]) }))
  }

  func aliases(_ expression: String?) throws -> Answer {
    try check(parameters: Self.indexParameters.union(["local", "master_timeout"]))
    return Answer(body: .object(try indices(of: expression).map { ($0, ["aliases": [:]]) }))
  }

  /// `GET /INDEX`, and whether there is one.
  func index(_ expression: String) throws -> Answer {
    try check(
      parameters: Self.indexParameters.union([
        "local", "master_timeout", "flat_settings", "include_defaults", "features",
      ]))
    let properties = store.mapping(now: now).properties
    let indices = try indices(of: expression)
    return Answer(
      body: .object(
        indices.map { index in
          (
            index,
            [
              "aliases": [:], "mappings": ["properties": properties],
              "settings": [
                "index": [
                  "number_of_shards": "1", "number_of_replicas": "0", "provided_name": .string(index),
                  "uuid": .string(ElasticsearchIdentity.uuid(of: index)), "version": ["created": "8521000"],
                ]
              ],
            ]
          )
        }))
  }

  func analyze() throws -> Answer {
    try check(parameters: ["index"])
    let body = try body()
    let analyzer = body["analyzer"]?.text ?? "standard"
    guard analyzer == "standard" || (analyzer == "default" && body["tokenizer"] == nil) else {
      throw ElasticsearchError.illegalArgument("failed to find global analyzer [\(analyzer)]")
    }
    var tokens: [JSONTree] = []
    for text in (body["text"]?.list ?? []).compactMap(\.text) {
      tokens += StandardAnalyzer.tokens(of: text).map {
        [
          "token": .string($0.text), "start_offset": .int(Int64($0.range.lowerBound)),
          "end_offset": .int(Int64($0.range.upperBound)), "type": .string($0.type),
          "position": .int(Int64($0.position)),
        ]
      }
    }
    return Answer(body: ["tokens": .array(tokens)])
  }
}
