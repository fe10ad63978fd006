import Testing

@testable import ObsData

/// Where the figures of services come from.
struct ServiceREDTests {
  private let now = Timestamp(seconds: 900)
  private let query = REDQuery(
    window: .frozen(TimeRange(start: Timestamp(seconds: 0), end: Timestamp(seconds: 900))), columns: 31)

  private func list(_ names: String...) -> HTTPResponse {
    .json(#"{"status":"success","data":[\#(names.map { "\"\($0)\"" }.joined(separator: ","))]}"#)
  }
  private func matrix(_ value: String, _ label: String) -> HTTPResponse {
    .json(
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"\#(label)":"msg-server"},"values":[[900,"\#(value)"]]}]}}"#
    )
  }
  private let empty = HTTPResponse.json(#"{"status":"success","data":{"resultType":"vector","result":[]}}"#)

  @Test func `the figures come from the metrics that the service bar has, and say which`() async throws {
    let transport = RecordingTransport(answers: [
      list("traces_span_metrics_calls_total", "traces_span_metrics_duration_milliseconds_bucket"),
      list("service_name", "span_kind", "status_code"), list("service_name", "span_kind", "le"), empty,
      matrix("12", "service_name"), matrix("0.2", "service_name"), matrix("10", "service_name"),
      matrix("50", "service_name"), matrix("90", "service_name"),
    ])
    let report = try await MetricExplorer(transport: transport).red(query, now: now)
    #expect(report.services.map(\.name) == ["msg-server"])
    let service = report.services[0]
    func last(_ series: TimeSeries?) -> Double? { series?.values.last ?? nil }
    #expect(last(service.requests) == 12 && last(service.errors) == 0.2)
    #expect([service.p50, service.p95, service.p99].map(last) == [10, 50, 90])
    #expect(report.unit == .milliseconds)
    #expect(
      report.source
        == "traces_span_metrics_calls_total and traces_span_metrics_duration_milliseconds_bucket by service_name")
    #expect(report.expressions["request-rate"]?.hasPrefix("sum by (service_name) (rate(") == true)
  }

  @Test func `where no metric counts requests, Jaeger's own figures are taken`() async throws {
    func figure(_ value: String) -> HTTPResponse {
      .json(
        #"{"name":"service_call_rate","type":"GAUGE","metrics":[{"labels":[{"name":"service_name","value":"msg-server"}],"#
          + #""metricPoints":[{"gaugeValue":\#(value),"timestamp":"1970-01-01T00:15:00Z"}]}]}"#)
    }
    let jaeger = RecordingTransport(answers: [
      .json(#"{"services":["msg-server"]}"#), figure(#"{"doubleValue":2.5}"#), figure("{}"),
      figure(#"{"doubleValue":12}"#), figure(#"{"doubleValue":"NaN"}"#), figure(#"{"doubleValue":99}"#),
    ])
    let explorer = MetricExplorer(
      transport: RecordingTransport(answers: [list("up")]), jaeger: JaegerClient(transport: jaeger))
    let report = try await explorer.red(query, now: now)
    let service = try #require(report.services.first)
    #expect(service.requests?.values.last == 2.5)
    // Zero is left out of the answer, NaN is a text.
    #expect(service.errors?.values.last == 0)
    #expect((service.p95?.values.last ?? nil)?.isNaN == true)
    #expect(report.unit == .milliseconds)
    #expect(report.source.contains("/api/metrics"))
    #expect(
      jaeger.requests[4]
        == "GET /api/metrics/latencies?service=msg-server&quantile=0.95&endTs=900000&lookback=900000&step=30000&ratePer=60000&spanKind=server"
    )
  }

  @Test func `the service bar has Jaeger's figures in the same case, and asks a Jaeger without them once`() async throws
  {
    func figure(_ value: String) -> HTTPResponse {
      .json(
        #"{"name":"x","metrics":[{"labels":[{"name":"service_name","value":"msg-server"}],"#
          + #""metricPoints":[{"gaugeValue":{"doubleValue":\#(value)},"timestamp":"1970-01-01T00:15:00Z"}]}]}"#)
    }
    let services = HTTPResponse.json(#"{"services":["msg-server"]}"#)
    let disabled = HTTPResponse.json(#"{"data":null,"errors":[{"code":501,"msg":"disabled"}]}"#, status: 501)
    let jaeger = RecordingTransport(answers: [services, figure("2.5"), figure("0.25"), services, disabled])
    var job = PrometheusServicesJob(
      reader: MetricReader(client: PrometheusClient(transport: RecordingTransport(answers: [list("up")]))),
      jaeger: JaegerClient(transport: jaeger), window: query.window)
    #expect(
      try await job.poll(now: now).body
        == .services([ServiceFigures(name: "msg-server", requestRate: 2.5, errorRatio: 0.25)]))
    var other = PrometheusServicesJob(
      reader: MetricReader(client: PrometheusClient(transport: RecordingTransport(answers: [list("up"), list("up")]))),
      jaeger: JaegerClient(transport: jaeger), window: query.window)
    #expect(try await other.poll(now: now).body == .services([]))
    let asked = jaeger.sent.count
    #expect(try await other.poll(now: now + .seconds(600)).body == .services([]))
    #expect(jaeger.sent.count == asked)
  }

  @Test func `where neither has figures, both say why`() async throws {
    let jaeger = RecordingTransport(answers: [
      .json(#"{"services":["a"]}"#),
      .json(#"{"data":null,"errors":[{"code":501,"msg":"metrics querying is currently disabled"}]}"#, status: 501),
    ])
    let explorer = MetricExplorer(
      transport: RecordingTransport(answers: [list("up")]), jaeger: JaegerClient(transport: jaeger))
    let report = try await explorer.red(query, now: now)
    #expect(report.services.isEmpty)
    #expect(report.remarks.count == 2)
    #expect(report.remarks[0].hasPrefix("no counter of requests was found"))
    #expect(report.remarks[1].contains("metrics querying is currently disabled"))
  }
}
