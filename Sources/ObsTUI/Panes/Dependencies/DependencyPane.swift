import ObsData

/// The service graph: a picture where it fits, and a table of calls. The selection stays on its call, whatever an answer brings.
struct DependencyPane: Pane {
  private(set) var graph: DependencyGraph?
  /// The calls, the most frequent first.
  private(set) var rows: [TraceDependency] = []
  private(set) var answeredAt: Timestamp?
  private(set) var failure: FetchFailure?
  /// Whether the traces in view are counted in, whatever figures Jaeger has.
  private(set) var countsTraces = false
  private(set) var isPictureOn = true
  /// The chosen service as Jaeger spells it.
  private(set) var chosen: Set<String> = []
  private var wanted: DependencyQuery?
  /// How wide the pane is: a picture that does not fit leaves its room to the table.
  private var width = 80
  private var position = ListCursor()
  private var selectedEdge: [String]?

  init() {}

  var selection: TraceDependency? { rows.indices.contains(position.selected) ? rows[position.selected] : nil }

  private func query(in scope: Scope) -> DependencyQuery {
    let traces =
      TraceListPane().query(in: scope) ?? TraceQuery(services: scope.known[.jaeger] ?? [], window: scope.window)
    return DependencyQuery(window: scope.window, traces: traces, countsTraces: countsTraces)
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> { [.dependencies(query(in: scope))] }

  mutating func adopt(_ scope: Scope) {
    wanted = query(in: scope)
    chosen = Set(scope.services(in: .jaeger))
    if let room = scope.paneSizes[.pushed] { width = room.width }
  }

  mutating func receive(_ update: Update) {
    guard case .dependencies(let query) = update.subscription, wanted.map({ $0 == query }) ?? true else { return }
    switch update.body {
    case .dependencies(let graph):
      self.graph = graph
      answeredAt = update.at
      failure = nil
      rows = graph.edges.sorted { ($1.callCount, $0.parent, $0.child) < ($0.callCount, $1.parent, $1.child) }
      let index =
        rows.firstIndex { [$0.parent, $0.child] == selectedEdge } ?? min(position.selected, max(0, rows.count - 1))
      position = ListCursor(selected: index, top: position.top + index - position.selected)
    case .failed(let error): failure = error
    default: break
    }
  }

  /// The cursor as a table of `height` rows shows it.
  func cursor(height: Int) -> ListCursor {
    var cursor = position
    cursor.reveal(count: rows.count, height: height)
    return cursor
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    let room = layout(Size(width: width, height: height)).rows
    position = cursor(height: room)
    if position.move(command, count: rows.count, height: room) {
      selectedEdge = selection.map { [$0.parent, $0.child] }
      return []
    }
    switch command {
    case .open: return selection.map { [.showTraces(of: $0.child, caller: $0.parent)] } ?? []
    case .copy: return selection.map { [.copy($0.sentence, what: "the call")] } ?? []
    case .dependencyPicture: isPictureOn.toggle()
    case .dependencySource:
      countsTraces.toggle()
      return [.notice(countsTraces ? "counting in the traces in view" : "asking for Jaeger's own figures")]
    case .nextError: return [find(forward: true, room) { ($0.errorCount ?? 0) > 0 }]
    case .previousError: return [find(forward: false, room) { ($0.errorCount ?? 0) > 0 }]
    case .nextMatch: return [find(forward: true, room) { context.search?.matches($0.sentence) ?? false }]
    case .previousMatch: return [find(forward: false, room) { context.search?.matches($0.sentence) ?? false }]
    case .back, .quit: return [.close]
    default: return nil
    }
    return []
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    let layout = layout(Size(width: width, height: height))
    let room = layout.rows
    let shown = cursor(height: room)
    let line = y - layout.top
    guard line >= 0, line < shown.visible(count: rows.count, height: room).count else { return }
    position = shown
    position.select(shown.top + line, count: rows.count, height: room)
    selectedEdge = selection.map { [$0.parent, $0.child] }
  }

  /// Selects the next row that fits, going round at the end.
  private mutating func find(forward: Bool, _ height: Int, where fits: (TraceDependency) -> Bool) -> Request {
    let count = rows.count
    for step in stride(from: 1, through: count, by: 1) {
      let index = (position.selected + (forward ? step : count - step)) % count
      guard fits(rows[index]) else { continue }
      position.select(index, count: count, height: height)
      selectedEdge = [rows[index].parent, rows[index].child]
      return .notice("call \(index + 1) of \(count)")
    }
    return .notice("no such call in the table")
  }
}

extension TraceDependency {
  /// The call in a line of text.
  var sentence: String {
    let errors = errorCount.map { ", \(Formatting.count(Int(clamping: $0), style: .exact)) failed" } ?? ""
    return "\(parent) calls \(child): \(Formatting.count(Int(clamping: callCount), style: .exact)) times\(errors)"
  }
}
