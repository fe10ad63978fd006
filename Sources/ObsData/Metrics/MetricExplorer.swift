/// Answers what the metrics explorer asks. It keeps what it has just learned, so that scrolling to and fro asks nothing twice.
public actor MetricExplorer {
  nonisolated let client: PrometheusClient
  /// Reads the metrics that the service bar's figures come from, each service apart.
  private let reader: MetricReader
  /// Has figures of its own where the metrics have none.
  private let jaeger: JaegerClient?
  /// A scrape interval that settings or measurement gave; nil until one is needed.
  private var intervals: [String: (value: Duration?, at: Timestamp)] = [:]
  private var previews: [PreviewKey: (preview: MetricPreview, at: Timestamp)] = [:]

  private struct PreviewKey: Hashable {
    let family: MetricFamily
    let window: TimeWindow
    let step: Duration
  }

  /// More requests than this are never under way at once.
  static let width = 4
  /// How long a sparkline is taken for new, at least.
  static let freshness = Duration.seconds(10)
  /// More sparklines are not kept.
  static let capacity = 500
  /// More names than this are not listed.
  static let maximumNames = 20_000
  /// More series of a metric are not looked at for their labels.
  static let maximumSeries = 2_000
  /// More lines of a chart are not drawn.
  public static let maximumLines = 10
  /// How long rates look back where nothing can be measured: pushed metrics mostly come once a minute.
  static let unmeasured = Duration.seconds(60)

  /// Makes an explorer of a server; it reads more series than a sparkline has.
  public init(transport: any HTTPTransport, jaeger: JaegerClient? = nil) {
    client = PrometheusClient(transport: transport, maximumSeries: 500, maximumBytes: 16 << 20)
    reader = MetricReader(client: client, byService: true)
    self.jaeger = jaeger
  }

  // MARK: Names

  /// All metrics that have series in the range. Where one of the two sources cannot be read, the other speaks alone.
  public func names(in range: TimeRange) async throws(FetchError) -> MetricList {
    var remarks: [String] = []
    var metadata: [String: [PrometheusMetadata]] = [:]
    do throws(FetchError) {
      metadata = try await client.metadata(limit: MetricExplorer.maximumNames).value
    } catch {
      guard error.concernsOneQuery || error.kind == .notFound else { throw error }
      remarks.append("the server does not describe its metrics, kinds are guessed by name (\(error.answer))")
    }
    let answer = try await client.values(of: "__name__", in: range, limit: MetricExplorer.maximumNames)
    remarks += answer.warnings
    return MetricList(names: answer.value, metadata: metadata, remarks: remarks)
  }

  // MARK: Sparklines

  /// The sparkline of a metric that is held and still new.
  private func held(_ key: PreviewKey, now: Timestamp) -> MetricPreview? {
    guard let (preview, at) = previews[key], now >= at else { return nil }
    guard key.window.isLive else { return preview }
    return now - at < max(MetricExplorer.freshness, key.step) ? preview : nil
  }

  /// The sparklines that are held, and those of the next few metrics; `isComplete` when all are there. Four are asked at once.
  func previews(_ query: MetricPreviewQuery, now: Timestamp) async throws(FetchError)
    -> (previews: [MetricPreview], isComplete: Bool)
  {
    let grid = PrometheusGrid(query.window.range(now: now), columns: query.columns)
    let keys = query.families.map { PreviewKey(family: $0, window: query.window, step: grid.step) }
    var known = keys.compactMap { held($0, now: now) }
    let missing = keys.filter { held($0, now: now) == nil }
    let asked = Array(missing.prefix(MetricExplorer.width * 2))
    let replies = await MetricExplorer.gather(asked) { key in
      do throws(FetchError) {
        return .success(try await self.preview(key.family, grid: grid, now: now))
      } catch {
        return .failure(error)
      }
    }
    for (key, reply) in replies {
      let preview = try reply.get()
      if previews.count >= MetricExplorer.capacity { previews.removeAll(keepingCapacity: true) }
      previews[key] = (preview, now)
      known.append(preview)
    }
    return (known, missing.count == asked.count)
  }

  /// Asks for each of some things, a few at a time.
  static func gather<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ ask: @escaping @Sendable (Item) async -> Result<Value, FetchError>
  ) async -> [(Item, Result<Value, FetchError>)] {
    await withTaskGroup(of: (Int, Result<Value, FetchError>).self) { group in
      var replies: [Int: Result<Value, FetchError>] = [:]
      var waiting = items.indices[...]
      for _ in 0..<width {
        if let index = waiting.popFirst() { group.addTask { (index, await ask(items[index])) } }
      }
      while let (index, reply) = await group.next() {
        replies[index] = reply
        if let index = waiting.popFirst() { group.addTask { (index, await ask(items[index])) } }
      }
      return items.indices.compactMap { index in replies[index].map { (items[index], $0) } }
    }
  }

  private func preview(
    _ family: MetricFamily, grid: PrometheusGrid, now: Timestamp
  ) async throws(FetchError) -> MetricPreview {
    var family = family
    // All targets are mostly scraped alike: one measurement serves the list.
    var interval = try await scrapeInterval(of: "up", at: grid.end, now: now) ?? MetricExplorer.unmeasured
    var answer = try await ask(family, interval, grid)
    if case .series(_, let warnings) = answer, family.kind == .gauge || family.kind == .counter,
      warnings.contains(where: PrometheusDecoder.tellsOfHistograms)
    {
      // What has no description and answers with histograms is one.
      family.kind = .nativeHistogram
      answer = try await ask(family, interval, grid)
    } else if case .series(let series, _) = answer, family.kind != .gauge,
      series.allSatisfy({ $0.values.allSatisfy { $0?.isNaN ?? true } }),
      let own = try await scrapeInterval(of: family.counted, at: grid.end, now: now), own > interval
    {
      // Scraped more seldom than others: the window held no two samples.
      interval = own
      answer = try await ask(family, interval, grid)
    }
    let look = MetricLook(family)
    let questions = look.questions(window: Duration.rateWindow(scrapeInterval: interval, step: grid.step))
    // Of p50, p95 and p99 the one in the middle is drawn.
    let expression = questions.count > 1 ? questions[1].expression : questions.first?.expression ?? ""
    switch answer {
    case .series(let series, _):
      return MetricPreview(
        name: family.name, kind: family.kind, expression: expression, unit: look.unit, series: series)
    case .refused(let error):
      return MetricPreview(
        name: family.name, kind: family.kind, expression: expression, unit: look.unit, series: [],
        failure: error.answer)
    }
  }

  private enum Answer {
    case series([TimeSeries], [String])
    case refused(FetchError)
  }

  private func ask(
    _ family: MetricFamily, _ interval: Duration, _ grid: PrometheusGrid
  ) async throws(FetchError) -> Answer {
    let window = Duration.rateWindow(scrapeInterval: interval, step: grid.step)
    do throws(FetchError) {
      let answer = try await client.range(MetricLook(family).joined(window: window), on: grid)
      return .series(answer.value, answer.warnings + answer.infos)
    } catch {
      guard error.concernsOneQuery else { throw error }
      return .refused(error)
    }
  }

  // MARK: Services

  /// The figures of all services: from the metrics, and where these count no requests, from Jaeger.
  public func red(_ query: REDQuery, now: Timestamp) async throws(FetchError) -> REDReport {
    let report = try await reader.red(query, now: now)
    guard report.services.isEmpty, let jaeger else { return report }
    do throws(FetchError) {
      return try await jaeger.red(query, services: try await jaeger.services(), now: now)
    } catch {
      let words = "Jaeger has no figures of its own: \(error.sentence)"
      return REDReport(services: [], source: "", remarks: report.remarks + [words])
    }
  }

  // MARK: Measuring

  /// The usual distance of a metric's samples: how many of its median series lie in ten minutes. Nil where too few do.
  func scrapeInterval(of metric: String, at time: Timestamp, now: Timestamp) async throws(FetchError) -> Duration? {
    if let (value, at) = intervals[metric], now >= at, now - at < MetricReader.freshness { return value }
    if intervals.count >= MetricExplorer.capacity { intervals.removeAll() }
    var value: Duration?
    do throws(FetchError) {
      let expression = "quantile(0.5, count_over_time(\(PrometheusName.selector(metric))[10m]))"
      if case .vector(let elements) = try await client.instant(expression, at: time).value,
        let count = elements.first?.value, count >= 2
      {
        value = .seconds(max(1, Int64((600 / count).rounded())))
      }
    } catch {
      guard error.concernsOneQuery else { throw error }
    }
    intervals[metric] = (value, now)
    return value
  }
}

extension PrometheusDecoder {
  /// Whether a remark says that series were native histograms.
  static func tellsOfHistograms(_ remark: String) -> Bool { remark.contains("series of native histograms") }
}
