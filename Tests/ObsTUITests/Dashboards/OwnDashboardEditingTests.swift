import Foundation
import Testing

@testable import ObsData
@testable import ObsTUI

/// Changing an own dashboard on the screen.
@Suite struct `Editing a dashboard` {
  private static let text = """
    title: Mine
    panels:
      - title: One
        expr: one
      # Two.
      - title: Two
        expr: two

    """

  private func answer(_ text: String) async throws -> DashboardAnswer {
    let definition = try OwnDashboardReader.read(text)
    let range = TimeRange(start: TestSession.now - .seconds(900), end: TestSession.now)
    let variables = await VariableResolver(client: nil, range: range).resolve(definition)
    return DashboardAnswer(scene: DashboardScene(definition, variables: variables), choices: [])
  }

  private func shown(_ path: String = "/d/mine.yaml") async throws -> TestSession {
    var session = TestSession()
    session.answerAll()
    try session.press(": \"dashboards \(path)\" enter")
    let answer = try await answer(Self.text)
    session.answer(.dashboard(answer)) { if case .dashboard = $0 { true } else { false } }
    session.effects = []
    return session
  }

  @Test func `a panel is added with a title or without, and the file read again`() async throws {
    var session = try await shown()
    try session.press(": \"edit add Errors = sum(rate(x{a=\\\"b\\\"}[5m])) == 0\" enter : \"edit add up == 0\" enter")
    let path = "/d/mine.yaml"
    #expect(
      session.effects == [
        .editDashboard(path: path, .add(expression: "sum(rate(x{a=\"b\"}[5m])) == 0", title: "Errors")),
        .editDashboard(path: path, .add(expression: "up == 0", title: "up == 0")),
      ])
    let edit = OwnDashboardEdit.add(expression: "up == 0", title: "up == 0")
    session.send(.dashboardEdited(edit, path: path, words: "added", isDone: true))
    #expect(session.footer.contains("added"))
    let request = DashboardRequest(source: .file(path), window: .live(.seconds(900)), revision: 1)
    #expect(session.dashboard.subscriptions.contains(.dashboard(request)))
    let answer = try await answer(try edit.apply(to: Self.text))
    session.answer(.dashboard(answer)) { if case .dashboard = $0 { true } else { false } }
    guard case .dashboards(let pane) = session.dashboard.pushed.last, case .panel(let item) = pane.focused else {
      Issue.record("no panel")
      return
    }
    #expect(item.panel.panel.title == "up == 0")
  }

  @Test func `a panel is moved by a key, and removed by a key pressed twice`() async throws {
    var session = try await shown()
    try session.press("}")
    #expect(session.effects == [.editDashboard(path: "/d/mine.yaml", .move(panel: 1, forward: true))])
    session.effects = []
    try session.press("d")
    #expect(session.footer.contains("d once more removes “One”"))
    // Any other key keeps it.
    try session.press("right d")
    #expect(session.effects.isEmpty)
    try session.press("d")
    #expect(session.effects == [.editDashboard(path: "/d/mine.yaml", .remove(panel: 2))])
  }

  @Test func `only own dashboards are changed`() async throws {
    var session = try await shown("/d/theirs.json")
    try session.press("d")
    #expect(session.footer.contains("only own dashboards"))
    try session.press(": \"edit add up\" enter")
    #expect(session.footer.contains("this one is Grafana's"))
    #expect(session.effects.isEmpty)
    try session.press("escape : \"edit add up\" enter")
    #expect(session.footer.contains("there is no dashboard on the screen"))
  }

  @Test func `the file is changed in one step, its permissions kept, and a damaged one left alone`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "own-\(UInt64.random(in: 0...(.max)))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let real = folder.appending(path: "real.yaml")
    let link = folder.appending(path: "link.yaml")
    try Self.text.write(to: real, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: real.path)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: real)
    #expect(try OwnDashboardFile(path: link.path).apply(.remove(panel: 2)) == "removed the panel from real.yaml")
    let text = try String(contentsOf: real, encoding: .utf8)
    #expect(text == Self.text.replacing("  # Two.\n  - title: Two\n    expr: two\n", with: ""))
    let attributes = try FileManager.default.attributesOfItem(atPath: real.path)
    #expect((attributes[.posixPermissions] as? Int) == 0o600)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == real.path)
    try "panels: 5".write(to: real, atomically: true, encoding: .utf8)
    #expect(throws: DashboardError.self) { try OwnDashboardFile(path: real.path).apply(.remove(panel: 1)) }
    #expect(try String(contentsOf: real, encoding: .utf8) == "panels: 5")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["link.yaml", "real.yaml"])
  }
}
