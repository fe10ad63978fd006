import ObsData

extension MetricPane {
  /// The rows with that of a rule's expression as the rule means it: under its name and threshold, and of its series those that may
  /// be the alert's.
  static func rows(_ rows: [MetricRow], of rule: MetricRule?) -> [MetricRow] {
    guard let rule else { return rows }
    return rows.map { row in
      guard row.id == MetricRule.rowID else { return row }
      let own = row.series.filter { series in
        series.labels.allSatisfy { label in rule.labels[label.key].map { $0 == label.value } ?? true }
      }
      return MetricRow(
        id: row.id, title: rule.title, unit: row.unit, expression: row.expression,
        series: own.isEmpty ? row.series : own, warnings: row.warnings, failure: row.failure)
    }
  }
}

extension MetricRule {
  /// What names the row of the user's expression.
  static let rowID = "query"

  /// What a value of the expression means: whether it meets the rule's condition.
  var roles: @Sendable (Double) -> Role {
    guard let condition else { return { _ in .chart } }
    return { condition.isMet(by: $0) ? .chartError : .chart }
  }

  /// For how much of a series the condition held: `met 12 of 60 steps`; nil where there is nothing to hold it against.
  func verdict(_ series: TimeSeries) -> String? {
    guard let condition else { return nil }
    let values = series.values.compactMap { $0 }
    let count = values.count { condition.isMet(by: $0) }
    return "met \(count) of \(values.count) steps"
  }
}
