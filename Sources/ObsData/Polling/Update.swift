/// News for the dashboard: what came for a subscription, or why nothing came.
public struct Update: Sendable, Equatable {
  /// What was asked.
  public let subscription: Subscription
  /// When the answer was complete, by the local clock.
  public let at: Timestamp
  /// What came.
  public let body: Body
  /// The context whose store answered, by its name; nil where there is no doubt.
  public let context: String?

  /// What an answer brings.
  public enum Body: Sendable, Equatable {
    case services([ServiceFigures])
    case logs(LogBatch)
    case logExport(LogExportPage)
    case logHistogram(LogHistogram)
    case fieldStatistics(FieldStatistics)
    case filterCounts(LogFilterCounts)
    case completion(CompletionAnswer)
    case traces(TraceSearchResult)
    case operations([TraceOperation])
    case trace(TraceAnswer)
    case dependencies(DependencyGraph)
    case metrics([MetricRow])
    case exemplars(ExemplarAnswer)
    case markers([TimeMarker])
    case cost(CostReport)
    case alerts([Alert])
    case alertRules([AlertRule])
    case silences([AlertSilence])
    case watch(WatchReading)
    case sourceAlerts(SourceAlerts)
    case dashboards(DashboardList)
    case dashboard(DashboardAnswer)
    case panels(PanelsAnswer)
    case explorer(ExplorerAnswer)
    /// The store gave no answer; what is on screen stays.
    case failed(FetchFailure)
  }

  /// Makes an update.
  public init(subscription: Subscription, at: Timestamp, body: Body, context: String? = nil) {
    self.subscription = subscription
    self.at = at
    self.body = body
    self.context = context
  }

  /// The same as news from a context.
  public func from(context: String) -> Update {
    Update(subscription: subscription, at: at, body: body, context: context)
  }
}

/// A poll that failed, and what happens next.
public struct FetchFailure: Hashable, Sendable {
  /// Why.
  public let error: FetchError
  /// How many polls in a row have failed, this one counted.
  public let attempts: Int
  /// When the store is asked again; nil when only the user can help.
  public let retryAt: Timestamp?

  /// Makes a failure.
  public init(error: FetchError, attempts: Int, retryAt: Timestamp?) {
    self.error = error
    self.attempts = attempts
    self.retryAt = retryAt
  }
}

/// What one poll of a log tail brought.
public struct LogBatch: Sendable, Equatable {
  /// Lines that were not delivered before, oldest first.
  public var entries: [LogEntry]
  /// Lines from before all that was delivered, oldest first, which are read only now: they are not late.
  public var older: [LogEntry] = []
  /// Whether these lines replace all earlier ones of the subscription: its first answer, or a new range.
  public var isFirst: Bool
  /// How many lines the server counts in the window; nil where it was not asked.
  public var matched: Int?
  /// Whether `matched` is a lower bound (`relation: gte`).
  public var matchedIsLowerBound: Bool
  /// Why the answer is incomplete (`timed_out`, failed shards, a page cap), in words; nil when it is complete.
  public var partial: String?
  /// What is worth saying although the answer is complete, such as that the pattern matches no index.
  public var notice: String?
  /// Of an answer that was full: from here on nothing is left out. Nil where everything from the window's start on came.
  public var from: Timestamp?
  /// What was read through to its end, late lines included; nil where the answer is incomplete.
  public var span: TimeRange?
  /// Stretches that were skipped.
  public var gaps: [LogGap] = []
  /// The store's counts, where it was asked for them.
  public var counts: LogTimeCounts?
  /// Why the store could not count, where it was asked and could not.
  public var countFailure: String?

  /// Makes a batch.
  public init(
    entries: [LogEntry], isFirst: Bool = false, matched: Int? = nil, matchedIsLowerBound: Bool = false,
    partial: String? = nil, notice: String? = nil
  ) {
    self.entries = entries
    self.isFirst = isFirst
    self.matched = matched
    self.matchedIsLowerBound = matchedIsLowerBound
    self.partial = partial
    self.notice = notice
  }
}

/// Where a trace that is being watched stands.
public enum TraceAnswer: Sendable, Equatable {
  /// The spans so far; `isGrowing` while more may come.
  case found(Trace, TraceTree, isGrowing: Bool)
  /// The store does not have it (yet): asked `attempts` times since `since`, and again at `retryAt`, if at all.
  case missing(since: Timestamp, attempts: Int, retryAt: Timestamp?)
}
