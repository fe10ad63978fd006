import ObsData
import Synchronization

/// What the server keeps between requests: points in time, scrolls and the results of asynchronous searches. Each has a
/// time to live, and there are never more than a server would hold.
final class SearchContexts: Sendable {
  /// A search that stands still: the world as it was visible at `now`, in some indices.
  struct PointInTime: Sendable {
    var indices: [String]
    var now: Timestamp
    var expires: Timestamp
  }
  struct Scroll: Sendable {
    var request: SearchRequest
    var indices: [String]
    var now: Timestamp
    var expires: Timestamp
  }
  struct Stored: Sendable {
    var answer: JSONTree
    var expires: Timestamp
  }
  private struct State {
    var counter: UInt64 = 0
    var points: [String: PointInTime] = [:]
    var scrolls: [String: Scroll] = [:]
    var stored: [String: Stored] = [:]
  }
  private let state = Mutex(State())
  /// `search.max_open_scroll_context`, also for points in time.
  static let maximum = 500
  static let maximumStored = 20

  func open(_ point: PointInTime) throws -> String {
    try state.withLock { state in
      state.points = state.points.filter { $0.value.expires > point.now }
      guard state.points.count < Self.maximum else { throw Self.tooMany("point in time") }
      let id = Self.identifier(&state, "pit")
      state.points[id] = point
      return id
    }
  }

  /// The point in time, kept longer where that is asked for.
  func point(_ id: String, now: Timestamp, keepAlive: Duration?) throws -> PointInTime {
    try state.withLock { state in
      guard var point = state.points[id], point.expires > now else {
        state.points[id] = nil
        throw Self.missing(id)
      }
      if let keepAlive {
        point.expires = max(point.expires, now + keepAlive)
        state.points[id] = point
      }
      return point
    }
  }

  func closePoint(_ id: String, now: Timestamp) -> Bool {
    state.withLock { state in (state.points.removeValue(forKey: id)?.expires ?? now) > now }
  }

  func open(_ scroll: Scroll) throws -> String {
    try state.withLock { state in
      state.scrolls = state.scrolls.filter { $0.value.expires > scroll.now }
      guard state.scrolls.count < Self.maximum else { throw Self.tooMany("scroll") }
      let id = Self.identifier(&state, "scroll")
      state.scrolls[id] = scroll
      return id
    }
  }

  func scroll(_ id: String, now: Timestamp) throws -> Scroll {
    try state.withLock { state in
      guard let scroll = state.scrolls[id], scroll.expires > now else { throw Self.missing(id) }
      return scroll
    }
  }

  func advance(_ id: String, to scroll: Scroll) { state.withLock { $0.scrolls[id] = scroll } }

  /// How many there were of those named; nil names all.
  func closeScrolls(_ ids: [String]?) -> Int {
    state.withLock { state in
      let named = ids ?? Array(state.scrolls.keys)
      return named.reduce(0) { state.scrolls.removeValue(forKey: $1) == nil ? $0 : $0 + 1 }
    }
  }

  func store(_ answer: (String) -> JSONTree, expires: Timestamp, now: Timestamp) -> JSONTree {
    state.withLock { state in
      state.stored = state.stored.filter { $0.value.expires > now }
      if state.stored.count >= Self.maximumStored,
        let oldest = state.stored.min(by: { $0.value.expires < $1.value.expires })
      {
        state.stored[oldest.key] = nil
      }
      let id = Self.identifier(&state, "async")
      let answer = answer(id)
      state.stored[id] = Stored(answer: answer, expires: expires)
      return answer
    }
  }

  func stored(_ id: String, now: Timestamp, removes: Bool = false) throws -> JSONTree {
    try state.withLock { state in
      guard let stored = state.stored[id], stored.expires > now else {
        throw ElasticsearchError(status: 404, type: "resource_not_found_exception", reason: id)
      }
      if removes { state.stored[id] = nil }
      return stored.answer
    }
  }

  private static func identifier(_ state: inout State, _ kind: String) -> String {
    state.counter += 1
    return "46ToAwMD" + ElasticsearchIdentity.uuid(of: "\(kind) \(state.counter)") + "=="
  }

  private static func missing(_ id: String) -> ElasticsearchError {
    ElasticsearchError(
      status: 404, type: "search_context_missing_exception", reason: "No search context found for id [\(id)]",
      stage: .shards)
  }

  private static func tooMany(_ kind: String) -> ElasticsearchError {
    ElasticsearchError(
      status: 429, type: "too_many_scroll_contexts_exception",
      reason: "Trying to create too many \(kind) contexts. Must be less than or equal to: [\(maximum)].", stage: .shards
    )
  }
}
