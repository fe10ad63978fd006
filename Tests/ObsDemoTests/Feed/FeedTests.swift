import Foundation
import ObsData
import Synchronization
import Testing

@testable import ObsDemo

@Suite struct `The feed` {
  private let origin = Timestamp(milliseconds: 1_795_600_800_000)
  private var world: World { World(seed: 3, rate: 40, origin: origin) }
  private var second: Int { Int(origin.milliseconds / 1_000) }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `lines are written as RustIM's services write them, and the documents are the same lines`() throws {
    let source = FeedSource(world: world, samplingRatio: 1)
    let (documents, lines) = (source.documents(of: second), source.serviceLines(of: second))
    #expect(documents.count > 10 && documents.map(\.id) == lines.map(\.id))
    #expect(documents.count == world.lineCount(from: second, to: second + 1))
    for (document, line) in zip(documents, lines) {
      var (document, line) = (try object(document.json), try object(line.json))
      #expect(document.removeValue(forKey: "@timestamp") as? String == line.removeValue(forKey: "timestamp") as? String)
      #expect(
        (document.removeValue(forKey: "level") as? String)?.uppercased() == line.removeValue(forKey: "level") as? String
      )
      #expect(document.keys.sorted() == line.keys.sorted())
    }
  }

  /// The traces of some seconds by their identifier, with their spans.
  private func traces(ratio: Double, seconds: Int = 20) throws -> [String: [[String: Any]]] {
    var source = FeedSource(world: world, samplingRatio: ratio)
    var found: [String: [[String: Any]]] = [:]
    for number in 0..<seconds {
      let now = origin + .seconds(number + 100)
      for trace in source.traces(of: second + number, now: now) {
        let resources = try #require(try object("{\"r\":[\(trace.json)]}")["r"] as? [[String: Any]])
        let scopes = resources.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }
        let spans = scopes.flatMap { $0["spans"] as? [[String: Any]] ?? [] }
        #expect(spans.count == trace.spans)
        let id = try #require(spans.first?["traceId"] as? String)
        #expect(found.updateValue(spans, forKey: id) == nil, "sent once")
      }
    }
    return found
  }

  @Test func `spans carry the identifiers of W3C's trace context, and a trace is whole`() throws {
    let found = try traces(ratio: 1, seconds: 3)
    #expect(found.count > 20)
    for (id, spans) in found {
      #expect(id.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isUppercase })
      let identifiers = Set(spans.compactMap { $0["spanId"] as? String })
      #expect(identifiers.count == spans.count && identifiers.allSatisfy { $0.count == 16 })
      #expect(spans.filter { $0["parentSpanId"] == nil }.count == 1)
      #expect(spans.allSatisfy { ($0["parentSpanId"] as? String).map(identifiers.contains) ?? true })
      #expect(spans.allSatisfy { $0["traceId"] as? String == id && $0["flags"] as? Int == 1 })
    }
    let lines = try FeedSource(world: world, samplingRatio: 1).documents(of: second).map { try object($0.json) }
    let named = Set(lines.compactMap { $0["trace_id"] as? String })
    #expect(!named.isEmpty && named.isSubset(of: found.keys))
  }

  @Test func `a smaller ratio takes a part of what a larger one takes, by the trace's identifier`() throws {
    let (all, half, tenth) = (
      Set(try traces(ratio: 1).keys), Set(try traces(ratio: 0.5).keys), Set(try traces(ratio: 0.1).keys)
    )
    #expect(tenth.isSubset(of: half) && half.isSubset(of: all))
    let shares = [Double(half.count) / Double(all.count), Double(tenth.count) / Double(all.count)]
    #expect(abs(shares[0] - 0.5) < 0.1 && abs(shares[1] - 0.1) < 0.06, "\(shares)")
    #expect(try traces(ratio: 0).isEmpty)
  }

  @Test func `a trace is sent when its last span has ended, not before`() {
    var source = FeedSource(world: world, samplingRatio: 1)
    let early = source.traces(of: second, now: origin - .seconds(60))
    #expect(early.isEmpty)
    let later = source.traces(of: second + 1, now: origin + .seconds(100))
    var whole = FeedSource(world: world, samplingRatio: 1)
    let expected = [second, second + 1].flatMap { whole.traces(of: $0, now: origin + .seconds(100)) }
    #expect(later == expected)
  }

  /// A clock that goes on when somebody waits.
  private final class Clock: Sendable {
    private let time: Mutex<Timestamp>
    init(_ time: Timestamp) { self.time = Mutex(time) }
    var now: @Sendable () -> Timestamp { { self.time.withLock { $0 } } }
    var pause: @Sendable (Duration) async throws -> Void {
      { wait in
        try Task.checkCancellation()
        self.time.withLock { $0 = $0 + wait }
      }
    }
  }

  private func run(_ options: Feed.Options, jump: Duration = .zero) async throws -> (Feed.Report, said: [String]) {
    let clock = Clock(origin)
    let notes = FeedNotes()
    let first = Mutex(true)
    let feed = try Feed(
      options, clock: clock.now,
      pause: { wait in
        let extra = first.withLock { isFirst in
          defer { isFirst = false }
          return isFirst ? jump : .zero
        }
        try await clock.pause(wait + extra)
      }, complain: notes.complain)
    return (try await feed.run(), notes.said)
  }

  @Test func `every second is sent once, from the start to the end of the duration`() async throws {
    let written = FeedNotes()
    var options = Feed.Options(world: Demo.Options())
    options.world.seed = 3
    options.world.rate = 40
    options.duration = .seconds(3)
    options.lines = (
      "app.log", { (bytes) throws(FeedWriteError) in written.complain(String(decoding: bytes, as: UTF8.self)) }
    )
    let (report, said) = try await run(options)
    let source = FeedSource(world: world, samplingRatio: 1)
    let expected = (0..<3).flatMap { source.serviceLines(of: second + $0) }.map { $0.json + "\n" }.joined()
    #expect(written.said.joined() == expected)
    let count = expected.split(separator: "\n").count
    #expect(report.lines == ["lines to app.log: \(count) sent, none refused, none lost"])
    #expect(report.isComplete && said.isEmpty)
  }

  @Test func `a machine that is too slow leaves seconds out and says so`() async throws {
    var options = Feed.Options(world: Demo.Options())
    options.duration = .seconds(62)
    options.lines = ("app.log", { (_) throws(FeedWriteError) in })
    let (report, said) = try await run(options, jump: .seconds(60))
    #expect(report.skippedSeconds == 60 && !report.isComplete)
    #expect(said == ["this machine does not make so many lines in time: seconds are left out"])
  }

  @Test func `when the only reader has gone the feed ends by itself`() async throws {
    var options = Feed.Options(world: Demo.Options())
    options.lines = ("standard output", { (_) throws(FeedWriteError) in throw .closed })
    let (report, _) = try await run(options)
    #expect(report.tallies.count == 1)
    #expect(report.tallies[0].sent == 0 && report.tallies[0].hasReaderLeft)
  }

  @Test func `the metrics page has what services say of themselves; spans are counted by the collector`() async throws {
    let page = MetricsPage(world: world, hasSpanMetrics: false)
    let answer = await page.ask("GET /metrics", at: origin)
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(answer.status == 200)
    #expect(text.contains("# TYPE app_request_total counter\n") && text.contains("\napp_active_connections{"))
    #expect(!text.contains("traces_span_metrics"))
    #expect(
      await page.ask("GET /", at: origin).text == "404 text/plain; charset=utf-8 Only GET /metrics is answered here.")
    #expect(page.count == 1)
    let whole = MetricsPage(world: world, hasSpanMetrics: true)
    #expect(
      String(decoding: await whole.ask("GET /metrics", at: origin).body, as: UTF8.self).contains(
        "\ntraces_span_metrics_calls_total{"))
  }
}
