import ObsData
import Testing

@testable import ObsTUI

struct LogsFieldsTests {
  private let json = """
    {"@timestamp":"2026-11-22T08:53:10.123Z","service":{"name":"msg-server","version":"1.20"},"level":"ERROR",
     "message":"Traceback:\\n  at pool.get\\n  at main\\n","took":18446744073709551615,"ratio":0.5,"tags":["a",1,null],
     "empty":{},"events":[{"name":"retry","attempts":[1,2]},{"name":"give up","inner":{"deep":true}}],
     "body":"{\\"error\\":{\\"code\\":500}}","note":"[not json"}
    """

  private func open(_ json: String, message: String = "m") throws -> LogPane {
    var pane = Sample.pane([Sample.line("doc-1", message, source: try Sample.source(json))])
    _ = pane.perform(.viewFields, in: Sample.context(), height: 10)
    return pane
  }

  @Test func `all fields are shown by name, nested ones dotted, arrays of objects and JSON in texts indented`() throws {
    let pane = try open(json)
    #expect(
      pane.view(Size(width: 60, height: 31), in: Sample.context()).text == """
        _index          logs
        _id             doc-1
        @timestamp      2026-11-22T08:53:10.123Z
        body            {
                          "error": {
                            "code": 500
                          }
                        }
        empty           {}
        events          [
                          {
                            "name": "retry",
                            "attempts": [1, 2]
                          },
                          {
                            "name": "give up",
                            "inner": {
                              "deep": true
                            }
                          }
                        ]
        level           ERROR
        message         Traceback:
                          at pool.get
                          at main
        note            [not json
        ratio           0.5
        service.name    msg-server
        service.version 1.20
        tags            ["a", 1, null]
        took            18446744073709551615
        """)
    #expect(pane.title(in: Sample.context()) == "Fields · 08:53:10.000 · msg-server · 31 lines")
  }

  @Test func `the field view scrolls, and stops at its ends`() throws {
    var pane = try open(json)
    func press(_ command: Command) { _ = pane.perform(command, in: Sample.context(), height: 5) }
    func firstRow() -> String {
      String(pane.view(Size(width: 60, height: 5), in: Sample.context()).text.prefix { $0 != "\n" })
    }
    press(.down)
    #expect(firstRow() == "_index          logs")
    #expect(pane.fields?.selectedField == "_id")
    for _ in 0..<4 { press(.down) }
    #expect(firstRow() == "_id             doc-1")
    #expect(pane.fields?.selectedField == "body")
    press(.bottom)
    #expect(firstRow() == "ratio           0.5")
    #expect(pane.fields?.selectedField == "took")
    press(.pageDown)
    press(.pageUp)
    press(.up)
    #expect(firstRow() == "note            [not json")
    press(.top)
    press(.right)
    #expect(firstRow() == "_index")
    press(.left)
    #expect(firstRow() == "_index          logs")
  }

  @Test func `what is searched is found and highlighted`() throws {
    var pane = try open(json)
    let context = Sample.context(search: "at")
    #expect(pane.perform(.nextMatch, in: context, height: 5) == [.notice("match 1 of 4")])
    #expect(pane.perform(.nextMatch, in: context, height: 5) == [.notice("match 2 of 4")])
    let canvas = pane.view(Size(width: 60, height: 5), in: context)
    let found = (0..<5).filter { y in (0..<60).contains { canvas[$0, y].style.background == .matchCurrent } }
    #expect(found.count == 1)
    #expect(pane.perform(.previousMatch, in: context, height: 5) == [.notice("match 1 of 4")])
    #expect(pane.perform(.previousMatch, in: context, height: 5) == [.notice("match 4 of 4")])
    #expect(
      pane.perform(.nextMatch, in: Sample.context(search: "zebra"), height: 5) == [.notice("no field holds zebra")])
  }

  @Test func `y copies the document as JSON that can be read again`() throws {
    var pane = try open(json)
    guard case .copy(let text, _)? = pane.perform(.copy, in: Sample.context(), height: 5)?.first else {
      Issue.record("nothing was copied")
      return
    }
    let again = try Sample.source(text)
    #expect(again.tree == (try Sample.source(json)).tree)
    #expect(text.hasPrefix("{\n  \"@timestamp\": \"2026-11-22T08:53:10.123Z\",\n"))
  }

  @Test func `a line without a document shows what is known`() throws {
    let pane = try open("null", message: "one\r\ntwo")
    #expect(
      pane.view(Size(width: 60, height: 6), in: Sample.context()).text.trimmed == """
        _index     logs
        _id        doc-1
        @timestamp 2026-11-22T08:53:10.000000000Z
        message    one
                   two
        """)
  }

  @Test func `a hostile document is cut, and said to be`() throws {
    let deep = String(repeating: "{\"a\":", count: 900) + "1" + String(repeating: "}", count: 900)
    #expect(try (open(deep).fields?.lines.count ?? 0) < 200)
    let arrays = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(try (open("{\"a\":\(arrays)}").fields?.lines.count ?? 0) < 200)
    let wide = "{" + (0..<30_000).map { "\"f\($0)\":\($0)" }.joined(separator: ",") + "}"
    #expect(try open(wide).fields?.lines.last?.value == "the rest of the document is not shown")
    let tall = String(repeating: "x\n", count: 50_000)
    let pane = try open("{\"message\":\(JSONTree.string(tall).text)}")
    #expect(pane.fields?.lines.count == LogFields.maximumLines + 1)
  }

  @Test func `v and Esc close the fields, and the list is where it was`() throws {
    var pane = Sample.pane((0..<9).map { Sample.line("\($0)", at: Int64($0), "line \($0)") })
    for command in [Command.up, .up, .viewFields, .down, .nextError, .viewFields] {
      #expect(pane.perform(command, in: Sample.context(), height: 4) == [])
    }
    #expect(pane.fields == nil)
    #expect(pane.selectedMessage == "line 6")
  }
}
