import Foundation
import Testing

@testable import ObsData

struct PatternCensusTests {
  private static let start = Timestamp(nanoseconds: 1_795_337_590_000_000_000)

  private func entry(
    _ number: Int, _ message: String, at milliseconds: Int64, service: String? = "msg-server",
    level: LogLevel = .error, trace: UInt64? = nil
  ) throws -> LogEntry {
    LogEntry(
      id: LogEntry.ID(index: "logs", document: "\(number)"),
      timestamp: PatternCensusTests.start + .milliseconds(milliseconds), level: level, service: service,
      message: message, traceID: trace.map { TraceID(high: 0, low: $0) }, spanID: nil,
      source: try JSONDocument(parsing: Array("null".utf8)).root)
  }

  private func census(of entries: [LogEntry], batch: Int = 100, capacity: Int = 2_000) -> PatternCensus {
    var census = PatternCensus(capacity: capacity)
    for start in stride(from: 0, to: entries.count, by: batch) {
      let lines = entries.indices[start..<min(start + batch, entries.count)].map { (entry: entries[$0], sequence: $0) }
      census.add(lines)
    }
    census.settle(at: PatternCensusTests.start + .seconds(1_000_000))
    return census
  }

  private func table(_ census: PatternCensus) -> [String] {
    census.patterns.map { "\($0.count) \($0.template)" }.sorted()
  }

  private func messages(_ count: Int) -> [String] {
    (0..<count).map { number in
      switch number % 6 {
      case 0: "user \(["alice", "bob", "carol", "张三"][number / 6 % 4]) logged in from 10.0.0.\(number % 250)"
      case 1: "connection to db-\(number % 7) refused after \(number % 90)ms"
      case 2: "连接失败: redis 10.0.0.\(number % 9):6379 超时\(number)ms"
      case 3: "用户user\(number)登录失败，原因：\(number % 12 == 3 ? "密码错误" : "账号锁定")"
      case 4: "GET /api/v1/users/\(number)/messages took \(number)µs"
      default: "cache miss for key session:\(number)"
      }
    }
  }

  @Test func `requests fall into patterns by method and status, whatever their paths`() throws {
    let lines = try (0..<90).map { number in
      let (method, status) = number % 3 == 0 ? ("POST", 502) : ("GET", number % 3 == 1 ? 200 : 404)
      let path = "/\(["room", "user", "feed"][number % 7 % 3])/\(number)"
      return try entry(
        number, "10.0.0.1 - - [17/May/2015:08:05:32 +0000] \"\(method) \(path) HTTP/1.1\" \(status) \(number) \"-\"",
        at: Int64(number) * 100)
    }
    #expect(
      table(census(of: lines)) == [
        "30 <*> - - [<*>] GET <*> 200 <*> <*>", "30 <*> - - [<*>] GET <*> 404 <*> <*>",
        "30 <*> - - [<*>] POST <*> 502 <*> <*>",
      ])
  }

  @Test func `a word that has varied is a value for the next line too`() throws {
    let names = (0..<40).map {
      "pkg\(String(UnicodeScalar(UInt8(97 + $0 % 26))))\(String(UnicodeScalar(UInt8(97 + $0 / 26))))"
    }
    let lines = try names.enumerated().map { number, name in
      try entry(number, "upgrade \(name):all 1.\(number) 2.\(number)", at: Int64(number) * 1_000)
    }
    // A dozen of one kind are told apart; from then on the name is a value.
    #expect(table(census(of: lines)).contains("29 upgrade <*> <*> <*>"))
  }

  @Test func `lines fall into patterns, counted with their services, levels and times`() throws {
    let entries = try messages(600).enumerated().map { number, message in
      try entry(number, message, at: Int64(number) * 100, service: number % 2 == 0 ? "api" : "msg-server")
    }
    let census = census(of: entries)
    #expect(
      table(census) == [
        "100 GET /api/v<*>/users/<*>/messages took <*>",
        "100 cache miss for key session:<*>",
        "100 connection to db-<*> refused after <*>",
        "100 user <*> logged in from <*>",
        "100 用户user<*>登录失败，原因：<*>",
        "100 连接失败: redis <*> 超时<*>",
      ])
    let pattern = try #require(census.patterns.first { $0.template.hasPrefix("user") })
    #expect(pattern.services.map(\.name) == ["api"])
    #expect(pattern.firstSeen == entries[0].timestamp)
    #expect(pattern.lastSeen == entries[594].timestamp)
    #expect(pattern.steps.values.reduce(0, +) == 100)
    #expect(census.lines(of: pattern.id).map(\.sequence) == Array(stride(from: 0, to: 600, by: 6)))
  }

  @Test func `lines of one second lead to the same templates in whatever order they come`() throws {
    let entries = try messages(3_000).enumerated().map { try entry($0, $1, at: Int64($0)) }
    let expected = table(census(of: entries))
    var state: UInt64 = 99
    for _ in 0..<5 {
      var shuffled: [LogEntry] = []
      for second in 0..<3 {
        var lines = Array(entries[second * 1_000..<second * 1_000 + 1_000])
        for index in lines.indices.dropFirst().reversed() {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          lines.swapAt(index, Int((state >> 33) % UInt64(index + 1)))
        }
        shuffled += lines
      }
      #expect(table(census(of: shuffled, batch: 137)) == expected)
    }
  }

  @Test func `a second that is not over waits`() throws {
    var census = PatternCensus()
    census.add([(try entry(0, "one thing", at: 0), 0), (try entry(1, "one thing", at: 1_200), 1)])
    census.settle(at: PatternCensusTests.start + .milliseconds(1_500))
    #expect(census.count == 1)
    census.settle(at: PatternCensusTests.start + .milliseconds(2_100))
    #expect(census.count == 2)
  }

  @Test func `a pattern goes with its last line`() throws {
    let entries = try (0..<100).map {
      try entry($0, $0 < 50 ? "early thing \($0)" : "late stuff happens \($0)", at: Int64($0) * 1_000)
    }
    var census = census(of: entries)
    census.drop(before: entries[20].timestamp, sequence: 20)
    #expect(table(census) == ["30 early thing <*>", "50 late stuff happens <*>"])
    #expect(census.patterns.first?.steps.values.reduce(0, +) == 30)
    census.drop(before: entries[60].timestamp, sequence: 60)
    #expect(table(census) == ["40 late stuff happens <*>"])
    #expect(census.count == 40)
  }

  @Test func `what the time before did not have is new`() throws {
    var census = census(of: try (0..<20).map { try entry($0, $0 < 10 ? "old \($0)" : "broken pipe \($0)", at: 0) })
    #expect(census.patterns.map { census.isNew($0) } == [nil, nil])
    census.compare(
      with: [try entry(100, "old 7", at: -90_000), try entry(101, "other line", at: -80_000)], matched: 50)
    #expect(census.before == PatternCensus.Sample(lines: 2, matched: 50, isLowerBound: false))
    let new = Dictionary(uniqueKeysWithValues: census.patterns.map { ($0.template, census.isNew($0)) })
    #expect(new == ["old <*>": false, "broken pipe <*>": true])
    #expect(census.patternCount == 2)
  }

  @Test func `beyond the capacity lines are counted as unsorted`() throws {
    let words = ["alpha", "beta", "gamma", "delta", "epsilon"]
    let entries = try (0..<50).map {
      try entry($0, Array(repeating: words[$0 % 5], count: $0 % 5 + 2).joined(separator: " "), at: 0)
    }
    var census = census(of: entries, capacity: 3)
    #expect(census.patternCount == 3)
    #expect(census.unsorted == 20)
    census.drop(before: PatternCensusTests.start + .seconds(1), sequence: 0)
    #expect(census.count == 0 && census.unsorted == 0 && census.patternCount == 0)
    // There is room again.
    census.add([(try entry(99, "something else entirely", at: 5_000), 99)])
    census.settle(at: PatternCensusTests.start + .seconds(10))
    #expect(census.patternCount == 1)
  }

  @Test func `steps grow with the time that the lines span`() throws {
    let entries = try (0..<200).map { try entry($0, "tick \($0)", at: Int64($0) * 600_000) }
    let census = census(of: entries)
    #expect(census.step == .seconds(256))
    #expect(census.patterns.first?.steps.values.reduce(0, +) == 200)
    #expect((census.patterns.first?.steps.count ?? 0) <= 512)
  }

  @Test func `the example is a line that has a trace, whose spans have had time to come in`() throws {
    var entries = [try entry(0, "failed", at: 0), try entry(1, "failed", at: 10, trace: 1)]
    #expect(census(of: entries).patterns.first?.example?.id.document == "1")
    entries.append(try entry(2, "failed", at: 20_000, trace: 2))
    entries.append(try entry(3, "failed", at: 30_000, trace: 3))
    #expect(census(of: entries).patterns.first?.example?.id.document == "1")
    entries.append(try entry(4, "failed", at: 40_000, trace: 4))
    entries.append(try entry(5, "failed", at: 50_000))
    #expect(census(of: entries).patterns.first?.example?.traceID == TraceID(high: 0, low: 2))
  }

  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"] != nil, "OBS_TUI_CORPUS is not set"),
    arguments: [
      ("logs/nginx_logs.ndjson", 500, 4), ("otlp/otel_demo_97_lines.json", 23, 14),
    ])
  func `real logs come to few patterns`(path: String, lines: Int, most: Int) throws {
    let corpus = try #require(ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"])
    let text = try String(contentsOfFile: corpus + "/" + path, encoding: .utf8)
    var messages: [String] = []
    for line in text.split(separator: "\n") {
      guard line.hasPrefix("{") else {
        messages.append(String(line))
        continue
      }
      PatternCensusTests.bodies(in: try JSONDocument(parsing: Array(line.utf8)).root, into: &messages)
    }
    let census = census(of: try messages.enumerated().map { try entry($0, $1, at: 0) })
    #expect(census.count == lines)
    #expect(census.patternCount <= most, "\(table(census))")
  }

  @Test(
    .enabled(if: FileManager.default.isReadableFile(atPath: "/var/log/dpkg.log"), "there is no dpkg.log"))
  func `a package manager's log comes to few patterns`() throws {
    let text = try String(contentsOfFile: "/var/log/dpkg.log", encoding: .utf8)
    let lines = text.split(separator: "\n").prefix(3_000)
    try #require(lines.count > 10)
    let census = census(of: try lines.enumerated().map { try entry($0, String($1), at: Int64($0)) })
    #expect(census.count == lines.count)
    #expect(census.patternCount < 40, "\(table(census))")
  }

  /// The bodies of OTLP's log records, wherever they stand.
  private static func bodies(in value: JSONValue, into messages: inout [String]) {
    if let text = value["body"]?["stringValue"]?.string { messages.append(text) }
    for member in value.members { bodies(in: member.value, into: &messages) }
    for element in value.elements { bodies(in: element, into: &messages) }
  }
}
