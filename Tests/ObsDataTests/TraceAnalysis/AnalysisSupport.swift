import Foundation
import Testing

@testable import ObsData

/// A trace written as lines of `id parent start duration service operation`, times in microseconds; `-` for no parent, `~` before a
/// parent that the span followed from, `!` behind the duration for an error, `>` and `<` for what it produces and consumes.
func analysisTrace(_ lines: String) -> Trace {
  let id = TraceID(high: 0, low: 0xABC)
  var services: [String] = []
  let spans = lines.split(separator: "\n").map { line -> Span in
    let words = line.split(separator: " ").map(String.init)
    let service = words.count > 4 ? words[4] : "svc"
    if !services.contains(service) { services.append(service) }
    let parent = SpanID(hex: words[1].filter { $0 != "~" })
    let kind: SpanReference.Kind = words[1].hasPrefix("~") ? .followsFrom : .childOf
    return Span(
      id: SpanID(hex: words[0]) ?? SpanID(value: 0),
      references: parent.map { [SpanReference(kind: kind, traceID: id, spanID: $0)] } ?? [],
      operation: words.count > 5 ? words[5] : "op-\(words[0])", process: services.firstIndex(of: service) ?? 0,
      start: Timestamp(microseconds: Int64(words[2]) ?? 0),
      duration: .microseconds(Int64(words[3].filter(\.isNumber)) ?? 0),
      kind: words[3].hasSuffix(">") ? .producer : words[3].hasSuffix("<") ? .consumer : nil,
      hasError: words[3].hasSuffix("!"))
  }
  return Trace(id: id, spans: spans, processes: services.map { TraceProcess(service: $0) })
}

extension Trace {
  /// The last digits of a node's span identifier, in hexadecimal.
  func name(of node: Int, in tree: TraceTree) -> String { String(spans[tree.nodes[node].span].id.value, radix: 16) }
}

/// Sections as `span start-end`, in microseconds.
func picture(_ path: CriticalPath, of trace: Trace, _ tree: TraceTree) -> String {
  path.sections.map {
    "\(trace.name(of: $0.node, in: tree)) \($0.start.microseconds)-\($0.end.microseconds)"
  }.joined(separator: ", ")
}

/// A clause as one line: its name, spans and numbers.
func picture(_ clause: TraceBlame.Clause, of trace: Trace, _ tree: TraceTree) -> String {
  func names(_ nodes: [Int]) -> String { nodes.map { trace.name(of: $0, in: tree) }.joined(separator: " ") }
  func percent(_ share: Double) -> String { "\(Int((share * 100).rounded()))%" }
  switch clause {
  case .criticalPath(let holder): return "path \(names(holder.nodes)) \(percent(holder.share))"
  case .aftermath(let rest): return "aftermath \(names([rest.node])) \(percent(rest.share))"
  case .firstError(let failure, let isDeepest):
    return "first\(isDeepest ? " and deepest" : "") error \(names([failure.node])) depth \(failure.depth)"
  case .deepestError(let failure): return "deepest error \(names([failure.node])) depth \(failure.depth)"
  case .retries(let retry): return "retries \(names(retry.nodes)) \(retry.hasSucceeded ? "succeeded" : "in vain")"
  case .run(let run): return "run \(names(run.nodes)) \(percent(run.share))"
  case .gap(let gap):
    let ends = [gap.after, gap.before].map { $0.map { trace.name(of: $0, in: tree) } ?? "-" }
    return "gap \(gap.node.map { names([$0]) } ?? "none") \(ends[0])..\(ends[1]) \(percent(gap.share))"
  }
}

func blame(_ lines: String) -> [String] {
  let trace = analysisTrace(lines)
  let tree = TraceTree.build(trace)
  return TraceBlame(trace, tree).clauses.map { picture($0, of: trace, tree) }
}

/// Traces recorded elsewhere: the folder that `OBS_TUI_CORPUS` names.
enum TraceCorpus {
  static var folder: String? { ProcessInfo.processInfo.environment["OBS_TUI_CORPUS"] }

  static func trace(_ name: String) throws -> Trace {
    let folder = try #require(folder)
    let file = try TraceFile.read(path: "\(folder)/jaeger/v1/\(name)")
    return try #require(file.traces.first)
  }
}

/// `count` spans: a chain, or children of one span that follow one another.
func hugeTrace(_ count: Int, isChain: Bool) -> Trace {
  let id = TraceID(high: 0, low: 1)
  let spans = (0..<count).map { number -> Span in
    let parent = number == 0 ? nil : isChain ? number : 1
    let start = isChain ? number : number == 0 ? 0 : 3 * number
    let length = isChain ? 2 * (count - number) : number == 0 ? 3 * count + 3 : 2
    return Span(
      id: SpanID(value: UInt64(number + 1)),
      references: parent.map {
        [SpanReference(kind: .childOf, traceID: id, spanID: SpanID(value: UInt64($0)))]
      } ?? [], operation: number == 0 ? "root" : "step", process: 0,
      start: Timestamp(microseconds: Int64(1_000_000 + start)), duration: .microseconds(length), kind: nil,
      hasError: false)
  }
  return Trace(id: id, spans: spans, processes: [TraceProcess(service: "svc")])
}
