import Foundation
import Testing

@testable import ObsData

@Suite struct `Counts over log files` {
  private let later = Timestamp(seconds: Date().timeIntervalSince1970 + 3_600)
  private let text = """
    {"@timestamp":"2026-11-22T08:00:00Z","level":"error","user":{"id":7},"host":"a","message":"one"}
    {"@timestamp":"2026-11-22T08:00:01Z","level":"warn","user.id":7,"host":"a","message":"two"}
    {"@timestamp":"2026-11-22T08:01:00Z","level":"fatal","user":{"id":9},"host":"b","message":"three"}
    2026-11-22 08:02:00 INFO four

    """

  private func answer(_ question: LogFileCounts.Question) async throws -> Update.Body? {
    let folder = try LogFolder()
    try folder.write(text)
    var job = LogFileCountsJob(try folder.files("app.log"), question)
    return try await job.poll(now: later).body
  }

  @Test func `the volume is that of the lines' own times, by level`() async throws {
    let query = LogHistogramQuery(logs: .everything, step: .seconds(2_592_000))
    guard case .logHistogram(let histogram) = try await answer(.histogram(query)) else { throw Failure() }
    #expect(histogram.step == .seconds(2))
    #expect(histogram.start.iso8601 == "2026-11-22T08:00:00.000Z")
    #expect(histogram.buckets[0] == LogCounts(error: 1, warning: 1))
    #expect(histogram.total == LogCounts(critical: 1, error: 1, warning: 1, information: 1))
  }

  @Test func `a field's values are counted, numbers with their spread`() async throws {
    let query = FieldStatisticsQuery(logs: .everything, field: "user.id")
    guard case .fieldStatistics(let statistics) = try await answer(.statistics(query)) else { throw Failure() }
    #expect(statistics.total == 4 && statistics.present == 3)
    #expect(statistics.values == [FieldStatistics.Value("7", 2), FieldStatistics.Value("9", 1)])
    #expect(statistics.numbers?.minimum == 7 && statistics.numbers?.maximum == 9)
  }

  @Test func `filters are counted, and decide which lines are shown`() async throws {
    let filters = [
      LogFilter(field: "host", test: .value("a")), LogFilter(field: "user.id", test: .exists, isExcluding: true),
    ]
    let counts = try await answer(.filters(LogFilterCountsQuery(logs: .everything, filters: filters)))
    #expect(counts == .filterCounts(LogFilterCounts(total: 4, matching: [2, 3])))
    let folder = try LogFolder()
    try folder.write(text)
    func read(_ filters: [LogFilter]) async throws -> [String] {
      var query = LogQuery.everything
      query.filters = filters
      var job = LogFileJob(try folder.files("app.log"), query)
      return try await job.readAll(now: later).messages
    }
    #expect(try await read([filters[0]]) == ["one", "two"])
    #expect(try await read([filters[1]]) == ["INFO four"])
  }

  @Test func `the lines around one are those of its source, whatever is filtered`() async throws {
    let folder = try LogFolder()
    try folder.write(
      (0..<40).map { "{\"@timestamp\":\($0 + 1_795_334_400),\"host\":\"\($0 % 2)\",\"message\":\"\($0)\"}\n" }.joined())
    let files = try folder.files("app.log")
    var job = LogFileContextJob(
      files,
      LogContextRequest(
        time: Timestamp(seconds: 1_795_334_420), source: [LogFilter(field: "host", test: .value("0"))], count: 3))
    while true {
      let answer = try await job.poll(now: later)
      guard case .logs(let batch) = answer.body else { continue }
      #expect(batch.entries.map(\.message) == ["16", "18", "20", "22", "24", "26"])
      return
    }
  }

  @Test func `an export hands out every line, and says which page is the last`() async throws {
    let folder = try LogFolder()
    try folder.write(text)
    var job = LogExportJob(LogFileStream(try folder.files("app.log"), .everything, limit: nil, follows: false))
    var messages: [String] = []
    while case .logExport(let page) = try await job.poll(now: later).body {
      #expect(page.isFirst == messages.isEmpty || page.entries.isEmpty)
      messages += page.entries.map(\.message)
      if page.isLast { break }
    }
    #expect(messages == ["one", "two", "three", "INFO four"])
  }

  @Test func `a search goes through a file piece by piece, and finds what stands in any of them`() async throws {
    let folder = try LogFolder()
    let padding = String(repeating: "x", count: 2_000)
    // Several pieces; those with an escape in them are looked at line by line.
    try folder.write(
      (0..<600).map { number in
        "{\"msg\":\"m\(number)\",\"note\":\"\(number % 200 == 7 ? "needle" : "")\(number == 301 ? "\\u006eeedle" : "")\",\"pad\":\"\(padding)\"}\n"
      }.joined())
    var job = LogFileJob(try folder.files("app.log"), .everything)
    var entries: [LogEntry] = []
    while entries.count < 600, case .logs(let batch) = try await job.poll(now: later).body {
      entries = batch.older + entries + batch.entries
    }
    for text in ["needle", "m301", padding + "x"] {
      let search = LineSearch(try TextPattern(text, syntax: .literal))
      let found = entries.filter { search.matches($0) == true }.map(\.message)
      #expect(found == (text == "needle" ? ["m7", "m207", "m301", "m407"] : text == "m301" ? ["m301"] : []))
    }
  }

  @Test func `a search finds what stands in a document that stays in its file`() async throws {
    let folder = try LogFolder()
    try folder.write(
      "{\"msg\":\"one\",\"user\":\"anna\"}\n{\"msg\":\"two\",\"note\":\"\\u0061nna \\\"x\\\"\"}\n{\"msg\":\"three\"}\n")
    var job = LogFileJob(try folder.files("app.log"), .everything)
    guard case .logs(let batch) = try await job.poll(now: later).body else { throw Failure() }
    #expect(batch.entries.allSatisfy { $0.source.kind == .object })
    let search = LineSearch(try TextPattern("anna", syntax: .literal))
    #expect(batch.entries.map { search.matches($0) ?? false } == [true, true, false])
    // What the file has lost since is said, not guessed.
    try folder.write("gone")
    #expect(batch.entries[0].source["note"]?.string == "the file no longer holds this line")
  }

  private struct Failure: Error {}
}
