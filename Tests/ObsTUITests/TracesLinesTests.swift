import ObsData
import Testing

@testable import ObsTUI

/// A log line that names the trace of `waterfallTrace`, so many milliseconds behind that trace's start.
private func line(
  _ id: String, at milliseconds: Int, _ level: LogLevel = .info, service: String? = "payment", span: UInt64? = nil,
  _ message: String = "card declined"
) -> LogEntry {
  LogEntry(
    id: LogEntry.ID(index: "logs", document: id), timestamp: tracesNow - .seconds(300) + .milliseconds(milliseconds),
    level: level, service: service, message: message, traceID: TraceID(high: 0, low: 0x703c_ff0b_3976_3c0b),
    spanID: span.map { SpanID(value: $0) }, source: Sample.noSource)
}

private let story = [
  line("a", at: 20, service: "frontend", span: 1, "request in"),
  line("b", at: 120, .error, span: 3, "card declined\nat charge"), line("c", at: 130, .warning, span: 3, "again"),
  line("d", at: -60, .error, service: "db", span: 4, "lock timeout"),
  line("e", at: 200, service: "audit-log", "written"), line("f", at: 210, .error, service: "audit_log", "disk full"),
  line("g", at: 90, service: "Checkout", "no span"),
  line("h", at: 95, service: "bank", span: 0x99, "of a missing span"),
]

extension WaterfallPane {
  fileprivate mutating func receive(lines: [LogEntry], isFirst: Bool = true) {
    guard let lineQuery else {
      Issue.record("no lines are asked for")
      return
    }
    receive(
      Update(
        subscription: .logs(lineQuery), at: tracesNow, body: .logs(LogBatch(entries: lines, isFirst: isFirst))))
  }
}

@Suite struct `Log lines on a waterfall` {
  private func pane() -> WaterfallPane {
    var pane = waterfall()
    pane.receive(lines: story)
    return pane
  }

  @Test func `are asked for by the trace's id once the trace is there, as the log view asks`() {
    let waiting = WaterfallPane(TraceRequest(id: TraceID(high: 0, low: 7)))
    #expect(waiting.subscriptions(in: Sample.scope) == [.trace(waiting.request)])
    let pane = waterfall()
    let logs = LogPane(traceID: pane.request.id, around: pane.found?.tree.range.start, now: tracesNow)
    #expect(pane.subscriptions(in: Sample.scope) == [.trace(pane.request), .logs(logs.query(in: Sample.scope))])
  }

  @Test func `are ticks on their spans' bars, and rows where they have no span`() {
    #expect(
      pane().picture(100, 13) == """
        703cff0b frontend: GET /checkout · 380ms · 6 spans · ✗ 2 errors · 8 log lines
        2026-11-22 08:47:10.000                  │0s          │100ms       │200ms        │300ms
        ▾ frontend: GET /checkout                ██·███████████████████████████████████████████▌       346ms
        ├─ cache: GET cart                        ███▏                                                20.0ms
        └▾ checkout: PlaceOrder                      ▐████████████████████████████████████▉            277ms
         ├▾✗ payment: Charge                              ███████EW████████████████▉                   190ms
         │└─✗ db: SELECT                         E            ▕██████▊                                50.0ms
         └─ mail: SendLater                                                              █▉░░░░░░░░░  80.0ms
        · checkout: 1 log line without a span                ·
        · bank: 1 log line of missing spans                  ·
        · audit-log: 2 log lines, no spans                                 · E

        1 of 8 log lines lie outside their spans: clocks differ, or they were written late
        """)
  }

  @Test func `are ticks in ASCII, and of what is folded upon the fold`() {
    var pane = pane()
    pane.press(.nextError, .left)
    #expect(
      pane.picture(80, 12, tracesContext(glyphs: .ascii)) == """
        703cff0b frontend: GET /checkout - 380ms - 6 spans - ! 2 errors - 8 log lines
        2026-11-22 08:47:10.000          |0s    :+69ms       |200ms    |300ms
        v frontend: GET /checkout        ==o=================================      346ms
        |- cache: GET cart                ==-   :                                 20.0ms
        `v checkout: PlaceOrder             -============================-         277ms
         |+! payment: Charge       +1 !1 E      =====EW=============               190ms
         `- mail: SendLater                     :                      -=-......  80.0ms
        o checkout: 1 log line without …        : o
        o bank: 1 log line of missing s…        : o
        o audit-log: 2 log lines, no sp…        :            oE

        1 of 8 log lines lie outside their spans: clocks differ, or they were written l…
        """)
  }

  @Test func `are stepped through in order of time, each with what it says`() {
    var pane = pane()
    var notes: [String] = []
    for command in [Command.nextLogLine, .previousLogLine] + Array(repeating: .nextLogLine, count: 7) {
      pane.press(command)
      notes.append(pane.note(in: tracesContext())?.text ?? "none")
    }
    #expect(
      notes.joined(separator: "\n") == """
        log 2/8 I · +20.0ms · frontend · request in
        log 1/8 E · -60.0ms · 164ms before its span: clocks differ · db · lock timeout
        log 2/8 I · +20.0ms · frontend · request in
        log 3/8 I · +90.0ms · Checkout · no span
        log 4/8 I · +95.0ms · bank · of a missing span
        log 5/8 E · +120ms · payment · card declined
        log 6/8 W · +130ms · payment · again
        log 7/8 I · +200ms · audit-log · written
        log 8/8 E · +210ms · audit_log · disk full
        """)
    let answer = pane.perform(.nextLogLine, in: tracesContext(), height: 20)
    #expect(answer == [.notice("no log line behind this one")])
    #expect(pane.selectedNode == nil, "the last line is of a service without spans")
    pane.press(.previousLogLine)
    #expect(pane.lines.cursor?.document == "e")
  }

  @Test func `unfold their span when they are stepped to`() {
    var pane = pane()
    pane.press(.foldHealthy, .top, .left, .nextLogLine)
    #expect(pane.lines.cursor?.document == "a")
    pane.press(.nextLogLine, .nextLogLine, .nextLogLine)
    #expect(pane.lines.cursor?.document == "b")
    #expect(pane.selected == "Charge")
  }

  @Test func `are opened in the logs, and let go by Esc or by a step in the tree`() {
    var pane = pane()
    pane.press(.nextError, .nextLogLine)
    let opened = [Command.open, .logsOfTrace].map { pane.perform($0, in: tracesContext(), height: 20) }
    #expect(opened == Array(repeating: [.openLine(story[6], of: pane.request.id)], count: 2))
    let back = pane.perform(.back, in: tracesContext(), height: 20)
    #expect(back == [] && pane.lines.cursor == nil)
    pane.press(.nextLogLine, .down)
    #expect(pane.lines.cursor == nil)
  }

  @Test func `come later, and stay on their spans when the trace grows`() {
    var pane = waterfall(isGrowing: true)
    pane.receive(lines: [story[7]])
    #expect(pane.lines.extras.map(\.reason) == [.spanMissing])
    pane.receive(lines: [story[1], story[7]], isFirst: false)
    #expect(pane.lines.lines.count == 2)
    pane.receive(waterfallTrace(checkout + "\n99 1 80 50 bank Transfer"))
    #expect(pane.lines.extras.isEmpty)
    #expect(pane.lines.lines.map(\.skew) == [.zero, .zero])
  }

  @Test func `are bounded, and it is said`() {
    var pane = waterfall()
    pane.receive(lines: (0..<2_500).map { line("\($0)", at: 100, span: 3) })
    #expect(pane.lines.lines.count == 2_000)
    #expect(pane.picture(100, 12).contains("only the first 2,000 log lines are drawn"))
  }

  @Test func `that are not there are explained`() {
    var pane = waterfall()
    var notices = [pane.perform(.nextLogLine, in: tracesContext(), height: 20)]
    pane.receive(lines: [])
    notices.append(pane.perform(.nextLogLine, in: tracesContext(), height: 20))
    if let query = pane.lineQuery {
      pane.receive(Update(subscription: .logs(query), at: tracesNow, body: .failed(tracesFailure())))
    }
    notices.append(pane.perform(.nextLogLine, in: tracesContext(), height: 20))
    #expect(
      notices == [
        [.notice("the trace's log lines have not come yet")], [.notice("no log line has this trace's id")],
        [.notice("no log lines: connection refused")],
      ])
    #expect(pane.picture(80, 12).contains("no log lines: connection refused"))
  }
}

@Suite struct `A line opened from a waterfall` {
  @Test func `is selected and marked in the logs of its trace`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press(": \"trace 703cff0b39763c0b\" enter")
    let trace = waterfallTrace(checkout)
    session.answer(.trace(.found(trace, TraceTree.build(trace), isGrowing: false))) { $0.traceRequest != nil }
    session.answer(.logs(LogBatch(entries: story, isFirst: true))) { $0.logQuery?.traceID != nil }
    try session.press("} enter")
    #expect(session.dashboard.commandScope == .logs)
    session.answer(.logs(LogBatch(entries: story, isFirst: true))) { $0.logQuery?.traceID != nil }
    guard case .logs(let pane) = session.dashboard.pushed.last else {
      Issue.record("no logs were opened")
      return
    }
    #expect(pane.selectedLine?.entry.id.document == "a")
    #expect(pane.marks == [story[0].id])
    try session.press("escape")
    #expect(session.dashboard.commandScope == .waterfall)
  }

  @Test func `is asked for anew: the answers so far went to the waterfall alone`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press(": \"trace 703cff0b39763c0b\" enter")
    let trace = waterfallTrace(checkout)
    session.answer(.trace(.found(trace, TraceTree.build(trace), isGrowing: false))) { $0.traceRequest != nil }
    session.answer(.logs(LogBatch(entries: story, isFirst: true))) { $0.logQuery?.traceID != nil }
    session.effects = []
    try session.press("L")
    let wanted = session.dashboard.subscriptions.filter { $0.logQuery?.traceID != nil }
    #expect(!wanted.isEmpty && session.effects == [.renew(wanted)])
    #expect(!session.dashboard.answered.isSuperset(of: wanted))
    session.answer(.logs(LogBatch(entries: story, isFirst: true))) { $0.logQuery?.traceID != nil }
    #expect(session.screen.contains("\(story.count) shown"))
  }
}
