import Logging

/// Walks the ways of logs, traces, metrics and alerts of a context from end to end, and says of each step whether it is in order. It
/// only reads; each request has a deadline and a limit of bytes.
public struct Doctor: Sendable {
  /// What it is told.
  public struct Options: Sendable {
    /// How far back it looks.
    public var window = Duration.seconds(900)
    /// Patterns of log files on this machine, as Filebeat has them in `paths`.
    public var logPaths: [String] = []

    /// The last fifteen minutes, and no files.
    public init() {}
  }

  let context: ContextSettings
  let options: Options
  let witnesses: [Store: Witness]
  let clock: @Sendable () -> Timestamp
  /// Waits between two looks at counters.
  let pause: @Sendable (Duration) async -> Void

  /// A doctor for a context. Making one opens nothing.
  public init(
    context: ContextSettings, options: Options = Options(), logger: Logger? = nil,
    clock: @escaping @Sendable () -> Timestamp
  ) {
    let transports = context.stores.mapValues { store -> any HTTPTransport in
      let transport = DeadlineTransport(
        AsyncHTTPTransport(endpoint: store.endpoint), deadline: store.timeout.value)
      return logger.map { LoggingTransport(transport, logger: $0) } ?? transport
    }
    self.init(context: context, options: options, transports: transports, clock: clock) { duration in
      try? await Task.sleep(for: duration)
    }
  }

  init(
    context: ContextSettings, options: Options, transports: [Store: any HTTPTransport],
    clock: @escaping @Sendable () -> Timestamp, pause: @escaping @Sendable (Duration) async -> Void
  ) {
    self.context = context
    self.options = options
    self.clock = clock
    self.pause = pause
    witnesses = transports.mapValues { Witness($0, clock: clock) }
  }

  /// Walks all ways at once and says what was found, in the order of the ways.
  public func findings() async -> [Finding] {
    let range = TimeWindow.live(options.window).range(now: clock())
    async let logs = logWay(range)
    async let traces = traceWay(range)
    async let metrics = metricWay(range)
    async let alerts = alertWay()
    let (log, trace, metric) = await (logs, traces, metrics)
    let known = await knownTraces(log.sample, trace)
    var findings = log.findings
    findings += trace.findings
    findings += known
    findings += joined(log.services, trace.services, .jaeger)
    findings += metric.findings
    findings += joined(log.services, metric.services, .prometheus)
    findings += await alerts
    return findings
  }

  // MARK: What the ways share

  /// The finding for a context without a store.
  func absent(_ store: Store, _ way: Finding.Way) -> Finding {
    Finding(
      .storeAbsent, way, store.displayName, .ok, "the context \(context.name) names no \(store.displayName)",
      next: "where there is one: contexts.\(context.name).\(store.rawValue).url in the settings")
  }

  /// The finding for a failure on the way of a store.
  func failure(_ error: FetchError, _ store: Store, _ way: Finding.Way, step: String? = nil) -> Finding {
    let settings = context.stores[store]
    let judgement = ReachJudgement(
      store: store, way: way, endpoint: settings?.endpoint, origin: settings?.urlOrigin ?? .standard)
    return judgement.finding(error, witnesses[store]?.last, step: step)
  }

  /// The findings that an answer brings: that there is one, and what it says of the clock.
  func answered(_ store: Store, _ way: Finding.Way, _ what: String) -> [Finding] {
    let clocks = ReachJudgement.clocks(witnesses[store]?.skew, of: store, way: way)
    return [Finding(.answers, way, "\(store.displayName) answers", .ok, what)] + [clocks].compactMap { $0 }
  }

  /// Whether the services that write lines are known to another store as well. Nothing is said where either could not be asked.
  private func joined(_ logs: [String]?, _ others: [String]?, _ store: Store) -> [Finding] {
    guard let logs, let others, !logs.isEmpty, !others.isEmpty else { return [] }
    return [ServiceJudgement.finding(logs: logs, others: others, store: store, naming: context.services)]
  }

  /// A list of names in a sentence: the first few, and how many more there are.
  static func list(_ names: some Collection<String>, _ limit: Int = 6) -> String {
    names.prefix(limit).joined(separator: ", ") + (names.count > limit ? " and \(names.count - limit) more" : "")
  }

  /// A share in percent that is never 0 or 100 where it is not nothing or everything.
  static func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "0 %" }
    let value = part * 100 / whole
    return "\(part == 0 ? 0 : part == whole ? 100 : min(max(value, 1), 99)) %"
  }
}

/// Whether the services of the logs are known elsewhere.
enum ServiceJudgement {
  static func finding(logs: [String], others: [String], store: Store, naming: ServiceNaming) -> Finding {
    let isTraces = store == .jaeger
    let way: Finding.Way = isTraces ? .traces : .metrics
    let step = "services of the logs in \(store.displayName)"
    let known = Set(others.map(naming.canonical))
    let missing = logs.filter { !known.contains(naming.canonical($0)) }
    guard !missing.isEmpty else {
      let count = Set(logs.map(naming.canonical)).count
      return Finding(.services, way, step, .ok, count == 1 ? "the one is there" : "all \(count) are there")
    }
    let near = missing.prefix(3).compactMap { name in
      NearestName.nearest(to: naming.canonical(name), among: known).map { "\(name) may be \($0)" }
    }
    let hint = near.isEmpty ? "" : "; \(near.joined(separator: ", ")): services.aliases in the settings joins them"
    return Finding(
      isTraces ? .serviceUntraced : .serviceUnmeasured, way, step, .warning,
      "\(missing.count) of \(logs.count) are not there: \(Doctor.list(missing))",
      next: (isTraces
        ? "telemetry.enabled: true and the collector's endpoint in these services"
        : "add these services to Prometheus's scrape_configs") + hint)
  }
}
