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

  private struct Failure: Error {}
}
