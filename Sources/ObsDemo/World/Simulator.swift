import Foundation

/// A span as the simulation leaves it. Times are microseconds from the start of the request.
struct SimulatedSpan: Sendable {
  let node: Int
  /// Index of the span that caused this one; nil for the root.
  let parent: Int?
  var start: Int64
  var duration: Int64
  /// Whether it failed, by itself or because what it called did.
  var failed = false
  /// Whether it is where the failure began, or the call that was slowed or delayed.
  var isOrigin = false

  var end: Int64 { start + duration }
}

/// Plays one request through the call graph.
struct Simulator {
  let graph: CallGraph
  private(set) var spans: [SimulatedSpan] = []
  private var random = SplitMix(0)
  private var effect = Effect.none
  private var target: Int?
  private var touched: Set<Int> = []
  /// Quantiles of the normal distribution, so that a draw costs a look-up.
  private static let quantiles: [Double] = (0..<1_024).map { normalQuantile((Double($0) + 0.5) / 1_024) }

  /// As many spans as a trace may have at most.
  private static let maximumSpans = 200

  init(graph: CallGraph) { self.graph = graph }

  /// Plays a request of the operation whose root is `root`. `target` is where `effect` strikes.
  mutating func play(root: Int, effect: Effect, target: Int?, touched: Set<Int>, random: SplitMix) {
    spans.removeAll(keepingCapacity: true)
    self.effect = effect
    self.target = target
    self.touched = touched
    self.random = random
    _ = call(root, parent: nil, at: 0)
  }

  private mutating func ownTime(_ call: Call) -> Double {
    let quantile = Simulator.quantiles[random.below(1_024)]
    return call.milliseconds * 1_000 * exp(call.spread * quantile)
  }

  /// Makes the span of `node` and all below; gives its end and whether it failed.
  private mutating func call(_ node: Int, parent: Int?, at start: Int64) -> (end: Int64, failed: Bool) {
    let description = graph.nodes[node]
    let index = spans.count
    spans.append(SimulatedSpan(node: node, parent: parent, start: start, duration: 0))
    var own = ownTime(description.call)
    switch effect {
    case .fail(let failure) where node == target:
      spans[index].isOrigin = true
      spans[index].failed = failure != .rejected
      let duration: Double
      switch failure {
      case .error: duration = own * 0.8
      case .timeout: duration = 3_000_000 + own
      case .poolExhausted: duration = 1_000_000 + own * 4
      case .refused: duration = 400 + own * 0.3
      case .badVersion, .rejected: duration = own * 0.6
      }
      spans[index].duration = Int64(duration)
      return (start + Int64(duration), failure != .rejected)
    case .slow(let factor) where touched.contains(node):
      spans[index].isOrigin = node == target
      own *= factor
    default: break
    }
    var time = start + Int64(own * 0.4)
    var batchStart = time
    for child in description.children {
      let call = graph.nodes[child].call
      let leadsToTarget = target.map { graph.leads(child, to: $0) } ?? false
      guard leadsToTarget || call.probability >= 1 || random.unit() < call.probability else { continue }
      let count = call.repeats.lowerBound + random.below(call.repeats.count)
      for _ in 0..<count where spans.count < Simulator.maximumSpans {
        if call.isAsynchronous {
          playAsynchronous(child, parent: index, at: time + Int64(own * 0.6))
          continue
        }
        if !call.isParallel { batchStart = time }
        let result = self.call(child, parent: index, at: batchStart)
        time = max(time, result.end) + 30
        if result.failed {
          spans[index].failed = true
          spans[index].duration = time - start + Int64(own * 0.1)
          return (spans[index].end, true)
        }
      }
    }
    spans[index].duration = max(time - start + Int64(own * 0.6), 1)
    return (spans[index].end, false)
  }

  private mutating func playAsynchronous(_ node: Int, parent: Int, at time: Int64) {
    var delay = 2_000 + Int64(random.below(9_000))
    var isLate = false
    if case .delay(let seconds) = effect, touched.contains(node) {
      delay += Int64(seconds * (0.6 + 0.8 * random.unit()) * 1_000_000)
      isLate = node == target
    }
    let index = spans.count
    _ = call(node, parent: parent, at: time + delay)
    if isLate { spans[index].isOrigin = true }
  }
}

/// The quantile of the standard normal distribution by Newton's method on the error function.
private func normalQuantile(_ probability: Double) -> Double {
  var x = 0.0
  for _ in 0..<60 {
    let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    let error = 0.5 * (1 + erf(x / 2.0.squareRoot())) - probability
    x -= max(-0.5, min(0.5, error / max(density, 1e-9)))
  }
  return x
}
