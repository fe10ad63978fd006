import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A span's details` {
  @Test func `stand beside the tree where there is room`() {
    var pane = waterfall()
    pane.press(.nextError, .open)
    #expect(
      pane.picture(120, 11) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors
        2026-11-22 08:47:10.000      │0s   ┊+69ms     │200ms
        ▾ frontend: GET /checkout    ███████████████████████████████      346ms│payment: Charge ────────────────────────────────
        ├─ cache: GET cart           ▕█▊   ┊                             20.0ms│start               2026-11-22 08:47:10.069000
        └▾ checkout: PlaceOrder         █████████████████████████         277ms│took                190ms, from +69.0ms
         ├▾✗ payment: Charge               █████████████████▎             190ms│of trace            50%
         │└─✗ db: SELECT                   ┊  ████▉                      50.0ms│self                140ms, 73.7% of the span
         └─ mail: SendLater                ┊                   ▕█░░░░░░  80.0ms│status              failed
                                                                               │warning             clock skew
                                                                               │
                                                                               │tags (2)
        """)
  }

  @Test func `cut a long value into lines that can all be scrolled to`() {
    let long = String(repeating: "x", count: 1_000)
    let trace = Trace(
      id: TraceID(high: 0, low: 1),
      spans: [
        Span(
          id: SpanID(value: 1), references: [], operation: "op", process: 0, start: tracesNow, duration: .zero,
          kind: nil,
          hasError: false)
      ], processes: [TraceProcess(service: "s")],
      details: { _ in SpanDetails(tags: [Attribute(key: "k", value: .string(long))]) })
    let panel = SpanDetailPanel(node: 0, trace: trace, tree: TraceTree.build(trace))
    #expect(panel.lines.map(\.value).joined().contains(long))
    #expect(panel.lines.allSatisfy { $0.value.count <= 160 })
  }

  @Test func `name links to other traces`() {
    let trace = Trace(
      id: TraceID(high: 0, low: 1),
      spans: [
        Span(
          id: SpanID(value: 1),
          references: [SpanReference(kind: .followsFrom, traceID: TraceID(high: 0, low: 2), spanID: SpanID(value: 3))],
          operation: "op", process: 0, start: tracesNow, duration: .zero, kind: .consumer, hasError: false)
      ], processes: [TraceProcess(service: "s")])
    let panel = SpanDetailPanel(node: 0, trace: trace, tree: TraceTree.build(trace))
    #expect(panel.lines.contains { $0.value == "trace 0000000000000002 span 0000000000000003" })
  }
}

@Suite struct `A waterfall's search` {
  @Test func `highlights what matches and goes from match to match, through folds`() {
    var pane = waterfall()
    pane.press(.top, .left)
    pane.press(.nextMatch, search: "db: s")
    #expect(pane.selected == "SELECT")
    let canvas = pane.view(Size(width: 80, height: 8), in: tracesContext(search: "db: s"))
    #expect((0..<80).filter { canvas[$0, 6].style.background == .matchCurrent } == [6, 7, 8, 9, 10])
    pane.press(.previousMatch, search: "GET")
    #expect(pane.selected == "GET cart")
    #expect(
      pane.perform(.nextMatch, in: tracesContext(search: "nowhere"), height: 9) == [.notice("no span matches")])
  }
}

@Suite struct `A bar` {
  private func bar(_ eighths: Range<Int>, glyphs: GlyphSet = .unicode) -> String {
    var canvas = Canvas(size: Size(width: 4, height: 1))
    SpanBar.draw(eighths, x: 0, y: 0, width: 4, style: .plain, glyphs: glyphs, on: &canvas)
    return canvas.text
  }

  static let drawn: [(Range<Int>, String)] = [
    (0..<32, "████"), (0..<1, "▏"), (0..<9, "█▏"), (4..<16, "▐█"), (7..<9, "▕▏"), (2..<8, "█"), (8..<12, " ▌"),
    (2..<4, "▎"), (5..<7, "▕"), (3..<7, "▐"), (31..<32, "   ▕"), (40..<50, ""), (0..<0, ""),
  ]

  @Test(arguments: drawn)
  func `is drawn to the eighth of a cell`(eighths: Range<Int>, picture: String) {
    #expect(bar(eighths) == picture)
  }

  @Test func `is never wider than its column nor nothing at all`() {
    #expect(SpanBar.eighths(from: 0.5, to: 0.5, width: 4) == 16..<17)
    #expect(SpanBar.eighths(from: 1, to: 1, width: 4) == 31..<32)
    #expect(SpanBar.eighths(from: -3, to: 9, width: 4) == 0..<32)
    #expect(SpanBar.eighths(from: .nan, to: .nan, width: 4) == 0..<1)
    #expect(SpanBar.eighths(from: 0, to: 1, width: 0) == 0..<8)
  }

  @Test(
    arguments: [
      (380_000_000, 4, 100_000_000), (1, 4, 1), (999, 3, 500), (Int64.max, 5, 2_000_000_000_000_000_000),
    ] as [(Int64, Int, Int64)])
  func `has ticks at round times`(whole: Int64, most: Int, step: Int64) {
    #expect(TraceAxis.step(for: whole, most: most) == step)
  }
}

@Suite struct `Rows of a huge trace` {
  @Test func `are the tree itself while nothing is folded, and go with the folds`() {
    let id = TraceID(high: 0, low: 1)
    let spans = (0..<20_000).map { (number: Int) -> Span in
      let above = SpanReference(kind: .childOf, traceID: id, spanID: SpanID(value: UInt64(number)))
      let references: [SpanReference] = number == 0 ? [] : [above]
      let start = Timestamp(nanoseconds: tracesNow.nanoseconds + Int64(number))
      return Span(
        id: SpanID(value: UInt64(number + 1)), references: references, operation: "deep", process: 0, start: start,
        duration: Duration.microseconds(20), kind: nil, hasError: number == 15_000)
    }
    let trace = Trace(id: id, spans: spans, processes: [TraceProcess(service: "svc")])
    var pane = WaterfallPane(TraceRequest(id: id))
    pane.receive(trace)
    pane.press(.bottom)
    #expect(pane.position.selected == 19_999)
    #expect(pane.picture(40, 5).contains("…    └─ svc: deep "))
    pane.press(.foldHealthy)
    #expect(pane.rows.count == 15_001)
    pane.press(.top, .nextError)
    #expect(pane.selectedNode == 15_000)
    pane.press(.unfoldAll)
    #expect(pane.rows.count == 20_000 && pane.selectedNode == 15_000)
  }
}
