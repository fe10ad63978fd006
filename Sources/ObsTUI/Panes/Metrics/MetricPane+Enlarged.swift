import Foundation
import ObsData

extension MetricPane {
  /// One row over the whole pane: its series as lines with axes, a legend with their figures, thresholds and exemplars.
  func enlarged(_ row: MetricRow, _ size: Size, in context: ViewContext) -> Canvas {
    var canvas = Canvas(size: size)
    let note = exemplarNote(of: row, in: context)
    let room = note.isEmpty ? size.width : max(size.width - CharacterWidth.cells(in: note) - 2, size.width / 2)
    canvas.write(CharacterWidth.clipped(row.expression, to: room), x: 0, y: 0, style: Style(.textMuted))
    if !note.isEmpty {
      let text = CharacterWidth.clipped(note, to: size.width - room - 2)
      canvas.write(text, x: size.width - CharacterWidth.cells(in: text), y: 0, style: Style(.textLink))
    }
    guard !row.series.isEmpty else {
      let words = row.failure ?? "no data in this window"
      for (index, line) in TextWrap.lines(words, width: size.width).enumerated() {
        canvas.write(line, x: 0, y: 1 + index, style: Style(.statusStale))
      }
      return canvas
    }
    chart(of: row, in: context).draw(
      in: Rect(x: 0, y: 1, width: size.width, height: size.height - 1), on: &canvas, context: context)
    return canvas
  }

  private func chart(of row: MetricRow, in context: ViewContext) -> LineChart {
    let (unit, glyphs) = (row.unit, context.glyphs)
    var chart = LineChart(lines: chartLines(of: row, in: context), window: context.window) {
      Formatting.value($0, unit, glyphs: glyphs)
    }
    // Memory is counted in powers of 1,024.
    if unit == .bytes || unit == .bytesPerSecond {
      chart.unit = { pow(1_024, max((log2(max($0, 1)) / 10).rounded(.down), 0)) }
    }
    chart.base = isLogarithmic ? 10 : 1
    chart.limits = limits(of: row)
    chart.exemplars = exemplars(of: row, in: context)
    return chart
  }

  /// What values should not cross: the threshold of the alerting rule, or from where on a share of errors is one too many.
  private func limits(of row: MetricRow) -> [ChartLimit] {
    if row.id == MetricRule.rowID, let threshold = rule?.condition?.threshold {
      return [ChartLimit(value: threshold, role: .chartError)]
    }
    guard row.id.contains("error") || row.title.lowercased().contains("error") else { return [] }
    switch row.unit {
    case .ratio: return [ChartLimit(value: 0.05, role: .chartError)]
    case .percent: return [ChartLimit(value: 5, role: .chartError)]
    default: return []
    }
  }

  private func chartLines(of row: MetricRow, in context: ViewContext) -> [ChartLine] {
    let names = MetricPane.names(of: row.series)
    func text(_ value: Double?) -> String { Formatting.value(value, row.unit, glyphs: context.glyphs) }
    return row.series.prefix(MetricPane.chartSeriesLimit).enumerated().map { index, series in
      let times = series.values.indices.map { Optional(series.start + series.step * $0) }
      var line = ChartLine(
        name: row.series.count == 1 ? row.title : names[index], role: isOutdated ? .textMuted : ChartLine.role(index),
        times: times, values: series.values)
      let finite = series.values.compactMap { $0 }.filter(\.isFinite)
      line.figures = [context.cursor.map { "at " + text(series.value(at: $0)) } ?? text(series.current)]
      if let age = MetricFigures(series, unit: row.unit, context: context).staleness, context.cursor == nil {
        line.figures[0] += ", \(Formatting.age(age)) old"
      }
      if let low = finite.min(), let high = finite.max() {
        let mean = finite.reduce(0) { $0 + $1 / Double(finite.count) }
        line.figures += ["min \(text(low))", "max \(text(high))", "mean \(text(mean))"]
      }
      return line
    }
  }

  /// How many series an enlarged chart has at most: more are a grey field.
  static let chartSeriesLimit = 60

  /// From one column of a chart to the next, in whole steps of the series, so that what the cursor shows was measured.
  func cursorStep(width: Int, in context: ViewContext) -> Duration? {
    guard let step = rows?.lazy.flatMap(\.series).first?.step, step > .zero else { return nil }
    let columns = isEnlarged ? max(width - Formatting.valueWidth, 1) : MetricPane.sparklineWidth(forWidth: width)
    let column = context.window.duration.nanoseconds / Int64(max(columns, 1))
    return step * Int(max(1, (column + step.nanoseconds - 1) / step.nanoseconds))
  }
}
