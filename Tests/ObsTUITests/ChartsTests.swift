import ObsData
import Testing

@testable import ObsTUI

struct ChartsTests {
  private let start = Timestamp(nanoseconds: 1_795_337_400_000_000_000)  // 08:50:00

  private func series(_ values: [Double?], step: Int = 10, offset: Int = 10) -> TimeSeries {
    TimeSeries(labels: [:], start: start + .seconds(offset), step: .seconds(step), values: values)
  }

  private func axis(_ seconds: Int, columns: Int) -> TimeAxis {
    TimeAxis(TimeRange(start: start, end: start + .seconds(seconds)), columns: columns)
  }

  private func text(_ series: TimeSeries, on axis: TimeAxis, glyphs: GlyphSet = .unicode) -> String {
    Sparkline.text(series.samples(on: axis), scale: ValueScale(series.values.compactMap { $0 }), glyphs: glyphs)
  }

  struct Row: Sendable {
    let values: [Double?]
    let unicode, ascii: String
  }

  static let rows: [Row] = [
    Row(values: [0, 1, 2, 3, 4, 5, 6, 7], unicode: "▁▂▃▄▅▆▇█", ascii: ".:-=+*##"),
    Row(values: [0, 0, 0], unicode: "▁▁▁·····", ascii: "..."),
    Row(values: [0, 0.001, 100], unicode: "▁▂█·····", ascii: ".:#"),
    Row(values: [nil, 5, nil, .nan, 5], unicode: "·█·×█···", ascii: " # x#"),
    Row(values: [nil, nil], unicode: "········", ascii: ""),
    Row(values: [.infinity, 1, 2, -.infinity], unicode: "█▅█▁····", ascii: "#=#."),
    Row(values: [-1, 0, 1], unicode: "▁▅█·····", ascii: ".=#"),
    Row(values: [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0], unicode: "█▁▅·····", ascii: "#.="),
  ]

  @Test(arguments: rows)
  func `a sparkline tells zero, a gap and NaN apart`(row: Row) {
    let series = series(row.values)
    let axis = axis(80, columns: 8)
    #expect(text(series, on: axis) == row.unicode)
    var plain = text(series, on: axis, glyphs: .ascii)
    while plain.last == " " { plain.removeLast() }
    #expect(plain == row.ascii)
  }

  @Test func `of several values in a column the greatest is shown`() {
    let series = series([1, 9, nil, .nan, 3, 2, nil, nil])
    #expect(series.samples(on: axis(80, columns: 4)) == [.value(9), .notANumber, .value(3), .gap])
  }

  @Test func `a value speaks for the time since the one before it`() {
    let series = series([1, nil, 3], step: 20, offset: 20)
    #expect(series.samples(on: axis(60, columns: 6)) == [.value(1), .value(1), .gap, .gap, .value(3), .value(3)])
  }

  @Test func `a series that begins late stands at its time`() {
    let series = series([1, 2], offset: 70)
    #expect(series.samples(on: axis(80, columns: 8)).prefix(6).allSatisfy { $0 == .gap })
    #expect(series.samples(on: axis(80, columns: 8)).suffix(2) == [.value(1), .value(2)])
  }

  @Test func `columns are counted from the epoch, so that a moving window steps and does not shimmer`() {
    let first = TimeAxis(TimeRange(start: start, end: start + .seconds(80)), columns: 8)
    let moved = TimeAxis(TimeRange(start: start + .seconds(9), end: start + .seconds(89)), columns: 8)
    let stepped = TimeAxis(TimeRange(start: start + .seconds(10), end: start + .seconds(90)), columns: 8)
    #expect(first == moved)
    #expect(stepped.start == first.start + .seconds(10))
    #expect(first.column(of: start) == nil)
    #expect(first.column(of: start + .seconds(1)) == 0)
    #expect(first.column(of: start + .seconds(80)) == 7)
    #expect(first.column(of: start + .seconds(81)) == nil)
  }

  @Test func `what has not been measured yet is no gap`() {
    let window = TimeRange(start: start, end: start + .seconds(80))
    let axis = TimeAxis(window, columns: 8, newest: start + .seconds(60))
    #expect(axis.end == start + .seconds(60))
  }

  @Test func `extreme series and windows are drawn without a trap`() {
    let times = [Int64.min, -1, 0, 1, Int64.max].map { Timestamp(nanoseconds: $0) }
    for a in times {
      for b in times {
        let axis = TimeAxis(TimeRange(start: a, end: b), columns: 5)
        for step in [Duration.zero, .nanoseconds(1), .seconds(-5), .nanoseconds(Int64.max)] {
          let series = TimeSeries(labels: [:], start: b, step: step, values: [1, nil, 2])
          #expect(series.samples(on: axis).count == 5)
          _ = (series.newest, series.end)
        }
        _ = Axis.timeLine(axis, as: .utc, now: a, glyphs: .unicode)
        _ = Axis.timeLine(axis, as: .relative, now: a, glyphs: .unicode)
      }
    }
    #expect(TimeAxis(TimeRange(start: start, end: start), columns: 0).columns == 1)
  }

  @Test func `the least numbers there are have a height`() {
    let unit = Double.leastNonzeroMagnitude
    #expect(ValueScale(low: unit * 3, high: unit * 5).height(of: unit * 4, steps: 8) == 8)
    #expect(ValueScale(low: 0, high: 0).height(of: 0, steps: 8) == 1)
    #expect(ValueScale([7.0]).height(of: 7, steps: 8) == 8)
    #expect(ValueScale([7.0, 8], fromZero: false).height(of: 7, steps: 8) == 1)
    #expect(ValueScale([]) == ValueScale(low: 0, high: 0))
  }

  @Test func `bars have eight steps to a line`() {
    var canvas = Canvas(size: Size(width: 7, height: 2))
    let samples: [ChartSample] = [.value(0), .value(1), .value(8), .value(9), .value(16), .gap, .notANumber]
    Histogram.draw(
      samples, scale: ValueScale(low: 0, high: 16), in: Rect(x: 0, y: 0, width: 7, height: 2), on: &canvas,
      glyphs: .unicode
    ) { _ in .chart }
    #expect(canvas.text == "  ▁▂█\n▁▂███·×")
    #expect(canvas[5, 1].style.role == .chartGap)
  }

  @Test(arguments: [
    (0.0, 10.0, 5, [0.0, 5, 10]), (0, 10, 11, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), (0, 0.42, 3, [0, 0.2, 0.4]),
    (3, 14, 4, [5, 10]), (0, 0, 3, []), (0, .infinity, 3, []), (-1, 1, 3, [-1, 0, 1]),
  ])
  func `value marks stand at multiples of 1, 2 and 5`(low: Double, high: Double, count: Int, ticks: [Double]) {
    let got = Axis.ticks(low: low, high: high, count: count)
    #expect(got.count == ticks.count && zip(got, ticks).allSatisfy { abs($0 - $1) < 1e-12 }, "\(got)")
  }

  @Test func `time marks stand at round times of the clock that is shown`() {
    let axis = axis(900, columns: 60)  // 08:50:00 to 09:05:00, 15 s a column
    let now = start + .seconds(900)
    #expect(
      Axis.timeLine(axis, as: .utc, now: now, glyphs: .unicode)
        == "       ╵08:52  ╵08:54  ╵08:56  ╵08:58  ╵09:00  ╵09:02       ")
    #expect(
      Axis.timeLine(axis, as: .local(offset: 20_700, name: "NPT"), now: now, glyphs: .ascii)
        == "   '14:36  '14:38  '14:40  '14:42  '14:44  '14:46  '14:48   ")
    #expect(
      Axis.timeLine(axis, as: .relative, now: now, glyphs: .unicode)
        == "                   ╵-10m00s            ╵-5m00s              ")
  }
}
