import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A trace that is waited for` {
  private func missing(attempts: Int, since: Int, retry: Int?) throws -> WaterfallPane {
    var pane = WaterfallPane(TraceRequest(id: TraceID(high: 0, low: 7)), origin: try tracesLogEntry())
    let retryAt = retry.map { tracesNow + .seconds($0) }
    let answer = TraceAnswer.missing(since: tracesNow - .seconds(since), attempts: attempts, retryAt: retryAt)
    pane.receive(Update(subscription: .trace(pane.request), at: tracesNow, body: .trace(answer)))
    return pane
  }

  @Test func `is said to be missing, for how long, and when it is asked for again`() throws {
    #expect(
      try missing(attempts: 3, since: 7, retry: 4).picture(60, 10) == """
        Jaeger does not have trace 0000000000000007 yet: asked 3
        times in 7s, again in 4s.
        Spans arrive some seconds after their log lines.

        08:51:10.000 E msg-server connect failed: 连接失败
        _index  rustim-1
        _id     x1
        level   ERROR
        message connect failed: 连接失败
        user.id 7
        """)
  }

  @Test func `is given up with likely reasons, above the line that it was opened from`() throws {
    let pane = try missing(attempts: 12, since: 120, retry: nil)
    #expect(
      pane.picture(60, 16) == """
        Jaeger does not have trace 0000000000000007: asked 12 times,
        not asked again (ctrl-r asks now).
        Not sampled? Most traces are not kept where only a share is
        sampled; the log line has its id all the same.
        Not exported? The service may not send spans to this Jaeger,
        or its exporter or collector is failing.

        08:51:10.000 E msg-server connect failed: 连接失败
        _index  rustim-1
        _id     x1
        level   ERROR
        message connect failed: 连接失败
        user.id 7



        """)
    #expect(pane.picture(40, 10).contains("Perhaps: not sampled, not exported?\n\n08:51:10.000 E msg-server"))
    let later = tracesContext(now: tracesNow + .seconds(200_000))
    #expect(pane.explanation(in: later)[1].hasPrefix("Too old? It happened 2d07h ago"))
  }

  @Test func `says in words that the store is down, and keeps the trace that it has`() throws {
    var empty = WaterfallPane(TraceRequest(id: TraceID(high: 0, low: 7)))
    let failed = Update(subscription: .trace(empty.request), at: tracesNow, body: .failed(tracesFailure()))
    empty.receive(failed)
    #expect(
      empty.picture(60, 4) == """
        Jaeger gave no answer: connection refused
        Tried: GET http://j:16686/api/traces/7
        To do: is Jaeger running?
        Asked 3 times; next try in 8s.
        """)
    var pane = waterfall()
    pane.receive(Update(subscription: .trace(pane.request), at: tracesNow, body: .failed(tracesFailure())))
    #expect(pane.picture(80, 10).contains("db: SELECT"))
    #expect(
      pane.picture(80, 10).hasSuffix("Jaeger: connection refused · data 0s old · next try in 8s · is Jaeger running?"))
  }

  @Test func `opens on the span that wrote the line`() {
    #expect(waterfall(focus: 4).selected == "SELECT")
  }

  @Test func `opens on that span also when it comes later, unless the user has moved`() {
    let late = checkout + "\n9 4 110 5 db LOCK"
    var waiting = waterfall(focus: 9, isGrowing: true)
    #expect(waiting.picture(80, 12).contains("span 0000000000000009, which wrote the line, is not there yet"))
    var moved = waiting
    moved.press(.down)
    waiting.receive(waterfallTrace(late))
    #expect(waiting.selected == "LOCK")
    moved.receive(waterfallTrace(late))
    #expect(moved.selected == "GET cart")
  }

  @Test func `keeps cursor and folds on their spans while spans come in front of them`() {
    var pane = waterfall(isGrowing: true)
    pane.press(.nextError, .left, .down)
    #expect(pane.selected == "SendLater")
    pane.receive(waterfallTrace("7 1 1 5 auth Check\n" + checkout + "\n8 3 100 5 db BEGIN"))
    #expect(pane.selected == "SendLater")
    #expect(pane.picture(80, 12).contains("▸✗ payment: Charge       +2 ✗1"))
    #expect(pane.rows.count == 6)
  }

  @Test func `keeps the cursor on the same one of two spans that share an identifier`() {
    let twins = "1 - 0 90 a root\n2 1 10 5 a first\n2 1 20 5 a second"
    var pane = waterfall(twins)
    pane.press(.bottom)
    #expect(pane.selected == "second")
    pane.receive(waterfallTrace("3 1 5 1 a new\n" + twins))
    #expect(pane.selected == "second")
  }

  @Test func `stays when the store has forgotten it, and ignores other traces`() {
    var pane = waterfall()
    let before = pane
    let gone = TraceAnswer.missing(since: tracesNow, attempts: 1, retryAt: nil)
    pane.receive(Update(subscription: .trace(pane.request), at: tracesNow, body: .trace(gone)))
    pane.receive(
      Update(subscription: .trace(TraceRequest(id: TraceID(high: 9, low: 9))), at: tracesNow, body: .trace(gone)))
    #expect(pane == before)
  }
}
