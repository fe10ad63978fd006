/// An edge of the service graph: who calls whom, and how often.
public struct TraceDependency: Hashable, Sendable {
  /// The calling and the called service, as Jaeger spells them.
  public let parent, child: String
  /// How many calls in the period that was asked for.
  public let callCount: Int64
  /// How many of them failed; nil where the source does not say, as Jaeger's own figures do not.
  public let errorCount: Int64?

  /// Makes an edge.
  public init(parent: String, child: String, callCount: Int64, errorCount: Int64? = nil) {
    self.parent = parent
    self.child = child
    self.callCount = callCount
    self.errorCount = errorCount
  }
}

/// Which service calls which, and who says so.
public struct DependencyGraph: Sendable, Equatable {
  /// Where the figures come from.
  public enum Source: Sendable, Hashable {
    /// Jaeger's own, over so long a time before the window's end.
    case store(lookback: Duration)
    /// Counted here in so many traces, whose answers were so many bytes long.
    case traces(Int, bytes: Int)
  }

  /// The edges, by caller and callee.
  public var edges: [TraceDependency]
  /// Who says so.
  public var source: Source
  /// Why Jaeger's own figures were not taken; nil where they were, or were not wanted.
  public var reason: String?
  /// What was said beside the answers.
  public var warnings: [String]

  /// Makes a graph.
  public init(edges: [TraceDependency], source: Source, reason: String? = nil, warnings: [String] = []) {
    self.edges = edges
    self.source = source
    self.reason = reason
    self.warnings = warnings
  }
}

/// What is asked for a service graph.
public struct DependencyQuery: Hashable, Sendable {
  /// The time that Jaeger's own figures are wanted for.
  public var window: TimeWindow
  /// The traces to count in where Jaeger has no figures.
  public var traces: TraceQuery
  /// Whether they are counted in even where it has.
  public var countsTraces: Bool

  /// Makes a query.
  public init(window: TimeWindow, traces: TraceQuery, countsTraces: Bool = false) {
    self.window = window
    self.traces = traces
    self.countsTraces = countsTraces
  }
}

/// Counts the calls between services in traces: a span whose parent is another service's is one call.
struct DependencyCensus {
  private struct Edge: Hashable {
    let parent, child: String
  }

  private var counts: [Edge: (calls: Int64, errors: Int64)] = [:]
  private(set) var traces: Set<TraceID> = []

  /// Counts in a trace, once.
  mutating func note(_ trace: Trace) {
    guard !trace.spans.isEmpty, traces.insert(trace.id).inserted else { return }
    let tree = TraceTree.build(trace)
    for node in tree.nodes {
      guard let parent = node.parent else { continue }
      let edge = Edge(parent: trace.service(of: tree.nodes[parent].span), child: trace.service(of: node.span))
      guard edge.parent != edge.child else { continue }
      counts[edge, default: (0, 0)].calls += 1
      if trace.spans[node.span].hasError { counts[edge, default: (0, 0)].errors += 1 }
    }
  }

  /// The edges, by caller and callee.
  var edges: [TraceDependency] {
    counts.map { edge, count in
      TraceDependency(parent: edge.parent, child: edge.child, callCount: count.calls, errorCount: count.errors)
    }.sorted { ($0.parent, $0.child) < ($1.parent, $1.child) }
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
