import ObsData
import Synchronization

/// A simulated RustIM: services whose logs, traces, metrics and alerts tell one story. Everything is a function of the seed, the
/// start and the time asked for; nothing is stored but what is cheap to keep, and dropped when there is too much of it.
final class World: Sendable {
  let seed: UInt64
  /// Lines a second, about.
  let rate: Double
  /// When the world was started: a day of past lies before it, and incidents are set relative to it.
  let origin: Timestamp
  let graph: CallGraph
  let scenario: Scenario
  let load: LoadTable
  let timeline: Timeline
  let modes: ModeTable
  let regimes: RegimeCache
  let lineCache = LineCache(capacity: 60_000)
  let metricTable: MetricTable
  let metricDays = Mutex<[Int: [Timeline.MetricSegment]]>([:])
  private let traceKey: UInt64

  /// Makes a world of `services` services (7 is RustIM as it is) that writes about `rate` lines a second. Without a scenario
  /// the built-in incidents are played.
  init(
    seed: UInt64 = 1, services: Int = 7, rate: Double = 20, scenario: Scenario = .builtIn, origin: Timestamp
  ) {
    self.seed = seed
    self.rate = min(max(rate.isFinite ? rate : 20, 0.1), 200_000)
    // Nobody's clock shows a time outside these years; they keep all sums far from overflow.
    let second = min(max(origin.nanoseconds / 1_000_000_000, 86_400 * 365), 7_000_000_000)
    self.origin = Timestamp(nanoseconds: second * 1_000_000_000)
    self.scenario = scenario
    graph = CallGraph(serviceCount: services)
    load = LoadTable(seed: seed, rate: self.rate, origin: Int(second))
    timeline = Timeline(scenario: scenario, services: graph.services, seed: seed, origin: Int(second))
    modes = ModeTable(graph: graph, scenario: scenario)
    regimes = RegimeCache(graph: graph, table: modes)
    metricTable = MetricTable(graph: graph, modes: modes, seed: seed)
    traceKey = SplitMix.hash(seed, 5)
  }

  /// The services' names.
  var services: [String] { graph.services }

  /// The first second of the world's past.
  var firstSecond: Int { timeline.firstSecond }

  func plan(_ second: Int) -> SecondPlan {
    SecondPlan(
      second: second, seed: seed, counts: load.counts(at: second),
      regime: regimes.regime(timeline.segment(at: second).active))
  }

  /// The two halves of a request's trace identifier. The upper half is a permutation of what the request is numbered by.
  func traceID(second: Int, index: Int) -> (high: UInt64, low: UInt64) {
    let number = UInt64(second) << 28 | UInt64(index)
    let high = SplitMix.mix(number ^ traceKey)
    return (high, SplitMix.mix(high ^ (traceKey &* 0x9E37_79B9_7F4A_7C15)))
  }

  /// Which request a trace identifier belongs to; nil where the world never gave it out.
  func request(high: UInt64, low: UInt64) -> (second: Int, index: Int)? {
    guard low == SplitMix.mix(high ^ (traceKey &* 0x9E37_79B9_7F4A_7C15)) else { return nil }
    let number = SplitMix.unmix(high) ^ traceKey
    let second = Int(number >> 28)
    let index = Int(number & 0xFFF_FFFF)
    guard second >= firstSecond, second < firstSecond + 10 * 366 * 86_400, index < load.counts(at: second).requests
    else { return nil }
    return (second, index)
  }

  /// The identifier of a trace's span.
  func spanID(high: UInt64, span: Int) -> UInt64 { SplitMix.hash(high, Int64(span), 6) }

  /// Plays a request; its spans are left in the simulator.
  func play(_ plan: SecondPlan, index: Int, in simulator: inout Simulator) -> PlayedRequest {
    let (high, low) = traceID(second: plan.second, index: index)
    var random = SplitMix(high)
    let (operation, mode, target) = choose(plan, index: index, random: &random)
    let effect = mode.map { modes.modes[$0].effect } ?? .none
    simulator.play(
      root: graph.operations[operation].root, effect: effect, target: target,
      touched: mode.map { modes.modes[$0].touched } ?? [], random: SplitMix(random.next()))
    let lines = RequestLine.choose(simulator.spans, effect: effect, graph: graph, random: &random)
    let late = max(lines.0.offset, lines.1.offset)
    let gap = (late - min(lines.0.offset, lines.1.offset)) / 1_000 + 1
    let instant = Int64(plan.second) * 1_000 + gap + Int64(random.below(Int(1_000 - gap)))
    let start = instant * 1_000 + Int64(random.below(1_000)) - late
    return PlayedRequest(
      second: plan.second, index: index, operation: operation, mode: mode, effect: effect, high: high, low: low,
      start: start, lines: lines)
  }

  /// What a request is, before it is played: which operation, what goes wrong, and where.
  private func choose(
    _ plan: SecondPlan, index: Int, random: inout SplitMix
  ) -> (operation: Int, mode: Int?, target: Int?) {
    if let mode = plan.mode(of: index), let place = random.pick(modes.modes[mode].cumulative) {
      let place = modes.modes[mode].places[place]
      return (place.operation, mode, place.node)
    }
    return (random.pick(plan.regime.normalOperations) ?? 0, nil, nil)
  }

  /// The operation of a request, without playing it.
  func operation(_ plan: SecondPlan, index: Int) -> Int {
    var random = SplitMix(traceID(second: plan.second, index: index).high)
    return choose(plan, index: index, random: &random).operation
  }

  /// Whether a crash holds the service down.
  func isDown(service: Int, at second: Int) -> Bool {
    let name = graph.services[service]
    return timeline.segment(at: second).active.contains { active in
      let incident = scenario.incidents[active.incident]
      return incident.kind == .crash && incident.service == name
    }
  }
}
