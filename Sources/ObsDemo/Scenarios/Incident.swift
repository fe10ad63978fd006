/// Something that goes wrong in the world: what, where, when, for how long and how badly. See `docs/scenarios.md`.
struct Incident: Sendable, Equatable {
  /// What goes wrong.
  enum Kind: String, CaseIterable, Sendable {
    /// Calls take longer.
    case latency
    /// Calls fail at once.
    case errors
    /// Calls hang until their deadline.
    case timeouts
    /// A pool of connections runs out: some calls wait and fail, the others wait.
    case saturation
    /// Consumers fall behind their queue.
    case lag
    /// A service dies, is down for the duration, and starts again.
    case crash
    /// A new version fails on some calls, and is rolled back at the end.
    case badDeploy = "bad-deploy"
  }

  var name: String
  var kind: Kind
  var service: String?
  var operation: String?
  var dependency: Dependency?
  /// Seconds from the world's start; before it where negative.
  var onset: Int
  /// Seconds from one occurrence to the next, for ever, also back into the past; nil where it happens once.
  var every: Int?
  /// Seconds.
  var duration: Int
  /// 0 to 1: the share of the calls that suffer; for latency and lag how much they do.
  var strength: Double
  /// One sentence for the alert.
  var summary: String?
}

/// One time that an incident happens.
struct Occurrence: Sendable, Hashable {
  /// Index in the scenario's incidents.
  let incident: Int
  /// 0 for the one at the incident's onset, negative before it.
  let number: Int
  /// Seconds since the Unix epoch.
  let start: Int
  let end: Int
}

/// How far an incident has got: it builds up, holds, and fades.
enum Stage: Int, Sendable, CaseIterable {
  case onset, full, fading

  /// What of the incident's strength is there.
  var factor: Double {
    switch self {
    case .onset: 0.5
    case .full: 1
    case .fading: 0.35
    }
  }
}

/// The incidents of a world.
struct Scenario: Sendable, Equatable {
  var incidents: [Incident]
}
