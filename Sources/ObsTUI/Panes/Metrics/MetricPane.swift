import ObsData

/// The sparklines: one row for each measure, all on the time axis of the window.
struct MetricPane: Pane {
  /// What was answered last; nil before the first answer.
  private(set) var rows: [MetricRow]?
  /// The alerting rule whose expression the last row shows.
  private(set) var rule: MetricRule?
  private var answer: [MetricRow]?
  /// What the rows are an answer to.
  private(set) var shown: MetricQuery?
  /// What is asked for now.
  private(set) var wanted: MetricQuery?
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  /// The selected row, by its name, so that it stays selected when rows come and go.
  private(set) var selectedID: String?
  /// The first line in view.
  private(set) var top = 0
  /// Whether the selected row fills the pane.
  private(set) var isEnlarged = false
  /// Whether the enlarged chart goes by powers of ten.
  private(set) var isLogarithmic = false

  /// How many series of a row are drawn.
  static let seriesLimit = 4

  init() {}

  func query(in scope: Scope) -> MetricQuery {
    MetricQuery(
      services: scope.services(in: .prometheus), window: scope.window, columns: scope.sparklineWidth,
      expression: scope.metricExpression)
  }

  func subscriptions(in scope: Scope) -> Set<Subscription> {
    var wanted: Set<Subscription> = [.metrics(query(in: scope))]
    if let query = exemplarQuery(in: scope) { wanted.insert(.exemplars(query)) }
    return wanted
  }

  mutating func adopt(_ scope: Scope) {
    let query = query(in: scope)
    if scope.metricRule != rule {
      rule = scope.metricRule
      rows = answer.map { MetricPane.rows($0, of: rule) }
      // The row that was asked for is the one to look at.
      if rule != nil { selectedID = MetricRule.rowID }
    }
    guard query != wanted else { return }
    wanted = query
    failure = nil
  }

  /// Whether the rows answer a question about other services or another window.
  var isOutdated: Bool {
    guard let shown, let wanted else { return false }
    return shown.services != wanted.services || shown.window != wanted.window
  }

  mutating func receive(_ update: Update) {
    guard case .metrics(let query) = update.subscription, wanted == nil || query == wanted else { return }
    switch update.body {
    case .failed(let failure): self.failure = failure
    case .metrics(let rows):
      answer = rows
      self.rows = MetricPane.rows(rows, of: rule)
      shown = query
      failure = nil
      answeredAt = update.at
    default: return
    }
  }

  /// Index of the selected row; 0 where the row is gone.
  var selected: Int { rows?.firstIndex { $0.id == selectedID } ?? 0 }
  /// The selected row; nil where there is none.
  var selectedRow: MetricRow? { rows.flatMap { $0.isEmpty ? nil : $0[selected] } }

  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    switch command {
    case .open:
      if let request = openExemplar(in: context, isAsked: false) { return [request] }
      isEnlarged = !isEnlarged && selectedRow != nil
    case .openExemplar: return openExemplar(in: context, isAsked: true).map { [$0] } ?? []
    case .logScale:
      guard isEnlarged else { return [.notice("enter enlarges the chart first")] }
      isLogarithmic.toggle()
      return [.notice(isLogarithmic ? "the axis goes by powers of ten" : "the axis is linear")]
    case .back, .quit:
      guard isEnlarged else { return nil }
      isEnlarged = false
    case .copy:
      guard let row = selectedRow else { return [] }
      guard !row.expression.isEmpty else { return [.notice("\(row.title) has no expression")] }
      return [.copy(row.expression, what: "the expression of \(row.title)")]
    default: return move(command, in: context, height: height) ? [] : nil
    }
    return []
  }

  mutating func select(row y: Int, in context: ViewContext, height: Int) {
    guard !isEnlarged, y >= 0, let rows else { return }
    let height = listHeight(height, in: context)
    let lines = lines
    let chartHeight = chartHeight(of: lines, height: height)
    var end = 0
    for line in lines.dropFirst(visibleTop(height: height)) {
      end += line.series == nil ? 1 : chartHeight
      guard y >= end else {
        selectedID = rows[line.row].id
        return
      }
    }
  }

  private mutating func move(_ command: Command, in context: ViewContext, height: Int) -> Bool {
    let rows = rows ?? []
    var cursor = ListCursor(selected: selected)
    guard cursor.move(command, count: rows.count, height: height) else { return false }
    guard !rows.isEmpty else { return true }
    selectedID = rows[cursor.selected].id
    top = visibleTop(height: listHeight(height, in: context))
    return true
  }

  /// The first line in view so that the whole selected row is.
  func visibleTop(height: Int) -> Int {
    let lines = lines
    let own = lines.indices.filter { lines[$0].row == selected }
    guard let first = own.first, let last = own.last else { return 0 }
    let top = min(max(self.top, last - max(height, 1) + 1), first)
    return min(max(top, 0), max(0, lines.count - max(height, 1)))
  }
}

extension MetricPane {
  /// What a line of the pane shows.
  struct Line: Equatable {
    /// Index of the row.
    let row: Int
    /// Index of the row's series; nil for a line of words.
    var series: Int?
    let title: String
    /// Words instead of a chart: why there is none, or how much is left out.
    var words: String?
  }

  /// The rows as lines: one where a row has one series, else one for each series below the row's title.
  var lines: [Line] {
    var lines: [Line] = []
    for (index, row) in (rows ?? []).enumerated() {
      if let failure = row.failure {
        lines.append(Line(row: index, title: row.title, words: failure))
      } else if row.series.isEmpty {
        lines.append(Line(row: index, title: row.title, words: "no data in this window"))
      } else if row.series.count == 1 {
        lines.append(Line(row: index, series: 0, title: row.title))
      } else {
        let left = row.series.count - MetricPane.seriesLimit
        let more = left > 0 ? "\(Formatting.count(left)) more series not shown" : ""
        lines.append(Line(row: index, title: row.title, words: more))
        for (number, name) in MetricPane.names(of: row.series).prefix(MetricPane.seriesLimit).enumerated() {
          lines.append(Line(row: index, series: number, title: " " + name))
        }
      }
    }
    return lines
  }

  /// How many rows of the screen each chart has: as many as all of them can have without scrolling, and no more than can be
  /// taken in at a glance.
  func chartHeight(of lines: [Line], height: Int) -> Int {
    let charts = lines.count { $0.series != nil }
    guard charts > 0 else { return 1 }
    // The axis below them has a row, too.
    return min(max((height - 1 - (lines.count - charts)) / charts, 1), 4)
  }

  /// What tells a row's series apart: the values of the labels in which they differ.
  static func names(of series: [TimeSeries]) -> [String] {
    let labels = Set(series.prefix(100).flatMap { $0.labels.keys }).sorted().filter { key in
      Set(series.prefix(100).map { $0.labels[key] }).count > 1
    }
    return series.prefix(MetricPane.chartSeriesLimit).map { series in
      let name = labels.compactMap { series.labels[$0] }.joined(separator: " ")
      return name.isEmpty ? "without labels" : name
    }
  }

  /// The newest instant of all series, measured or not: where the time axis ends.
  var end: Timestamp? { (rows ?? []).flatMap(\.series).map(\.end).max() }
}
