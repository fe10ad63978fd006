extension TraceTree {
  /// Makes the forest of a trace's spans. A span's parent is the first of its references that the trace holds; a span that
  /// names a parent that is not there becomes a marked root, and so does the earliest span of a circle. Every span becomes
  /// one node. Takes O(n log n) for n spans and does not recurse.
  public static func build(_ trace: Trace) -> TraceTree {
    var builder = TraceTreeBuilder(trace)
    builder.linkParents()
    builder.cutCycles()
    builder.inheritStarts()
    builder.linkChildren()
    return builder.walk()
  }
}

/// The steps of making a tree. Spans are numbered as in the trace; -1 stands for none. Children hang as lists through arrays
/// of indices: no node has an array of its own.
private struct TraceTreeBuilder {
  private static let none: Int32 = -1
  /// In nanoseconds.
  private static let year: Int64 = 31_536_000_000_000_000
  let trace: Trace
  var parent: [Int32]
  var start: [Int64]
  var firstChild: [Int32]
  var nextSibling: [Int32]
  var firstRoot = none
  var missingParents: [Int32: SpanID] = [:]
  var cyclesCut = 0
  var duplicateCount = 0

  init(_ trace: Trace) {
    self.trace = trace
    let count = trace.spans.count
    parent = Array(repeating: TraceTreeBuilder.none, count: count)
    start = trace.spans.map(\.start.nanoseconds)
    firstChild = parent
    nextSibling = parent
  }

  mutating func linkParents() {
    var index = SpanIndex(count: trace.spans.count)
    for (number, span) in trace.spans.enumerated() where !index.insert(span.id, number: Int32(number)) {
      duplicateCount += 1
    }
    for (number, span) in trace.spans.enumerated() {
      var missing: SpanID?
      for place in 0..<span.referenceCount {
        let reference = span.reference(place)
        let isInside = reference.traceID == trace.id
        if isInside, let found = index.number(of: reference.spanID) {
          missing = nil
          if found == number { cyclesCut += 1 } else { parent[number] = found }
          break
        }
        // A link to another trace is no missing parent: nothing of it will arrive here.
        if missing == nil, isInside || reference.kind == .childOf { missing = reference.spanID }
      }
      if let missing { missingParents[Int32(number)] = missing }
    }
  }

  /// Walks up from every span that has not been seen; a walk that meets its own steps has found a circle.
  mutating func cutCycles() {
    var walkOf = Array(repeating: TraceTreeBuilder.none, count: parent.count)
    for first in parent.indices {
      var place = Int32(first)
      while place >= 0, walkOf[Int(place)] == TraceTreeBuilder.none {
        walkOf[Int(place)] = Int32(first)
        place = parent[Int(place)]
      }
      guard place >= 0, walkOf[Int(place)] == Int32(first) else { continue }
      var earliest = place
      var member = parent[Int(place)]
      while member != place {
        let order = (start[Int(member)], member)
        if order < (start[Int(earliest)], earliest) { earliest = member }
        member = parent[Int(member)]
      }
      parent[Int(earliest)] = TraceTreeBuilder.none
      cyclesCut += 1
    }
  }

  /// Gives spans without a start that of the nearest ancestor which has one. No span is walked over twice.
  mutating func inheritStarts() {
    guard start.contains(0) else { return }
    var isWalked = Array(repeating: false, count: start.count)
    for first in start.indices where start[first] == 0 && !isWalked[first] {
      var place = Int32(first)
      while place >= 0, start[Int(place)] == 0, !isWalked[Int(place)] {
        isWalked[Int(place)] = true
        place = parent[Int(place)]
      }
      guard place >= 0, start[Int(place)] != 0 else { continue }
      let inherited = start[Int(place)]
      place = Int32(first)
      while start[Int(place)] == 0 {
        start[Int(place)] = inherited
        place = parent[Int(place)]
      }
    }
  }

  /// Hangs every span in its parent's list, the latest first, so that each list ends up in order of time.
  mutating func linkChildren() {
    var order = start.enumerated().map { (start: $1, number: Int32($0)) }
    order.sort { $0.start != $1.start ? $0.start < $1.start : $0.number < $1.number }
    for (_, number) in order.reversed() {
      let above = parent[Int(number)]
      if above >= 0 {
        nextSibling[Int(number)] = firstChild[Int(above)]
        firstChild[Int(above)] = number
      } else {
        nextSibling[Int(number)] = firstRoot
        firstRoot = number
      }
    }
  }

  /// The end of a span by the start that it has or inherits.
  private func end(of number: Int) -> Int64 {
    let span = trace.spans[number]
    return span.start.nanoseconds == start[number]
      ? span.end.nanoseconds : (Timestamp(nanoseconds: start[number]) + span.duration).nanoseconds
  }

  /// Lists the spans depth first; on the way up a subtree's end and errors are known.
  func walk() -> TraceTree {
    var nodes: [TraceTree.Node] = []
    nodes.reserveCapacity(parent.count)
    var rootCount = 0
    var errorCount = 0
    var earliest = Int64.max
    var latest = Int64.min
    var open = -1  // index of the node that is being filled
    var place = firstRoot
    while place >= 0 {
      let number = Int(place)
      if open < 0 { rootCount += 1 }
      nodes.append(
        TraceTree.Node(
          span: number, parent: open < 0 ? nil : open, depth: open < 0 ? 0 : nodes[open].depth + 1,
          start: Timestamp(nanoseconds: start[number]), subtreeEnd: 0, errorsBelow: 0,
          missingParent: missingParents.isEmpty ? nil : missingParents[place]))
      if trace.spans[number].hasError { errorCount += 1 }
      if start[number] != 0 {
        earliest = min(earliest, start[number])
        latest = max(latest, end(of: number))
      }
      open = nodes.count - 1
      place = firstChild[number]
      while place < 0, open >= 0 {
        nodes[open].subtreeEnd = nodes.count
        let span = nodes[open].span
        let above = nodes[open].parent ?? -1
        if above >= 0 { nodes[above].errorsBelow += nodes[open].errorsBelow + (trace.spans[span].hasError ? 1 : 0) }
        open = above
        place = nextSibling[span]
      }
    }
    // A trace whose times count from zero, as of a test or a simulation: there a start of 0 is one like any other.
    if latest < TraceTreeBuilder.year {
      for (number, time) in start.enumerated() where time == 0 && trace.spans[number].duration > .zero {
        earliest = min(earliest, 0)
        latest = max(latest, end(of: number))
      }
    }
    let range =
      earliest > latest
      ? TimeRange(start: Timestamp(nanoseconds: 0), end: Timestamp(nanoseconds: 0))
      : TimeRange(start: Timestamp(nanoseconds: earliest), end: Timestamp(nanoseconds: latest))
    return TraceTree(
      nodes: nodes, rootCount: rootCount, orphanCount: missingParents.count, errorCount: errorCount,
      cyclesCut: cyclesCut, duplicateCount: duplicateCount, range: range)
  }
}

/// Finds a span's number by its identifier: open addressing in one array. The first of several spans with one identifier is
/// the one that is found.
private struct SpanIndex {
  private var slots: [(id: UInt64, number: Int32)]
  private let mask: Int
  /// Secret, so that no server can choose identifiers that all fall into one slot.
  private let seed = UInt64.random(in: .min ... .max)

  init(count: Int) {
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    slots = Array(repeating: (0, -1), count: capacity)
    mask = capacity - 1
  }

  private func slot(of id: SpanID) -> Int {
    var hash = (id.value ^ seed) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 32) &* 0xC4CE_B9FE_1A85_EC53
    return Int(truncatingIfNeeded: hash >> 20) & mask
  }

  /// False when the identifier is taken already.
  mutating func insert(_ id: SpanID, number: Int32) -> Bool {
    var slot = slot(of: id)
    while slots[slot].number >= 0 {
      if slots[slot].id == id.value { return false }
      slot = (slot + 1) & mask
    }
    slots[slot] = (id.value, number)
    return true
  }

  func number(of id: SpanID) -> Int32? {
    var slot = slot(of: id)
    while slots[slot].number >= 0 {
      if slots[slot].id == id.value { return slots[slot].number }
      slot = (slot + 1) & mask
    }
    return nil
  }
}
