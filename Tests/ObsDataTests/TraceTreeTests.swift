import Testing

@testable import ObsData

/// A trace written as lines of `id parent start duration`; `-` for no parent, `!` behind the line for an error.
func sampleTrace(_ lines: String) -> Trace {
  let id = TraceID(high: 0, low: 0xABC)
  let spans = lines.split(separator: "\n").map { line -> Span in
    let words = line.split(separator: " ")
    let parents = words[1].split(separator: ",").compactMap { SpanID(hex: $0) }
    return Span(
      id: SpanID(hex: words[0]) ?? SpanID(value: 0),
      references: parents.map { SpanReference(kind: .childOf, traceID: id, spanID: $0) }, operation: "op-\(words[0])",
      process: 0, start: Timestamp(microseconds: Int64(words[2]) ?? 0),
      duration: .microseconds(Int64(words[3]) ?? 0), kind: nil, hasError: words.count > 4)
  }
  return Trace(id: id, spans: spans, processes: [TraceProcess(service: "svc")])
}

/// A tree as lines: a dot for each level, the span, errors below, a missing parent.
func picture(_ tree: TraceTree, of trace: Trace) -> String {
  tree.nodes.map { node in
    let span = trace.spans[node.span]
    return String(repeating: ".", count: node.depth) + String(span.id.value, radix: 16)
      + (node.errorsBelow > 0 ? " ✗\(node.errorsBelow)" : "")
      + (node.missingParent.map { " ?" + String($0.value, radix: 16) } ?? "")
  }.joined(separator: "\n")
}

struct TreeCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let spans, tree: String
  var orphans = 0
  var cycles = 0
  var duplicates = 0
  var roots = 1
}

@Suite struct `A trace's tree` {
  static let cases = [
    TreeCase(
      testDescription: "children stand below their parents, by start",
      spans: "1 - 10 90\n3 1 30 5\n2 1 20 9 !\n4 2 25 1 !",
      tree: "1 ✗2\n.2 ✗1\n..4\n.3"),
    TreeCase(
      testDescription: "several roots, by start", spans: "2 - 20 5\n1 - 10 5\n3 2 21 1", tree: "1\n2\n.3", roots: 2),
    TreeCase(
      testDescription: "an orphan is a root that names its parent", spans: "1 - 10 5\n2 9 12 1\n3 2 13 1",
      tree: "1\n2 ?9\n.3", orphans: 1, roots: 2),
    TreeCase(
      testDescription: "the first reference that is there is the parent", spans: "1 - 10 5\n2 9,1 12 1", tree: "1\n.2"),
    TreeCase(
      testDescription: "a circle is cut at its earliest span", spans: "1 3 30 5\n2 1 10 5\n3 2 20 5\n4 3 40 1",
      tree: "2\n.3\n..1\n..4", cycles: 1),
    TreeCase(testDescription: "a span that is its own parent", spans: "1 1 10 5", tree: "1", cycles: 1),
    TreeCase(
      testDescription: "the first of two spans with one identifier has the children",
      spans: "1 - 10 9\n2 1 11 5\n2 1 12 5\n3 2 13 1", tree: "1\n.2\n..3\n.2", duplicates: 1),
    TreeCase(
      testDescription: "a span without a start begins with its parent", spans: "1 - 10 9\n2 1 0 3\n3 2 0 2\n4 1 5 1",
      tree: "1\n.4\n.2\n..3"),
    TreeCase(testDescription: "an empty trace", spans: "", tree: "", roots: 0),
  ]

  @Test(arguments: cases) func `is built as drawn`(_ sample: TreeCase) {
    let trace = sampleTrace(sample.spans)
    let tree = TraceTree.build(trace)
    #expect(picture(tree, of: trace) == sample.tree)
    #expect(tree.nodes.count == trace.spans.count)
    #expect(tree.orphanCount == sample.orphans)
    #expect(tree.cyclesCut == sample.cycles)
    #expect(tree.duplicateCount == sample.duplicates)
    #expect(tree.rootCount == sample.roots)
    checkLayout(tree)
  }

  @Test func `ranges over all spans, not over the root`() {
    let tree = TraceTree.build(sampleTrace("1 - 10 5\n2 1 8 1\n3 1 14 90"))
    #expect(tree.range.start == Timestamp(microseconds: 8))
    #expect(tree.range.end == Timestamp(microseconds: 104))
  }

  @Test func `takes inherited starts into its nodes`() {
    let tree = TraceTree.build(sampleTrace("1 - 10 9\n2 1 0 3"))
    #expect(tree.nodes.map(\.start) == [Timestamp(microseconds: 10), Timestamp(microseconds: 10)])
  }

  @Test func `a link to another trace makes no orphan, a parent in another trace does`() {
    let id = TraceID(high: 0, low: 1)
    let other = TraceID(high: 0, low: 2)
    func span(_ number: UInt64, _ kind: SpanReference.Kind) -> Span {
      Span(
        id: SpanID(value: number), references: [SpanReference(kind: kind, traceID: other, spanID: SpanID(value: 9))],
        operation: "", process: 0, start: Timestamp(seconds: 1), duration: .zero, kind: nil, hasError: false)
    }
    let trace = Trace(
      id: id, spans: [span(1, .followsFrom), span(2, .childOf)], processes: [TraceProcess(service: "svc")])
    let tree = TraceTree.build(trace)
    #expect(tree.orphanCount == 1)
    #expect(tree.nodes.map { $0.missingParent?.value } == [nil, 9])
  }

  @Test func `a chain of 100,000 spans, parents last, is one deep branch`() {
    let id = TraceID(high: 0, low: 1)
    let count = 100_000
    let spans = (1...count).reversed().map { number in
      Span(
        id: SpanID(value: UInt64(number)),
        references: number == 1
          ? [] : [SpanReference(kind: .childOf, traceID: id, spanID: SpanID(value: UInt64(number - 1)))],
        operation: "deep", process: 0, start: Timestamp(nanoseconds: number == 1 ? 5 : 0), duration: .nanoseconds(1),
        kind: nil, hasError: number == count)
    }
    let tree = TraceTree.build(Trace(id: id, spans: spans, processes: [TraceProcess(service: "svc")]))
    #expect(tree.nodes.count == count)
    #expect(tree.nodes.last?.depth == count - 1)
    #expect(tree.nodes.first?.errorsBelow == 1)
    #expect(tree.nodes.last?.start == Timestamp(nanoseconds: 5))
    #expect(tree.nodes.allSatisfy { $0.subtreeEnd == count })
  }

  @Test func `a circle of 100,000 spans without a start is cut once`() {
    let id = TraceID(high: 0, low: 1)
    let count = 100_000
    let spans = (0..<count).map { number in
      Span(
        id: SpanID(value: UInt64(number + 1)),
        references: [
          SpanReference(kind: .childOf, traceID: id, spanID: SpanID(value: UInt64((number + 1) % count + 1)))
        ],
        operation: "round", process: 0, start: Timestamp(nanoseconds: 0), duration: .zero, kind: nil, hasError: false)
    }
    let tree = TraceTree.build(Trace(id: id, spans: spans, processes: [TraceProcess(service: "svc")]))
    #expect(tree.nodes.count == count)
    #expect(tree.cyclesCut == 1)
    #expect(tree.rootCount == 1)
  }

  /// Depth, parents and subtree ends agree with each other.
  private func checkLayout(_ tree: TraceTree) {
    for (index, node) in tree.nodes.enumerated() {
      #expect(node.subtreeEnd > index && node.subtreeEnd <= tree.nodes.count)
      guard let parent = node.parent else {
        #expect(node.depth == 0)
        continue
      }
      #expect(parent < index && tree.nodes[parent].depth == node.depth - 1)
      #expect(tree.nodes[parent].subtreeEnd >= node.subtreeEnd)
    }
  }
}
