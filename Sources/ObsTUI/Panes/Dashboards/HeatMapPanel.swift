import ObsData

/// A `heatmap` panel: buckets of a histogram, or plain series counted into buckets here.
struct HeatMapPanel {
  private let panel: DashboardPanel
  private let series: [DataSeries]
  private let isCumulative: Bool
  private let window: TimeRange

  init(_ panel: DashboardPanel, _ data: PanelData, _ window: TimeRange) {
    self.panel = panel
    self.window = window
    series = DataSeries.all(data.frames)
    // Prometheus's buckets count everything up to their bound; with `format: heatmap` Grafana takes the differences.
    isCumulative = data.queries.contains { $0.format == .heatmap }
  }

  func draw(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    guard let map = panel.options.countsIntoBuckets ? counted(rect.height) : bucketed() else {
      canvas.write("No buckets to draw", x: rect.x, y: rect.y, style: Style(.textMuted), width: rect.width)
      return
    }
    map.draw(in: rect, window: window, on: &canvas, context: context)
  }

  /// The upper bound of a series: its label `le`, or a legend that is a number.
  private static func bound(_ field: DataField) -> Double? {
    func number(_ text: String) -> Double? {
      ["+Inf", "Inf", "inf"].contains(text) ? .infinity : Double(text)
    }
    return field.labels["le"].flatMap(number) ?? number(field.displayName)
  }

  private func bucketed() -> HeatMap? {
    let bounded = series.compactMap { item in HeatMapPanel.bound(item.field).map { (bound: $0, item: item) } }
      .sorted { $0.bound < $1.bound }
    guard !bounded.isEmpty else {
      // Buckets with names of their own stay in their order.
      guard let first = series.first else { return nil }
      return HeatMap(labels: series.map(\.field.displayName), rows: series.map(\.values), times: first.times)
    }
    var rows: [[Double?]] = []
    for (index, entry) in bounded.enumerated() {
      guard isCumulative, index > 0 else {
        rows.append(entry.item.values)
        continue
      }
      let below = bounded[index - 1].item.values
      rows.append(
        entry.item.values.enumerated().map { place, value in
          // Two buckets of one scrape may have been read at different moments.
          value.map { max(0, $0 - (below.indices.contains(place) ? below[place] ?? 0 : 0)) }
        })
    }
    let unit = panel.settings.unit ?? bounded.first?.item.field.settings.unit
    let decimals = panel.settings.decimals
    return HeatMap(
      labels: bounded.map { $0.bound.isInfinite ? "+Inf" : UnitFormat.text($0.bound, unit: unit, decimals: decimals) },
      rows: rows, times: bounded[0].item.times)
  }

  /// How many series have a value in each of the buckets that the height gives.
  private func counted(_ height: Int) -> HeatMap? {
    let values = series.flatMap(\.values).compactMap { $0 }.filter(\.isFinite)
    guard let low = values.min(), let high = values.max(), let first = series.first else { return nil }
    let count = high > low ? max(1, min(height - 1, 20)) : 1
    let width = high > low ? (high - low) / Double(count) : 1
    var rows = [[Double?]](repeating: Array(repeating: nil, count: first.times.count), count: count)
    for item in series {
      for (place, value) in item.values.enumerated() where place < first.times.count {
        guard let value, value.isFinite else { continue }
        let share = (value - low) / width
        // The difference of two extremes is no number.
        let bucket = share.isFinite ? min(count - 1, max(0, Int(share.rounded(.down)))) : count - 1
        rows[bucket][place] = (rows[bucket][place] ?? 0) + 1
      }
    }
    let settings = first.field.settings
    return HeatMap(
      labels: (0..<count).map {
        UnitFormat.text(low + width * Double($0), unit: settings.unit, decimals: settings.decimals)
      }, rows: rows, times: first.times)
  }
}
