import ObsData
import Testing

@testable import ObsTUI

@Suite struct `A filter is typed` {
  @Test func `one that is no query keeps the prompt open, the cursor at the place`() throws {
    var session = TestSession(width: 80)
    session.answerAll()
    try session.press("& \"level: error and (\" enter")
    #expect(session.dashboard.filter == "")
    #expect(session.footer.hasPrefix("&level: error and ("))
    #expect(
      session.rows[session.rows.count - 2] == "                   ▼ expected a condition behind (, but the query ends")
    #expect(session.dashboard.view().cursor == Point(x: 19, y: 31))
    // The next key goes on with the line.
    try session.press("\"a)\"")
    #expect(!session.screen.contains("▼"))
    try session.press("enter")
    #expect(session.dashboard.filter == "level: error and (a)")
    #expect(session.dashboard.prompt == nil)
    #expect(session.dashboard.subscriptions.logQueries.map(\.filter) == ["level: error and (a)"])
  }

  @Test func `the cursor goes back to where a query cannot be read`() throws {
    var session = TestSession(width: 80)
    session.answerAll()
    try session.press("& \"连接: a) and b\" enter")
    #expect(session.dashboard.view().cursor == Point(x: 8, y: 31))
    #expect(
      session.rows[session.rows.count - 2] == "        ▼ nothing is opened that this ) could close")
    try session.press("delete enter")
    #expect(session.dashboard.filter == "连接: a and b")
  }

  @Test func `Lucene's syntax and the queries of other panes are not read as KQL`() throws {
    var session = TestSession(width: 80)
    session.answerAll()
    try session.press("& \"lucene:a AND (\" enter")
    #expect(session.dashboard.filter == "lucene:a AND (")
    try session.press("tab tab & \"rate(x[5m])\" enter")
    #expect(session.dashboard.metricExpression == "rate(x[5m])")
  }

  @Test func `on the command line a wrong filter is refused with its place`() throws {
    var options = try ViewOptions.parse(["--filter", "message:("])
    var dashboard = TestSession().dashboard
    let error = #expect(throws: UsageError.self) { try options.apply(to: &dashboard) }
    #expect(
      error?.description
        == "--filter cannot be read\nmessage:(\n         ^ expected a value behind (, but the query ends")
    options = try ViewOptions.parse(["--filter", "lucene:message:("])
    try options.apply(to: &dashboard)
    #expect(dashboard.filter == "lucene:message:(")
  }
}
