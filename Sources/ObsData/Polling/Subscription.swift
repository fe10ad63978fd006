/// What the screen wants to know: the dashboard's state says it, the data feed keeps it fresh.
public enum Subscription: Hashable, Sendable {
  /// The services that a store knows, with their figures in the window.
  case services(Store, TimeWindow)
  /// Log lines: a tail where the window is live, the newest of the range where it is frozen.
  case logs(LogQuery)
  /// The page of log lines before an instant: asked once.
  case logHistory(LogQuery, before: Timestamp)
  /// All log lines of a stretch: asked once.
  case logLines(LogQuery, TimeRange)
  /// Log lines of a stretch, counted in buckets of a length: asked once.
  case logCounts(LogQuery, TimeRange, interval: Duration)
  /// The lines around one.
  case logContext(LogContextRequest)
  /// All lines of a query, page by page.
  case logExport(LogExportQuery)
  /// How the lines of a query are spread over its window.
  case logHistogram(LogHistogramQuery)
  /// Which values a field has among the lines of a query.
  case fieldStatistics(FieldStatisticsQuery)
  /// How many lines each of the user's filters meets.
  case filterCounts(LogFilterCountsQuery)
  /// What a prompt may offer.
  case completion(CompletionQuery)
  /// Traces that match.
  case traces(TraceQuery)
  /// The operations of a service, for the prompt.
  case operations(of: String)
  /// One trace, asked for again until it has stopped growing.
  case trace(TraceRequest)
  /// Which service calls which.
  case dependencies(DependencyQuery)
  /// The metric pane's rows.
  case metrics(MetricQuery)
  /// The measurements with traces behind a chart.
  case exemplars(ExemplarQuery)
  /// What happened in the window: restarts, new versions, annotations.
  case markers(MarkerQuery)
  /// What the last minute has cost the stores: measured here, no store is asked.
  case cost
  /// What fires, by Alertmanager.
  case alerts
  /// The alerting rules, and what is pending or fires by Prometheus.
  case alertRules
  /// The silences that hold or will hold.
  case silences
  /// What a source beside Alertmanager and Prometheus says of its alerts.
  case sourceAlerts(Alert.Source)
  /// Whether a watch's condition holds.
  case watch(Watch)
  /// The Grafana dashboards that can be opened.
  case dashboards
  /// A Grafana dashboard with its variables.
  case dashboard(DashboardRequest)
  /// Panels of a Grafana dashboard.
  case panels(PanelsRequest)
  /// What the metrics explorer, the targets and the rules show.
  case explorer(ExplorerQuery)

  /// The store that answers.
  public var store: Store {
    switch self {
    case .services(let store, _): store
    case .logs, .logHistory, .logLines, .logCounts, .logContext, .logExport, .logHistogram, .fieldStatistics,
      .filterCounts,
      .completion:
      .elasticsearch
    case .traces, .trace, .operations, .dependencies: .jaeger
    case .metrics, .alertRules, .dashboards, .dashboard, .panels, .explorer, .exemplars, .markers, .cost: .prometheus
    case .alerts, .silences: .alertmanager
    case .sourceAlerts(let source): source.store ?? .alertmanager
    case .watch(let watch): watch.store
    }
  }

  /// Whether it holds words of the user's, a filter or the conditions of a search: a refusal is then theirs to mend. What the
  /// program asks of itself is refused for what the store's data look like, and that changes. The rows of the metric pane tell of
  /// their refusals one by one.
  public var holdsUserInput: Bool {
    switch self {
    case .logs(let query), .logHistory(let query, _), .logLines(let query, _), .logCounts(let query, _, _):
      !query.filter.isEmpty
    case .logHistogram(let query): !query.logs.filter.isEmpty
    case .fieldStatistics(let query): !query.logs.filter.isEmpty
    case .filterCounts(let query): !query.logs.filter.isEmpty
    case .traces(let query):
      query.operation != nil || query.kind != nil || !query.tags.isEmpty || query.minimumDuration != nil
        || query.maximumDuration != nil
    case .logExport(let query): !query.logs.filter.isEmpty
    case .explorer(.expression): true
    case .services, .logContext, .operations, .dependencies, .completion, .trace, .metrics, .alerts, .alertRules,
      .silences, .watch, .sourceAlerts, .dashboards, .dashboard, .panels, .explorer, .exemplars, .markers, .cost:
      false
    }
  }
}

/// Which log lines are wanted.
public struct LogQuery: Hashable, Sendable {
  /// The least level shown; nil for every line.
  public var minimumLevel: LogLevel?
  /// The services as the log store spells them; empty for all.
  public var services: [String]
  /// What the user typed as a filter: KQL, or Lucene's `query_string` behind `lucene:`; empty for none.
  public var filter: String
  /// What the lines' fields must fulfil besides, all of it.
  public var filters: [LogFilter]
  /// The zone in which the filter's dates are meant, as an offset (`+08:00`); nil for UTC.
  public var timeZone: String?
  /// Only lines of this trace.
  public var traceID: TraceID?
  /// From when to when.
  public var window: TimeWindow
  /// Where in a frozen window the reader wants to be: the lines around it come first. Nil for the newest.
  public var around: Timestamp?

  /// Makes a query.
  public init(
    minimumLevel: LogLevel? = nil, services: [String] = [], filter: String = "", filters: [LogFilter] = [],
    timeZone: String? = nil,
    traceID: TraceID? = nil, window: TimeWindow, around: Timestamp? = nil
  ) {
    self.around = around
    self.minimumLevel = minimumLevel
    self.services = services
    self.filter = filter
    self.filters = filters
    self.timeZone = timeZone
    self.traceID = traceID
    self.window = window
  }
}

/// Which traces are wanted.
public struct TraceQuery: Hashable, Sendable {
  /// The service as Jaeger spells it. Jaeger's search needs one: nil asks for those of every service that is known, in turn.
  public var service: String?
  /// The services to ask in turn when `service` is nil.
  public var services: [String]
  /// The operation's name, exactly.
  public var operation: String?
  /// The kind that a span must have. No search of Jaeger's has a parameter for it: it is asked for as the tag `span.kind`.
  public var kind: SpanKind?
  /// Tags that a span must have: `error` = `true`.
  public var tags: [String: String]
  /// The least and the greatest duration of a span.
  public var minimumDuration, maximumDuration: Duration?
  /// How many traces at most, for each service, where they come whole.
  public var limit: Int
  /// The same where the store sums traces up.
  public var summaryLimit: Int
  /// From when to when.
  public var window: TimeWindow

  /// Makes a query. Without a `limit` it is 20 whole traces, or 50 summaries.
  public init(
    service: String? = nil, services: [String] = [], operation: String? = nil, kind: SpanKind? = nil,
    tags: [String: String] = [:], minimumDuration: Duration? = nil, maximumDuration: Duration? = nil,
    limit: Int? = nil, window: TimeWindow
  ) {
    self.service = service
    self.services = services
    self.operation = operation
    self.kind = kind
    self.tags = tags
    self.minimumDuration = minimumDuration
    self.maximumDuration = maximumDuration
    self.limit = limit ?? 20
    summaryLimit = limit ?? 50
    self.window = window
  }
}

/// One trace that somebody wants to see.
public struct TraceRequest: Hashable, Sendable {
  /// The trace.
  public var id: TraceID
  /// About when it happened: some stores find a trace only with this help.
  public var around: Timestamp?

  /// Makes a request.
  public init(id: TraceID, around: Timestamp? = nil) {
    self.id = id
    self.around = around
  }
}

/// Which rows the metric pane wants.
public struct MetricQuery: Hashable, Sendable {
  /// The services as Prometheus spells them; empty for all of them together.
  public var services: [String]
  /// From when to when.
  public var window: TimeWindow
  /// How many values a series should have at most: the width of a sparkline.
  public var columns: Int
  /// A PromQL expression of the user's, for one row more; empty for none.
  public var expression: String

  /// Makes a query.
  public init(services: [String] = [], window: TimeWindow, columns: Int = 60, expression: String = "") {
    self.services = services
    self.window = window
    self.columns = columns
    self.expression = expression
  }
}
