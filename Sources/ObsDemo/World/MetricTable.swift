import Foundation
import Synchronization

/// What a request adds to each counter, on average: found by playing a few hundred requests of each operation and of each mode,
/// so that metrics cannot tell another story than traces do.
final class MetricTable: Sendable {
  /// Upper bounds of the duration buckets, in seconds, without the last, infinite one.
  static let bounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  /// Numbers kept for each cell: how many spans, the sum of their seconds, and how many within each bound.
  static let width = 3 + bounds.count
  private static let statuses = StatusClass.allCases.count
  private static let plays = 240

  let graph: CallGraph
  private let modes: ModeTable
  private let seed: UInt64

  /// The numbers that are not zero, with their places.
  private typealias Part = [(index: Int, value: Double)]

  private struct State: Sendable {
    var normal: [Int: Part] = [:]
    var modes: [Int: Part] = [:]
    var regimes: [[ActiveIncident]: Coefficients] = [:]
  }
  private let state = Mutex(State())
  private let madeCatalog = Mutex<MetricCatalog?>(nil)

  /// Every series, made when somebody first asks for metrics.
  var catalog: MetricCatalog {
    madeCatalog.withLock { made in
      if let made { return made }
      let catalog = MetricCatalog(graph: graph)
      made = catalog
      return catalog
    }
  }

  /// The numbers of every cell under a regime.
  final class Coefficients: Sendable {
    private let values: [Double]

    init(_ values: [Double]) { self.values = values }

    func sum(_ cells: [Int], slot: Int) -> Double {
      var sum = 0.0
      for cell in cells { sum += values[cell * MetricTable.width + slot] }
      return sum
    }
  }

  init(graph: CallGraph, modes: ModeTable, seed: UInt64) {
    self.graph = graph
    self.modes = modes
    self.seed = SplitMix.hash(seed, 20)
  }

  /// The cell of spans of a key that ended with a status.
  static func cell(key: Int, _ status: StatusClass) -> Int { key * statuses + status.rawValue }

  /// What one request adds under a regime.
  func coefficients(_ regime: Regime) -> Coefficients {
    state.withLock { state in
      if let known = state.regimes[regime.active] { return known }
      if state.regimes.count > 2_000 { state.regimes.removeAll() }
      var sum = [Double](repeating: 0, count: graph.keys.count * MetricTable.statuses * MetricTable.width)
      func add(_ part: Part, _ weight: Double) {
        for (index, value) in part { sum[index] += value * weight }
      }
      for (operation, share) in regime.normalShares.enumerated() {
        if state.normal[operation] == nil { state.normal[operation] = measure(operation: operation) }
        if let part = state.normal[operation] { add(part, share) }
      }
      for (mode, share) in regime.modes where share > 0 {
        if state.modes[mode] == nil { state.modes[mode] = measure(mode: mode) }
        if let part = state.modes[mode] { add(part, share) }
      }
      let coefficients = Coefficients(sum)
      state.regimes[regime.active] = coefficients
      return coefficients
    }
  }

  private func measure(operation: Int) -> Part {
    measure(salt: Int64(operation)) { simulator, random in
      simulator.play(
        root: graph.operations[operation].root, effect: .none, target: nil, touched: [], random: SplitMix(random.next())
      )
      return .none
    }
  }

  private func measure(mode number: Int) -> Part {
    let mode = modes.modes[number]
    return measure(salt: -1 - Int64(number)) { simulator, random in
      guard let index = random.pick(mode.cumulative) else { return .none }
      let place = mode.places[index]
      simulator.play(
        root: graph.operations[place.operation].root, effect: mode.effect, target: place.node, touched: mode.touched,
        random: SplitMix(random.next()))
      return mode.effect
    }
  }

  /// The mean over several plays.
  private func measure(salt: Int64, _ play: (inout Simulator, inout SplitMix) -> Effect) -> Part {
    var sums = [Double](repeating: 0, count: graph.keys.count * MetricTable.statuses * MetricTable.width)
    var simulator = Simulator(graph: graph)
    var random = SplitMix(SplitMix.hash(seed, salt))
    for _ in 0..<MetricTable.plays {
      let effect = play(&simulator, &random)
      for span in simulator.spans {
        let status = StatusClass.of(span, effect: effect)
        let base = MetricTable.cell(key: graph.nodes[span.node].key, status) * MetricTable.width
        let seconds = Double(span.duration) / 1e6
        sums[base] += 1
        sums[base + 1] += seconds
        let bucket = MetricTable.bounds.firstIndex { seconds <= $0 } ?? MetricTable.bounds.count
        sums[base + 2 + bucket] += 1
      }
    }
    // Buckets count all that is within their bound.
    for base in stride(from: 0, to: sums.count, by: MetricTable.width) where sums[base] > 0 {
      for bucket in 1...MetricTable.bounds.count { sums[base + 2 + bucket] += sums[base + 1 + bucket] }
    }
    return sums.enumerated().filter { $0.element != 0 }.map { ($0.offset, $0.element / Double(MetricTable.plays)) }
  }
}

extension StatusClass {
  /// How a span of a request under that effect ended.
  static func of(_ span: SimulatedSpan, effect: Effect) -> StatusClass {
    guard case .fail(let failure) = effect else { return .success }
    return span.failed || (failure == .rejected && span.isOrigin) ? failure.status : .success
  }
}
