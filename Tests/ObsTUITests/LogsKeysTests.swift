import ObsData
import Testing

@testable import ObsTUI

/// Conversations: what keys and answers do to the log pane.
struct LogsKeysTests {
  private let context = Sample.context()

  private func pane(_ count: Int = 10) -> LogPane {
    Sample.pane((0..<count).map { Sample.line("\($0)", at: Int64($0) * 1_000, "line \($0)") })
  }

  @discardableResult
  private func press(_ commands: Command..., on pane: inout LogPane, search: String? = nil) -> [Request]? {
    var requests: [Request]?
    for command in commands {
      requests = pane.perform(command, in: Sample.context(search: search), height: 4)
    }
    return requests
  }

  private func view(_ pane: LogPane) -> String {
    pane.view(Size(width: 80, height: 4), in: context).text.split(separator: "\n")
      .map { $0.suffix(1) }.joined(separator: " ")
  }

  @Test func `the pane follows until the selection moves, and G or F resumes`() {
    var pane = pane()
    #expect(view(pane) == "6 7 8 9")
    press(.down, on: &pane)
    #expect(pane.position.isFollowing)
    press(.up, on: &pane)
    pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line("x", at: 20_000, "line x")])))
    #expect(view(pane) == "6 7 8 9")
    #expect(pane.selectedMessage == "line 8")
    #expect(pane.position.arrivals == 1)
    press(.follow, on: &pane)
    #expect(view(pane) == "7 8 9 x")
    press(.top, on: &pane)
    #expect(view(pane) == "0 1 2 3")
    press(.bottom, on: &pane)
    #expect(pane.position.isFollowing)
    #expect(pane.selectedMessage == "line x")
  }

  @Test func `nothing that comes in or drops out moves the lines in view`() {
    var pane = LogPane(capacity: 10)
    pane.adopt(Sample.scope)
    let entries = (0..<10).map { Sample.line("\($0)", at: Int64($0) * 1_000, "line \($0)") }
    pane.receive(Sample.answer(pane, LogBatch(entries: entries, isFirst: true)))
    press(.up, .up, .up, .up, on: &pane)
    #expect(view(pane) == "5 6 7 8")
    // One late line above, two new ones below; three old ones drop out.
    pane.receive(
      Sample.answer(
        pane,
        LogBatch(entries: [
          Sample.line("l", at: 4_500, "late l"), Sample.line("a", at: 11_000, "line a"),
          Sample.line("b", at: 12_000, "line b"),
        ])))
    #expect(view(pane) == "5 6 7 8")
    #expect(pane.selectedMessage == "line 5")
    press(.up, on: &pane)
    #expect(view(pane) == "l 5 6 7")
    #expect(pane.title(in: context).contains("3 dropped, 10 held"))
  }

  @Test func `what has come is seen at the end of the list`() {
    var pane = pane()
    press(.up, on: &pane)
    pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line("x", at: 20_000, "line x")])))
    press(.down, .down, on: &pane)
    #expect(pane.selectedMessage == "line x")
    #expect(pane.position.arrivals == 0)
    #expect(!pane.position.isFollowing)
  }

  @Test func `frozen, the view stands still, and live it follows again`() {
    var pane = pane()
    let frozen = Scope(window: .frozen(TimeRange(start: Sample.start, end: Sample.start + .seconds(60))))
    pane.adopt(frozen)
    pane.receive(
      Sample.answer(
        pane, LogBatch(entries: [Sample.line("x", at: 9_500, "line x")], isFirst: true), scope: frozen))
    #expect(pane.buffer.count == 11)
    #expect(view(pane) == "6 7 8 9")
    pane.adopt(Sample.scope)
    #expect(view(pane) == "7 8 9 x")
    // The first answer of the live window joins on: the scrollback is kept.
    let joined = [Sample.line("x", at: 9_500, "line x"), Sample.line("y", at: 20_000, "line y")]
    pane.receive(Sample.answer(pane, LogBatch(entries: joined, isFirst: true)))
    #expect(pane.buffer.count == 12)
    #expect(view(pane) == "8 9 x y")
  }

  @Test func `old lines stay, muted, until the new question is answered`() {
    var pane = pane()
    press(.cycleLevel, on: &pane)
    #expect(pane.query(in: Sample.scope).minimumLevel == .warning)
    #expect(pane.title(in: context) == "Logs · warnings and up · asking, still the old lines · 10 shown · follow")
    #expect(pane.view(Size(width: 80, height: 4), in: context)[30, 0].style.role == .textMuted)
    // An answer to the old question comes too late.
    let late = Update(
      subscription: .logs(LogQuery(minimumLevel: .error, window: Sample.scope.window)), at: Sample.start,
      body: .logs(LogBatch(entries: [Sample.line("old", at: 30_000)])))
    pane.receive(late)
    #expect(pane.buffer.count == 10)
    pane.receive(
      Sample.answer(
        pane, LogBatch(entries: [Sample.line("w", at: 1, "careful", level: .warning)], isFirst: true, matched: 1)))
    #expect(pane.messages == ["careful"])
    #expect(pane.title(in: context) == "Logs · warnings and up · 1 shown · 1 matched · follow")
    press(.cycleLevel, on: &pane)
    #expect(pane.query(in: Sample.scope).minimumLevel == nil)
    press(.cycleLevel, on: &pane)
    #expect(pane.query(in: Sample.scope).minimumLevel == .error)
  }

  @Test func `the reader keeps his line when another question brings it again`() {
    var pane = pane()
    press(.up, .up, .up, on: &pane)
    #expect(pane.selectedMessage == "line 6")
    press(.cycleLevel, on: &pane)
    let entries = (0..<20).map { Sample.line("\($0)", at: Int64($0) * 1_000, "line \($0)") }
    pane.receive(Sample.answer(pane, LogBatch(entries: entries, isFirst: true)))
    #expect(pane.selectedMessage == "line 6")
    press(.cycleLevel, on: &pane)
    pane.receive(Sample.answer(pane, LogBatch(entries: [entries[3], entries[9]], isFirst: true)))
    #expect(pane.selectedMessage == "line 9")
  }

  @Test func `a first answer that joins on to what is held keeps it, another replaces it`() {
    var pane = pane()
    var longer = Sample.scope
    longer.window = .live(.seconds(3_600))
    pane.adopt(longer)
    let joined = [Sample.line("9", at: 9_000, "line 9"), Sample.line("x", at: 10_000, "line x")]
    pane.receive(Sample.answer(pane, LogBatch(entries: joined, isFirst: true, matched: 3), scope: longer))
    #expect(pane.messages.count == 11)
    // More than match are held, because some have left the window: their number is not compared.
    #expect(pane.title(in: context) == "Logs · errors · 11 shown · follow")
    pane.receive(
      Sample.answer(pane, LogBatch(entries: [Sample.line("y", at: 90_000, "line y")], isFirst: true), scope: longer))
    #expect(pane.messages == ["line y"])
  }

  @Test func `enter opens the trace on the span that logged the line`() throws {
    let entry = Sample.line("1", trace: "4bf92f3577b34da6a3ce929d0e0e4736", span: "00f067aa0ba902b7")
    var pane = Sample.pane([entry])
    let trace = try #require(entry.traceID)
    #expect(press(.open, on: &pane) == [.openTrace(trace, span: entry.spanID, origin: entry)])
    press(.viewFields, on: &pane)
    #expect(press(.open, on: &pane) == [.openTrace(trace, span: entry.spanID, origin: entry)])
  }

  @Test func `enter on a line without a trace says so and shows its fields`() {
    var pane = pane(1)
    #expect(press(.open, on: &pane) == [.notice("this line has no trace id: here are all its fields")])
    #expect(pane.fields != nil)
    #expect(press(.back, on: &pane) == [])
    #expect(pane.fields == nil)
    #expect(press(.back, on: &pane) == nil)
  }

  @Test func `n and N step through the matches and count them`() {
    var pane = pane(25)
    #expect(press(.previousMatch, on: &pane, search: "line 1") == [.notice("match 11 of 11")])
    #expect(pane.selectedMessage == "line 19")
    #expect(press(.previousMatch, on: &pane, search: "line 1") == [.notice("match 10 of 11")])
    #expect(
      press(.nextMatch, .nextMatch, on: &pane, search: "line 1") == [.notice("match 1 of 11, from the oldest line on")])
    #expect(pane.selectedMessage == "line 1")
    // A line that comes in is counted without looking at the others again.
    pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line("x", at: 1_500, "LINE 1 and a half")])))
    #expect(press(.nextMatch, on: &pane, search: "line 1") == [.notice("match 2 of 12")])
    #expect(press(.nextMatch, on: &pane, search: "nowhere") == [.notice("no line holds nowhere")])
    #expect(press(.nextMatch, on: &pane, search: "08:53:10.0") == [.notice("match 1 of 1, from the oldest line on")])
    #expect(press(.nextMatch, on: &pane) == [.notice("nothing is searched: / asks what for")])
  }

  @Test func `e and E go to error lines only`() {
    var pane = Sample.pane([
      Sample.line("1", at: 1, "first"), Sample.line("2", at: 2, "harmless", level: .info),
      Sample.line("3", at: 3, "worst", level: .critical), Sample.line("4", at: 4, "careful", level: .warning),
    ])
    press(.previousError, on: &pane)
    #expect(pane.selectedMessage == "worst")
    press(.previousError, on: &pane)
    #expect(pane.selectedMessage == "first")
    #expect(press(.previousError, on: &pane) == [.notice("no earlier error line is held")])
    press(.nextError, on: &pane)
    #expect(pane.selectedMessage == "worst")
    #expect(press(.nextError, on: &pane) == [.notice("no later error line")])
  }

  @Test func `m marks a line and y copies it`() {
    var pane = Sample.pane([Sample.line("1", at: 123, "连接失败", trace: "abc")])
    press(.mark, on: &pane)
    #expect(pane.view(Size(width: 60, height: 1), in: context).text.hasPrefix("● 08:53:10.123"))
    #expect(pane.title(in: context).hasSuffix("1 marked"))
    press(.mark, on: &pane)
    #expect(pane.marks.isEmpty)
    #expect(
      press(.copy, on: &pane) == [
        .copy(
          "2026-11-22T08:53:10.123Z E msg-server 连接失败 00000000000000000000000000000abc", what: "the line")
      ])
  }

  @Test func `left and right scroll long messages, and lines that come in do not scroll back`() {
    var pane = Sample.pane([Sample.line("1", at: 0, "0123456789abcdefghijklmnopqrstuvwxyz")])
    press(.right, on: &pane)
    pane.receive(Sample.answer(pane, LogBatch(entries: [Sample.line("2", at: 1, "short")])))
    #expect(
      pane.view(Size(width: 40, height: 2), in: context).text == """
          08:53:10 E msg-ser… 89abcdefghijklmno…
          08:53:10 E msg-ser…
        """)
    press(.left, .left, on: &pane)
    #expect(pane.horizontal == 0)
  }

  @Test func `the logs of a trace ask for that trace alone, and Esc leaves them`() throws {
    let trace = try #require(TraceID(hex: "abc"))
    var pane = LogPane(traceID: trace, around: Sample.start, now: Sample.start + .seconds(60))
    let query = LogQuery(traceID: trace, window: .live(.seconds(7_200)))
    #expect(pane.subscriptions(in: Sample.scope) == [.logs(query)])
    let old = LogPane(traceID: trace, around: Sample.start, now: Sample.start + .seconds(864_000))
    #expect(
      old.query(in: Sample.scope).window
        == .frozen(TimeRange(start: Sample.start - .seconds(3_600), end: Sample.start + .seconds(3_600))))
    #expect(pane.title(in: context) == "Logs of trace 00000000 · all")
    #expect(press(.back, on: &pane) == [.close])
  }

  @Test func `a click selects the line in its row`() {
    var pane = pane()
    pane.select(row: 1, in: context, height: 4)
    #expect(pane.selectedMessage == "line 7")
    #expect(view(pane) == "6 7 8 9")
    pane.select(row: 4, in: context, height: 4)
    #expect(pane.selectedMessage == "line 7")
  }

  @Test func `all lines held can be written to a file`() {
    let pane = Sample.pane([Sample.line("1", at: 5, "a"), Sample.line("2", at: 6, "b", service: nil, trace: "1")])
    #expect(
      pane.plainText == """
        2026-11-22T08:53:10.005Z E msg-server a
        2026-11-22T08:53:10.006Z E - b 00000000000000000000000000000001

        """)
  }

  @Test func `an empty pane survives every command`() {
    for command in Command.allCases {
      var pane = LogPane()
      for height in [-1, 0, 1, 4] {
        _ = pane.perform(command, in: Sample.context(search: "x"), height: height)
        _ = pane.view(Size(width: height, height: height), in: context)
      }
      #expect(pane.buffer.isEmpty)
    }
  }
}
