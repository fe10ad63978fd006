import ObsData

/// Makes what a feed sends, second by second of the world.
struct FeedSource: Sendable {
  let world: World
  /// The share of traces that is sent, 0 to 1, decided by the trace's identifier as OpenTelemetry's `TraceIdRatioBased` does.
  let samplingRatio: Double
  /// Traces whose last span has not ended yet, with the time at which it does (microseconds since the epoch).
  private var growing: [(end: Int64, trace: FeedTrace)] = []
  /// More traces than this are not held back.
  private static let growingLimit = 20_000
  private var simulator: Simulator

  init(world: World, samplingRatio: Double) {
    self.world = world
    self.samplingRatio = samplingRatio
    simulator = Simulator(graph: world.graph)
  }

  /// The lines of a second as the documents that Filebeat and Logstash would have made of them.
  func documents(of second: Int) -> [FeedLine] {
    lines(of: second) { FeedLine(id: $0.id, json: JSONTree.object($0.fields.map { ($0.name, $0.value) }).text) }
  }

  /// The lines of a second as RustIM's services write them with `log.format: json`: tracing's names, levels in capitals.
  func serviceLines(of second: Int) -> [FeedLine] {
    lines(of: second) { document in
      let members = document.fields.map { field -> (key: String, value: JSONTree) in
        switch (field.name, field.value) {
        case ("@timestamp", _): ("timestamp", field.value)
        case ("level", .string(let level)): ("level", .string(level.uppercased()))
        default: (field.name, field.value)
        }
      }
      return FeedLine(id: document.id, json: JSONTree.object(members).text)
    }
  }

  private func lines(of second: Int, _ make: (WorldDocument) -> FeedLine) -> [FeedLine] {
    let start = Timestamp(milliseconds: Int64(second) * 1_000)
    // Asked from far behind, all lines are there.
    return world.documents(from: start, to: start + .seconds(1), now: start + .seconds(60)).map(make)
  }

  /// Plays the requests of a second and gives the sampled traces that are complete by `now`: of this second and earlier ones.
  mutating func traces(of second: Int, now: Timestamp) -> [FeedTrace] {
    let plan = world.plan(second)
    for index in 0..<plan.requests where isSampled(world.traceID(second: second, index: index).low) {
      let request = world.play(plan, index: index, in: &simulator)
      let trace = WorldTrace(request: request, spans: simulator.spans.enumerated().map { ($0, $1) })
      // Sampled: the flag that goes along in traceparent.
      let json = world.resourceSpans(trace, flags: 1).map(\.text).joined(separator: ",")
      growing.append((trace.end, FeedTrace(json: json, spans: trace.spans.count)))
    }
    let time = now.nanoseconds / 1_000
    let isCrowded = growing.count > FeedSource.growingLimit
    let complete = growing.filter { $0.end <= time || isCrowded }
    if !complete.isEmpty { growing.removeAll { $0.end <= time || isCrowded } }
    return complete.map(\.trace)
  }

  /// The lower 63 bits of an identifier's lower half are below the ratio's share of them.
  private func isSampled(_ low: UInt64) -> Bool {
    samplingRatio >= 1 || Double(low & (1 << 63 - 1)) < samplingRatio * 0x1p63
  }
}
