/// A service whose metric comes in under more than one `job`. Where two jobs scrape the same target, adding up counts everything
/// twice; where they scrape different ones, adding up is right. Prometheus itself does not tell.
public struct MetricOverlap: Hashable, Sendable {
  /// The service, as the metric's label names it.
  public let service: String
  /// The jobs, by name.
  public let jobs: [String]
  /// Whether series were found that differ in their job alone, `instance` included: one address is scraped twice.
  public let isSameTarget: Bool

  /// Makes an overlap.
  public init(service: String, jobs: [String], isSameTarget: Bool) {
    self.service = service
    self.jobs = jobs
    self.isSameTarget = isSameTarget
  }

  /// What a row says of the overlaps that are in it, a sentence for each set of jobs.
  static func warnings(_ overlaps: [MetricOverlap], services: [String]) -> [String] {
    let concerned = overlaps.filter { services.isEmpty || services.contains($0.service) }
    return Dictionary(grouping: concerned) { MetricOverlap(service: "", jobs: $0.jobs, isSameTarget: $0.isSameTarget) }
      .map { kind, members in
        let names = members.map(\.service).sorted()
        let whose = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
        let jobs = kind.jobs.prefix(4).joined(separator: ", ") + (kind.jobs.count > 4 ? ", …" : "")
        return kind.isSameTarget
          ? "\(whose): the jobs \(jobs) scrape the same target, counted once"
          : "\(whose): added up over the jobs \(jobs); where they tell of the same requests these count twice, "
            + "and metrics: in the settings can choose one"
      }
      .sorted()
  }
}

extension PrometheusClient {
  /// The services of a metric that come in under more than one job: one small query, and a second one where there are any.
  func overlaps(
    of metric: String, labels: [String], service: String, at time: Timestamp
  ) async throws(FetchError) -> [MetricOverlap] {
    guard labels.contains("job"), service != "job" else { return [] }
    let (selector, label) = (PrometheusName.selector(metric), PrometheusName.label(service))
    var jobs: [String: [String]] = [:]
    for element in try await elements("count by (\(label), job) (\(selector))", at: time) {
      guard let name = element.labels[service], let job = element.labels["job"] else { continue }
      jobs[name, default: []].append(job)
    }
    jobs = jobs.filter { $0.value.count > 1 }
    guard !jobs.isEmpty else { return [] }
    var same: Set<String> = []
    if labels.contains("instance") {
      let twice = try await elements("count by (\(label)) (count without (job) (\(selector)) > 1)", at: time)
      same = Set(twice.compactMap { $0.labels[service] })
    }
    return jobs.map { name, jobs in
      MetricOverlap(service: name, jobs: jobs.sorted(), isSameTarget: same.contains(name))
    }.sorted { $0.service < $1.service }
  }

  private func elements(_ expression: String, at time: Timestamp) async throws(FetchError) -> [PrometheusElement] {
    guard case .vector(let elements) = try await instant(expression, at: time).value else { return [] }
    return elements
  }
}
