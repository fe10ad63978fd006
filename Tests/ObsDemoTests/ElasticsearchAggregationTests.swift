import ObsData
import Testing

@testable import ObsDemo

@Suite struct ElasticsearchAggregationTests {
  private static func aggregated(_ aggregation: String) async -> String {
    let answer = await ask("POST /rustim-*/_search", #"{"size":0,"aggs":{"x":\#(aggregation)}}"#)
    return answer["aggregations.x"]?.text ?? answer.text
  }

  private static let metrics: [(aggregation: String, result: String)] = [
    (#"{"min":{"field":"took_ms"}}"#, #"{"value":12.5}"#), (#"{"max":{"field":"status"}}"#, #"{"value":504.0}"#),
    (#"{"avg":{"field":"status"}}"#, #"{"value":301.6}"#), (#"{"sum":{"field":"took_ms"}}"#, #"{"value":6545.75}"#),
    (#"{"avg":{"field":"nope"}}"#, #"{"value":null}"#), (#"{"value_count":{"field":"level"}}"#, #"{"value":11}"#),
    (#"{"cardinality":{"field":"service_name"}}"#, #"{"value":7}"#),
    (#"{"max":{"field":"@timestamp"}}"#, #"{"value":1795337999000.0,"value_as_string":"2026-11-22T08:59:59.000Z"}"#),
    (#"{"stats":{"field":"took_ms"}}"#, #"{"count":4,"min":12.5,"max":5000.0,"avg":1636.4375,"sum":6545.75}"#),
    (#"{"percentiles":{"field":"took_ms","percents":[50]}}"#, #"{"values":{"50.0":766.625}}"#),
    (#"{"missing":{"field":"trace_id"}}"#, #"{"doc_count":8}"#),
    (#"{"filter":{"term":{"level":"ERROR"}}}"#, #"{"doc_count":4}"#),
  ]

  @Test(arguments: metrics)
  func `a metric sums its documents up`(aggregation: String, result: String) async {
    #expect(await Self.aggregated(aggregation) == result)
  }

  private static let terms: [(options: String, keys: String, others: Int)] = [
    (#""field":"level""#, "INFO:5 ERROR:4 WARN:2", 0),
    (#""field":"service_name","size":2"#, "api-gateway:3 msg-server:2", 6),
    (#""field":"service_name","size":2,"order":{"_key":"desc"}"#, "user-server:2 push-server:1", 8),
    (#""field":"level","order":{"_count":"asc"}"#, "WARN:2 ERROR:4 INFO:5", 0),
    (#""field":"level","min_doc_count":3"#, "INFO:5 ERROR:4", 0),
    (#""field":"service_name","include":"(msg|push).*""#, "msg-server:2 msg-gateway:1 push-server:1", 0),
    (#""field":"level","exclude":["INFO"]"#, "ERROR:4 WARN:2", 0),
    (#""field":"tags","missing":"none""#, "none:9 postgres:1 slow:1 upstream:1", 0),
    (#""field":"status""#, "200:2 101:1 503:1 504:1", 0), (#""field":"nope""#, "", 0),
  ]

  @Test(arguments: terms)
  func `terms count values`(options: String, keys: String, others: Int) async {
    let answer = await ask("POST /rustim-*/_search", #"{"size":0,"aggs":{"t":{"terms":{\#(options)}}}}"#)
    let buckets = answer.json?["aggregations"]?["t"]?["buckets"]?.elements ?? []
    let found = buckets.map { "\($0["key"]?.string ?? $0["key"]?.tree.text ?? "?"):\($0["doc_count"]?.int ?? -1)" }
    #expect(found.joined(separator: " ") == keys)
    #expect(answer["aggregations.t.sum_other_doc_count"] == .int(Int64(others)))
  }

  private static let histograms: [(options: String, buckets: String)] = [
    (#""fixed_interval":"30m","min_doc_count":1"#, "23:30=2 08:00=1 08:30=8"),
    (#""calendar_interval":"hour","min_doc_count":1"#, "23:00=2 08:00=9"),
    (#""calendar_interval":"1d""#, "00:00=2 00:00=9"),
    (#""calendar_interval":"day","time_zone":"+08:00""#, "00:00=11"),
    (#""fixed_interval":"1d","offset":"+6h""#, "06:00=2 06:00=9"),
    (
      #""fixed_interval":"1h","extended_bounds":{"min":"2026-11-21T22:00","max":"2026-11-22T01:00"},"hard_bounds":{"max":"2026-11-22T01:30"}"#,
      "22:00=0 23:00=2 00:00=0 01:00=0"
    ),
  ]

  @Test(arguments: histograms)
  func `a date histogram counts by time`(options: String, buckets: String) async {
    let aggregation = #"{"t":{"date_histogram":{"field":"@timestamp","format":"HH:mm",\#(options)}}}"#
      .replacing(#""format":"HH:mm","#, with: options.contains("bounds") ? "" : #""format":"HH:mm","#)
    let answer = await ask("POST /rustim-*/_search", #"{"size":0,"aggs":\#(aggregation)}"#)
    let found = (answer.json?["aggregations"]?["t"]?["buckets"]?.elements ?? []).map { bucket -> String in
      let text = bucket["key_as_string"]?.string ?? "?"
      let time = text.count > 5 ? String(text.dropFirst(11).prefix(5)) : text
      return "\(time)=\(bucket["doc_count"]?.int ?? -1)"
    }
    #expect(found.joined(separator: " ") == buckets)
  }

  @Test func `aggregations nest, and order by what is below them`() async {
    let result = await Self.aggregated(
      #"{"terms":{"field":"level","order":{"m":"desc"},"size":1},"aggs":{"m":{"max":{"field":"took_ms"}},"#
        + #""s":{"terms":{"field":"service_name","size":1}}}}"#)
    #expect(
      result
        == #"{"doc_count_error_upper_bound":0,"sum_other_doc_count":7,"buckets":[{"key":"ERROR","doc_count":4,"#
        + #""m":{"value":5000.0},"s":{"doc_count_error_upper_bound":0,"sum_other_doc_count":2,"#
        + #""buckets":[{"key":"msg-server","doc_count":2}]}}]}"#)
  }

  @Test func `ranges, named filters and top hits make buckets`() async {
    #expect(
      await Self.aggregated(#"{"range":{"field":"status","keyed":true,"ranges":[{"to":200},{"from":200}]}}"#)
        == #"{"buckets":{"*-200.0":{"to":200.0,"doc_count":1},"200.0-*":{"from":200.0,"doc_count":4}}}"#)
    #expect(
      await Self.aggregated(#"{"filters":{"filters":{"e":{"term":{"level":"ERROR"}}},"other_bucket":true}}"#)
        == #"{"buckets":{"_other_":{"doc_count":7},"e":{"doc_count":4}}}"#)
    #expect(
      await Self.aggregated(#"{"top_hits":{"size":1,"sort":[{"@timestamp":"desc"}],"_source":"level"}}"#)
        == #"{"hits":{"total":{"value":11,"relation":"eq"},"max_score":null,"hits":[{"_index":"rustim-2026.11.22","#
        + #""_id":"b9","_score":null,"_source":{"level":"INFO"},"sort":[1795337999000]}]}}"#)
  }

  @Test func `a composite is paged by its last key`() async {
    let sources =
      #""sources":[{"l":{"terms":{"field":"level"}}},{"s":{"terms":{"field":"service_name","order":"desc"}}}]"#
    let first = await ask("POST /_search", #"{"size":0,"aggs":{"c":{"composite":{"size":3,\#(sources)}}}}"#)
    #expect(first["aggregations.c.after_key"]?.text == #"{"l":"ERROR","s":"api-gateway"}"#)
    let after = first["aggregations.c.after_key"]?.text ?? "{}"
    let second = await ask(
      "POST /_search", #"{"size":0,"aggs":{"c":{"composite":{"size":3,"after":\#(after),\#(sources)}}}}"#)
    #expect(second["aggregations.c.buckets.0"]?.text == #"{"key":{"l":"INFO","s":"user-server"},"doc_count":2}"#)
  }

  @Test func `typed keys name the types`() async {
    let answer = await ask(
      "POST /_search?typed_keys=true",
      #"{"size":0,"aggs":{"l":{"terms":{"field":"level"},"aggs":{"m":{"max":{"field":"status"}}}}}}"#)
    #expect(answer["aggregations.sterms#l.buckets.0.max#m.value"] != nil)
  }
}
