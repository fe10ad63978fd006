import ObsData

extension Dashboard {
  /// Begins to read a file of traces; what comes of it is shown on top.
  mutating func openTraceFile(_ path: String) -> [Effect] {
    traceFiles += 1
    let work = TraceFileWork(path: path, number: traceFiles)
    push(.traceFile(TraceFilePane(work)))
    return [.readTraceFile(work)]
  }

  /// Hands what a reading has come to over to its pane. The only trace of a file is shown at once, in the pane's place.
  mutating func receive(_ news: TraceFileWork.News, of work: TraceFileWork) {
    let index = pushed.firstIndex { if case .traceFile(let pane) = $0 { pane.work == work } else { false } }
    guard let index, case .traceFile(var pane) = pushed[index] else { return }
    if case .found(let traces, _, let warnings) = news, traces.count == 1 {
      pushed[index] = .waterfall(WaterfallPane(traces[0], file: pane.name, now: now))
      if !warnings.isEmpty { say(warnings.joined(separator: "; ")) }
      return
    }
    pane.receive(news)
    pushed[index] = .traceFile(pane)
  }

  /// Opens one of a file's traces on top of their list.
  mutating func openTrace(_ found: TraceFileWork.Found, ofFile name: String) {
    push(.waterfall(WaterfallPane(found, file: name, now: now)))
  }
}

extension WaterfallPane {
  /// The waterfall of a trace from a file: it is whole as it is, and no store is asked for it.
  init(_ found: TraceFileWork.Found, file: String, now: Timestamp) {
    self.init(TraceRequest(id: found.trace.id, around: found.tree.range.start))
    receive(
      Update(
        subscription: .trace(request), at: now, body: .trace(.found(found.trace, found.tree, isGrowing: false))))
    self.file = file
  }
}
