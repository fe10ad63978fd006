import Foundation
import Testing

@testable import ObsData
@testable import ObsTUI

/// The time cursor, exemplars and the logarithmic axis on the panels of a dashboard.
@Suite struct `The cursor on a dashboard` {
  private static let text = """
    title: Mine
    panels:
      - {title: Took, expr: took, unit: s, exemplars: true}
      - {title: Now, expr: up, kind: stat, width: 12, height: 8}

    """

  /// Both panels with a value every 15 s of 15 minutes: 0, 0.1, 0.2, …
  private func shown() async throws -> TestSession {
    var session = TestSession(width: 100, height: 26)
    session.answerAll()
    try session.press(": \"dashboards /d/mine.yaml\" enter")
    let definition = try OwnDashboardReader.read(Self.text)
    let range = TimeRange(start: TestSession.now - .seconds(900), end: TestSession.now)
    let variables = await VariableResolver(client: nil, range: range).resolve(definition)
    let answer = DashboardAnswer(scene: DashboardScene(definition, variables: variables), choices: [])
    session.answer(.dashboard(answer)) { if case .dashboard = $0 { true } else { false } }
    let end = TestSession.now.floored(to: .seconds(15))
    let times = (0..<60).map { end - .seconds(15 * (59 - $0)) }
    var panels: [String: PanelData] = [:]
    for panel in answer.scene.sections.flatMap(\.panels) {
      var data = PanelData()
      data.queries = panel.queries(in: answer.scene, range: range, points: 60)
      data.frames = [
        DataFrame(
          refID: "A",
          fields: [
            DataField("Time", .times(times)),
            DataField("Value", .numbers((0..<60).map { Double($0) / 10 }), legend: panel.panel.title),
          ])
      ]
      data.frames = FieldSettings.laid(on: data.frames, of: panel.panel)
      panels[panel.id] = data
    }
    session.answer(.panels(PanelsAnswer(panels: panels, range: range))) { if case .panels = $0 { true } else { false } }
    session.effects = []
    return session
  }

  @Test func `moves by the panel's steps, and every panel has its value there`() async throws {
    var session = try await shown()
    try session.press("< <")
    // A column of the chart is wider than a step: the cursor goes by two.
    #expect(session.dashboard.cursor?.time == TestSession.now.floored(to: .seconds(30)) - .seconds(30))
    #expect(session.screen.contains("Mine 2 panels at 08:53:30"))
    #expect(session.rows.contains { $0.contains("Took at 5.70 s") })
    #expect(session.rows.contains { $0.contains("5.70") && !$0.contains("Took") })
    #expect(session.effects == [.wait(.milliseconds(150), move: 1), .wait(.milliseconds(150), move: 2)])
  }

  @Test func `exemplars of the panels in view are asked for, drawn, and opened`() async throws {
    var session = try await shown()
    let queries = session.dashboard.subscriptions.compactMap { subscription -> ExemplarQuery? in
      if case .exemplars(let query) = subscription { query } else { nil }
    }
    #expect(queries == [ExemplarQuery(expression: "took", window: .live(.seconds(900)))])
    let exemplar = Exemplar(time: TestSession.now - .seconds(300), value: 2, traceID: TraceID(high: 0, low: 7))
    session.answer(.exemplars(ExemplarAnswer(exemplars: [exemplar]))) {
      if case .exemplars = $0 { true } else { false }
    }
    #expect(session.screen.contains("Took ◇ 1"))
    #expect(session.screen.contains("◈"))
    try session.press("t")
    #expect(session.dashboard.subscriptions.traceRequests.map(\.id) == [exemplar.traceID])
    try session.press("escape")
    #expect(session.screen.contains("Mine 2 panels"))
    try session.press("right t")
    #expect(session.footer.contains("the panel asks for no exemplars"))
  }

  @Test func `the axis goes by powers and back`() async throws {
    var session = try await shown()
    try session.press("enter")
    let linear = session.screen
    try session.press("l")
    #expect(session.footer.contains("the axis goes by powers of ten"))
    #expect(session.screen.contains("100 ms"))
    try session.press("l")
    #expect(
      session.rows.dropLast()
        == linear.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)[...])
    try session.press("escape right l")
    #expect(session.footer.contains("only charts of lines"))
  }
}
