import ObsData
import Testing

@testable import ObsTUI

@Suite struct `The chart of traces` {
  /// A trace by minutes before `tracesNow`, milliseconds, and errors.
  private func trace(_ id: UInt64, _ minutes: Double, _ milliseconds: Int, errors: Int = 0) -> TraceSummary {
    TraceSummary(
      id: TraceID(high: 0, low: id), rootService: "api", rootOperation: "GET /",
      start: tracesNow - .seconds(minutes * 60),
      duration: .milliseconds(milliseconds), spanCount: 3, errorCount: errors, orphanCount: 0, services: [])
  }
  private var traces: [TraceSummary] {
    [
      trace(1, 14, 10), trace(2, 12, 12), trace(3, 11, 100, errors: 1), trace(4, 8, 95), trace(5, 7.9, 98),
      trace(6, 6, 1_000, errors: 2), trace(7, 3, 30), trace(8, 1, 11), trace(9, 0.1, 300),
    ]
  }
  private func picture(_ mode: TraceChart.Mode, _ width: Int, _ height: Int, glyphs: GlyphSet = .unicode) -> String {
    TraceChart(traces: traces, selected: traces[3]).view(
      mode, size: Size(width: width, height: height), isOutdated: false, in: tracesContext(glyphs: glyphs)
    ).text
  }

  @Test
  func `draws durations over time on a logarithmic scale, errors as crosses, the selected one between two arrows`() {
    #expect(
      picture(.scatter, 60, 9) == """
        9 traces · ✗ 2 with errors · median 95.0ms · p95 1.00s
           1s┤                                ✗
             │
             │                                                     •
        100ms▸              ✗          ●
             │
             │                                           •
         10ms┤   •      •                                       •
                 ╵08:38 ╵08:40 ╵08:42  ▲     ╵08:46  ╵08:48 ╵08:50
        """)
  }

  @Test func `does without anything but ASCII`() {
    #expect(
      picture(.scatter, 40, 7, glyphs: .ascii) == """
        9 traces - x 2 with errors
           1s+                    x
             |                                 o
             >         x     oo
             |                           o
         10ms+  o   o                        o
                    '08:40   ^ '08:45
        """)
    #expect(
      picture(.histogram, 40, 7, glyphs: .ascii) == """
        9 traces - x 2 with errors
            3+##             ##
             |##             ##
             |##             ##
             |##    **       ##       **    xx
             |##    ##       xx       ##    xx
              '10ms          ^'100ms
        """)
  }

  @Test func `draws how many traces took how long, the failed ones at the bottom of each bar`() {
    #expect(
      picture(.histogram, 60, 9) == """
        9 traces · ✗ 2 with errors · median 95.0ms · p95 1.00s
            3┤██
             │██
             │██                      ▆▆
             │██                      ██
             │██          ▄▄          ██ ✗✗          ▄▄          ✗✗
             │██          ██          ██ ✗✗          ██          ✗✗
             │██          ██          ██ ✗✗          ██          ✗✗
              ╵10ms                   ▲  ╵100ms
        """)
  }

  @Test func `shows only the time that it holds where earlier traces were not asked for`() {
    let chart = TraceChart(traces: Array(traces.suffix(2)), selected: nil, isTruncated: true)
    #expect(
      chart.view(.scatter, size: Size(width: 40, height: 5), isOutdated: false, in: tracesContext()).text == """
             │                              •
        100ms┤
             │
             │•
                         ╵08:51:30
        """)
  }

  @Test func `takes the room that the list leaves, and its own where it is asked for`() {
    func height(_ mode: TraceChart.Mode, _ height: Int, _ needed: Int) -> Int {
      TraceChart.height(mode, of: height, needed: needed)
    }
    #expect(height(.automatic, 30, 10) == 18 && height(.automatic, 18, 10) == 8 && height(.automatic, 17, 10) == 0)
    #expect(height(.scatter, 9, 30) == 5 && height(.scatter, 8, 30) == 0 && height(.histogram, 40, 100) == 16)
    #expect(height(.none, 60, 3) == 0)
  }

  @Test func `is cycled by a key, and left and right go along its axis`() {
    var pane = traceList(traces)
    func press(_ command: Command) -> [Request]? { pane.perform(command, in: tracesContext(), height: 20) }
    #expect(pane.chart == .automatic)
    _ = press(.left)
    _ = press(.left)
    #expect(pane.selection?.id.low == 7)
    _ = press(.right)
    #expect(pane.selection?.id.low == 8)
    _ = press(.traceChart)
    #expect(pane.chart == .histogram)
    _ = press(.right)
    #expect(pane.selection?.id.low == 2)
    _ = press(.traceChart)
    #expect(pane.chart == .none && press(.right) == nil)
    _ = press(.traceChart)
    #expect(pane.chart == .scatter)
    #expect(
      pane.perform(.traceChart, in: tracesContext(), height: 6) == [
        .notice("no room for a chart here: z gives the pane the whole screen")
      ])
  }

  @Test func `labels decades, and more where they have room`() {
    func labels(_ low: Duration, _ high: Duration, _ count: Int) -> [String] {
      DurationScale([low, high]).marks(count: count, glyphs: .unicode).map(\.label)
    }
    #expect(labels(.milliseconds(1), .seconds(1), 4) == ["1ms", "10ms", "100ms", "1s"])
    #expect(labels(.milliseconds(1), .milliseconds(10), 9) == ["1ms", "2ms", "5ms", "10ms"])
    #expect(labels(.microseconds(1), .seconds(86_400), 4) == ["1µs", "10ms", "1m", "1d"])
    #expect(labels(.zero, .zero, 3) == ["1µs"])
    #expect(DurationScale([] as [Duration]).share(of: .seconds(100)) == 1)
  }
}
