import ObsData
import Testing

@testable import ObsDemo

@Suite struct ScenarioTests {
  private func messages(_ text: String) -> [String] {
    do throws(ScenarioError) {
      _ = try Scenario.parse(text, file: "s.yaml")
      return []
    } catch {
      return error.messages
    }
  }

  @Test func `the built-in scenario is a valid file with every kind of incident`() throws {
    let scenario = try Scenario.parse(Scenario.builtInText, file: "built-in")
    #expect(scenario == Scenario.builtIn)
    #expect(Set(scenario.incidents.map(\.kind)) == Set(Incident.Kind.allCases))
  }

  @Test func `an incident says what it is`() throws {
    let text = """
      incidents:
        - name: slow login
          kind: latency
          operation: Login
          onset: -1h30m
          every: 7200
          duration: 90s
          strength: 0.25
        - {kind: lag, onset: 0, duration: 1m}
      """
    let incidents = try Scenario.parse(text, file: "s.yaml").incidents
    #expect(
      incidents == [
        Incident(
          name: "slow login", kind: .latency, operation: "Login", onset: -5_400, every: 7_200, duration: 90,
          strength: 0.25),
        Incident(name: "lag", kind: .lag, service: "push-server", onset: 0, duration: 60, strength: 0.5),
      ])
  }

  @Test(arguments: [
    ("", ["s.yaml:1:1: the file is empty; it needs a list under `incidents`"]),
    ("- a\n", ["s.yaml:1:1: a scenario is a mapping with the key `incidents`"]),
    ("incident: []\n", ["s.yaml:1:1: unknown key `incident`; a scenario has the key `incidents`"]),
    ("incidents: 3\n", ["s.yaml:1:12: `incidents` is a list"]),
    (
      "incidents:\n  - {kind: latency, service: msg-server, onset: 0, duration: 1m, strenght: 1}\n",
      ["s.yaml:2:66: unknown key `strenght`; did you mean `strength`?"]
    ),
    (
      "incidents:\n  - {kind: latancy, onset: 0, duration: 1m}\n",
      ["s.yaml:2:12: no kind `latancy`; did you mean `latency`?"]
    ),
    (
      "incidents:\n  - service: msg-sever\n    kind: errors\n    onset: soon\n    duration: 1s\n    strength: 2\n",
      [
        "s.yaml:4:12: `onset` is a time such as `90s`, `-5m` or `1h30m`, not `soon`",
        "s.yaml:5:15: `duration` must be 5s to 86400s",
        "s.yaml:6:15: `strength` is a number above 0 and up to 1, not `2`",
        "s.yaml:2:14: no service `msg-sever`; did you mean `msg-server`?",
      ]
    ),
    (
      "incidents:\n  - {kind: crash, onset: 0, duration: 1m}\n",
      ["s.yaml:2:5: a crash needs a `service`"]
    ),
    (
      "incidents:\n  - {kind: errors, onset: 0, duration: 1m}\n",
      ["s.yaml:2:5: an incident needs a `service`, an `operation` or a `dependency`"]
    ),
    (
      "incidents:\n  - {kind: errors, dependency: reddis, onset: 0, duration: 1m, every: 30s}\n",
      [
        "s.yaml:2:32: no dependency `reddis`; did you mean `redis`?",
        "s.yaml:2:71: `every` must be longer than `duration`: the incident would never end",
        "s.yaml:2:5: an incident needs a `service`, an `operation` or a `dependency`",
      ]
    ),
    (
      "incidents:\n  - {kind: timeouts, operation: Logn, onset: 0, duration: 1m}\n",
      ["s.yaml:2:33: no operation `Logn`; did you mean `Login`?"]
    ),
    ("incidents:\n  - kind: [a\n", ["s.yaml:3:1: did not find expected ',' or ']'"]),
  ])
  func `a mistake is shown with its line and column`(text: String, expected: [String]) {
    #expect(messages(text) == expected)
  }

  @Test func `an incident shows in lines, traces, metrics and alerts alike`() async throws {
    let text = """
      incidents:
        - {name: deadlocks, kind: errors, service: friend-server, dependency: postgres, onset: -5m, duration: 4m, strength: 0.8}
      """
    let world = World(seed: 5, rate: 100, scenario: try Scenario.parse(text, file: "s.yaml"), origin: worldOrigin)
    let now = worldOrigin
    func errors(_ from: Int, _ to: Int) -> Int {
      world.documents(
        from: worldOrigin + .seconds(from), to: worldOrigin + .seconds(to), now: now,
        hint: DocumentHint(levels: ["error"], services: ["friend-server"])
      ).count
    }
    #expect(errors(-240, -120) > 50)
    #expect(errors(-480, -360) < 5)
    func failing(_ from: Int, _ to: Int) -> Int {
      world.traces(
        TraceQuery(
          service: "friend-server", start: (worldOrigin + .seconds(from)).microseconds,
          end: (worldOrigin + .seconds(to)).microseconds, tags: [("error", "true")], limit: 1_000), now: now
      ).count
    }
    #expect(abs(failing(-240, -120) - errors(-240, -120)) < 12)
    #expect(failing(-480, -360) < 5)
    func failedCalls(_ from: Int, _ to: Int) throws -> Double {
      var sum = 0.0
      for labels in world.series(named: "app_request_total")
      where labels["service"] == "friend-server" && labels["status"] == "500" {
        let samples = world.samples(
          of: labels, from: worldOrigin.milliseconds + Int64(from) * 1_000,
          to: worldOrigin.milliseconds + Int64(to) * 1_000, now: now.milliseconds)
        sum += try #require(samples.last).value - (try #require(samples.first)).value
      }
      return sum
    }
    #expect(try failedCalls(-255, -120) > Double(errors(-240, -120)) * 0.6)
    #expect(try failedCalls(-480, -345) < 5)
    #expect(world.alerts(now: worldOrigin - .seconds(270)).isEmpty)
    let firing = world.alerts(now: worldOrigin - .seconds(180))
    #expect(firing.map { $0.label("alertname") } == ["HighErrorRate"])
    #expect(firing.first?.startsAt == worldOrigin - .seconds(240))
    #expect(world.alerts(now: worldOrigin + .seconds(30)).isEmpty)
  }

  @Test func `a crash leaves a gap, starts the process again and resets its counters`() throws {
    let text = "incidents: [{kind: crash, service: friend-server, onset: -10m, duration: 90s, strength: 1}]"
    let world = World(seed: 5, scenario: try Scenario.parse(text, file: "s.yaml"), origin: worldOrigin)
    let now = worldOrigin.milliseconds
    func samples(_ name: String, _ wanted: (([String: String]) -> Bool) = { _ in true }) throws -> [WorldSample] {
      let labels = try #require(
        world.series(named: name).first { $0["service"] == "friend-server" && wanted($0) })
      return world.samples(of: labels, from: now - 1_200_000, to: now, now: now)
    }
    let crash = now - 600_000
    let up = try samples("up")
    #expect(up.filter { $0.value == 0 }.allSatisfy { $0.time >= crash && $0.time < crash + 90_000 })
    #expect(up.count { $0.value == 0 } == 6)
    #expect(Set(try samples("process_start_time_seconds").map(\.value)).count == 2)
    let requests = try samples("app_request_total") { $0["status"] == "200" }
    #expect(!requests.contains { $0.time >= crash && $0.time < crash + 90_000 })
    let before = try #require(requests.last { $0.time < crash })
    let after = try #require(requests.first { $0.time > crash })
    #expect(before.value > 100 && after.value < before.value / 10)
    let lines = world.documents(
      from: Timestamp(milliseconds: crash), to: Timestamp(milliseconds: crash + 100_000), now: worldOrigin)
    func says(_ text: String) -> Bool {
      lines.contains { $0.fields.contains { $0.name == "message" && $0.value.text.contains(text) } }
    }
    #expect(says("panicked") && says("连接失败") && says("已重启"))
  }
}
