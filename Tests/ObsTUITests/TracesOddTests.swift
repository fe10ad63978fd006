import ObsData
import Testing

@testable import ObsTUI

@Suite struct `An odd trace` {
  @Test func `of one span is drawn`() {
    #expect(
      waterfall("1 - 0 0 cron tick").picture(60, 5) == """
        703cff0b cron: tick · 0s · 1 span
        2026-11-22 08:47:10.000  │0s
        ─ cron: tick             ▏                                0s


        """)
    #expect(waterfall("1 - 0 0 cron tick").title(in: tracesContext()) == "Trace 703cff0b39763c0b · 1 span")
  }

  @Test func `without a span says so`() {
    var pane = WaterfallPane(TraceRequest(id: TraceID(high: 0, low: 7)))
    pane.receive(Trace(id: TraceID(high: 0, low: 7), spans: [], processes: []))
    #expect(
      pane.picture(60, 6) == """
        00000000 (no root) · 0s · 0 spans
        (no times)               │0s



        this trace holds no span
        """)
    let commands: [Command] = [
      .down, .left, .right, .open, .back, .nextError, .foldLevel, .unfoldLevel, .foldHealthy, .zoomIn, .zoomToSpan,
      .panLeft, .hide, .onlyMatches, .nextMatch, .nextLogLine, .previousLogLine, .copyTrace, .bottom,
    ]
    for command in commands { pane.press(command, search: "x") }
    #expect(pane.picture(60, 6).contains("this trace holds no span"))
  }

  @Test func `of orphans alone names the parents that are missing`() {
    let pane = waterfall("2 99 10 50 mail Send\n3 2 20 10 mail Dial\n4 98 40 20 audit Write")
    #expect(
      pane.picture(120, 6) == """
        703cff0b (no root) · 50.0ms · 3 spans · 2 orphans
        2026-11-22 08:47:10.010                          │0s         │10.0ms      │20.0ms     │30.0ms      │40.0ms
        ▾? mail: Send            under 0000000000000099? ███████████████████████████████████████████████████████████████  50.0ms
        └─ mail: Dial                                                ▐████████████▎                                       10.0ms
        ─? audit: Write          under 0000000000000098?                                      ▕█████████████████████████  20.0ms

        """)
    #expect(pane.title(in: tracesContext()) == "Trace 703cff0b39763c0b · 3 spans, 2 orphans")
    let young = waterfall("2 99 10 50 mail Send", isGrowing: true)
    #expect(young.title(in: tracesContext()) == "Trace 703cff0b39763c0b · 1 span, 1 orphan, still arriving")
    #expect(young.picture(80, 5).contains("(root not there yet)"))
  }

  @Test func `of a suspiciously round number of spans may have been cut`() {
    func note(_ count: Int) -> String? {
      waterfall(
        (["1 - 0 900 a root"] + (2...count).map { "\(String($0, radix: 16)) 1 1 1 a step" }).joined(separator: "\n")
      ).note(in: tracesContext())?.text
    }
    #expect(note(2_000) == "exactly 2,000 spans: perhaps cut by a limit of the store")
    #expect(note(2_001) == nil)
  }

  @Test func `says what the store says of it, and which circles were cut`() {
    var pane = waterfall("1 2 0 5 a x\n2 1 1 5 a y\n2 - 3 1 a z")
    #expect(pane.note(in: tracesContext())?.text == "1 circular references cut; 1 spans share another one's id")
    pane.receive(waterfallTrace(checkout, warnings: ["truncated: 6 of 9,000 spans"]))
    #expect(pane.note(in: tracesContext())?.text == "truncated: 6 of 9,000 spans")
  }

  @Test func `that goes on growing marks what is new, until more comes`() {
    var pane = waterfall(isGrowing: true)
    pane.receive(waterfallTrace(checkout + "\n7 2 100 20 stock Reserve"), isGrowing: true)
    #expect(
      pane.picture(80, 9) == """
        703cff0b frontend: GET /checkout · 380ms · 7 spans · ✗ 2 errors · still arriving
        2026-11-22 08:47:10.000          │0s       │100ms    │200ms    │300ms
        ▾ frontend: GET /checkout        ███████████████████████████████████▋      346ms
        ├─ cache: GET cart                ██▏                                     20.0ms
        └▾ checkout: PlaceOrder             ▐████████████████████████████▏         277ms
         ├▾✗ payment: Charge                    ███████████████████▋               190ms
         │└─✗ db: SELECT                           ▐████▉                         50.0ms
         ├─* stock: Reserve                        ██▍                            20.0ms
         └─ mail: SendLater                                            ▕█▏░░░░░░  80.0ms
        """)
    #expect(pane.title(in: tracesContext()) == "Trace 703cff0b39763c0b · 7 spans (1 new), still arriving")
    pane.receive(waterfallTrace(checkout + "\n7 2 100 20 stock Reserve\n8 2 130 20 stock Commit"), isGrowing: true)
    #expect(pane.fresh.count == 1)
    #expect(pane.picture(80, 10).contains("─* stock: Commit"))
    #expect(!pane.picture(80, 10).contains("─* stock: Reserve"))
  }

  /// Times that no clock has: every key is harmless, and every size drawn.
  @Test func `with hostile times breaks nothing`() {
    let id = TraceID(high: 0, low: 9)
    func span(_ number: UInt64, _ start: Int64, _ duration: Int64) -> Span {
      Span(
        id: SpanID(value: number),
        references: number == 1 ? [] : [SpanReference(kind: .childOf, traceID: id, spanID: SpanID(value: 1))],
        operation: "op", process: 0, start: Timestamp(nanoseconds: start), duration: .nanoseconds(duration), kind: nil,
        hasError: number == 3)
    }
    let trace = Trace(
      id: id, spans: [span(1, .min, .max), span(2, .max, .max), span(3, 0, 5), span(4, -1, 0), span(5, .max - 1, 1)],
      processes: [TraceProcess(service: "s")])
    let commands: [Command] = [
      .zoomIn, .down, .zoomToSpan, .zoomIn, .zoomOut, .panRight, .panRight, .panLeft, .bottom, .zoomToSpan, .zoomOut,
      .zoomIn, .nextError, .open, .zoomReset, .previousError, .zoomToSpan,
    ]
    var pane = WaterfallPane(TraceRequest(id: id))
    pane.receive(trace)
    for command in commands {
      pane.press(command)
      for size in [(1, 1), (20, 5), (80, 24), (200, 60)] {
        #expect(pane.view(Size(width: size.0, height: size.1), in: tracesContext()).size.width == size.0)
      }
    }
  }
}

@Suite struct `A waterfall's panel` {
  private func placed(_ width: Int, _ height: Int) -> WaterfallPane {
    var pane = waterfall()
    var scope = Sample.scope
    scope.paneSizes = [.pushed: Size(width: width, height: height)]
    pane.adopt(scope)
    return pane
  }

  @Test(
    arguments: [
      (80, 12, false), (80, 15, false), (80, 16, true), (80, 40, true), (159, 12, false), (160, 8, true),
      (200, 60, true),
    ] as [(Int, Int, Bool)])
  func `opens by itself where there is room`(width: Int, height: Int, isOpen: Bool) {
    #expect((placed(width, height).detail != nil) == isOpen)
  }

  @Test func `takes no line of the tree by itself, and none when it is closed`() {
    var pane = placed(80, 20)
    #expect(
      pane.picture(80, 20) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors
        2026-11-22 08:47:10.000          │0s       │100ms    │200ms    │300ms
        ▾ frontend: GET /checkout        ███████████████████████████████████▋      346ms
        ├─ cache: GET cart                ██▏                                     20.0ms
        └▾ checkout: PlaceOrder             ▐████████████████████████████▏         277ms
         ├▾✗ payment: Charge                    ███████████████████▋               190ms
         │└─✗ db: SELECT                           ▐████▉                         50.0ms
         └─ mail: SendLater                                            ▕█▏░░░░░░  80.0ms
        frontend: GET /checkout ────────────────────────────────────────────────────────
        start                  2026-11-22 08:47:10.000000
        took                   346ms, from +0s
        of trace               91.1%
        self                   49.0ms, 14.2% of the span

        tags (2)
        http.status_code       500
        db.statement           SELECT * FROM users WHERE id = 7 AND name = '连接失败'
                               FOR UPDATE

        events (1)
        """)
    pane.press(.open)
    #expect(pane.detail == nil)
    pane.press(.open)
    #expect(pane.detail != nil && pane.panel == .open)
  }

  @Test func `is no step on the way back where it opened by itself`() {
    var pane = placed(160, 20)
    let back = pane.perform(.back, in: tracesContext(), height: 20)
    #expect(back == nil)
  }

  @Test func `keeps the selected line in view where values are broken over lines`() {
    var pane = placed(80, 16)
    pane.press(.right)
    for _ in 0..<40 { pane.press(.down, height: 16) }
    let picture = pane.view(Size(width: 80, height: 16), in: tracesContext())
    let last = pane.detail?.lines.last
    #expect(picture.text.contains(last?.value ?? "nothing"))
  }
}
