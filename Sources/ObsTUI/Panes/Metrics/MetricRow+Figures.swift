import ObsData

/// What is printed beside a series.
struct MetricFigures: Equatable {
  /// The newest value.
  let current: String
  /// The least and the greatest value: `0.1/s–12.3/s`.
  let range: String
  /// How old the newest value is, where it is older than it should be.
  let staleness: Duration?

  init(_ series: TimeSeries, unit: MetricUnit, context: ViewContext) {
    current = Formatting.value(series.current, unit, glyphs: context.glyphs)
    let finite = series.values.lazy.compactMap { $0 }.filter(\.isFinite)
    let dash = context.glyphs == .unicode ? "–" : "-"
    if let low = finite.min(), let high = finite.max() {
      let most = Formatting.value(high, unit, glyphs: context.glyphs)
      range = low == high ? most : Formatting.value(low, unit, glyphs: context.glyphs) + dash + most
    } else {
      range = ""
    }
    // Two steps, and a minute more for scrape and poll, are the ordinary distance.
    let age = series.newest.map { context.window.end - $0 }
    staleness = age.flatMap { $0 > series.step + series.step + .seconds(60) ? $0 : nil }
  }
}

extension MetricRow {
  /// Whether the row measures failures, so that anything above zero stands out.
  private var measuresErrors: Bool { id.contains("error") || title.lowercased().contains("error") }

  /// The role of a value: errors are a warning, and from five in a hundred on they are an error.
  func role(_ value: Double) -> Role {
    guard measuresErrors, value > 0 else { return .chart }
    switch unit {
    case .ratio: return value >= 0.05 ? .chartError : .chartWarning
    case .percent: return value >= 5 ? .chartError : .chartWarning
    default: return .chartWarning
    }
  }
}
