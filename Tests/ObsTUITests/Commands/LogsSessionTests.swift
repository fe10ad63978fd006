import ObsData
import Synchronization
import Testing

@testable import ObsTUI

/// A stream that plays a script: batches and failures, then its end.
private struct ScriptedStream: LogStream {
  var script: [Result<LogBatch, FetchError>]
  /// After so many answers the start has been read.
  var levelAfter = 0
  var gaps: [LogGap] = []
  var countFailure: String?
  private var given = 0

  init(_ script: [Result<LogBatch, FetchError>], levelAfter: Int = 0) {
    self.script = script
    self.levelAfter = levelAfter
  }

  var isLevel: Bool { given >= levelAfter }

  mutating func next(now: Timestamp) async throws(FetchError) -> LogBatch? {
    guard !script.isEmpty else { return nil }
    given += 1
    return try script.removeFirst().get()
  }
}

/// What came out of a run.
private final class Output: Sendable {
  private let state = Mutex<(text: String, complaints: [String], room: Int)>(("", [], .max))

  init(room: Int = .max) { state.withLock { $0.room = room } }

  var text: String { state.withLock { $0.text } }
  var complaints: [String] { state.withLock { $0.complaints } }

  func write(_ bytes: [UInt8]) throws(LineOutput.Failure) {
    let isFull = state.withLock { state in
      state.text += String(decoding: bytes, as: UTF8.self)
      return state.text.utf8.count > state.room
    }
    if isFull { throw .closed }
  }

  func complain(_ sentence: String) { state.withLock { $0.complaints.append(sentence) } }
}

@Suite struct `Logs without the screen` {
  private func run(
    _ stream: ScriptedStream, follows: Bool = false, output: Output = Output(), saysNothing: Bool = true
  ) async -> (status: Int32, output: Output) {
    let template = (try? LogTemplate("{message} {late_ms}")).map(LogPrinter.Style.template) ?? .text
    var session = LogsSession(
      stream: stream, printer: LogPrinter(style: template), follows: follows, interval: .seconds(1), storeName: "Store",
      clock: { Sample.start })
    session.pause = { _ in }
    let status = await session.run(
      write: { try output.write($0) }, complain: { output.complain($0) }, saysNothing: saysNothing)
    return (status, output)
  }

  private func batch(_ entries: [LogEntry], partial: String? = nil) -> Result<LogBatch, FetchError> {
    .success(LogBatch(entries: entries, partial: partial))
  }

  @Test func `the lines are printed as they come`() async {
    let done = await run(
      ScriptedStream([batch([Sample.line("1", at: 2, "a")]), batch([Sample.line("2", at: 1, "b")])], levelAfter: 9))
    #expect(done.status == 0 && done.output.text == "a \nb \n" && done.output.complaints == [])
  }

  @Test func `no line is no failure, and gets a word where somebody looks`() async {
    let done = await run(ScriptedStream([batch([])], levelAfter: 9))
    #expect(done.status == 0 && done.output.complaints == ["no line matches"])
    #expect(await run(ScriptedStream([batch([])]), saysNothing: false).output.complaints == [])
  }

  @Test func `following tells at its end what was seen, what was late and what may be missing`() async {
    let refused = FetchError(.unreachable, tried: "POST", answer: "connection refused")
    let done = await run(
      ScriptedStream(
        [
          batch([Sample.line("1", at: 0, "old"), Sample.line("2", at: 5_000, "newest")]),
          batch([Sample.line("3", at: 800, "late"), Sample.line("4", at: 6_000, "on time")]),
          .failure(refused), .failure(refused), batch([], partial: "1 of 5 shards failed"),
        ], levelAfter: 1), follows: true)
    #expect(done.status == 0)
    #expect(done.output.text == "old \nnewest \nlate 4200\non time \n")
    #expect(
      done.output.complaints == [
        "Store: connection refused; it is asked again",
        "Store answers again after 0s; what was written meanwhile is read",
        "incomplete: 1 of 5 shards failed",
        "4 lines in 0s, 1 late (by up to 4.2s), Store failed once, no gap",
      ])
  }

  @Test func `at its end following says from when to when lines are missing, how many, and why`() async {
    func range(_ start: Int64, _ end: Int64) -> TimeRange {
      TimeRange(start: Sample.start + .seconds(start), end: Sample.start + .seconds(end))
    }
    var stream = ScriptedStream([batch([Sample.line("1", at: 0, "only")])], levelAfter: 1)
    stream.gaps = [
      LogGap(range: range(0, 10), count: 1, reason: .late),
      LogGap(range: range(20, 30), count: 1_200, reason: .tooMany),
      LogGap(range: range(40, 50), count: nil, reason: .incomplete("1 of 5 shards failed")),
    ]
    stream.countFailure = "the search ran out of time"
    #expect(
      await run(stream, follows: true).output.complaints == [
        """
        1 line in 0s, none late, gap 2026-11-22 08:53:10 to 2026-11-22 08:53:20: 1 line not printed; gap 2026-11-22 08:53:30 to \
        2026-11-22 08:53:40: 1,200 lines skipped, as more came than can be read; gap 2026-11-22 08:53:50 to 2026-11-22 08:54:00: \
        lines perhaps missing (1 of 5 shards failed), not compared with the store's counts: the search ran out of time
        """
      ])
  }

  @Test func `a refused query ends with 2, a store that fails with 3`() async {
    let bad = FetchError(.badQuery, tried: "POST /_search", answer: "Failed to parse query [a:", status: 400)
    let refused = await run(ScriptedStream([.failure(bad)]), follows: true)
    #expect(refused.status == 2 && refused.output.complaints.first?.hasPrefix("Store refused the query\n") ?? false)
    let down = FetchError(.unreachable, tried: "POST /_search", answer: "connection refused")
    let silent = await run(ScriptedStream([.failure(down)]), follows: true)
    #expect(silent.status == 3 && silent.output.complaints.first?.hasPrefix("Store gave no answer\n") ?? false)
    #expect(await run(ScriptedStream([batch([], partial: "timed out")])).status == 3)
  }

  @Test func `a reader that goes away ends it quietly`() async {
    let lines = (0..<10).map { Sample.line("\($0)", at: Int64($0), "line") }
    let done = await run(ScriptedStream([batch(lines), batch(lines)], levelAfter: 9), output: Output(room: 10))
    #expect(done.status == 0 && done.output.complaints == [])
  }
}
