/// Requests, errors and durations of one service: the three figures that say how it is (RED).
public struct ServiceRED: Hashable, Sendable {
  /// The service as the source spells it.
  public let name: String
  /// Requests a second.
  public internal(set) var requests: TimeSeries?
  /// Failed requests over all, 0 to 1.
  public internal(set) var errors: TimeSeries?
  /// The quantiles of the durations.
  public internal(set) var p50, p95, p99: TimeSeries?

  /// Makes the figures of a service.
  public init(
    name: String, requests: TimeSeries? = nil, errors: TimeSeries? = nil, p50: TimeSeries? = nil,
    p95: TimeSeries? = nil, p99: TimeSeries? = nil
  ) {
    self.name = name
    self.requests = requests
    self.errors = errors
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
  }
}

/// The figures of all services, and what they were computed from.
public struct REDReport: Hashable, Sendable {
  /// The services, by name.
  public let services: [ServiceRED]
  /// What the durations count.
  public let unit: MetricUnit
  /// Where the figures come from, in words.
  public let source: String
  /// What is missing or odd, in words.
  public let remarks: [String]
  /// What was asked, by the name of the figure.
  public let expressions: [String: String]

  /// Makes a report.
  public init(
    services: [ServiceRED], unit: MetricUnit = .seconds, source: String, remarks: [String] = [],
    expressions: [String: String] = [:]
  ) {
    self.services = services
    self.unit = unit
    self.source = source
    self.remarks = remarks
    self.expressions = expressions
  }
}

/// Which figures are wanted.
public struct REDQuery: Hashable, Sendable {
  /// From when to when.
  public var window: TimeWindow
  /// How many values a series should have at most.
  public var columns: Int

  /// Makes a query.
  public init(window: TimeWindow, columns: Int) {
    self.window = window
    self.columns = columns
  }
}

extension MetricReader {
  /// The figures of all services, from the very metrics that the service bar's come from.
  public func red(_ query: REDQuery, now: Timestamp) async throws(FetchError) -> REDReport {
    let plan = try await plan(query.window.range(now: now), now: now)
    guard let label = plan.figures?.label else {
      return REDReport(services: [], source: "", remarks: plan.missing["request-rate"].map { [$0] } ?? [])
    }
    let rows = try await rows(MetricQuery(window: query.window, columns: query.columns), now: now)
    var byName: [String: ServiceRED] = [:]
    var remarks: [String] = []
    var expressions: [String: String] = [:]
    var unit = MetricUnit.seconds
    for row in rows {
      let path: WritableKeyPath<ServiceRED, TimeSeries?> & Sendable
      switch row.id {
      case "request-rate": path = \.requests
      case "error-ratio": path = \.errors
      case "latency-p50": path = \.p50
      case "latency-p95": (path, unit) = (\.p95, row.unit)
      case "latency-p99": path = \.p99
      default: continue
      }
      if let failure = row.failure { remarks.append("\(row.title): \(failure)") }
      remarks += row.warnings.filter { !remarks.contains($0) }
      expressions[row.id] = row.expression
      // Durations may come from another metric than the counts, whose services have another label.
      for series in row.series {
        let name = series.labels[label] ?? series.labels.values.first ?? ""
        guard !name.isEmpty else { continue }
        byName[name, default: ServiceRED(name: name)][keyPath: path] = series
      }
    }
    let sources = [plan.requestSource, plan.durationSource].compactMap { $0 }
    return REDReport(
      services: byName.values.sorted { $0.name < $1.name }, unit: unit,
      source: "\(sources.joined(separator: " and ")) by \(label)", remarks: remarks, expressions: expressions)
  }
}
