import ObsData

/// The analysis of the traces that are open: small ones at once, large ones on another thread.
extension Dashboard {
  /// Analyses what has come or changed.
  mutating func analyseTraces() -> [Effect] {
    var effects: [Effect] = []
    for index in pushed.indices {
      guard case .waterfall(var pane) = pushed[index] else { continue }
      // Given back below: a shared one would be copied.
      pushed[index] = .taken
      let works = pane.analysisWork()
      let search = pane.findWork()
      pushed[index] = .waterfall(pane)
      for work in works { effects += analyse(work) }
      if let search { effects.append(.traceWork(search)) }
    }
    return effects
  }

  /// Does small work at once, and asks for large work to be done.
  mutating func analyse(_ work: AnalysisWork) -> [Effect] {
    guard work.isSmall else { return [.analyse(work)] }
    if let outcome = work.run(isWanted: { true }) { learn(outcome, of: work.ticket) }
    return []
  }

  /// Hands what was found to the pane that shows the trace.
  mutating func learn(_ outcome: AnalysisWork.Outcome, of ticket: AnalysisWork.Ticket) {
    for index in pushed.indices {
      guard case .waterfall(var pane) = pushed[index] else { continue }
      pushed[index] = .taken
      pane.learn(outcome, of: ticket)
      pushed[index] = .waterfall(pane)
    }
  }

  /// Compares the trace on the screen with another one.
  mutating func compareTrace(with id: String) -> [Effect] {
    guard case .waterfall(var pane) = pushed.last, focus == .pushed else {
      say("compare is for an open trace", isError: true)
      return []
    }
    pushed[pushed.count - 1] = .taken
    let requests = pane.compare(with: id)
    pushed[pushed.count - 1] = .waterfall(pane)
    return requests.flatMap { fulfil($0) }
  }
}
