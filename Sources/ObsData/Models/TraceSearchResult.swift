/// What a trace search brought.
public struct TraceSearchResult: Sendable, Equatable {
  /// The traces, newest first, each once.
  public var traces: [TraceSummary]
  /// Whether the limit or a byte cap was reached, so that there may be more.
  public var isTruncated: Bool
  /// What the store said beside its answer, and services that could not be asked.
  public var warnings: [String]
  /// What was asked to get it; nil where that is not known.
  public var cost: Cost?
  /// The tags of the spans that came, where spans came.
  public var tags = SeenTags()
  /// The first service that could not be asked for its traces, and why.
  public var failure: FetchError?

  /// What a search had the store send.
  public struct Cost: Sendable, Equatable {
    /// How many traces of a service were asked for at most, and of how many services.
    public var limit, services: Int
    /// How long the answers were together, in bytes.
    public var bytes: Int
    /// Whether the traces came with all their spans, from a store that sums none up.
    public var isWhole: Bool

    /// Makes an account.
    public init(limit: Int, services: Int, bytes: Int, isWhole: Bool) {
      self.limit = limit
      self.services = services
      self.bytes = bytes
      self.isWhole = isWhole
    }
  }

  /// Makes a result.
  public init(traces: [TraceSummary], isTruncated: Bool = false, warnings: [String] = []) {
    self.traces = traces
    self.isTruncated = isTruncated
    self.warnings = warnings
  }
}
