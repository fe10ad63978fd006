import ObsData
import Testing

@testable import ObsTUI

/// A dashboard with a trace open, and answers for what it asks.
private func session(_ lines: String = checkout, width: Int = 100, height: Int = 30) -> TestSession {
  var session = TestSession(width: width, height: height)
  session.answerAll()
  let trace = waterfallTrace(lines)
  session.dashboard.openTrace(trace.id, span: nil, origin: nil)
  session.give(trace)
  return session
}

extension TestSession {
  fileprivate mutating func give(_ trace: Trace) {
    answer(.trace(.found(trace, TraceTree.build(trace), isGrowing: false))) { $0.traceRequest?.id == trace.id }
  }

  fileprivate var insight: TraceInsight? {
    if case .waterfall(let pane) = dashboard.pushed.last { pane.insight } else { nil }
  }

  /// The rows that hold a text.
  fileprivate func rows(with text: String) -> [String] { rows.filter { $0.contains(text) } }
}

@Suite struct `The analysis of a waterfall` {
  @Test func `blames in a sentence above the bars, which B copies whole`() throws {
    var session = session()
    let sentence = try #require(session.insight?.sentence)
    #expect(
      sentence == """
        40% of 346ms in payment: Charge (critical path); first and deepest error in db: SELECT after 154ms, depth 3, \
        2 in all; 105ms nobody accounts for in payment: Charge after db: SELECT
        """)
    #expect(session.rows(with: "40% of 346ms in payment: Charge").count == 1)
    try session.press("B")
    #expect(session.effects.last == .copy("703cff0b39763c0b: \(sentence)", what: "the blame"))
  }

  @Test func `cuts a sentence that does not fit, and leaves it out where there is hardly room`() {
    let narrow = session(width: 60, height: 24)
    #expect(narrow.screen.contains("40% of 346ms"))
    let pane = WaterfallPane(TraceRequest(id: TraceID(high: 0, low: 1)))
    #expect(pane.blameLines(Size(width: 80, height: 30)).isEmpty)
  }

  @Test func `says that nothing stands out`() {
    let session = session("1 - 0 100 a x")
    #expect(session.screen.contains("nothing stands out: no error"))
  }

  @Test func `draws the critical path on the bars with a glyph of its own, and c takes it off`() throws {
    var session = session("1 - 0 100 api POST\n2 1 50 50 db GET")
    #expect(session.rows(with: "▾ api: POST").first?.contains("▓▓▓") == true)
    #expect(session.rows(with: "─ db: GET").first?.contains("▓▓▓") == true)
    try session.press("c")
    #expect(!session.screen.contains("▓▓▓"))
    #expect(session.footer.contains("without the critical path"))
  }

  @Test func `S shows self time by operation, then by service, then the bars again`() throws {
    var session = session()
    try session.press("S")
    #expect(session.rows(with: "self     %    total").count == 1)
    #expect(session.rows(with: "payment: Charge").last?.contains("140ms") == true)
    try session.press("S")
    #expect(session.screen.contains("self time by service"))
    try session.press("S")
    #expect(session.insight?.view == nil)
  }

  @Test func `Enter on an operation goes to its longest span, and Esc back to the bars`() throws {
    var session = session()
    try session.press("S j enter")
    #expect(session.insight?.view == nil)
    let second = try #require(session.insight?.analysis?.statistics.operations[1].operation.name)
    guard case .waterfall(let pane) = session.dashboard.pushed.last else { return #expect(Bool(false)) }
    #expect(pane.selected == second)
    try session.press("F escape")
    #expect(session.insight?.view == nil)
    #expect(session.dashboard.pushed.count == 1)
  }

  @Test func `F shows the self time by call path as a flame graph`() throws {
    var session = session("1 - 0 100 api POST\n2 1 10 20 db GET\n3 1 40 40 db GET\n4 3 50 10 disk READ")
    try session.press("F")
    let frames = session.rows(with: "api: POST").filter { $0.contains("100%") }
    #expect(frames.count == 1)
    #expect(session.rows(with: "db: GET").contains { $0.contains("60%") })
    #expect(session.rows(with: "disk: READ").contains { $0.contains("10%") })
  }

  @Test func `V lists the events of all spans by time`() throws {
    var session = session()
    try session.press("V")
    let lines = session.rows(with: "exception.stacktrace")
    #expect(lines.count == 6)
    #expect(lines.first?.contains("+2.00ms") == true)
    #expect(lines.first?.contains("frontend: GET /checkout  exception") == true)
  }

  @Test func `a large trace is analysed on another thread, and its events too`() throws {
    var session = TestSession()
    session.answerAll()
    let lines =
      "1 - 0 5000 api LIST\n"
      + (2...1_500).map { "\(String($0, radix: 16)) 1 \($0) 1 db GET" }.joined(separator: "\n")
    let trace = waterfallTrace(lines)
    session.dashboard.openTrace(trace.id, span: nil, origin: nil)
    session.give(trace)
    #expect(session.insight?.analysis == nil)
    let work = try #require(session.effects.compactMap { if case .analyse(let work) = $0 { work } else { nil } }.last)
    session.effects = []
    try session.press("S")
    #expect(session.screen.contains("the trace is being analysed"))
    let outcome = try #require(work.run(isWanted: { true }))
    session.send(.analysed(outcome, work.ticket))
    #expect(session.screen.contains("calls of db: GET one after the other by api: LIST"))
    // The same trace, asked for again, is not analysed again.
    session.give(trace)
    #expect(!session.effects.contains { if case .analyse = $0 { true } else { false } })
  }
}

@Suite struct `A comparison in the waterfall` {
  private static func summary(_ id: UInt64, _ duration: Int, errors: Int = 0) -> TraceSummary {
    TraceSummary(
      id: TraceID(high: 0, low: id), rootService: "frontend", rootOperation: "GET /checkout", start: tracesNow,
      duration: .milliseconds(duration), spanCount: 6, errorCount: errors, orphanCount: 0, services: [])
  }

  private static func other(_ id: UInt64) -> Trace {
    let trace = waterfallTrace("1 - 0 100 frontend GET /checkout\n2 1 10 50 checkout PlaceOrder\n3 1 70 9 news FETCH")
    return Trace(id: TraceID(high: 0, low: id), spans: trace.spans.map(\.self), processes: trace.processes)
  }

  private func isChoice(_ subscription: Subscription) -> Bool {
    if case .traces(let query) = subscription { query.operation == "GET /checkout" } else { false }
  }

  @Test func `D takes the median of the successful traces of the operation`() throws {
    var session = session()
    try session.press("D")
    #expect(session.screen.contains("asking Jaeger for other traces of GET /checkout"))
    let traces = [
      Self.summary(1, 900), Self.summary(2, 100), Self.summary(3, 120), Self.summary(4, 5, errors: 1),
    ]
    session.answer(.traces(TraceSearchResult(traces: traces)), where: isChoice)
    #expect(session.dashboard.subscriptions.traceRequests.contains { $0.id == TraceID(high: 0, low: 3) })
    session.give(Self.other(3))
    #expect(session.screen.contains("the median of 3 successful ones"))
    #expect(session.rows(with: "missing news: FETCH").count == 1)
    #expect(session.rows(with: "new payment: Charge").first?.contains("+140ms") == true)
    let first = try #require(session.insight?.comparison?.result?.operations.first)
    #expect(first.path.map(\.text) == ["payment: Charge"])
  }

  @Test func `D again compares by call path, what called it behind each`() throws {
    var session = session(width: 160, height: 44)
    try session.press("D")
    session.answer(.traces(TraceSearchResult(traces: [Self.summary(3, 120)])), where: isChoice)
    session.give(Self.other(3))
    try session.press("D")
    #expect(session.screen.contains("comparison by call path"))
    #expect(
      session.rows(with: "new db: SELECT ← payment: Charge ← checkout: PlaceOrder ← frontend: GET /checkout").count == 1
    )
    // The other trace has the call, but by nobody.
    #expect(session.rows(with: "missing checkout: PlaceOrder").count == 1)
    #expect(session.rows(with: "new checkout: PlaceOrder ← frontend: GET /checkout").count == 1)
    try session.press("D")
    #expect(session.insight?.view == nil && session.insight?.comparison != nil)
  }

  @Test func `says why there is nothing to compare with`() throws {
    var session = session()
    try session.press("D")
    session.answer(.traces(TraceSearchResult(traces: [Self.summary(4, 5, errors: 1)])), where: isChoice)
    #expect(session.screen.contains("no comparison: of 1 traces of GET /checkout in the hours around"))
    try session.press("escape")
    #expect(session.insight?.comparison == nil)
  }

  @Test func `compares with a trace that is named`() throws {
    var session = session()
    try session.press("\":compare 00000000000000aa\" enter")
    #expect(session.dashboard.subscriptions.traceRequests.contains { $0.id == TraceID(high: 0, low: 0xAA) })
    session.give(Self.other(0xAA))
    #expect(session.screen.contains("B = this trace"))
    try session.press("escape \":compare zz\" enter")
    #expect(session.footer.contains("is no trace id"))
  }
}
