import Foundation
import Testing

@testable import ObsData
@testable import ObsTUI

/// A dashboard on the screen: keys in, questions and pictures out.
struct DashboardPaneTests {
  private static let text = #"""
    {"title":"Redis","templating":{"list":[{"name":"host","type":"custom","query":"a,b,c","includeAll":true,"multi":true}]},"panels":[
    {"id":1,"type":"stat","title":"Up","gridPos":{"x":0,"y":0,"w":12,"h":4},"targets":[{"refId":"A","expr":"up{host=~\"$host\"}"}]},
    {"id":2,"type":"timeseries","title":"Load","gridPos":{"x":12,"y":0,"w":12,"h":4},"targets":[{"refId":"A","expr":"load"}]},
    {"id":4,"type":"text","title":"Notes","gridPos":{"x":0,"y":4,"w":24,"h":36},"options":{"content":"between"}},
    {"id":3,"type":"timeseries","title":"Far","gridPos":{"x":0,"y":40,"w":24,"h":8},"targets":[{"refId":"A","expr":"far"}]},
    {"id":5,"type":"row","title":"Folded","collapsed":true,"gridPos":{"x":0,"y":60,"w":24,"h":1},"panels":[
      {"id":6,"type":"stat","title":"Inner","gridPos":{"x":0,"y":61,"w":12,"h":4},"targets":[{"refId":"A","expr":"inner"}]}]}]}
    """#

  private static func answer(_ wanted: [String: [String]] = [:]) async throws -> DashboardAnswer {
    let definition = try DashboardReader.read(Array(text.utf8))
    let range = TimeRange(start: TestSession.now - .seconds(900), end: TestSession.now)
    let variables = await VariableResolver(client: nil, range: range).resolve(definition, wanted: wanted)
    return DashboardAnswer(
      scene: DashboardScene(definition, variables: variables),
      choices: [
        DashboardAnswer.Choice(
          name: "host", label: "Host", isMulti: true, includesAll: true, options: variables.options["host"] ?? [])
      ])
  }

  private func open() async throws -> TestSession {
    var session = TestSession()
    session.answerAll()
    try session.press(": \"dashboards\" enter")
    var list = DashboardList()
    list.entries = [
      DashboardEntry(source: .grafana(uid: "other"), title: "Other", place: "Folder", tags: []),
      DashboardEntry(source: .file("/d/redis.json"), title: "Redis", place: "redis.json", tags: ["db"]),
    ]
    session.answer(.dashboards(list)) { $0 == .dashboards }
    return session
  }

  private func shown() async throws -> TestSession {
    var session = try await open()
    try session.press("j enter")
    let answer = try await Self.answer()
    session.answer(.dashboard(answer)) { if case .dashboard = $0 { true } else { false } }
    return session
  }

  private func asked(_ session: TestSession) -> [String] {
    session.dashboard.subscriptions.compactMap { if case .panels(let request) = $0 { request } else { nil } }
      .flatMap { request in request.items.map { $0.panel.split(separator: "#").first.map(String.init) ?? "" } }
  }

  @Test func `the list shows what can be opened, and enter asks for it`() async throws {
    var session = try await open()
    #expect(session.screen.contains("> Other"))
    #expect(session.screen.contains("redis.json  db"))
    try session.press("j enter")
    let request = DashboardRequest(source: .file("/d/redis.json"), window: .live(.seconds(900)))
    #expect(session.dashboard.subscriptions.contains(.dashboard(request)))
    #expect(session.screen.contains("reading the dashboard"))
    try session.press("escape")
    #expect(session.screen.contains("> Redis"))
    try session.press("escape")
    #expect(session.dashboard.pushed.isEmpty)
  }

  @Test func `only the panels in view are asked for`() async throws {
    var session = try await shown()
    #expect(asked(session) == ["1", "2"])
    try session.press("G")
    #expect(asked(session) == ["3"])
    try session.press("g")
    #expect(asked(session) == ["1", "2"])
  }

  @Test func `enter enlarges a panel, escape takes it back`() async throws {
    var session = try await shown()
    try session.press("right enter")
    #expect(asked(session) == ["2"])
    #expect(session.screen.contains("Redis: Load"))
    try session.press("left")
    #expect(asked(session) == ["1"])
    try session.press("escape")
    #expect(asked(session) == ["1", "2"])
  }

  @Test func `a folded row opens and closes`() async throws {
    var session = try await shown()
    try session.press("G")
    #expect(session.screen.contains("▸ Folded (1 panel)"))
    try session.press("enter j")
    #expect(session.screen.contains("▾ Folded"))
    #expect(asked(session).contains("6"))
    try session.press("k enter")
    #expect(!asked(session).contains("6"))
  }

  @Test func `what came is drawn, and stays when Prometheus fails`() async throws {
    var session = try await shown()
    let panels = session.dashboard.subscriptions.compactMap {
      if case .panels(let request) = $0 { request } else { nil }
    }
    let request = try #require(panels.first)
    var data = PanelData()
    let panel = try #require(request.scene.sections.first?.panels.first)
    data.queries = panel.queries(
      in: request.scene, range: TimeRange(start: TestSession.now - .seconds(900), end: TestSession.now), points: 20)
    data.frames = [
      DataFrame(
        refID: "A",
        fields: [
          DataField("Time", .times([TestSession.now])), DataField("Value", .numbers([42]), legend: "x"),
        ])
    ]
    let range = TimeRange(start: TestSession.now - .seconds(900), end: TestSession.now)
    session.answer(.panels(PanelsAnswer(panels: [request.items[0].panel: data], range: range))) {
      if case .panels = $0 { true } else { false }
    }
    #expect(session.screen.contains(" 42 "))
    #expect(session.footer.contains("V variables"))
    let failure = FetchFailure(
      error: FetchError(.timeout, tried: "POST /", answer: "no answer within 10 s"), attempts: 1, retryAt: nil)
    try session.press("y")
    #expect(session.effects.last == .copy(#"up{host=~"(a|b|c)"}"#, what: "the panel's PromQL"))
    session.answer(.failed(failure)) { if case .panels = $0 { true } else { false } }
    #expect(session.screen.contains(" 42 "))
    #expect(session.screen.contains("Prometheus: no answer within 10 s"))
  }

  @Test func `V chooses the values of a variable, one or several`() async throws {
    var session = try await shown()
    func wanted(_ session: TestSession) -> [String: [String]]? {
      session.dashboard.subscriptions.lazy.compactMap { if case .dashboard(let it) = $0 { it.wanted } else { nil } }
        .first
    }
    try session.press("V")
    #expect(session.screen.contains("Host = All"))
    try session.press("enter j j enter")
    #expect(wanted(session) == ["host": ["b"]])
    try session.press("V enter j m j j m enter")
    #expect(wanted(session) == ["host": ["a", "c"]])
    try session.press("V escape")
    #expect(!session.screen.contains("variables: enter opens one"))
  }

  @Test func `the command line chooses a variable, and says what it does not know`() async throws {
    var session = try await shown()
    try session.press(": \"variable host=a,c\" enter")
    #expect(
      session.dashboard.subscriptions.contains {
        if case .dashboard(let request) = $0 { request.wanted == ["host": ["a", "c"]] } else { false }
      })
    try session.press(": \"variable port=1\" enter")
    #expect(session.footer.contains("the dashboard has no variable port: it has host"))
    var other = TestSession()
    try other.press(": \"variable host=a\" enter")
    #expect(other.footer.contains("there is no dashboard on the screen"))
  }

  @Test func `a name opens the dashboard that has it, a file is opened as it is`() async throws {
    var session = TestSession()
    session.dashboard.openDashboards(named: "red")
    var list = DashboardList()
    list.entries = [DashboardEntry(source: .grafana(uid: "r"), title: "All of Redis", place: "", tags: [])]
    session.answer(.dashboards(list)) { $0 == .dashboards }
    #expect(
      session.dashboard.subscriptions.contains(
        .dashboard(DashboardRequest(source: .grafana(uid: "r"), window: .live(.seconds(900))))))
    session.dashboard.openDashboards(named: "x.json")
    #expect(
      session.dashboard.subscriptions.contains(
        .dashboard(DashboardRequest(source: .file("x.json"), window: .live(.seconds(900))))))
  }

  @Test func `a context without Prometheus says so`() throws {
    var session = TestSession(without: .prometheus)
    try session.press(": \"dashboards\" enter")
    #expect(session.footer.contains("dashboards are asked of Prometheus, and the context demo has none"))
  }
}
