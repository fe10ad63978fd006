/// Fills the metric pane and the service bar: finds out once what the server has, then asks one expression a row.
public actor MetricReader {
  let client: PrometheusClient
  private let settings: [MetricTemplate]
  private let serviceLabel: String?
  private let fixedInterval: Duration?
  private let byService: Bool
  private var known: Known?

  /// What was found out, and when.
  private struct Known {
    let plan: MetricPlan
    let scrapeInterval: Duration
    let at: Timestamp
  }

  /// How long what was found out is trusted.
  static let freshness = Duration.seconds(300)
  /// Prometheus's usual scrape interval where it cannot be measured; also Grafana's guess.
  static let usualInterval = Duration.seconds(15)

  /// Makes a reader. `settings` replace and add rows (see `MetricTemplate`); `serviceLabel` and `scrapeInterval` are
  /// found out where they are nil.
  public init(
    client: PrometheusClient, settings: [MetricTemplate] = [], serviceLabel: String? = nil,
    scrapeInterval: Duration? = nil, byService: Bool = false
  ) {
    self.client = client
    self.settings = settings
    self.serviceLabel = serviceLabel
    self.fixedInterval = scrapeInterval
    self.byService = byService
  }

  /// The rows of the metric pane, one request each, one after the other. A row that the server refuses says so in its
  /// `failure`; throws where the server cannot be asked at all.
  public func rows(_ query: MetricQuery, now: Timestamp) async throws(FetchError) -> [MetricRow] {
    let range = query.window.range(now: now)
    let known = try await discovered(range, now: now)
    let grid = PrometheusGrid(range, columns: query.columns)
    let window = Duration.rateWindow(scrapeInterval: known.scrapeInterval, step: grid.step)
    var rows: [MetricRow] = []
    var answered = 0
    var firstFailure: FetchError?
    var templates = known.plan.templates
    if !query.expression.isEmpty {
      templates.append(MetricTemplate(id: "query", title: "query", unit: .none, expression: query.expression))
    }
    for template in templates {
      let expression = template.expression(services: query.services, window: window, step: grid.step)
      var row: MetricRow
      do throws(FetchError) {
        let answer = try await client.range(expression, on: grid)
        answered += 1
        let overlaps = MetricOverlap.warnings(known.plan.overlaps[template.id] ?? [], services: query.services)
        row = MetricRow(
          template, expression, series: answer.value, warnings: answer.warnings + answer.infos + overlaps)
      } catch {
        guard error.concernsOneQuery else { throw error }
        firstFailure = firstFailure ?? error
        row = MetricRow(template, expression, failure: error.answer)
      }
      rows.append(row)
    }
    if answered == 0, let firstFailure, firstFailure.kind != .badQuery { throw firstFailure }
    return rows
      + MetricPlan.rows.compactMap { row in
        known.plan.missing[row.id].map {
          MetricRow(id: row.id, title: row.title, unit: .none, expression: "", series: [], failure: $0)
        }
      }
  }

  /// Request rate and error ratio of every service at the end of the range, by service name; empty where the server has
  /// no counter of requests with a service's label. Services without traffic have a rate of zero and no error ratio.
  public func serviceFigures(_ range: TimeRange, now: Timestamp) async throws(FetchError) -> [ServiceFigures] {
    let known = try await discovered(range, now: now)
    guard let figures = known.plan.figures else { return [] }
    let window = max(
      Duration.rateWindow(scrapeInterval: known.scrapeInterval, step: known.scrapeInterval), .seconds(120))
    func ask(_ expression: String) async throws(FetchError) -> [PrometheusElement] {
      let template = MetricTemplate(id: "", title: "", unit: .none, expression: expression)
      let text = template.expression(services: [], window: window, step: known.scrapeInterval)
      guard case .vector(let elements) = try await client.instant(text, at: range.end).value else { return [] }
      return elements
    }
    var byName: [String: ServiceFigures] = [:]
    for element in try await ask(figures.rate) {
      guard let name = element.labels[figures.label], !name.isEmpty else { continue }
      byName[name] = ServiceFigures(name: name, requestRate: element.value.isFinite ? element.value : nil)
    }
    if let errors = figures.errors {
      do throws(FetchError) {
        for element in try await ask(errors) where element.value.isFinite {
          byName[element.labels[figures.label] ?? ""]?.errorRatio = element.value
        }
      } catch {
        guard error.concernsOneQuery else { throw error }
      }
    }
    return byName.values.sorted { $0.name < $1.name }
  }

  /// The expressions that are asked on this server, with their placeholders.
  public func plan(_ range: TimeRange, now: Timestamp) async throws(FetchError) -> MetricPlan {
    try await discovered(range, now: now).plan
  }

  private func discovered(_ range: TimeRange, now: Timestamp) async throws(FetchError) -> Known {
    if let known, now - known.at < MetricReader.freshness, now >= known.at { return known }
    var catalogue = MetricCatalogue(names: Set(try await names(in: range)))
    let chosen = MetricPlan.chosen(catalogue.names)
    for metric in [chosen.requests, chosen.duration, chosen.connections].compactMap({ $0 }) {
      let selector = PrometheusName.selector(metric)
      catalogue.labels[metric] = try await client.labels(matching: [selector], in: range, limit: 500).value
      if metric == chosen.duration, MetricPlan.needsBounds(metric) {
        let bounds = try await client.values(of: "le", matching: [selector], in: range, limit: 500).value
        catalogue.bounds[metric] = bounds.compactMap(PrometheusDecoder.number)
      }
    }
    for metric in [chosen.requests, chosen.connections].compactMap({ $0 }) {
      catalogue.overlaps[metric] = try await overlaps(of: metric, catalogue, at: range.end)
    }
    let measured = fixedInterval == nil ? try await measuredInterval(chosen.requests, at: range.end) : nil
    let known = Known(
      plan: MetricPlan(catalogue, settings: settings, serviceLabel: serviceLabel, byService: byService),
      scrapeInterval: fixedInterval ?? measured ?? MetricReader.usualInterval, at: now)
    // An empty server is asked again next time: its programs may be starting.
    if !catalogue.names.isEmpty { self.known = known }
    return known
  }

  /// A server that does not answer this has the row all the same, added up and without a word.
  private func overlaps(
    of metric: String, _ catalogue: MetricCatalogue, at time: Timestamp
  ) async throws(FetchError) -> [MetricOverlap] {
    let labels = catalogue.labels[metric] ?? []
    guard let service = serviceLabel ?? MetricFamilies.serviceLabel(among: labels) else { return [] }
    do throws(FetchError) {
      return try await client.overlaps(of: metric, labels: labels, service: service, at: time)
    } catch {
      guard error.concernsOneQuery else { throw error }
      return []
    }
  }

  /// The names that the plan can use. A server that refuses to list them can still be asked what the user has set.
  private func names(in range: TimeRange) async throws(FetchError) -> [String] {
    let selector = "{__name__=~" + PrometheusName.quoted(MetricFamilies.namePattern) + "}"
    do throws(FetchError) {
      return try await client.values(of: "__name__", matching: [selector], in: range).value
    } catch {
      guard error.concernsOneQuery, !settings.isEmpty else { throw error }
      return []
    }
  }

  /// The distance of a series' samples: one series is picked, then its raw samples of ten minutes are read.
  private func measuredInterval(_ metric: String?, at time: Timestamp) async throws(FetchError) -> Duration? {
    guard let metric else { return nil }
    do throws(FetchError) {
      let picked = try await client.instant("topk(1, \(PrometheusName.selector(metric)))", at: time).value
      guard case .vector(let elements) = picked, let labels = elements.first?.labels else { return nil }
      let matchers = labels.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }.map {
        PrometheusName.matcher($0.key, "=", $0.value)
      }
      let raw = try await client.instant(PrometheusName.selector(metric, matchers) + "[10m]", at: time).value
      guard case .matrix(let series) = raw, let samples = series.first?.samples, samples.count > 1 else { return nil }
      let gaps = zip(samples.dropFirst(), samples).map { ($0.time - $1.time).seconds }.sorted()
      let middle = gaps[gaps.count / 2].rounded()
      return (1...3_600).contains(middle) ? .seconds(middle) : nil
    } catch {
      guard error.concernsOneQuery else { throw error }
      return nil
    }
  }
}

extension MetricRow {
  fileprivate init(
    _ template: MetricTemplate, _ expression: String, series: [TimeSeries] = [], warnings: [String] = [],
    failure: String? = nil
  ) {
    self.init(
      id: template.id, title: template.title, unit: template.unit, expression: expression, series: series,
      warnings: warnings, failure: failure)
  }
}

extension FetchError {
  /// Whether another query may well succeed: the server answered, and refused this one or took too long over it.
  var concernsOneQuery: Bool {
    switch kind {
    case .badQuery, .server, .malformed, .tooLarge, .timeout: true
    case .unreachable, .tls, .unauthorised, .notFound, .overloaded, .cancelled, .settings: false
    }
  }
}
