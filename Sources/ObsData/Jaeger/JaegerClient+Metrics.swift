extension JaegerClient {
  /// Jaeger's own figures (service performance monitoring, `/api/metrics/…`), which it computes from span metrics; throws where it
  /// has none. Its durations are milliseconds.
  public func red(_ query: REDQuery, services: [String], now: Timestamp) async throws(FetchError) -> REDReport {
    let range = query.window.range(now: now)
    let grid = PrometheusGrid(range, columns: query.columns)
    // One request names all services: as many as an address has room for.
    let names = services.prefix(JaegerClient.maximumServices)
    var byName: [String: ServiceRED] = [:]
    let figures: [(String, String?, WritableKeyPath<ServiceRED, TimeSeries?> & Sendable)] = [
      ("calls", nil, \.requests), ("errors", nil, \.errors), ("latencies", "0.5", \.p50), ("latencies", "0.95", \.p95),
      ("latencies", "0.99", \.p99),
    ]
    for (figure, quantile, path) in figures {
      for (name, series) in try await spanMetrics(figure, quantile: quantile, Array(names), grid) {
        byName[name, default: ServiceRED(name: name)][keyPath: path] = series
      }
    }
    let left = services.count - names.count
    return REDReport(
      services: byName.values.sorted { $0.name < $1.name }, unit: .milliseconds,
      source: "Jaeger's service performance monitoring (/api/metrics)",
      remarks: left > 0 ? ["\(left) of \(services.count) services were not asked for"] : [])
  }

  /// Request rate and error ratio of every service at the window's end, for the service bar.
  func figures(in window: TimeWindow, now: Timestamp) async throws(FetchError) -> [ServiceFigures] {
    let range = window.range(now: now)
    // A few minutes are enough for the newest value.
    let recent = TimeRange(start: max(range.start, range.end - .seconds(300)), end: range.end)
    let grid = PrometheusGrid(recent, step: .seconds(60))
    let names = Array(try await services().prefix(JaegerClient.maximumServices))
    guard !names.isEmpty else { return [] }
    var byName: [String: ServiceFigures] = [:]
    for (name, series) in try await spanMetrics("calls", quantile: nil, names, grid) {
      byName[name] = ServiceFigures(name: name, requestRate: series.values.last { $0?.isFinite == true } ?? nil)
    }
    for (name, series) in try await spanMetrics("errors", quantile: nil, names, grid) {
      byName[name]?.errorRatio = series.values.last { $0?.isFinite == true } ?? nil
    }
    return byName.values.sorted { $0.name < $1.name }
  }

  /// No more services are named in one request.
  private static let maximumServices = 50

  private func spanMetrics(
    _ figure: String, quantile: String?, _ services: [String], _ grid: PrometheusGrid
  ) async throws(FetchError) -> [(name: String, series: TimeSeries)] {
    let step = grid.step.nanoseconds / 1_000_000
    var items = services.map { ("service", $0) }
    if let quantile { items.append(("quantile", quantile)) }
    items += [
      ("endTs", String(grid.end.milliseconds)), ("lookback", String(step * Int64(max(grid.count - 1, 1)))),
      ("step", String(step)), ("ratePer", String(max(step, 60_000))), ("spanKind", "server"),
    ]
    let request = HTTPRequest(.get, ["api", "metrics", figure], query: items)
    let response = try await transport.send(request)
    guard (200..<300).contains(response.status) else {
      throw FetchError.status(response, to: request, at: transport.address)
        ?? JaegerFailure.foreign("figures", to: request, at: transport.address)
    }
    let root: JSONValue
    do throws(JSONSyntaxError) {
      root = try JSONReader.read(response.body).document.root
    } catch {
      throw JaegerFailure.malformed(error, to: request, at: transport.address)
    }
    // Empty lists are left out.
    guard root.kind == .object, root["name"] != nil || root["metrics"] != nil else {
      throw JaegerFailure.foreign("figures", to: request, at: transport.address)
    }
    return (root["metrics"]?.elements ?? []).compactMap { JaegerClient.series($0, on: grid) }
  }

  private static func series(_ metric: JSONValue, on grid: PrometheusGrid) -> (name: String, series: TimeSeries)? {
    let labels = metric["labels"]?.elements ?? []
    guard let name = labels.first(where: { $0["name"]?.string == "service_name" })?["value"]?.string else { return nil }
    var values = [Double?](repeating: nil, count: grid.count)
    for point in metric["metricPoints"]?.elements ?? [] {
      guard let time = point["timestamp"]?.string.flatMap({ Timestamp(iso8601: $0) }), let index = grid.index(of: time)
      else { continue }
      // Zero is left out, NaN is a text.
      let value = point["gaugeValue"]?["doubleValue"]
      values[index] = value.map { $0.double ?? $0.string.flatMap(PrometheusDecoder.number) ?? .nan } ?? 0
    }
    return (name, TimeSeries(labels: ["service_name": name], start: grid.start, step: grid.step, values: values))
  }
}
