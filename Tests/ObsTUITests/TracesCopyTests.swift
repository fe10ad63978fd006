import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A trace that leaves the screen` {
  private func session() throws -> TestSession {
    var session = TestSession()
    session.answerAll()
    try session.press(": \"trace 703cff0b39763c0b\" enter")
    let trace = waterfallTrace(checkout)
    session.answer(.trace(.found(trace, TraceTree.build(trace), isGrowing: false))) { $0.traceRequest != nil }
    session.effects = []
    return session
  }

  @Test func `is copied as JSON, span by span or whole`() throws {
    var session = try session()
    try session.press("j y Y")
    guard case .copy(let span, "the span as JSON")? = session.effects.first,
      case .copy(let whole, "the trace as JSON")? = session.effects.last
    else {
      Issue.record("not copied: \(session.effects)")
      return
    }
    #expect(span.hasPrefix(#"{"traceID":"703cff0b39763c0b","spanID":"0000000000000006","operationName":"GET cart""#))
    #expect(whole.hasPrefix(#"{"data":[{"traceID":"703cff0b39763c0b","spans":[{"#))
  }

  @Test func `is copied by its id, and a span as text`() throws {
    var session = try session()
    try session.press("j : \"copy id\" enter : \"copy text\" enter")
    #expect(session.effects.first == .copy("0000000000000000703cff0b39763c0b", what: "the trace id"))
    guard case .copy(let text, "the span as text")? = session.effects.last else {
      Issue.record("not copied: \(session.effects)")
      return
    }
    #expect(text.hasPrefix("trace 0000000000000000703cff0b39763c0b\ncache: GET cart\nstart\t2026-11-22T08:47:10.01"))
    #expect(text.contains("exception.stacktrace\tat a\n\tat b\u{1B}[31m\n"))
  }

  @Test func `is not put on the clipboard where it is too large`() {
    let lines = ["1 - 0 900 a root"] + (2...1_001).map { "\(String($0, radix: 16)) 1 1 1 a step" }
    var pane = waterfall(lines.joined(separator: "\n"))
    let answer = pane.perform(.copyTrace, in: tracesContext(), height: 20)
    #expect(
      answer == [.notice("1,001 spans are too many for the clipboard: :write FILE.json writes them", isError: true)])
  }

  @Test(
    arguments: [
      ("write /tmp/a b.json", "/tmp/a b.json", TraceFormat.jaeger, false),
      ("w x.otlp.json", "x.otlp.json", .otlp, false),
      ("write x otlp", "x", .otlp, false), ("write! x.json jaeger", "x.json", .jaeger, true),
      ("w! otlp", "otlp", .jaeger, true),
    ] as [(String, String, TraceFormat, Bool)])
  func `is written in the form that its file's name or a word asks for`(
    line: String, path: String, format: TraceFormat, replaces: Bool
  ) throws {
    var session = try session()
    try session.press(": \"\(line)\" enter")
    guard case .writeTrace(let writer, path, replaces)? = session.effects.first else {
      Issue.record("not written: \(session.effects)")
      return
    }
    #expect(writer.format == format)
    #expect(writer.trace.spans.count == 6)
  }

  @Test func `is written as its picture to a text file`() throws {
    var session = try session()
    try session.press(": \"write x.txt\" enter")
    guard case .writeFile("x.txt", let text, replaces: false)? = session.effects.first else {
      Issue.record("not written: \(session.effects)")
      return
    }
    #expect(text.contains("payment: Charge"))
  }

  @Test func `says what is for a trace only`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press(": \"hide db\" enter")
    #expect(session.footer.contains("hide is for an open trace"))
  }
}

@Suite struct `A link in a span's details` {
  private func pane(_ link: SpanReference) -> WaterfallPane {
    let id = TraceID(high: 0, low: 1)
    func span(_ number: UInt64, _ references: [SpanReference]) -> Span {
      Span(
        id: SpanID(value: number), references: references, operation: "op\(number)", process: 0, start: tracesNow,
        duration: .zero, kind: .consumer, hasError: false)
    }
    let parent = SpanReference(kind: .childOf, traceID: id, spanID: SpanID(value: 1))
    let trace = Trace(
      id: id, spans: [span(1, []), span(2, [parent]), span(3, [parent, link])],
      processes: [TraceProcess(service: "s")])
    var pane = WaterfallPane(TraceRequest(id: id))
    pane.receive(trace)
    pane.press(.bottom, .open, .right)
    while pane.detail?.selectedLink == nil, pane.detail?.cursor.selected != (pane.detail?.lines.count ?? 0) - 1 {
      pane.press(.down)
    }
    return pane
  }

  @Test func `opens the trace that it leads to`() {
    let other = TraceID(high: 0, low: 2)
    var pane = pane(SpanReference(kind: .followsFrom, traceID: other, spanID: SpanID(value: 3)))
    let answer = pane.perform(.open, in: tracesContext(), height: 20)
    #expect(answer == [.openTrace(other, span: SpanID(value: 3), origin: nil)])
  }

  @Test func `goes to a span of the same trace`() {
    let id = TraceID(high: 0, low: 1)
    var pane = pane(SpanReference(kind: .followsFrom, traceID: id, spanID: SpanID(value: 2)))
    let answer = pane.perform(.open, in: tracesContext(), height: 20)
    #expect(answer == [])
    #expect(pane.selected == "op2")
    #expect(pane.detail?.isFocused == false)
  }
}

@Suite struct `A span's own time` {
  /// ```
  /// 1 ├──────────────────┤ 0–100
  /// 2   ├────┤             10–40
  /// 3      ├───────┤       30–70, overlaps 2
  /// 4                  ├───── 90–130, outlasts 1
  /// 5 ─┤                   from 5 before 1 to 5 in it
  /// ```
  @Test func `is what no child covers, each moment counted once and only inside the span`() {
    let trace = waterfallTrace(
      "1 - 5 100 a root\n2 1 15 30 a x\n3 1 35 40 a x\n4 1 95 40 a x\n5 1 0 10 a x\n6 2 16 20 a below")
    let tree = TraceTree.build(trace)
    let shares = SpanShares(of: 0, trace: trace, tree: tree)
    #expect(shares.selfTime == .milliseconds(100 - 60 - 10 - 5))
    #expect(shares.ofTrace.map { ($0 * 1_000).rounded() } == 741)
    #expect((shares.ofSpan * 100).rounded() == 25)
    let leaf = SpanShares(of: tree.nodes.count - 1, trace: trace, tree: tree)
    #expect(leaf.selfTime == leaf.duration)
  }
}
