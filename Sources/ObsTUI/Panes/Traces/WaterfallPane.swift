import ObsData

/// One trace as a waterfall: the tree of its spans, each with a bar on the trace's time. It opens on the span that it was asked
/// for, keeps the cursor on its span while a growing trace is asked for again, and says what happens while there is no trace.
struct WaterfallPane: Pane {
  /// What the store has said of the trace.
  enum Content: Equatable, Sendable {
    case asking
    case missing(since: Timestamp, attempts: Int, retryAt: Timestamp?)
    case found(Trace, TraceTree, isGrowing: Bool)
  }

  let request: TraceRequest
  /// The file that the trace came from; nil where a store was asked.
  var file: String?
  /// The span to open on; the one that wrote `origin`, usually.
  let focus: SpanID?
  /// The log line that the trace was opened from.
  let origin: LogEntry?
  private(set) var content = Content.asking
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  var rows = FoldedRows()
  var position = ListCursor()
  /// The panel with all that the selected span carries; nil while it is closed.
  var detail: SpanDetailPanel?
  /// Whether the span to open on has been selected, or need not be any more because the user has moved.
  var isFocusDone: Bool
  /// First line of the origin's fields that is shown while there is no trace.
  var originTop = 0
  /// The origin's fields, one line each.
  let originFields: [FieldLine]

  init(_ request: TraceRequest, focus: SpanID? = nil, origin: LogEntry? = nil) {
    self.request = request
    self.focus = focus
    self.origin = origin
    isFocusDone = focus == nil
    originFields = origin.map { LogFields($0).lines } ?? []
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> { file == nil ? [.trace(request)] : [] }

  /// The trace and its tree, once they are there.
  var found: (trace: Trace, tree: TraceTree)? {
    if case .found(let trace, let tree, _) = content { (trace, tree) } else { nil }
  }
  /// Whether the store did not have the trace, and is asked for it again.
  var isAskedAgain: Bool { if case .missing(_, _, .some) = content { true } else { false } }
  /// The selected node's index in the tree.
  var selectedNode: Int? { rows.node(at: position.selected) }

  mutating func receive(_ update: Update) {
    guard update.subscription == .trace(request), file == nil else { return }
    switch update.body {
    case .trace(.missing(let since, let attempts, let retryAt)):
      failure = nil
      // A trace that was there stays on the screen when the store has forgotten it.
      if found == nil { content = .missing(since: since, attempts: attempts, retryAt: retryAt) }
    case .trace(.found(let trace, let tree, let isGrowing)):
      failure = nil
      answeredAt = update.at
      take(trace, tree, isGrowing: isGrowing)
    case .failed(let error): failure = error
    default: break
    }
  }

  /// Puts a newer state of the trace in place: folded spans stay folded, the selected span stays selected, in its line.
  private mutating func take(_ trace: Trace, _ tree: TraceTree, isGrowing: Bool) {
    if let (old, oldTree) = found, old != trace {
      let selected = selectedNode
      let kept = SpanIdentity.identities(
        of: rows.folded.union(selected.map { [$0] } ?? []), trace: old, tree: oldTree)
      let places = SpanIdentity.nodes(of: Set(kept.values), trace: trace, tree: tree)
      let folded = Set(rows.folded.compactMap { kept[$0].flatMap { places[$0] } })
      rows = FoldedRows(tree, folded: folded)
      let node = selected.flatMap { kept[$0] }.flatMap { places[$0] }
      let row = node.map(rows.row) ?? min(position.selected, max(0, rows.count - 1))
      position = ListCursor(selected: row, top: position.top + row - position.selected)
    } else if found == nil {
      rows = FoldedRows(tree)
    }
    content = .found(trace, tree, isGrowing: isGrowing)
    if !isFocusDone, let focus, let node = tree.nodes.firstIndex(where: { trace.spans[$0.span].id == focus }) {
      isFocusDone = true
      rows.reveal(node, in: tree)
      let row = rows.row(of: node)
      // A few lines of what stands above are kept in view.
      position = ListCursor(selected: row, top: max(0, row - 5))
    }
    refreshDetail()
  }

  /// Decodes the selected span for the panel, if that is open and shows another one.
  mutating func refreshDetail() {
    guard let detail else { return }
    guard let (trace, tree) = found, let node = selectedNode else {
      self.detail = nil
      return
    }
    let span = tree.nodes[node].span
    if detail.span != span || detail.traceSpanCount != trace.spans.count {
      self.detail = SpanDetailPanel(node: node, trace: trace, tree: tree)
      self.detail?.isFocused = detail.isFocused
    }
  }
}
