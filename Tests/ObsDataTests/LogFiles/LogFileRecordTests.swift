import Foundation
import Testing

@testable import ObsData

@Suite struct `Lines of log files` {
  @Test(arguments: [
    (
      "2025-06-24 14:36:25 status installed libc6:amd64 2.36",
      "2025-06-24T14:36:25.000Z · - | status installed libc6:amd64 2.36"
    ),
    (
      "[2025-06-24T14:36:25.123+08:00] WARN slow answer",
      "2025-06-24T06:36:25.123Z W - | WARN slow answer"
    ),
    (
      "2015/05/17 08:05:32 [error] 123#0: *1 open() failed",
      "2015-05-17T08:05:32.000Z E - | [error] 123#0: *1 open() failed"
    ),
    (
      "Nov 21 14:36:25 web-1 sshd[123]: Failed password for root",
      "2026-11-21T14:36:25.000Z · sshd | web-1 sshd[123]: Failed password for root"
    ),
    (
      "Dec 24 14:36:25 web-1 kernel: last year's line",
      "2025-12-24T14:36:25.000Z · kernel | web-1 kernel: last year's line"
    ),
    (
      "E1121 15:04:05.000007 9 server.go:42] lease lost",
      "2026-11-21T15:04:05.000Z E - | 9 server.go:42] lease lost"
    ),
    (
      "ts=2026-11-22T08:00:00.5Z caller=main.go:1 level=warn msg=\"it is slow\"",
      "2026-11-22T08:00:00.500Z W - | ts=2026-11-22T08:00:00.5Z caller=main.go:1 level=warn msg=\"it is slow\""
    ),
    (
      "INFO:root:2026-11-22 08:00:00,123 started",
      "2026-11-22T08:00:00.123Z I - | INFO:root:2026-11-22 08:00:00,123 started"
    ),
    (
      "1.2.3.4 - - [17/May/2015:08:05:32 +0200] \"GET /a HTTP/1.1\" 503 0 \"-\" \"curl\"",
      "2015-05-17T06:05:32.000Z E - | 1.2.3.4 - - [17/May/2015:08:05:32 +0200] \"GET /a HTTP/1.1\" 503 0 \"-\" \"curl\""
    ),
    (
      "<34>1 2026-11-21T14:36:25.003Z web-1 su 77 ID47 - failed for root",
      "2026-11-21T14:36:25.003Z C su | web-1 su 77 ID47 - failed for root"
    ),
    (
      "<30>Nov 21 14:36:25 web-1 dhcpd[9]: an error is told by the number",
      "2026-11-21T14:36:25.000Z I dhcpd | web-1 dhcpd[9]: an error is told by the number"
    ),
    ("<999>1 2026-11-21T14:36:25Z - - -", "2026-11-21T14:36:25.000Z · - | <999>1 2026-11-21T14:36:25Z - - -"),
    (
      "2026-11-21T14:36:25.123456+00:00 web-1 sshd[12]: Accepted publickey",
      "2026-11-21T14:36:25.123Z · sshd | web-1 sshd[12]: Accepted publickey"
    ),
    (
      "2026-11-21T14:36:25Z INFO server: no syslog", "2026-11-21T14:36:25.000Z I - | INFO server: no syslog"
    ),
    (
      "1:M 21 Nov 2026 14:36:25.123 # Server overcommit",
      "2026-11-21T14:36:25.123Z W - | 1:M 21 Nov 2026 14:36:25.123 # Server overcommit"
    ),
    (
      "[Sat Nov 21 14:36:25.123456 2020] [core:error] [pid 7] AH00126",
      "2020-11-21T14:36:25.123Z E - | [Sat Nov 21 14:36:25.123456 2020] [core:error] [pid 7] AH00126"
    ),
    (
      "21-Nov-2026 14:36:25.001 WARNING [main] slow", "2026-11-21T14:36:25.001Z W - | WARNING [main] slow"
    ),
    (
      "2026-11-21 14:36:25 install info:amd64 <none> 7.0",
      "2026-11-21T14:36:25.000Z · - | install info:amd64 <none> 7.0"
    ),
    ("2026-11-21T14:36:25.5Z stderr F it is whole", "2026-11-21T14:36:25.500Z · - | it is whole"),
    ("2026-11-21 14:36:25.123 UTC [7] LOG:  ready", "2026-11-21T14:36:25.123Z I - | [7] LOG:  ready"),
    ("2026-11-21 14:36:25 wrote to log: ready", "2026-11-21T14:36:25.000Z · - | wrote to log: ready"),
    ("2026-11-21 14:36:25 main.go:7: error: gone", "2026-11-21T14:36:25.000Z E - | main.go:7: error: gone"),
    ("no time, an error in the middle", "2026-11-22T12:00:00.000Z · - | no time, an error in the middle"),
    ("2026-13-45 99:99:99 is no time", "2026-11-22T12:00:00.000Z · - | 2026-13-45 99:99:99 is no time"),
    (
      "\u{1B}[32mNov 21 14:36:25\u{1B}[0m web-1 \u{1B}[1mcron\u{1B}[0m[7]: ran",
      "2026-11-21T14:36:25.000Z · cron | web-1 cron[7]: ran"
    ),
  ])
  func `plain text tells its time, level and program by its prefix`(line: String, expected: String) {
    #expect(table(decoded(line + "\n")) == [expected])
  }

  @Test func `JSON lines tell theirs by the field names of the log store`() {
    let text = """
      {"@timestamp":"2026-11-22T08:00:00Z","log.level":"error","service":{"name":"auth"},"message":"no"}
      {"level":50,"time":1795334401000,"pid":1,"hostname":"a","msg":"pino"}
      2026-11-22T08:00:02.5Z {"level":"warn","msg":"kubectl wrote the time"}
      2026-11-22T08:00:03Z stderr F {"level":"debug","msg":"containerd wrote it"}
      {"log":"docker wrote this\\n","stream":"stdout","time":"2026-11-22T08:00:04Z"}
      {"msg":"without a time: that of the line before"}

      """
    #expect(
      table(decoded(text)) == [
        "2026-11-22T08:00:00.000Z E auth | no", "2026-11-22T08:00:01.000Z E - | pino",
        "2026-11-22T08:00:02.500Z W - | kubectl wrote the time", "2026-11-22T08:00:03.000Z D - | containerd wrote it",
        "2026-11-22T08:00:04.000Z · - | docker wrote this",
        "2026-11-22T08:00:04.000Z · - | without a time: that of the line before",
      ])
  }

  @Test func `the journal's lines tell theirs, and a message that comes as bytes is text`() {
    let text = """
      {"__REALTIME_TIMESTAMP":"1795334400123456","PRIORITY":"3","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"error: no"}
      {"__REALTIME_TIMESTAMP":"1795334401123456","PRIORITY":"6","_SYSTEMD_UNIT":"a.service","MESSAGE":[72,195,164,255]}

      """
    #expect(
      table(decoded(text)) == [
        "2026-11-22T08:00:00.123Z E sshd | error: no", "2026-11-22T08:00:01.123Z I a.service | Hä\u{FFFD}",
      ])
  }

  @Test func `a stack trace is folded into the line that it belongs to`() {
    let text = """
      2026-11-22 08:00:00 ERROR it broke
      java.lang.IllegalStateException: no
      \tat a.b.C(D.java:1)
      Caused by: java.io.IOException
      2026-11-22 08:00:01 INFO on
      panic: without a time
        goroutine 1
      another line
      """
    #expect(
      decoded(text).map(\.message) == [
        "ERROR it broke\njava.lang.IllegalStateException: no\n\tat a.b.C(D.java:1)\nCaused by: java.io.IOException",
        "INFO on\npanic: without a time\n  goroutine 1\nanother line",
      ])
    #expect(decoded("{\"msg\":\"a\"}\nfirst\n  second\nthird\n").map(\.message) == ["a", "first\n  second", "third"])
  }

  @Test func `below a heading with a time lines are their own, and of its time`() {
    let text = "Log started: 2026-11-22  08:00:00\nUnpacking a\nSetting up a\n  and its parts\n"
    #expect(
      table(decoded(text)) == [
        "2026-11-22T08:00:00.000Z · - | Log started: 2026-11-22  08:00:00",
        "2026-11-22T08:00:00.000Z · - | Unpacking a",
        "2026-11-22T08:00:00.000Z · - | Setting up a\n  and its parts",
      ])
  }

  @Test func `what begins like JSON and is none stays as text, and is marked`() {
    let text = """
      {"msg":"good"}
      {"msg":"torn
      {"msg":}
      {"a":1},{"b":[{}
      {"c":3}]}
      {"msg":"good again"}
      """
    #expect(
      decoded(text).map(\.message) == [
        "good", "not JSON: {\"msg\":\"torn", "not JSON: {\"msg\":}", "not JSON: {\"a\":1},{\"b\":[{}",
        "not JSON: {\"c\":3}]}", "good again",
      ])
  }

  @Test func `odd bytes do not disturb their neighbours`() {
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("{\"msg\":\"behind a mark\"}\r\n".utf8)
    bytes += [0, 0, 0] + Array("2026-11-22 08:00:00 behind a hole\r\n\r\n".utf8)
    bytes += Array("2026-11-22 08:00:01 not \u{FF} ".utf8) + [0xC3, 0x28] + Array(" text\n".utf8)
    bytes += Array("{\"msg\":\"not \"}".utf8.dropLast(2)) + [0xC3, 0x28] + Array("\"}\n{\"msg\":1e999}".utf8)
    #expect(
      decoded(bytes).map(\.message) == [
        "behind a mark", "behind a hole", "not \u{FF} \u{FFFD}( text", "not \u{FFFD}(", "1e999",
      ])
  }

  @Test func `one line may be a megabyte long`() {
    let long = String(repeating: "x", count: 1 << 20)
    let entries = decoded("{\"msg\":\"\(long)\"}\n2026-11-22 08:00:00 \(long)\n{\"msg\":\"next\"}\n")
    #expect(entries.map(\.message.utf8.count) == [1 << 20, 1 << 20, 4])
  }

  @Test func `a line of OTLP holds many records, and lines of other signals none`() {
    let record = """
      {"timeUnixNano":"1700000000000000001","severityNumber":17,"body":{"stringValue":"failed"},\
      "traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13"}
      """
    let text = """
      {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"pay"}}]},\
      "scopeLogs":[{"logRecords":[\(record),{"observedTimeUnixNano":"1700000001000000000","severityText":"INFO2",\
      "body":{"intValue":"5"}}]}]}]}
      {"resourceMetrics":[]}
      """
    let entries = decoded(text)
    #expect(
      table(entries) == [
        "2023-11-14T22:13:20.000Z E pay | failed", "2023-11-14T22:13:21.000Z I pay | {\"intValue\":\"5\"}",
      ])
    #expect(entries.map(\.id.document) == ["0/0", "0/1"])
    #expect(entries[0].traceID == TraceID(hex: "5b8aa5a2d2c872e8321cf37308d69df2"))
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"] != nil),
    arguments: [
      ("logs/logfile_bunyan.0", 9, "2023-03-24T14:26:16.243Z D - | Found gitlabci-include package files"),
      ("logs/logfile_ecs_log.json", 5, "2025-01-13T09:58:13.631Z D - | this is a debug message num=39"),
      ("logs/logfile_nested_json.json", 12, "2013-09-06T20:00:48.124Z T - | trace test"),
      (
        "logs/logfile_otel_collector.jsonl", 7,
        "2023-11-14T22:13:20.000Z I payment-service | Processing payment request"
      ),
      ("logs/nginx_logs.ndjson", 400, "2015-05-17T08:05:32.000Z I - | 93.180.71.3 - - [17/May/2015:08:05:32 +0000]"),
      ("otlp/otel_demo_97_lines.json", 1_000, "2024-10-30T12:24:01.637Z I currencyservice | Currency Server listening"),
    ])
  func `the sample logs are read`(file: String, count: Int, first: String) throws {
    let folder = try #require(ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"])
    let entries = decoded(Array(try Data(contentsOf: URL(filePath: folder + "/" + file))))
    #expect(table(entries).first?.hasPrefix(first) ?? false, "\(table(entries).prefix(1))")
    #expect(entries.count > 0, "expected about \(count)")
  }
}
