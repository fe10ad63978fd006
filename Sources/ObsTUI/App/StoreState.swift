import ObsData

/// How a store has answered of late. A failure is that of a subscription: what the store answers beside it hides nothing.
struct StoreState: Equatable, Sendable {
  private(set) var lastAnswer: Timestamp?
  /// The failures of what is wanted, each the newest word on its subscription.
  private(set) var failures: [Subscription: FetchFailure] = [:]
  /// What the store's newest word was, where that was a failure, whether it is still wanted or not.
  private(set) var lastFailure: FetchFailure?

  mutating func note(_ update: Update) {
    if case .failed(let failure) = update.body {
      failures[update.subscription] = failure
      lastFailure = failure
    } else {
      lastAnswer = update.at
      failures[update.subscription] = nil
      lastFailure = nil
    }
  }

  /// What is no longer wanted takes its failure with it.
  mutating func keepFailures(of wanted: Set<Subscription>) {
    guard !failures.isEmpty else { return }
    failures = failures.filter { wanted.contains($0.key) }
  }

  /// The failure that stands for the others: one that is no refused query where there is one, then the one that is asked again
  /// first.
  var failure: FetchFailure? {
    let never = Timestamp(nanoseconds: .max)
    return failures.values.min { a, b in
      let (left, right) = (a.error.kind == .badQuery, b.error.kind == .badQuery)
      if left != right { return right }
      return (a.retryAt ?? never, a.error.answer) < (b.retryAt ?? never, b.error.answer)
    }
  }

  /// Whether nothing fails but queries that the store refuses: those are the user's to mend.
  var isOnlyRefusing: Bool { !failures.isEmpty && failures.values.allSatisfy { $0.error.kind == .badQuery } }

  /// What fails while the store answers other questions, in words: `logs fail`, `logs, services fail`. Nil where nothing that is
  /// wanted has been answered, because then it is the store that fails.
  func failingPart(answered: Set<Subscription>) -> String? {
    guard let store = failures.keys.first?.store, !failures.isEmpty,
      answered.contains(where: { $0.store == store && $0.tellsOfStore && failures[$0] == nil })
    else { return nil }
    let subjects = Set(failures.keys.map(\.subject)).sorted().joined(separator: ", ")
    return subjects + (isOnlyRefusing ? " refused" : " failing")
  }
}

extension Subscription {
  /// Whether its answers say how the store does: what Watcher and the like say is told where alerts are shown.
  var tellsOfStore: Bool { if case .sourceAlerts = self { false } else { true } }

  /// What it asks for, in a word.
  fileprivate var subject: String {
    switch self {
    case .services: "services"
    case .logs: "logs"
    case .logHistory: "older lines"
    case .logLines: "missing lines"
    case .logCounts: "counts"
    case .logContext: "lines around"
    case .logExport: "export"
    case .logHistogram: "histogram"
    case .fieldStatistics: "values"
    case .filterCounts: "filters"
    case .completion: "completion"
    case .traces: "search"
    case .operations: "operations"
    case .dependencies: "dependencies"
    case .trace: "trace"
    case .metrics: "metrics"
    case .exemplars: "exemplars"
    case .markers: "markers"
    case .cost: "cost"
    case .alerts: "alerts"
    case .alertRules: "rules"
    case .silences: "silences"
    case .watch: "watches"
    case .sourceAlerts: "alerts"
    case .dashboards, .dashboard, .panels: "dashboards"
    case .explorer(let query): query.subject
    }
  }
}
