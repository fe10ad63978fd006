import Foundation
import ObsData
import Testing

@testable import ObsTUI

/// The list of saved queries, and the columns that come back.
struct SavedQueryListTests {
  private func session() throws -> TestSession {
    var session = TestSession(width: 80, height: 24)
    session.answerAll()
    session.dashboard.savedQueries = ["slow": "latency > 200", "errors": "level: error", "连接": "message: \"*超时*\""]
    try session.press(": \"queries\" enter")
    return session
  }

  private func folder() -> StateFolder {
    let path = FileManager.default.temporaryDirectory.appending(path: "obs-tui-list-\(UInt32.random(in: 0 ... .max))")
    return StateFolder(environment: ["XDG_STATE_HOME": path.path])
  }

  private func remove(_ folder: StateFolder) {
    guard let path = folder.path else { return }
    try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
  }

  @Test func `saved queries are listed by name, and Enter takes one`() throws {
    var session = try session()
    let list = SavedQueryList(session.dashboard.savedQueries)
    #expect(list.title(in: Sample.context()) == "Saved queries · 3")
    #expect(
      list.view(Size(width: 40, height: 4), in: Sample.context()).text == """
        errors  level: error
        slow    latency > 200
        连接    message: "*超时*"

        """)
    #expect(session.screen.contains("Saved queries · 3"))
    #expect(session.footer.contains("enter take this query"))
    try session.press("j enter")
    #expect(session.dashboard.filter == "latency > 200")
    #expect(session.dashboard.pushed.isEmpty && session.dashboard.focus == .logs)
    try session.press(": \"queries\" enter escape")
    #expect(session.dashboard.pushed.isEmpty)
  }

  @Test func `d removes the query under the cursor and says what it was`() throws {
    var session = try session()
    try session.press("j d")
    #expect(session.footer.contains("removed slow, which was latency > 200"))
    #expect(session.effects.contains(.removeQuery(name: "slow")))
    #expect(session.dashboard.savedQueries.keys.sorted() == ["errors", "连接"])
    try session.press("enter")
    #expect(session.dashboard.filter == "message: \"*超时*\"")
    try session.press(": \"queries\" enter d d")
    #expect(session.screen.contains("No query is saved."))
    try session.press("d enter j")
    #expect(session.dashboard.savedQueries.isEmpty)
  }

  @Test func `a search goes through names and queries`() throws {
    var session = try session()
    try session.press("/ \"超时\" enter y")
    #expect(session.effects.last == .copy("message: \"*超时*\"", what: "the query 连接"))
    try session.press("/ \"nothing\" enter")
    #expect(session.footer.contains("no saved query holds nothing"))
  }

  @Test func `a removed query is gone from its file, and the others stay`() throws {
    let folder = folder()
    defer { remove(folder) }
    let file = SavedQueries(folder: folder)
    try file.save("a", as: "one")
    try file.save("b", as: "two")
    try file.remove("one")
    try file.remove("three")
    #expect(try file.read() == ["two": "b"])
  }

  @Test func `columns without names are told, and default brings the usual ones back`() throws {
    var session = TestSession(width: 100)
    session.dashboard.configuration.logColumns = ["time", "pod", "message"]
    session.dashboard.recallColumns()
    try session.press(": \"columns\" enter")
    #expect(session.footer.contains("columns: time pod message"))
    try session.press(": \"columns user_id\" enter : \"columns\" enter")
    #expect(session.footer.contains("columns: user_id message; :columns default brings back time pod message"))
    #expect(session.dashboard.rememberedColumns == ["demo": ["user_id", "message"]])
    try session.press(": \"columns default\" enter")
    #expect(session.dashboard.logColumns.map(\.name) == ["time", "pod", "message"])
    #expect(session.dashboard.rememberedColumns.isEmpty)
  }

  @Test func `each context has its own columns, also in the next run`() throws {
    let folder = folder()
    defer { remove(folder) }
    let file = ColumnsFile(folder: folder)
    var session = TestSession(width: 100, contexts: ["demo", "prod"])
    let saver = ColumnsSaver(file, known: [:])
    try session.press(": \"columns time,user_id\" enter")
    saver.note(session.dashboard.rememberedColumns)
    var prod = session.dashboard.configuration
    prod.context = ContextLabel(name: "prod")
    session.dashboard.enter(prod)
    #expect(session.dashboard.logColumns == LogColumn.standard)
    try session.press(": \"columns pod\" enter")
    saver.note(session.dashboard.rememberedColumns)
    saver.finish()
    #expect(file.read() == ["demo": ["time", "user_id", "message"], "prod": ["pod", "message"]])
    var next = TestSession(width: 100)
    next.dashboard.rememberedColumns = file.read()
    next.dashboard.recallColumns()
    #expect(next.dashboard.logColumns.map(\.name) == ["time", "user_id", "message"])
    // What is forgotten here leaves what another instance has written.
    file.change(["demo": nil])
    #expect(file.read() == ["prod": ["pod", "message"]])
    try folder.write("nonsense\n\u{0}\tx\ngood\ta\tmessage\n" + String(repeating: "c\t", count: 50), to: "columns")
    #expect(file.read()["good"] == ["a", "message"])
  }
}
