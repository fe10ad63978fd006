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
  /// Whether the trace was opened from a mark in the metric pane.
  var isOfExemplar = false
  /// The log line that the trace was opened from.
  let origin: LogEntry?
  private(set) var content = Content.asking
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  var rows = FoldedRows()
  var position = ListCursor()
  /// Which services' spans are out of view.
  private(set) var hiddenServices: Set<String> = []
  var find = WaterfallFind()
  /// The log lines that name the trace, and in which window they are asked for.
  var lines = TraceLines()
  private(set) var lineWindow: TimeWindow?
  /// The part of the trace's time that is shown.
  var zoom = TraceZoom()
  private(set) var density = TraceDensity()
  /// The spans that the last answer with new ones brought; none of the first answer.
  private(set) var fresh = NodeSet()
  /// How the user wants the panel, and the panel with all that the selected span carries; nil while there is none.
  var panel = PanelWish.automatic
  var detail: SpanDetailPanel?
  /// The pane's size on the screen; nil until it is known.
  private(set) var room: Size?
  /// What is known of the trace as a whole.
  var insight = TraceInsight()
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

  func subscriptions(in scope: Scope) -> Set<Subscription> {
    let trace: Set<Subscription> = file == nil ? [.trace(request)] : []
    return lineQuery.map { trace.union([.logs($0)]) } ?? trace
  }

  mutating func adopt(_ scope: Scope) {
    guard room != scope.paneSizes[.pushed] else { return }
    room = scope.paneSizes[.pushed]
    refreshDetail()
  }

  /// The trace and its tree, once they are there.
  var found: (trace: Trace, tree: TraceTree)? {
    if case .found(let trace, let tree, _) = content { (trace, tree) } else { nil }
  }
  /// Whether the store did not have the trace, and is asked for it again.
  var isAskedAgain: Bool { if case .missing(_, _, .some) = content { true } else { false } }
  /// The selected node's index in the tree.
  var selectedNode: Int? { rows.node(at: position.selected) }
  /// The selected node, or where the cursor stands between nodes: before the first or behind the last.
  var currentNode: Int { selectedNode ?? (rows.count == 0 ? -1 : found?.tree.nodes.count ?? -1) }
  /// How many rows there are.
  var rowCount: Int { rows.count + lines.extras.count }

  /// How the cells are dealt out. Of a pane that nobody has placed yet only the height is known.
  func layout(height: Int) -> WaterfallLayout {
    layout(Size(width: room?.width ?? 0, height: height), wish: room == nil && panel == .automatic ? .closed : panel)
  }

  func layout(_ size: Size, wish: PanelWish) -> WaterfallLayout {
    WaterfallLayout(size, count: rowCount, wish: wish, hasNote: hasNote, isZoomed: zoom.range != nil)
  }

  mutating func receive(_ update: Update) {
    if let lineQuery, update.subscription == .logs(lineQuery) {
      lines.receive(update.body)
      if let (trace, tree) = found { lines.place(in: trace, tree) }
      return
    }
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
      if lineWindow == nil {
        let start = tree.range.start.nanoseconds == 0 ? request.around : tree.range.start
        lineWindow = LogPane.window(ofTraceAround: start ?? request.around, now: update.at)
      }
    case .failed(let error): failure = error
    default: break
    }
  }

  /// Puts a newer state of the trace in place: folded spans stay folded, the selected span stays selected, in its line.
  private mutating func take(_ trace: Trace, _ tree: TraceTree, isGrowing: Bool) {
    if let (old, oldTree) = found, old != trace {
      let selected = selectedNode
      var marked = rows.folded
      if let selected { marked.insert(selected) }
      let matched = find.isFilter ? find.matches ?? [] : []
      for node in matched { marked.insert(node) }
      let kept = SpanIdentity.identities(of: marked, trace: old, tree: oldTree)
      let places = SpanIdentity.nodes(of: Set(kept.values), trace: trace, tree: tree)
      let folded = NodeSet(rows.folded.lazy.compactMap { kept[$0].flatMap { places[$0] } })
      content = .found(trace, tree, isGrowing: isGrowing)
      findAgain(trace, tree, moved: NodeSet(matched.lazy.compactMap { kept[$0].flatMap { places[$0] } }))
      fresh = SpanIdentity.newcomers(in: trace, tree: tree, since: old)
      density = TraceDensity(trace, tree)
      lines.place(in: trace, tree)
      zoom.clamp(to: tree.range)
      rows = FoldedRows(tree, folded: folded, hidden: hiddenNodes)
      let node = selected.flatMap { kept[$0] }.flatMap { places[$0] }
      let row = node.map(rows.row) ?? min(position.selected, max(0, rowCount - 1))
      position = ListCursor(selected: row, top: position.top + row - position.selected)
    } else if found == nil {
      rows = FoldedRows(tree)
      density = TraceDensity(trace, tree)
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

  /// Puts the spans of these services out of view.
  mutating func hide(_ services: Set<String>) {
    hiddenServices = services
    applyHidden()
  }

  /// Makes the rows anew from what is hidden, and stays at the selected span or at what stands before it.
  mutating func applyHidden() {
    guard let (_, tree) = found else { return }
    let node = selectedNode
    rows.hide(hiddenNodes, in: tree)
    let row = node.map(rows.row) ?? min(position.selected, max(0, rowCount - 1))
    position = ListCursor(selected: row, top: position.top + row - position.selected)
    refreshDetail()
  }

  /// The nodes that are out of view.
  private var hiddenNodes: NodeSet {
    guard let (trace, tree) = found else { return [] }
    let kept = find.kept(in: tree)
    guard kept != nil || !hiddenServices.isEmpty else { return [] }
    let isHidden = trace.processes.map { hiddenServices.contains($0.service) }
    var hidden = NodeSet()
    for index in tree.nodes.indices {
      if kept?.contains(index) == false || isHidden[trace.spans[tree.nodes[index].span].process] {
        hidden.insert(index)
      }
    }
    return hidden
  }

  /// Decodes the selected span for the panel, where that has a place and shows another one.
  mutating func refreshDetail() {
    guard let (trace, tree) = found, let node = selectedNode, layout(height: room?.height ?? 40).hasPanel else {
      detail = nil
      return
    }
    let span = tree.nodes[node].span
    if detail?.span != span || detail?.traceSpanCount != trace.spans.count {
      let isFocused = detail?.isFocused ?? false
      detail = SpanDetailPanel(node: node, trace: trace, tree: tree)
      detail?.isFocused = isFocused
    }
  }
}
