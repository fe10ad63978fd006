import ObsData

/// What the waterfall knows of the search.
struct WaterfallFind: Equatable, Sendable {
  /// What was looked for last, and in how many spans.
  fileprivate(set) var search: TextSearch?
  fileprivate(set) var spanCount = 0
  /// What was found; nil while it is being looked for.
  fileprivate(set) var matches: NodeSet?
  fileprivate var undecided = 0
  /// What to do when it is found.
  fileprivate var goal: Command?
  fileprivate var number = 0
  /// Whether only matches and what stands above them are shown.
  fileprivate(set) var isFilter = false
  /// Whether the trace has grown since, and has not been looked through again.
  fileprivate var isOutdated = false

  /// The nodes that a filter keeps: the matches, and their ancestors.
  func kept(in tree: TraceTree) -> NodeSet? {
    guard isFilter, let matches else { return nil }
    var kept = NodeSet()
    for match in matches {
      var node: Int? = match
      while let index = node, kept.insert(index) { node = tree.nodes[index].parent }
    }
    return kept
  }
}

extension WaterfallPane {
  /// A trace of so many spans is looked through at once, a larger one on another thread.
  static let mostSpansAtOnce = 1_000

  /// Goes through matches, or shows only these; nil where the command is another one.
  mutating func performFind(_ command: Command, in context: ViewContext, height: Int) -> [Request]? {
    guard let (trace, tree) = found else { return nil }
    switch command {
    case .onlyMatches where find.isFilter:
      stopFilter()
      return [.notice("all spans are shown")]
    case .nextMatch, .previousMatch, .onlyMatches:
      guard let search = context.search else { return [.notice("nothing is searched: / asks what for")] }
      if find.search != search || find.spanCount != trace.spans.count {
        find.search = search
        find.spanCount = trace.spans.count
        find.matches = nil
        find.number += 1
        let ticket = TraceWork.Ticket(request: request, number: find.number)
        let work = TraceWork(ticket: ticket, task: .find(search), trace: trace, tree: tree)
        guard trace.spans.count <= WaterfallPane.mostSpansAtOnce else {
          find.goal = command
          let count = Formatting.count(trace.spans.count, style: .exact)
          return [.traceWork(work), .notice("looking for “\(search.pattern)” in \(count) spans …")]
        }
        if case .found(let result)? = work.run(isWanted: { true }) { learn(result) }
      }
      guard find.matches != nil else {
        find.goal = command
        return []
      }
      return act(on: command, tree, height: height)
    default: return nil
    }
  }

  /// Takes what another thread has found, and does what that was wanted for.
  mutating func finish(_ outcome: TraceWork.Outcome, of ticket: TraceWork.Ticket, height: Int) -> [Request] {
    guard ticket.request == request, ticket.number == find.number, case .found(let result) = outcome,
      let (_, tree) = found
    else { return [] }
    learn(result)
    guard let goal = find.goal else { return [] }
    find.goal = nil
    return act(on: goal, tree, height: layout(height: height).rows)
  }

  /// Shows all spans again.
  mutating func stopFilter() {
    find.isFilter = false
    applyHidden()
  }

  /// After the trace has become another: it is looked through again where only matches are shown, a large one on another thread.
  /// Until that has come to something, what was found before stays in view; `moved` is where those spans stand now.
  mutating func findAgain(_ trace: Trace, _ tree: TraceTree, moved: NodeSet) {
    guard find.isFilter, let search = find.search, find.spanCount != trace.spans.count else { return }
    find.spanCount = trace.spans.count
    find.matches = moved
    find.number += 1
    find.isOutdated = true
    guard trace.spans.count <= WaterfallPane.mostSpansAtOnce,
      let result = TraceFind.run(search, trace, tree, isWanted: { true })
    else { return }
    find.isOutdated = false
    find.matches = result.matches
    find.undecided = result.undecided
  }

  /// The search that a large trace needs since it has grown; once.
  mutating func findWork() -> TraceWork? {
    guard find.isOutdated, let search = find.search, let (trace, tree) = found else { return nil }
    find.isOutdated = false
    let ticket = TraceWork.Ticket(request: request, number: find.number)
    return TraceWork(ticket: ticket, task: .find(search), trace: trace, tree: tree)
  }

  private mutating func learn(_ result: TraceFind) {
    find.matches = result.matches
    find.undecided = result.undecided
    if result.matches.isEmpty { find.isFilter = false }
    if find.isFilter || !rows.hidden.isEmpty { applyHidden() }
  }

  private mutating func act(on command: Command, _ tree: TraceTree, height: Int) -> [Request] {
    guard let matches = find.matches, !matches.isEmpty else { return [.notice("no span matches" + givenUp)] }
    guard command == .onlyMatches else { return go(forward: command == .nextMatch, matches, height: height) }
    find.isFilter = true
    applyHidden()
    let count = Formatting.count(matches.count, style: .exact)
    let hidden = Formatting.count(rows.hidden.count, style: .exact)
    return [.notice("\(count) \(matches.count == 1 ? "match" : "matches"), \(hidden) spans hidden\(givenUp)")]
  }

  private mutating func go(forward: Bool, _ matches: NodeSet, height: Int) -> [Request] {
    guard let (trace, tree) = found else { return [] }
    let current = currentNode
    var match = forward ? matches.first(from: current + 1) : matches.last(before: current)
    while let node = match, rows.hidden.contains(node) {
      match = forward ? matches.first(from: node + 1) : matches.last(before: node)
    }
    let total = Formatting.count(matches.count, style: .exact)
    guard let match else {
      return [.notice("no match \(forward ? "below" : "above"); \(total) in all\(givenUp)")]
    }
    _ = go(to: match, what: "match", forward: forward, height: height)
    let number = Formatting.count(matches.count(below: match) + 1, style: .exact)
    var place = ""
    if let search = find.search, let words = SpanText.place(of: search, in: tree.nodes[match].span, of: trace) {
      place = ", \(words)"
      detail?.reveal(search)
    }
    return [.notice("match \(number) of \(total)\(place)\(givenUp)")]
  }

  private var givenUp: String {
    find.undecided == 0 ? "" : "; the expression was given up on \(find.undecided) spans"
  }
}
