import ObsData

/// The blame of a trace in words: what stands above its waterfall.
struct BlameText {
  let trace: Trace
  let tree: TraceTree
  let path: CriticalPath
  var glyphs = GlyphSet.unicode

  /// Longer names are cut in a sentence.
  private static let nameWidth = 60

  /// What is said where nothing stands out.
  static let nothing = """
    nothing stands out: no error, no retry, no run of calls, no span or operation with a third of the critical path, \
    no gap of a tenth
    """

  /// All clauses as one sentence.
  func sentence(_ blame: TraceBlame) -> String {
    if tree.nodes.isEmpty { return "the trace holds no span" }
    return blame.clauses.isEmpty ? BlameText.nothing : blame.clauses.map { text($0) }.joined(separator: "; ")
  }

  /// One clause.
  func text(_ clause: TraceBlame.Clause) -> String {
    switch clause {
    case .criticalPath(let holder):
      let who =
        holder.nodes.count == 1 ? name(holder.nodes[0]) : "\(count(holder.nodes.count)) × \(name(holder.nodes[0]))"
      let roots = path.rootCount > 1 ? " of the longest of \(count(path.rootCount)) roots" : ""
      return "\(share(holder.share)) of \(time(path.duration)) in \(who) (critical path\(roots))"
    case .aftermath(let rest):
      return "\(time(rest.duration)) more after \(name(path.root ?? 0)) had ended, up to \(name(rest.node))"
    case .firstError(let failure, let isDeepest):
      let which = failure.errorCount == 1 ? "the only error" : isDeepest ? "first and deepest error" : "first error"
      let all = failure.errorCount > 1 ? ", \(count(failure.errorCount)) in all" : ""
      return "\(which) in \(place(failure))\(all)"
    case .deepestError(let failure): return "deepest error in \(place(failure))"
    case .retries(let retry):
      let end = retry.hasSucceeded ? "then it succeeded" : "in vain"
      return "\(name(retry.nodes[0])) retried \(count(retry.count))× after errors, \(end)"
    case .run(let run):
      let caller = run.nodes.first.flatMap { tree.nodes[$0].parent }.map { " by \(name($0))" } ?? ""
      return "\(count(run.nodes.count)) calls of \(name(run.nodes[0])) one after the other\(caller), "
        + "\(share(run.share)) of the time (N+1)"
    case .gap(let gap): return "\(time(gap.duration)) \(words(gap))"
    }
  }

  private func words(_ gap: TraceBlame.Gap) -> String {
    guard let node = gap.node else { return "in which no span was running" }
    let place: String
    switch (gap.after, gap.before) {
    case (let after?, let before?): place = " between \(name(after)) and \(name(before))"
    case (let after?, nil): place = " after \(name(after))"
    case (nil, let before?): place = " before \(name(before))"
    case (nil, nil): place = ""
    }
    return "nobody accounts for in \(name(node))\(place)"
  }

  private func place(_ failure: TraceBlame.Failure) -> String {
    "\(name(failure.node)) after \(time(failure.at)), depth \(count(failure.depth))"
  }

  /// A span's service and operation.
  func name(_ node: Int) -> String {
    let span = tree.nodes[node].span
    let text = LogPrinter.visible("\(trace.service(of: span)): \(trace.spans[span].operation)")
    return CharacterWidth.clipped(text, to: BlameText.nameWidth)
  }

  private func time(_ duration: Duration) -> String { Formatting.duration(duration, glyphs: glyphs) }
  private func count(_ value: Int) -> String { Formatting.count(value, style: .exact) }
  private func share(_ ratio: Double) -> String { BlameText.percent(ratio) }

  /// A share in whole percent: 0.834 is `83%`.
  static func percent(_ ratio: Double) -> String {
    guard ratio.isFinite else { return "-" }
    let percent = Int((min(max(ratio, 0), 1_000) * 100).rounded())
    return percent == 0 && ratio > 0 ? "<1%" : "\(percent)%"
  }
}
