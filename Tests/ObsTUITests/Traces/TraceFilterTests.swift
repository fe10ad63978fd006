import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A trace filter` {
  @Test func `takes every parameter of the search, and tags`() throws {
    let text =
      #"service=api operation="GET /x" kind=server min=250us max=1.5s db.statement="say \"a b\"" error=true limit=100"#
    let filter = try TraceFilter.parse(text)
    #expect(filter.service == "api" && filter.operation == "GET /x" && filter.kind == .server && filter.limit == 100)
    #expect(filter.minimumDuration == .microseconds(250) && filter.maximumDuration == .milliseconds(1_500))
    #expect(filter.tags == ["error": "true", "db.statement": #"say "a b""#])
    #expect(
      filter.text
        == #"service=api operation="GET /x" kind=server min=250us max=1s500ms db.statement="say \"a b\"" error=true limit=100"#
    )
    #expect(try TraceFilter.parse(filter.text) == filter)
  }

  @Test func `takes a quoted name for a tag, and every name where only tags are wanted`() throws {
    let filter = try TraceFilter.parse(#""limit"=3 "a b"=c"#)
    #expect(filter.tags == ["limit": "3", "a b": "c"] && filter.limit == nil)
    #expect(filter.text == #""a b"=c "limit"=3"#)
    #expect(try TraceFilter.parse("min=3 kind=x", tagsAlone: true).tags == ["min": "3", "kind": "x"])
    #expect(try TraceFilter.parse("  ") == TraceFilter())
  }

  @Test(arguments: [
    ("error", "“error” is no key=value, such as error=true, min=100ms, operation=\"GET /\"", 0),
    ("a=1 =2", "“=2” is no key=value, such as error=true, min=100ms, operation=\"GET /\"", 4),
    ("min=abc", "min=abc is no duration, such as 100ms or 1.5s", 4),
    ("error=true kind=srv", "srv is no kind of span: server, client, producer, consumer, internal", 16),
    ("limit=0", "limit=0: a number from 1 to 1500", 6), ("limit=2000", "limit=2000: a number from 1 to 1500", 6),
    ("a=1 b=2 a=3", "a is given twice: a search takes one value of each", 8),
    ("op=a operation=b", "operation is given twice: a search takes one value of each", 5),
    (#"x=1 operation="GET"#, "this quote is never closed", 14), ("operation=", "operation has no value", 10),
    ("max=1s min=2s", "min is greater than max: no trace can match", 4),
  ])
  func `points at what is wrong`(text: String, sentence: String, offset: Int) {
    #expect(throws: TraceFilter.ParseError(sentence, at: offset)) { try TraceFilter.parse(text) }
  }

  @Test func `shows the place under the text`() {
    let error = #expect(throws: TraceFilter.ParseError.self) { try TraceFilter.parse("a=1 b", tagsAlone: true) }
    #expect(
      error?.picture(of: "a=1 b") == """
        a=1 b
            ^ “b” is no key=value, such as error=true
        """)
  }
}

@Suite struct `The prompt of the trace search` {
  /// The trace pane's prompt with `text` typed into it.
  private func typing(_ text: String) throws -> TestSession {
    var session = TestSession(width: 100, height: 32)
    session.answerAll()
    var result = TraceSearchResult(traces: [])
    result.tags.note(Attribute(key: "db.system", value: .string("redis")))
    result.tags.note(Attribute(key: "db.system", value: .string("mysql")))
    session.answer(.traces(result)) { if case .traces = $0 { true } else { false } }
    try session.press("tab &")
    for character in text { session.send(.key(.character(character))) }
    return session
  }
  private func offered(_ session: TestSession) -> [String] {
    session.dashboard.traceCandidates?.rows.map { $0.insertion.trimmingSpaces() } ?? []
  }

  @Test func `offers parameters and the tags that were seen, those that begin so first`() throws {
    #expect(try offered(typing("")).prefix(6) == ["service=", "operation=", "kind=", "min=", "max=", "limit="])
    #expect(try offered(typing("d")) == ["db.system=", "kind=", "http.method=", "http.status_code=", "rpc.method="])
    #expect(
      try offered(typing("kind=server min=1s m")) == ["max=", "limit=", "db.system=", "http.method=", "rpc.method="])
  }

  @Test func `offers services, kinds, and the values that were seen`() throws {
    #expect(try offered(typing("service=m")) == ["msg-server"])
    #expect(try offered(typing("kind=")) == ["server", "client", "producer", "consumer", "internal"])
    #expect(try offered(typing("error=true db.system=")) == ["mysql", "redis"])
  }

  @Test func `asks for the operations of the service that is typed, and offers them`() throws {
    var session = try typing("service=msg-server operation=")
    #expect(session.dashboard.subscriptions.contains(.operations(of: "msg-server")))
    let operations = [
      TraceOperation(name: "GET /ws", kind: .server), TraceOperation(name: "Send", kind: .client),
      TraceOperation(name: "Send", kind: .server),
    ]
    session.answer(.operations(operations)) { $0 == .operations(of: "msg-server") }
    #expect(offered(session) == ["\"GET /ws\"", "Send"])
    #expect(session.screen.contains("\"GET /ws\""))
    try session.press("tab enter")
    #expect(session.dashboard.traceFilter.operation == "GET /ws")
    #expect(session.dashboard.traceFilter.service == "msg-server")
    #expect(!session.dashboard.subscriptions.contains(.operations(of: "msg-server")))
  }

  @Test func `keeps what cannot be read, with the cursor on the place`() throws {
    var session = try typing("error=true min=abc")
    try session.press("enter")
    #expect(session.dashboard.prompt?.editor.cursor == 15)
    #expect(session.screen.contains("min=abc is no duration, such as 100ms or 1.5s"))
    #expect(session.dashboard.traceFilter == TraceFilter())
    try session.press("end ctrl-u \"error=true\" enter")
    #expect(session.dashboard.traceFilter.tags == ["error": "true"])
    #expect(session.dashboard.promptHistory[.traceQuery] == ["error=true"])
    #expect(session.dashboard.promptHistory[.query] == nil)
  }
}
