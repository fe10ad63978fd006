import ObsData
import Testing

@testable import ObsTUI

/// What a view consists of when it is come back to.
struct ResumeTests {
  private func reread(_ arguments: ViewArguments) -> ViewArguments? {
    ViewArguments(lines: (arguments.words + arguments.lines.words).joined(separator: "\n"))
  }

  private let chips = [
    LogChip(filter: LogFilter(field: "user_id", test: .value("12345"))),
    LogChip(filter: LogFilter(field: "level", test: .exists, isExcluding: true)),
    LogChip(filter: LogFilter(field: "a:b\\c d", test: .value("say \"hi\"\n*: '超时'"), isExcluding: true), isOn: false),
    LogChip(filter: LogFilter(field: "star", test: .value("*"))),
  ]

  @Test func `filters come back as filters: field, value, inverted, switched off`() throws {
    #expect(
      chips.map(\.argument) == [
        #"+user_id:"12345""#, "-level:*", #"off-a\:b\\c d:"say \"hi\"\n*: '超时'""#, #"+star:"*""#,
      ])
    var session = TestSession()
    session.dashboard.filter = "latency > 200"
    session.dashboard.chips = try FilterStack(arguments: chips.map(\.argument))
    #expect(session.dashboard.chips.chips == chips)
    let arguments = session.dashboard.viewArguments
    #expect(arguments.filter == "latency > 200")
    let saved = try #require(reread(arguments))
    #expect(saved == arguments)
    var next = TestSession()
    var options = try ViewOptions.parse([])
    options = saved.options(under: options)
    try options.apply(to: &next.dashboard)
    #expect(next.dashboard.chips == session.dashboard.chips && next.dashboard.filter == session.dashboard.filter)
    // The same by the command line that :link copies.
    let line = try ViewOptions.parse(Array(arguments.words.suffix(from: 2)))
    #expect(line.chip == chips.map(\.argument))
  }

  @Test func `a value needs no quotes on the command line, and nonsense is refused`() throws {
    #expect(LogChip(argument: "+pod:web-1") == LogChip(filter: LogFilter(field: "pod", test: .value("web-1"))))
    for text in ["", "pod:web", "+pod", "+:x", "+pod:", "off", "+pod:\"open"] {
      #expect(LogChip(argument: text) == nil, "\(text)")
    }
    #expect(throws: UsageError.self) { try FilterStack(arguments: ["pod"]) }
    #expect(throws: UsageError.self) { try FilterStack(arguments: (0..<21).map { "+f\($0):x" }) }
  }

  @Test func `the files of a view come back with it`() throws {
    var session = TestSession()
    session.dashboard.configuration.logPaths = ["/var/log/app.log", "/tmp/two words.log"]
    let arguments = session.dashboard.viewArguments
    #expect(arguments.commandLine().contains("--file /var/log/app.log --file '/tmp/two words.log'"))
    #expect(reread(arguments)?.files == ["/var/log/app.log", "/tmp/two words.log"])
  }

  @Test func `marks and notes of lines are remembered by their documents, within bounds`() throws {
    var session = TestSession()
    session.answerAll()
    try session.press("k m k : \"note began here\" enter")
    let arguments = session.dashboard.viewArguments
    #expect(arguments.lines.marks.map(\.document) == ["2"] && Array(arguments.lines.notes.values) == ["began here"])
    #expect(!arguments.commandLine().contains("began here"))
    let saved = try #require(reread(arguments))
    #expect(saved == arguments)
    var next = TestSession()
    saved.lines.restore(to: &next.dashboard.logs)
    next.answerAll()
    #expect(next.dashboard.logs.marks == session.dashboard.logs.marks)
    #expect(next.dashboard.logs.notes == session.dashboard.logs.notes)
    #expect(next.screen.contains("1 marked · 1 noted"))

    var pane = LogPane()
    pane.marks = Set((0..<2_000).map { LogEntry.ID(index: "logs", document: "\($0)") })
    pane.notes[LogEntry.ID(index: "logs", document: "a\tb")] = "not to be written"
    pane.notes[LogEntry.ID(index: "logs", document: "c")] = String(repeating: "x", count: 5_000)
    let words = RememberedLines(pane).words
    #expect(words.count == 2 * 501 && words.allSatisfy { $0.utf8.count < 600 })
  }

  @Test(arguments: [
    (TimeDisplay.local(offset: 28_800, name: "CST"), "CST"), (.utc, "UTC"), (.relative, "UTC"),
  ])
  func `prompts say in which zone dates are typed`(_ time: TimeDisplay, _ zone: String) throws {
    var session = TestSession(width: 140)
    session.dashboard.time = time
    try session.press("&")
    #expect(session.footer.contains("dates in \(zone)"))
    try session.press("escape : \"goto \"")
    #expect(session.footer.contains("times are \(zone)"))
  }

  @Test(arguments: [
    (TimeDisplay.local(offset: 28_800, name: "CST"), "2026-11-22 16:50", "2026-11-22T08:50:00.000Z"),
    (.local(offset: -12_600, name: "NST"), "05:20:30", "2026-11-22T08:50:30.000Z"),
    (.utc, "2026-11-22 08:50", "2026-11-22T08:50:00.000Z"), (.relative, "08:50", "2026-11-22T08:50:00.000Z"),
    (.local(offset: 28_800, name: "CST"), "2026-11-22T08:50:00Z", "2026-11-22T08:50:00.000Z"),
    (.local(offset: 28_800, name: "CST"), "-10m", "2026-11-22T08:44:10.000Z"),
    (.relative, "-10m", "2026-11-22T08:44:10.000Z"),
  ])
  func `goto means the zone shown, and counts back from now`(_ time: TimeDisplay, _ typed: String, _ expected: String)
    throws
  {
    var session = TestSession(width: 140)
    session.dashboard.time = time
    try session.press(": \"goto \(typed)\" enter")
    #expect(session.dashboard.instant?.iso8601 == expected)
  }

  @Test func `a filter's dates go with their zone to the store, Lucene's too`() {
    let local = TimeDisplay.local(offset: -12_600, name: "NST")
    #expect(local.zone(for: "seen >= \"2026-11-22\"") == "-03:30")
    #expect(local.zone(for: "lucene: @timestamp:[2026-11-22 TO *]") == "-03:30")
    #expect(local.zone(for: "level: error") == nil && local.zone(for: "lucene: level:error") == nil)
    #expect(TimeDisplay.relative.zone(for: "seen >= \"2026-11-22\"") == nil)
  }
}
