import ObsData
import Testing

@testable import ObsTUI

struct LogsVolumeTests {
  private let size = Size(width: 62, height: 5)

  /// Ten buckets of ten seconds before 08:53:20, of which the last is still running at 08:53:15.
  private func histogram() -> LogHistogram {
    let start = Sample.start - .seconds(90)
    var buckets = (0..<10).map { LogCounts(information: $0 * 4) }
    buckets[3] = LogCounts(critical: 1, error: 20, warning: 30, information: 40, other: 9)
    buckets[6] = LogCounts()
    return LogHistogram(
      range: TimeRange(start: start, end: start + .seconds(100)), start: start, step: .seconds(10), buckets: buckets)
  }

  private var context: ViewContext {
    var context = Sample.context(now: 5_000)
    context.window = TimeRange(start: context.now - .seconds(90), end: context.now)
    return context
  }

  /// A pane that is tall enough, with a histogram and lines at seconds before and after 08:53:10.
  private func pane(seconds: [Int64]) -> (LogPane, Scope) {
    var scope = Scope(window: .live(.seconds(60)))
    scope.paneSizes = [.logs: Size(width: 62, height: 20)]
    var pane = Sample.pane(seconds.map { Sample.line("\($0)", at: $0 * 1_000, "line \($0)") }, scope: scope)
    for case .logHistogram(let query) in pane.subscriptions(in: scope) {
      pane.receive(
        Update(subscription: .logHistogram(query), at: Sample.start + .seconds(5), body: .logHistogram(histogram())))
    }
    return (pane, scope)
  }

  @Test func `the volume is drawn with its figures, bars and axis`() {
    var volume = LogVolume()
    let query = LogQuery(window: .live(.seconds(90)))
    volume.adopt(query, size: Size(width: 62, height: 20))
    volume.receive(
      Update(
        subscription: .logHistogram(LogHistogramQuery(logs: query, step: .seconds(2))), at: Sample.start,
        body: .logHistogram(histogram())))
    #expect(
      volume.view(size, cursor: nil, in: context).text == """
        10s a bar · peak 100 at 08:52:10 · 244 lines:  C 1  E 20  W 30
                            ██████
                            ██████                        ▁▁▁▁▁▁▂▂▂▂▂▂
                ▂▂▂▂▂▂▃▃▃▃▃▃██████▅▅▅▅▅▅▆▆▆▆▆▆      ██████████████████
                      ╵08:52:00         ╵08:52:30         ╵08:53:00
        """)
    let marked = volume.view(Size(width: 40, height: 4), cursor: Sample.start - .seconds(55), in: context)
    #expect(
      marked.text == """
        08:52:10 +10s · 100 lines:  C 1  E 20  …
                    ████
            ▂▂▂▂▃▃▃▃████▄▄▄▄▄▄▄▄    ▆▆▆▆▆▆▆▆▇▇▇▇
                    ▲       ╵08:52:30
        """)
    var ascii = context
    ascii.glyphs = .ascii
    #expect(
      volume.view(size, cursor: nil, in: ascii).text == """
        10s a bar - peak 100 at 08:52:10 - 244 lines:  C 1  E 20  W 30
                            ######
                            ######                        ......::::::
                ::::::------######++++++++++++      ##################
                      '08:52:00         '08:52:30         '08:53:00
        """)
  }

  @Test func `a bar is coloured by the most serious lines in a cell, and dim where it is not whole`() {
    let chart = StackedBars(histogram(), width: 10, now: context.now)
    var canvas = Canvas(size: Size(width: 10, height: 4))
    chart.draw(in: Rect(x: 0, y: 0, width: 10, height: 4), on: &canvas, glyphs: .unicode, isOutdated: false)
    #expect((0..<4).map { canvas[3, $0].style.role } == [.logInfo, .logInfo, .logWarning, .logCritical])
    #expect(canvas[8, 3].style.role == .logInfo)
    #expect(canvas[9, 3].style.role == .textMuted)
    #expect(canvas[6, 3].character == " ")
    #expect(StackedBars.tops([1, 0, 0, 9_999, 0], height: 16) == [1, 1, 1, 16, 16])
    #expect(StackedBars.tops([0, 0, 0, 0, 0], height: 16) == [0, 0, 0, 0, 0])
    #expect(StackedBars.tops([1, 1, 1, 1, 1], height: 2) == [1, 2, 2, 2, 2])
  }

  @Test func `the volume is asked for where there is room, and i turns it on and off`() {
    var (pane, scope) = pane(seconds: [0])
    let query = LogHistogramQuery(logs: pane.query(in: scope), step: .seconds(1))
    #expect(pane.subscriptions(in: scope).contains(.logHistogram(query)))
    #expect(pane.listTop(20) == 4)
    #expect(pane.perform(.volume, in: context, height: 20) == [])
    #expect(pane.subscriptions(in: scope) == [.logs(pane.query(in: scope))])
    #expect(pane.listTop(20) == 0)
    scope.paneSizes = [.logs: Size(width: 62, height: 12)]
    #expect(pane.perform(.volume, in: context, height: 12) == [])
    #expect(pane.subscriptions(in: scope).count == 2)
    #expect(
      pane.perform(.volume, in: context, height: 8) == []
        && pane.perform(.volume, in: context, height: 8) == [
          .notice("the pane is too low for the histogram: z enlarges it")
        ])
    #expect(LogPane().subscriptions(in: Sample.scope) == [.logs(LogPane().query(in: Sample.scope))])
  }

  @Test func `lines stand below the volume, and a click finds them there`() {
    var (pane, _) = pane(seconds: [-40, -30, 0])
    let rows = pane.view(Size(width: 62, height: 20), in: context).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(rows[0].hasPrefix("10s a bar"))
    #expect(rows[4].hasSuffix("line -40"))
    pane.select(row: 4, in: context, height: 20)
    #expect(pane.selectedMessage == "line -40")
    #expect(pane.view(Size(width: 62, height: 20), in: context).text.hasPrefix("08:52:30 +10s · 20 lines:  I 20"))
  }

  @Test func `moving from bar to bar moves the lines, and asks for those that are not held`() {
    var (pane, _) = pane(seconds: [-42, -40, -31, 0, 3])
    func press(_ command: Command) -> [Request]? { pane.perform(command, in: context, height: 20) }
    // Of 08:53:00 and 08:52:50 no lines are held, and at 08:52:40 there are none.
    let end = Sample.start
    #expect(press(.previousBar) == [.freeze(TimeRange(start: end - .seconds(90), end: end))])
    #expect(press(.previousBar) == [.freeze(TimeRange(start: end - .seconds(100), end: end - .seconds(10)))])
    #expect(press(.previousBar) == [])
    #expect(pane.selectedMessage == "line -40")
    #expect(press(.previousBar) == [])
    #expect(pane.selectedMessage == "line -42")
    #expect(press(.previousBar) == [.freeze(TimeRange(start: end - .seconds(140), end: end - .seconds(50)))])
    for message in ["line -42", "line -40"] {
      #expect(press(.nextBar) == [])
      #expect(pane.selectedMessage == message)
    }
    _ = press(.bottom)
    #expect(press(.nextBar) == [.notice("no later bar")])
  }

  @Test func `a store that gives no volume is said to, above the lines that are there`() {
    var (pane, scope) = pane(seconds: [0])
    for subscription in pane.subscriptions(in: scope) where subscription != .logs(pane.query(in: scope)) {
      pane.receive(Update(subscription: subscription, at: context.now, body: .failed(Sample.failure())))
    }
    let text = pane.view(Size(width: 80, height: 20), in: context).text
    #expect(text.hasPrefix("Elasticsearch: connection refused · data 0s old"), "\(text)")
    #expect(text.contains("line 0"))
  }
}
