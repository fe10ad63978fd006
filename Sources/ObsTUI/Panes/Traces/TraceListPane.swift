import ObsData

/// The recent traces of the chosen service. The selection stays on its trace, whatever a refresh brings.
struct TraceListPane: Pane {
  /// What the rows are sorted by.
  enum Order: String, CaseIterable, Sendable { case start, duration, spans, errors }

  /// The traces shown, in the order of the rows.
  private(set) var rows: [TraceSummary] = []
  private(set) var order = Order.start
  /// Whether the least comes first: the earliest, the shortest.
  private(set) var isAscending = false
  private(set) var chart = TraceChart.Mode.automatic
  private(set) var isTruncated = false
  private(set) var warnings: [String] = []
  private(set) var cost: TraceSearchResult.Cost?
  private(set) var answeredAt: Timestamp?
  private(set) var failure: FetchFailure?
  /// What the rows answer, and what is asked for now.
  private(set) var shown: TraceQuery?
  private(set) var wanted: TraceQuery?
  /// Whether a service is chosen that Jaeger does not know.
  private(set) var isServiceUnknown = false
  private var position = ListCursor()
  private var selectedID: TraceID?
  /// Up to where traces are asked for; nil for the window's end.
  private(set) var until: Timestamp?

  init() {}

  /// The selected trace.
  var selection: TraceSummary? { rows.indices.contains(position.selected) ? rows[position.selected] : nil }
  /// Whether the rows are those of another service than the chosen one.
  var isOutdated: Bool {
    guard let shown, let wanted else { return false }
    return shown.service != wanted.service || (shown.service == nil && shown.services != wanted.services)
  }

  func query(in scope: Scope) -> TraceQuery? {
    let known = scope.known[.jaeger] ?? []
    let filter = scope.traceFilter
    var query = TraceQuery(
      services: known, operation: filter.operation, kind: filter.kind, tags: filter.tags,
      minimumDuration: filter.minimumDuration, maximumDuration: filter.maximumDuration, limit: filter.limit,
      window: window(in: scope))
    if let service = filter.service {
      query.service = service
      query.services = []
      return query
    }
    guard scope.chosen != nil else { return query }
    query.services = scope.services(in: .jaeger)
    guard let first = query.services.first else { return nil }
    if query.services.count == 1 {
      query.service = first
      query.services = []
    }
    return query
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> {
    query(in: scope).map { [.traces($0)] } ?? []
  }

  mutating func adopt(_ scope: Scope) {
    wanted = query(in: scope)
    isServiceUnknown = wanted == nil
    if isServiceUnknown {
      rows = []
      shown = nil
      warnings = []
      cost = nil
      isTruncated = false
      failure = nil
    }
  }

  mutating func receive(_ update: Update) {
    guard case .traces(let query) = update.subscription, wanted.map({ $0 == query }) ?? !isServiceUnknown else {
      return
    }
    switch update.body {
    case .traces(let result):
      shown = query
      answeredAt = update.at
      failure = nil
      isTruncated = result.isTruncated
      warnings = result.warnings
      cost = result.cost
      rows = result.traces
      sort()
    case .failed(let error): failure = error
    default: break
    }
  }

  /// The window; where the time cursor lies before what the list reaches back to, only its part up to there.
  private func window(in scope: Scope) -> TimeWindow {
    guard let until else { return scope.window }
    return .frozen(TimeRange(start: until - scope.window.duration, end: until))
  }

  /// Selects the trace that began nearest to an instant.
  mutating func select(nearest time: Timestamp, height: Int, in context: ViewContext) {
    let distances = rows.map { ($0.start - time).nanoseconds.magnitude }
    guard let index = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return }
    position.select(index, count: rows.count, height: layout(height: height, in: context).rows)
    selectedID = rows[index].id
  }

  /// Selects a trace where it is in the list.
  mutating func select(_ id: TraceID, height: Int) {
    guard let index = rows.firstIndex(where: { $0.id == id }) else { return }
    position.select(index, count: rows.count, height: height)
    selectedID = id
  }

  /// Has the traces around an instant asked for, where the list does not reach back to it.
  mutating func reach(_ time: Timestamp, in window: TimeRange) {
    guard isTruncated, let first = rows.lazy.map(\.start).min(), let last = rows.lazy.map(\.start).max(),
      time < first || time > last
    else { return }
    // A little beyond it, so that the nearest trace may lie behind it as well.
    let end = time + window.duration / 20
    until = end < window.end ? end : nil
  }

  /// Has the traces of the whole window asked for again.
  mutating func reachEverything() { until = nil }

  /// Sorts, and keeps the selected trace selected where it stands in the view.
  private mutating func sort() {
    rows.sort { order.isBefore(isAscending ? $1 : $0, isAscending ? $0 : $1) }
    guard let selectedID, let index = rows.firstIndex(where: { $0.id == selectedID }) else {
      position = ListCursor(selected: min(position.selected, max(0, rows.count - 1)), top: position.top)
      return
    }
    position = ListCursor(selected: index, top: position.top + index - position.selected)
  }

  /// Sorts by what the user wants now: who stands at the top wants to see what comes first, who has gone down keeps to the trace.
  private mutating func sortAnew() {
    let isAtTop = position.selected == 0
    selectedID = selection?.id
    sort()
    guard isAtTop else { return }
    position = ListCursor()
    selectedID = selection?.id
  }

  /// The cursor as a list of `height` rows shows it.
  func cursor(height: Int) -> ListCursor {
    var cursor = position
    cursor.reveal(count: rows.count, height: height)
    return cursor
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    let room = height
    let height = layout(height: height, in: context).rows
    position = cursor(height: height)
    if position.move(command, count: rows.count, height: height) {
      selectedID = selection?.id
      return []
    }
    switch command {
    case .sortTraces:
      let orders = Order.allCases
      order = orders[((orders.firstIndex(of: order) ?? 0) + 1) % orders.count]
      sortAnew()
      return [.notice("traces sorted by \(order.rawValue)")]
    case .reverseTraces:
      isAscending.toggle()
      sortAnew()
      return [.notice("traces sorted by \(order.rawValue), the \(isAscending ? "least" : "greatest") first")]
    case .traceChart:
      let isShown = layout(height: room, in: context).chart > 0
      chart = chart == .automatic && !isShown ? .scatter : chart.next
      if chart != .none, layout(height: room, in: context).chart == 0 {
        return [.notice("no room for a chart here: z gives the pane the whole screen")]
      }
      return []
    case .left, .right:
      guard layout(height: room, in: context).chart > 0 else { return nil }
      step(forward: command == .right, height)
    case .open: return selection.map { [.openTrace($0.id, span: nil, origin: nil)] } ?? []
    case .logsOfTrace: return selection.map { [.openLogs(of: $0.id, around: $0.start)] } ?? []
    case .copy: return selection.map { [.copy($0.id.description, what: "the trace id")] } ?? []
    case .nextMatch: return [find(forward: true, height) { TraceRow.matches($0, context.search) }]
    case .previousMatch: return [find(forward: false, height) { TraceRow.matches($0, context.search) }]
    case .nextError: return [find(forward: true, height) { $0.errorCount > 0 }]
    case .previousError: return [find(forward: false, height) { $0.errorCount > 0 }]
    default: return nil
    }
    return []
  }

  /// To the next trace along the chart's axis: by time in the scatter, by duration in the histogram.
  private mutating func step(forward: Bool, _ height: Int) {
    let axis: Order = chart == .histogram ? .duration : .start
    let places = rows.indices.sorted { axis.isBefore(rows[$1], rows[$0]) }
    guard let place = places.firstIndex(of: position.selected) else { return }
    let next = min(max(place + (forward ? 1 : -1), 0), places.count - 1)
    position.select(places[next], count: rows.count, height: height)
    selectedID = selection?.id
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    let layout = layout(height: height, in: context)
    let shown = cursor(height: layout.rows)
    let line = y - layout.chart - (layout.hasHeader ? 1 : 0)
    guard line >= 0, line < shown.visible(count: rows.count, height: layout.rows).count else { return }
    position = shown
    position.select(shown.top + line, count: rows.count, height: layout.rows)
    selectedID = selection?.id
  }

  /// Selects the next row that fits, going round at the end.
  private mutating func find(forward: Bool, _ height: Int, where fits: (TraceSummary) -> Bool) -> Request {
    let count = rows.count
    for step in stride(from: 1, through: count, by: 1) {
      let index = (position.selected + (forward ? step : count - step)) % count
      guard fits(rows[index]) else { continue }
      position.select(index, count: count, height: height)
      selectedID = rows[index].id
      return .notice("trace \(index + 1) of \(count)")
    }
    return .notice("no such trace in the list")
  }
}

extension TraceListPane.Order {
  /// Whether `a` comes before `b` where the greatest comes first; of two that are equal, the later.
  func isBefore(_ a: TraceSummary, _ b: TraceSummary) -> Bool {
    switch self {
    case .duration where a.duration != b.duration: a.duration > b.duration
    case .spans where a.spanCount != b.spanCount: a.spanCount > b.spanCount
    case .errors where a.errorCount != b.errorCount: a.errorCount > b.errorCount
    default: (b.start, a.id.high, a.id.low) < (a.start, b.id.high, b.id.low)
    }
  }
}
