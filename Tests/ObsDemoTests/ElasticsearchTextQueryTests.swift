import Testing

@testable import ObsDemo

/// Queries that analyse their text.
/// The identifiers are those that a real Elasticsearch core finds for the same lines.
@Suite struct ElasticsearchTextQueryTests {
  private static let all = "a1 a2 b1 b2 b3 b4 b5 b6 b7 b8 b9"

  private static func found(_ query: String) async -> String {
    let answer = await ask("POST /rustim-*/_search", #"{"size":50,"query":\#(query)}"#)
    return answer.status == 200 ? answer.ids.sorted().joined(separator: " ") : answer.text
  }

  private static let matches: [(query: String, ids: String)] = [
    (#"{"match":{"message":{"query":"redis connection"}}}"#, "b2 b3"),
    (#"{"match":{"message":{"query":"redis connection","operator":"and"}}}"#, "b2"),
    (#"{"match":{"message":{"query":"连接失败"}}}"#, "b2 b3"),
    (#"{"match":{"message":{"query":"连接失败","operator":"and"}}}"#, "b2 b3"),
    (#"{"match":{"message":{"query":"REDIS"}}}"#, "b2 b3"),
    (#"{"match":{"message":{"query":"10.0.0.12:6379"}}}"#, "b2"),
    (#"{"match":{"message":{"query":"connection refused timeout","minimum_should_match":2}}}"#, "b2"),
    (#"{"match":{"message":{"query":"connection refused timeout","minimum_should_match":"67%"}}}"#, "b2"),
    (#"{"match":{"message":{"query":"a b c d redis","minimum_should_match":"2<-3"}}}"#, ""),
    (#"{"match":{"message":{"query":"rediz","fuzziness":"AUTO"}}}"#, "b2 b3"),
    (#"{"match":{"message":{"query":"!!!"}}}"#, ""),
    (#"{"match":{"message":{"query":"!!!","zero_terms_query":"all"}}}"#, all),
    (#"{"match":{"message":{"query":"can't"}}}"#, "b7"),
    (#"{"match":{"message":{"query":"foo_bar"}}}"#, "b7"),
    (#"{"match":{"message":{"query":"/api/login"}}}"#, "a1 a2 b8"),
    (#"{"match":{"message":{"query":"request"}}}"#, "a2 b6"),
    (#"{"match":{"level":"ERROR"}}"#, "b2 b3 b5 b8"),
    (#"{"match":{"level":"ERROR WARN"}}"#, ""),
    (#"{"match":{"status":"503"}}"#, "b8"),
    (#"{"match":{"status":{"query":"abc","lenient":true}}}"#, ""),
    (#"{"match":{"retried":"true"}}"#, "b4"),
    (#"{"match":{"@timestamp":"2026-11-22T08:30"}}"#, "b2"),
    (#"{"match":{"nope":"x"}}"#, ""),
  ]

  @Test(arguments: matches)
  func `a match finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }

  private static let phrases: [(query: String, ids: String)] = [
    (#"{"match_phrase":{"message":{"query":"连接失败"}}}"#, "b2"),
    (#"{"match_phrase":{"message":{"query":"失败连接"}}}"#, ""),
    (#"{"match_phrase":{"message":{"query":"无法连接"}}}"#, "b3"),
    (#"{"match_phrase":{"message":{"query":"connection refused"}}}"#, "b2"),
    (#"{"match_phrase":{"message":{"query":"refused connection"}}}"#, ""),
    (#"{"match_phrase":{"message":{"query":"refused connection","slop":2}}}"#, "b2"),
    (#"{"match_phrase":{"message":{"query":"redis refused","slop":10}}}"#, "b2"),
    (#"{"match_phrase":{"message":{"query":"redis refused","slop":5}}}"#, "b2"),
    (#"{"match_phrase":{"message":{"query":"service unavailable upstream"}}}"#, "b8"),
    (#"{"match_phrase":{"message":{"query":"api messages 503"}}}"#, "b8"),
    (#"{"match_phrase":{"message":{"query":"request"}}}"#, "a2 b6"),
    (#"{"match_phrase":{"message":{"query":"slow get","slop":1}}}"#, "a2"),
    (#"{"match_phrase":{"message":{"query":"user in","slop":2}}}"#, ""),
    (#"{"match_phrase":{"message":{"query":"user in","slop":1}}}"#, ""),
    (#"{"match_phrase":{"message":{"query":"in user","slop":3}}}"#, ""),
    (#"{"match_phrase":{"message":{"query":"in user","slop":4}}}"#, ""),
    (#"{"match_phrase":{"level":"ERROR"}}"#, "b2 b3 b5 b8"),
    (#"{"match_phrase":{"service_name":"msg-server"}}"#, "b2 b3"),
    (#"{"match_phrase":{"status":503}}"#, "b8"),
    (#"{"match_phrase_prefix":{"message":"connection ref"}}"#, "b2"),
    (#"{"match_phrase_prefix":{"message":"连接失"}}"#, "b2"),
    (#"{"match_phrase_prefix":{"message":"con"}}"#, "b2 b4 b7 b8"),
    (#"{"match_phrase_prefix":{"message":"service unav"}}"#, "b8"),
    (#"{"match_phrase_prefix":{"message":"websocket conn"}}"#, "b7"),
    (#"{"match_phrase_prefix":{"message":"失败 无"}}"#, "b3"),
  ]

  @Test(arguments: phrases)
  func `a phrase finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }

  private static let multiple: [(query: String, ids: String)] = [
    (#"{"multi_match":{"query":"redis","fields":["message","level"]}}"#, "b2 b3"),
    (#"{"multi_match":{"query":"ERROR","fields":["message","level"]}}"#, "b2 b3 b5 b8"),
    (#"{"multi_match":{"query":"ERROR","fields":["mess*","lev*"]}}"#, "b2 b3 b5 b8"),
    (#"{"multi_match":{"query":"msg-server","fields":["message","service_name"]}}"#, "b2 b3"),
    (#"{"multi_match":{"query":"ERROR redis","fields":["message","level"]}}"#, "b2 b3 b8"),
    (#"{"multi_match":{"query":"ERROR redis","fields":["message","level"],"operator":"and"}}"#, ""),
    (#"{"multi_match":{"query":"connection refused","type":"phrase","fields":["message","level"]}}"#, "b2"),
    (#"{"multi_match":{"query":"503","fields":["message","status"]}}"#, "b8"),
    (#"{"multi_match":{"query":"redis","fields":["message","status"],"lenient":true}}"#, "b2 b3"),
    (#"{"multi_match":{"query":"ERROR redis","fields":["message","level"],"type":"most_fields"}}"#, "b2 b3 b8"),
    (#"{"multi_match":{"query":"redis"}}"#, "b2 b3"),
    (#"{"multi_match":{"query":"ERROR"}}"#, "b2 b3 b5 b8"),
    (#"{"multi_match":{"query":"503"}}"#, "b8"),
    (#"{"multi_match":{"query":"连接失败","type":"phrase"}}"#, "b2"),
    (#"{"multi_match":{"query":"service unav","type":"phrase_prefix","fields":["message"]}}"#, "b8"),
  ]

  @Test(arguments: multiple)
  func `a match over several fields finds its documents`(query: String, ids: String) async {
    #expect(await Self.found(query) == ids)
  }
}
