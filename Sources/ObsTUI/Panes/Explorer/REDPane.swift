import ObsData

/// Requests, errors and durations of every service over the window, from the same source as the service bar's figures.
struct REDPane: Pane {
  private(set) var report: REDReport?
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  private var position = ListCursor()
  private var selectedName: String?
  private var wanted: REDQuery?

  init() {}

  var rows: [ServiceRED] { report?.services ?? [] }
  var selection: ServiceRED? { rows.indices.contains(position.selected) ? rows[position.selected] : nil }

  private func query(in scope: Scope) -> REDQuery {
    let columns = REDColumns(width: scope.paneSizes[.pushed]?.width ?? 80, names: 12)
    return REDQuery(window: scope.window, columns: max(10, columns.sparkline))
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> { [.explorer(.red(query(in: scope)))] }

  mutating func adopt(_ scope: Scope) { wanted = query(in: scope) }

  mutating func receive(_ update: Update) {
    guard case .explorer(.red(let query)) = update.subscription, wanted.map({ $0 == query }) ?? true else { return }
    switch update.body {
    case .explorer(.red(let report)):
      self.report = report
      failure = nil
      answeredAt = update.at
      let index = rows.firstIndex { $0.name == selectedName } ?? min(position.selected, max(0, rows.count - 1))
      position = ListCursor(selected: index, top: position.top + index - position.selected)
    case .failed(let failure): self.failure = failure
    default: break
    }
  }

  /// How the lines are dealt out: column names, services, a rule, where the figures come from.
  static func listHeight(_ height: Int) -> Int { max(1, height - (height >= 8 ? 4 : 1)) }

  func cursor(height: Int) -> ListCursor {
    var cursor = position
    cursor.reveal(count: rows.count, height: height)
    return cursor
  }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    let room = REDPane.listHeight(height)
    position = cursor(height: room)
    if position.move(command, count: rows.count, height: room) {
      selectedName = selection?.name
      return []
    }
    switch command {
    case .open: return selection.map { [.showService($0.name)] } ?? []
    case .copy:
      let expressions = report?.expressions.sorted { $0.key < $1.key }.map(\.value) ?? []
      guard !expressions.isEmpty else { return [.notice("these figures have no expression")] }
      return [.copy(expressions.joined(separator: "\n"), what: "the expressions")]
    case .nextError: return [find(forward: true, room)]
    case .previousError: return [find(forward: false, room)]
    case .back, .quit: return [.close]
    default: return nil
    }
  }

  /// Selects the next service that fails, going round at the end.
  private mutating func find(forward: Bool, _ height: Int) -> Request {
    let rows = rows
    for step in stride(from: 1, through: rows.count, by: 1) {
      let index = (position.selected + (forward ? step : rows.count - step)) % rows.count
      guard let errors = rows[index].errors?.current, errors >= 0.01 else { continue }
      position.select(index, count: rows.count, height: height)
      selectedName = rows[index].name
      return .notice("\(index + 1) of \(rows.count)")
    }
    return .notice("no service fails more than 1 % of its requests")
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    let room = REDPane.listHeight(height)
    let shown = cursor(height: room)
    guard y >= 1, y - 1 < shown.visible(count: rows.count, height: room).count else { return }
    position = shown
    position.select(shown.top + y - 1, count: rows.count, height: room)
    selectedName = selection?.name
  }
}

/// Where the columns stand: name, then for requests, errors and p95 a sparkline with its newest value, then p50 and p99. Narrow
/// panes leave out the last two, then the sparklines.
struct REDColumns: Equatable {
  let name, sparkline: Int
  let hasQuantiles: Bool

  static let value = 8

  init(width: Int, names: Int) {
    name = min(max(names, 8), max(10, width / 4))
    hasQuantiles = width >= 90
    let left = width - name - 1 - 3 * (REDColumns.value + 2) - (hasQuantiles ? 2 * (REDColumns.value + 1) : 0)
    sparkline = left >= 3 * 6 ? left / 3 : 0
  }

  /// Where the sparkline of the first, second, third figure begins.
  func start(_ index: Int) -> Int { name + 1 + index * (sparkline + REDColumns.value + 2) }
}

extension REDPane {
  func title(in context: ViewContext) -> String {
    var parts = ["Requests, errors, durations"]
    if let report { parts.append("\(report.services.count) \(report.services.count == 1 ? "service" : "services")") }
    if failure != nil { parts.append("failing") }
    return parts.joined(separator: context.glyphs == .unicode ? " · " : " - ")
  }

  func view(_ size: Size, in context: ViewContext) -> Canvas {
    guard let report, !report.services.isEmpty else {
      return PaneMessage.view(emptyText(in: context), size, isError: failure != nil)
    }
    var canvas = Canvas(size: size)
    let names = report.services.lazy.map { CharacterWidth.cells(in: $0.name) }.max() ?? 8
    let columns = REDColumns(width: size.width, names: names)
    let heads = ["service", "requests", "errors", "p95"]
    for (index, text) in heads.enumerated() {
      canvas.write(text, x: index == 0 ? 0 : columns.start(index - 1), y: 0, style: Style(.textMuted))
    }
    if columns.hasQuantiles {
      canvas.write("p50", x: columns.start(3), y: 0, style: Style(.textMuted))
      canvas.write("p99", x: columns.start(3) + REDColumns.value + 1, y: 0, style: Style(.textMuted))
    }
    let room = REDPane.listHeight(size.height)
    let cursor = cursor(height: room)
    for (line, index) in cursor.visible(count: rows.count, height: room).enumerated() {
      draw(rows[index], report.unit, y: 1 + line, columns, on: &canvas, in: context)
      if index == cursor.selected {
        canvas.highlight(
          Rect(x: 0, y: 1 + line, width: size.width, height: 1),
          with: context.isFocused ? .selection : .selectionUnfocused)
      }
    }
    if size.height >= 8 { drawFooter(report, on: &canvas, in: context) }
    return canvas
  }

  private func draw(
    _ service: ServiceRED, _ unit: MetricUnit, y: Int, _ columns: REDColumns, on canvas: inout Canvas,
    in context: ViewContext
  ) {
    canvas.write(CharacterWidth.clipped(service.name, to: columns.name), x: 0, y: y, style: Style(.logService))
    func errorRole(_ value: Double) -> Role { value >= 0.05 ? .chartError : value >= 0.01 ? .chartWarning : .chart }
    let figures: [(TimeSeries?, MetricUnit, (Double) -> Role)] = [
      (service.requests, .perSecond, { _ in .chart }), (service.errors, .ratio, errorRole),
      (service.p95, unit, { _ in .chart }),
    ]
    for (index, figure) in figures.enumerated() {
      let (series, unit, role) = figure
      let x = columns.start(index)
      if columns.sparkline > 0, let series {
        let axis = TimeAxis(context.window, columns: columns.sparkline, newest: series.end)
        Sparkline.draw(
          series.samples(on: axis), scale: ValueScale(series.values.compactMap { $0 }), at: Point(x: x, y: y),
          on: &canvas, glyphs: context.glyphs, role: role)
      }
      let text = Formatting.value(series?.current, unit, glyphs: context.glyphs)
      let severity = series?.current.map(role) ?? .textMuted
      canvas.write(
        text, x: x + columns.sparkline + (columns.sparkline > 0 ? 1 : 0), y: y,
        style: Style(severity == .chart ? .textStrong : severity), width: REDColumns.value)
    }
    guard columns.hasQuantiles else { return }
    for (index, series) in [service.p50, service.p99].enumerated() {
      canvas.write(
        Formatting.value(series?.current, unit, glyphs: context.glyphs),
        x: columns.start(3) + index * (REDColumns.value + 1), y: y, style: Style(.textMuted), width: REDColumns.value)
    }
  }

  /// A rule, then where the figures come from, then what is odd about them.
  private func drawFooter(_ report: REDReport, on canvas: inout Canvas, in context: ViewContext) {
    let (width, y) = (canvas.size.width, canvas.size.height - 3)
    canvas.fill(
      Rect(x: 0, y: y, width: width, height: 1), with: context.glyphs == .unicode ? "─" : "-", style: Style(.border))
    canvas.write(
      CharacterWidth.clipped("from \(report.source)", to: width), x: 0, y: y + 1, style: Style(.textMuted))
    if let failure {
      let line = FailureText.line(failure, of: .prometheus, dataFrom: answeredAt, now: context.now)
      canvas.write(CharacterWidth.clipped(line, to: width), x: 0, y: y + 2, style: Style(.statusError))
    } else if let remark = report.remarks.first {
      canvas.write(CharacterWidth.clipped(remark, to: width), x: 0, y: y + 2, style: Style(.statusStale))
    }
  }

  private func emptyText(in context: ViewContext) -> [String] {
    if let words = context.absent.explanation(of: .prometheus, without: "metrics") { return words }
    if let failure { return FailureText.paragraph(failure, of: .prometheus, now: context.now) }
    guard let report else { return ["Waiting for Prometheus's answer."] }
    return ["Nothing here counts the requests of services."] + report.remarks
  }
}
