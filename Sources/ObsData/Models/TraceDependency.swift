/// An edge of the service graph: who calls whom, and how often.
public struct TraceDependency: Hashable, Sendable {
  /// The calling and the called service, as Jaeger spells them.
  public let parent, child: String
  /// How many calls in the period that was asked for.
  public let callCount: Int64

  /// Makes an edge.
  public init(parent: String, child: String, callCount: Int64) {
    self.parent = parent
    self.child = child
    self.callCount = callCount
  }
}

/// An operation that a service is known to do; the same name may come once for each kind of span.
public struct TraceOperation: Hashable, Sendable {
  /// The operation's name.
  public let name: String
  /// The kind of its spans, where the store says one.
  public let kind: SpanKind?

  /// Makes an operation.
  public init(name: String, kind: SpanKind?) {
    self.name = name
    self.kind = kind
  }
}
