import Synchronization

/// What requests are like while the same incidents are there: the share of each mode, and which operations go well.
final class Regime: Sendable {
  /// Modes with the share of all requests that they happen to.
  let modes: [(mode: Int, share: Double)]
  /// Cumulative weights of the operations among the requests that go well.
  let normalOperations: [Double]
  /// How many of all requests are normal ones of each operation.
  let normalShares: [Double]
  let active: [ActiveIncident]

  init(active: [ActiveIncident], graph: CallGraph, table: ModeTable) {
    self.active = active
    var entries = table.baseline.map { (mode: $0, share: table.modes[$0].share) }
    for entry in active {
      // A latency that builds up strikes fewer calls; a share that is struck is all that a stage changes.
      for mode in table.ofIncident[entry.incident] where table.modes[mode].share > 0 {
        entries.append((mode, min(table.modes[mode].share * entry.stage.factor, 0.9)))
      }
    }
    let total = entries.reduce(0) { $0 + $1.share }
    if total > 0.95 { entries = entries.map { ($0.mode, $0.share * 0.95 / total) } }
    var normal = graph.operations.map(\.share)
    for (mode, share) in entries {
      let mode = table.modes[mode]
      guard mode.share > 0 else { continue }
      for place in mode.places { normal[place.operation] -= place.weight / mode.share * share }
    }
    // An operation that several incidents strike at once may be struck more often than it is called.
    normal = normal.map { max($0, 0.0005) }
    modes = entries
    normalShares = normal
    var sum = 0.0
    normalOperations = normal.map { share in
      sum += share
      return sum
    }
  }
}

/// The regimes met so far.
final class RegimeCache: Sendable {
  private let graph: CallGraph
  private let table: ModeTable
  private let regimes = Mutex<[[ActiveIncident]: Regime]>([:])

  init(graph: CallGraph, table: ModeTable) {
    self.graph = graph
    self.table = table
  }

  func regime(_ active: [ActiveIncident]) -> Regime {
    regimes.withLock { regimes in
      if let regime = regimes[active] { return regime }
      if regimes.count > 2_000 { regimes.removeAll() }
      let regime = Regime(active: active, graph: graph, table: table)
      regimes[active] = regime
      return regime
    }
  }
}
