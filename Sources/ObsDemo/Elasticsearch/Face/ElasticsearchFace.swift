import Dispatch
import ObsData

/// The demo's Elasticsearch: 8.17 with a basic licence over a world of documents. It reads; what would write is refused as a
/// cluster that is read-only refuses it.
struct ElasticsearchFace: DemoFace {
  let store: SegmentStore
  let contexts = SearchContexts()

  init(source: any DocumentSource) { store = SegmentStore(source: source) }

  /// Searches can take seconds; they must not hold the threads that the servers run on.
  private static let queue = DispatchQueue(label: "obs-tui.demo.elasticsearch", attributes: .concurrent)

  func answer(_ request: DemoRequest, nanoseconds: Int64) async -> DemoResponse {
    let cancellation = CancellationFlag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Self.queue.async {
          let exchange = ElasticsearchExchange(
            request: request, now: Timestamp(nanoseconds: nanoseconds), face: self, cancellation: cancellation)
          continuation.resume(returning: exchange.response())
        }
      }
    } onCancel: {
      cancellation.set()
    }
  }

  /// Reads the minutes of `window` before `now` into the cache, so that the first histogram of a day need not wait for it.
  func warm(_ window: Duration = .seconds(86_400), nanoseconds: Int64) async {
    await withCheckedContinuation { continuation in
      Self.queue.async {
        let now = Timestamp(nanoseconds: nanoseconds)
        let executor = SearchExecutor(store: store, mapping: store.mapping(now: now), now: now, indices: nil)
        executor.warm(window)
        continuation.resume()
      }
    }
  }
}

/// One request on its way through the server.
struct ElasticsearchExchange {
  let request: DemoRequest
  let now: Timestamp
  let face: ElasticsearchFace
  let cancellation: CancellationFlag

  var store: SegmentStore { face.store }

  /// What a handler answers.
  struct Answer {
    var status = 200
    var body: JSONTree?
    /// `_cat` without `format=json`.
    var text: String?
  }

  func response() -> DemoResponse {
    var answer: Answer
    do {
      answer = try checkMediaTypes() ?? route()
    } catch let error as ElasticsearchError {
      answer = Answer(status: error.status, body: Self.body(of: error, indices: (try? indices()) ?? []))
    } catch {
      answer = Answer(
        status: 400,
        body: ["error": ["type": "task_cancelled_exception", "reason": "The request was cancelled"], "status": 400])
    }
    if let path = request.parameter("filter_path"), let body = answer.body {
      answer.body = FilterPath(path).apply(to: body)
    }
    let isPretty = request.parameter("pretty").map { $0 != "false" } ?? false
    let text = answer.text ?? answer.body.map { isPretty ? $0.indented + "\n" : $0.text } ?? ""
    let type = answer.text == nil ? contentType : "text/plain; charset=UTF-8"
    return DemoResponse(
      status: answer.status, headers: [("X-elastic-product", "Elasticsearch"), ("content-type", type)],
      body: request.method == "HEAD" ? [] : Array(text.utf8))
  }

  /// The indices that the path names, where it does.
  func indices() throws -> [String] {
    let all = store.source.indices(now: now)
    let first = request.path.first ?? "_all"
    return try IndexPattern(request).resolve(first.hasPrefix("_") ? nil : first, among: all)
  }

  static func body(of error: ElasticsearchError, indices: [String]) -> JSONTree {
    if error.type == "too_many_buckets_exception" {
      let cause: JSONTree = .object([("type", .string(error.type)), ("reason", .string(error.reason))] + error.details)
      return [
        "error": [
          "root_cause": [], "type": "search_phase_execution_exception", "reason": "", "phase": "fetch", "grouped": true,
          "failed_shards": [], "caused_by": cause,
        ],
        "status": .int(Int64(error.status)),
      ]
    }
    return error.body(indices: indices)
  }
}

extension ElasticsearchExchange {
  // MARK: Media types

  private func header(_ name: String) -> String? { request.headers.first { $0.name == name }?.value }

  /// The client's own media type is echoed, others get plain JSON.
  private var contentType: String {
    guard let accept = header("accept"), let version = Self.compatibleVersion(accept) else { return "application/json" }
    return "application/vnd.elasticsearch+json;compatible-with=\(version)"
  }

  private static func compatibleVersion(_ type: String) -> String? {
    guard type.contains("application/vnd.elasticsearch+"), let range = type.range(of: "compatible-with=") else {
      return nil
    }
    return String(type[range.upperBound...].prefix { $0.isASCII && $0.isNumber })
  }

  /// An answer where a media type is refused.
  private func checkMediaTypes() throws -> Answer? {
    for name in ["accept", "content-type"] {
      guard let value = header(name), let version = Self.compatibleVersion(value) else { continue }
      guard version == "8" || version == "7" else {
        let label = name == "accept" ? "Accept" : "Content-Type"
        throw ElasticsearchError(
          type: "media_type_header_exception",
          reason: "\(label) version must be either version 8 or 7, but found \(version). \(label)=\(value)")
      }
    }
    guard !request.body.isEmpty else { return nil }
    let type = header("content-type")?.prefix { $0 != ";" }.trimmingSpaces.lowercased()
    let known = [
      "application/json", "application/vnd.elasticsearch+json", "application/x-ndjson",
      "application/vnd.elasticsearch+x-ndjson",
    ]
    if type.map(known.contains) == true { return nil }
    return Answer(
      status: 406,
      body: [
        "error": .string("Content-Type header [\(header("content-type") ?? "")] is not supported"), "status": 406,
      ])
  }

  // MARK: What handlers share

  static let commonParameters: Set<String> = [
    "pretty", "human", "error_trace", "filter_path", "format", "source", "source_content_type",
  ]
  static let indexParameters: Set<String> = [
    "ignore_unavailable", "allow_no_indices", "expand_wildcards", "ignore_throttled",
  ]

  /// Refuses items of the address that the endpoint does not know.
  func check(parameters known: Set<String>) throws {
    let unknown = request.query.map(\.name).filter { !known.contains($0) && !Self.commonParameters.contains($0) }
    guard let first = unknown.first else { return }
    let path = "/" + request.path.joined(separator: "/")
    let names = Set(unknown).sorted().map { name in
      let suggestion = ElasticsearchError.suggestion(for: name, among: known)
      return suggestion.isEmpty ? "[\(name)]" : "[\(name)] ->\(suggestion)"
    }
    let plural = first == unknown.last ? "parameter" : "parameters"
    throw ElasticsearchError.illegalArgument(
      "request [\(path)] contains unrecognized \(plural): \(names.joined(separator: ", "))")
  }

  /// The body, or what stands for it in the address; an empty one is an empty object.
  func body() throws -> RequestJSON {
    var bytes = request.body
    if bytes.isEmpty, let source = request.parameter("source") { bytes = Array(source.utf8) }
    return bytes.isEmpty ? .empty : try RequestJSON(parsing: bytes[...])
  }

  /// Runs a handler for the methods that the endpoint has.
  func allow(_ methods: [String], _ handler: () throws -> Answer) throws -> Answer {
    let method = request.method == "HEAD" && methods.contains("GET") ? "GET" : request.method
    if methods.contains(method) { return try handler() }
    let path = "/" + request.path.joined(separator: "/")
    return Answer(
      status: 405,
      body: [
        "error": .string(
          "Incorrect HTTP method for uri [\(path)] and method [\(request.method)], allowed: [\(methods.joined(separator: ", "))]"
        ),
        "status": 405,
      ])
  }

  static func shards(_ count: Int) -> JSONTree {
    let count = JSONTree.int(Int64(count))
    return ["total": count, "successful": count, "skipped": 0, "failed": 0]
  }
}

extension JSONTree {
  /// The text with a line for every member, as `?pretty` asks for it.
  var indented: String { indented(at: 0) }

  private func indented(at level: Int) -> String {
    let inner = String(repeating: "  ", count: level + 1)
    let outer = String(repeating: "  ", count: level)
    switch self {
    case .object(let members) where !members.isEmpty:
      let lines = members.map { "\(inner)\(JSONTree.string($0.key).text) : \($0.value.indented(at: level + 1))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    case .array(let items) where !items.isEmpty:
      return "[\n" + items.map { inner + $0.indented(at: level + 1) }.joined(separator: ",\n") + "\n\(outer)]"
    case .object: return "{ }"
    default: return text
    }
  }
}
