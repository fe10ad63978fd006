import Synchronization
import Testing

@testable import ObsData

struct PanelLoaderTests {
  private func matrix(_ series: String) -> HTTPResponse {
    .json(#"{"status":"success","data":{"resultType":"matrix","result":[\#(series)]}}"#)
  }

  private func requests(
    _ panels: String, variables: String = ""
  ) async throws -> (scene: DashboardScene, requests: [PanelLoader.Request]) {
    let scene = await Sample.scene(try Sample.dashboard(panels, variables: variables))
    let range = TimeRange(start: Sample.now - .seconds(60), end: Sample.now)
    return (
      scene,
      scene.sections.flatMap(\.panels).map {
        PanelLoader.Request(panel: $0, queries: $0.queries(in: scene, range: range, points: 10))
      }
    )
  }

  @Test func `a range becomes frames with names, gaps and settings`() async throws {
    let transport = RecordingTransport(answers: [
      matrix(#"{"metric":{"job":"a"},"values":[[1795337340,"1"],[1795337370,"NaN"],[1795337400,"3"]]}"#)
    ])
    let (_, requests) = try await requests(
      #"{"id":1,"type":"stat","targets":[{"refId":"A","expr":"up","legendFormat":"{{job}}!"}],"fieldConfig":{"defaults":{"unit":"s"}}}"#
    )
    let data = await PanelLoader(client: PrometheusClient(transport: transport)).load(requests, now: Sample.now)
    let panel = try #require(data.values.first)
    #expect(
      transport.requests[0].contains("query=up&start=1795337340&end=1795337400&step=15"))
    let field = try #require(panel.series.first)
    #expect(field.displayName == "a!" && field.settings.unit == "s")
    #expect(field.column.numbers?.map { $0.map(UnitFormat.plain) } == ["1", nil, "NaN", nil, "3"])
  }

  @Test func `instant tables have a column for each label, their values named by query`() async throws {
    func vector(_ value: String) -> HTTPResponse {
      .json(
        #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"pod":"x"},"value":[5,"\#(value)"]}]}}"#
      )
    }
    let transport = RecordingTransport(answers: [vector("1"), vector("2")])
    let (_, requests) = try await requests(
      #"{"id":1,"type":"table","targets":[{"refId":"A","expr":"a","format":"table","instant":true},{"refId":"B","expr":"b","format":"table","instant":true}],"transformations":[{"id":"merge"}]}"#
    )
    let loader = PanelLoader(client: PrometheusClient(transport: transport), width: 1)
    let frames = await loader.load(requests, now: Sample.now).values.first?.frames ?? []
    #expect(frames.map { $0.fields.map(\.displayName) } == [["Time", "pod", "Value #A", "Value #B"]])
    #expect(frames.first?.fields.map { $0.column[0] }.suffix(3) == [.text("x"), .number(1), .number(2)])
  }

  @Test func `the same question is asked once, and at most four at a time`() async throws {
    let transport = CountingTransport()
    let panels = (1...12).map { Sample.panel(id: $0, expr: "x\($0 % 6)") }.joined(separator: ",")
    let (_, requests) = try await requests(panels)
    let data = await PanelLoader(client: PrometheusClient(transport: transport)).load(requests, now: Sample.now)
    #expect(data.count == 12)
    #expect(transport.counts.withLock { $0.all } == 6)
    #expect(transport.counts.withLock { $0.most } <= 4)
  }

  @Test func `a query that fails leaves the others alone`() async throws {
    let transport = RecordingTransport(answers: [
      .json(#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, status: 400),
      matrix(#"{"metric":{},"values":[[1795337400,"3"]]}"#),
    ])
    let (_, requests) = try await requests(
      #"{"id":1,"type":"stat","targets":[{"refId":"A","expr":"up{"},{"refId":"B","expr":"b"}]}"#)
    let loader = PanelLoader(client: PrometheusClient(transport: transport), width: 1)
    let panel = try #require(await loader.load(requests, now: Sample.now).values.first)
    #expect(panel.failures == ["400: parse error"] && panel.isRefused)
    #expect(panel.series.count == 1)
  }

  @Test func `a Grafana server that keeps schema v2 is asked where it says`() async throws {
    let transport = RecordingTransport(answers: [
      .json(
        #"{"message":"dashboard api version not supported, use /apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/x instead"}"#,
        status: 406),
      .json(
        #"{"kind":"Dashboard","apiVersion":"dashboard.grafana.app/v2beta1","metadata":{"name":"x"},"spec":{"title":"Two","elements":{},"layout":{"kind":"GridLayout","spec":{"items":[]}}}}"#
      ),
      .json(#"[{"uid":"x","title":"Two","folderTitle":"F","tags":["t"]},{"title":"no uid"}]"#),
      .json(#"{"message":"Dashboard not found"}"#, status: 404), .json(#"{"dashboard":{"title":"neither"}}"#),
    ])
    let client = GrafanaClient(transport: transport)
    #expect(try await client.dashboard("x").title == "Two")
    #expect(
      transport.requests == [
        "GET /api/dashboards/uid/x",
        "GET /apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/x",
      ])
    #expect(try await client.dashboards().map(\.id) == ["x"])
    await #expect(throws: FetchError.self) { try await client.dashboard("gone") }
    await #expect(throws: FetchError.self) { try await client.dashboard("odd") }
  }
}

/// Counts how many requests are open at once.
private final class CountingTransport: HTTPTransport {
  let address = "http://store.test"
  let counts = Mutex<(open: Int, most: Int, all: Int)>((0, 0, 0))

  func send(_ request: HTTPRequest) async throws(FetchError) -> HTTPResponse {
    counts.withLock { counts in
      counts.open += 1
      counts.all += 1
      counts.most = max(counts.most, counts.open)
    }
    await Task.yield()
    counts.withLock { $0.open -= 1 }
    return .json(#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#)
  }
}
