/// A trace's spans as a forest, depth first: what a waterfall draws from.
public struct TraceTree: Sendable, Equatable {
  /// One span's place in the forest. Nodes are listed depth first, so a subtree is the nodes from its own up to `subtreeEnd`.
  public struct Node: Sendable, Equatable {
    /// Index of the span in `Trace.spans`.
    public let span: Int
    /// Index in `nodes` of the node above; nil for a root.
    public let parent: Int?
    /// 0 for a root.
    public let depth: Int
    /// When the span began; a span that the store had no time for begins with its parent.
    public let start: Timestamp
    /// Index in `nodes` of the first node behind this one's subtree.
    public var subtreeEnd: Int
    /// How many of the spans below this one failed; the span itself is not counted.
    public var errorsBelow: Int
    /// The parent that the span names but the trace does not hold; nil for a real root and for all others.
    public let missingParent: SpanID?

    /// Makes a node.
    public init(
      span: Int, parent: Int?, depth: Int, start: Timestamp, subtreeEnd: Int, errorsBelow: Int, missingParent: SpanID?
    ) {
      self.span = span
      self.parent = parent
      self.depth = depth
      self.start = start
      self.subtreeEnd = subtreeEnd
      self.errorsBelow = errorsBelow
      self.missingParent = missingParent
    }

    /// How many spans lie below this one, when the node stands at `index`.
    public func descendantCount(at index: Int) -> Int { subtreeEnd - index - 1 }
  }

  /// Every span of the trace once, depth first, siblings and roots by their start.
  public let nodes: [Node]
  /// How many spans have no parent, counting those of `orphanCount`.
  public let rootCount: Int
  /// How many spans name a parent that the trace does not hold.
  public let orphanCount: Int
  /// How many spans failed.
  public let errorCount: Int
  /// How many references were dropped because they closed a circle.
  public let cyclesCut: Int
  /// How many spans carry an identifier that an earlier span of the trace already has.
  public let duplicateCount: Int
  /// From the least start to the greatest end of all spans that have a time; empty at the epoch where none has.
  public let range: TimeRange

  /// Makes a forest of its parts.
  public init(
    nodes: [Node], rootCount: Int, orphanCount: Int, errorCount: Int, cyclesCut: Int, duplicateCount: Int,
    range: TimeRange
  ) {
    self.nodes = nodes
    self.rootCount = rootCount
    self.orphanCount = orphanCount
    self.errorCount = errorCount
    self.cyclesCut = cyclesCut
    self.duplicateCount = duplicateCount
    self.range = range
  }
}
