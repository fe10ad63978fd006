import Foundation
import ObsData
import Testing

@testable import ObsDemo
@testable import ObsTUI

struct DashboardPrintingTests {
  private let stage = PanelStage()

  private let two = #"""
    {"title":"Two $host","schemaVersion":39,"templating":{"list":[{"name":"host","type":"custom","query":"a,b","includeAll":true,"multi":true}]},
    "panels":[{"id":1,"type":"stat","title":"Up","gridPos":{"x":0,"y":0,"w":6,"h":3},"targets":[{"refId":"A","expr":"n=x: 1"}]},
    {"id":2,"type":"gauge","title":"Load of $host","gridPos":{"x":6,"y":0,"w":18,"h":3},"targets":[{"refId":"A","expr":"n=y: 50"}]},
    {"id":3,"type":"row","title":"More","collapsed":true,"gridPos":{"x":0,"y":3,"w":24,"h":1},"panels":[
      {"id":4,"type":"stat","title":"Hidden","gridPos":{"x":0,"y":4,"w":24,"h":3},"targets":[{"refId":"A","expr":"fail"}]}]}]}
    """#

  private func text(_ picture: DashboardPicture, width: Int, height: Int) -> String {
    picture.canvas(
      Size(width: width, height: height),
      in: ViewContext(now: stage.now, window: stage.window, isFocused: false)
    ).text
  }

  @Test func `panels stand where the grid has them, folded rows are one line`() async throws {
    let outcome = try await stage.outcome(two, width: 64, wanted: ["host": ["b"]])
    same(
      text(outcome.picture, width: 64, height: 7),
      """
      Two b  08:50:00 to 09:00:00 UTC (10m)
      host=b
      ┌─ Up ─────────┐┌─ Load of b ──────────────────────────────────┐
      │      1       ││█████████████████████▌░░░░░░░░░░░░░░░░░░░░░ 50│
      │              ││                                              │
      └──────────────┘└──────────────────────────────────────────────┘
      ▸ More (1 panel)
      """)
    #expect(outcome.failures == [])
  }

  @Test func `a row that is opened is asked for`() async throws {
    let outcome = try await stage.outcome(two, width: 64, opens: true)
    #expect(outcome.failures == ["“Hidden”: 400: no such thing"])
    #expect(outcome.isRefused)
  }

  @Test func `only what fits is asked for`() async throws {
    let tall =
      #"{"title":"T","panels":["#
      + (0..<20).map {
        #"{"id":\#($0),"type":"stat","gridPos":{"x":0,"y":\#($0 * 4),"w":24,"h":4},"targets":[{"refId":"A","expr":"n=x: \#($0)"}]}"#
      }.joined(separator: ",") + "]}"
    let outcome = try await stage.outcome(tall, width: 80, height: 20)
    #expect(outcome.picture.data.count == 3)
    #expect(try await stage.outcome(tall, width: 80).picture.data.count == 20)
  }

  @Test func `in a narrow terminal panels stand one below the other`() async throws {
    let picture = try await stage.outcome(two, width: 30).picture
    #expect(
      picture.layout.items.map(\.rect) == [
        Rect(x: 0, y: 0, width: 30, height: 4), Rect(x: 0, y: 4, width: 30, height: 4),
      ])
  }

  @Test func `the figures are JSON with what was asked`() async throws {
    let picture = try await stage.outcome(two, width: 64, wanted: ["host": ["b"]]).picture
    let document = try JSONDocument(parsing: Array(DashboardFigures(picture, now: stage.now).json.text.utf8))
    #expect(document.root[path: "variables", "host"]?.elements.compactMap(\.string) == ["b"])
    let panel = try #require(document.root["panels"]?.elements.first)
    #expect(panel["title"]?.string == "Up" && panel["drawn"]?.bool == true)
    #expect(panel["queries"]?.elements.first?["expression"]?.string == "n=x: 1")
    #expect(panel["series"]?.elements.first?["last"]?.double == 1)
  }

  @Test func `a check names what is not drawn, and goes on behind a file that is none`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "check-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "d.json").path
    let text = #"""
      {"title":"D","panels":[{"id":1,"type":"stat","title":"A","targets":[{"refId":"A","expr":"rate(up{job=\"$job\"}[$__rate_interval])"}]},
      {"id":2,"type":"news","title":"N"}],"templating":{"list":[{"name":"job","type":"query","query":"label_values(job)"}]}}
      """#
    try Data(text.utf8).write(to: URL(filePath: file))
    let report = await DashboardCheckCommand.report(file, wanted: [:], now: stage.now)
    #expect(
      report.lines == [
        "\(file): “D”, 2 panels: 1 drawn, 1 not", "  only the store knows: $job", "  drawn: 1 stat “A”",
        #"    A (every 20s): rate(up{job="$job"}[1m])"#,
        "  not drawn: 2 news “N”: nothing here draws the kind news",
      ])
    let chosen = await DashboardCheckCommand.report(file, wanted: ["job": ["x"]], now: stage.now)
    #expect(chosen.unresolved == [])
    #expect(chosen.json.text.contains(#"rate(up{job=\"x\"}[1m])"#))
    let missing = await DashboardCheckCommand.report(file + "x", wanted: [:], now: stage.now)
    #expect(missing.lines == ["\(file)x: does not exist"])
  }

  @Test func `every expression of the sample dashboards is PromQL`() async throws {
    guard let corpus = ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"] else { return }
    let folder = corpus + "/dashboards"
    var checked = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".json") {
      let report = await DashboardCheckCommand.report("\(folder)/\(name)", wanted: [:], now: stage.now)
      #expect(report.failure == nil)
      for panel in report.panels {
        for query in panel.queries
        where query.unknown.isEmpty || query.unknown.allSatisfy({ query.expression.contains("\"$\($0)\"") }) {
          #expect(throws: Never.self, "\(name) \(panel.title): \(query.expression)") {
            try PromParser.parse(query.expression)
          }
          checked += 1
        }
      }
    }
    #expect(checked > 300)
  }
}
