import ObsData

/// What is printed beside a series.
struct MetricFigures: Equatable {
  /// The newest value; with a time cursor that at its instant.
  let current: String
  /// The least and the greatest value: `0.1/s–12.3/s`.
  let range: String
  /// The greatest value alone; empty where there is none.
  let greatest: String
  /// How old the newest value is, where it is older than it should be.
  let staleness: Duration?

  init(_ series: TimeSeries, unit: MetricUnit, context: ViewContext) {
    current = Formatting.value(
      context.cursor.map { series.value(at: $0) } ?? series.current, unit, glyphs: context.glyphs)
    let finite = series.values.lazy.compactMap { $0 }.filter(\.isFinite)
    let dash = context.glyphs == .unicode ? "–" : "-"
    if let low = finite.min(), let high = finite.max() {
      let most = Formatting.value(high, unit, glyphs: context.glyphs)
      range = low == high ? most : Formatting.value(low, unit, glyphs: context.glyphs) + dash + most
      greatest = most
    } else {
      range = ""
      greatest = ""
    }
    // Two steps, and a minute more for scrape and poll, are the ordinary distance.
    let age = series.newest.map { context.window.end - $0 }
    staleness = age.flatMap { (max($0.nanoseconds, 0) - 60_000_000_000) / 2 > series.step.nanoseconds ? $0 : nil }
  }
}

extension MetricRow {
  /// What a value means: of a row that measures failures, anything above zero is a warning, and from five in a hundred on it is
  /// an error. Looked up once for a row, as its names are searched for it.
  var roles: @Sendable (Double) -> Role {
    guard id.contains("error") || title.lowercased().contains("error") else { return { _ in .chart } }
    let severe: Double
    switch unit {
    case .ratio: severe = 0.05
    case .percent: severe = 5
    default: severe = .infinity
    }
    return { $0 > 0 ? ($0 >= severe ? .chartError : .chartWarning) : .chart }
  }
}
