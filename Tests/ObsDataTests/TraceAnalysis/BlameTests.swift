import Foundation
import Testing

@testable import ObsData

struct BlameCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let spans: String
  let clauses: [String]
}

@Suite struct `The blame of a trace` {
  static let cases = [
    BlameCase(testDescription: "is nobody's where one span did its work", spans: "1 - 10 90", clauses: []),
    BlameCase(testDescription: "is nobody's in nothing", spans: "", clauses: []),
    // 1 |=..=..=..=..=|  four children of 15: none holds a third, nor do the stretches between them a tenth
    BlameCase(
      testDescription: "is nobody's where the time is spread",
      spans: """
        1 - 10 100
        2 1 12 22 a x
        3 1 36 22 b y
        4 1 60 22 c z
        5 1 84 22 d w
        """, clauses: []),
    // 1 |=.........=|
    // 2  |=========|
    BlameCase(
      testDescription: "is a span's that holds a third of the path", spans: "1 - 10 100\n2 1 15 90",
      clauses: ["path 2 90%"]),
    // 1 |==..=|
    // 2    |.|               produces, and is done
    // 3      |==..........=| nobody waits for it
    // 4         |........|
    BlameCase(
      testDescription: "tells of what went on behind the request",
      spans: "1 - 10 40 api POST\n2 1 30 8> api publish\n3 2 40 160< push process\n4 3 60 120 redis GET",
      clauses: ["path 1 80%", "aftermath 3 79%", "gap 1 -..2 11%"]),
    // Each GET holds a fifth, all of them together four fifths.
    BlameCase(
      testDescription: "is an operation's whose spans hold a third together",
      spans: """
        1 - 10 100 api POST
        2 1 13 20 redis GET
        3 1 36 20 redis GET
        4 1 59 20 redis GET
        5 1 82 20 redis GET
        """, clauses: ["path 2 3 4 5 80%"]),
    // 1 |......|!   fails behind
    // 2  |..|!      the first, in depth 1
    // 3     |.|     well
    // 4      |!     deepest, but later
    BlameCase(
      testDescription: "names the first error and the deepest one",
      spans: """
        1 - 10 100!
        2 1 15 20!
        3 1 35 70
        4 3 40 60!
        """, clauses: ["path 4 60%", "first error 2 depth 1", "deepest error 4 depth 2", "gap 1 -..3 25%"]),
    // Both end together: the callee failed first.
    BlameCase(
      testDescription: "takes of errors that end together the deeper one", spans: "1 - 10 90!\n2 1 40 60!",
      clauses: ["path 2 67%", "first and deepest error 2 depth 1", "gap 1 -..2 33%"]),
    BlameCase(
      testDescription: "counts retries of a call that failed",
      spans: """
        1 - 10 100 api POST
        2 1 12 31! pay charge
        3 1 44 31! pay charge
        4 1 76 32 pay charge
        """,
      clauses: ["path 2 3 4 94%", "first and deepest error 2 depth 1", "retries 2 3 4 succeeded"]),
    BlameCase(
      testDescription: "says that retries were in vain", spans: "1 - 10 90 a x\n2 1 12 40! b y\n3 1 55 44! b y",
      clauses: ["path 3 49%", "first and deepest error 2 depth 1", "retries 2 3 in vain"]),
    // The second began before the first had failed: it is no retry.
    BlameCase(
      testDescription: "takes calls side by side for no retries", spans: "1 - 10 90 a x\n2 1 12 50! b y\n3 1 15 84 b y",
      clauses: ["path 3 93%", "first and deepest error 2 depth 1"]),
    // 1 |=.=.=.=.=.=|
    BlameCase(
      testDescription: "finds a run of five calls",
      spans: """
        1 - 10 100 api LIST
        2 1 12 18 db SELECT
        3 1 31 18 db SELECT
        4 1 50 18 db SELECT
        5 1 69 18 db SELECT
        6 1 88 18 db SELECT
        """, clauses: ["path 2 3 4 5 6 90%", "run 2 3 4 5 6 94%"]),
    // 1 |..=======..|
    // 2 |.|
    // 3          |..|
    BlameCase(
      testDescription: "finds the widest gap between two children", spans: "1 - 10 100\n2 1 10 20\n3 1 90 20",
      clauses: ["path 1 60%", "gap 1 2..3 60%"]),
    // Two roots with nothing between them.
    BlameCase(
      testDescription: "finds a stretch in which nothing ran", spans: "1 - 10 20\n2 - 90 20\n3 2 90 20",
      clauses: ["gap none -..- 60%"]),
  ]

  @Test(arguments: cases) func `is laid by its rules`(_ sample: BlameCase) {
    #expect(blame(sample.spans) == sample.clauses)
  }

  /// CRISP's error patterns (github.com/uber-research/CRISP, test_cases): who made the others fail. In pattern 1 the caller fails with
  /// its callee, in pattern 3 the failure rises two levels and is caught at the root.
  @Test(
    .enabled(if: TraceCorpus.folder != nil),
    arguments: [
      ("crisp_err_pattern1_1.json", "S2: O2", 1), ("crisp_err_pattern1_2.json", "S2: O2", 1),
      ("crisp_err_pattern3_1.json", "S3: O3", 2), ("crisp_err_pattern3_2.json", "S3: O3", 2),
      ("crisp_11.json", "S2: O2", 1), ("crisp_15.json", "S2: O2", 1),
    ]) func `of CRISP's error patterns is the culprit's`(_ file: String, _ culprit: String, _ depth: Int) throws
  {
    let trace = try TraceCorpus.trace(file)
    let tree = TraceTree.build(trace)
    let failures = TraceBlame(trace, tree).clauses.compactMap { clause -> TraceBlame.Failure? in
      if case .firstError(let failure, isDeepest: true) = clause { failure } else { nil }
    }
    let failure = try #require(failures.first)
    let span = tree.nodes[failure.node].span
    #expect("\(trace.service(of: span)): \(trace.spans[span].operation)" == culprit)
    #expect(failure.depth == depth)
  }
}

@Suite struct `A trace's statistics` {
  @Test func `count, add up and rank by operation and by service`() {
    let trace = analysisTrace(
      """
      1 - 10 1000 api POST
      2 1 20 100 db GET
      3 1 200 300! db GET
      4 1 600 50 db SET
      """)
    let statistics = OperationStatistics(trace, TraceTree.build(trace))
    func picture(_ rows: [OperationStatistics.Row]) -> [String] {
      rows.map { row in
        let times = [row.total, row.selfTime, row.average, row.percentile95].map { "\($0.nanoseconds / 1_000)" }
        return "\(row.operation.text) \(row.count) \(row.errorCount) \(times.joined(separator: " "))"
      }
    }
    #expect(
      picture(statistics.operations) == [
        "api: POST 1 0 1000 550 1000 1000", "db: GET 2 1 400 400 200 300", "db: SET 1 0 50 50 50 50",
      ])
    #expect(picture(statistics.services) == ["api:  1 0 1000 550 1000 1000", "db:  3 1 450 450 150 300"])
  }

  @Test func `take the 95th percentile by nearest rank`() {
    let lines = (1...100).map { "\(String($0, radix: 16)) - 10 \($0) svc x" }.joined(separator: "\n")
    let trace = analysisTrace(lines)
    #expect(
      OperationStatistics(trace, TraceTree.build(trace)).operations.map(\.percentile95) == [.microseconds(95)])
  }
}

@Suite struct `A flame graph` {
  @Test func `merges call paths and adds self times up`() {
    let trace = analysisTrace(
      """
      1 - 10 1000 api POST
      2 1 20 100 db GET
      3 1 200 300! db GET
      4 3 210 50 disk READ
      5 1 600 50 cache SET
      """)
    let graph = FlameGraph(trace, TraceTree.build(trace))
    let lines = graph.frames.map { frame in
      String(repeating: ".", count: frame.depth) + graph.operations[frame.operation].text
        + " \(frame.count) \(frame.errorCount) \(frame.selfTime.nanoseconds / 1_000)/\(frame.total.nanoseconds / 1_000)"
    }
    #expect(
      lines == [
        "api: POST 1 0 550/1000", ".db: GET 2 1 350/400", "..disk: READ 1 0 50/50", ".cache: SET 1 0 50/50",
      ])
    #expect(graph.frames.map(\.subtreeEnd) == [4, 3, 3, 4])
    #expect(graph.total == .microseconds(1_000))
  }
}

@Suite struct `A comparison of traces` {
  private static func compare(_ a: String, _ b: String) -> TraceComparison {
    let (first, second) = (analysisTrace(a), analysisTrace(b))
    return TraceComparison((first, TraceTree.build(first)), (second, TraceTree.build(second)))
  }

  @Test func `puts the largest difference first and says what is missing and new`() {
    let comparison = Self.compare(
      "1 - 10 100 api POST\n2 1 20 10 db GET\n3 1 40 5 cache GET",
      "1 - 10 300 api POST\n2 1 20 200! db GET\n4 1 240 8 mail SEND")
    let lines = comparison.operations.map { row in
      "\(row.kind) \(row.path.map(\.text).joined(separator: " > ")) \(row.a.count)/\(row.b.count) "
        + "\(row.difference.nanoseconds / 1_000)"
    }
    #expect(
      lines == [
        "changed db: GET 1/1 190", "new mail: SEND 0/1 8", "changed api: POST 1/1 7", "missing cache: GET 1/0 -5",
      ])
  }

  @Test func `tells one operation on two paths apart`() {
    let comparison = Self.compare(
      "1 - 10 100 api POST\n2 1 20 10 db GET", "1 - 10 100 api POST\n3 1 20 50 auth CHECK\n2 3 30 10 db GET")
    #expect(comparison.operations.map(\.kind) == [.new, .changed, .same])
    #expect(
      comparison.paths.map { "\($0.kind) \($0.path.map(\.service).joined(separator: " "))" } == [
        "new api auth", "changed api", "new api auth db", "missing api db",
      ])
  }
}

@Suite struct `A trace's event timeline` {
  @Test func `has the events of all spans by time`() throws {
    let plain = analysisTrace("1 - 10 100\n2 1 20 50")
    let trace = Trace(
      id: plain.id, spans: plain.spans, processes: plain.processes,
      details: { index in
        SpanDetails(
          events: [
            SpanEvent(timestamp: Timestamp(microseconds: 60 - Int64(index) * 30), name: "e\(index)", attributes: []),
            SpanEvent(timestamp: Timestamp(microseconds: 70), name: "last", attributes: []),
          ])
      })
    let timeline = try #require(TraceEventTimeline(trace, TraceTree.build(trace)))
    #expect(timeline.entries.map(\.event.name) == ["e1", "e0", "last", "last"])
    #expect(timeline.entries.map(\.node) == [1, 0, 0, 1])
    #expect(timeline.droppedCount == 0)
    #expect(TraceEventTimeline(trace, TraceTree.build(trace), isWanted: { false }) == nil)
  }
}
