import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A waterfall` {
  @Test func `draws tree, bars and durations at 80 columns`() {
    #expect(
      waterfall().picture(80, 8) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors
        2026-11-22 08:47:10.000          │0s       │100ms    │200ms    │300ms
        ▾ frontend: GET /checkout        ███████████████████████████████████▋      346ms
        ├─ cache: GET cart                ██▏                                     20.0ms
        └▾ checkout: PlaceOrder             ▐████████████████████████████▏         277ms
         ├▾✗ payment: Charge                    ███████████████████▋               190ms
         │└─✗ db: SELECT                           ▐████▉                         50.0ms
         └─ mail: SendLater                                            ▕█▏░░░░░░  80.0ms
        """)
  }

  @Test func `draws itself in 40 columns and says what is wrong before all else`() {
    #expect(
      waterfall(checkout + "\n7 99 50 10 audit Write", isGrowing: true).picture(40, 9) == """
        ✗ 2 errors · 1 orphan, still arriving
        08:47:10.000       │0s
        ▾ frontend: GET /… ███████████▉    346ms
        ├─ cache: GET cart █▏             20.0ms
        └▾ checkout: Plac…  █████████▊     277ms
         ├▾✗ payment: Cha…   ██████▉       190ms
         │└─✗ db: SELECT      ▐█▍         50.0ms
         └─ mail: SendLat…           ▐░░  80.0ms
        ─? audit: Write     ▐▏            10.0ms
        """)
  }

  @Test func `draws itself in ASCII`() {
    #expect(
      waterfall().picture(80, 8, tracesContext(glyphs: .ascii)) == """
        703cff0b frontend: GET /checkout - 380ms - 6 spans - ! 2 errors
        2026-11-22 08:47:10.000          |0s       |100ms    |200ms    |300ms
        v frontend: GET /checkout        ====================================      346ms
        |- cache: GET cart                ==-                                     20.0ms
        `v checkout: PlaceOrder             -============================-         277ms
         |v! payment: Charge                    ====================               190ms
         |`-! db: SELECT                           -=====                         50.0ms
         `- mail: SendLater                                            -=-......  80.0ms
        """)
  }

  @Test func `folds a span, counts what is hidden, and goes to the parent of what cannot be folded`() {
    var pane = waterfall()
    pane.press(.down, .down, .left)
    #expect(
      pane.picture(80, 5) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors
        2026-11-22 08:47:10.000          │0s┊+35ms │100ms    │200ms    │300ms
        ▾ frontend: GET /checkout        ███████████████████████████████████▋      346ms
        ├─ cache: GET cart                ██▏                                     20.0ms
        └▸ checkout: PlaceOrder    +3 ✗2    ▐████████████████████████████▏         277ms
        """)
    pane.press(.left)
    #expect(pane.selected == "GET /checkout")
    pane.press(.bottom)
    #expect(pane.selected == "PlaceOrder")
    pane.press(.right, .right)
    #expect(pane.selected == "Charge")
    #expect(pane.rows.count == 6)
  }

  @Test func `goes from error to error, also where they are folded away`() {
    var pane = waterfall()
    pane.press(.left, .nextError)
    #expect(pane.selected == "Charge")
    pane.press(.nextError)
    #expect(pane.selected == "SELECT")
    #expect(pane.perform(.nextError, in: tracesContext(), height: 20) == [.notice("no error below")])
    pane.press(.previousError)
    #expect(pane.selected == "Charge")
    #expect(pane.rows.folded.isEmpty)
  }

  @Test func `folds all that holds no error, and unfolds all`() {
    var pane = waterfall(checkout + "\n8 6 12 1 redis HGET")
    pane.press(.bottom, .foldHealthy)
    #expect(pane.rows.count == 6)
    #expect(pane.selected == "SendLater")
    pane.press(.top, .down, .unfoldAll)
    #expect(pane.rows.count == 7)
    #expect(pane.selected == "GET cart")
  }

  @Test func `opens the details of a span below, and scrolls them after the right arrow`() {
    var pane = waterfall()
    pane.press(.nextError, .open)
    pane.press(.right, .down, .down)
    #expect(pane.detail?.isFocused == true)
    #expect(pane.detail?.cursor.selected == 2)
    pane.press(.left)
    #expect(pane.detail?.isFocused == false)
    pane.press(.up)
    #expect(pane.detail?.heading == "checkout: PlaceOrder")
    #expect(pane.perform(.back, in: tracesContext(), height: 20) == [])
    #expect(pane.detail == nil)
    #expect(pane.perform(.back, in: tracesContext(), height: 20) == nil)
  }
}
