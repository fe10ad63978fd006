import ObsData
import Testing

@testable import ObsDemo

/// The two languages of query strings.
/// The identifiers are those that a real Elasticsearch core finds for the same lines.
@Suite struct ElasticsearchQueryStringTests {
  private static let all = "a1 a2 b1 b2 b3 b4 b5 b6 b7 b8 b9"

  private static func found(_ query: String) async -> String {
    let answer = await ask("POST /rustim-*/_search", #"{"size":50,"query":\#(query)}"#)
    return answer.status == 200 ? answer.ids.sorted().joined(separator: " ") : answer.text
  }

  private static let lucene: [(query: String, ids: String)] = [
    (#"level:ERROR"#, "b2 b3 b5 b8"),
    (#"level:error"#, ""),
    (#"redis"#, "b2 b3"),
    (#"*"#, all),
    (#"*:*"#, all),
    (#"level:*"#, all),
    (#"level:ERROR AND service_name:msg-server"#, "b2 b3"),
    (#"level:ERROR OR level:WARN"#, "a2 b2 b3 b4 b5 b8"),
    (#"level:ERROR level:WARN"#, "a2 b2 b3 b4 b5 b8"),
    (#"NOT level:INFO"#, "a2 b2 b3 b4 b5 b8"),
    (#"level:ERROR NOT service_name:msg-server"#, "b5 b8"),
    (#"level:ERROR -service_name:msg-server"#, "b5 b8"),
    (#"+level:ERROR +redis"#, "b2 b3"),
    (#"level:ERROR && !redis"#, "b5 b8"),
    (#"level:(ERROR OR WARN)"#, "a2 b2 b3 b4 b5 b8"),
    (#"level:(ERROR WARN)"#, ""),
    (#"message:(redis timeout)"#, "b2 b3 b5"),
    (#"message:(redis AND connection)"#, "b2"),
    (#""connection refused""#, "b2"),
    (#"message:"连接失败""#, "b2"),
    (#""refused connection"~2"#, "b2"),
    (#"连接失败"#, "b2 b3"),
    (#"status:503"#, "b8"),
    (#"status:>200"#, "b5 b8"),
    (#"status:>=200"#, "a1 a2 b5 b8"),
    (#"status:<200"#, "b7"),
    (#"status:[200 TO 504]"#, "a1 a2 b5 b8"),
    (#"status:[200 TO 504}"#, "a1 a2 b8"),
    (#"status:{200 TO *}"#, "b5 b8"),
    (#"@timestamp:[2026-11-22T08:31:00 TO *]"#, "b3 b4 b5 b6 b7 b8 b9"),
    (#"@timestamp:[2026-11-22 TO 2026-11-22]"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"@timestamp:"2026-11-22""#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"@timestamp:2026-11-22"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"_exists_:trace_id"#, "b2 b3 b8"),
    (#"NOT _exists_:trace_id"#, "a1 a2 b1 b4 b5 b6 b7 b9"),
    (#"_exists_:nope"#, ""),
    (#"message:conn*"#, "b2 b7 b8"),
    (#"message:CONN*"#, "b2 b7 b8"),
    (#"service_name:*-server"#, "b1 b2 b3 b4 b5 b6 b9"),
    (#"service_name:msg*"#, "b2 b3 b7"),
    (#"/api/"#, "a1 a2 b8"),
    (#"message:/red.s/"#, "b2 b3"),
    (#"service_name:/msg-.*/"#, "b2 b3 b7"),
    (#"rediz~"#, "b2 b3"),
    (#"rediz~1"#, "b2 b3"),
    (#"message:re?is"#, "b2 b3"),
    (#"http\://x"#, ""),
    (#"a AND b OR level:WARN"#, ""),
    (#"level:WARN OR level:INFO AND service_name:user-server"#, "b1 b9"),
    (#"level:ERROR redis"#, "b2 b3 b5 b8"),
    (#"(level:ERROR AND redis) OR level:WARN"#, "a2 b2 b3 b4"),
    (#"status:abc"#, ""),
    (#"foo:bar"#, ""),
    (#"10.0.0.12"#, "b2"),
    (#"can't"#, "b7"),
    (#"level:ERROR^2 OR level:WARN"#, "a2 b2 b3 b4 b5 b8"),
    (#"-level:INFO"#, "a2 b2 b3 b4 b5 b8"),
    (#"level:ERROR AND NOT redis"#, "b5 b8"),
    (#"redis connection"#, "b2 b3"),
    (#"msg-server"#, "b2 b3"),
    (#"ERROR"#, "b2 b3 b5 b8"),
    (#"503"#, "b8"),
    (#"user_id:u-1001"#, "b1 b9"),
    (#"user_id:"u-1001""#, "b1 b9"),
    (#"tags:slow"#, "b5"),
    (#"error.type:ConnectionError"#, "b2"),
    (#"error.code:111"#, "b2"),
    (#"retried:true"#, "b4"),
    (#"level:ERROR\ WARN"#, ""),
    (#"level : ERROR"#, "b2 b3 b5 b8"),
    (#""#, ""),
    (#"   "#, ""),
    (#"(redis OR friend) AND level:INFO"#, "b6"),
    (#"((level:ERROR))"#, "b2 b3 b5 b8"),
    (#"slow~ AND get"#, "a2"),
    (#"level:ERROR OR NOT redis"#, "b5 b8"),
    (#"foo_bar"#, "b7"),
    (#"level:[ERROR TO INFO]"#, "a1 b1 b2 b3 b5 b6 b7 b8 b9"),
    (#"message:[x TO z]"#, ""),
    (#"a || b"#, ""),
    (#"status:(200 503)"#, ""),
    (#"status:(200 OR 503)"#, "a1 a2 b8"),
    (#""connection refused" AND level:ERROR"#, "b2"),
    (#"+redis -connection"#, "b3"),
    (#"!redis"#, "a1 a2 b1 b4 b5 b6 b7 b8 b9"),
    (#"timeout~2"#, "b5"),
    (#"service_name:msg-server OR user-server"#, "b1 b2 b3 b9"),
    (#"\(10.0.0.12"#, "b2"),
    (#"level:ERR?R"#, "b2 b3 b5 b8"),
    (#"*失*"#, "b2 b3"),
    (#"message:*失*"#, "b2 b3"),
    (#"s?ow"#, "a2 b5"),
    (#"level:"ERROR" AND "redis""#, "b2 b3"),
    (#"connection AND refused"#, "b2"),
    (#"redis* AND 连接"#, "b2 b3"),
    (#"level:>ERROR"#, "a1 a2 b1 b4 b6 b7 b9"),
    (#"took_ms:[1 TO 100]"#, "a1 b8"),
  ]

  @Test(arguments: lucene)
  func `Lucene's query syntax finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(#"{"query_string":{"query":\#(JSONTree.string(query).text)}}"#) == ids)
  }

  private static let options: [(query: String, ids: String)] = [
    (#"{"query_string":{"query":"redis connection","default_operator":"AND"}}"#, "b2"),
    (#"{"query_string":{"query":"ERROR","default_field":"message"}}"#, "b8"),
    (#"{"query_string":{"query":"ERROR AND redis","fields":["level","message"]}}"#, "b2 b3"),
    (#"{"query_string":{"query":"status:abc","lenient":true}}"#, ""),
    (#"{"query_string":{"query":"connection refused","type":"phrase","default_field":"message"}}"#, "b2"),
    (#"{"query_string":{"query":"@timestamp:[2026-11-22T16:45:00 TO *]","time_zone":"+08:00"}}"#, "b5 b6 b7 b8 b9"),
  ]

  @Test(arguments: options)
  func `options of a query string are followed`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }

  private static let simple: [(query: String, ids: String)] = [
    (#"redis"#, "b2 b3"),
    (#"redis + connection"#, "b2"),
    (#"redis | friend"#, "b2 b3 b6"),
    (#"redis -connection"#, all),
    (#""connection refused""#, "b2"),
    (#"conn*"#, "b2 b7 b8"),
    (#"(redis | friend) + level"#, ""),
    (#"rediz~1"#, "b2 b3"),
    (#""refused connection"~3"#, "b2"),
    (#""open"#, ""),
    (#"((("#, ""),
    (#"-redis"#, "a1 a2 b1 b4 b5 b6 b7 b8 b9"),
    (#"foo + | bar"#, ""),
    (#""#, ""),
    (#"redis + -connection"#, "b3"),
    (#"a | b + redis"#, ""),
  ]

  @Test(arguments: simple)
  func `the simple syntax finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(#"{"simple_query_string":{"query":\#(JSONTree.string(query).text)}}"#) == ids)
  }
}
