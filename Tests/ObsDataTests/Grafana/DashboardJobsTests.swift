import Foundation
import Testing

@testable import ObsData

struct DashboardJobsTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "dashboards-\(UUID())")

  private func clients(
    prometheus: [HTTPResponse] = [], grafana: [HTTPResponse]? = nil, folder: String? = nil
  ) -> DashboardClients {
    DashboardClients(
      prometheus: RecordingTransport(answers: prometheus), grafana: grafana.map { RecordingTransport(answers: $0) },
      folder: folder)
  }

  @Test func `files and the server's dashboards are one list, what cannot be read is said`() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(#"{"title":"zebra","panels":[]}"#.utf8).write(to: folder.appending(path: "a.json"))
    try Data("nothing".utf8).write(to: folder.appending(path: "b.json"))
    try Data("notes".utf8).write(to: folder.appending(path: "readme.txt"))
    let clients = clients(grafana: [.json(#"[{"uid":"u","title":"Apache","folderTitle":"Web"}]"#)], folder: folder.path)
    let answer = try await DashboardListJob(clients: clients).poll(now: Sample.now)
    guard case .dashboards(let list) = answer.body else {
      Issue.record("no list came")
      return
    }
    #expect(list.entries.map(\.title) == ["Apache", "zebra"])
    #expect(list.entries.map(\.source) == [.grafana(uid: "u"), .file(folder.path + "/a.json")])
    #expect(list.remarks.count == 1 && list.remarks[0].hasPrefix("b.json is no JSON"))
  }

  @Test func `without a folder and a server the list says where to set them`() async throws {
    let answer = try await DashboardListJob(clients: clients()).poll(now: Sample.now)
    guard case .dashboards(let list) = answer.body else {
      Issue.record("no list came")
      return
    }
    #expect(list.entries.isEmpty && list.remarks[0].contains("set `dashboards` to a folder"))
  }

  @Test func `a dashboard that is gone is a failure with its file's name`() async {
    var job = DashboardJob(
      clients: clients(), request: DashboardRequest(source: .file("/gone/x.json"), window: .live(.seconds(60))))
    await #expect(throws: FetchError.self) { try await job.poll(now: Sample.now) }
  }

  @Test func `panels are asked in the present range, and a store that is down fails the whole`() async throws {
    let scene = await Sample.scene(try Sample.dashboard(Sample.panel(expr: "up")))
    let request = PanelsRequest(
      scene: scene, items: [PanelsRequest.Item(panel: scene.sections[0].panels[0].id, points: 20)],
      window: .live(.seconds(60)))
    let one =
      #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1795337400,"3"]]}]}}"#
    let answer = try await PanelsJob(clients: clients(prometheus: [.json(one)]), request: request).poll(now: Sample.now)
    guard case .panels(let panels) = answer.body else {
      Issue.record("no panels came")
      return
    }
    #expect(panels.range.end == Sample.now)
    #expect(panels.panels.values.first?.series.count == 1)
    await #expect(throws: FetchError.self) {
      try await PanelsJob(clients: clients(), request: request).poll(now: Sample.now)
    }
    // A query that is refused is the panel's own matter.
    let refusal = HTTPResponse.json(#"{"status":"error","errorType":"bad_data","error":"no"}"#, status: 400)
    let refused = try await PanelsJob(clients: clients(prometheus: [refusal]), request: request).poll(now: Sample.now)
    guard case .panels(let refusedPanels) = refused.body else {
      Issue.record("no panels came")
      return
    }
    #expect(refusedPanels.panels.values.first?.failures == ["400: no"])
  }
}
