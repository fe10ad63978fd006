import ObsData
import Testing

@testable import ObsTUI

struct LogsFiltersTests {
  private let json = #"{"user_id":"12345","http":{"status":503},"tags":["a"],"gone":null,"log.level":"error"}"#

  /// Keys pressed on a session whose log pane holds one line with fields.
  private func session() throws -> TestSession {
    var session = TestSession(width: 100, height: 30)
    session.answerAll()
    let line = Sample.line("9", at: 9_000, "with fields", source: try Sample.source(json))
    session.answer(.logs(LogBatch(entries: [line], isFirst: true, matched: 1))) { $0.logQuery != nil }
    return session
  }

  private var counts: (Subscription) -> Bool { { if case .filterCounts = $0 { true } else { false } } }

  @Test func `a value in the fields becomes a filter, with its count above the lines`() throws {
    var session = try session()
    try session.press("v G")
    #expect(session.footer.hasPrefix(" f only this  x not this  X has it  a top values"))
    try session.press("f")
    #expect(session.footer.contains("only lines with user_id: 12345"))
    let filter = LogFilter(field: "user_id", test: .value("12345"))
    #expect(session.dashboard.subscriptions.logQueries.map(\.filters) == [[filter]])
    session.answer(.filterCounts(LogFilterCounts(total: 4_311, matching: [1_204])), where: counts)
    #expect(session.screen.contains("+user_id: 12345 1,204"))
    #expect(session.dashboard.chips.queryText(behind: "") == #"user_id:"12345""#)
  }

  @Test func `filters are switched off, inverted and removed in their list`() throws {
    var session = try session()
    try session.press("v G f")
    session.answer(.filterCounts(LogFilterCounts(total: 4_311, matching: [1_204])), where: counts)
    try session.press("C")
    #expect(session.screen.contains("on   +user_id: 12345  lets 1,204 of 4,311 lines through"))
    try session.press("enter")
    #expect(session.screen.contains("(off +user_id: 12345 1,204)"))
    #expect(session.dashboard.subscriptions.logQueries.map(\.filters) == [[]])
    #expect(session.dashboard.chips.queryText(behind: "") == "")
    try session.press("enter x")
    #expect(session.screen.contains("on   -user_id: 12345  takes 1,204 of 4,311 lines"))
    #expect(session.dashboard.subscriptions.logQueries.first?.filters.first?.isExcluding == true)
    #expect(session.dashboard.chips.queryText(behind: "") == #"NOT user_id:"12345""#)
    try session.press("d")
    #expect(session.dashboard.chips.isEmpty)
    #expect(!session.screen.contains("-user_id"))
    try session.press("C")
    #expect(session.footer.contains("there are no filters"))
  }

  @Test func `each kind of field is filtered, or it is said why not`() throws {
    let entry = Sample.line("1", source: try Sample.source(json))
    #expect(LogFields.text(of: "http.status", in: entry) == .text("503"))
    #expect(LogFields.text(of: "log.level", in: entry) == .text("error"))
    #expect(LogFields.text(of: "_id", in: entry) == .text("1"))
    #expect(
      LogFields.text(of: "tags", in: entry)
        == .refusal("tags holds several values: a shows the most frequent ones to choose from"))
    #expect(LogFields.text(of: "gone", in: entry) == .refusal("gone is null: there is no value to filter by"))
    #expect(LogFields.text(of: "none", in: entry) == .refusal("the document has no field none"))
  }

  @Test func `a stack holds each condition once, and is bounded`() {
    var stack = FilterStack()
    #expect(stack.add(LogFilter(field: "a", test: .value("1"))).text == "only lines with a: 1")
    #expect(stack.add(LogFilter(field: "a", test: .value("1"), isExcluding: true)).text == "no lines with a: 1")
    #expect(stack.add(LogFilter(field: "b", test: .exists)).text == "only lines that have b")
    #expect(stack.chips.count == 2)
    #expect(stack.queryText(behind: "") == #"NOT a:"1" AND b:*"#)
    #expect(stack.queryText(behind: "x OR y") == #"(x OR y) AND NOT a:"1" AND b:*"#)
    #expect(stack.queryText(behind: "lucene:x") == #"lucene:(x) AND NOT a:"1" AND b:*"#)
    for number in 2..<FilterStack.capacity { _ = stack.add(LogFilter(field: "c\(number)", test: .exists)) }
    #expect(stack.add(LogFilter(field: "last", test: .exists)).isError)
    #expect(stack.chips.count == FilterStack.capacity)
  }

  @Test func `more filters than fit say how many there are`() {
    var stack = FilterStack()
    for name in ["service", "user_id", "shard"] { _ = stack.add(LogFilter(field: name, test: .value("some value"))) }
    var bar = ChipBar()
    bar.adopt(stack, logs: LogQuery(window: .live(.seconds(900))))
    #expect(bar.row(width: 60).text == "+service: some value  +user_id: some value  +1 more")
    #expect(bar.row(width: 80).text == "+service: some value  +user_id: some value  +shard: some value")
  }

  // MARK: Statistics

  private var isStatistics: (Subscription) -> Bool { { if case .fieldStatistics = $0 { true } else { false } } }

  private func statistics() -> FieldStatistics {
    var statistics = FieldStatistics(counted: "http.status")
    statistics.total = 1_000
    statistics.present = 900
    statistics.values = [.init("200", 700), .init("503", 120), .init("404", 50)]
    statistics.other = 30
    statistics.errorBound = 4
    statistics.numbers = .init(minimum: 200, average: 248, maximum: 503, percentiles: [200, 404, 503, 503])
    return statistics
  }

  @Test func `a field's most frequent values are shown with counts and shares, and filter`() throws {
    var session = try session()
    try session.press("v")
    while session.dashboard.logs.fields?.selectedField != "http.status" { try session.press("j") }
    try session.press("a")
    #expect(session.screen.contains("Counting the values of http.status."))
    session.answer(.fieldStatistics(statistics()), where: isStatistics)
    let pane = session.dashboard.logs.view(Size(width: 70, height: 7), in: Sample.context())
    #expect(
      pane.text == """
        1,000 lines, 900 have http.status (90%)
        least 200 · mean 248 · greatest 503 · p50 200 · p90 404 · p95 503 · p…
               700     70% ██████████ 200
               120     12% █          503
                50      5% █          404
        other values: 30 (3%); a count may be too low by up to 4

        """)
    #expect(session.dashboard.logs.title(in: Sample.context()) == "Top values of http.status")
    try session.press("j enter")
    #expect(session.footer.contains("only lines with http.status: 503"))
    #expect(session.dashboard.logs.statistics == nil && session.dashboard.logs.fields == nil)
    try session.press("v escape")
    #expect(session.dashboard.chips.active == [LogFilter(field: "http.status", test: .value("503"))])
  }

  @Test func `a field that cannot be counted says why, and a store that fails too`() throws {
    var session = try session()
    try session.press("v a")
    var refused = FieldStatistics(counted: "message")
    refused.total = 5
    refused.present = 5
    refused.refusal = "message is a text without a keyword beside it"
    session.answer(.fieldStatistics(refused), where: isStatistics)
    #expect(session.screen.contains("message is a text without a keyword beside it"))
    session.answer(.failed(Sample.failure()), where: isStatistics)
    #expect(session.screen.contains("Elasticsearch: connection refused"))
    try session.press("enter escape")
    #expect(session.dashboard.logs.statistics == nil && session.dashboard.logs.fields != nil)
    #expect(session.dashboard.chips.isEmpty)
  }
}
