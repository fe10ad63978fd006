import Foundation
import ObsData
import Testing

@testable import ObsTUI

struct LogsExportTests {
  private func isExport(_ subscription: Subscription) -> Bool {
    if case .logExport = subscription { true } else { false }
  }

  private func session(_ keys: String) throws -> TestSession {
    var session = TestSession(width: 100, height: 30)
    session.answerAll()
    try session.press(keys)
    return session
  }

  private let start = ": e x p o r t space a . c s v enter"

  @Test func `an export asks for the whole window once, and hands its pages on`() throws {
    var session = try session(start)
    guard case .logExport(let query)? = session.dashboard.subscriptions.first(where: isExport) else {
      Issue.record("nothing was asked for")
      return
    }
    #expect(query.logs.window == .frozen(session.dashboard.window.range(now: TestSession.now)))
    #expect(query.logs.minimumLevel == .error)
    let pages = [
      LogExportPage(entries: [Sample.line("a", at: 1, "one"), Sample.line("b", at: 2, "two")], isFirst: true),
      LogExportPage(entries: [Sample.line("c", at: 3, "three")], isLast: true, partial: "1 shard failed"),
    ]
    session.answer(.logExport(pages[0]), where: isExport)
    #expect(session.footer.contains("exporting: 2 lines up to 08:53:10; :export stop ends it"))
    session.answer(.logExport(pages[1]), where: isExport)
    #expect(!session.dashboard.subscriptions.contains(where: isExport))
    var text = ""
    var notices: [String?] = []
    for case .appendLines("a.csv", let part, let isFirst, let replaces, let notice) in session.effects {
      part.forEachPiece { text += $0 }
      notices.append(notice)
      #expect(isFirst == (notices.count == 1) && !replaces)
    }
    #expect(
      text
        == """
        id,index,timestamp,level,service,message,trace_id,span_id,late_ms,fields
        a,logs,2026-11-22T08:53:10.001Z,error,msg-server,one,,,,
        b,logs,2026-11-22T08:53:10.002Z,error,msg-server,two,,,,
        c,logs,2026-11-22T08:53:10.003Z,error,msg-server,three,,,,

        """.replacing("\n", with: "\r\n"))
    #expect(notices == [nil, "wrote 3 lines to a.csv; incomplete: 1 shard failed"])
  }

  @Test func `an export can be stopped, and leaves nothing behind`() throws {
    var session = try session(start)
    try session.press(start)
    #expect(session.footer.contains("an export runs already"))
    try session.press(": e x p o r t space s t o p enter")
    #expect(session.effects.last == .dropLines(path: "a.csv"))
    #expect(!session.dashboard.subscriptions.contains(where: isExport))
    try session.press(": e x p o r t space s t o p enter")
    #expect(session.footer.contains("no export runs"))
  }

  @Test func `an export that fails says so, and waits where that may help`() throws {
    var session = try session(start)
    session.answer(.failed(Sample.failure()), where: isExport)
    #expect(session.footer.contains("export waits: Elasticsearch: connection refused"))
    #expect(session.dashboard.export != nil)
    let final = FetchFailure(error: Sample.failure().error, attempts: 1, retryAt: nil)
    session.answer(.failed(final), where: isExport)
    #expect(session.footer.contains("export failed"))
    #expect(session.effects.last == .dropLines(path: "a.csv"))
    try session.press(start)
    session.send(.exportFailed("a.csv was not written: the disk is full"))
    #expect(session.dashboard.export == nil && session.footer.contains("the disk is full"))
    try session.press(start)
    session.send(.dropped(updates: 3))
    #expect(session.dashboard.export == nil && session.effects.last == .dropLines(path: "a.csv"))
  }

  @Test func `a file is there when it is whole, and the old one until then`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "obs-tui-export-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "lines.log").path
    func contents() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
    try "old".write(toFile: path, atomically: true, encoding: .utf8)
    var lines = LogBuffer()
    lines.insert([Sample.line("1", "one")])
    let export = LogExport(lines: LogRows(lines), printer: LogPrinter(path: path))
    let file = ExportFile(path: path)
    try file.append(export, isFirst: true)
    try file.append(export, isFirst: false)
    #expect(try contents() == "old")
    try file.finish()
    #expect(try contents().split(separator: "\n").count == 2)
    try file.append(export, isFirst: true)
    file.drop()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["lines.log"])
    #expect(throws: (any Error).self) { try ExportFile(path: folder.path + "/none/x").append(export, isFirst: true) }
  }

  @Test(arguments: [
    ("w a.log", "a.log", false), ("write! a.log", "a.log", true), ("w!  a b.csv", "a b.csv", true),
  ])
  func `a file that is there gives way only to a command with its mark`(
    line: String, path: String, replaces: Bool
  ) throws {
    let session = try session(": \"\(line)\" enter")
    guard case .writeLines(path, _, replaces)? = session.effects.last else {
      Issue.record("not written: \(session.effects)")
      return
    }
    var exporting = try self.session(": \"export! b.csv\" enter")
    #expect(exporting.dashboard.export?.path == "b.csv" && exporting.dashboard.export?.replaces == true)
    try exporting.press(": \"save! x\" enter")
    #expect(exporting.footer.contains("save takes no !"))
  }

  @Test func `what stands in the way of a file is said`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "obs-tui-obstacle-\(UInt32.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = ExportFile(path: folder.path + "/lines.csv")
    func obstacle(_ file: ExportFile, _ replaces: Bool) -> String? {
      file.obstacle(replaces: replaces, command: "export")
    }
    #expect(obstacle(file, false) == nil)
    try "old".write(to: file.url, atomically: true, encoding: .utf8)
    #expect(obstacle(file, false) == "\(file.url.path) is there already: :export! replaces it")
    #expect(obstacle(file, true) == nil)
    #expect(obstacle(ExportFile(path: folder.path), true) == "\(folder.path) is a folder: name a file in it")
    #expect(
      obstacle(ExportFile(path: "/dev/null"), true) == "/dev/null is no ordinary file, and is not replaced")
  }

  @Test func `the last view is written for its owner alone`() throws {
    let home = FileManager.default.temporaryDirectory.appending(path: "obs-tui-view-\(UInt32.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: home) }
    let view = SavedView(environment: ["XDG_STATE_HOME": home.path])
    #expect(try view.read() == nil)
    view.write(TestSession().dashboard.viewArguments)
    #expect(try view.read()?.since == TestSession().dashboard.viewArguments.since)
    let attributes = try FileManager.default.attributesOfItem(atPath: home.path + "/obs-tui/last-view")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func `chosen columns come back with the view`() throws {
    var session = try session(": c o l u m n s space t i m e , u s e r _ i d enter")
    let arguments = session.dashboard.viewArguments
    #expect(arguments.commandLine().contains("--columns time,user_id,message"))
    let saved = try #require(ViewArguments(lines: arguments.words.joined(separator: "\n")))
    #expect(saved.columns == ["time", "user_id", "message"])
    try session.press(": c o l u m n s space d e f a u l t enter")
    #expect(session.dashboard.viewArguments.columns == nil)
  }
}
