import Testing

@testable import ObsData

struct DashboardSceneTests {
  private let hosts = #"{"name":"host","type":"custom","query":"a,b,c","multi":true,"includeAll":true}"#

  @Test func `a panel is repeated beside itself, and what stands below moves down`() async throws {
    let definition = try Sample.dashboard(
      [
        Sample.panel(
          id: 1, expr: #"up{host="$host"}"#, grid: #"{"x":0,"y":0,"w":24,"h":5}"#,
          more: #","repeat":"host","maxPerRow":2,"title":"On $host""#
        ).replacing(#""title":"P1","#, with: ""), Sample.panel(id: 2, grid: #"{"x":0,"y":5,"w":24,"h":4}"#),
      ].joined(separator: ","), variables: hosts)
    let panels = await Sample.scene(definition).sections[0].panels
    #expect(panels.map(\.panel.title) == ["On a", "On b", "On c", "P2"])
    #expect(panels.map(\.panel.place.x) == [0, 12, 0, 0])
    #expect(panels.map(\.panel.place.y) == [0, 0, 5, 10])
    #expect(panels.map(\.panel.place.width) == [12, 12, 12, 24])
    #expect(Set(panels.map(\.id)).count == 4)
  }

  @Test func `the repetition's own value goes into its query`() async throws {
    let definition = try Sample.dashboard(
      Sample.panel(expr: #"up{host=~"$host"}"#, more: #","repeat":"host","repeatDirection":"v""#), variables: hosts)
    let scene = await Sample.scene(definition, wanted: ["host": ["b", "c"]])
    let panels = scene.sections[0].panels
    #expect(panels.map(\.panel.place.y) == [0, 8])
    let asked = panels.map { $0.queries(in: scene, range: Sample.hour, points: 100)[0].expression }
    #expect(asked == [#"up{host=~"b"}"#, #"up{host=~"c"}"#])
  }

  @Test func `a row is repeated with its panels`() async throws {
    let definition = try Sample.dashboard(
      #"{"type":"row","title":"Host $host","gridPos":{"y":0,"w":24,"h":1},"repeat":"host"},"#
        + Sample.panel(expr: "up{host=\"$host\"}", grid: #"{"x":0,"y":1,"w":12,"h":8}"#), variables: hosts)
    let scene = await Sample.scene(definition)
    #expect(scene.sections.map(\.title) == ["Host a", "Host b", "Host c"])
    #expect(
      scene.sections[2].panels[0].queries(in: scene, range: Sample.hour, points: 10)[0].expression
        == "up{host=\"c\"}")
  }

  @Test func `panels that would cover one another are moved apart`() async throws {
    let definition = try Sample.dashboard(
      (1...3).map { Sample.panel(id: $0, grid: #"{"x":0,"y":0,"w":24,"h":4}"#) }.joined(separator: ","))
    #expect(await Sample.scene(definition).sections[0].panels.map(\.panel.place.y) == [0, 4, 8])
  }

  @Test(arguments: [
    (#"{"type":"nodeGraph","targets":[{"expr":"up"}]}"#, "nothing here draws the kind nodeGraph"),
    (
      #"{"type":"stat","datasource":{"type":"loki","uid":"x"},"targets":[{"expr":"{a=\"b\"}"}]}"#,
      "it asks loki, and only Prometheus is asked here"
    ),
    (#"{"type":"stat","targets":[]}"#, "it has no query"),
    (#"{"type":"stat","targets":[{"expr":" "}]}"#, "its queries are empty or switched off"),
    (#"{"type":"stat","targets":[{"expr":"up","hide":true}]}"#, "its queries are empty or switched off"),
    (
      #"{"libraryPanel":{"name":"Shared","uid":"u"}}"#,
      "it is the library panel “Shared”, which lies on the Grafana server and not in this file"
    ),
    (
      #"{"type":"stat","datasource":"-- Grafana --","targets":[{"queryType":"randomWalk"}]}"#,
      "it asks grafana, and only Prometheus is asked here"
    ),
    (
      #"{"type":"stat","targets":[{"rawSql":"select 1"}]}"#,
      "it asks another query language, and only Prometheus is asked here"
    ),
    (#"{"type":"text","options":{"content":"hello"}}"#, nil),
    (#"{"type":"stat","datasource":{"uid":"${DS}"},"targets":[{"expr":"up"}]}"#, nil),
  ])
  func `a panel that is not drawn says why`(panel: String, obstacle: String?) async throws {
    let scene = await Sample.scene(try Sample.dashboard(panel))
    #expect(scene.sections[0].panels[0].obstacle == obstacle)
  }

  @Test func `a query for another store is left out of a mixed panel, and that is said`() async throws {
    let definition = try Sample.dashboard(
      #"{"type":"stat","datasource":{"uid":"-- Mixed --"},"targets":[{"refId":"A","expr":"up"},{"refId":"B","expr":"{}","datasource":{"type":"loki"}}]}"#
    )
    let panel = await Sample.scene(definition).sections[0].panels[0]
    #expect(panel.obstacle == nil && panel.shortfall == "queries for loki are left out")
    #expect(panel.prometheusTargets.map(\.refID) == ["A"])
  }

  @Test func `a panel's own times and least step are kept`() async throws {
    let definition = try Sample.dashboard(
      Sample.panel(
        expr: "rate(x[$__rate_interval]) / $__range_s",
        more: #","interval":"1m","timeFrom":"30m","timeShift":"1h","maxDataPoints":10"#))
    let scene = await Sample.scene(definition)
    let query = scene.sections[0].panels[0].queries(in: scene, range: Sample.hour, points: 200)[0]
    #expect(query.grid.end == Sample.now - .seconds(3_600))
    #expect(query.grid.step == .seconds(120))
    #expect(query.expression == "rate(x[4m]) / 1800")
  }

  @Test func `the sample dashboards are read whole`() async throws {
    guard let folder = Sample.folder else { return }
    let expected: [String: (panels: Int, not: Int)] = [
      "apache_full": (17, 0), "argocd_legacy_graph": (44, 0), "ingress_nginx": (14, 0), "k8s_views_global": (26, 0),
      "nginx_exporter_singlestat": (4, 0), "node_exporter_full": (125, 0), "otel_demo_dashboard": (11, 3),
      "otel_exemplars_dashboard": (5, 0), "otel_spanmetrics_dashboard": (8, 0), "redis_exporter": (13, 0),
      "schema_v2beta1": (2, 1), "thanos_store_legacy_rows": (28, 0),
    ]
    for (name, counts) in expected {
      let definition = try DashboardReader.read(file: "\(folder)/\(name).json")
      #expect(definition.panels.count == counts.panels, "\(name)")
      let scene = await Sample.scene(definition)
      let panels = scene.sections.flatMap(\.panels)
      #expect(panels.count { $0.obstacle != nil } == counts.not, "\(name)")
      #expect(panels.allSatisfy { $0.shortfall == nil })
      for panel in panels where panel.obstacle == nil {
        let queries = panel.queries(in: scene, range: Sample.hour, points: 200)
        #expect(panel.panel.kind == .text || !queries.isEmpty, "\(name) \(panel.panel.title)")
        // Built-in variables are all replaced; what only Prometheus knows may stay.
        #expect(queries.allSatisfy { !$0.expression.contains("$__") }, "\(name) \(panel.panel.title)")
      }
    }
  }
}
