import ObsData

/// A `timeseries` panel, or an old `graph`: lines, bars or areas over time.
struct TimeSeriesPanel {
  private let panel: DashboardPanel
  private let series: [DataSeries]
  private let window: TimeRange
  private let queries: [PanelQuery]
  /// Whether the axis goes by powers of ten where the panel says linear, and the other way round.
  var isAxisTurned = false

  init(_ panel: DashboardPanel, _ data: PanelData, _ window: TimeRange) {
    self.panel = panel
    self.window = window
    queries = data.queries
    series = DataSeries.all(data.frames)
  }

  /// More series than this are counted rather than drawn: a thousand lines are a grey field.
  static let maximumSeries = 60

  func draw(in rect: Rect, on canvas: inout Canvas, _ context: ViewContext) {
    guard !series.isEmpty else {
      canvas.write("No numbers to draw", x: rect.x, y: rect.y, style: Style(.textMuted), width: rect.width)
      return
    }
    let settings = series[0].field.settings
    let unit = settings.unit
    let decimals = settings.decimals
    var chart = LineChart(lines: lines(context), window: window) { UnitFormat.text($0, unit: unit, decimals: decimals) }
    let stacking = series.first { $0.field.settings.stacking ?? .none != .none }?.field.settings.stacking
    chart.unit = { UnitFormat.natural($0, unit: unit) }
    chart.isStacked = stacking != nil
    chart.isPercent = stacking == .percent
    chart.minimum = settings.minimum
    chart.maximum = settings.maximum
    chart.base = settings.logarithm ?? 1
    if isAxisTurned { chart.base = chart.base > 1 ? 1 : 10 }
    chart.exemplars = Exemplar.of(queries, within: window, in: context)
    if settings.showsThresholds == true, let thresholds = settings.thresholds {
      chart.limits = thresholds.steps.filter { $0.value.isFinite }.map { step in
        ChartLimit(value: limit(step.value, thresholds, settings), role: ColorRole.role(step.color) ?? .chartWarning)
      }
    }
    if let right = series.first(where: { $0.field.settings.isRightAxis == true })?.field.settings {
      let (unit, decimals) = (right.unit, right.decimals)
      chart.rightUnit = { UnitFormat.natural($0, unit: unit) }
      chart.rightLabel = { UnitFormat.text($0, unit: unit, decimals: decimals) }
    }
    chart.draw(in: rect, on: &canvas, context: context)
  }

  private func limit(_ value: Double, _ thresholds: Thresholds, _ settings: FieldSettings) -> Double {
    guard thresholds.isPercentage else { return value }
    let (low, high) = (settings.minimum ?? 0, settings.maximum ?? 100)
    return low + (high - low) * value / 100
  }

  private func lines(_ context: ViewContext) -> [ChartLine] {
    let wanted = ["lastNotNull"] + panel.options.legendCalculations.filter { $0 != "lastNotNull" && $0 != "last" }
    // A chart with few series has room to say more of each.
    let calculations = series.count <= 4 && wanted.count == 1 ? ["lastNotNull", "min", "max", "mean"] : wanted
    let cursor = context.cursor.flatMap { $0 >= window.start && $0 <= window.end ? $0 : nil }
    let isAllRight = series.allSatisfy { $0.field.settings.isRightAxis == true }
    return series.prefix(TimeSeriesPanel.maximumSeries).enumerated().map { index, item in
      let settings = item.field.settings
      var line = ChartLine(
        name: item.field.displayName, role: ChartLine.role(index), times: item.times,
        values: settings.isNegated == true ? item.values.map { $0.map { -$0 } } : item.values)
      line.drawing =
        switch settings.drawing {
        case .bars: .bars
        case .points: .points
        default: .line
        }
      line.spansGaps = settings.spansGaps ?? false
      line.isRight = settings.isRightAxis == true && !isAllRight
      line.figures = calculations.map { calculation in
        if calculation == "lastNotNull", let cursor {
          let value = item.value(at: cursor).map(DataValue.number) ?? .null
          return "at \(ValueDisplay(value, settings: settings, now: context.now).text)"
        }
        let value = Reduction.value(calculation, of: item.field.column)
        let text = ValueDisplay(value, settings: settings.withoutCount(calculation), now: context.now).text
        return calculation == "lastNotNull" ? text : "\(TimeSeriesPanel.word(calculation)) \(text)"
      }
      return line
    }
  }

  private static func word(_ calculation: String) -> String { Reduction.title(calculation).lowercased() }
}

/// A column of numbers with the instants that belong to it.
struct DataSeries {
  let field: DataField
  let times: [Timestamp?]

  var values: [Double?] { field.column.numbers ?? [] }

  /// The value at an instant: that of the nearest point, where one lies within a step; nil where there is none.
  func value(at time: Timestamp) -> Double? {
    let known = times.indices.filter { times[$0] != nil }
    guard let index = known.min(by: { distance($0, time) < distance($1, time) }), values.indices.contains(index)
    else { return nil }
    return distance(index, time) <= max(step.nanoseconds, 1_000_000_000).magnitude ? values[index] : nil
  }

  /// From one instant to the next: the least distance there is between the first ones; zero for less than two.
  var step: Duration {
    let first = times.prefix(10).compactMap { $0 }
    return zip(first.dropFirst(), first).map { $0 - $1 }.filter { $0 > .zero }.min() ?? .zero
  }

  private func distance(_ index: Int, _ time: Timestamp) -> UInt64 {
    times[index].map { ($0 - time).nanoseconds.magnitude } ?? .max
  }

  /// The series of frames; what is hidden is left out, and a frame without time stands for nothing here.
  static func all(_ frames: [DataFrame]) -> [DataSeries] {
    frames.flatMap { frame -> [DataSeries] in
      guard let times = frame.time?.column.times else { return [] }
      return frame.fields.filter { $0.isNumber && $0.settings.isHidden != true }.map {
        DataSeries(field: $0, times: times)
      }
    }
  }
}

extension FieldSettings {
  /// The settings for a figure that counts values: those have no unit.
  func withoutCount(_ calculation: String) -> FieldSettings {
    guard Reduction.isCount(calculation) else { return self }
    var settings = self
    settings.unit = calculation == "diffperc" ? "percentunit" : nil
    (settings.decimals, settings.mappings) = (nil, nil)
    return settings
  }
}
