import ObsData
import Testing

@testable import ObsTUI

struct LogsMannerTests {
  private func lines() throws -> [LogEntry] {
    [
      Sample.line("1", at: 0, "short", source: try Sample.source(#"{"user_id":"12345","http":{"status":503}}"#)),
      Sample.line(
        "2", at: 1_000, "Traceback:\n  at pool.get\n  at main", trace: "4bf92f3577b34da6a3ce929d0e0e4736",
        source: try Sample.source(#"{"user_id":"7\n8","http.status":"x"}"#)),
      Sample.line("3", at: 2_000, "a message that is longer than the row has room for, 连接失败 again"),
    ]
  }

  private func pane(columns: String = "default") throws -> LogPane {
    var scope = Sample.scope
    scope.logColumns = LogColumn.columns(named: columns.split(separator: " ").map(String.init))
    return Sample.pane(try lines(), scope: scope)
  }

  private func picture(_ pane: LogPane, _ width: Int, _ height: Int, glyphs: GlyphSet = .unicode) -> String {
    pane.view(Size(width: width, height: height), in: Sample.context(glyphs: glyphs)).text
  }

  @Test func `columns are chosen by name, and stand before or behind the message`() throws {
    #expect(LogColumn.columns(named: ["time", "user_id"]) == [.time, .field("user_id"), .message])
    #expect(LogColumn.columns(named: ["message", "a", "a", "trace"]) == [.message, .field("a"), .trace])
    #expect(LogColumn.columns(named: ["default"]) == LogColumn.standard)
    #expect(LogColumn.columns(named: (0..<40).map { "f\($0)" }).count == LogColumn.maximum + 1)
    let pane = try pane(columns: "time level user_id message http.status trace")
    #expect(
      picture(pane, 80, 6) == """
          time           user_id    message                    http.status      trace
          08:53:10.000 E 12345      short                      503
          08:53:11.000 E 7 8        Traceback:             ⏎+2 x                4bf92f35
          08:53:12.000 E            a message that is longer …


        """)
    // What would leave the message too little room is left out.
    #expect(
      picture(pane, 44, 4) == """
          08:53:10 E 12345      short
          08:53:11 E 7 8        Traceback:       ⏎+2
          08:53:12 E            a message that is l…

        """)
  }

  @Test func `w wraps long lines, and the selected one is whole`() throws {
    var pane = try pane()
    #expect(pane.perform(.wrap, in: Sample.context(), height: 8) == [.notice("long lines are wrapped")])
    #expect(
      picture(pane, 50, 6) == """
          08:53:10 E msg-ser… short
          08:53:11 E msg-ser… Traceback:               ⏎+2
          08:53:12 E msg-ser… a message that is longer tha
                              n the row has room for, 连接
                              失败 again

        """)
    #expect(
      picture(pane, 50, 2) == """
          08:53:12 E msg-ser… a message that is longer tha
                              n the row has room for, 连…
        """)
    _ = pane.perform(.top, in: Sample.context(), height: 3)
    #expect(
      picture(pane, 50, 3) == """
          08:53:10 E msg-ser… short
          08:53:11 E msg-ser… Traceback:               ⏎+2
          08:53:12 E msg-ser… a message that is longer tha
        """)
    _ = pane.perform(.wrap, in: Sample.context(), height: 8)
    #expect(picture(pane, 50, 3).split(separator: "\n").count == 3)
  }

  @Test func `O unfolds a message of several lines, and folds it again`() throws {
    var pane = try pane()
    _ = pane.perform(.up, in: Sample.context(), height: 8)
    #expect(pane.perform(.unfold, in: Sample.context(), height: 8) == [])
    #expect(
      picture(pane, 60, 6) == """
          08:53:10.000 E msg-ser… short
          08:53:11.000 E msg-ser… Traceback:
                                    at pool.get
                                    at main
          08:53:12.000 E msg-ser… a message that is longer than the…

        """)
    // A click on a further line of the message selects it.
    _ = pane.perform(.top, in: Sample.context(), height: 6)
    pane.select(row: 3, in: Sample.context(), height: 6)
    #expect(pane.selectedMessage?.hasPrefix("Traceback") == true)
    pane.select(row: 4, in: Sample.context(), height: 6)
    #expect(pane.selectedMessage?.hasPrefix("a message") == true)
    _ = pane.perform(.up, in: Sample.context(), height: 8)
    _ = pane.perform(.unfold, in: Sample.context(), height: 8)
    #expect(picture(pane, 60, 3).contains("⏎+2"))
    _ = pane.perform(.top, in: Sample.context(), height: 8)
    #expect(
      pane.perform(.unfold, in: Sample.context(), height: 8)
        == [.notice("this message is a single line: w wraps it")])
  }

  @Test func `a message of megabytes takes no more rows than there are`() {
    let long = String(repeating: "連 abc ", count: 200_000)
    let tall = String(repeating: "x\n", count: 200_000)
    var pane = Sample.pane([Sample.line("1", long), Sample.line("2", at: 1, tall)])
    for command in [Command.wrap, .unfold] { _ = pane.perform(command, in: Sample.context(), height: 5) }
    #expect(picture(pane, 40, 5).split(separator: "\n").count == 5)
    _ = pane.perform(.top, in: Sample.context(), height: 5)
    let rows = picture(pane, 40, 5).split(separator: "\n")
    #expect(rows.count == 5 && rows[4].hasSuffix("…"))
  }

  // MARK: Marks and notes

  @Test func `marks and notes are found again, and shown`() throws {
    var pane = try pane()
    func press(_ command: Command) -> [Request]? { pane.perform(command, in: Sample.context(), height: 8) }
    #expect(press(.nextMark) == [.notice("no line is marked: m marks one")])
    _ = press(.top)
    _ = press(.mark)
    _ = press(.down)
    #expect(pane.note("the pool was full") == [.notice("noted; u and U find it again")])
    _ = press(.down)
    #expect(press(.previousMark) == [.notice("note: the pool was full")])
    #expect(press(.previousMark) == [.notice("marked")])
    #expect(press(.previousMark) == [.notice("no earlier mark")])
    #expect(press(.nextMark) == [.notice("note: the pool was full")])
    #expect(picture(pane, 40, 3).hasPrefix("● 08:53:10 E msg-ser… short\n◆ 08:53:11"))
    #expect(picture(pane, 40, 3, glyphs: .ascii).hasPrefix("* 08:53:10 E msg-ser… short\nn 08:53:11"))
    #expect(pane.title(in: Sample.context()).hasSuffix("1 marked · 1 noted"))
    _ = press(.viewFields)
    #expect(picture(pane, 60, 3).hasPrefix("(note)      the pool was full"))
    _ = press(.viewFields)
    #expect(pane.note("") == [.notice("the note is off")])
    #expect(pane.note("") == [.notice("the line has no note")])
  }

  @Test func `Y copies the document, and :copy kql what is asked`() throws {
    var session = TestSession(width: 100, height: 30)
    session.answer(.logs(LogBatch(entries: try lines(), isFirst: true))) { $0.logQuery != nil }
    try session.press("g Y")
    guard case .copy(let json, let what)? = session.effects.last else {
      Issue.record("nothing was copied")
      return
    }
    #expect(what == "the document as JSON" && json.contains("\"user_id\": \"12345\""))
    try session.press(": c o p y space k q l enter")
    #expect(session.footer.contains("there is no query and no filter to copy"))
    session.dashboard.filter = "level:error"
    try session.press(": c o p y space k q l enter")
    #expect(session.effects.last == .copy("level:error", what: "the query"))
    try session.press(": n o t e space s e e n enter")
    #expect(session.dashboard.logs.notes.count == 1)
    try session.press(": c o l u m n s space t i m e , u s e r _ i d enter")
    #expect(session.dashboard.logColumns == [.time, .field("user_id"), .message])
    #expect(session.screen.contains("user_id"))
  }

  // MARK: Files

  @Test func `lines are written as the file's ending says`() throws {
    let pane = try pane(columns: "time message http.status")
    func text(_ path: String) -> String {
      var text = ""
      pane.export(to: path)?.forEachPiece { text += $0 }
      return text
    }
    #expect(
      text("a.csv").replacing("\r\n", with: "\n") == """
        id,index,timestamp,level,service,message,trace_id,span_id,late_ms,fields,http.status
        1,logs,2026-11-22T08:53:10.000Z,error,msg-server,short,,,,"{""user_id"":""12345"",""http"":{""status"":503}}",503
        2,logs,2026-11-22T08:53:11.000Z,error,msg-server,"Traceback:
          at pool.get
          at main",4bf92f3577b34da6a3ce929d0e0e4736,,,"{""user_id"":""7\\n8"",""http.status"":""x""}",x
        3,logs,2026-11-22T08:53:12.000Z,error,msg-server,"a message that is longer than the row has room for, 连接失败 again",,,,,

        """)
    let rows = text("b.NDJSON").split(separator: "\n")
    #expect(
      rows.first == """
        {"id":"1","index":"logs","timestamp":"2026-11-22T08:53:10.000Z","level":"error","service":"msg-server","message":"short","trace_id":null,"span_id":null,"late_ms":null,"fields":{"user_id":"12345","http":{"status":503}}}
        """)
    #expect(rows.count == 3)
    #expect(text("c.log").hasPrefix("2026-11-22T08:53:10.000Z E msg-server short\n"))
    // The very objects that `obs-tui logs --json` prints.
    let printer = LogPrinter(style: .json)
    #expect(
      text("b.ndjson") == pane.buffer.lines(in: 0..<3).map { printer.line($0.entry, lateness: $0.lateness) }.joined())
    #expect(
      LogPrinter(path: "a.csv").line(Sample.line("1", "=cmd|' /C calc'!A0"), lateness: nil)
        == "1,logs,2026-11-22T08:53:10.000Z,error,msg-server,'=cmd|' /C calc'!A0,,,,\r\n")
  }

  // MARK: Around a line

  @Test func `c shows the lines around one, and Esc comes back to it`() throws {
    var session = TestSession(width: 100, height: 30)
    session.answerAll()
    let source = #"{"kubernetes":{"pod":{"name":"pod-1"}},"host":{"name":"h"}}"#
    let middle = Sample.line("b", at: 2_000, "the middle", source: try Sample.source(source))
    session.answer(
      .logs(LogBatch(entries: [Sample.line("a", at: 1_000, "before"), middle], isFirst: true))
    ) { $0.logQuery != nil }
    try session.press("c")
    let request = LogContextRequest(
      time: middle.timestamp, services: ["msg-server"],
      source: [LogFilter(field: "kubernetes.pod.name", test: .value("pod-1"))])
    #expect(session.dashboard.subscriptions.contains(.logContext(request)))
    #expect(session.screen.contains("Around 08:53:12.000 · msg-server · kubernetes.pod.name pod-1"))
    #expect(session.screen.contains("the middle"))
    let around = [
      Sample.line("x", at: 1_900, "debug before", level: .debug), middle,
      Sample.line("y", at: 2_100, "info behind", level: .info),
    ]
    session.answer(.logs(LogBatch(entries: around, isFirst: true))) { $0 == .logContext(request) }
    #expect(session.screen.contains("debug before") && session.screen.contains("info behind"))
    guard case .logs(let pane)? = session.dashboard.pushed.last else {
      Issue.record("no pane was opened")
      return
    }
    #expect(pane.selectedMessage == "the middle")
    try session.press("l c")
    #expect(session.footer.contains("Esc goes back"))
    // Meanwhile the tail goes on.
    session.answer(.logs(LogBatch(entries: [Sample.line("z", at: 5_000, "newer")]))) { $0.logQuery != nil }
    try session.press("escape")
    #expect(session.dashboard.pushed.isEmpty)
    #expect(session.dashboard.logs.selectedMessage == "the middle")
  }
}
