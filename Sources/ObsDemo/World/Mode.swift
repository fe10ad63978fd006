/// How a request goes wrong.
enum Failure: Int, Sendable, CaseIterable {
  case error, timeout, poolExhausted, refused, badVersion
  /// The client asked for something it may not have: not the server's fault.
  case rejected

  /// The HTTP status that the client gets in the end.
  var status: StatusClass {
    switch self {
    case .error, .badVersion: .error
    case .timeout: .gatewayTimeout
    case .poolExhausted, .refused: .unavailable
    case .rejected: .unauthorised
    }
  }
}

/// The statuses that the world's servers answer with.
enum StatusClass: Int, Sendable, CaseIterable {
  case success, unauthorised, error, unavailable, gatewayTimeout

  var code: Int {
    switch self {
    case .success: 200
    case .unauthorised: 401
    case .error: 500
    case .unavailable: 503
    case .gatewayTimeout: 504
    }
  }

  /// Whether the server is to blame.
  var isFailure: Bool { self != .success && self != .unauthorised }
}

/// What sets a request apart from one in which all goes well.
enum Effect: Sendable, Equatable {
  case none
  case fail(Failure)
  /// Matching calls take so many times as long.
  case slow(Double)
  /// Consumers get the message so many seconds late.
  case delay(Double)
}

/// One way in which requests differ from the normal, with the requests that it can happen to.
struct Mode: Sendable {
  /// Where it can happen, as a share of all requests.
  struct Place: Sendable {
    let operation: Int
    let node: Int
    let weight: Double
  }

  /// Index of the incident that it comes from; nil for what always happens now and then.
  let incident: Int?
  let effect: Effect
  let places: [Place]
  let cumulative: [Double]
  /// Calls that the effect touches: all that match, where it slows; only the drawn one, where it fails.
  let touched: Set<Int>

  init(incident: Int?, effect: Effect, places: [Place]) {
    self.incident = incident
    self.effect = effect
    self.places = places
    var sum = 0.0
    cumulative = places.map { place in
      sum += place.weight
      return sum
    }
    touched = Set(places.map(\.node))
  }

  /// The share of all requests that it happens to, at full strength.
  var share: Double { cumulative.last ?? 0 }

  var isFailing: Bool {
    if case .fail(let failure) = effect { failure != .rejected } else { false }
  }
}

/// The modes of a call graph under a scenario.
struct ModeTable: Sendable {
  let modes: [Mode]
  /// Modes that are always there.
  let baseline: [Int]
  /// For each incident its modes.
  let ofIncident: [[Int]]

  init(graph: CallGraph, scenario: Scenario) {
    var modes: [Mode] = []
    func places(_ share: Double, _ matches: (CallGraph.Node) -> Bool) -> [Mode.Place] {
      graph.nodes.indices.compactMap { index in
        let node = graph.nodes[index]
        guard share > 0, matches(node) else { return nil }
        return Mode.Place(
          operation: node.operation, node: index, weight: graph.operations[node.operation].share * node.reach * share)
      }
    }
    modes.append(
      Mode(incident: nil, effect: .fail(.error), places: places(0.0002) { $0.call.dependency != nil }))
    modes.append(
      Mode(incident: nil, effect: .fail(.timeout), places: places(0.0001) { $0.call.dependency == .redis }))
    modes.append(Mode(incident: nil, effect: .fail(.rejected), places: places(0.008) { $0.parent == nil }))
    modes.append(
      Mode(incident: nil, effect: .slow(14), places: places(0.002) { $0.call.dependency == .postgres }))
    baseline = Array(modes.indices)
    var ofIncident: [[Int]] = []
    for (index, incident) in scenario.incidents.enumerated() {
      let first = modes.count
      for (effect, share) in ModeTable.effects(of: incident) {
        let target = IncidentTarget(incident)
        modes.append(
          Mode(incident: index, effect: effect, places: places(share) { target.matches($0, in: graph) }))
      }
      ofIncident.append(Array(first..<modes.count))
    }
    self.modes = modes
    self.ofIncident = ofIncident
  }

  /// What an incident does to the calls that it touches, with the share of them.
  private static func effects(of incident: Incident) -> [(Effect, Double)] {
    let strength = incident.strength
    switch incident.kind {
    case .latency: return [(.slow(1 + 100 * strength), 0.85)]
    case .errors: return [(.fail(.error), strength)]
    case .timeouts: return [(.fail(.timeout), strength), (.slow(6), 0.4)]
    case .saturation: return [(.fail(.poolExhausted), strength), (.slow(1 + 60 * strength), 0.5)]
    case .lag: return [(.delay(1 + 18 * strength), 0.85)]
    case .crash: return [(.fail(.refused), strength)]
    case .badDeploy: return [(.fail(.badVersion), strength), (.slow(2.5), 0.5)]
    }
  }
}

/// Which calls an incident touches.
private struct IncidentTarget {
  let incident: Incident

  init(_ incident: Incident) { self.incident = incident }

  func matches(_ node: CallGraph.Node, in graph: CallGraph) -> Bool {
    let call = node.call
    if incident.kind == .crash {
      // Nobody is there to serve: the caller's own span fails. A service that is only called from outside has no caller.
      guard let service = incident.service else { return false }
      if node.parent == nil { return call.service == service && call.kind == .server }
      return call.kind == .client && node.children.contains { graph.nodes[$0].call.service == service }
    }
    if let operation = incident.operation {
      var above: CallGraph.Node? = node
      var isBelow = false
      while let ancestor = above, !isBelow {
        isBelow = ancestor.call.name == operation || ancestor.call.name.hasSuffix("/" + operation)
        above = ancestor.parent.map { graph.nodes[$0] }
        if incident.dependency == nil { break }
      }
      guard isBelow else { return false }
    }
    if let service = incident.service, call.service != service { return false }
    if incident.kind == .lag { return call.kind == .consumer }
    if let dependency = incident.dependency { return call.dependency == dependency }
    // A service's own work; an operation that was named outright may be of any kind but the caller's side of it.
    return call.kind.isServed || (incident.operation != nil && call.kind != .client)
      || call.dependency != nil
        && incident.operation != nil
  }
}
