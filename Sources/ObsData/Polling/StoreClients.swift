import Logging

/// The clients of a context's stores, and the jobs that keep its subscriptions fresh with them. Making one opens nothing.
public struct StoreClients: Sendable {
  private let context: ContextSettings
  let elasticsearch: ElasticsearchClient?
  let jaeger: JaegerClient?
  let prometheus: MetricReader?
  let alertmanager: AlertmanagerClient?
  private let explorer: MetricExplorer?
  private let dashboards: DashboardClients?
  private let sourceTransports: [Alert.Source: any HTTPTransport]
  let files: LogFiles?
  private let meter = CostMeter()

  /// Whether the context's stores may be changed.
  var isWritable: Bool { context.writable.value }

  /// Makes the clients of the stores that the context has; `dashboardFolder` has dashboards in files. Every exchange is written to `logger`, where there is one; `files`
  /// take the place of its log store.
  public init(
    context: ContextSettings, files: LogFiles? = nil, dashboardFolder: String? = nil, logger: Logger? = nil
  ) {
    self.context = context
    self.files = files.map { files in
      var options = files.options
      options.fields = context.fieldNames
      return LogFiles(files.files, options: options)
    }
    let meter = meter
    func transport(_ store: Store) -> (any HTTPTransport)? {
      guard let endpoint = context.endpoint(for: store) else { return nil }
      let transport = DeadlineTransport(
        MeteredTransport(AsyncHTTPTransport(endpoint: endpoint), of: store, meter: meter),
        deadline: context.stores[store]?.timeout.value ?? .seconds(10))
      return logger.map { LoggingTransport(transport, logger: $0) } ?? transport
    }
    elasticsearch = transport(.elasticsearch).map { transport in
      var options = ElasticsearchClient.Options()
      if let store = context.stores[.elasticsearch] {
        options.index = store.indices.value
        options.tail.overlap = store.overlap.value
      }
      options.fields = context.fieldNames
      return ElasticsearchClient(transport: transport, options: options)
    }
    jaeger = transport(.jaeger).map { JaegerClient(transport: $0) }
    prometheus = transport(.prometheus).map { transport in
      let templates = context.metrics.map { row in
        MetricTemplate(id: row.id, title: row.title ?? row.id, unit: row.unit ?? .none, expression: row.expression)
      }
      return MetricReader(client: PrometheusClient(transport: transport), settings: templates)
    }
    let jaeger = jaeger
    explorer = transport(.prometheus).map { MetricExplorer(transport: $0, jaeger: jaeger) }
    dashboards = transport(.prometheus).map {
      DashboardClients(prometheus: $0, grafana: transport(.grafana), folder: dashboardFolder)
    }
    var sources: [Alert.Source: any HTTPTransport] = [:]
    for source in [Alert.Source.grafana, .kibana] { sources[source] = source.store.flatMap(transport) }
    sources[.watcher] = elasticsearch?.transport
    sourceTransports = sources
    alertmanager = transport(.alertmanager).map { AlertmanagerClient(transport: $0) }
  }

  /// The job of a subscription, and how often it is done; nil where the context lacks the store.
  public func job(for subscription: Subscription) -> (job: any PollJob, interval: Duration)? {
    if case .cost = subscription { return (CostJob(meter: meter), .seconds(1)) }
    if let files {
      switch subscription {
      case .logs(let query): return (LogFileJob(files, query), .milliseconds(500))
      case .completion(let query): return (LogFileCompletionJob(files, query), .seconds(60))
      case .services(.elasticsearch, let window): return (LogFileServicesJob(files, window), .seconds(5))
      case .logHistogram(let query): return (LogFileCountsJob(files, .histogram(query)), .seconds(2))
      case .fieldStatistics(let query): return (LogFileCountsJob(files, .statistics(query)), .seconds(5))
      case .filterCounts(let query): return (LogFileCountsJob(files, .filters(query)), .seconds(5))
      case .logContext(let request): return (LogFileContextJob(files, request), .seconds(1))
      case .logExport(let query): return stream(query.logs).map { (LogExportJob($0), .seconds(1)) }
      default: break
      }
    }
    if case .watch(let watch) = subscription { return watchJob(watch) }
    guard let store = context.stores[subscription.store] else { return nil }
    let interval = store.interval.value
    // Lists of services change slowly, and their figures are averages.
    let slow = max(interval, .seconds(10))
    switch subscription {
    case .services(.elasticsearch, let window):
      return elasticsearch.map { (LogServicesJob($0, window), slow) }
    case .services(.jaeger, _): return jaeger.map { (JaegerServicesJob(client: $0), max(interval, .seconds(30))) }
    case .services(.prometheus, let window):
      return prometheus.map { (PrometheusServicesJob(reader: $0, jaeger: jaeger, window: window), slow) }
    case .services: return nil
    case .logs(let query): return elasticsearch.map { (LogJob($0, query), interval) }
    case .logHistory(let query, let before):
      return elasticsearch.map { (LogHistoryJob(client: $0, query: query, before: before), interval) }
    case .logLines(let query, let range):
      return elasticsearch.map { (LogLinesJob(client: $0, query: query, range: range), interval) }
    case .logCounts(let query, let range, let interval):
      return elasticsearch.map { (LogCountsJob(client: $0, query: query, range: range, length: interval), slow) }
    case .logContext(let request):
      return elasticsearch.map { (LogContextJob(client: $0, request: request), interval) }
    case .logExport(let query):
      return stream(query.logs).map { (LogExportJob($0), interval) }
    case .logHistogram(let query):
      // A bar of minutes need not grow by the second.
      return elasticsearch.map {
        (LogHistogramJob(client: $0, query: query), max(interval, .seconds(5), min(query.step / 4, .seconds(60))))
      }
    case .fieldStatistics(let query):
      return elasticsearch.map { (FieldStatisticsJob(client: $0, query: query), slow) }
    case .filterCounts(let query):
      return elasticsearch.map { (LogFilterCountsJob(client: $0, query: query), slow) }
    case .completion(let query): return elasticsearch.map { (CompletionJob($0, query), .seconds(60)) }
    case .traces(let query): return jaeger.map { (TraceSearchJob(client: $0, query: query), interval) }
    case .operations(let service): return jaeger.map { (OperationsJob(client: $0, service: service), .seconds(60)) }
    case .dependencies(let query):
      return jaeger.map { (DependencyJob(client: $0, query: query), max(interval, .seconds(30))) }
    case .trace(let request): return jaeger.map { (TraceJob(client: $0, request: request), interval) }
    case .metrics(let query): return prometheus.map { (MetricJob(reader: $0, query: query), interval) }
    case .dashboards, .dashboard, .panels: return dashboards?.job(for: subscription, interval: interval)
    case .explorer(let query):
      return explorer.map { (ExplorerJob($0, query), ExplorerJob.interval(of: query, usual: interval)) }
    case .exemplars(let query):
      return prometheus.map { (ExemplarJob(client: $0.client, query: query), max(interval, .seconds(30))) }
    case .markers(let query):
      return prometheus.map {
        (MarkerJob(client: $0.client, grafana: dashboards?.grafana, query: query), max(interval, .seconds(30)))
      }
    case .cost: return nil
    case .alerts: return alertmanager.map { (AlertJob(client: $0), interval) }
    case .watch: return nil
    case .sourceAlerts(let source):
      return sourceTransports[source].map {
        (SourceAlertsJob(source: source, transport: $0), max(interval, .seconds(60)))
      }
    case .silences: return alertmanager.map { (SilencesJob(client: $0), interval) }
    case .alertRules: return prometheus.map { (AlertRulesJob(client: $0.client), max(interval, .seconds(5))) }
    }
  }
}

extension ContextSettings {
  /// The context's names for the fields of a log document.
  var fieldNames: FieldNames {
    FieldNames(
      time: fields.time ?? [], message: fields.message ?? [], level: fields.level ?? [],
      service: fields.service ?? [], trace: fields.traceID ?? [], span: fields.spanID ?? [])
  }
}

/// Gives every request the deadline that the settings name for the store.
struct DeadlineTransport: HTTPTransport {
  private let inner: any HTTPTransport
  private let deadline: Duration

  init(_ inner: any HTTPTransport, deadline: Duration) {
    self.inner = inner
    self.deadline = deadline
  }

  var address: String { inner.address }

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    var request = request
    request.deadline = deadline
    return try await inner.send(request)
  }
}
