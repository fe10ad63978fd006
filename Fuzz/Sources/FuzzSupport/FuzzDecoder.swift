import ObsData

/// Has a decoder read a text, and looks at all that comes of it: the tree, the details of every span, the summary. Whatever the
/// text is, nothing of this may stop the program, and no span may be lost on the way to the tree.
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int, as format: TraceFile.Format) {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let file = try? TraceFile.decode(bytes, name: "input", as: format) else { return }
  for trace in file.traces {
    let tree = TraceTree.build(trace)
    precondition(tree.nodes.count == trace.spans.count, "spans were lost")
    for index in trace.spans.indices { _ = trace.details(of: index) }
    _ = TraceSummary(trace, tree)
  }
}
