import ObsData

extension WaterfallPane {
  /// Changes which part of the trace's time is shown; nil where the command is another one.
  mutating func performZoom(_ command: Command, _ tree: TraceTree) -> [Request]? {
    let whole = tree.range
    let span = selectedRange
    switch command {
    case .zoomIn, .zoomOut:
      guard command == .zoomIn || zoom.range != nil else { return [.notice("the whole trace is shown")] }
      let center = span.map { $0.start + $0.duration / 2 } ?? whole.start
      zoom.scale(in: whole, about: center, isCloser: command == .zoomIn)
    case .zoomToSpan:
      guard let span else { return [.notice("no span is selected")] }
      zoom.show(span, in: whole)
      if zoom.range == nil { return [.notice("this span takes the whole time of the trace")] }
    case .zoomReset: zoom.reset()
    case .panLeft, .panRight:
      guard zoom.range != nil else { return [.notice("the whole trace is shown: . zooms in")] }
      if !zoom.pan(in: whole, isForward: command == .panRight) {
        return [.notice(command == .panRight ? "this is the trace's end" : "this is the trace's start")]
      }
    default: return nil
    }
    refreshDetail()
    return []
  }

  /// From when to when the selected span took.
  private var selectedRange: TimeRange? {
    guard let (trace, tree) = found, let node = selectedNode else { return nil }
    let start = tree.nodes[node].start
    return TimeRange(start: start, end: start + trace.spans[tree.nodes[node].span].duration)
  }
}
