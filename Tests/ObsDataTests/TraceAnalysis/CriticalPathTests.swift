import Foundation
import Testing

@testable import ObsData

struct PathCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let spans, path: String
}

@Suite struct `A trace's critical path` {
  /// Worked out by hand; `=` is on the path, `.` is time in a child that is, `x` is not on it.
  static let cases = [
    // 1 |==========|
    PathCase(testDescription: "of one span is the span", spans: "1 - 10 100", path: "1 10-110"),
    // 1 |==...==....==|
    // 2    |==|
    // 3          |===|
    PathCase(
      testDescription: "goes through children that follow one another", spans: "1 - 10 90\n2 1 20 20\n3 1 60 30",
      path: "1 10-20, 2 20-40, 1 40-60, 3 60-90, 1 90-100"),
    // 1 |==........==|
    // 2    |xxxxx|        ended while 3 ran: not waited for
    // 3      |=====|
    PathCase(
      testDescription: "takes of overlapping children the one that ended last",
      spans: "1 - 0 100\n2 1 20 40\n3 1 30 50",
      path: "1 0-30, 3 30-80, 1 80-100"),
    // 1 |==.....==|
    // 2    |==..|
    // 3       |==|
    PathCase(
      testDescription: "descends into grandchildren", spans: "1 - 10 90\n2 1 20 60\n3 2 50 30",
      path: "1 10-20, 2 20-50, 3 50-80, 1 80-100"),
    // 1      |==========|
    // 2  |xx|                  before the parent
    // 3                  |xx|  behind it
    PathCase(
      testDescription: "leaves children outside of their parent's time out", spans: "1 - 10 20\n2 1 1 4\n3 1 30 5",
      path: "1 10-30"),
    // 1      |==========|
    // 2   |xx===========xx|
    PathCase(
      testDescription: "cuts children at both ends of their parent", spans: "1 - 10 20\n2 1 5 30", path: "2 10-30"),
    // 1 |====.....|
    // 2      |..====xx|
    // 3   |xx==|             cut to 2, which is cut to 1
    PathCase(
      testDescription: "cuts grandchildren to the child as it was cut", spans: "1 - 1 29\n2 1 15 20\n3 2 10 15",
      path: "1 1-15, 3 15-25, 2 25-30"),
    // 1 |========|
    // 2     ~|xx|     followed from 1
    // 3      |x|      and what it called
    PathCase(
      testDescription: "does not wait for what followed from a span", spans: "1 - 10 90\n2 ~1 50 30\n3 2 55 10",
      path: "1 10-100"),
    PathCase(
      testDescription: "does not wait for the consumer of what was produced", spans: "1 - 10 90>\n2 1 50 30<",
      path: "1 10-100"),
    PathCase(
      testDescription: "waits for a consumer that was called otherwise", spans: "1 - 10 90\n2 1 50 30<",
      path: "1 10-50, 2 50-80, 1 80-100"),
    // A child that ended exactly when the next one began is not taken, as jaeger-ui has it: it must have ended before.
    PathCase(
      testDescription: "takes only children that ended before the later one began",
      spans: "1 - 10 90\n2 1 20 20\n3 1 40 20", path: "1 10-40, 3 40-60, 1 60-100"),
    PathCase(
      testDescription: "takes of children that end together the earlier one", spans: "1 - 10 90\n2 1 30 40\n3 1 40 30",
      path: "1 10-30, 2 30-70, 1 70-100"),
    PathCase(
      testDescription: "passes spans that took no time", spans: "1 - 10 90\n2 1 50 0", path: "1 10-50, 1 50-100"),
    PathCase(testDescription: "of nothing is empty", spans: "", path: ""),
  ]

  @Test(arguments: cases) func `is worked out by hand`(_ sample: PathCase) {
    let trace = analysisTrace(sample.spans)
    let tree = TraceTree.build(trace)
    let path = CriticalPath(trace, tree)
    #expect(picture(path, of: trace, tree) == sample.path)
    let sum = path.sections.reduce(Duration.zero) { $0 + $1.duration }
    #expect(sum == path.duration, "the sections fill the root's time")
  }

  @Test func `belongs to the longest root that has no missing parent`() {
    let trace = analysisTrace("1 - 10 5\n2 - 20 50\n3 9 30 500\n4 2 30 10")
    let tree = TraceTree.build(trace)
    let path = CriticalPath(trace, tree)
    #expect(path.root.map { trace.name(of: $0, in: tree) } == "2")
    #expect(path.rootCount == 3)
    #expect(picture(path, of: trace, tree) == "2 20-30, 4 30-40, 2 40-70")
  }

  @Test func `belongs to the longest orphan where there are only orphans`() {
    let trace = analysisTrace("1 8 10 5\n2 9 20 50")
    let tree = TraceTree.build(trace)
    #expect(picture(CriticalPath(trace, tree), of: trace, tree) == "2 20-70")
  }

  @Test func `says for each span its stretches and its share`() throws {
    let trace = analysisTrace("1 - 10 100\n2 1 30 20\n3 1 70 30")
    let tree = TraceTree.build(trace)
    let path = CriticalPath(trace, tree)
    #expect(path.sections(of: 0).map(\.duration) == [.microseconds(20), .microseconds(20), .microseconds(10)])
    #expect(path.sections(of: 1).map(\.duration) == [.microseconds(20)])
    #expect(path.sections(of: 7).isEmpty)
    #expect(path.times.map(\.node) == [0, 2, 1])
    #expect(path.share(of: try #require(path.times.first).duration) == 0.5)
  }

  @Test(arguments: [true, false]) func `of 100,000 spans in a chain or side by side is found`(isChain: Bool) {
    let trace = hugeTrace(100_000, isChain: isChain)
    let tree = TraceTree.build(trace)
    let analysis = TraceAnalysis(trace, tree)
    let sum = analysis.criticalPath.sections.reduce(Duration.zero) { $0 + $1.duration }
    #expect(sum == analysis.criticalPath.duration)
    #expect(analysis.criticalPath.sections.count > 100_000)
    #expect(analysis.flameGraph.frames.count == (isChain ? 100_000 : 2))
    #expect(analysis.statistics.operations.map(\.count).reduce(0, +) == 100_000)
  }

  @Test func `survives times at the ends of what can be held`() {
    let id = TraceID(high: 0, low: 1)
    func span(_ number: UInt64, _ parent: UInt64?, _ start: Int64, _ duration: Int64) -> Span {
      Span(
        id: SpanID(value: number),
        references: parent.map {
          [SpanReference(kind: .childOf, traceID: id, spanID: SpanID(value: $0))]
        } ?? [], operation: "x", process: 0, start: Timestamp(nanoseconds: start),
        duration: .nanoseconds(duration), kind: nil, hasError: true)
    }
    let trace = Trace(
      id: id,
      spans: [
        span(1, nil, .min, .max), span(2, 1, .max, .max), span(3, 1, -5, .max), span(4, 3, 7, 0), span(5, nil, .max, 1),
      ], processes: [TraceProcess(service: "svc")])
    let analysis = TraceAnalysis(trace, TraceTree.build(trace))
    #expect(!analysis.blame.clauses.isEmpty)
    #expect(analysis.selfTimes.nanoseconds.allSatisfy { $0 >= 0 })
  }
}

struct SelfTimeCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let spans: String
  let times: [Int64]
}

@Suite struct `A span's self time` {
  static let cases = [
    SelfTimeCase(testDescription: "is its duration where it has no children", spans: "1 - 10 90", times: [90]),
    // 1 |====....==....==|
    // 2     |..|
    // 3           |..|
    SelfTimeCase(
      testDescription: "is what its children leave", spans: "1 - 10 90\n2 1 20 20\n3 1 60 30", times: [40, 20, 30]),
    // 1 |==.......===|
    // 2   |....|
    // 3      |...|
    SelfTimeCase(
      testDescription: "loses the time of overlapping children once", spans: "1 - 10 90\n2 1 20 30\n3 1 40 30",
      times: [40, 30, 30]),
    // 3 within 2
    SelfTimeCase(
      testDescription: "loses nothing to a child within another's time", spans: "1 - 10 90\n2 1 20 50\n3 1 30 10",
      times: [40, 50, 10]),
    // 1    |....====.....|
    // 2  |....|
    // 3             |.......|
    SelfTimeCase(
      testDescription: "loses only what lies in its own time", spans: "1 - 10 90\n2 1 5 25\n3 1 80 50",
      times: [50, 25, 50]),
    SelfTimeCase(
      testDescription: "loses nothing to children before and behind it", spans: "1 - 10 10\n2 1 1 5\n3 1 30 5",
      times: [10, 5, 5]),
    SelfTimeCase(
      testDescription: "loses nothing to what followed from it", spans: "1 - 10 90\n2 ~1 20 20", times: [90, 20]),
    SelfTimeCase(
      testDescription: "is none where a child takes it all", spans: "1 - 10 20\n2 1 5 60", times: [0, 60]),
  ]

  /// Times by span identifier, which are those of the nodes in these cases but where a child begins first.
  @Test(arguments: cases) func `is worked out by hand`(_ sample: SelfTimeCase) {
    let trace = analysisTrace(sample.spans)
    let tree = TraceTree.build(trace)
    let times = SelfTimes(trace, tree)
    var bySpan: [UInt64: Int64] = [:]
    for (node, place) in tree.nodes.enumerated() {
      bySpan[trace.spans[place.span].id.value] = times.nanoseconds[node] / 1_000
      #expect(SelfTimes.of(node, in: trace, tree) == times[node])
    }
    #expect(bySpan.sorted { $0.key < $1.key }.map(\.value) == sample.times)
  }

  /// The totals that jaeger-ui's own tests expect of its sample traces, in milliseconds by service (`tableValues.test.js`).
  @Test(.enabled(if: TraceCorpus.folder != nil)) func `of jaeger-ui's samples is what jaeger-ui says`() throws {
    for (file, expected) in [
      ("traceWithOverlappingChildren.json", ["service-one": 3, "service-two": 48]),
      ("traceWithThreeShortChildren.json", ["service-one": 5, "service-two": 36]),
      ("traceWithTwoNonOverlappingChildren.json", ["service-one": 30, "service-two": 110]),
      ("traceWithSingleChildLongerThanParentAndStartsAfterParent.json", ["service-one": 40, "service-two": 300]),
    ] {
      let trace = try TraceCorpus.trace(file)
      let statistics = OperationStatistics(trace, TraceTree.build(trace))
      let found = Dictionary(
        statistics.services.map { ($0.operation.service, Int($0.selfTime.nanoseconds / 1_000)) },
        uniquingKeysWith: +)
      #expect(found == expected, "\(file)")
    }
  }
}
