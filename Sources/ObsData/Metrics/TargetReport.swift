/// Something that Prometheus scrapes, and how the last scrape went.
public struct ScrapeTarget: Hashable, Sendable {
  /// What the last scrape came to.
  public enum Health: String, Hashable, Sendable { case down, unknown, up }

  /// What the last scrape came to.
  public let health: Health
  /// The job and the instance, by the target's labels.
  public let job, instance: String
  /// All labels.
  public let labels: [String: String]
  /// The address that is scraped.
  public let address: String
  /// When it was scraped last; nil where it has not been yet.
  public let lastScrape: Timestamp?
  /// How long that took; nil where it is not known.
  public let duration: Duration?
  /// Why it failed; empty where it did not.
  public let error: String
  /// From one scrape to the next, and how long one may take, as the server writes them: `15s`. Empty on old servers.
  public let interval, timeout: String

  /// Makes a target.
  public init(
    health: Health, job: String, instance: String, labels: [String: String] = [:], address: String,
    lastScrape: Timestamp? = nil, duration: Duration? = nil, error: String = "", interval: String = "",
    timeout: String = ""
  ) {
    self.health = health
    self.job = job
    self.instance = instance
    self.labels = labels
    self.address = address
    self.lastScrape = lastScrape
    self.duration = duration
    self.error = error
    self.interval = interval
    self.timeout = timeout
  }
}

/// What Prometheus scrapes.
public struct TargetReport: Hashable, Sendable {
  /// The targets: those that are down first, then by job and instance.
  public let targets: [ScrapeTarget]
  /// How many were found and dropped by relabelling; nil where the server does not count them.
  public let dropped: Int?
  /// What the server said beside it, and what was left out.
  public let warnings: [String]

  /// Makes a report.
  public init(targets: [ScrapeTarget], dropped: Int? = nil, warnings: [String] = []) {
    self.targets = targets
    self.dropped = dropped
    self.warnings = warnings
  }
}

extension PrometheusClient {
  /// What is scraped (`/api/v1/targets`). `limit` targets at most are kept; what is left out is a warning. Without dropped targets:
  /// where services are discovered, these are most of a large answer.
  public func targets(limit: Int = 5_000) async throws(FetchError) -> TargetReport {
    let reply = try await get(["api", "v1", "targets"], [("state", "active")])
    guard let data = reply.data, let active = data["activeTargets"] else { throw reply.malformed("no targets") }
    let items = active.elements
    let targets = items.prefix(limit).map(ScrapeTarget.init).sorted { a, b in
      let (left, right) = (
        a.health == .down ? 0 : a.health == .unknown ? 1 : 2, b.health == .down ? 0 : b.health == .unknown ? 1 : 2
      )
      return (left, a.job, a.instance) < (right, b.job, b.instance)
    }
    // From 2.47 on they are counted, whatever state is asked for.
    let counts = data["droppedTargetCounts"].flatMap { counts in
      counts.kind == .object ? counts.members.compactMap { Int(exactly: $0.1.double ?? 0) } : nil
    }
    return TargetReport(
      targets: targets, dropped: counts.map { $0.reduce(0, +) },
      warnings: reply.warnings + reply.excess(items.count, limit, "targets"))
  }
}

extension ScrapeTarget {
  fileprivate init(_ value: JSONValue) {
    let labels = PrometheusDecoder.labels(value["labels"])
    let seconds = value["lastScrapeDuration"]?.double ?? -1
    // The documentation's examples have nanoseconds; no scrape takes a day.
    let duration = seconds > 86_400 ? seconds / 1e9 : seconds
    let time = value["lastScrape"]?.string.flatMap { Timestamp(iso8601: $0) }
    self.init(
      health: value["health"]?.string.flatMap { Health(rawValue: $0) } ?? .unknown,
      job: labels["job"] ?? value["scrapePool"]?.string ?? "", instance: labels["instance"] ?? "", labels: labels,
      address: value["scrapeUrl"]?.string ?? "",
      // What was never scraped was so in the year 1.
      lastScrape: time.flatMap { $0.nanoseconds > 0 ? $0 : nil },
      duration: duration >= 0 ? .seconds(min(duration, 1e6)) : nil,
      error: value["lastError"]?.string ?? "", interval: value["scrapeInterval"]?.string ?? "",
      timeout: value["scrapeTimeout"]?.string ?? "")
  }
}
