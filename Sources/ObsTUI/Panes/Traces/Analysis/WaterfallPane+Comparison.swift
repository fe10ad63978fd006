import ObsData

/// The comparison with another trace, by operation or by call path.
extension WaterfallPane {
  /// The rows of a comparison; none until it has been worked out.
  func comparedRows(_ kind: AnalysisView.Kind) -> [TraceComparison.Row] {
    guard let result = insight.comparison?.result else { return [] }
    return kind == .comparedPaths ? result.paths : result.operations
  }

  /// What is compared with what.
  func comparisonWords(_ kind: AnalysisView.Kind) -> String {
    guard let comparison = insight.comparison, case .found(let other, let tree) = comparison.stage else { return "" }
    let how = comparison.choice.isEmpty ? "" : ", \(comparison.choice)"
    let time = Formatting.duration(tree.range.duration)
    let next = kind == .comparison ? "by call path" : "the bars"
    return "A = \(other.id.short.prefix(8))\(how), \(time); B = this trace (D: \(next))"
  }

  /// The operation with its figures; behind it, where the row is a path, what called it.
  func comparisonLine(
    _ row: TraceComparison.Row, _ time: (Duration) -> String, arrow: String
  ) -> AnalysisLine {
    typealias Figure = AnalysisLine.Figure
    func own(_ side: TraceComparison.Side) -> String { side.count == 0 ? "-" : time(side.selfTime) }
    let isLonger = row.difference > .zero
    let word: (text: String, role: Role) =
      switch row.kind {
      case .missing: ("missing ", .statusStale)
      case .new: ("new ", .statusStale)
      default: row.b.errorCount > row.a.errorCount ? ("failed ", .spanError) : ("", .text)
      }
    let operation = row.path.last ?? OperationIndex.Operation(service: "", name: "")
    return AnalysisLine(
      figures: [
        Figure(
          text: (isLonger ? "+" : "") + time(row.difference), width: 8, role: isLonger ? .chartWarning : .textStrong),
        Figure(text: own(row.a), width: 7), Figure(text: own(row.b), width: 7),
        Figure(text: Formatting.count(row.a.count), width: 7), Figure(text: Formatting.count(row.b.count), width: 6),
      ],
      name: [
        word, (operation.service + ": ", Role.series(for: operation.service)), (operation.name, .spanOperation),
        (row.path.dropLast().reversed().map { arrow + $0.text }.joined(), .textMuted),
      ])
  }
}
