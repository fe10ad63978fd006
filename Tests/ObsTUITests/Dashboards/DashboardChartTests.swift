import ObsData
import Testing

@testable import ObsTUI

/// Charts as pictures of their cells.
struct DashboardChartTests {
  private let start = Timestamp(nanoseconds: 1_795_337_400_000_000_000)  // 08:50:00
  private var window: TimeRange { TimeRange(start: start, end: start + .seconds(600)) }

  private func context(_ glyphs: GlyphSet = .unicode) -> ViewContext {
    ViewContext(now: window.end, window: window, glyphs: glyphs)
  }

  private func line(_ name: String, _ values: [Double?], index: Int = 0) -> ChartLine {
    let step = 600 / Double(max(values.count - 1, 1))
    return ChartLine(
      name: name, role: ChartLine.role(index), times: values.indices.map { start + .seconds(step * Double($0)) },
      values: values, figures: [values.last.flatMap { $0 }.map { "\($0)" } ?? "-"])
  }

  private func picture(
    _ lines: [ChartLine], width: Int = 40, height: Int = 8, glyphs: GlyphSet = .unicode,
    _ change: (inout LineChart) -> Void = { _ in }
  ) -> String {
    var chart = LineChart(lines: lines, window: window) { UnitFormat.text($0, unit: "short") }
    change(&chart)
    var canvas = Canvas(size: Size(width: width, height: height))
    chart.draw(in: Rect(x: 0, y: 0, width: width, height: height), on: &canvas, context: context(glyphs))
    return canvas.text
  }

  @Test func `a line has axes at round numbers, a gap is a gap`() {
    let picture = picture([line("load", [0, 20, 40, nil, 60, 50, 40])])
    same(
      picture,
      """
      60┤                        ⠈⠑⠒⠤⢄⣀
        │                              ⠉⠑⠒⠤⢄⣀
      40┤         ⣀⠤⠒⠁                       ⠉
      20┤      ⡠⠔⠊
        │   ⡠⠔⠉
       0┤⡠⠔⠉
         ╵08:50 ╵08:52 ╵08:54  ╵08:56 ╵08:58
      load 40.0
      """)
  }

  @Test func `without UTF-8 the dots are letters, and each line ends in its mark`() {
    let picture = picture([line("a", [0, 10, 20]), line("b", [20, 20, .nan], index: 1)], glyphs: .ascii)
    same(
      picture,
      """
      20+''''''''''''''''''2            .:---1
        |                        ..---:'
      10+                  .:---''
        |            .:--:'
        |     ..---:'
       0+.---''
         '08:50 '08:52 '08:54  '08:56 '08:58
      1 a 20.0  2 b nan
      """)
  }

  @Test func `layers stand one upon the other, their shades tell them apart`() {
    let lines = [line("a", [1, 1, 1, 1]), line("b", [2, 1, 1, nil], index: 1)]
    same(
      picture(lines, width: 30) { $0.isStacked = true },
      """
      3┤▓▓▓▓▓
       │▓▓▓▓▓
      2┤▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
      1┤▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
       │████████████████████████████
      0┤████████████████████████████
        ╵08:50        ╵08:55
      1 a 1.0  2 b -
      """)
    same(
      picture(lines, width: 30) {
        $0.isStacked = true
        $0.isPercent = true
      },
      """
      100%┤▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓████
          │▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓████
       50%┤▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓████
          │▓▓▓▓█████████████████████
          │█████████████████████████
        0%┤█████████████████████████
           ╵08:50      ╵08:55
      1 a 1.0  2 b -
      """)
  }

  @Test func `a limit is a line across, powers stand at equal distances`() {
    same(
      picture([line("a", [1, 10, 100, 1_000])]) {
        $0.base = 10
        $0.limits = [ChartLimit(value: 100, role: .chartError)]
      },
      """
      1 K┤                              ⢀⣀⠤⠔⠒⠉
         │                        ⢀⣀⠤⠔⠒⠉⠁
      100┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄⣀⡠⠤⠔⠒⠉⠁┄┄┄┄┄┄┄┄┄┄┄
       10┤           ⢀⣀⠤⠔⠒⠊⠉
         │     ⢀⣀⠤⠔⠒⠉⠁
        1┤⣀⠤⠔⠒⠉⠁
          ╵08:50 ╵08:52 ╵08:54 ╵08:56 ╵08:58
      a 1000.0
      """)
  }

  @Test func `no size is too small and no value too odd`() {
    let odd = [
      line("x", [.infinity, -.infinity, .nan, nil, 1e308, -1e308, .leastNonzeroMagnitude]), line("", []),
      line("y", [5]),
    ]
    for width in 1...12 {
      for height in 1...6 {
        for stacked in [false, true] {
          let text = picture(odd, width: width, height: height) {
            $0.isStacked = stacked
            $0.base = width % 2 == 0 ? 10 : 1
          }
          #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == height)
        }
      }
    }
  }

  @Test func `a heat map has a row for each bucket, the highest on top`() {
    let map = HeatMap(
      labels: ["1 ms", "10 ms", "+Inf"], rows: [[1, 2, nil, 4], [10, 20, 30, 40], [0, 0, 1, 0]],
      times: (0..<4).map { start + .seconds(200 * $0) })
    var canvas = Canvas(size: Size(width: 30, height: 4))
    map.draw(in: Rect(x: 0, y: 0, width: 30, height: 4), window: window, on: &canvas, context: context())
    same(
      canvas.text,
      """
       +Inf          ········
      10 ms ▒▓▓▓▓▓▓▓▓███████████████
       1 ms ·░░░░░░░░        ░░░░░░░
            ╵08:50      ╵08:55
      """)
    // One line for all three: neighbours are added up.
    var low = Canvas(size: Size(width: 30, height: 1))
    map.draw(in: Rect(x: 0, y: 0, width: 30, height: 1), window: window, on: &low, context: context(.ascii))
    same(
      low.text,
      """
       1 ms +********###############
      """)
  }

  @Test(arguments: [
    (0.0, "░░░░", "...."), (0.001, "▏░░░", "#..."), (0.5, "██░░", "##.."), (1, "████", "####"), (7, "████", "####"),
    (-1, "░░░░", "...."), (.nan, "░░░░", "...."), (0.53, "██▏░", "##.."),
  ])
  func `a bar shows its share in eighths`(share: Double, unicode: String, ascii: String) {
    let bar = LevelBar.text(share, width: 4, glyphs: .unicode)
    #expect(bar.full + bar.empty == unicode)
    let plain = LevelBar.text(share, width: 4, glyphs: .ascii)
    #expect(plain.full + plain.empty == ascii)
  }

  @Test(arguments: [
    ([0.0, 37], 0.0, 40.0), ([980, 1_000], 978, 1_000), ([-5, 5], -5, 5), ([], 0, 1), ([3, 3], 0, 3), ([0], 0, 1),
    ([.nan, .infinity], 0, 1),
  ])
  func `an axis ends at round numbers`(values: [Double], low: Double, high: Double) {
    let scale = ChartScale(values)
    #expect(scale.low == low)
    #expect(scale.high == high)
  }

  @Test func `powers are the marks of a logarithmic axis`() {
    let scale = ChartScale([0, 3, 2_000], base: 10)
    #expect(scale.low == 1 && scale.high == 10_000)
    #expect(scale.ticks(count: 5).map { $0.rounded() } == [1, 10, 100, 1_000, 10_000])
    #expect(scale.share(of: 0) == 0 && scale.share(of: 100) == 0.5)
  }

  @Test(arguments: [
    ("red", Role.chartError), ("semi-dark-green", .statusOK), ("#73BF69", .statusOK), ("#F2495C", .chartError),
    ("rgba(237, 129, 40, 0.89)", .chartWarning), ("#5794F2", .series8), ("dark-purple", .series4),
    ("text", nil), ("#808080", nil), ("", nil), ("#zz", nil), ("transparent", nil),
  ])
  func `colours of a dashboard become roles by their hue`(color: String, role: Role?) {
    #expect(ColorRole.role(color) == role)
  }
}
