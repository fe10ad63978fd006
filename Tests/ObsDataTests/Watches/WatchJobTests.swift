import Testing

@testable import ObsData

@Suite struct WatchJobTests {
  private func look(_ expression: String, _ data: String) async throws -> WatchReading {
    let transport = RecordingTransport(answers: [.json("{\"status\":\"success\",\"data\":\(data)}")])
    let watch = Watch(name: "w", condition: .metrics(expression))
    return try await WatchJob(
      watch: watch, prometheus: PrometheusClient(transport: transport, maximumSeries: 2), elasticsearch: nil
    ).reading(now: WatchSample.start)
  }

  @Test func `each series of a vector is an alert of its own`() async throws {
    let reading = try await look(
      "up == 0",
      #"{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[1700000000,"0"]}]}"#)
    #expect(reading == WatchReading(samples: [.init(labels: ["__name__": "up", "job": "a"], value: 0)]))
    let none = try await look("up == 0", #"{"resultType":"vector","result":[]}"#)
    #expect(none == WatchReading(samples: []))
  }

  @Test(arguments: [("0", 0), ("1", 1), ("NaN", 0), ("+Inf", 1)])
  func `a number alone holds unless it is zero`(value: String, count: Int) async throws {
    let reading = try await look("1 > bool 0", #"{"resultType":"scalar","result":[1700000000,"\#(value)"]}"#)
    #expect(reading.samples.count == count)
  }

  @Test func `a range is refused with a way out`() async throws {
    do {
      _ = try await look("up[5m]", #"{"resultType":"matrix","result":[]}"#)
      Issue.record("it was taken")
    } catch let error as FetchError {
      #expect(error.kind == .badQuery && error.advice == "compare with a number: … > 5")
    }
  }

  @Test func `more series than are kept end none`() async throws {
    let series = (0..<3).map { #"{"metric":{"a":"\#($0)"},"value":[1700000000,"1"]}"# }.joined(separator: ",")
    let reading = try await look("up", #"{"resultType":"vector","result":[\#(series)]}"#)
    #expect(reading.samples.count == 2 && reading.partial != nil)
  }

  @Test(arguments: [
    (101, AlertCondition.Comparison.above, 1, false), (100, .above, 0, false), (3, .below, 1, false),
  ]) func `lines are counted by the store`(
    count: Int, comparison: AlertCondition.Comparison, alerts: Int, isPartial: Bool
  ) async throws {
    let transport = RecordingTransport(answers: [
      .json(#"{"version":{"number":"8.16.0"},"tagline":"You Know, for Search"}"#),
      .json(
        #"{"indices":["i"],"fields":{"@timestamp":{"date":{"type":"date","searchable":true,"aggregatable":true}}}}"#),
      .json(
        #"{"indices":["i"],"fields":{"user":{"keyword":{"type":"keyword","searchable":true,"aggregatable":true}}}}"#),
      .json(
        #"{"took":1,"timed_out":false,"_shards":{"total":1,"failed":0},"hits":{"total":{"value":\#(count),"relation":"eq"},"hits":[]}}"#
      ),
    ])
    let watch = Watch(
      name: "w",
      condition: .lines(query: "user: a", comparison: comparison, threshold: 100, within: .seconds(300)))
    let job = WatchJob(
      watch: watch, prometheus: nil, elasticsearch: ElasticsearchClient(transport: transport))
    let reading = try await job.reading(now: WatchSample.start)
    #expect(reading.samples.map(\.value) == (alerts == 1 ? [Double(count)] : []))
    #expect((reading.partial != nil) == isPartial)
    let asked = transport.requests.last ?? ""
    #expect(
      asked.contains(#""size":0,"track_total_hits":true"#) && asked.contains("2023-11-14T22:08:20.000Z"), "\(asked)")
  }

  @Test func `without the store it says what to do`() async {
    let job = WatchJob(
      watch: Watch(name: "w", condition: .metrics("up")), prometheus: nil, elasticsearch: nil)
    do {
      _ = try await job.reading(now: WatchSample.start)
      Issue.record("it was answered")
    } catch {
      #expect(error.answer == "the context has no Prometheus" && error.advice == "set prometheus.url for it")
    }
  }
}
