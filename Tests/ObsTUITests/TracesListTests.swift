import ObsData
import Testing

@testable import ObsTUI

@Suite struct `The trace list` {
  private func picture(_ pane: TraceListPane, _ width: Int, _ height: Int, _ context: ViewContext = tracesContext())
    -> String
  {
    pane.view(Size(width: width, height: height), in: context).text
  }
  private func press(_ pane: inout TraceListPane, _ commands: Command..., search: String? = nil) -> [Request]? {
    var requests: [Request]?
    for command in commands { requests = pane.perform(command, in: tracesContext(search: search), height: 8) }
    return requests
  }

  @Test func `lines its columns up at 80 columns and says that there may be more`() {
    #expect(
      picture(traceList(summaries(6), isTruncated: true), 80, 8) == """
        START▼          took           spans errors root
        08:52:09.000  15.0ms ▌             2        api-gateway: POST /v0
        08:52:02.000   126ms ███▉        402     ✗1 msg-server: POST /v1
        08:51:55.000   237ms ███████▏    802        api-gateway: POST /v2
        08:51:48.000  45.0ms █▍        1,202        (no root yet) api-gateway
        08:51:41.000   156ms ████▊     1,602     ✗4 api-gateway: POST /v4
        08:51:34.000   267ms ████████  2,002        msg-server: POST /v5
        there may be more: a shorter window or one service shows others
        """)
  }

  @Test func `fits 40 columns`() {
    #expect(
      picture(traceList(summaries(3)), 40, 4) == """
        START▼      took  err root
        08:52:09  15.0ms      api-gateway: POST…
        08:52:02   126ms   ✗1 msg-server: POST …
        08:51:55   237ms      api-gateway: POST…
        """)
  }

  @Test func `has room for a longer bar at 120 columns, and for ASCII`() {
    #expect(
      picture(traceList(summaries(3)), 120, 4, tracesContext(glyphs: .ascii)) == """
        STARTv          took                   spans errors root
        08:52:09.000  15.0ms =-                    2        api-gateway: POST /v0
        08:52:02.000   126ms =========           402     !1 msg-server: POST /v1
        08:51:55.000   237ms ================    802        api-gateway: POST /v2
        """)
  }

  @Test func `is sorted by start, duration, spans, errors, and keeps its selection`() {
    var pane = traceList(summaries(6))
    _ = press(&pane, .down, .down)
    #expect(pane.selection?.id.low == 3)
    _ = press(&pane, .sortTraces)
    #expect(pane.rows.map(\.id.low) == [6, 3, 5, 2, 4, 1])
    #expect(pane.selection?.id.low == 3)
    #expect(press(&pane, .sortTraces) == [.notice("traces sorted by spans")])
    #expect(pane.rows.map(\.id.low) == [6, 5, 4, 3, 2, 1])
    #expect(press(&pane, .sortTraces) == [.notice("traces sorted by errors")])
    #expect(pane.rows.map(\.id.low) == [5, 2, 1, 3, 4, 6])
    _ = press(&pane, .sortTraces)
    #expect(pane.rows.map(\.id.low) == [1, 2, 3, 4, 5, 6])
    #expect(pane.selection?.id.low == 3)
    #expect(press(&pane, .reverseTraces) == [.notice("traces sorted by start, the least first")])
    #expect(pane.rows.map(\.id.low) == [6, 5, 4, 3, 2, 1])
    #expect(pane.selection?.id.low == 3)
    #expect(picture(pane, 60, 7).hasPrefix("START▲"))
    #expect(pane.title(in: tracesContext()) == "Traces · 6 · by start, least first")
  }

  @Test func `shows what comes first when it is sorted from its top`() {
    var pane = traceList(summaries(6))
    for first in [6, 6, 5, 1] {
      _ = press(&pane, .sortTraces)
      #expect(pane.selection?.id.low == UInt64(first))
      #expect(pane.cursor(height: 3).top == 0)
    }
  }

  @Test func `says what it had the store send, and how to ask for more`() {
    func note(_ cost: TraceSearchResult.Cost, isTruncated: Bool) -> String {
      var result = TraceSearchResult(traces: summaries(3), isTruncated: isTruncated)
      result.cost = cost
      var pane = TraceListPane()
      pane.receive(
        Update(
          subscription: .traces(TraceQuery(window: .live(.seconds(900)))), at: tracesNow, body: .traces(result)))
      return String(picture(pane, 120, 5).split(separator: "\n").last ?? "")
    }
    let whole = TraceSearchResult.Cost(limit: 20, services: 1, bytes: 1_400_000, isWhole: true)
    #expect(note(whole, isTruncated: false) == "3 of at most 20 traces, asked whole: 1.34MiB")
    #expect(
      note(whole, isTruncated: true)
        == "3 of at most 20 traces, asked whole: 1.34MiB; there may be more: & limit=100 asks for them")
    let summed = TraceSearchResult.Cost(limit: 50, services: 7, bytes: 90_000, isWhole: false)
    #expect(note(summed, isTruncated: false).hasSuffix("api-gateway: POST /v2"))
    #expect(
      note(summed, isTruncated: true)
        == "3 traces, at most 50 of each of 7 services; there may be more: & limit=250 asks for them")
  }

  @Test func `keeps its selection over a refresh, and takes a neighbour when the trace is gone`() {
    var pane = traceList(Array(summaries(6).dropFirst(2)))
    _ = press(&pane, .down)
    #expect(pane.selection?.id.low == 4)
    func refresh(_ traces: [TraceSummary]) {
      pane.receive(
        Update(
          subscription: .traces(TraceQuery(window: .live(.seconds(900)))), at: tracesNow,
          body: .traces(TraceSearchResult(traces: traces))))
    }
    refresh(summaries(6))
    #expect(pane.selection?.id.low == 4)
    refresh(Array(summaries(6).prefix(2)))
    #expect(pane.selection?.id.low == 2)
  }

  @Test func `selects what is clicked, and nothing beside the rows`() {
    var pane = traceList(summaries(3))
    pane.select(row: 2, in: tracesContext(), height: 8)
    #expect(pane.selection?.id.low == 2)
    for row in [0, 4, -1] { pane.select(row: row, in: tracesContext(), height: 8) }
    #expect(pane.selection?.id.low == 2)
    var fall = waterfall()
    fall.select(row: 5, in: tracesContext(), height: 12)
    #expect(fall.selected == "Charge")
    fall.select(row: 1, in: tracesContext(), height: 12)
    #expect(fall.selected == "Charge")
  }

  @Test func `opens a trace, its logs, and copies its id`() {
    var pane = traceList(summaries(3))
    let id = TraceID(high: 0, low: 2)
    #expect(press(&pane, .down, .open) == [.openTrace(id, span: nil, origin: nil)])
    #expect(press(&pane, .logsOfTrace) == [.openLogs(of: id, around: tracesNow - .seconds(8))])
    #expect(press(&pane, .copy) == [.copy("00000000000000000000000000000002", what: "the trace id")])
    #expect(press(&pane, .cycleLevel) == nil)
    var empty = TraceListPane()
    #expect(press(&empty, .open) == [])
  }

  @Test func `goes to traces with errors and to matches`() {
    var pane = traceList(summaries(6))
    _ = press(&pane, .nextError, .nextError)
    #expect(pane.selection?.id.low == 5)
    _ = press(&pane, .nextError)
    #expect(pane.selection?.id.low == 2)
    _ = press(&pane, .previousMatch, search: "gateway")
    #expect(pane.selection?.id.low == 1)
    #expect(press(&pane, .nextMatch, search: "nothing") == [.notice("no such trace in the list")])
  }

  @Test func `keeps its rows when the store is down, and says so with their age`() {
    var pane = traceList(summaries(2))
    let query = TraceQuery(window: .live(.seconds(900)))
    pane.receive(Update(subscription: .traces(query), at: tracesNow, body: .failed(tracesFailure())))
    let text = picture(pane, 80, 6)
    #expect(text.contains("POST /v1"))
    #expect(text.hasSuffix("Jaeger: connection refused · data 3s old · next try in 8s · is Jaeger running?"))
    #expect(pane.title(in: tracesContext()) == "Traces · 2 · by start · failing")
  }

  @Test func `says why it is empty`() {
    #expect(picture(TraceListPane(), 60, 2) == " Asking Jaeger for traces …\n")
    #expect(picture(traceList([]), 60, 2) == " No traces in the last 15m.\n + takes a longer window, 0 all services.")
    var unknown = TraceListPane()
    unknown.adopt(Scope(window: .live(.seconds(900)), chosen: [.jaeger: []]))
    #expect(picture(unknown, 60, 1) == " Jaeger knows no such service.")
  }

  @Test func `asks for the chosen service, for all, or for nothing`() {
    let pane = TraceListPane()
    let window = TimeWindow.live(.seconds(900))
    var scope = Scope(window: window, known: [.jaeger: ["a", "b"]])
    #expect(pane.subscriptions(in: scope) == [.traces(TraceQuery(services: ["a", "b"], window: window))])
    scope.chosen = [.jaeger: ["a"]]
    #expect(pane.subscriptions(in: scope) == [.traces(TraceQuery(service: "a", window: window))])
    scope.chosen = [.elasticsearch: ["a"]]
    #expect(pane.subscriptions(in: scope).isEmpty)
    scope.traceFilter.service = "z"
    scope.traceFilter.kind = .client
    scope.traceFilter.limit = 200
    let typed = TraceQuery(service: "z", kind: .client, limit: 200, window: window)
    #expect(pane.subscriptions(in: scope) == [.traces(typed)])
  }

  @Test func `ignores late answers to another question, and marks old rows as such`() {
    var pane = traceList(summaries(2))
    let window = TimeWindow.live(.seconds(900))
    pane.adopt(Scope(window: window, chosen: [.jaeger: ["a"]]))
    #expect(pane.isOutdated)
    #expect(pane.title(in: tracesContext()) == "Traces · asking, still the old ones · 2 · by start")
    func answer(_ service: String, _ count: Int) {
      pane.receive(
        Update(
          subscription: .traces(TraceQuery(service: service, window: window)), at: tracesNow,
          body: .traces(TraceSearchResult(traces: summaries(count)))))
    }
    answer("b", 6)
    #expect(pane.rows.count == 2)
    answer("a", 1)
    #expect(pane.rows.count == 1 && !pane.isOutdated)
  }
}
