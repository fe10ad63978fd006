import ObsData

extension WaterfallPane {
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    if let requests = performLines(command, in: context, height: layout(height: height).rows) { return requests }
    if command == .logsOfTrace { return [.openLogs(of: request.id, around: request.around ?? found?.tree.range.start)] }
    guard let (trace, tree) = found else { return performWithoutTrace(command, height: height) }
    let layout = layout(height: height)
    if detail?.isFocused == true, let requests = performInPanel(command, layout: layout, height: height) {
      return requests
    }
    position.reveal(count: rowCount, height: layout.rows)
    if position.move(command, count: rowCount, height: layout.rows) {
      settle()
      return []
    }
    if let requests = performFolding(command, tree, height: layout.rows) { return requests }
    if let requests = performZoom(command, tree) { return requests }
    if let requests = performFind(command, in: context, height: layout.rows) { return requests }
    if let requests = performCopy(command, trace, tree) { return requests }
    switch command {
    case .open:
      if detail?.isFocused == true, let link = detail?.selectedLink {
        return follow(link, trace, tree, height: layout.rows)
      }
      panel = detail == nil ? .open : .closed
      refreshDetail()
      return []
    case .back:
      // A panel that is there because there is room for it is no step on the way.
      if detail != nil, panel == .open {
        panel = .closed
        refreshDetail()
      } else if find.isFilter {
        stopFilter()
      } else {
        return nil
      }
      return []
    case .hide:
      guard let node = selectedNode else { return [.notice("no span is selected")] }
      return hide(service: trace.service(of: tree.nodes[node].span))
    case .show: return show(service: "")
    case .nextError, .previousError:
      let hit = next(in: tree, forward: command == .nextError) { trace.spans[tree.nodes[$0].span].hasError }
      return go(to: hit, what: "error", forward: command == .nextError, height: layout.rows)
    default: return nil
    }
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    guard found != nil else { return }
    let layout = layout(height: height)
    position.reveal(count: rowCount, height: layout.rows)
    let line = y - layout.head
    guard line >= 0, line < position.visible(count: rowCount, height: layout.rows).count else { return }
    position.select(position.top + line, count: rowCount, height: layout.rows)
    settle()
  }

  /// While there is no trace, the origin's fields can be scrolled and the identifier copied.
  private mutating func performWithoutTrace(_ command: Command, height: Int) -> [Request]? {
    if command == .copy { return [.copy(request.id.description, what: "the trace id")] }
    var cursor = ListCursor(selected: originTop)
    guard cursor.move(command, count: originFields.count, height: height) else { return nil }
    originTop = cursor.selected
    return []
  }

  private mutating func performInPanel(_ command: Command, layout: WaterfallLayout, height: Int) -> [Request]? {
    let lines = layout.panelHeight(of: Size(width: room?.width ?? 0, height: height)) - 1
    if detail?.move(command, height: lines) == true { return [] }
    guard command == .left || command == .back else { return nil }
    detail?.isFocused = false
    return []
  }

  /// Goes to the span that a link names, in its trace.
  private mutating func follow(_ link: SpanReference, _ trace: Trace, _ tree: TraceTree, height: Int) -> [Request] {
    guard link.traceID == trace.id else { return [.openTrace(link.traceID, span: link.spanID, origin: nil)] }
    guard let node = tree.nodes.firstIndex(where: { trace.spans[$0.span].id == link.spanID }) else {
      return [.notice("span \(link.spanID) is not in this trace")]
    }
    detail?.isFocused = false
    return go(to: node, what: "span", forward: true, height: height)
  }

  /// After the user has moved: the span that was waited for is not jumped to any more.
  mutating func settle() {
    isFocusDone = true
    lines.cursor = nil
    refreshDetail()
  }

  mutating func select(_ node: Int, height: Int) {
    position.select(rows.row(of: node), count: rowCount, height: height)
    settle()
  }

  /// The next node that fits, in the order of the tree, folded ones too; nil at the end. What is hidden is passed over.
  func next(in tree: TraceTree, forward: Bool, where fits: (Int) -> Bool) -> Int? {
    let current = currentNode
    let isWanted = { (node: Int) in !rows.hidden.contains(node) && fits(node) }
    if forward { return (min(current + 1, tree.nodes.count)..<tree.nodes.count).first(where: isWanted) }
    return (0..<max(current, 0)).last(where: isWanted)
  }

  mutating func go(to node: Int?, what: String, forward: Bool, height: Int) -> [Request] {
    guard let node, let (_, tree) = found else { return [.notice("no \(what) \(forward ? "below" : "above")")] }
    rows.reveal(node, in: tree)
    select(node, height: height)
    return []
  }
}
