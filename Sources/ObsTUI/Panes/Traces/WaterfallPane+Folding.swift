import ObsData

extension WaterfallPane {
  /// Folds, unfolds; nil where the command is another one.
  mutating func performFolding(_ command: Command, _ tree: TraceTree, height: Int) -> [Request]? {
    switch command {
    case .left: fold(tree, height: height)
    case .right: unfold(tree, height: height)
    case .unfoldAll: refold(height: height) { $0.unfoldAll(in: tree) }
    case .foldHealthy: refold(height: height) { $0.foldHealthy(in: tree) }
    case .foldLevel: refold(height: height) { $0.foldLevel(in: tree) }
    case .unfoldLevel: refold(height: height) { $0.unfoldLevel(in: tree) }
    default: return nil
    }
    return []
  }

  /// Folds the span, or goes to its parent where there is nothing to fold.
  private mutating func fold(_ tree: TraceTree, height: Int) {
    guard let index = selectedNode else { return }
    if tree.nodes[index].descendantCount(at: index) > 0, !rows.folded.contains(index) {
      refold(height: height) { $0.fold(index, in: tree) }
    } else if let parent = rows.parent(of: index, in: tree) {
      select(parent, height: height)
    }
  }

  /// Unfolds the span; where it is unfolded, goes into the panel, else to its first child.
  private mutating func unfold(_ tree: TraceTree, height: Int) {
    guard let index = selectedNode else { return }
    if rows.folded.contains(index) {
      refold(height: height) { $0.unfold(index, in: tree) }
    } else if detail != nil {
      detail?.isFocused = true
    } else if tree.nodes[index].descendantCount(at: index) > 0 {
      select(index + 1, height: height)
    }
  }

  /// Changes what is folded and stays on the selected span, or on the folded one above it.
  private mutating func refold(height: Int, _ change: (inout FoldedRows) -> Void) {
    let node = selectedNode
    change(&rows)
    if let node { select(node, height: height) }
  }

  /// Puts a service's spans out of view.
  mutating func hide(service: String) -> [Request] {
    guard let (trace, tree) = found else { return [.notice("there is no trace yet")] }
    guard trace.processes.contains(where: { $0.service == service }) else {
      let near = NearestName.suggestion(for: service, among: trace.processes.map(\.service))
      return [.notice("no span of this trace is of \(service)\(near)", isError: true)]
    }
    let before = hiddenServices
    hide(hiddenServices.union([service]))
    if rowCount == 0, !tree.nodes.isEmpty {
      hide(before)
      return [.notice("\(service) is all there is left of this trace")]
    }
    return [.notice("\(service) is hidden; X or :show shows it again")]
  }

  /// Shows the spans of a service again, or those of all.
  mutating func show(service: String) -> [Request] {
    guard !hiddenServices.isEmpty else { return [.notice("no service is hidden")] }
    guard service.isEmpty || hiddenServices.contains(service) else {
      let names = hiddenServices.sorted().joined(separator: ", ")
      return [.notice("\(service) is not hidden; hidden: \(names)", isError: true)]
    }
    hide(service.isEmpty ? [] : hiddenServices.subtracting([service]))
    return [.notice(service.isEmpty ? "all services are shown" : "\(service) is shown")]
  }
}
