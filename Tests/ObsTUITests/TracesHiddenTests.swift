import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A waterfall with spans out of view` {
  @Test func `hangs what a hidden service called under what is above it, and counts what is hidden`() {
    var pane = waterfall()
    pane.press(.down, .down, .hide)
    #expect(
      pane.picture(80, 7) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors · 1 span hidden
        2026-11-22 08:47:10.000           ┊+10ms   │100ms    │200ms    │300ms
        ▾ frontend: GET /checkout        ███████████████████████████████████▋      346ms
        ├─ cache: GET cart                ██▏                                     20.0ms
        ├▾✗ payment: Charge               ┊     ███████████████████▋               190ms
        │└─✗ db: SELECT                   ┊        ▐████▉                         50.0ms
        └─ mail: SendLater                ┊                            ▕█▏░░░░░░  80.0ms
        """)
    #expect(pane.selected == "GET cart")
    let answer = pane.perform(.show, in: tracesContext(), height: 20)
    #expect(answer == [.notice("all services are shown")])
    #expect(pane.rows.count == 6 && pane.rows.hidden.isEmpty)
  }

  @Test func `hides services by name, and says which names there are`() {
    var pane = waterfall()
    let answers = [
      pane.hide(service: "db"), pane.hide(service: "mial"), pane.show(service: "mail"), pane.show(service: "db"),
      pane.show(service: "db"),
    ]
    #expect(
      answers == [
        [.notice("db is hidden; X or :show shows it again")],
        [.notice("no span of this trace is of mial; did you mean “mail”?", isError: true)],
        [.notice("mail is not hidden; hidden: db", isError: true)], [.notice("db is shown")],
        [.notice("no service is hidden")],
      ])
  }

  @Test func `never hides all there is`() {
    var pane = waterfall("1 - 0 9 a root\n2 1 1 5 a child")
    let answer = pane.hide(service: "a")
    #expect(answer == [.notice("a is all there is left of this trace")])
    #expect(pane.rows.count == 2)
  }

  @Test func `passes hidden errors over`() {
    var pane = waterfall()
    _ = pane.hide(service: "payment")
    pane.press(.nextError)
    #expect(pane.selected == "SELECT")
    let answer = pane.perform(.previousError, in: tracesContext(), height: 20)
    #expect(answer == [.notice("no error above")])
  }

  @Test func `does not keep a fold that nobody could open`() {
    var pane = waterfall()
    pane.press(.down, .down, .left)
    #expect(pane.rows.count == 3)
    _ = pane.hide(service: "checkout")
    #expect(pane.rows.count == 5)
  }

  @Test func `keeps services hidden while spans arrive`() {
    var pane = waterfall(isGrowing: true)
    _ = pane.hide(service: "db")
    pane.receive(waterfallTrace(checkout + "\n8 3 100 5 db BEGIN"))
    #expect(pane.rows.hidden.count == 2)
    #expect(pane.picture(80, 12).contains("7 spans · ✗ 2 errors · 2 spans hidden"))
  }
}

@Suite struct `Levels of a waterfall` {
  @Test func `are folded from the deepest and unfolded from the highest, one at a time`() {
    var pane = waterfall()
    var counts: [Int] = []
    for command in Array(repeating: Command.foldLevel, count: 4) + Array(repeating: .unfoldLevel, count: 4) {
      pane.press(command)
      counts.append(pane.rows.count)
    }
    #expect(counts == [5, 3, 1, 1, 3, 5, 6, 6])
  }

  @Test func `keep the cursor on its span, or on the folded one above`() {
    var pane = waterfall()
    pane.press(.nextError, .nextError, .foldLevel)
    #expect(pane.selected == "Charge")
    pane.press(.foldLevel)
    #expect(pane.selected == "PlaceOrder")
    pane.press(.unfoldLevel)
    #expect(pane.selected == "PlaceOrder")
  }
}

@Suite struct `A set of nodes` {
  @Test func `finds neighbours, counts, and is equal by its nodes`() {
    var set: NodeSet = [0, 63, 64, 130]
    #expect(set.count == 4)
    #expect(Array(set) == [0, 63, 64, 130])
    #expect(
      [-5, 0, 1, 63, 64, 65, 130, 131, 900].map { set.first(from: $0) } == [0, 0, 63, 63, 64, 130, 130, nil, nil])
    #expect(
      [-5, 0, 1, 63, 64, 65, 130, 131, 900].map { set.last(before: $0) } == [nil, nil, 0, 0, 63, 64, 64, 130, 130])
    #expect([0, 1, 64, 65, 131, 900].map { set.count(below: $0) } == [0, 1, 2, 3, 4, 4])
    set.insert(700)
    set.remove(700)
    #expect(set == [130, 64, 63, 0])
    #expect(set != [130, 64, 63, 1])
    #expect(NodeSet(all: 66) == NodeSet(0..<66))
    #expect(NodeSet(all: 0).isEmpty)
    let isIn = set.insert(-1)
    #expect(!isIn)
  }
}
