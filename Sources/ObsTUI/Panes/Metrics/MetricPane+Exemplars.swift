import ObsData

/// The measurements behind an enlarged chart of latencies, each a way into its trace.
extension MetricPane {
  /// What is asked for the enlarged row; nil where it measures no time.
  func exemplarQuery(in scope: Scope) -> ExemplarQuery? {
    guard isEnlarged, let row = selectedRow, MetricPane.measuresTime(row) else { return nil }
    return ExemplarQuery(expression: row.expression, window: scope.window)
  }

  /// Whether exemplars of the row's histogram are in the row's own unit.
  static func measuresTime(_ row: MetricRow) -> Bool {
    !row.expression.isEmpty && (row.unit == .seconds || row.unit == .milliseconds)
  }

  /// The exemplars in the row's unit: an expression may have made seconds of milliseconds.
  func exemplars(of row: MetricRow, in context: ViewContext) -> [Exemplar] {
    guard MetricPane.measuresTime(row), let answer = context.exemplars[row.expression] else { return [] }
    let factor = MetricPane.factor(from: row.expression, to: row.unit)
    return answer.exemplars.filter { $0.time >= context.window.start && $0.time <= context.window.end }.map {
      Exemplar(time: $0.time, value: $0.value * factor, traceID: $0.traceID, spanID: $0.spanID, series: $0.series)
    }
  }

  /// What makes a measurement of a metric one in the row's unit, by the unit in the metric's name.
  private static func factor(from expression: String, to unit: MetricUnit) -> Double {
    let isMilliseconds = expression.contains("_milliseconds") || expression.contains("_ms_")
    switch unit {
    case .seconds where isMilliseconds: return 0.001
    case .milliseconds where !isMilliseconds: return 1_000
    default: return 1
    }
  }

  /// `◇ 12 exemplars, t opens one`; empty where there is nothing to say.
  func exemplarNote(of row: MetricRow, in context: ViewContext) -> String {
    guard let answer = context.exemplars[row.expression] else { return "" }
    return answer.note(count: exemplars(of: row, in: context).count, glyphs: context.glyphs)
  }

  /// Opens the trace of the exemplar at the cursor; nil where the key means something else.
  func openExemplar(in context: ViewContext, isAsked: Bool) -> Request? {
    guard isEnlarged, let row = selectedRow else {
      return isAsked ? .notice("enter enlarges the chart first: exemplars are marks on it") : nil
    }
    // Enter goes back from the chart, as long as no cursor stands in it.
    guard isAsked || context.cursor != nil else { return nil }
    if let chosen = Exemplar.chosen(of: exemplars(of: row, in: context), at: context.cursor) {
      return .openExemplar(chosen)
    }
    return isAsked ? .notice(exemplarObstacle(of: row, in: context)) : nil
  }

  private func exemplarObstacle(of row: MetricRow, in context: ViewContext) -> String {
    guard MetricPane.measuresTime(row) else { return "\(row.title) measures no time: exemplars are of latencies" }
    guard let answer = context.exemplars[row.expression] else { return "the exemplars have not come yet" }
    return answer.remark ?? "no exemplars lie in this window"
  }
}

extension ExemplarAnswer {
  /// What is said of them beside a chart.
  func note(count: Int, glyphs: GlyphSet) -> String {
    if let remark { return remark }
    guard count > 0 else { return "no exemplars" }
    return "\(glyphs == .unicode ? "◇" : "o") \(count) exemplar\(count == 1 ? "" : "s"), t opens one"
  }
}
