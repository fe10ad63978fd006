/// One page of lines to ask for.
struct LogPageRequest: Hashable, Sendable {
  /// What of each line.
  enum Content: Hashable, Sendable {
    /// The whole document.
    case documents
    /// Only what tells it apart, and its time.
    case identities
  }

  /// From when to when; nil for all times.
  var range: TimeRange?
  /// Whether the oldest come first.
  var isAscending = true
  var size: Int
  /// The sort values of the last line that was read, to go on behind it.
  var after: [JSONTree]?
  /// Whether the lines that match should be counted.
  var countsTotal = false
  var content = Content.documents
  /// Only documents with one of these names; nil for all.
  var documents: [String]?
  /// The point in time to read from.
  var point: PointInTime?

  static func == (a: LogPageRequest, b: LogPageRequest) -> Bool {
    a.range == b.range && a.isAscending == b.isAscending && a.size == b.size && a.after == b.after
      && a.countsTotal == b.countsTotal && a.content == b.content && a.documents == b.documents && a.point == b.point
  }
  func hash(into hasher: inout Hasher) { hasher.combine(range) }
}

/// Lines to be counted by buckets of time.
struct LogCountRequest: Hashable, Sendable {
  /// What lies in buckets; its ends are borders of buckets.
  var range: TimeRange
  var interval: Duration
  /// Whether lines behind the range's end should be counted, too.
  var countsAhead = true
}

/// A point in time that is open on the server.
struct PointInTime: Hashable, Sendable {
  let id: String
  /// How long the server keeps it when it is not used.
  static let keepAlive = "1m"
}

/// What tells a line apart, and where it stands in time.
struct LogIdentity: Hashable, Sendable {
  /// Stands for index and document.
  let hash: Int
  let document: String
  let stored: Timestamp
}
