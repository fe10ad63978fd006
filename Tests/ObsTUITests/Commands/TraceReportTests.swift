import ObsData
import Testing

@testable import ObsTUI

private func report(_ lines: String) -> TraceReport {
  let trace = waterfallTrace(lines)
  return TraceReport(trace, TraceTree.build(trace))
}

@Suite struct `A trace without the screen` {
  @Test func `is one JSON object with the documented members`() throws {
    let report = report("1 - 0 100 api POST\n2 1 50 30! db GET\n3 9 10 5 lost X")
    let root = try JSONDocument(parsing: Array(report.json.utf8)).root
    #expect(
      root.members.map(\.key) == [
        "trace_id", "span_count", "service_count", "error_count", "root_count", "orphan_count", "depth", "start_us",
        "duration_us", "services", "critical_path", "self_time_us", "blame", "warnings",
      ])
    func number(_ key: String) -> Int64? { root[key]?.int }
    #expect(number("span_count") == 3 && number("service_count") == 3 && number("error_count") == 1)
    #expect(number("root_count") == 1 && number("orphan_count") == 1 && number("depth") == 2)
    #expect(number("duration_us") == 100_000)
    #expect(root["services"]?.elements.compactMap(\.string) == ["api", "db", "lost"])
    let path = root["critical_path"]?.elements ?? []
    #expect(path.compactMap { $0["span_id"]?.string?.last } == ["1", "2", "1"])
    #expect(
      path.compactMap { section in section["end_us"]?.int.flatMap { end in section["start_us"]?.int.map { end - $0 } } }
        == [50_000, 30_000, 20_000])
    #expect(root["self_time_us"]?["0000000000000001"]?.int == 70_000)
    let kinds = root["blame"]?["clauses"]?.elements.compactMap { $0["kind"]?.string }
    #expect(kinds == ["critical_path", "first_and_deepest_error", "gap"])
    #expect(root["blame"]?["sentence"]?.string == report.sentence)
    #expect(root["warnings"]?.elements.compactMap(\.string) == ["1 span names a parent that is not in the trace"])
  }

  @Test func `says what went on after the request had ended`() throws {
    let report = report("1 - 0 40 api POST\n2 1 30 160 push process")
    #expect(report.sentence.contains("150ms more after api: POST had ended, up to push: process"))
    let root = try JSONDocument(parsing: Array(report.json.utf8)).root
    let clause = try #require(root["blame"]?["clauses"]?.elements.first { $0["kind"]?.string == "aftermath" })
    #expect(clause["span_ids"]?.elements.compactMap(\.string) == ["0000000000000002"])
    #expect(clause["share"]?.double == 0.7895)
  }

  @Test func `is a waterfall as wide as was asked for, with the critical path on the bars`() throws {
    var text = ""
    try report("1 - 0 100 api POST\n2 1 50 50 db GET").waterfall(width: 60, foldsHealthy: false) {
      text += $0
      return true
    }
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { CharacterWidth.cells(in: String($0)) <= 60 })
    #expect(lines[lines.count - 2].hasPrefix("▾ api: POST") && lines[lines.count - 2].contains("▓█"))
    #expect(lines.last?.hasPrefix("└─ db: GET") == true && lines.last?.contains("▓") == true)
  }

  @Test func `folds what holds no error`() throws {
    var text = ""
    try report("1 - 0 100 api POST\n2 1 10 50 db GET\n3 2 20 10 disk READ\n4 1 70 9! pay X").waterfall(
      width: 80, foldsHealthy: true
    ) {
      text += $0
      return true
    }
    #expect(!text.contains("─ disk: READ") && text.contains("pay: X") && text.contains("+1"))
  }

  @Test func `ends where nobody reads any more`() throws {
    var count = 0
    try report(checkout).waterfall(width: 80, foldsHealthy: false) { _ in
      count += 1
      return false
    }
    #expect(count == 1)
  }

  @Test func `has its self times as a table, and its critical path as another`() {
    let report = report("1 - 0 100 api POST\n2 1 50 30! db GET")
    #expect(
      report.statistics(width: 80).first == "  SELF    %   TOTAL  COUNT  AVERAGE     P95  ERRORS  OPERATION")
    #expect(report.statistics(width: 80)[1].hasSuffix("api: POST"))
    #expect(report.criticalPath(width: 80).count == 4)
  }

  @Test func `two traces of which nothing differs are said to be alike`() {
    let trace = waterfallTrace(checkout)
    let side = (trace: trace, tree: TraceTree.build(trace))
    #expect(ComparisonReport(side, side).lines(width: 100).contains { $0.hasPrefix("no difference") })
    let other = waterfallTrace("1 - 0 100 frontend GET /checkout")
    let report = ComparisonReport(side, (other, TraceTree.build(other)))
    #expect(report.lines(width: 100).contains { $0.contains("missing") && $0.contains("payment: Charge") })
    #expect(report.json.hasPrefix("{\"a\":{\"trace_id\":\"703cff0b39763c0b\",\"span_count\":6"))
  }

  @Test func `an argument is an identifier or a file`() throws {
    guard case .store(let id) = try TraceInput(argument: "4BF92F35-77B34DA6") else { return #expect(Bool(false)) }
    #expect(id.low == 0x4bf9_2f35_77b3_4da6)
    #expect(throws: UsageError.self) { try TraceInput(argument: "no-such-file.json") }
  }
}
