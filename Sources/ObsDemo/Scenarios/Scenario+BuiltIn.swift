extension Scenario {
  /// What is played where nobody names another scenario.
  static let builtIn: Scenario = (try? Scenario.parse(builtInText, file: "built-in")) ?? Scenario(incidents: [])

  /// The built-in scenario as a file. One incident is under way at the start and an older one is just over; then another kind
  /// comes every few minutes, again and again, into the past as well.
  static let builtInText = """
    # The incidents that the demo plays by itself. docs/scenarios.md says what the keys mean.
    incidents:
      - name: friend list errors
        kind: errors
        service: friend-server
        dependency: postgres
        onset: -14m
        every: 62m
        duration: 3m
        strength: 0.5
        summary: friend-server cannot write to postgres
      - name: redis pool exhausted
        kind: saturation
        service: user-server
        dependency: redis
        onset: -6m
        every: 55m
        duration: 7m
        strength: 0.25
        summary: user-server waits for redis connections and gives up
      - name: slow query
        kind: latency
        service: msg-server
        operation: SELECT messages
        onset: 3m
        every: 53m
        duration: 4m
        strength: 0.7
        summary: reading messages from postgres takes most of a second
      - name: consumer lag
        kind: lag
        service: push-server
        onset: 8m
        every: 58m
        duration: 5m
        strength: 0.5
        summary: push-server falls behind rustim.messages
      - name: bad deploy
        kind: bad-deploy
        service: msg-server
        onset: 14m
        every: 64m
        duration: 5m
        strength: 0.2
        summary: the new version of msg-server cannot decode some messages
      - name: crash
        kind: crash
        service: friend-server
        onset: 21m
        every: 71m
        duration: 50s
        strength: 0.9
        summary: friend-server is down
      - name: deadlocks
        kind: errors
        service: group-server
        dependency: postgres
        onset: 26m
        every: 59m
        duration: 4m
        strength: 0.35
        summary: inserts of group-server are rolled back
      - name: login timeouts
        kind: timeouts
        operation: user.UserService/Login
        onset: 32m
        every: 67m
        duration: 4m
        strength: 0.3
        summary: one login in three takes longer than 3 s and fails
      - name: kafka brokers
        kind: errors
        dependency: kafka
        onset: 38m
        every: 73m
        duration: 3m
        strength: 0.15
        summary: messages are not accepted by enough replicas
      - name: gateway latency
        kind: latency
        service: msg-gateway
        onset: 44m
        every: 61m
        duration: 4m
        strength: 0.9
        summary: delivering to devices is slow
    """
}
