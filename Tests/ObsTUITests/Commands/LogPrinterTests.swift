import ObsData
import Testing

@testable import ObsTUI

@Suite struct `Printed log lines` {
  private let entry = Sample.line(
    "7", at: 1_234, "连接失败: redis\tpool\nsecond \u{1B}[31mline\u{9B}", trace: "5b8aa5a2d2c872e8321cf37308d69df2",
    span: "51581bf3cb55c13")

  private func line(_ style: LogPrinter.Style, _ entry: LogEntry, lateness: Duration? = nil, colour: Bool = false)
    -> String
  {
    LogPrinter(style: style, hasColour: colour, isTerminal: true).line(entry, lateness: lateness)
  }

  @Test func `text is as on the screen, with nothing that steers a terminal, further lines indented`() {
    #expect(
      line(.text, entry) == """
        2026-11-22 08:53:11.234 E msg-server 连接失败: redis    pool
            second ␛[31mline⟨9B⟩

        """)
    #expect(line(.text, Sample.line("1", "x"), lateness: .milliseconds(4_200)).contains("msg-server late +4.2s x"))
    #expect(line(.text, Sample.line("1", "x"), colour: true).contains("\u{1B}[31mE\u{1B}[0m"))
  }

  @Test func `JSON is one object a line with its keys in this order`() throws {
    let source = try Sample.source("{\"user_id\":12345678901234567,\"a\":{\"b\":[1.5,null]}}")
    let rich = Sample.line("7", at: 1_234, "no", trace: "ab", source: source)
    #expect(
      line(.json, rich, lateness: .milliseconds(4_200)) == """
        {"id":"7","index":"logs","timestamp":"2026-11-22T08:53:11.234Z","level":"error","service":"msg-server",\
        "message":"no","trace_id":"000000000000000000000000000000ab","span_id":null,"late_ms":4200,\
        "fields":{"user_id":12345678901234567,"a":{"b":[1.5,null]}}}

        """)
    #expect(line(.json, entry).contains(#"second \u001b[31mline\u009b""#))
    #expect(line(.json, Sample.line("1", "x", level: .unknown, service: nil)).contains(#""level":null,"service":null"#))
  }

  @Test func `CSV follows RFC 4180`() {
    let printer = LogPrinter(style: .csv)
    #expect(printer.header == "id,index,timestamp,level,service,message,trace_id,span_id,late_ms,fields\r\n")
    #expect(
      printer.line(Sample.line("1", "say \"no\",\nor not"), lateness: nil)
        == "1,logs,2026-11-22T08:53:10.000Z,error,msg-server,\"say \"\"no\"\",\nor not\",,,,\r\n")
  }

  @Test func `a template takes any field, and braces`() throws {
    let source = try Sample.source("{\"user\":{\"id\":7,\"tags\":[\"a\"]},\"http.status\":503}")
    let rich = Sample.line("7", "no\nway", source: source)
    func text(_ template: String) throws -> String { try LogTemplate(template).text(rich, lateness: nil) }
    #expect(try text("{timestamp} {level} {service}: {message}") == "2026-11-22T08:53:10.000Z error msg-server: no␊way")
    #expect(
      try text("{{{fields.user.id}}}\\t{fields.http.status} {fields.user.tags}{fields.none}") == "{7}\t503 [\"a\"]")
    // An escape is one whatever stands behind it.
    #expect(try text(#"a\\b\n\t{fields.user.id}\\"#) == "a\\b\n\t7\\")
  }

  @Test(arguments: [
    ("{mesage}", "--format: there is no {mesage}; did you mean “message”?; there are {timestamp}"),
    ("{fields.}", "--format: there is no {fields.}"),
    ("a {message", "--format: the { before “message” is never closed"),
    ("a } b", "--format: a } without a {"),
  ])
  func `a template that cannot be read is refused`(template: String, sentence: String) {
    do {
      _ = try LogTemplate(template)
      Issue.record("\(template) was taken")
    } catch {
      #expect(error.description.hasPrefix(sentence))
    }
  }
}
