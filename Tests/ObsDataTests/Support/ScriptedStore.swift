import ObsData
import Synchronization

/// A log store that keeps documents by a script: each becomes visible at some moment, and at some moments shards fail, searches
/// time out or nobody answers. It speaks Elasticsearch's search as far as a tail does, without a network and without a clock:
/// `now` is set from outside. Two shards number their documents alike, so that `_doc` breaks no tie between them.
final class ScriptedStore: HTTPTransport {
  struct Document: Sendable {
    let number: Int
    /// Milliseconds since 1970.
    let at: Int64
    let visible: Int64
    var shard: Int { number % 2 }
    var name: String { "d\(number)" }
  }

  /// How the store is at a moment.
  enum Mood: Sendable {
    case well, shardFails(Int), timesOut, answersNobody
  }

  private struct State {
    var documents: [Document]
    var now: Int64 = 0
    var requests = 0
  }

  let address = "http://scripted.test"
  private let state: Mutex<State>
  private let mood: @Sendable (_ now: Int64, _ request: Int) -> Mood
  private let padding: String

  /// `padding` makes messages as long as real ones.
  init(
    _ documents: [Document], padding: Int = 0, mood: @escaping @Sendable (Int64, Int) -> Mood = { _, _ in .well }
  ) {
    state = Mutex(State(documents: documents.sorted { ($0.at, $0.number) < ($1.at, $1.number) }))
    self.mood = mood
    self.padding = String(repeating: "x", count: padding)
  }

  var now: Int64 {
    get { state.withLock { $0.now } }
    set { state.withLock { $0.now = newValue } }
  }
  /// How many searches were sent.
  var requests: Int { state.withLock { $0.requests } }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    if request.path == [""] { return answer(#"{"version":{"number":"7.17.0"},"tagline":"You Know, for Search"}"#) }
    if request.path.contains("_field_caps") {
      return answer(
        #"{"fields":{"@timestamp":{"date":{"type":"date"}},"message":{"text":{"type":"text"}},"level":{"keyword":{"type":"keyword"}}}}"#
      )
    }
    let body: JSONValue
    do { body = try JSONDocument(parsing: request.body).root } catch {
      throw FetchError(.badQuery, tried: request.text, answer: "no JSON")
    }
    return try state.withLock { state throws(FetchError) -> HTTPResponse in
      state.requests += 1
      let mood = mood(state.now, state.requests)
      if case .answersNobody = mood { throw FetchError(.unreachable, tried: "", answer: "connection refused") }
      return answer(search(body, in: state, mood: mood))
    }
  }

  private func answer(_ text: String) -> HTTPResponse {
    HTTPResponse(status: 200, headers: [("Content-Type", "application/json")], body: Array(text.utf8))
  }

  private func search(_ body: JSONValue, in state: State, mood: Mood) -> String {
    let clauses = body[path: "query", "bool", "filter"]?.elements ?? []
    var range = Int64.min..<Int64.max
    var names: Set<String>?
    for clause in clauses {
      if let bounds = clause[path: "range", "@timestamp"] { range = milliseconds(bounds) }
      if let values = clause[path: "ids", "values"] { names = Set(values.elements.compactMap(\.string)) }
    }
    var shards: Set<Int> = [0, 1]
    var head = #""timed_out":false,"_shards":{"total":2,"successful":2,"failed":0}"#
    switch mood {
    case .shardFails(let shard):
      shards.remove(shard)
      head = #""timed_out":false,"_shards":{"total":2,"successful":1,"failed":1}"#
    case .timesOut:
      shards.remove(1)
      head = #""timed_out":true,"_shards":{"total":2,"successful":2,"failed":0}"#
    case .well, .answersNobody: break
    }
    func matches(_ document: Document) -> Bool {
      document.visible <= state.now && shards.contains(document.shard) && (names?.contains(document.name) ?? true)
    }
    let documents = state.documents
    let from = partition(documents) { $0.at < range.lowerBound }
    if let aggregation = body[path: "aggs", "range"] {
      return counts(aggregation, documents[from...].prefix { $0.at < range.upperBound }.filter(matches), head)
    }
    let size = Int(body["size"]?.int ?? 10)
    let isAscending = body["sort"]?.first?[path: "@timestamp", "order"]?.string == "asc"
    let after = body["search_after"]?.elements.compactMap(\.int)
    func isBehind(_ document: Document) -> Bool {
      guard let after, after.count == 2 else { return true }
      let (at, place) = (document.at, Int64(document.number / 2))
      return isAscending ? (at, place) > (after[0], after[1]) : (at, place) < (after[0], after[1])
    }
    var hits: [Document] = []
    var total = 0
    let counts = body["track_total_hits"]?.bool != false
    let to = counts ? partition(documents) { $0.at < range.upperBound } : documents.count
    if isAscending {
      for document in documents[from...] {
        if document.at >= range.upperBound || hits.count == size { break }
        if matches(document), isBehind(document) { hits.append(document) }
      }
    } else {
      for document in documents[from..<to].reversed() where matches(document) {
        total += 1
        if hits.count < size, isBehind(document) { hits.append(document) }
      }
    }
    let hasSource = body["_source"]?.bool != false
    var text = "{\(head),\"hits\":{\"total\":{\"value\":\(total),\"relation\":\"eq\"},\"hits\":["
    for (place, document) in hits.enumerated() {
      if place > 0 { text += "," }
      text += "{\"_index\":\"logs-\(document.shard)\",\"_id\":\"\(document.name)\","
      if hasSource {
        text += "\"_source\":{\"@timestamp\":\(document.at),\"level\":\"error\",\"message\":\"line "
        text += "\(document.number) \(padding)\"},"
      }
      text += "\"sort\":[\(document.at),\(document.number / 2)]}"
    }
    return text + "]}}"
  }

  private func counts(_ aggregation: JSONValue, _ documents: [Document], _ head: String) -> String {
    let range = aggregation[path: "filter", "range", "@timestamp"].map(milliseconds) ?? 0..<0
    let histogram = aggregation[path: "aggs", "buckets", "date_histogram"]
    let interval = (histogram?["fixed_interval"] ?? histogram?["interval"])?.string?.dropLast() ?? ""
    let length = (Int64(interval) ?? 1) * 1_000
    var buckets: [Int64: Int] = [:]
    for document in documents where range.contains(document.at) {
      buckets[document.at / length * length, default: 0] += 1
    }
    let inside = buckets.values.reduce(0, +)
    let list = buckets.sorted { $0.key < $1.key }.map { "{\"key\":\($0.key),\"doc_count\":\($0.value)}" }
    return "{\"took\":1,\(head),\"hits\":{\"total\":{\"value\":\(documents.count),\"relation\":\"eq\"},\"hits\":[]},"
      + "\"aggregations\":{\"range\":{\"doc_count\":\(inside),\"buckets\":{\"buckets\":["
      + list.joined(separator: ",") + "]}}}}"
  }

  private func milliseconds(_ bounds: JSONValue) -> Range<Int64> {
    func value(_ key: String) -> Int64? { bounds[key]?.string.flatMap { Timestamp(iso8601: $0)?.milliseconds } }
    let start = value("gte") ?? .min
    return start..<max(start, value("lt") ?? .max)
  }

  private func partition(_ documents: [Document], _ isBefore: (Document) -> Bool) -> Int {
    var (low, high) = (0, documents.count)
    while low < high {
      let middle = low + (high - low) / 2
      if isBefore(documents[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
