import Testing

@testable import ObsData

/// Restarts, new versions and annotations, found with one question each.
struct MarkerTests {
  private static let range = TimeRange(start: Timestamp(seconds: 1_000_000), end: Timestamp(seconds: 1_000_600))

  private func series(_ labels: [String: String], _ values: [Double?]) -> TimeSeries {
    TimeSeries(labels: labels, start: Self.range.start, step: .seconds(60), values: values)
  }

  private func texts(_ series: [TimeSeries], services: [String] = []) -> [String] {
    MarkerCensus(series, window: Self.range, services: services).markers.sorted { $0.time < $1.time }.map {
      "+\(Int(($0.time - Self.range.start).seconds)) \($0.kind.rawValue): \($0.text)"
    }
  }

  private func process(_ service: String, _ instance: String, _ values: [Double?]) -> TimeSeries {
    series(["__name__": "process_start_time_seconds", "service": service, "instance": instance], values)
  }

  @Test func `a process that began in the window is a restart at its own instant`() {
    #expect(
      texts([
        process("api", "a", [999_000, 999_000, 1_000_095, 1_000_095]), process("im", "b", [nil, nil, nil, 1_000_150]),
        process("old", "c", [999_999, 999_999]), process("odd", "d", [.nan, .infinity, -1e300, 5e17]),
      ]) == ["+95 restart: api restarted", "+150 restart: im restarted"])
  }

  @Test func `instances that begin together are one restart, later ones another`() {
    #expect(
      texts([
        process("api", "a", [1_000_100]), process("api", "b", [1_000_130]), process("api", "c", [1_000_500]),
      ]) == ["+100 restart: api restarted, 2 processes", "+500 restart: api restarted"])
  }

  @Test func `a version that comes up is told with the one before`() {
    let version = { (text: String, values: [Double?]) in self.series(["job": "api", "version": text], values) }
    #expect(
      texts([
        version("2.3.1", [1, 1, 1, 1, 1]), version("2.4.0", [nil, nil, nil, 1, 1]),
        series(["service_name": "im", "service_version": "7"], [nil, nil, 1]),
        series(["version": "9"], [nil, nil, 1]),
      ]) == ["+120 version: im is 7 now", "+180 version: api is 2.4.0 now, was 2.3.1"])
    // There from the beginning, a scrape late.
    #expect(texts([version("1", [nil, 1, 1]), version("2", [1, 1, 1])]) == [])
  }

  @Test func `only the chosen services are told of`() {
    let all = [process("api", "a", [1_000_100]), process("im", "b", [1_000_150])]
    #expect(texts(all, services: ["im"]) == ["+150 restart: im restarted"])
  }

  @Test func `one question to Prometheus and one to Grafana make the marks of a window`() async throws {
    let prometheus = RecordingTransport(answers: [
      .json(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"process_start_time_seconds","service":"api"},"values":[[1000200,"1000100"]]}]}}"#
      )
    ])
    let grafana = RecordingTransport(answers: [
      .json(
        #"[{"time":1000050000,"text":"<b>Deploy</b> of\n<a href='x'>api</a>","tags":["deploy","api"]},{"text":"no time"},3]"#
      )
    ])
    let job = MarkerJob(
      client: PrometheusClient(transport: prometheus), grafana: GrafanaClient(transport: grafana),
      query: MarkerQuery(window: .frozen(Self.range)))
    let answer = try await job.poll(now: Self.range.end)
    #expect(answer.next == .never)
    #expect(
      answer.body
        == .markers([
          TimeMarker(
            time: Timestamp(seconds: 1_000_050), kind: .annotation, text: "Deploy of api (deploy, api)"),
          TimeMarker(time: Timestamp(seconds: 1_000_100), kind: .restart, text: "api restarted"),
        ]))
    #expect(prometheus.sent.count == 1)
    #expect(grafana.requests.map { $0.contains("from=1000000000&to=1000600000&limit=100") } == [true])
  }

  @Test func `a Grafana that fails takes no mark of Prometheus's away`() async throws {
    let prometheus = RecordingTransport(answers: [
      .json(#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#)
    ])
    let job = MarkerJob(
      client: PrometheusClient(transport: prometheus),
      grafana: GrafanaClient(transport: RecordingTransport(answers: [])),
      query: MarkerQuery(window: .live(.seconds(600))))
    #expect(try await job.poll(now: Self.range.end) == PollAnswer(.markers([]), next: .interval))
  }
}
