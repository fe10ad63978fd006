import Testing

@testable import ObsData

struct LogExportJobTests {
  /// A stream of batches, of which the second is incomplete.
  private struct Batches: LogStream {
    var rest: [LogBatch]
    var isLevel: Bool { rest.isEmpty }

    mutating func next(now: Timestamp) async throws(FetchError) -> LogBatch? {
      rest.isEmpty ? nil : rest.removeFirst()
    }
  }

  @Test func `an export hands out each batch, and says which is the first and the last, and what is missing`()
    async throws
  {
    var job = LogExportJob(
      Batches(rest: [LogBatch(entries: []), LogBatch(entries: [], partial: "1 of 5 shards failed")]))
    var pages: [LogExportPage] = []
    var answer: PollAnswer
    repeat {
      answer = try await job.poll(now: ElasticsearchClientTests.now)
      if case .logExport(let page)? = answer.body { pages.append(page) }
    } while answer.next != .never
    #expect(pages.map(\.isFirst) == [true, false, false])
    #expect(pages.map(\.isLast) == [false, false, true])
    #expect(pages.map(\.partial) == [nil, "1 of 5 shards failed", nil])
  }
}
