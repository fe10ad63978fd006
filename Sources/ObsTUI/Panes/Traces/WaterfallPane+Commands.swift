import ObsData

extension WaterfallPane {
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if command == .logsOfTrace { return [.openLogs(of: request.id, around: request.around ?? found?.tree.range.start)] }
    guard let (trace, tree) = found else { return performWithoutTrace(command, height: height) }
    let layout = WaterfallLayout(
      height: height, count: rows.count, hasPanelBelow: detail != nil, hasNote: note(in: context) != nil)
    if detail?.isFocused == true, let requests = performInPanel(command, height: layout.panel - 1) { return requests }
    position.reveal(count: rows.count, height: layout.rows)
    if position.move(command, count: rows.count, height: layout.rows) {
      settle()
      return []
    }
    switch command {
    case .left: return fold(tree, height: layout.rows)
    case .right: return unfold(tree, height: layout.rows)
    case .open:
      detail = detail == nil ? selectedNode.map { SpanDetailPanel(node: $0, trace: trace, tree: tree) } : nil
      return []
    case .back:
      guard detail != nil else { return nil }
      detail = nil
      return []
    case .unfoldAll:
      refold(height: layout.rows) { $0.unfoldAll(in: tree) }
      return []
    case .foldHealthy:
      refold(height: layout.rows) { $0.foldHealthy(in: tree) }
      return []
    case .nextError, .previousError:
      let hit = next(in: tree, forward: command == .nextError) { trace.spans[tree.nodes[$0].span].hasError }
      return go(to: hit, what: "error", forward: command == .nextError, height: layout.rows)
    case .nextMatch, .previousMatch:
      guard let search = context.search else { return [.notice("nothing is searched: / asks what for")] }
      var matching = SpanMatcher(search: search, trace: trace)
      let hit = next(in: tree, forward: command == .nextMatch) { matching.matches(tree.nodes[$0].span) }
      return go(to: hit, what: "match", forward: command == .nextMatch, height: layout.rows)
    case .copy:
      if let detail { return [.copy(detail.text(traceID: trace.id), what: "the span as text")] }
      return [.copy(trace.id.description, what: "the trace id")]
    default: return nil
    }
  }

  /// While there is no trace, the origin's fields can be scrolled and the identifier copied.
  private mutating func performWithoutTrace(_ command: Command, height: Int) -> [Request]? {
    if command == .copy { return [.copy(request.id.description, what: "the trace id")] }
    var cursor = ListCursor(selected: originTop)
    guard cursor.move(command, count: originFields.count, height: height) else { return nil }
    originTop = cursor.selected
    return []
  }

  private mutating func performInPanel(_ command: Command, height: Int) -> [Request]? {
    if detail?.scroll(command, height: height) == true { return [] }
    guard command == .left || command == .back else { return nil }
    detail?.isFocused = false
    return []
  }

  /// After the user has moved: the span that was waited for is not jumped to any more.
  private mutating func settle() {
    isFocusDone = true
    refreshDetail()
  }

  private mutating func select(_ node: Int, height: Int) {
    position.select(rows.row(of: node), count: rows.count, height: height)
    settle()
  }

  /// Folds the span, or goes to its parent where there is nothing to fold.
  private mutating func fold(_ tree: TraceTree, height: Int) -> [Request] {
    guard let index = selectedNode else { return [] }
    let node = tree.nodes[index]
    if node.descendantCount(at: index) > 0, !rows.folded.contains(index) {
      refold(height: height) { $0.fold(index, in: tree) }
    } else if let parent = node.parent {
      select(parent, height: height)
    }
    return []
  }

  /// Unfolds the span; where it is unfolded, goes into the open panel, else to its first child.
  private mutating func unfold(_ tree: TraceTree, height: Int) -> [Request] {
    guard let index = selectedNode else { return [] }
    if rows.folded.contains(index) {
      refold(height: height) { $0.unfold(index, in: tree) }
    } else if detail != nil {
      detail?.isFocused = true
    } else if tree.nodes[index].descendantCount(at: index) > 0 {
      select(index + 1, height: height)
    }
    return []
  }

  /// Changes what is folded and stays on the selected span, or on the folded one above it.
  private mutating func refold(height: Int, _ change: (inout FoldedRows) -> Void) {
    let node = selectedNode
    change(&rows)
    if let node { select(node, height: height) }
  }

  /// The next node that fits, in the order of the tree, hidden ones too; nil at the end.
  private func next(in tree: TraceTree, forward: Bool, where fits: (Int) -> Bool) -> Int? {
    let current = selectedNode ?? -1
    if forward { return (min(current + 1, tree.nodes.count)..<tree.nodes.count).first(where: fits) }
    return (0..<max(current, 0)).last(where: fits)
  }

  private mutating func go(to node: Int?, what: String, forward: Bool, height: Int) -> [Request] {
    guard let node, let (_, tree) = found else { return [.notice("no \(what) \(forward ? "below" : "above")")] }
    rows.reveal(node, in: tree)
    select(node, height: height)
    return []
  }
}

/// Whether spans match a search, by service and operation. Few of these are distinct in a trace: each is looked at once.
struct SpanMatcher {
  private struct Name: Hashable {
    let process: Int
    let operation: String
  }
  let search: TextSearch
  let trace: Trace
  private var known: [Name: Bool] = [:]

  init(search: TextSearch, trace: Trace) {
    self.search = search
    self.trace = trace
  }

  mutating func matches(_ index: Int) -> Bool {
    let span = trace.spans[index]
    let name = Name(process: span.process, operation: span.operation)
    if let answer = known[name] { return answer }
    let answer = search.matches("\(trace.service(of: index)): \(span.operation)")
    known[name] = answer
    return answer
  }
}
