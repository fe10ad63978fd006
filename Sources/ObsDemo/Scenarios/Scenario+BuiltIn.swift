extension Scenario {
  /// What is played where nobody names another scenario.
  static let builtIn = Scenario(incidents: [
    Incident(
      name: "redis pool exhausted", kind: .saturation, service: "user-server", dependency: .redis, onset: -360,
      every: 3_000, duration: 420, strength: 0.3)
  ])
}
