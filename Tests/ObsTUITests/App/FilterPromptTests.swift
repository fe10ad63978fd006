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

  @Test func `a sentence stands left of its place, or above it, where there is no room beside`() throws {
    var session = TestSession(width: 60)
    session.answerAll()
    try session.press("& \"message: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)\" enter")
    #expect(
      session.rows[session.rows.count - 2].hasSuffix("  nothing is opened that this ) could close ▼"))
    try session.press("ctrl-u \"message: aaaaaaaaaaaaaaaaa: bc\" enter")
    #expect(session.rows[session.rows.count - 4].contains("a value holds no"))
    #expect(session.rows[session.rows.count - 2] == String(repeating: " ", count: 27) + "▼")
  }

  @Test func `behind :filter the place is that of the command line`() throws {
    var session = TestSession(width: 80)
    session.answerAll()
    try session.press(": \"filter  level:\" enter")
    #expect(session.footer.hasPrefix(":filter  level:"))
    #expect(session.dashboard.view().cursor == Point(x: 15, y: 31))
    #expect(session.screen.contains("▼ expected a value behind :"))
    try session.press("\"error \" enter")
    #expect(session.dashboard.filter == "level:error")
    try session.press(": \"theme nord\" enter")
    #expect(session.dashboard.prompt == nil)
  }

  @Test func `Lucene's syntax and the queries of other panes are not read as KQL`() throws {
    var session = TestSession(width: 80)
    session.answerAll()
    try session.press("& \"lucene:a AND (\" enter")
    #expect(session.dashboard.filter == "lucene:a AND (")
    try session.press("tab tab & \"rate(x[5m])\" enter")
    #expect(session.dashboard.metricExpression == "rate(x[5m])")
  }

  @Test func `dates are meant in the zone that times are shown in, and nothing is asked anew where there are none`()
    throws
  {
    var session = TestSession(width: 80)
    session.answerAll()
    try session.press("& \"@timestamp >= 2026-11-22\" enter")
    #expect(session.dashboard.subscriptions.logQueries.map(\.timeZone) == [nil])
    try session.press("T")
    #expect(session.dashboard.subscriptions.logQueries.map(\.timeZone) == ["+08:00"])
    try session.press("& ctrl-u \"level: error\" enter")
    let wanted = session.dashboard.subscriptions
    #expect(wanted.logQueries.map(\.timeZone) == [nil])
    try session.press("T")
    #expect(session.dashboard.subscriptions == wanted)
    #expect(TimeDisplay.local(offset: -12_600, name: "NST").zone == "-03:30")
  }

  @Test func `on the command line a wrong filter is refused with its place`() throws {
    var options = try ViewOptions.parse(["--filter", "message:("])
    var dashboard = TestSession().dashboard
    let error = #expect(throws: UsageError.self) { try options.apply(to: &dashboard) }
    #expect(
      error?.description
        == "--filter: not a query\nmessage:(\n         ^ expected a value behind (, but the query ends")
    options = try ViewOptions.parse(["--filter", "lucene:message:("])
    try options.apply(to: &dashboard)
    #expect(dashboard.filter == "lucene:message:(")
  }
}
