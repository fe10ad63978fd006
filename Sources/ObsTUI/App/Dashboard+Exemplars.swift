import ObsData

/// Exemplars: from a mark on a chart into the trace behind it.
extension Dashboard {
  /// Takes an answer about exemplars; whether the update was one. Charts are whole without them, so that a store that refuses them
  /// is not told as failing: the chart says it.
  mutating func receiveExemplars(_ update: Update) -> Bool {
    guard case .exemplars(let query) = update.subscription else { return false }
    let wanted = Set(
      subscriptions.compactMap { if case .exemplars(let query) = $0 { query.expression } else { nil } })
    exemplars = exemplars.filter { wanted.contains($0.key) }
    switch update.body {
    case .exemplars(let answer): exemplars[query.expression] = answer
    case .failed(let failure) where exemplars[query.expression] == nil:
      exemplars[query.expression] = ExemplarAnswer(remark: "no exemplars: \(failure.error.answer)")
    default: break
    }
    return true
  }

  /// Opens the trace of a measurement on its span; `Esc` comes back to the chart.
  mutating func openTrace(of exemplar: Exemplar) {
    var pane = WaterfallPane(TraceRequest(id: exemplar.traceID, around: exemplar.time), focus: exemplar.spanID)
    pane.isOfExemplar = focus == .metrics
    pushed.append(.waterfall(pane))
    focus = .pushed
  }
}
