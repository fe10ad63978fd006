import ObsData
import Testing

@testable import ObsTUI

@Suite struct `The dashboard` {
  @Test func `asks for services, the tail, traces, metrics, markers, alerts and Watcher's, all in one window`() {
    let session = TestSession()
    let wanted = session.dashboard.subscriptions
    #expect(wanted.count == 10)
    #expect(wanted.windows == [.live(.seconds(900))])
    #expect(wanted.logQueries == [LogQuery(minimumLevel: .error, window: .live(.seconds(900)))])
  }

  @Test func `a service picked by its digit filters every pane, by the name that each store has for it`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("2")
    let wanted = session.dashboard.subscriptions
    #expect(wanted.logQueries.map(\.services) == [["msg-server"]])
    #expect(wanted.contains { if case .metrics(let query) = $0 { query.services == ["msg_server"] } else { false } })
    #expect(wanted.contains { if case .traces(let query) = $0 { query.service == "msg-server" } else { false } })
    try session.press("0")
    #expect(session.dashboard.subscriptions.logQueries.map(\.services) == [[]])
  }

  @Test func `brackets walk through the services and "all"`() throws {
    var session = TestSession()
    session.answerAll()
    var stations: [String?] = []
    for _ in 0..<4 {
      try session.press("]")
      stations.append(session.dashboard.chosenService)
    }
    #expect(stations == ["api-gateway", "msg-server", "user-server", nil])
    try session.press("[")
    #expect(session.dashboard.chosenService == "user-server")
  }

  @Test func `the picker filters while one types, and takes the first that fits`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("s \"msg\"")
    #expect(session.screen.contains(" msg-server"))
    try session.press("enter")
    #expect(session.dashboard.chosenService == "msg-server")
    try session.press("s \"zzz\" enter")
    #expect(session.footer.contains("no service matches \"zzz\""))
    #expect(session.dashboard.chosenService == "msg-server")
  }

  @Test func `an error line opens its trace on its span, and Esc comes back to the line`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("k enter")
    #expect(session.dashboard.subscriptions.traceRequests.map(\.id) == [TraceID(high: 0, low: 0xa2)])
    #expect(session.dashboard.focus == .pushed)
    if case .waterfall(let pane) = session.dashboard.pushed.last {
      #expect(pane.focus == SpanID(value: 2))
      #expect(pane.origin?.message == "second failed")
    } else {
      Issue.record("no waterfall was opened")
    }
    try session.press("escape")
    #expect(session.dashboard.pushed.isEmpty)
    #expect(session.dashboard.subscriptions.traceRequests.isEmpty)
    #expect(session.dashboard.logs.selectedLine?.entry.message == "second failed")
  }

  @Test func `L in a waterfall shows the logs of its trace, and two steps lead back`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("k enter L")
    #expect(session.dashboard.subscriptions.logQueries.contains { $0.traceID == TraceID(high: 0, low: 0xa2) })
    try session.press("escape escape")
    #expect(session.dashboard.pushed.isEmpty)
  }

  @Test func `the tail goes on while a waterfall covers it, the covered trace list does not`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("k enter")
    let wanted = session.dashboard.subscriptions
    #expect(!wanted.logQueries.isEmpty)
    #expect(!wanted.contains { if case .traces = $0 { true } else { false } })
  }

  @Test func `freezing stops the window for all panes, and p again goes on`() throws {
    var session = TestSession()
    try session.press("p")
    let frozen = TimeRange(start: TestSession.now - .seconds(900), end: TestSession.now)
    #expect(session.dashboard.subscriptions.windows == [.frozen(frozen)])
    #expect(session.rows[0].contains("FROZEN"))
    session.send(.tick(TestSession.now + .seconds(30)))
    #expect(session.dashboard.subscriptions.windows == [.frozen(frozen)])
    try session.press("(")
    let earlier = TimeRange(start: frozen.start - .seconds(450), end: frozen.end - .seconds(450))
    #expect(session.dashboard.window == .frozen(earlier))
    try session.press(") p")
    #expect(session.dashboard.window == .live(.seconds(900)))
    #expect(session.rows[0].contains("LIVE 15m"))
  }

  @Test func `plus and minus step through the lengths of the live window`() throws {
    var session = TestSession()
    var lengths: [String] = []
    for key in ["+", "+", "+", "+", "-", "-", "-", "-", "-"] {
      try session.press(key)
      lengths.append(DurationText.text(session.dashboard.window.duration))
    }
    #expect(lengths == ["1h", "6h", "1d", "1d", "6h", "1h", "15m", "5m", "5m"])
  }

  @Test func `the header always has context, window and zone`() {
    let session = TestSession(width: 80, height: 24, contexts: ["production"], isProduction: true)
    let header = session.rows[0]
    #expect(header.hasPrefix("  production  LIVE 15m  08:54:10 UTC"))
    #expect(session.dashboard.view().canvas[3, 0].style.role == .contextProduction)
  }

  @Test func `on a low screen what fires is said in the header, as much of it as there is room for`() {
    for (width, header) in [
      (120, "✗ 2 firing: HighErrorRate msg-server 58s"), (80, "✗ 2 firing: HighErrorRate "),
      (60, "✗ 2 firing "), (40, "✗2"),
    ] {
      var session = TestSession(width: width, height: 24)
      session.answerAll()
      session.answer(
        .alerts([
          Sample.alert("HighErrorRate", severity: "critical", service: "msg-server", at: 2_000),
          Sample.alert("ConsumerLag", severity: "warning", service: "push-server", at: 1_000),
        ])
      ) { $0 == .alerts }
      #expect(session.rows[0].contains(header), "\(width): \(session.rows[0])")
      #expect(session.rows[0].contains("ES") == (width >= 60), "\(width): \(session.rows[0])")
    }
  }

  @Test func `T shows UTC, local and relative times, and says the zone`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("T")
    #expect(session.rows[0].contains("16:54:10 CST"))
    #expect(session.screen.contains("16:53:12.000"))
    try session.press("T")
    #expect(session.footer.contains("relative"))
    try session.press("T")
    #expect(session.screen.contains("08:53:12.000"))
  }
}

@Suite struct `Dashboard's prompts` {
  @Test func `a search highlights while it is typed, and Esc takes it back`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("/ \"failed\"")
    #expect(session.dashboard.search?.pattern == "failed")
    #expect(session.footer.hasPrefix("/failed"))
    try session.press("escape")
    #expect(session.dashboard.search == nil)
    try session.press("/ \"first\" enter")
    #expect(session.dashboard.logs.selectedLine?.entry.message == "first 连接失败")
  }

  @Test func `the log filter goes to the store as it was typed`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("& \"message:超时 AND user_id:7\" enter")
    #expect(session.dashboard.subscriptions.logQueries.map(\.filter) == ["message:超时 AND user_id:7"])
    try session.press("& ctrl-u enter")
    #expect(session.dashboard.subscriptions.logQueries.map(\.filter) == [""])
  }

  @Test(arguments: ["& ctrl-u \"level:(error\" enter", "tab : \"filter level:(error\" enter"])
  func `a filter that cannot be read is not sent: its prompt stays, with the cursor on the place`(script: String) throws
  {
    var session = TestSession()
    session.answerAll()
    try session.press("& \"level: warn\" enter")
    try session.press(script)
    #expect(session.dashboard.filter == "level: warn")
    #expect(session.footer.hasPrefix("&level:(error"))
    #expect(session.dashboard.view().cursor?.x == 13)
    let row = session.rows[session.rows.count - 2]
    #expect(row.hasPrefix(String(repeating: " ", count: 13) + "▼ expected"), "\(row)")
    try session.press(")")
    #expect(!session.screen.contains("▼ expected"))
    try session.press("enter")
    #expect(session.dashboard.filter == "level:(error)")
  }

  @Test func `where there is no room behind the place the sentence stands before it`() throws {
    var session = TestSession(width: 60)
    try session.press("& \"service_name: msg-server and level: error and (a or b\" enter")
    let row = session.rows[session.rows.count - 2]
    #expect(row.hasSuffix("▼") && row.contains("expected ): the ("), "\(row)")
    // What could not be read is not offered again as something that was asked.
    #expect(session.dashboard.promptHistory[.query] == nil)
  }

  @Test func `on a narrow screen the sentence has rows of its own above the place`() throws {
    var session = TestSession(width: 40, height: 12)
    try session.press("& \"level:(error or warn\" enter")
    let rows = session.rows.suffix(4)
    let words = rows.dropLast().joined(separator: " ")
    #expect(words.contains("expected ): the ( at character 7 is not closed"), "\(rows)")
    #expect(rows.dropLast().last == String(repeating: " ", count: 21) + "▼", "\(rows)")
  }

  @Test func `dates in a filter are meant in the zone that times are shown in`() throws {
    var session = TestSession()
    try session.press("& \"seen >= 2026-11-22\" enter")
    #expect(session.dashboard.subscriptions.logQueries.map(\.timeZone) == [nil])
    try session.press("T")
    #expect(session.dashboard.subscriptions.logQueries.map(\.timeZone) == ["+08:00"])
    try session.press("& ctrl-u \"level: error\" enter")
    #expect(session.dashboard.subscriptions.logQueries.map(\.timeZone) == [nil])
  }

  @Test func `the trace pane's query becomes search parameters, and a wrong one is explained`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("tab & \"error=true min=100ms\" enter")
    let queries = session.dashboard.subscriptions.compactMap { if case .traces(let query) = $0 { query } else { nil } }
    #expect(queries.first?.tags == ["error": "true"])
    #expect(queries.first?.minimumDuration == .milliseconds(100))
    try session.press("& ctrl-u \"min=abc\" enter")
    #expect(session.screen.contains("min=abc is no duration"))
  }

  @Test func `the metric pane's query adds a row of one's own`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("tab tab & \"up == 0\" enter")
    #expect(
      session.dashboard.subscriptions.contains {
        if case .metrics(let query) = $0 { query.expression == "up == 0" } else { false }
      })
  }

  @Test(arguments: [
    ("since 1h", "LIVE 1h"), ("since soon", "is no duration"), ("sinc 2h", "LIVE 2h"), ("nonsense", "no command"),
    ("theme pink", "there is no theme"), ("context nowhere", "there is no context"), ("trace xyz", "is no trace id"),
    ("goto 08:00", "FROZEN 07:52–08:07"), ("service msg-server", "msg-server"), ("service ghost", "no store knows"),
  ])
  func `a command line does what it says, or says what is wrong`(line: String, expected: String) throws {
    var session = TestSession(width: 90)
    session.answerAll()
    try session.press(": \"\(line)\" enter")
    #expect(
      session.rows[0].contains(expected) || session.footer.contains(expected) || session.rows[1].contains(expected))
  }

  @Test func `Tab completes commands and their arguments`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press(": \"cont\" tab")
    #expect(session.footer.hasPrefix(":context"))
    try session.press("escape : \"service ms\" tab enter")
    #expect(session.dashboard.chosenService == "msg-server")
  }

  @Test func `pasted text is never run as keys`() {
    var session = TestSession()
    session.answerAll()
    session.send(.key(.paste("q\nq\n:q\n")))
    #expect(session.effects.isEmpty)
    #expect(session.dashboard.prompt?.editor.text == "q")
  }

  @Test func `a pasted trace id opens its trace`() {
    var session = TestSession()
    session.send(.key(.paste("  4BF92F35-77b34da6a3ce929d0e0e4736\n")))
    #expect(session.dashboard.subscriptions.traceRequests.map(\.id.description) == ["4bf92f3577b34da6a3ce929d0e0e4736"])
  }
}
