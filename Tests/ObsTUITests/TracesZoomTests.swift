import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A waterfall's time` {
  @Test func `is zoomed around the selected span, with the whole trace in a row above`() {
    var pane = waterfall()
    pane.press(.nextError, .zoomIn)
    #expect(
      pane.picture(80, 9) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors
        2026-11-22 08:47:10.000             │100ms    │150ms     │200ms
        190ms from +82.0ms               ▃▅▅▅▅▅▅▆[▆██████▆▆▆▆▆▆▆▆▆▆▆]▅▅▆▆▅▅▅▅▃▃▃
        ▾ frontend: GET /checkout        ███████████████████████████████████████   346ms
        ├─ cache: GET cart               ‹                                        20.0ms
        └▾ checkout: PlaceOrder          ███████████████████████████████████████   277ms
         ├▾✗ payment: Charge             ████████████████████████████████████▍     190ms
         │└─✗ db: SELECT                     ▐█████████▉                          50.0ms
         └─ mail: SendLater                                                    ›  80.0ms
        """)
  }

  @Test func `is zoomed to a span, and the ruler says when that began`() {
    var pane = waterfall()
    pane.press(.nextError, .nextError, .zoomToSpan, .zoomIn, .zoomIn)
    #expect(
      pane.picture(80, 9, tracesContext(glyphs: .ascii)) == """
        703cff0b frontend: GET /checkout - 380ms - 6 spans - ! 2 errors
        2026-11-22 08:47:10.000                  |125ms        |130ms
        13.7ms from +122ms               -======***##[]##***********===**====---
        v frontend: GET /checkout        =======================================   346ms
        |- cache: GET cart               <                                        20.0ms
        `v checkout: PlaceOrder          =======================================   277ms
         |v! payment: Charge             =======================================   190ms
         |`-! db: SELECT                 =======================================  50.0ms
         `- mail: SendLater                                                    >  80.0ms
        """)
  }

  @Test func `has a ruler at the start of the selected span`() {
    var pane = waterfall()
    pane.press(.bottom)
    #expect(
      pane.picture(80, 8) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors
        2026-11-22 08:47:10.000          │0s       │100ms    │200ms    ┊+300ms
        ▾ frontend: GET /checkout        ███████████████████████████████████▋      346ms
        ├─ cache: GET cart                ██▏                          ┊          20.0ms
        └▾ checkout: PlaceOrder             ▐████████████████████████████▏         277ms
         ├▾✗ payment: Charge                    ███████████████████▋   ┊           190ms
         │└─✗ db: SELECT                           ▐████▉              ┊          50.0ms
         └─ mail: SendLater                                            ▕█▏░░░░░░  80.0ms
        """)
  }

  @Test func `is panned by quarters up to the trace's ends, and shown whole again`() {
    var pane = waterfall()
    #expect(
      pane.perform(.panLeft, in: tracesContext(), height: 20) == [.notice("the whole trace is shown: . zooms in")])
    pane.press(.zoomIn, .zoomIn)
    let length = pane.zoom.range?.duration
    #expect(length == .milliseconds(95))
    let start = pane.zoom.range?.start
    pane.press(.panRight)
    #expect(pane.zoom.range?.start == start.map { $0 + .microseconds(23_750) })
    pane.press(.panRight, .panRight, .panRight, .panRight, .panRight, .panRight, .panRight, .panRight)
    #expect(pane.zoom.range?.end == pane.found?.tree.range.end)
    #expect(pane.zoom.range?.duration == length)
    #expect(pane.perform(.panRight, in: tracesContext(), height: 20) == [.notice("this is the trace's end")])
    pane.press(.zoomOut)
    #expect(pane.zoom.range?.duration == .milliseconds(190))
    pane.press(.zoomReset)
    #expect(pane.zoom.range == nil)
    #expect(pane.perform(.zoomOut, in: tracesContext(), height: 20) == [.notice("the whole trace is shown")])
  }

  @Test func `is never shorter than clocks can tell, nor longer than the trace`() {
    let whole = TimeRange(start: tracesNow, end: tracesNow + .seconds(1))
    var zoom = TraceZoom()
    for _ in 0..<100 { zoom.scale(in: whole, about: whole.start, isCloser: true) }
    #expect(zoom.range?.duration == TraceZoom.shortest)
    for _ in 0..<100 { zoom.scale(in: whole, about: whole.start, isCloser: false) }
    #expect(zoom.range == nil)
    let nothing = TimeRange(start: tracesNow, end: tracesNow)
    zoom.scale(in: nothing, about: tracesNow, isCloser: true)
    #expect(zoom.range == nil)
  }

  @Test(
    arguments: [
      (1_234_567_890, 1_000, "1.234567s"), (1_500_000_000, 100_000_000, "1.5s"), (69_000_000, 1_000_000, "69ms"),
      (69_500_000, 500_000, "69.5ms"), (1_005, 5, "1.005µs"), (7, 1, "7ns"), (0, 5, "0s"),
      (-2_000_000, 1_000, "-2.000ms"),
    ] as [(Int64, Int64, String)])
  func `has labels that tell two ticks apart`(offset: Int64, step: Int64, text: String) {
    #expect(TraceAxis.precise(.nanoseconds(offset), step: .nanoseconds(step), glyphs: .unicode) == text)
  }
}
