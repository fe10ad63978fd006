import Foundation
import Testing

extension EndToEnd {
  @Suite(.serialized) struct DashboardCommand {
    private func file(_ text: String, _ body: (String) throws -> Void) throws {
      let folder = try Program.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appending(path: "d.json").path
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      try body(path)
    }

    private let dashboard = #"""
      {"title":"RustIM","time":{"from":"now-15m","to":"now"},"templating":{"list":[
        {"name":"service","type":"query","query":"label_values(app_request_total, service)","sort":1}]},
      "panels":[{"id":1,"type":"timeseries","title":"Requests of $service","gridPos":{"x":0,"y":0,"w":16,"h":8},
        "targets":[{"refId":"A","expr":"sum(rate(app_request_total{service=\"$service\"}[$__rate_interval]))","legendFormat":"rate"}],
        "fieldConfig":{"defaults":{"unit":"reqps"}}},
      {"id":2,"type":"nodeGraph","title":"Graph","gridPos":{"x":16,"y":0,"w":8,"h":8}}]}
      """#

    @Test func `a dashboard is drawn of the demo's metrics, or told as JSON`() throws {
      try file(dashboard) { path in
        let picture = try Program.run(
          Program.path, ["dashboard", path, "--demo", "--size", "100x16", "--var", "service=msg-server"])
        #expect(picture.status == 0, "\(picture.errors)")
        #expect(picture.output.hasPrefix("RustIM  "))
        #expect(picture.output.contains("Requests of msg-server"))
        #expect(picture.output.contains(/rate [0-9.]+ req\/s/))
        #expect(picture.output.contains("Not drawn: nothing here draws"))
        let json = try Program.run(Program.path, ["dashboard", path, "--demo", "--json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let panels = try #require(object["panels"] as? [[String: Any]])
        #expect(panels.map { $0["drawn"] as? Bool } == [true, false])
      }
    }

    @Test func `a check says what is drawn, and ends with 2 for what is no dashboard`() throws {
      try file(dashboard) { path in
        let good = try Program.run(Program.path, ["dashboard", "check", path])
        #expect(good.status == 0)
        #expect(good.output.hasPrefix("\(path): “RustIM”, 2 panels: 1 drawn, 1 not\n"))
        #expect(good.output.contains(#"sum(rate(app_request_total{service="$service"}[1m]))"#))
        let bad = try Program.run(Program.path, ["dashboard", "check", "/gone.json", path, "--json"])
        #expect(bad.status == 2)
        #expect(bad.output.hasPrefix(#"[{"file":"/gone.json","error":"does not exist"},{"file""#))
      }
    }

    @Test(arguments: [
      (["nonesuch"], "nonesuch: there is no such file"), (["dashboard", "/gone.json", "--demo"], "/gone.json"),
      (["dashboard", "--json"], "--json"), (["dashboard", "/gone.json", "--demo", "--var", "x"], "--var x"),
      (["dashboard", "/dev/null", "--demo", "--size", "1"], "--size 1"), (["dashboard", "check"], "file"),
    ])
    func `what cannot be understood is named, with exit status 2`(arguments: [String], named: String) throws {
      let outcome = try Program.run(Program.path, arguments)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(named), "\(outcome.errors)")
    }
  }
}
