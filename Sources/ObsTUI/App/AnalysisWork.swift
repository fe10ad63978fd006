import Dispatch
import ObsData
import Synchronization

/// Work on a whole trace that may take longer than a frame: it is done on another thread, and its result comes back as an event.
struct AnalysisWork: Sendable {
  /// What is to be found out.
  enum Task: Sendable {
    case analysis
    case events
    /// How the trace differs from this one.
    case comparison(Trace, TraceTree)
  }

  enum Kind: Hashable, Sendable { case analysis, events, comparison }

  /// Whose work it is, and which: an answer to another question than the last one is passed over.
  struct Ticket: Hashable, Sendable {
    let request: TraceRequest
    let kind: Kind
    let number: Int
  }

  /// What has come of it.
  enum Outcome: Equatable, Sendable {
    case analysis(TraceAnalysis)
    case events(TraceEventTimeline)
    case comparison(TraceComparison)
  }

  /// A trace of so many spans is analysed at once, a larger one on another thread.
  static let mostSpansAtOnce = 1_000

  let ticket: Ticket
  let task: Task
  let trace: Trace
  let tree: TraceTree

  /// Whether it is done before a frame is due.
  var isSmall: Bool { trace.spans.count <= AnalysisWork.mostSpansAtOnce }

  /// Does it; nil once `isWanted` says that nobody waits any more.
  func run(isWanted: () -> Bool) -> Outcome? {
    switch task {
    case .analysis: .analysis(TraceAnalysis(trace, tree))
    case .events: TraceEventTimeline(trace, tree, isWanted: isWanted).map { .events($0) }
    case .comparison(let other, let otherTree): .comparison(TraceComparison((other, otherTree), (trace, tree)))
    }
  }
}

extension AnalysisWork: Equatable {
  /// Whether both are the same question about the same trace.
  static func == (a: AnalysisWork, b: AnalysisWork) -> Bool { a.ticket == b.ticket && a.trace === b.trace }
}

/// Analyses traces on other threads. Work of a kind for a trace ends when newer work of that kind for it begins.
final class AnalysisWorker: Sendable {
  private struct Owner: Hashable {
    let request: TraceRequest
    let kind: AnalysisWork.Kind
  }

  private let newest = Mutex<[Owner: Int]>([:])
  private let queue = DispatchQueue(label: "analysis", qos: .userInitiated, attributes: .concurrent)

  /// Begins work; `post` is told what comes of it, on another thread.
  func perform(_ work: AnalysisWork, post: @escaping @Sendable (AnalysisWork.Outcome) -> Void) {
    let owner = Owner(request: work.ticket.request, kind: work.ticket.kind)
    newest.withLock { $0[owner] = work.ticket.number }
    queue.async { [self] in
      let isWanted = { [self] in newest.withLock { $0[owner] == work.ticket.number } }
      if let outcome = work.run(isWanted: isWanted), isWanted() { post(outcome) }
    }
  }
}
