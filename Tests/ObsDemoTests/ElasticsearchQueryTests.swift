import Testing

@testable import ObsDemo

/// Queries on values: terms, ranges, patterns and their combinations.
/// The identifiers are those that a real Elasticsearch core finds for the same lines.
@Suite struct ElasticsearchQueryTests {
  private static let all = "a1 a2 b1 b2 b3 b4 b5 b6 b7 b8 b9"

  private static func found(_ query: String) async -> String {
    let answer = await ask("POST /rustim-*/_search", #"{"size":50,"query":\#(query)}"#)
    return answer.status == 200 ? answer.ids.sorted().joined(separator: " ") : answer.text
  }

  private static let values: [(query: String, ids: String)] = [
    (#"{"match_all":{}}"#, all),
    (#"{"match_none":{}}"#, ""),
    (#"{"term":{"level":"ERROR"}}"#, "b2 b3 b5 b8"),
    (#"{"term":{"level":"error"}}"#, ""),
    (#"{"term":{"message":"redis"}}"#, "b2 b3"),
    (#"{"term":{"message":"Redis"}}"#, ""),
    (#"{"term":{"message":"连接"}}"#, ""),
    (#"{"term":{"message":"失"}}"#, "b2 b3"),
    (#"{"term":{"status":503}}"#, "b8"),
    (#"{"term":{"status":"503"}}"#, "b8"),
    (#"{"term":{"took_ms":12.5}}"#, "a1"),
    (#"{"term":{"status":503.5}}"#, ""),
    (#"{"term":{"retried":true}}"#, "b4"),
    (#"{"term":{"retried":"false"}}"#, "b6"),
    (#"{"term":{"@timestamp":"2026-11-22T08:31:00Z"}}"#, "b3 b4"),
    (#"{"term":{"@timestamp":"2026-11-22"}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"term":{"tags":"slow"}}"#, "b5"),
    (#"{"term":{"error.type":"ConnectionError"}}"#, "b2"),
    (#"{"term":{"error.code":111}}"#, "b2"),
    (#"{"term":{"error":"x"}}"#, ""),
    (#"{"term":{"nope":"x"}}"#, ""),
    (#"{"term":{"_id":"b2"}}"#, "b2"),
    (#"{"term":{"_index":"rustim-2026.11.22"}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"terms":{"level":["ERROR","WARN"]}}"#, "a2 b2 b3 b4 b5 b8"),
    (#"{"terms":{"_id":["a1","b9"]}}"#, "a1 b9"),
    (#"{"terms":{"status":[200,101]}}"#, "a1 a2 b7"),
    (#"{"terms":{"level":[]}}"#, ""),
    (#"{"terms":{"message":["redis","friend"]}}"#, "b2 b3 b6"),
    (#"{"exists":{"field":"trace_id"}}"#, "b2 b3 b8"),
    (#"{"exists":{"field":"tags"}}"#, "b5 b8"),
    (#"{"exists":{"field":"error"}}"#, "b2"),
    (#"{"exists":{"field":"error.type"}}"#, "b2"),
    (#"{"exists":{"field":"nope"}}"#, ""),
    (#"{"exists":{"field":"_id"}}"#, all),
    (#"{"exists":{"field":"retried"}}"#, "b4 b6"),
    (#"{"exists":{"field":"err*"}}"#, "b2"),
    (#"{"exists":{"field":"message"}}"#, all),
    (#"{"ids":{"values":["b1","b5","zz"]}}"#, "b1 b5"),
    (#"{"constant_score":{"filter":{"term":{"level":"WARN"}}}}"#, "a2 b4"),
    (#"{"dis_max":{"queries":[{"term":{"level":"WARN"}},{"term":{"level":"INFO"}}]}}"#, "a1 a2 b1 b4 b6 b7 b9"),
    (#"{"nested":{"path":"nope","query":{"match_all":{}},"ignore_unmapped":true}}"#, ""),
  ]

  @Test(arguments: values)
  func `a query on values finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }

  private static let ranges: [(query: String, ids: String)] = [
    (#"{"range":{"@timestamp":{"gte":"2026-11-22"}}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"lt":"2026-11-22"}}}"#, "a1 a2"),
    (#"{"range":{"@timestamp":{"lte":"2026-11-21"}}}"#, "a1 a2"),
    (#"{"range":{"@timestamp":{"gt":"2026-11-21"}}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"gt":"2026-11-22T08:31:00Z"}}}"#, "b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"gte":"2026-11-22T08:31:00Z","lt":"2026-11-22T08:45:00.501Z"}}}"#, "b3 b4 b5"),
    (#"{"range":{"@timestamp":{"gte":"2026-11-22||/d"}}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"gte":"2026-11-22T08:00:00Z||+30m","lte":"2026-11-22T08:00||+31m/m"}}}"#, "b2 b3 b4"),
    (#"{"range":{"@timestamp":{"gte":1795334400000}}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"gte":"1795334400000","format":"epoch_millis"}}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"gte":"22/11/2026","format":"dd/MM/yyyy"}}}"#, "b1 b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"gte":"2026-11-22T16:30:00","time_zone":"+08:00"}}}"#, "b2 b3 b4 b5 b6 b7 b8 b9"),
    (#"{"range":{"@timestamp":{"gte":"2026-11-22","time_zone":"+08:00"}}}"#, all),
    (#"{"range":{"@timestamp":{"lt":"2026-11-22T09:00:00+08:00"}}}"#, "a1 a2"),
    (#"{"range":{"@timestamp":{"gte":null}}}"#, all),
    (#"{"range":{"@timestamp":{}}}"#, all),
    (#"{"range":{"status":{"gte":200,"lt":504}}}"#, "a1 a2 b8"),
    (#"{"range":{"status":{"gt":200}}}"#, "b5 b8"),
    (#"{"range":{"took_ms":{"lte":30}}}"#, "a1 b8"),
    (#"{"range":{"status":{"gt":503.5}}}"#, "b5"),
    (#"{"range":{"level":{"gte":"ERROR","lt":"WARN"}}}"#, "a1 b1 b2 b3 b5 b6 b7 b8 b9"),
    (#"{"range":{"level":{"gt":"ERROR"}}}"#, "a1 a2 b1 b4 b6 b7 b9"),
    (#"{"range":{"message":{"gte":"x"}}}"#, "b2 b3 b5 b9"),
    (#"{"range":{"retried":{"gte":true}}}"#, "b4"),
    (#"{"range":{"nope":{"gte":1}}}"#, ""),
    (#"{"range":{"tags":{"gte":"s"}}}"#, "b5 b8"),
  ]

  @Test(arguments: ranges)
  func `a range finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }

  private static let patterns: [(query: String, ids: String)] = [
    (#"{"prefix":{"service_name":"msg"}}"#, "b2 b3 b7"),
    (#"{"prefix":{"message":"conn"}}"#, "b2 b7 b8"),
    (#"{"prefix":{"message":"Conn"}}"#, ""),
    (#"{"prefix":{"message":"连"}}"#, "b2 b3"),
    (#"{"prefix":{"tags":"s"}}"#, "b5"),
    (#"{"prefix":{"nope":"x"}}"#, ""),
    (#"{"wildcard":{"service_name":"*-server"}}"#, "b1 b2 b3 b4 b5 b6 b9"),
    (#"{"wildcard":{"service_name":"???-server"}}"#, "b2 b3"),
    (#"{"wildcard":{"message":"conn*d"}}"#, "b7"),
    (#"{"wildcard":{"message":"*失*"}}"#, "b2 b3"),
    (#"{"wildcard":{"service_name":"MSG*"}}"#, ""),
    (#"{"wildcard":{"level":"E*R"}}"#, "b2 b3 b5 b8"),
    (#"{"wildcard":{"message":"re?is"}}"#, "b2 b3"),
    (#"{"regexp":{"service_name":"(msg|push)-.*"}}"#, "b2 b3 b4 b7"),
    (#"{"regexp":{"level":"[EW].*"}}"#, "a2 b2 b3 b4 b5 b8"),
    (#"{"regexp":{"message":"[0-9]{4}ms"}}"#, "a2 b5"),
    (#"{"regexp":{"service_name":"msg"}}"#, ""),
    (#"{"regexp":{"level":"ERR"}}"#, ""),
    (#"{"regexp":{"service_name":"~(.*server)"}}"#, "a1 a2 b7 b8"),
    (#"{"regexp":{"service_name":".*server&.*msg.*"}}"#, "b2 b3"),
    (#"{"regexp":{"user_id":"u-<1001-1001>"}}"#, "b1 b9"),
    (#"{"regexp":{"level":"E(R)+O?R"}}"#, "b2 b3 b5 b8"),
    (#"{"regexp":{"service_name":"[^a-m].*"}}"#, "b1 b4 b9"),
    (#"{"regexp":{"message":"re@"}}"#, "a2 b2 b3 b6 b7"),
    (#"{"fuzzy":{"message":"rediz"}}"#, "b2 b3"),
    (#"{"fuzzy":{"level":"EROR"}}"#, "b2 b3 b5 b8"),
    (#"{"fuzzy":{"message":{"value":"conect","fuzziness":1}}}"#, "b8"),
  ]

  @Test(arguments: patterns)
  func `a pattern finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }

  private static let combinations: [(query: String, ids: String)] = [
    (#"{"bool":{}}"#, all),
    (#"{"bool":{"must":[{"term":{"level":"ERROR"}}],"must_not":[{"term":{"service_name":"msg-server"}}]}}"#, "b5 b8"),
    (#"{"bool":{"should":[{"term":{"level":"WARN"}},{"term":{"level":"INFO"}}]}}"#, "a1 a2 b1 b4 b6 b7 b9"),
    (#"{"bool":{"must_not":[{"term":{"level":"INFO"}}]}}"#, "a2 b2 b3 b4 b5 b8"),
    (#"{"bool":{"should":[{"term":{"level":"ERROR"}}],"minimum_should_match":0}}"#, "b2 b3 b5 b8"),
    (#"{"bool":{"must_not":[{"term":{"level":"INFO"}}],"should":[{"term":{"level":"WARN"}}]}}"#, "a2 b4"),
    (#"{"bool":{"should":[{"term":{"level":"ERROR"}}],"minimum_should_match":5}}"#, ""),
  ]

  @Test(arguments: combinations)
  func `a bool query combines its clauses`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }
}
