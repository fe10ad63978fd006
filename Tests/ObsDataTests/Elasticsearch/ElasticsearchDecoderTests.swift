import Foundation
import Testing

@testable import ObsData

struct ElasticsearchDecoderTests {
  static func entries(_ hits: String, fields: FieldNames = FieldNames()) throws -> [LogEntry] {
    let answer = try SearchAnswer(Array(#"{"hits":{"hits":[\#(hits)]}}"#.utf8))
    return answer.page(FieldMatcher(fields)).entries
  }

  /// A document, and what is read of it: level, service, message, trace, span.
  static let documents: [(source: String, read: String)] = [
    // RustIM
    (
      #"{"@timestamp":"2026-11-22T08:53:10.123Z","level":"ERROR","service_name":"msg-server","message":"连接失败","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","user_id":"u1"}"#,
      "E msg-server 连接失败 4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7"
    ),
    // ECS, nested, dotted and mixed
    (
      #"{"log":{"level":"warn"},"service":{"name":"a"},"message":"m","trace":{"id":"ab"}}"#,
      "W a m 000000000000000000000000000000ab -"
    ),
    (#"{"log.level":"warn","service.name":"a","message":"m","span.id":"AB"}"#, "W a m - 00000000000000ab"),
    (#"{"service":{"name":["a","b"]},"message":["m","n"],"log":{"level":["Info"]}}"#, "I a m - -"),
    (#"{"service":[{"name":"a"}],"message":"m"}"#, "· a m - -"),
    // OpenTelemetry native
    (
      #"{"body":{"text":"m"},"severity_text":"ERROR","severity_number":17,"resource":{"attributes":{"service.name":"a"}},"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}"#,
      "E a m 4bf92f3577b34da6a3ce929d0e0e4736 -"
    ),
    (#"{"body_text":"m","severity_number":13,"resource.attributes.service.name":"a"}"#, "W a m - -"),
    (#"{"body":"m","severity_number":"21","resource":{"attributes.service":{"name":"a"}}}"#, "C a m - -"),
    // pino, bunyan, journald, GELF, logback, Python, glog
    (#"{"level":50,"msg":"m"}"#, "E - m - -"),
    (#"{"level":"40","msg":"m"}"#, "W - m - -"),
    (#"{"PRIORITY":"3","MESSAGE":"m"}"#, "E - m - -"),
    (#"{"level":4,"msg":"m"}"#, "W - m - -"),
    (#"{"level_value":40000,"msg":"m"}"#, "E - m - -"),
    (#"{"levelno":40,"msg":"m"}"#, "E - m - -"),
    (#"{"severity":"F","msg":"m"}"#, "C - m - -"),
    (#"{"level":"DEBUG5","msg":"m"}"#, "D - m - -"),
    (#"{"level":"[Warning]","msg":"m"}"#, "W - m - -"),
    (#"{"level":"INFORMATIONAL","msg":"m"}"#, "I - m - -"),
    (#"{"level":"who knows","severity":"err","msg":"m"}"#, "E - m - -"),
    (#"{"level":{"name":"error"},"lvl":"error","msg":"m"}"#, "E - m - -"),
    (#"{"@fields":{"lvl":"TRACE","msg":"m"}}"#, "T - m - -"),
    // Identifiers of every kind
    (
      #"{"msg":"m","dd":{"trace_id":"1234567890123456789","span_id":"255"}}"#,
      "· - m 0000000000000000112210f47de98115 00000000000000ff"
    ),
    (#"{"msg":"m","trace_id":"4BF92F35-77B3-4DA6-A3CE-929D0E0E4736"}"#, "· - m 4bf92f3577b34da6a3ce929d0e0e4736 -"),
    (#"{"msg":"m","trace_id":"","traceId":"1f"}"#, "· - m 0000000000000000000000000000001f -"),
    (#"{"msg":"m","trace_id":"none","span_id":"0000000000000000"}"#, "· - m - -"),
    // Oddities
    (#"{"msg":"","text":"t"}"#, "· - t - -"),
    (#"{"message":null,"a":1}"#, #"· - {"message":null,"a":1} - -"#),
    (#"{"message":{"a":1}}"#, #"· - {"message":{"a":1}} - -"#),
    (#"{"message":12}"#, "· - 12 - -"),
    (#"{"log":"plain","message":[]}"#, "· - plain - -"),
    (#"{"service":7,"message":"m"}"#, "· 7 m - -"),
    ("{}", "· - {} - -"),
  ]

  @Test(arguments: documents.indices) func `a document of any convention is read`(_ row: Int) throws {
    let (source, read) = ElasticsearchDecoderTests.documents[row]
    let entry = try #require(
      try ElasticsearchDecoderTests.entries(#"{"_index":"i","_id":"1","_source":\#(source)}"#).first)
    let words = [
      String(entry.level.letter), entry.service ?? "-", entry.message, entry.traceID?.description ?? "-",
      entry.spanID?.description ?? "-",
    ]
    #expect(words.joined(separator: " ") == read)
    #expect(entry.source.tree.text == source)
  }

  /// A document's time, the value it was sorted by, and what is taken.
  static let times: [(source: String, sort: String, time: String)] = [
    (#"{"@timestamp":"2026-11-22T08:53:10.123456789Z"}"#, "[1795337590123]", "2026-11-22T08:53:10.123456789Z"),
    (#"{"@timestamp":"2026-11-22T16:53:10,123+08:00"}"#, "[]", "2026-11-22T08:53:10.123000000Z"),
    (#"{"time":1795337590123}"#, "[]", "2026-11-22T08:53:10.123000000Z"),
    (#"{"ts":1795337590.5}"#, "[]", "2026-11-22T08:53:10.500000000Z"),
    (#"{"timestamp":"1795337590123456"}"#, "[]", "2026-11-22T08:53:10.123456000Z"),
    (#"{"@timestamp":"22/Nov/2026:08:53:10 +0000"}"#, "[1795337590000]", "2026-11-22T08:53:10.000000000Z"),
    (#"{"@timestamp":"broken","time":"2026-11-22T08:53:10Z"}"#, "[]", "2026-11-22T08:53:10.000000000Z"),
    // What the store sorted by wins where the two do not agree.
    (#"{"@timestamp":"2026-11-22T08:53:10Z"}"#, "[1795366390000,7]", "2026-11-22T16:53:10.000000000Z"),
    (#"{"a":1}"#, "[1795337590123456789,7]", "2026-11-22T08:53:10.123456789Z"),
    (#"{"a":1}"#, #"["2026-11-22T08:53:10.1Z"]"#, "2026-11-22T08:53:10.100000000Z"),
    (#"{"@timestamp":"2026-11-22T08:53:10Z"}"#, "[9223372036854775807]", "2026-11-22T08:53:10.000000000Z"),
    (#"{"@timestamp":"2026-11-22T08:53:10Z"}"#, "[null]", "2026-11-22T08:53:10.000000000Z"),
    ("{}", "[]", "1970-01-01T00:00:00.000000000Z"),
  ]

  @Test(arguments: times.indices) func `a line's time is found, whatever is broken`(_ row: Int) throws {
    let (source, sort, time) = ElasticsearchDecoderTests.times[row]
    let hit = #"{"_index":"i","_id":"1","_source":\#(source),"sort":\#(sort)}"#
    #expect(try ElasticsearchDecoderTests.entries(hit).first?.timestamp.iso8601(fractionDigits: 9) == time)
  }

  @Test func `the user's names come first`() throws {
    let hit = #"{"_index":"i","_id":"1","_source":{"message":"m","my":{"text":"mine"},"level":"info","我的级别":"error"}}"#
    let entry = try ElasticsearchDecoderTests.entries(
      hit, fields: FieldNames(message: ["my.text"], level: ["我的级别"]))[0]
    #expect(entry.message == "mine")
    #expect(entry.level == .error)
  }

  @Test func `a document without its source is read from its fields`() throws {
    let hit =
      #"{"_index":"i","_id":"1","fields":{"log.level":["error"],"message":["m"],"@timestamp":["2026-11-22T08:53:10Z"]}}"#
    let entry = try ElasticsearchDecoderTests.entries(hit)[0]
    #expect(entry.message == "m")
    #expect(entry.level == .error)
    #expect(entry.timestamp.iso8601 == "2026-11-22T08:53:10.000Z")
  }

  @Test func `odd hits are shown and not dropped`() throws {
    let entries = try ElasticsearchDecoderTests.entries(#"{},{"_id":"1"},7,{"_source":null,"_id":"2"}"#)
    #expect(entries.count == 4)
    #expect(Set(entries.map(\.id)).count == 4)
    #expect(entries.map(\.message) == ["{}", #"{"_id":"1"}"#, "7", "null"])
  }

  @Test func `an odd value in one document leaves the others alone and is mentioned`() throws {
    let body =
      #"{"_shards":{"total":1},"hits":{"total":{"value":2,"relation":"gte"},"hits":[{"_id":"1","_source":{"message":"a","n":1e999}},{"_id":"2","_source":{"message":"b\ud800"}}]}}"#
    let page = try SearchAnswer(Array(body.utf8)).page(FieldMatcher(FieldNames()))
    #expect(page.entries.map(\.message) == ["a", "b\u{FFFD}"])
    #expect(page.entries[0].source["n"]?.string == "1e999")
    #expect(page.notice == "the answer held an odd value: number too large: 1e999 shown as text, and 1 more like it")
    #expect(page.total == 2)
    #expect(page.totalIsLowerBound)
  }

  static let corpus = ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"]

  @Test(.enabled(if: corpus != nil)) func `lines of real programs are read`() throws {
    let folder = URL(fileURLWithPath: try #require(ElasticsearchDecoderTests.corpus)).appending(path: "logs")
    for (name, levels) in [
      ("logfile_ecs_log.json", "D I W E C"), ("logfile_bunyan.0", "D"), ("logfile_pino.0", "I"),
      ("logfile_nested_json.json", "T I I D"),
    ] {
      let lines = try JSONReader.stream(Array(Data(contentsOf: folder.appending(path: name)))).documents
      let hits = lines.map { #"{"_index":"i","_id":"1","_source":\#($0.root.tree.text)}"# }
      let entries = try ElasticsearchDecoderTests.entries(hits.joined(separator: ","))
      #expect(entries.count == lines.count)
      let letters = entries.map { String($0.level.letter) }.joined(separator: " ")
      #expect(letters.hasPrefix(levels), "\(name)")
      for entry in entries {
        #expect(entry.timestamp.nanoseconds > 0, "\(name)")
        #expect(!entry.message.hasPrefix("{"), "\(name): \(entry.message)")
      }
    }
    let pino = try #require(
      try JSONReader.stream(Array(Data(contentsOf: folder.appending(path: "logfile_pino.0")))).documents.first)
    let entry = try ElasticsearchDecoderTests.entries(#"{"_id":"1","_source":\#(pino.root.tree.text)}"#)[0]
    #expect(entry.service == "payment")
    #expect(entry.traceID == TraceID(hex: "c759f29f5f1e2162be56f32dd1e77fce"))
    #expect(throws: JSONSyntaxError.self) {
      try JSONReader.stream(Array(Data(contentsOf: folder.appending(path: "logfile_invalid_json.json"))))
    }
  }
}
