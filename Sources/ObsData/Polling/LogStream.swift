/// Log lines from the first to the last, batch by batch: the whole result of a query, and where it follows, what comes after.
/// A value: a stream that threw can be asked again, and goes on where it stood.
public protocol LogStream: Sendable {
  /// The next lines in order; empty when there are none at the moment, nil when there will be none any more.
  mutating func next(now: Timestamp) async throws(FetchError) -> LogBatch?
  /// Whether what was there at the start has been given out: what follows has arrived since.
  var isLevel: Bool { get }
  /// Stretches of which lines are, or may be, not given out.
  var gaps: [LogGap] { get }
  /// Why the store could not be asked whether any are missing; nil where it could.
  var countFailure: String? { get }
}

extension LogStream {
  /// None: what is read from one end to the other lacks nothing.
  public var gaps: [LogGap] { [] }
  /// None: nothing is counted.
  public var countFailure: String? { nil }
}

extension StoreClients {
  /// The lines that match from the oldest to the newest, with `limit` the newest of them; with `follows`, those that are written
  /// from then on, as they arrive. Nil where the context has no log store.
  public func stream(_ query: LogQuery, limit: Int? = nil, follows: Bool = false) -> (any LogStream)? {
    if let files { return LogFileStream(files, query, limit: limit, follows: follows) }
    guard let elasticsearch else { return nil }
    if follows { return LogFollowing(elasticsearch, query, limit: limit) }
    return LogExport(elasticsearch, query, limit: limit)
  }
}
