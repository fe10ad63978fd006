import Foundation
import Testing

@testable import ObsData

struct OwnDashboardReaderTests {
  private func failure(_ text: String) -> String {
    do throws(DashboardError) {
      _ = try OwnDashboardReader.read(text)
      return "read"
    } catch {
      return error.description
    }
  }

  @Test func `a few lines make a panel`() throws {
    let definition = try OwnDashboardReader.read(
      """
      title: Redis
      panels:
        - title: Clients
          expr: redis_connected_clients
      """)
    #expect(definition.title == "Redis")
    let panel = try #require(definition.panels.first)
    #expect(panel.kind == .timeSeries)
    #expect(panel.targets.map(\.expression) == ["redis_connected_clients"])
    #expect(panel.place == GridPlace(x: 0, y: 0, width: 12, height: 8))
    #expect(panel.id == 1)
  }

  @Test func `every key of a panel comes to what Grafana's files have for it`() throws {
    let definition = try OwnDashboardReader.read(
      """
      title: All
      tags: [a, b]
      time: 6h
      panels:
        - title: Errors
          description: of all
          kind: stat
          expr:
            - expr: sum(rate(a[5m]))
              legend: '{{x}}'
            - b
            - {expr: c, hidden: true}
          legend: other
          unit: percentunit
          decimals: 2
          min: 0
          max: 1
          log: 10
          width: 8
          height: 5
          thresholds: {0.05: red, 0.01: '#ffaa00'}
          stack: percent
          draw: bars
          calculate: last
          legend_figures: [mean, max]
          exemplars: true
          step: 1m
          repeat: service
          no_value: none
          fill_gaps: true
      """)
    #expect((definition.tags, definition.from, definition.to) == (["a", "b"], "now-6h", "now"))
    let panel = definition.panels[0]
    #expect(panel.kind == .stat)
    #expect(panel.targets.map(\.legend) == ["{{x}}", "other", "other"])
    #expect(panel.targets.map(\.refID) == ["A", "B", "C"])
    #expect(panel.targets.map(\.isHidden) == [false, false, true])
    #expect(panel.targets.allSatisfy { $0.showsExemplars && !$0.isInstant })
    #expect(panel.place == GridPlace(x: 0, y: 0, width: 8, height: 5))
    let settings = panel.settings
    #expect((settings.unit, settings.decimals, settings.minimum, settings.maximum) == ("percentunit", 2, 0, 1))
    #expect(
      (settings.logarithm, settings.stacking, settings.drawing, settings.noValue) == (10, .percent, .bars, "none"))
    #expect(settings.thresholds?.steps.map(\.value) == [-.infinity, 0.01, 0.05])
    #expect(settings.thresholds?.steps.map(\.color) == ["green", "#ffaa00", "red"])
    #expect(panel.options.calculations == ["lastNotNull"])
    #expect(panel.options.legendCalculations == ["mean", "max"])
    #expect((panel.interval, panel.repeatedBy, settings.spansGaps) == ("1m", "service", true))
  }

  @Test func `panels flow from left to right, and rows begin below`() throws {
    let definition = try OwnDashboardReader.read(
      """
      panels:
        - {title: A, expr: a}
        - {title: B, expr: b, height: 4}
        - {title: C, expr: c, width: 18}
        - {title: D, expr: d, kind: gauge}
        - row: Below
          collapsed: true
        - {title: E, text: "# Notes"}
      """)
    let places = definition.sections.map {
      $0.panels.map { "\($0.title) \($0.place.x),\($0.place.y) \($0.place.width)×\($0.place.height)" }
    }
    #expect(places == [["A 0,0 12×8", "B 12,0 12×4", "C 0,8 18×8", "D 18,8 6×4"], ["E 0,0 24×3"]])
    #expect(definition.sections.map(\.title) == [nil, "Below"])
    #expect(definition.sections.map(\.isCollapsed) == [false, true])
    #expect(definition.panels.map(\.id) == [1, 2, 3, 4, 6])
  }

  @Test func `variables are questions, lists, single values, or maps`() throws {
    let definition = try OwnDashboardReader.read(
      """
      variables:
        service: label_values(up, service)
        quantile: ['0.5', '0.95']
        cluster: eu-1
        job: {query: 'label_values(up, job)', multi: true, all: true, label: Job, pattern: '/n.*/'}
        size: {values: [a, b], default: b}
      panels: []
      """)
    let variables = definition.variables
    #expect(variables.map(\.name) == ["service", "quantile", "cluster", "job", "size"])
    #expect(variables.map(\.kind) == [.query, .custom, .constant, .query, .custom])
    #expect(variables[1].listedOptions.map(\.value) == ["0.5", "0.95"])
    #expect((variables[3].isMulti, variables[3].label, variables[3].pattern) == (true, "Job", "/n.*/"))
    #expect(variables.map(\.current) == [[], [], [], ["$__all"], ["b"]])
  }

  @Test(arguments: [
    ("", "is empty: a dashboard has a title and panels"),
    ("- a\n- b", "is no dashboard: it holds a list, not a map with title and panels"),
    ("title: T", "line 1: a dashboard has panels, and there are none"),
    ("titel: T\npanels: []", "line 1: dashboards know no “titel”, did you mean “title”?"),
    ("panels: 5", "line 1: panels are a list, not a single value"),
    ("panels:\n  - up", "line 2: a panel is a map with title and expr, not a single value"),
    ("panels:\n  - title: A", "line 2: a panel has an expr to draw, or a text"),
    ("panels:\n  - {expr: a, text: b}", "line 2: a panel has expr or text, not both"),
    (
      "panels:\n  - expr: a\n    untit: s\n    width: 30",
      "line 3: panels know no “untit”, did you mean “unit”?; line 4: width lies between 1 and 24"
    ),
    (
      "panels:\n  - expr: a\n    kind: graf",
      "line 3: kind is not “graf”; it is one of barchart, bargauge, gauge, heatmap, piechart, "
        + "stat, state-timeline, table, text, timeseries"
    ),
    ("panels:\n  - expr: a\n    kind: stats", "line 3: kind is not “stats”; did you mean “stat”?"),
    ("panels:\n  - expr: a\n    decimals: many", "line 3: decimals is a number, not “many”"),
    ("panels:\n  - expr: a\n    step: soon", "line 3: step is a length of time such as 30m, not “soon”"),
    ("panels:\n  - expr: a\n    thresholds: {high: red}", "line 3: a threshold is a number, not “high”"),
    ("panels:\n  - expr: a\n    min: 5\n    max: 1", "line 4: max is greater than min"),
    ("panels:\n  - expr: [{legend: x}]", "line 2: a query has an expr"),
    ("variables: {a-b: 1}\npanels: []", "line 1: a variable's name is of letters, digits and _"),
    ("variables: {a: {label: x}}\npanels: []", "line 1: a variable has a query or values"),
    ("panels: [", "line 2: did not find expected node content (while parsing a flow node from line 2)"),
  ])
  func `what is wrong is told with its line`(_ text: String, _ expected: String) {
    #expect(failure(text) == expected)
  }

  @Test func `many mistakes are a few sentences and a number`() {
    let text = "panels:\n" + (0..<50).map { "  - {expr: a, key\($0): 1}\n" }.joined()
    #expect(failure(text).hasSuffix("; and 45 more"))
    #expect(failure(String(repeating: "[", count: 100_000)).contains("nested too deeply"))
  }

  @Test func `the example is read whole`() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "examples/dashboard.yaml").path
    let definition = try DashboardReader.read(file: path)
    #expect(definition.panels.count == 6)
    #expect(definition.sections.map(\.title) == [nil, "Pools"])
  }
}
