import ObsData

@testable import ObsTUI

/// A dashboard that a test talks to: keys in, answers in, screen and effects out.
struct TestSession {
  static let now = Sample.start + .seconds(60)
  var dashboard: Dashboard
  /// What the dashboard wanted done, in order.
  var effects: [Effect] = []

  init(
    width: Int = 100, height: Int = 32, contexts: [String] = ["demo"], isProduction: Bool = false,
    without absent: Store? = nil
  ) {
    var configuration = Dashboard.Configuration()
    configuration.context = ContextLabel(name: contexts[0], color: isProduction ? .red : .plain)
    configuration.contexts = contexts
    configuration.themes = ["default", "mono"]
    configuration.stores = [Store.elasticsearch, .jaeger, .prometheus, .alertmanager].filter { $0 != absent }.map {
      StoreLabel(store: $0, address: "http://127.0.0.1/\($0.rawValue)")
    }
    configuration.firstSteps = ["Try obs-tui demo."]
    dashboard = Dashboard(
      configuration: configuration, size: Size(width: width, height: height), now: TestSession.now,
      localTime: .local(offset: 28_800, name: "CST"))
  }

  var screen: String { dashboard.view().canvas.text }
  var rows: [String] { screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  var footer: String { rows.last ?? "" }

  mutating func press(_ script: String) throws {
    for key in try Key.script(script) { effects += dashboard.update(.key(key)) }
  }

  /// Does the work on log lines that was asked for, and hands the outcome back.
  mutating func work() {
    let wanted = effects.compactMap { effect -> LogWork? in if case .work(let work) = effect { work } else { nil } }
    effects.removeAll { if case .work = $0 { true } else { false } }
    for work in wanted {
      if let outcome = work.run(isWanted: { _ in true }) { send(.worked(outcome, work.ticket)) }
    }
  }

  /// Reads the files of traces that were asked for, and hands over what comes of it.
  mutating func readTraceFiles() {
    let wanted = effects.compactMap { effect -> TraceFileWork? in
      if case .readTraceFile(let work) = effect { work } else { nil }
    }
    effects.removeAll { if case .readTraceFile = $0 { true } else { false } }
    for work in wanted {
      if let news = work.run(progress: { _ in true }) { send(.traceFile(news, work)) }
    }
  }

  mutating func send(_ event: Event) { effects += dashboard.update(event) }

  /// Answers the subscription that a test picks from what is wanted.
  mutating func answer(_ body: Update.Body, where isWanted: (Subscription) -> Bool) {
    for subscription in dashboard.subscriptions where isWanted(subscription) {
      send(.data(Update(subscription: subscription, at: dashboard.now, body: body)))
    }
  }

  /// Three services, two error lines that belong to traces, one trace in the list.
  mutating func answerAll() {
    let services = ["api-gateway", "msg-server", "user-server"]
    answer(.services(services.map { ServiceFigures(name: $0, errorLines: 0) })) { $0.isServices(.elasticsearch) }
    answer(.services(services.map { ServiceFigures(name: $0) })) { $0.isServices(.jaeger) }
    answer(
      .services([
        ServiceFigures(name: "api_gateway", requestRate: 12, errorRatio: 0.002),
        ServiceFigures(name: "msg_server", requestRate: 30, errorRatio: 0.2),
      ])
    ) { $0.isServices(.prometheus) }
    let lines = [
      Sample.line("1", at: 1_000, "first 连接失败", trace: "a1", span: "1"),
      Sample.line("2", at: 2_000, "second failed", service: "api-gateway", trace: "a2", span: "2"),
      Sample.line("3", at: 3_000, "no trace here"),
    ]
    answer(.logs(LogBatch(entries: lines, isFirst: true, matched: 3))) { if case .logs = $0 { true } else { false } }
    let histogram = LogHistogram(
      range: TimeRange(start: Sample.start, end: TestSession.now), start: Sample.start, step: .seconds(60),
      buckets: [LogCounts(error: 3)])
    answer(.logHistogram(histogram)) { if case .logHistogram = $0 { true } else { false } }
    answer(.metrics([])) { if case .metrics = $0 { true } else { false } }
    answer(.traces(TraceSearchResult(traces: []))) { if case .traces = $0 { true } else { false } }
    answer(.markers([])) { if case .markers = $0 { true } else { false } }
    answer(.alerts([])) { $0 == .alerts }
    answer(.alertRules([])) { $0 == .alertRules }
  }
}

extension Subscription {
  func isServices(_ store: Store) -> Bool {
    if case .services(store, _) = self { true } else { false }
  }
  var logQuery: LogQuery? { if case .logs(let query) = self { query } else { nil } }
  var traceRequest: TraceRequest? { if case .trace(let request) = self { request } else { nil } }
}

extension Set<Subscription> {
  var logQueries: [LogQuery] { compactMap(\.logQuery) }
  var traceRequests: [TraceRequest] { compactMap(\.traceRequest) }
  var windows: Set<TimeWindow> {
    Set<TimeWindow>(
      compactMap { subscription in
        switch subscription {
        case .services(_, let window): window
        case .logs(let query), .logHistory(let query, _), .logLines(let query, _), .logCounts(let query, _, _):
          query.window
        case .logHistogram(let query): query.logs.window
        case .fieldStatistics(let query): query.logs.window
        case .filterCounts(let query): query.logs.window
        case .completion(.values(_, _, let window)): window
        case .traces(let query): query.window
        case .dependencies(let query): query.window
        case .metrics(let query): query.window
        case .dashboard(let request): request.window
        case .panels(let request): request.window
        case .explorer(let query): query.window
        case .exemplars(let query): query.window
        case .markers(let query): query.window
        case .cost, .trace, .operations, .alerts, .alertRules, .silences, .watch, .sourceAlerts,
          .dashboards,
          .logContext, .logExport, .completion(.fields):
          nil
        }
      })
  }
}
