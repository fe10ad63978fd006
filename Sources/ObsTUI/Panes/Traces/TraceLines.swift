import ObsData

/// The log lines that name a trace, each placed on the span that wrote it, or in a row of its service where it has no span.
struct TraceLines: Equatable, Sendable {
  /// So many lines are drawn at most; the earliest are kept.
  static let capacity = 2_000
  /// Log stores cut times to milliseconds: so far outside its span a line is still inside.
  static let tolerance = Duration.milliseconds(1)

  struct Line: Equatable, Sendable {
    let entry: LogEntry
    /// The span that wrote it, as a node of the tree.
    var node: Int?
    /// Its row among `extras`, where it has no node.
    var extra: Int?
    /// How far outside its span it lies: negative before its start, positive behind its end.
    var skew = Duration.zero
  }

  /// A row of lines that have no span in the trace.
  struct Extra: Hashable, Sendable {
    enum Reason: Hashable, Sendable { case notInstrumented, withoutSpan, spanMissing }
    let service: String
    let reason: Reason
  }

  /// By time.
  private(set) var lines: [Line] = []
  private(set) var extras: [Extra] = []
  /// How many lines came that are not drawn.
  private(set) var dropped = 0
  private(set) var failure: FetchFailure?
  private(set) var hasAnswer = false
  /// The line that the reader has stepped to.
  var cursor: LogEntry.ID?
  /// How one service's names in logs and traces are joined.
  var naming = ServiceNaming()
  private var ids: Set<LogEntry.ID> = []
  /// Indices of lines by their node, those without one left out.
  private var byNode: [Int] = []

  mutating func receive(_ body: Update.Body) {
    switch body {
    case .failed(let failure): self.failure = failure
    case .logs(let batch):
      failure = nil
      hasAnswer = true
      if batch.isFirst {
        lines = []
        ids = []
        dropped = 0
      }
      for entry in batch.older + batch.entries where ids.insert(entry.id).inserted { lines.append(Line(entry: entry)) }
      lines.sort { $0.entry.timestamp < $1.entry.timestamp }
      if lines.count > TraceLines.capacity {
        for line in lines[TraceLines.capacity...] { ids.remove(line.entry.id) }
        dropped += lines.count - TraceLines.capacity
        lines.removeSubrange(TraceLines.capacity...)
      }
    default: break
    }
  }

  /// Finds each line's span.
  mutating func place(in trace: Trace, _ tree: TraceTree) {
    let wanted = Set(lines.compactMap(\.entry.spanID))
    var nodes: [SpanID: Int] = [:]
    if !wanted.isEmpty {
      for index in tree.nodes.indices {
        let id = trace.spans[tree.nodes[index].span].id
        // Of spans that share an identifier the first is meant.
        if wanted.contains(id), nodes[id] == nil { nodes[id] = index }
      }
    }
    let services = Set(trace.processes.map { naming.canonical($0.service) })
    extras = []
    var rows: [Extra: Int] = [:]
    for index in lines.indices {
      let entry = lines[index].entry
      lines[index].node = entry.spanID.flatMap { nodes[$0] }
      lines[index].extra = nil
      lines[index].skew = .zero
      if let node = lines[index].node {
        let start = tree.nodes[node].start
        let end = start + trace.spans[tree.nodes[node].span].duration
        lines[index].skew = TraceLines.skew(of: entry.timestamp, from: start, to: end)
        continue
      }
      let service = naming.canonical(entry.service ?? "(no service)")
      let isInstrumented = services.contains(service)
      let extra = Extra(
        service: service,
        reason: entry.spanID != nil ? .spanMissing : isInstrumented ? .withoutSpan : .notInstrumented)
      let row = rows[extra] ?? extras.count
      if row == extras.count {
        extras.append(extra)
        rows[extra] = row
      }
      lines[index].extra = row
    }
    byNode = lines.indices.filter { lines[$0].node != nil }.sorted {
      (lines[$0].node ?? 0, $0) < (lines[$1].node ?? 0, $1)
    }
  }

  private static func skew(of time: Timestamp, from start: Timestamp, to end: Timestamp) -> Duration {
    if time < start - tolerance { return time - start }
    return time > end + tolerance ? time - end : .zero
  }

  /// The lines that spans wrote which stand in a range of the tree, in the order of the tree.
  func indices(on nodes: Range<Int>) -> some Sequence<Int> {
    var low = 0
    var high = byNode.count
    while low < high {
      let middle = (low + high) / 2
      if (lines[byNode[middle]].node ?? 0) < nodes.lowerBound { low = middle + 1 } else { high = middle }
    }
    return byNode[low...].prefix { (lines[$0].node ?? 0) < nodes.upperBound }
  }

  /// The lines of one of the rows without a span.
  func indices(inExtra row: Int) -> [Int] { lines.indices.filter { lines[$0].extra == row } }

  /// Where the line stands that the reader has stepped to.
  var cursorIndex: Int? { cursor.flatMap { id in lines.firstIndex { $0.entry.id == id } } }

  /// How many lines lie outside their spans.
  var outside: Int { lines.reduce(0) { $0 + ($1.skew == .zero ? 0 : 1) } }

  /// The line behind another one, or the first from a time on; nil where there is none that can be seen.
  func step(forward: Bool, from time: Timestamp, where isInView: (Line) -> Bool) -> Int? {
    if let current = cursorIndex {
      return forward
        ? lines[(current + 1)...].firstIndex(where: isInView) : lines[..<current].lastIndex(where: isInView)
    }
    return forward
      ? lines.firstIndex { $0.entry.timestamp >= time && isInView($0) } ?? lines.firstIndex(where: isInView)
      : lines.lastIndex { $0.entry.timestamp <= time && isInView($0) } ?? lines.lastIndex(where: isInView)
  }
}

extension TraceLines.Line {
  /// How the line's time fits its span's, in words; nil where it does.
  func skewWords(glyphs: GlyphSet) -> String? {
    guard skew != .zero else { return nil }
    let distance = Formatting.duration(skew < .zero ? .zero - skew : skew, glyphs: glyphs)
    return skew < .zero
      ? "\(distance) before its span: clocks differ"
      : "\(distance) behind its span's end: clocks differ, or it was written late"
  }
}

extension TraceLines.Extra {
  /// What the row says of itself.
  func text(count: Int) -> String {
    let lines = "\(Formatting.count(count, style: .exact)) log \(count == 1 ? "line" : "lines")"
    return switch reason {
    case .notInstrumented: "\(service): \(lines), no spans"
    case .withoutSpan: "\(service): \(lines) without a span"
    case .spanMissing: "\(service): \(lines) of missing spans"
    }
  }
}
