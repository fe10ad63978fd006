import Testing

@testable import ObsData

/// The conversation of the metric pane with a server.
struct PrometheusMetricReaderTests {
  private let now = Timestamp(seconds: 1_700_000_000)
  private let query = MetricQuery(services: ["api"], window: .live(.seconds(300)), columns: 60)

  private func list(_ names: String...) -> HTTPResponse {
    .json(#"{"status":"success","data":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))]}"#)
  }
  private func matrix(_ values: String) -> HTTPResponse {
    .json(#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[\#(values)]}]}}"#)
  }
  private func vector(_ items: String) -> HTTPResponse {
    .json(#"{"status":"success","data":{"resultType":"vector","result":[\#(items)]}}"#)
  }
  /// Names, labels, one series, its raw samples thirty seconds apart.
  private var discovery: [HTTPResponse] {
    [
      list("app_request_total"), list("__name__", "service", "status"),
      vector(#"{"metric":{"__name__":"app_request_total","service":"a\"b"},"value":[1700000000,"7"]}"#),
      matrix(#"[1699999900,"1"],[1699999930,"2"],[1699999960.01,"3"],[1699999990,"4"]"#),
    ]
  }
  private func reader(_ answers: [HTTPResponse]) -> (MetricReader, RecordingTransport) {
    let transport = RecordingTransport(answers: answers)
    return (MetricReader(client: PrometheusClient(transport: transport)), transport)
  }

  @Test func `the server's metrics are found out once, then each row is one request`() async throws {
    let row = matrix(#"[1699999998,"2.5"]"#)
    let (reader, transport) = reader(discovery + [row, row, row, row])
    let rows = try await reader.rows(query, now: now)
    #expect(rows.map(\.id) == ["request-rate", "error-ratio", "latency-p50", "latency-p95", "latency-p99"])
    #expect(rows[0].series.first?.values.last == 2.5)
    // The raw samples are thirty seconds apart: a rate looks back over four of them.
    #expect(rows[0].expression == #"sum(rate(app_request_total{service=~"api"}[120s]))"#)
    #expect(rows[0].failure == nil)
    #expect(rows[2].failure?.hasPrefix("no histogram of durations was found") == true)
    #expect(transport.requests.count == 6)
    #expect(transport.requests[0].hasPrefix("GET /api/v1/label/__name__/values?match[]=%7B__name__%3D~%22"))
    #expect(transport.requests[1].hasPrefix("POST /api/v1/labels\nmatch[]=app_request_total&start=1699999700&"))
    #expect(transport.requests[2].hasPrefix("POST /api/v1/query\nquery=topk%281%2C%20app_request_total%29&"))
    #expect(
      transport.requests[3].hasPrefix(
        "POST /api/v1/query\nquery=app_request_total%7Bservice%3D%22a%5C%22b%22%7D%5B10m%5D&time=1700000000&"))
    _ = try await reader.rows(query, now: now + .seconds(10))
    #expect(transport.requests.count == 8)
    #expect(transport.requests[7].hasPrefix("POST /api/v1/query_range\nquery=%28sum"))
  }

  @Test func `a service under two jobs is marked, and counted once where one target is scraped twice`() async throws {
    func answers(_ second: String) -> [HTTPResponse] {
      [
        list("app_request_total"), list("__name__", "instance", "job", "service"),
        vector(
          #"{"metric":{"service":"api","job":"b"},"value":[1,"3"]},{"metric":{"service":"api","job":"a"},"value":[1,"3"]}"#
            + #",{"metric":{"service":"msg","job":"a"},"value":[1,"1"]}"#), vector(second),
        vector(#"{"metric":{"__name__":"app_request_total"},"value":[1,"7"]}"#), matrix(""),
        matrix(#"[1699999998,"2.5"]"#),
      ]
    }
    let (same, transport) = reader(answers(#"{"metric":{"service":"api"},"value":[1,"3"]}"#))
    let row = try await same.rows(query, now: now)[0]
    #expect(row.warnings == ["api: the jobs a, b scrape the same target, counted once"])
    #expect(row.expression.hasPrefix("sum(max without (job) (rate("))
    #expect(
      transport.sent[2...3].map {
        String(decoding: $0.body, as: UTF8.self).prefix { $0 != "&" }.replacing("%20", with: " ")
      }
        == [
          "query=count by %28service%2C job%29 %28app_request_total%29",
          "query=count by %28service%29 %28count without %28job%29 %28app_request_total%29 %3E 1%29",
        ])
    let (apart, _) = reader(answers(""))
    let added = try await apart.rows(query, now: now)[0]
    #expect(added.warnings.first?.hasPrefix("api: added up over the jobs a, b; ") == true)
    #expect(added.expression.hasPrefix("sum(rate("))
  }

  @Test func `what was found out is asked again after five minutes`() async throws {
    let row = matrix("")
    let (reader, transport) = reader(discovery + [row, row] + discovery + [row, row])
    _ = try await reader.rows(query, now: now)
    _ = try await reader.rows(query, now: now + .seconds(300))
    #expect(transport.requests.count == 12)
  }

  @Test func `a row that the server refuses says so and costs no other row`() async throws {
    let refusal = HTTPResponse.json(
      #"{"status":"error","errorType":"execution","error":"query processing would load too many samples"}"#, status: 422
    )
    let (reader, _) = reader(discovery + [refusal, matrix(#"[1699999998,"0"]"#)])
    let rows = try await reader.rows(query, now: now)
    #expect(rows[0].failure == "query processing would load too many samples")
    #expect(rows[1].failure == nil && rows[1].series.count == 1)
  }

  @Test func `a server that is gone is one failure, not six`() async throws {
    let (reader, transport) = reader(discovery)
    let error = await #expect(throws: FetchError.self) { try await reader.rows(query, now: now) }
    #expect(error?.kind == .unreachable)
    #expect(transport.requests.count == 5)
  }

  @Test func `every row timing out is the server's failure`() async throws {
    let late = HTTPResponse.json(#"{"status":"error","errorType":"timeout","error":"query timed out"}"#, status: 503)
    let (reader, _) = reader(discovery + [late, late])
    let error = await #expect(throws: FetchError.self) { try await reader.rows(query, now: now) }
    #expect(error?.kind == .timeout)
  }

  @Test func `the service bar has rate and error ratio of each service, NaN being none`() async throws {
    let (reader, transport) = reader(
      discovery + [
        vector(
          #"{"metric":{"service":"b"},"value":[1,"2"]},{"metric":{"service":"a"},"value":[1,"0"]},{"metric":{},"value":[1,"9"]}"#
        ),
        vector(#"{"metric":{"service":"b"},"value":[1,"0.5"]},{"metric":{"service":"a"},"value":[1,"NaN"]}"#),
      ])
    let figures = try await reader.serviceFigures(query.window.range(now: now), now: now)
    #expect(
      figures == [
        ServiceFigures(name: "a", requestRate: 0), ServiceFigures(name: "b", requestRate: 2, errorRatio: 0.5),
      ])
    #expect(transport.requests[4].hasPrefix("POST /api/v1/query\nquery=sum%20by%20%28service%29%20%28rate"))
  }

  @Test func `a server that lists no names still answers what the user has set`() async throws {
    let refusal = HTTPResponse.json(#"{"status":"error","errorType":"bad_data","error":"not allowed"}"#, status: 400)
    let transport = RecordingTransport(answers: [refusal, matrix(#"[1699999998,"1"]"#)])
    let reader = MetricReader(
      client: PrometheusClient(transport: transport),
      settings: [MetricTemplate(id: "queue", title: "queue", unit: .none, expression: "queue")])
    let rows = try await reader.rows(query, now: now)
    #expect(rows.first?.id == "queue" && rows.first?.failure == nil)
  }
}
