import ObsData

extension WaterfallPane {
  /// All that the selected span carries, as text.
  var spanText: String? {
    guard let (trace, tree) = found, let node = selectedNode else { return nil }
    return SpanDetailPanel(node: node, trace: trace, tree: tree).text(traceID: trace.id)
  }

  /// More than these are no text for a clipboard: over ssh it travels through the terminal.
  private static let mostSpansToCopy = 1_000

  /// Copies the span or the trace; nil where the command is another one.
  func performCopy(_ command: Command, _ trace: Trace, _ tree: TraceTree) -> [Request]? {
    switch command {
    case .copy:
      if let detail, detail.isFocused, let text = detail.selectedText { return [.copy(text, what: "the value")] }
      guard let node = selectedNode else { return [.copy(trace.id.description, what: "the trace id")] }
      let span = TraceWriter(trace, as: .jaeger).span(at: tree.nodes[node].span)
      return [.copy(span.text, what: "the span as JSON")]
    case .copyTrace:
      let count = trace.spans.count
      guard count <= WaterfallPane.mostSpansToCopy else {
        let spans = Formatting.count(count, style: .exact)
        return [.notice("\(spans) spans are too many for the clipboard: :write FILE.json writes them", isError: true)]
      }
      return [.copy(TraceWriter(trace, as: .jaeger).text, what: "the trace as JSON")]
    default: return nil
    }
  }
}
