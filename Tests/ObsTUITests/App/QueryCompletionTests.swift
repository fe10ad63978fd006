import Foundation
import ObsData
import Testing

@testable import ObsTUI

@Suite struct `Completion of a log query` {
  private func session(width: Int = 80) -> TestSession {
    var session = TestSession(width: width)
    session.answerAll()
    return session
  }

  private func wanted(_ session: TestSession) -> [CompletionQuery] {
    session.dashboard.subscriptions.compactMap { if case .completion(let query) = $0 { query } else { nil } }
  }

  private func answerFields(_ session: inout TestSession) {
    let fields = [
      CompletionAnswer.Field("latency", ["long"]), .init("level", ["keyword"]), .init("log.level", ["keyword"]),
    ]
    session.answer(.completion(CompletionAnswer(fields: fields))) { $0 == .completion(.fields) }
  }

  @Test func `fields are asked for while the prompt stands, and no longer`() throws {
    var session = session()
    #expect(wanted(session).isEmpty)
    try session.press("&")
    #expect(wanted(session) == [.fields])
    #expect(!session.dashboard.isSettled)
    answerFields(&session)
    #expect(session.dashboard.isSettled)
    try session.press("escape")
    #expect(wanted(session).isEmpty)
    // Other panes' queries are no KQL.
    try session.press("tab &")
    #expect(wanted(session).isEmpty)
    try session.press("escape backtab & \"lucene: a\"")
    #expect(wanted(session).isEmpty)
  }

  @Test func `Tab puts in a field, then a value, then the word between two conditions`() throws {
    var session = session()
    try session.press("& \"le\"")
    answerFields(&session)
    #expect(session.rows[session.rows.count - 3].hasPrefix(" level:      keyword   "))
    #expect(session.rows[session.rows.count - 2].hasPrefix(" log.level:  keyword   "))
    #expect(session.footer.hasPrefix("&le  "))
    #expect(session.footer.hasSuffix("KQL, dates in UTC; lucene: for Lucene"))
    try session.press("tab tab")
    #expect(session.footer.hasPrefix("&log.level: "))
    // While Tab goes round, the values of what it puts in are not asked for.
    #expect(wanted(session) == [.fields])
    try session.press("backtab")
    #expect(session.footer.hasPrefix("&level: "))
    try session.press("\"e\"")
    let values = CompletionQuery.values(field: "level", prefix: "e", window: session.dashboard.window)
    #expect(Set(wanted(session)) == [.fields, values])
    session.answer(.completion(CompletionAnswer(values: ["error", "emergency"]))) { $0 == .completion(values) }
    #expect(session.rows[session.rows.count - 3].hasPrefix("        \"error\"   "))
    // What is known serves until the next answer comes.
    try session.press("\"r\"")
    #expect(session.rows[session.rows.count - 2].hasPrefix("        \"error\"   "))
    #expect(!session.screen.contains("emergency"))
    try session.press("tab")
    #expect(session.footer.hasPrefix("&level: \"error\" "))
    try session.press("space tab")
    #expect(session.footer.hasPrefix("&level: \"error\" and "))
    try session.press("\"latency\" space down tab tab tab")
    #expect(session.footer.hasPrefix("&level: \"error\" and latency >="))
    try session.press("\"200\" enter")
    #expect(session.dashboard.filter == "level: \"error\" and latency >= 200")
    #expect(wanted(session).isEmpty)
  }

  @Test func `why there is nothing to offer is said, and no failure of the store`() throws {
    var session = session(width: 140)
    try session.press("& \"message: a\"")
    answerFields(&session)
    session.answer(.completion(CompletionAnswer(notice: "message is analysed text: no values to offer"))) {
      if case .completion(.values) = $0 { true } else { false }
    }
    #expect(session.screen.contains("message is analysed text"))
    try session.press("\"b\"")
    session.answer(
      .failed(
        FetchFailure(error: FetchError(.timeout, tried: "x", answer: "late"), attempts: 1, retryAt: nil))
    ) { if case .completion(.values) = $0 { true } else { false } }
    #expect(session.dashboard.failedStores.isEmpty)
    #expect(session.rows[0].contains("●Elasticsearch"))
  }

  @Test func `a list that is longer than its room follows the one that is chosen`() throws {
    var session = session()
    try session.press("&")
    let fields = (10..<30).map { CompletionAnswer.Field("f\($0)", ["keyword"]) }
    session.answer(.completion(CompletionAnswer(fields: fields))) { $0 == .completion(.fields) }
    func shown(_ session: TestSession) -> [String] {
      session.rows.suffix(9).dropLast().map { String($0.prefix(5)).trimmedEnd }
    }
    #expect(shown(session).first == " f10:")
    try session.press("tab tab tab tab tab tab tab tab tab tab")
    #expect(shown(session) == (15..<23).map { " f\($0):" })
    try session.press("backtab backtab backtab backtab backtab backtab backtab backtab backtab backtab")
    #expect(session.footer.hasPrefix("&f29: "))
    #expect(shown(session).last == " f29:")
  }
}

@Suite struct `Queries that are kept` {
  private func folder() -> (environment: [String: String], folder: StateFolder) {
    let path = FileManager.default.temporaryDirectory.appending(path: "obs-tui-\(UUID().uuidString)").path
    let environment = ["XDG_STATE_HOME": path]
    return (environment, StateFolder(environment: environment))
  }

  private func remove(_ folder: StateFolder) {
    if let path = folder.path {
      try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent)
    }
  }

  @Test func `a query is saved by a name and opened again`() throws {
    var session = TestSession(width: 80)
    session.answerAll()
    try session.press(": \"save none\" enter")
    #expect(session.footer.contains("there is no query and no filter to save"))
    try session.press("& \"level: error\" enter : \"save my errors\" enter")
    #expect(session.effects == [.saveQuery("level: error", name: "my errors")])
    try session.press("& ctrl-u enter")
    #expect(session.dashboard.filter == "")
    try session.press(": \"open m\" tab enter")
    #expect(session.dashboard.filter == "level: error")
    #expect(session.footer.contains("my errors: level: error"))
    try session.press(": \"open my error\" enter")
    #expect(session.footer.contains("no query is saved as “my error”; did you mean “my errors”?"))
    // Without a name it is the command that opens what is selected.
    session.dashboard.savedQueries["wrong"] = "level: ("
    try session.press(": \"open wrong\" enter")
    #expect(session.footer.hasPrefix("&level: ("))
    #expect(session.screen.contains("▼ expected a value behind ("))
    #expect(session.dashboard.filter == "level: error")
  }

  @Test func `the file is YAML, its owner's alone, and what others added to it stays`() throws {
    let (_, folder) = folder()
    defer { remove(folder) }
    let file = SavedQueries(folder: folder)
    #expect(try file.read() == [:])
    try file.save("message: \"a\\b\" and not x", as: "one: 1")
    try SavedQueries(folder: folder).save("连接", as: "二")
    #expect(try file.read() == ["one: 1": "message: \"a\\b\" and not x", "二": "连接"])
    let path = try #require(folder.path)
    let attributes = try FileManager.default.attributesOfItem(atPath: path + "/queries.yaml")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["queries.yaml"])
    // By hand, too.
    try folder.write("# mine\nslow: latency > 200\n", to: "queries.yaml")
    #expect(try file.read() == ["slow": "latency > 200"])
  }

  @Test(arguments: ["[a, b]", "a: [1", "a: {b: c}", String(repeating: "[", count: 100_000), "? [a]\n: b"])
  func `a damaged file is said to be, and left alone`(_ text: String) throws {
    let (_, folder) = folder()
    defer { remove(folder) }
    try folder.write(text, to: "queries.yaml")
    let error = #expect(throws: UsageError.self) { try SavedQueries(folder: folder).read() }
    #expect(error?.description.contains("left alone") == true)
    #expect(throws: UsageError.self) { try SavedQueries(folder: folder).save("a", as: "b") }
    #expect(folder.read("queries.yaml", limit: 200_000) == text)
  }

  @Test func `what was typed is kept from one run to the next, by kind of prompt`() throws {
    let (_, folder) = folder()
    defer { remove(folder) }
    let file = HistoryFile(folder: folder)
    var session = TestSession(width: 80)
    session.answerAll()
    let saver = HistorySaver(file, known: session.dashboard.promptHistory)
    try session.press("& \"level: a\" enter / \"x\" enter s \"msg\" enter & ctrl-u \"level: b\" enter")
    saver.note(session.dashboard.promptHistory)
    saver.finish()
    #expect(file.read() == [.query: ["level: a", "level: b"], .search: ["x"]])
    var next = TestSession(width: 80)
    next.dashboard.promptHistory = file.read()
    try next.press("& up up")
    #expect(next.footer.hasPrefix("&level: a"))
    // Another instance's lines stay; one that comes again moves to the end.
    HistoryFile(folder: folder).append([.query: ["other", "level: a"]])
    #expect(file.read()[.query] == ["level: b", "other", "level: a"])
  }

  @Test func `no history grows beyond its bounds, and a damaged one is passed over`() throws {
    let (_, folder) = folder()
    defer { remove(folder) }
    let file = HistoryFile(folder: folder)
    try folder.write("nonsense\nquery\tgood\nwhat\tever\n\u{0}\u{1}\n", to: "history")
    #expect(file.read() == [.query: ["good"]])
    file.append([.query: (0..<250).map { "q\($0)" }, .search: [String(repeating: "x", count: 5_000), "two\nlines"]])
    #expect(file.read() == [.query: (150..<250).map { "q\($0)" }])
    let full = (0..<100).map { "q\($0)" }
    #expect(HistorySaver.added(to: [.query: full], in: [.query: full.dropFirst() + ["new"]]) == [.query: ["new"]])
    #expect(HistorySaver.added(to: [.query: full], in: [.query: full]) == [:])
  }
}

extension String {
  /// Without the spaces at its end.
  fileprivate var trimmedEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
