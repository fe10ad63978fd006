/// The steps of a panel's queries, by the formulas of Grafana's Prometheus plugin (`promlib/models/query.go`).
public struct QueryIntervals: Hashable, Sendable {
  /// The range that is asked for.
  public let range: TimeRange
  /// From one point to the next: `$__interval`.
  public let step: Duration
  /// What `rate` needs to see at least four samples: `$__rate_interval`.
  public let rateInterval: Duration

  /// The step that is the least without any setting: Grafana's own default for the scrape interval.
  public static let defaultScrape = Duration.seconds(15)

  /// Computes them for a range of which at most so many points are wanted. `minimum` is the panel's or query's least step, nil
  /// where neither says; `factor` multiplies the step.
  public init(range: TimeRange, points: Int, minimum: Duration? = nil, factor: Int = 1) {
    self.range = range
    let scrape = minimum ?? QueryIntervals.defaultScrape
    let length = range.duration
    let rough = Duration.nanoseconds(length.nanoseconds / Int64(max(points, 1)))
    let safe = Duration.nanoseconds(length.nanoseconds / Int64(PrometheusGrid.maximumCount))
    let least = max(QueryIntervals.rounded(rough), scrape, safe, .milliseconds(1))
    let (product, overflow) = least.nanoseconds.multipliedReportingOverflow(by: Int64(max(factor, 1)))
    step = overflow ? least : .nanoseconds(product)
    rateInterval = max(step + scrape, scrape * 4)
  }

  /// The whole range as Grafana writes it: `$__range`.
  public var rangeSeconds: Int64 { Int64((range.duration.seconds).rounded()) }

  /// The built-in variables.
  public var builtIns: [String: VariableBinding] {
    let range = rangeSeconds
    func milliseconds(_ duration: Duration) -> String { String(duration.nanoseconds / 1_000_000) }
    return [
      "__interval": VariableBinding(DurationText.text(step)),
      "__interval_ms": VariableBinding(milliseconds(step)),
      "__rate_interval": VariableBinding(DurationText.text(rateInterval)),
      "__rate_interval_ms": VariableBinding(milliseconds(rateInterval)),
      "__range": VariableBinding("\(range)s"),
      "__range_s": VariableBinding("\(range)"),
      "__range_ms": VariableBinding(milliseconds(self.range.duration)),
      "__from": VariableBinding(String(self.range.start.milliseconds)),
      "__to": VariableBinding(String(self.range.end.milliseconds)),
    ]
  }

  /// The duration that people would say (`rangeutil.roundInterval` of Grafana).
  public static func rounded(_ interval: Duration) -> Duration {
    let milliseconds = interval.nanoseconds / 1_000_000
    for (below, result) in steps where milliseconds < below { return .milliseconds(result) }
    return .seconds(31_536_000)
  }

  private static let steps: [(below: Int64, result: Int64)] = [
    (10, 1), (15, 10), (35, 20), (75, 50), (150, 100), (350, 200), (750, 500), (1_500, 1_000), (3_500, 2_000),
    (7_500, 5_000), (12_500, 10_000), (17_500, 15_000), (25_000, 20_000), (45_000, 30_000), (90_000, 60_000),
    (210_000, 120_000), (450_000, 300_000), (750_000, 600_000), (1_050_000, 900_000), (1_500_000, 1_200_000),
    (2_700_000, 1_800_000), (5_400_000, 3_600_000), (9_000_000, 7_200_000), (16_200_000, 10_800_000),
    (32_400_000, 21_600_000), (86_400_000, 43_200_000), (604_800_000, 86_400_000), (1_814_400_000, 604_800_000),
    (3_628_800_000, 2_592_000_000),
  ]
}
