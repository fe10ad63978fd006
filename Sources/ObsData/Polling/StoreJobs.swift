/// The services that Jaeger knows. It says nothing of their rates.
struct JaegerServicesJob: PollJob {
  let client: JaegerClient

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.services(try await client.services().map { ServiceFigures(name: $0) }))
  }
}

/// The services that Prometheus knows, with request rate and error ratio. Where no metric counts requests, Jaeger's own figures
/// stand in, as they do in the list of all services' figures.
struct PrometheusServicesJob: PollJob {
  let reader: MetricReader
  let jaeger: JaegerClient?
  let window: TimeWindow
  /// Whether Jaeger has been asked, and has none.
  private var isJaegerSilent = false

  init(reader: MetricReader, jaeger: JaegerClient? = nil, window: TimeWindow) {
    self.reader = reader
    self.jaeger = jaeger
    self.window = window
  }

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    var figures = try await reader.serviceFigures(window.range(now: now), now: now)
    if figures.isEmpty, let jaeger, !isJaegerSilent {
      do throws(FetchError) {
        figures = try await jaeger.figures(in: window, now: now)
      } catch {
        // A Jaeger without metrics says so each time: it is not asked again.
        isJaegerSilent = error.kind != .timeout && error.kind != .unreachable
      }
    }
    return PollAnswer(.services(figures), next: window.isLive ? .interval : .never)
  }
}

/// Traces that match.
struct TraceSearchJob: PollJob {
  let client: JaegerClient
  let query: TraceQuery

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.traces(try await client.search(query, now: now)), next: query.window.isLive ? .interval : .never)
  }
}

/// One trace, until it has stopped growing or is given up.
struct TraceJob: PollJob {
  let client: JaegerClient
  let request: TraceRequest
  /// Begins with the first poll.
  var watch: TraceWatch?

  mutating func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    var watch = self.watch ?? TraceWatch(since: now)
    self.watch = watch
    let trace = try await client.trace(request)
    let step = watch.receive(trace, at: now)
    self.watch = watch
    return PollAnswer(.trace(step.answer), next: step.askAgain.map { .after($0) } ?? .never)
  }
}

/// The metric pane's rows.
struct MetricJob: PollJob {
  let reader: MetricReader
  let query: MetricQuery

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.metrics(try await reader.rows(query, now: now)), next: query.window.isLive ? .interval : .never)
  }
}

/// What fires, silenced and inhibited alerts too: they are shown as such.
struct AlertJob: PollJob {
  let client: AlertmanagerClient

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.alerts(try await client.alerts()))
  }
}

/// The silences that hold or will hold.
struct SilencesJob: PollJob {
  let client: AlertmanagerClient

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.silences(try await client.silences()))
  }
}

/// The alerting rules, with what they have raised.
struct AlertRulesJob: PollJob {
  let client: PrometheusClient

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.alertRules(try await client.alertRules().value))
  }
}

/// The operations of a service, for the prompt.
struct OperationsJob: PollJob {
  let client: JaegerClient
  let service: String

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    PollAnswer(.operations(try await client.operations(of: service)))
  }
}

/// Which service calls which.
struct DependencyJob: PollJob {
  let client: JaegerClient
  let query: DependencyQuery

  func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    let graph = try await client.dependencyGraph(query, now: now)
    return PollAnswer(.dependencies(graph), next: query.window.isLive ? .interval : .never)
  }
}
