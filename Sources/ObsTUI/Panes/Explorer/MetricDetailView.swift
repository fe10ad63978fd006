import ObsData

/// One metric: its chart, and below it the labels of its series, to filter and to group by.
struct MetricDetailView: Equatable, Sendable {
  /// Which series are looked at, and what is made of them.
  private(set) var look: MetricLook
  private(set) var isHeatMap = false
  private(set) var detail: MetricDetail?
  private(set) var failure: FetchFailure?
  private(set) var answeredAt: Timestamp?
  /// Whether the values of a label are gone through instead of the labels.
  private(set) var isAmongValues = false
  private(set) var labelCursor = ListCursor()
  private(set) var valueCursor = ListCursor()

  init(_ look: MetricLook) { self.look = look }

  var labels: [MetricLabel] { detail?.labels ?? [] }
  var label: MetricLabel? { labels.indices.contains(labelCursor.selected) ? labels[labelCursor.selected] : nil }
  var value: MetricLabel.Value? {
    guard let values = label?.values, values.indices.contains(valueCursor.selected) else { return nil }
    return values[valueCursor.selected]
  }

  func query(window: TimeWindow, columns: Int) -> MetricDetailQuery {
    MetricDetailQuery(look: look, isHeatMap: isHeatMap, window: window, columns: columns)
  }

  func title(in context: ViewContext) -> String {
    let dot = context.glyphs == .unicode ? " · " : " - "
    var parts = [look.family.name, (detail?.kind ?? look.family.kind).word + (look.family.isGuessed ? "?" : "")]
    if let detail {
      let more = detail.isCutShort ? "more than " : ""
      parts.append("\(more)\(Formatting.count(detail.seriesCount, style: .exact)) series")
    }
    if failure != nil { parts.append("failing") }
    return parts.joined(separator: dot)
  }

  mutating func receive(_ update: Update, to query: MetricDetailQuery) {
    guard query.look == look, query.isHeatMap == isHeatMap else { return }
    switch update.body {
    case .explorer(.metric(let detail)):
      let name = label?.name
      self.detail = detail
      failure = nil
      answeredAt = update.at
      // The cursor stays on its label, whatever an answer brings.
      if let index = labels.firstIndex(where: { $0.name == name }), index != labelCursor.selected {
        labelCursor = ListCursor(selected: index, top: labelCursor.top)
      }
      if label == nil { isAmongValues = false }
    case .failed(let failure): self.failure = failure
    default: break
    }
  }

  /// Nil where the command is not its business: `back` at the top.
  mutating func perform(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    let room = MetricDetailLayout(height: height, rows: labels.count).labels
    if isAmongValues {
      if valueCursor.move(command, count: label?.values.count ?? 0, height: room) { return [] }
    } else if labelCursor.move(command, count: labels.count, height: room) {
      valueCursor = ListCursor()
      return []
    }
    switch command {
    case .right,
      .open where !isAmongValues:
      isAmongValues = label != nil
    case .left: isAmongValues = false
    case .open: filter(isExclusion: false)
    case .back:
      guard isAmongValues else { return nil }
      isAmongValues = false
    case .excludeLabelValue:
      guard isAmongValues else { return [.notice("right goes to the label's values: x leaves one out")] }
      filter(isExclusion: true)
    case .groupByLabel: return group()
    case .dropLabelFilter:
      if look.matchers.popLast() == nil, look.grouping.popLast() == nil {
        return [.notice("no filter and no grouping to drop")]
      }
    case .aggregation: return aggregate()
    case .metricHeatMap:
      guard [.histogram, .nativeHistogram].contains(detail?.kind ?? look.family.kind) else {
        return [.notice("only a histogram has a heat map")]
      }
      isHeatMap.toggle()
    case .copy:
      guard let detail, !detail.expressions.isEmpty else { return [.notice("nothing to copy yet")] }
      return [.copy(detail.expressions.joined(separator: "\n"), what: "the expression of \(look.family.name)")]
    default: return nil
    }
    return []
  }

  private mutating func filter(isExclusion: Bool) {
    guard let label, let value else { return }
    let matcher = MetricMatcher(label.name, value.text, isExclusion: isExclusion)
    if let index = look.matchers.firstIndex(of: matcher) {
      look.matchers.remove(at: index)
    } else {
      look.matchers.removeAll { $0.label == label.name && (!isExclusion || !$0.isExclusion) }
      look.matchers.append(matcher)
    }
    isAmongValues = false
    valueCursor = ListCursor()
  }

  private mutating func group() -> [Request] {
    guard let label else { return [.notice("there is no label to group by")] }
    guard !isHeatMap else { return [.notice("a heat map has all series together: i shows lines")] }
    if let index = look.grouping.firstIndex(of: label.name) {
      look.grouping.remove(at: index)
    } else {
      look.grouping.append(label.name)
    }
    return []
  }

  private mutating func aggregate() -> [Request] {
    guard let current = look.aggregation else {
      return [.notice("the buckets of a histogram are added up: any other way would be wrong")]
    }
    let all = MetricLook.Aggregation.allCases
    look.chosen = all[((all.firstIndex(of: current) ?? 0) + 1) % all.count]
    return []
  }

  /// A click on a label, or on a value of the selected one.
  mutating func select(row y: Int, height: Int) {
    let layout = MetricDetailLayout(height: height, rows: labels.count)
    let line = y - layout.labelsTop
    guard layout.labels > 0, line >= 0, line < layout.labels else { return }
    if isAmongValues {
      valueCursor.select(valueCursor.top + line, count: label?.values.count ?? 0, height: layout.labels)
    } else {
      labelCursor.select(labelCursor.top + line, count: labels.count, height: layout.labels)
      valueCursor = ListCursor()
    }
  }
}

/// How the lines are dealt out: expression and what is made of the series, chart, a rule, labels.
struct MetricDetailLayout: Equatable {
  let header = 2
  let chart, labels: Int

  /// The first line of the labels.
  var labelsTop: Int { header + chart + 1 }

  init(height: Int, rows: Int) {
    let left = max(0, height - header)
    // The chart keeps two thirds, where there are labels to fill the rest.
    let wanted = left >= 9 && rows > 0 ? min(max(left / 3, 3), max(rows, 3)) : 0
    labels = wanted
    chart = left - (wanted > 0 ? wanted + 1 : 0)
  }
}
