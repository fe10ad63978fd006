import ObsData

/// The comparison of a trace with another one, from the choice of the other to the result.
struct TraceMatch: Equatable, Sendable {
  /// How far it is.
  enum Stage: Equatable, Sendable {
    /// Traces of the same operation are asked for, to choose one.
    case choosing(TraceQuery)
    /// The other trace is asked for.
    case fetching(TraceRequest)
    /// There is none to compare with; the reason in words.
    case failed(String)
    case found(Trace, TraceTree)
  }

  private(set) var stage: Stage
  /// How the other was chosen, in words; empty where the user named it.
  private(set) var choice = ""
  private let own: TraceID
  private var isCompared = false
  /// What differs; nil while it is being worked out.
  var result: TraceComparison?

  /// Another trace that the user named.
  init(_ own: TraceID, with other: TraceID) {
    self.own = own
    stage = .fetching(TraceRequest(id: other))
  }

  /// Whatever is usual for the operation: the store is asked for traces of the hours around that did not fail.
  init(_ trace: Trace, _ tree: TraceTree) {
    own = trace.id
    guard let root = tree.root.map({ tree.nodes[$0].span }) else {
      stage = .failed("the root has not arrived: there is no operation to find others of; :compare ID names one")
      return
    }
    let hours = Duration.seconds(3 * 3_600)
    stage = .choosing(
      TraceQuery(
        service: trace.service(of: root), operation: trace.spans[root].operation, limit: 50,
        window: .frozen(TimeRange(start: tree.range.start - hours, end: tree.range.end + hours))))
  }

  /// What has to be asked for now.
  var subscription: Subscription? {
    switch stage {
    case .choosing(let query): .traces(query)
    case .fetching(let request): .trace(request)
    case .failed, .found: nil
    }
  }

  /// The other trace, once; it has to be compared then.
  mutating func takeUncompared() -> (trace: Trace, tree: TraceTree)? {
    guard case .found(let other, let tree) = stage, !isCompared else { return nil }
    isCompared = true
    return (other, tree)
  }

  /// What was compared is not the trace any more.
  mutating func traceHasChanged() { isCompared = false }

  /// Folds an answer in.
  mutating func receive(_ update: Update) {
    guard let subscription, update.subscription == subscription else { return }
    switch (stage, update.body) {
    case (_, .failed(let failure)): stage = .failed("\(failure.error.tried): \(failure.error.sentence)")
    case (.choosing(let query), .traces(let found)): choose(among: found.traces, query)
    case (.fetching, .trace(.found(let trace, let tree, _))): stage = .found(trace, tree)
    case (.fetching(let request), .trace(.missing)):
      stage = .failed("Jaeger does not have trace \(request.id.short)")
    default: break
    }
  }

  /// The one with the median duration of those that did not fail.
  private mutating func choose(among traces: [TraceSummary], _ query: TraceQuery) {
    let operation = query.operation ?? ""
    let fitting = traces.filter {
      $0.id != own && $0.errorCount == 0 && $0.orphanCount == 0
        && ($0.rootOperation == nil || $0.rootOperation == operation)
    }.sorted { ($0.duration, $0.id.description) < ($1.duration, $1.id.description) }
    guard !fitting.isEmpty else {
      stage = .failed(
        "of \(traces.count) traces of \(operation) in the hours around none is another one without errors; "
          + ":compare ID names one")
      return
    }
    let median = fitting[(fitting.count - 1) / 2]
    choice = fitting.count == 1 ? "the only successful one" : "the median of \(fitting.count) successful ones"
    stage = .fetching(TraceRequest(id: median.id, around: median.start))
  }
}
