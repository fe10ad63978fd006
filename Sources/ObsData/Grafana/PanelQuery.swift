/// One question to Prometheus that a panel comes to, its variables replaced.
public struct PanelQuery: Hashable, Sendable {
  /// The letter that names it.
  public let refID: String
  /// The PromQL.
  public let expression: String
  /// The template of the legend.
  public let legend: String
  /// How the answer is shaped.
  public let format: PanelTarget.Format
  /// Whether it is asked at the grid's end alone.
  public let isInstant: Bool
  /// The instants that it is asked for.
  public let grid: PrometheusGrid
  /// Whether the measurements with traces are shown on the chart.
  public let showsExemplars: Bool
  /// The names of variables that nothing stands for.
  public let unknown: [String]

  /// How long one of them takes is nobody's matter but the panel's: two with the same question are asked once.
  struct Question: Hashable, Sendable {
    let expression: String
    let isInstant: Bool
    let grid: PrometheusGrid
  }

  var question: Question { Question(expression: expression, isInstant: isInstant, grid: grid) }
}

extension ScenePanel {
  /// The range that the panel shows within the dashboard's.
  public func range(within range: TimeRange) -> TimeRange {
    var range = range
    if let length = DurationText.parse(panel.timeFrom.withoutPrefix("now-")) {
      range = TimeRange(start: range.end - length, end: range.end)
    }
    if let shift = DurationText.parse(panel.timeShift) {
      range = TimeRange(start: range.start - shift, end: range.end - shift)
    }
    return range
  }

  /// What Prometheus is asked for the panel, drawn so many points wide.
  public func queries(in scene: DashboardScene, range: TimeRange, points: Int) -> [PanelQuery] {
    let range = self.range(within: range)
    let variables = scene.bindings.merging(scope) { $1 }
    return prometheusTargets.map { target in
      let names = Interpolation(variables)
      let minimum = ScenePanel.minimum(target.interval, names) ?? ScenePanel.minimum(panel.interval, names)
      var intervals = QueryIntervals(
        range: range, points: min(panel.maximumPoints.map { max($0, 1) } ?? points, points), minimum: minimum,
        factor: target.intervalFactor)
      // A least step of `$__rate_interval` asks for that as the step.
      if target.interval.contains("__rate_interval") {
        intervals = QueryIntervals(range: range, points: points, minimum: intervals.rateInterval)
      }
      let all = variables.merging(intervals.builtIns) { $1 }
      let (text, unknown) = Interpolation(all).replaced(target.expression, format: .prometheus)
      // An interval variable may stand for one that is computed.
      let (expression, still) =
        unknown.isEmpty && text.contains("$__")
        ? Interpolation(all).replaced(text, format: .prometheus) : (text, unknown)
      return PanelQuery(
        refID: target.refID, expression: AdHocFilters.apply(scene.filters, to: expression),
        legend: names.text(target.legend), format: target.format,
        isInstant: target.isInstant, grid: PrometheusGrid(range, step: intervals.step),
        showsExemplars: target.showsExemplars, unknown: still)
    }
  }

  private static func minimum(_ text: String, _ names: Interpolation) -> Duration? {
    guard !text.isEmpty, !text.contains("__interval"), !text.contains("__rate_interval") else { return nil }
    return DurationText.parse(names.text(text).withoutPrefix(">").trimmingBlanks())
  }
}

extension String {
  fileprivate func withoutPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
