import Testing

@testable import ObsData

/// Requests as text in, values out.
struct PrometheusClientTests {
  private let range = TimeRange(start: Timestamp(seconds: 100), end: Timestamp(seconds: 160))

  private func client(_ answers: [HTTPResponse], maximumSeries: Int = 200) -> (PrometheusClient, RecordingTransport) {
    let transport = RecordingTransport(answers: answers)
    return (PrometheusClient(transport: transport, maximumSeries: maximumSeries), transport)
  }

  @Test func `an instant query is a posted form`() async throws {
    let (client, transport) = client([
      .json(#"{"status":"success","data":{"resultType":"scalar","result":[1.5,"2"]}}"#)
    ])
    let answer = try await client.instant("1 + 1", at: Timestamp(milliseconds: 1_500))
    #expect(answer.value == .scalar(PrometheusSample(time: Timestamp(milliseconds: 1_500), value: 2)))
    #expect(transport.requests == ["POST /api/v1/query\nquery=1%20%2B%201&time=1.500&timeout=9s&limit=200"])
    #expect(transport.sent[0].headers.first?.value == "application/x-www-form-urlencoded")
  }

  @Test func `all four types of result are read`() async throws {
    let (client, _) = client([
      .json(#"{"status":"success","data":{"resultType":"string","result":[1,"hello"]}}"#),
      .json(
        #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":"a"},"value":[1,"-Inf"]}]}}"#),
      .json(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1e-07"],[2,"+Inf"]]}]}}"#
      ),
    ])
    let time = Timestamp(seconds: 1)
    #expect(try await client.instant("", at: time).value == .string("hello", time: time))
    #expect(
      try await client.instant("", at: time).value
        == .vector([PrometheusElement(labels: ["job": "a"], time: time, value: -.infinity)]))
    #expect(
      try await client.instant("", at: time).value
        == .matrix([
          PrometheusSeries(
            labels: [:],
            samples: [
              PrometheusSample(time: time, value: 1e-7),
              PrometheusSample(time: Timestamp(seconds: 2), value: .infinity),
            ])
        ]))
  }

  @Test func `a range is aligned to the step, gaps are nil and NaN stays NaN`() async throws {
    let (client, transport) = client([
      .json(
        #"{"status":"success","data":{"resultType":"matrix","result":["#
          + #"{"metric":{"__name__":"up"},"values":[[90,"1"],[120,"NaN"],[150,"+Inf"]]}]}}"#)
    ])
    let grid = PrometheusGrid(range, step: .seconds(15))
    let series = try #require(try await client.range("up", on: grid).value.first)
    #expect(
      transport.requests == [
        "POST /api/v1/query_range\nquery=up&start=90&end=150&step=15&timeout=9s&limit=200"
      ])
    #expect(series.start == Timestamp(seconds: 90))
    #expect(series.values.map { $0.map { "\($0)" } ?? "-" } == ["1.0", "-", "nan", "-", "inf"])
  }

  @Test(arguments: [
    (range: 300, columns: 60, step: 6, count: 50), (900, 60, 20, 45), (3_600, 60, 75, 48), (21_600, 60, 450, 48),
    (86_400, 60, 1_500, 59), (300, 2, 300, 2), (300, 0, 300, 2), (60, 100_000, 1, 61),
    (86_400 * 400, 30, 86_400 * 14, 29),
  ])
  func `a step is one that people use and fits the columns`(range: Int, columns: Int, step: Int, count: Int) {
    // An end that is a multiple of no step: the odd end must not cost a column too many.
    let end = Timestamp(seconds: 1_700_000_007)
    let grid = PrometheusGrid(TimeRange(start: end - .seconds(range), end: end), columns: columns)
    #expect(grid.step == .seconds(step))
    #expect(grid.count <= max(2, columns))
    #expect(abs(grid.count - count) <= 1)
    #expect(grid.start.nanoseconds % grid.step.nanoseconds == 0)
    #expect(grid.end <= end && end - grid.end < grid.step)
  }

  @Test func `a grid never asks for more points than a server evaluates`() {
    let year = TimeRange(start: Timestamp(seconds: 0), end: Timestamp(seconds: 365 * 86_400))
    #expect(PrometheusGrid(year, step: .seconds(1)).count == 11_000)
    #expect(PrometheusGrid(year, step: .seconds(1)).end == year.end)
    let endless = TimeRange(start: Timestamp(nanoseconds: .min), end: Timestamp(nanoseconds: .max))
    #expect(PrometheusGrid(endless, step: .zero).count == 11_000)
    #expect(PrometheusGrid(endless, columns: 60).count <= 60)
  }

  @Test func `native histograms give their counts and a remark`() async throws {
    let (client, _) = client([
      .json(
        #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"#
          + #""histogram":[1,{"count":"42","sum":"12.5","buckets":[[0,"1","2","42"]]}]}]}}"#),
      .json(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"#
          + #""values":[[90,"7"]],"histograms":[[105,{"count":"3","sum":"1"}],[120,"odd"]]}]}}"#),
    ])
    let instant = try await client.instant("h", at: Timestamp(seconds: 1))
    guard case .vector(let elements) = instant.value else { throw Failed() }
    #expect(elements.first?.histogram == PrometheusHistogram(count: 42, sum: 12.5))
    #expect(instant.warnings == ["1 series of native histograms: their number of observations is shown"])
    let matrix = try await client.range("h", on: PrometheusGrid(range, step: .seconds(15)))
    #expect(matrix.value.first?.values == [7, 3, nil, nil, nil])
    #expect(
      matrix.warnings == [
        "1 series of native histograms: their number of observations is shown",
        "1 values that are no samples were left out",
      ])
  }

  @Test func `odd values cost only themselves`() async throws {
    let (client, _) = client([
      .json(
        #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":null,"values":[[90,"1"],[105],"x",["t","1"],"#
          + #"[120,"zwei"],[1e300,"4"],[150,3]]},7]}}"#)
    ])
    let answer = try await client.range("x", on: PrometheusGrid(range, step: .seconds(15)))
    #expect(answer.value.map(\.values) == [[1, nil, nil, nil, 3], [nil, nil, nil, nil, nil]])
    #expect(answer.warnings == ["4 values that are no samples were left out"])
  }

  @Test func `warnings and infos are kept`() async throws {
    let (client, _) = client([
      .json(
        #"{"status":"success","data":{"resultType":"vector","result":[]},"warnings":["w"],"infos":["i"],"isPartial":true}"#
      )
    ])
    let answer = try await client.instant("x", at: Timestamp(seconds: 0))
    #expect(answer.warnings == ["w", "the answer is partial: a part of the cluster did not answer"])
    #expect(answer.infos == ["i"])
  }

  @Test func `more series than the cap are counted, not kept`() async throws {
    let item = #"{"metric":{},"value":[1,"1"]}"#
    let (client, _) = client(
      [.json(#"{"status":"success","data":{"resultType":"vector","result":[\#(item),\#(item),\#(item)]}}"#)],
      maximumSeries: 2)
    let answer = try await client.instant("x", at: Timestamp(seconds: 0))
    guard case .vector(let elements) = answer.value else { throw Failed() }
    #expect(elements.count == 2)
    #expect(answer.warnings == ["3 series came, 2 are kept: narrow the expression"])
  }

  @Test(arguments: [405, 403]) func `where POST is refused, GET is used from then on`(status: Int) async throws {
    let one = HTTPResponse.json(#"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}"#)
    let (client, transport) = client([.text("no", status: status), one, one])
    _ = try await client.instant("1", at: Timestamp(seconds: 1))
    _ = try await client.instant("2", at: Timestamp(seconds: 1))
    #expect(
      transport.requests.map { String($0.prefix(4)) } == ["POST", "GET ", "GET "])
    #expect(transport.requests[2] == "GET /api/v1/query?query=2&time=1&timeout=9s&limit=200")
  }

  @Test func `a 403 that GET meets too is a failure, and POST is tried again`() async throws {
    let (client, transport) = client([
      .text("Forbidden", status: 403), .text("Forbidden", status: 403),
      .json(#"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}"#),
    ])
    let error = await #expect(throws: FetchError.self) { try await client.instant("1", at: Timestamp(seconds: 1)) }
    #expect(error?.kind == .unauthorised)
    _ = try await client.instant("1", at: Timestamp(seconds: 1))
    #expect(transport.sent.map(\.method) == [.post, .get, .post])
  }

  @Test func `series, labels, values and metadata are asked with bounds`() async throws {
    let (client, transport) = client([
      .json(#"{"status":"success","data":[{"__name__":"up","job":"a"},{"__name__":"up"}]}"#),
      .json(#"{"status":"success","data":["__name__","job",7]}"#),
      .json(#"{"status":"success","data":["a","b","c"]}"#),
      .json(#"{"status":"success"}"#),
      .json(#"{"status":"success","data":{"up":[{"type":"gauge","help":"h","unit":""}],"x":[{"type":"counter"}]}}"#),
    ])
    #expect(
      try await client.series(matching: ["up"], in: range).value == [
        ["__name__": "up", "job": "a"], ["__name__": "up"],
      ])
    #expect(try await client.labels(in: range).value == ["__name__", "job"])
    let values = try await client.values(of: "http.status_code", matching: [#"{a="b"}"#], in: range, limit: 2)
    #expect(values.value == ["a", "b"])
    #expect(values.warnings == ["3 values came, 2 are kept"])
    #expect(try await client.values(of: "job", in: range).value == [])
    let metadata = try await client.metadata(of: "up").value
    #expect(metadata["up"] == [PrometheusMetadata(type: "gauge", help: "h", unit: "")])
    #expect(metadata["x"]?.first?.help == "")
    #expect(
      transport.requests == [
        "POST /api/v1/series\nmatch[]=up&start=100&end=160&limit=1000",
        "POST /api/v1/labels\nstart=100&end=160&limit=10000",
        "GET /api/v1/label/U__http_2e_status__code/values?match[]=%7Ba%3D%22b%22%7D&start=100&end=160&limit=2",
        "GET /api/v1/label/job/values?start=100&end=160&limit=10000",
        "GET /api/v1/metadata?limit=5000&metric=up",
      ])
  }

  @Test func `a server without build information is known by its answer to 1`() async throws {
    let (client, transport) = client([
      .text("404 page not found", status: 404),
      .json(#"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}"#),
      .json(#"{"status":"success","data":{"version":"3.5.0","revision":"abc"}}"#),
    ])
    #expect(try await client.build(now: Timestamp(seconds: 1)) == PrometheusBuild(version: "", revision: ""))
    #expect(try await client.build(now: Timestamp(seconds: 1)).version == "3.5.0")
    #expect(transport.requests.count == 3)
  }
}

/// A test came to a place it should not come to.
struct Failed: Error {}
