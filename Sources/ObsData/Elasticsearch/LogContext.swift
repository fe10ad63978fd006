/// The lines around one: what its source wrote just before and after, whatever the level and whatever is filtered.
public struct LogContextRequest: Hashable, Sendable {
  /// When the line in the middle happened.
  public var time: Timestamp
  /// The source's service; empty for all.
  public var services: [String]
  /// What else tells the source's lines from others: its container, its host.
  public var source: [LogFilter]
  /// How many lines on each side at most.
  public var count: Int

  /// Makes a request.
  public init(time: Timestamp, services: [String] = [], source: [LogFilter] = [], count: Int = 200) {
    self.time = time
    self.services = services
    self.source = source
    self.count = count
  }

  /// The request for the lines around a line, by what its document tells of its source: the container or pod where one is named,
  /// else the host; and the service.
  public init(around entry: LogEntry, count: Int = 200) {
    let places = [LogContextRequest.containers, LogContextRequest.hosts].lazy.flatMap { $0 }
    let place = places.compactMap { name -> LogFilter? in
      guard let value = entry.source.value(at: name)?.string, !value.isEmpty, value.utf8.count < 1_024 else {
        return nil
      }
      return LogFilter(field: name, test: .value(value))
    }.first
    self.init(
      time: entry.timestamp, services: entry.service.map { [$0] } ?? [], source: place.map { [$0] } ?? [], count: count)
  }

  private static let containers = [
    "container.id", "kubernetes.pod.name", "k8s.pod.name", "resource.attributes.k8s.pod.name", "kubernetes.pod_name",
    "service.instance.id", "resource.attributes.service.instance.id", "service.node.name", "container_id",
    "docker.container_id", "pod_name", "pod", "instance",
  ]
  private static let hosts = [
    "host.name", "host.hostname", "resource.attributes.host.name", "hostname", "host", "agent.hostname", "node",
  ]

  /// How far away the lines may be.
  static let reach = Duration.seconds(86_400)
}

extension JSONValue {
  /// The value of a dotted name in an object, whether its dots stand in keys or between objects.
  public func value(at name: some StringProtocol) -> JSONValue? { value(at: Substring(name), depth: 0) }

  private func value(at name: Substring, depth: Int) -> JSONValue? {
    guard kind == .object, depth < 32 else { return nil }
    if let value = self[String(name)] { return value }
    var start = name.startIndex
    while let dot = name[start...].firstIndex(of: ".") {
      start = name.index(after: dot)
      if let value = self[String(name[..<dot])]?.value(at: name[start...], depth: depth + 1) { return value }
    }
    return nil
  }
}

extension ElasticsearchClient {
  /// The lines around one, oldest first.
  public func lines(_ request: LogContextRequest, now: Timestamp) async throws(FetchError) -> LogBatch {
    let reach = LogContextRequest.reach
    let whole = TimeRange(start: request.time - reach, end: request.time + reach)
    let query = LogQuery(services: request.services, filters: request.source, window: .frozen(whole))
    let count = max(request.count, 1)
    // Both sides have the millisecond of the line itself: it stands in one of them wherever its nanoseconds lie.
    let upTo = TimeRange(start: whole.start, end: request.time + .milliseconds(1))
    let before = try await page(query, LogPageRequest(range: upTo, isAscending: false, size: count), now: now)
    let from = TimeRange(start: request.time, end: whole.end)
    let after = try await page(query, LogPageRequest(range: from, size: count), now: now)
    let known = Set(before.entries.map(\.id))
    let entries = before.entries + after.entries.filter { !known.contains($0.id) }
    let partial = before.partial ?? after.partial
    return LogBatch(entries: entries.inOrder, isFirst: true, partial: partial, notice: before.notice ?? after.notice)
  }
}

/// Fetches the lines around one, once.
struct LogContextJob: PollJob {
  let client: ElasticsearchClient
  let request: LogContextRequest

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.logs(try await client.lines(request, now: now)), next: .never)
  }
}
