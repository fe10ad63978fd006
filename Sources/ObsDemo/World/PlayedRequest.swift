/// What a second holds: how many requests, and which of them go wrong in which way. Requests are numbered so that those of one
/// mode stand together and the normal ones come last: errors are found without playing the rest.
struct SecondPlan: Sendable {
  let second: Int
  let requests: Int
  let background: Int
  let regime: Regime
  /// Modes with the numbers of their requests.
  let ranges: [(mode: Int, range: Range<Int>)]
  /// The number of the first normal request.
  let normalStart: Int

  init(second: Int, seed: UInt64, counts: (requests: Int, background: Int), regime: Regime) {
    self.second = second
    requests = counts.requests
    background = counts.background
    self.regime = regime
    var ranges: [(mode: Int, range: Range<Int>)] = []
    var next = 0
    for (mode, share) in regime.modes where share > 0 {
      let draw = SplitMix.unit(SplitMix.hash(seed, Int64(second), Int64(mode), 4))
      let count = min(Int(Double(requests) * share + draw), requests - next)
      if count > 0 { ranges.append((mode, next..<next + count)) }
      next += count
    }
    self.ranges = ranges
    normalStart = next
  }

  /// The mode of the request of that number; nil where all goes well.
  func mode(of index: Int) -> Int? { ranges.first { $0.range.contains(index) }?.mode }
}

/// A request that was played; its spans are in the simulator that played it.
struct PlayedRequest: Sendable {
  let second: Int
  let index: Int
  let operation: Int
  /// Nil where all goes well.
  let mode: Int?
  let effect: Effect
  /// Both halves of the trace's identifier.
  let high: UInt64
  let low: UInt64
  /// When the root span begins, microseconds since the Unix epoch.
  let start: Int64
  /// The request's two lines: which span wrote them, when (microseconds from the start), and what they say.
  let lines: (RequestLine, RequestLine)

  var isFailing: Bool {
    if case .fail(let failure) = effect { failure != .rejected } else { false }
  }
}

/// A line that a request writes.
struct RequestLine: Sendable {
  /// What the line is about.
  enum Kind: Sendable {
    case failure, failedAccess, retry, rejected, slow, late, handled, dependency, access
  }

  let span: Int
  /// Microseconds from the start of the request.
  let offset: Int64
  let kind: Kind

  var level: LineLevel {
    switch kind {
    case .failure: .error
    case .failedAccess, .retry, .rejected, .slow, .late: .warn
    case .handled, .access: .info
    case .dependency: .debug
    }
  }
}

/// The levels of the world's lines, as the services write them.
enum LineLevel: String, Sendable, CaseIterable { case error, warn, info, debug }

extension RequestLine {
  /// Chooses the lines of a request. Both lie within nine tenths of a second, so that a second's lines are those of its requests.
  static func choose(
    _ spans: [SimulatedSpan], effect: Effect, graph: CallGraph, random: inout SplitMix
  ) -> (RequestLine, RequestLine) {
    func at(_ span: Int, _ kind: Kind, atStart: Bool = false) -> RequestLine {
      RequestLine(span: span, offset: atStart ? spans[span].start : spans[span].end, kind: kind)
    }
    func near(_ line: RequestLine, _ other: RequestLine) -> Bool { abs(line.offset - other.offset) <= 900_000 }
    let origin = spans.firstIndex { $0.isOrigin } ?? 0
    switch effect {
    case .fail(.rejected):
      return (at(0, .rejected), RequestLine(span: 0, offset: spans[0].start, kind: .handled))
    case .fail:
      var top = origin
      while let parent = spans[top].parent, spans[parent].failed { top = parent }
      let first = at(origin, .failure)
      let second = at(top, top == origin ? .retry : .failedAccess)
      return (first, near(first, second) ? second : at(origin, .retry))
    case .slow where spans[origin].duration < 250_000:
      // Slower than usual, but not worth a warning.
      return (at(origin, .handled), at(origin, .handled))
    case .slow:
      let first = at(origin, .slow)
      let second = at(0, .access)
      let caller = at(spans[origin].parent ?? origin, .handled)
      return (first, near(first, second) ? second : near(first, caller) ? caller : at(origin, .handled))
    case .delay:
      let first = at(origin, .late, atStart: true)
      let second = at(origin, .handled)
      return (first, near(first, second) ? second : at(origin, .handled, atStart: true))
    case .none:
      let chosen = spans.count > 1 ? 1 + random.below(spans.count - 1) : 0
      let isDependency = graph.nodes[spans[chosen].node].call.dependency != nil
      let first = at(chosen, isDependency ? .dependency : .handled)
      let second = at(0, .access)
      return (near(first, second) ? first : at(0, .handled), second)
    }
  }
}
