import Dispatch
import Foundation
import ObsData
import Synchronization

/// The spans in which a search finds something.
struct TraceFind: Equatable, Sendable {
  var matches = NodeSet()
  /// On how many spans an expression was given up.
  var undecided = 0

  /// With so many spans given up on, a search ends: it would take forever.
  private static let mostUndecided = 50
  /// How many spans a thread looks at between two questions whether anybody still waits.
  private static let slice = 512

  /// Looks through all spans, on all processors; nil once nobody waits any more.
  static func run(
    _ search: TextSearch, _ trace: Trace, _ tree: TraceTree, isWanted: @escaping @Sendable () -> Bool
  ) -> TraceFind? {
    guard let pattern = search.expression ?? (try? TextPattern(search.pattern, syntax: .literal)) else {
      return TraceFind()
    }
    let count = tree.nodes.count
    // A few thousand spans are looked through before a second thread has begun.
    let threads = count < 4_096 ? 1 : min(ProcessInfo.processInfo.activeProcessorCount, 8)
    let parts = Mutex<[TraceFind]>([])
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let first = count * thread / threads
      let last = count * (thread + 1) / threads
      guard let part = look(for: pattern, in: first..<last, trace, tree, isWanted: isWanted) else { return }
      parts.withLock { $0.append(part) }
    }
    let found = parts.withLock { $0 }
    guard found.count == threads else { return nil }
    return found.dropFirst().reduce(into: found[0]) { all, part in
      for node in part.matches { all.matches.insert(node) }
      all.undecided += part.undecided
    }
  }

  private static func look(
    for pattern: TextPattern, in nodes: Range<Int>, _ trace: Trace, _ tree: TraceTree, isWanted: () -> Bool
  ) -> TraceFind? {
    let matcher = TextMatcher(pattern)
    var found = TraceFind()
    guard let escape = try? TextPattern(#"\u"#, syntax: .literal) else { return found }
    let escapes = TextMatcher(escape)
    let passesOver = mayBePassedOver(pattern)
    var names: [SpanName: Bool] = [:]
    var bytes: [UInt8] = []
    for node in nodes {
      if node % slice == 0, !isWanted() { return nil }
      let index = tree.nodes[node].span
      // Few names are distinct in a trace: each is looked at once.
      let name = SpanName(process: trace.spans[index].process, operation: trace.spans[index].operation)
      let isInName: Bool
      if let known = names[name] {
        isInName = known
      } else {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: SpanText.name(of: index, in: trace).utf8)
        isInName = bytes.withUnsafeBufferPointer { matcher.find(in: $0) } != .none
        names[name] = isInName
      }
      if isInName {
        found.matches.insert(node)
        continue
      }
      // Most spans hold nothing like it: their text says so without being decoded.
      if passesOver, let text = trace.text(of: index),
        text.withUnsafeBufferPointer({ matcher.find(in: $0) == .none && escapes.find(in: $0) == .none })
      {
        continue
      }
      bytes.removeAll(keepingCapacity: true)
      SpanText.append(trace.details(of: index), to: &bytes)
      switch bytes.withUnsafeBufferPointer({ matcher.find(in: $0) }) {
      case .match: found.matches.insert(node)
      case .undecided: found.undecided += 1
      case .none: break
      }
      if found.undecided >= mostUndecided { break }
    }
    return found
  }

  /// Whether a span is without the pattern where its JSON is and escapes no letter: not for what the reader sees in another
  /// form than JSON has it, such as `key=value`, numbers, and `base64` in front of bytes.
  private static func mayBePassedOver(_ pattern: TextPattern) -> Bool {
    let text = pattern.text.lowercased()
    guard pattern.syntax == .literal, !text.contains("base64"), !"base64 ".contains(text) else { return false }
    let letters = text.utf8.filter { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    return letters.contains { !"einfa".utf8.contains($0) }
      && text.utf8.allSatisfy { letters.contains($0) || "0123456789_-. ".utf8.contains($0) }
  }

  private struct SpanName: Hashable {
    let process: Int
    let operation: String
  }
}

/// Work on a whole trace that may take longer than a frame: done on another thread, its outcome comes back as an event.
struct TraceWork: Sendable {
  enum Task: Equatable, Sendable { case find(TextSearch) }

  /// Whose work it is, and which: an answer to another question than the last one is passed over.
  struct Ticket: Hashable, Sendable {
    let request: TraceRequest
    let number: Int
  }

  enum Outcome: Equatable, Sendable { case found(TraceFind) }

  let ticket: Ticket
  let task: Task
  let trace: Trace
  let tree: TraceTree

  /// Does it; nil once nobody waits any more.
  func run(isWanted: @escaping @Sendable () -> Bool) -> Outcome? {
    switch task {
    case .find(let search): TraceFind.run(search, trace, tree, isWanted: isWanted).map { .found($0) }
    }
  }
}

extension TraceWork: Equatable {
  /// Whether both find out the same about the same trace.
  static func == (a: TraceWork, b: TraceWork) -> Bool {
    a.ticket == b.ticket && a.task == b.task && a.trace === b.trace
  }
}
