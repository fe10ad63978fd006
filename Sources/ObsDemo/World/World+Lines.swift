/// A log line of the world before its text is made.
struct Line: Sendable {
  /// Where it comes from.
  enum Content: Sendable {
    case request(RequestLineContext)
    case background(hash: UInt64)
    case event(Timeline.Event)
  }

  /// Milliseconds since the Unix epoch.
  let milliseconds: Int64
  /// Its place among the lines of its second: the same in every run.
  let slot: Int
  let level: LineLevel
  let service: Int
  let content: Content
}

/// What a request's line needs for its text.
struct RequestLineContext: Sendable {
  let high: UInt64
  let low: UInt64
  let kind: RequestLine.Kind
  let node: Int
  let span: Int
  /// The span's duration in microseconds.
  let duration: Int64
  let effect: Effect
  /// The operation's root, for lines that speak of the whole request.
  let root: Int
}

extension World {
  /// The lines of one second, by time; only those of the given levels and services have to be there.
  func lines(of second: Int, levels: Set<LineLevel>? = nil, services: Set<Int>? = nil) -> [Line] {
    if let lines = lineCache.lines(of: second) {
      guard levels != nil || services != nil else { return lines }
      return lines.filter { levels?.contains($0.level) ?? true && services?.contains($0.service) ?? true }
    }
    let plan = plan(second)
    var lines: [Line] = []
    var simulator = Simulator(graph: graph)
    func add(_ range: Range<Int>) {
      for index in range {
        if let services, !touchesAny(services, operation: operation(plan, index: index)) { continue }
        let request = play(plan, index: index, in: &simulator)
        append(request.lines.0, slot: 2 * index, of: request, spans: simulator.spans, to: &lines)
        append(request.lines.1, slot: 2 * index + 1, of: request, spans: simulator.spans, to: &lines)
      }
    }
    for (mode, range) in plan.ranges where wants(levels, mode: modes.modes[mode]) { add(range) }
    if levels.map({ $0.contains(.info) || $0.contains(.debug) }) ?? true { add(plan.normalStart..<plan.requests) }
    for number in 0..<plan.background { lines.append(backgroundLine(plan, number: number)) }
    for (number, event) in timeline.events(from: second, to: second + 1).enumerated() {
      lines.append(
        Line(
          milliseconds: Int64(second) * 1_000 + Int64(SplitMix.hash(seed, Int64(second), Int64(number), 10) % 1_000),
          slot: -1_000_000 - number, level: event.kind == .died ? .error : event.kind == .restarted ? .warn : .info,
          service: event.service, content: .event(event)))
    }
    if levels != nil || services != nil {
      lines.removeAll { !(levels?.contains($0.level) ?? true && services?.contains($0.service) ?? true) }
    }
    lines.sort { ($0.milliseconds, $0.slot) < ($1.milliseconds, $1.slot) }
    if levels == nil, services == nil { lineCache.keep(lines, of: second) }
    return lines
  }

  /// How many lines a second has, without making them.
  func lineCount(from start: Int, to end: Int) -> Int {
    let totals = load.totals(from: start, to: end)
    return 2 * totals.requests + totals.background + timeline.events(from: start, to: end).count
  }

  private func touchesAny(_ services: Set<Int>, operation: Int) -> Bool {
    services.contains { graph.touches[$0][operation] }
  }

  /// Whether a mode's requests may write lines of such levels.
  private func wants(_ levels: Set<LineLevel>?, mode: Mode) -> Bool {
    guard let levels else { return true }
    if mode.isFailing { return levels.contains(.error) || levels.contains(.warn) }
    return levels.contains { $0 != .error }
  }

  private func append(
    _ line: RequestLine, slot: Int, of request: PlayedRequest, spans: [SimulatedSpan], to lines: inout [Line]
  ) {
    let span = spans[line.span]
    let context = RequestLineContext(
      high: request.high, low: request.low, kind: line.kind, node: span.node, span: line.span, duration: span.duration,
      effect: request.effect, root: graph.operations[request.operation].root)
    lines.append(
      Line(
        milliseconds: (request.start + line.offset) / 1_000, slot: slot, level: line.level,
        service: graph.nodes[span.node].service, content: .request(context)))
  }

  /// A line that no request wrote: timers, pools, consumers.
  private func backgroundLine(_ plan: SecondPlan, number: Int) -> Line {
    let hash = SplitMix.hash(seed, Int64(plan.second), Int64(number), 11)
    let trouble = hash % 3 == 0 ? trouble(at: plan.second) : nil
    let level: LineLevel = trouble != nil ? .warn : hash % 5 < 2 ? .debug : .info
    let service = trouble?.service ?? Int((hash >> 32) % UInt64(graph.services.count))
    return Line(
      milliseconds: Int64(plan.second) * 1_000 + Int64((hash >> 20) % 1_000), slot: -1 - number, level: level,
      service: service, content: .background(hash: hash))
  }

  /// An incident that pools or consumers complain of on their own, without a request.
  enum BackgroundTrouble: Sendable {
    case saturation(Dependency, service: Int)
    case lag(service: Int)

    var service: Int {
      switch self {
      case .saturation(_, let service), .lag(let service): service
      }
    }
  }

  /// The first such incident of a second, at a service that is there.
  func trouble(at second: Int) -> BackgroundTrouble? {
    for active in timeline.segment(at: second).active {
      let incident = scenario.incidents[active.incident]
      switch incident.kind {
      case .saturation:
        guard let service = graph.services.firstIndex(of: incident.service ?? "user-server") else { continue }
        return .saturation(incident.dependency ?? .redis, service: service)
      case .lag:
        guard let service = graph.services.firstIndex(of: incident.service ?? "push-server") else { continue }
        return .lag(service: service)
      default: continue
      }
    }
    return nil
  }
}
