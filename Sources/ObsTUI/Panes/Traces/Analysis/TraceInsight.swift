import ObsData

/// What a waterfall knows of its trace as a whole, and which view of that stands in the place of the bars.
struct TraceInsight: Equatable, Sendable {
  /// The trace that was analysed last, or is being analysed.
  fileprivate(set) var trace: Trace?
  /// What has been found; nil while it is being looked for.
  fileprivate(set) var analysis: TraceAnalysis?
  /// The blame in words.
  fileprivate(set) var sentence = ""
  /// Whether the critical path is drawn on the bars.
  var showsPath = true
  /// The view in the place of the bars; nil for the bars.
  var view: AnalysisView?
  /// The events of all spans; nil until they were asked for and have come.
  fileprivate(set) var events: TraceEventTimeline?
  /// The comparison with another trace; nil until one was asked for.
  var comparison: TraceMatch?
  fileprivate var number = 0
  /// The number of the last question of each kind.
  fileprivate var newest: [AnalysisWork.Kind: Int] = [:]
}

extension WaterfallPane {
  /// The work that the analysis of the trace needs now. A trace that has grown is analysed again.
  mutating func analysisWork() -> [AnalysisWork] {
    guard let (trace, tree) = found else { return [] }
    var works: [AnalysisWork] = []
    let isKnown = insight.trace == trace
    insight.trace = trace
    if !isKnown {
      works.append(work(.analysis, .analysis, trace, tree))
      // What names spans by their place is of no use for another tree.
      insight.analysis = nil
      insight.events = nil
      if insight.view?.kind == .events { works.append(work(.events, .events, trace, tree)) }
      insight.comparison?.traceHasChanged()
    }
    if let other = insight.comparison?.takeUncompared() {
      works.append(work(.comparison, .comparison(other.trace, other.tree), trace, tree))
    }
    return works
  }

  /// The work that gives the events.
  mutating func eventWork() -> AnalysisWork? {
    guard let (trace, tree) = found else { return nil }
    return work(.events, .events, trace, tree)
  }

  private mutating func work(
    _ kind: AnalysisWork.Kind, _ task: AnalysisWork.Task, _ trace: Trace, _ tree: TraceTree
  ) -> AnalysisWork {
    insight.number += 1
    insight.newest[kind] = insight.number
    let ticket = AnalysisWork.Ticket(request: request, kind: kind, number: insight.number)
    return AnalysisWork(ticket: ticket, task: task, trace: trace, tree: tree)
  }

  /// Takes what the work has come to.
  mutating func learn(_ outcome: AnalysisWork.Outcome, of ticket: AnalysisWork.Ticket) {
    guard ticket.request == request, insight.newest[ticket.kind] == ticket.number, let (trace, tree) = found else {
      return
    }
    switch outcome {
    case .analysis(let analysis):
      insight.analysis = analysis
      let words = BlameText(trace: trace, tree: tree, path: analysis.criticalPath)
      insight.sentence = words.sentence(analysis.blame)
    case .events(let events): insight.events = events
    case .comparison(let comparison): insight.comparison?.result = comparison
    }
  }
}
