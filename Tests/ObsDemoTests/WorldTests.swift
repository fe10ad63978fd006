import Foundation
import ObsData
import Testing

@testable import ObsDemo

/// 2026-11-22T08:53:10Z.
let worldOrigin = Timestamp(seconds: 1_795_337_590)

@Suite struct WorldTests {
  let world = World(seed: 7, origin: worldOrigin)

  private func text(_ document: WorldDocument) -> String {
    document.index + " " + document.id + " "
      + JSONTree.object(document.fields.map { (key: $0.name, value: $0.value) }).text
  }

  @Test func `a number is found again behind its hash`() {
    for number: UInt64 in [0, 1, 42, .max, 0xDEAD_BEEF_0000_0001] {
      #expect(SplitMix.unmix(SplitMix.mix(number)) == number)
    }
  }

  @Test func `the same seed tells the same story in any order of asking`() {
    let other = World(seed: 7, origin: worldOrigin)
    let now = worldOrigin + .seconds(60)
    // The other world is asked in pieces, from the newest to the oldest.
    let whole = world.documents(from: worldOrigin - .seconds(90), to: worldOrigin, now: now).map(text)
    var pieces: [[String]] = []
    for piece in (0..<9).reversed() {
      let start = worldOrigin - .seconds(90 - piece * 10)
      pieces.insert(other.documents(from: start, to: start + .seconds(10), now: now).map(text), at: 0)
    }
    #expect(whole.count > 500)
    #expect(pieces.flatMap { $0 } == whole)
    #expect(World(seed: 8, origin: worldOrigin).documents(from: worldOrigin, to: now, now: now).map(text) != whole)
  }

  @Test func `documents are counted as they are made`() {
    let now = worldOrigin + .seconds(120)
    for (from, to) in [(0.0, 30.0), (-3_600, -3_500.25), (-5, 119), (100.5, 125), (60, 60.3), (-90_000, -86_390)] {
      let start = Timestamp(seconds: worldOrigin.seconds + from)
      let end = Timestamp(seconds: worldOrigin.seconds + to)
      #expect(
        world.documentCount(from: start, to: end, now: now) == world.documents(from: start, to: end, now: now).count)
    }
  }

  @Test func `the rate is about what was asked for`() {
    for rate in [2.0, 20, 500] {
      let world = World(seed: 3, rate: rate, origin: worldOrigin)
      let count = world.documentCount(
        from: worldOrigin - .seconds(600), to: worldOrigin, now: worldOrigin + .seconds(60))
      #expect(Double(count) / 600 > rate * 0.75 && Double(count) / 600 < rate * 1.3, "\(rate): \(count)")
    }
  }

  @Test func `a document shows up about a second late and a few of them later`() {
    let end = worldOrigin + .seconds(300)
    let all = world.documents(from: worldOrigin, to: end, now: end + .seconds(30))
    var late = 0
    for document in all {
      let soon = world.documents(
        from: document.timestamp, to: document.timestamp + .milliseconds(1), now: document.timestamp)
      #expect(!soon.contains { $0.id == document.id })
      let after = document.timestamp + .milliseconds(1_300)
      if !world.documents(from: document.timestamp, to: document.timestamp + .milliseconds(1), now: after)
        .contains(where: { $0.id == document.id })
      {
        late += 1
      }
    }
    #expect(late > all.count / 400 && late < all.count / 40)
  }

  @Test func `a hint leaves out only what does not match`() {
    let now = worldOrigin + .seconds(30)
    let start = worldOrigin - .seconds(120)
    let all = world.documents(from: start, to: worldOrigin, now: now)
    func field(_ document: WorldDocument, _ name: String) -> JSONTree? {
      document.fields.first { $0.name == name }?.value
    }
    let fresh = World(seed: 7, origin: worldOrigin)
    let errors = fresh.documents(
      from: start, to: worldOrigin, now: now, hint: DocumentHint(levels: ["error", "fatal"]))
    #expect(errors.map(text) == all.filter { field($0, "level") == "error" }.map(text))
    #expect(errors.count > 5)
    let users = fresh.documents(from: start, to: worldOrigin, now: now, hint: DocumentHint(services: ["user-server"]))
    #expect(users.map(text) == all.filter { field($0, "service_name") == "user-server" }.map(text))
    guard case .string(let trace)? = errors.first.flatMap({ field($0, "trace_id") }) else {
      Issue.record("an error without a trace")
      return
    }
    let ofTrace = fresh.documents(from: start, to: worldOrigin, now: now, hint: DocumentHint(traceIDs: [trace]))
    #expect(ofTrace.map(text) == all.filter { field($0, "trace_id") == .string(trace) }.map(text))
    #expect(ofTrace.count == 2)
  }

  @Test func `counters grow from one start of the process to the next`() throws {
    let now = worldOrigin.milliseconds
    var resets = 0
    for labels in world.series(named: "app_request_total") {
      let samples = world.samples(of: labels, from: now - 6 * 3_600_000, to: now, now: now)
      #expect(samples.count > 1_300)
      let starts = Set(
        world.samples(
          of: try #require(
            world.series(named: "process_start_time_seconds").first { $0["service"] == labels["service"] }),
          from: now - 6 * 3_600_000, to: now, now: now
        ).map(\.value))
      var falls = 0
      for (a, b) in zip(samples, samples.dropFirst()) where b.value < a.value { falls += 1 }
      #expect(falls <= starts.count - 1)
      resets += falls
    }
    let half = world.series(named: "traces_span_metrics_calls_total")[3]
    let whole = world.samples(of: half, from: now - 3_600_000, to: now, now: now)
    var parts: [WorldSample] = []
    for part: Int64 in 0..<4 {
      let start = now - 3_600_000 + part * 900_000
      parts += world.samples(of: half, from: start, to: start + 900_000, now: now)
    }
    #expect(whole == parts)
  }

  @Test func `logs and metrics count the same requests`() throws {
    let end = worldOrigin.milliseconds + 60_000
    var counted = 0.0
    for labels in world.series(named: "http_server_request_duration_seconds_count") {
      let samples = world.samples(of: labels, from: end - 1_800_000, to: end, now: end)
      counted += try #require(samples.last).value - (try #require(samples.first)).value
    }
    var served = 0
    for second in (end / 1_000 - 1_800)..<(end / 1_000) { served += world.load.counts(at: Int(second)).requests }
    #expect(abs(counted / Double(served) - 1) < 0.05, "\(counted) \(served)")
  }

  @Test(arguments: [1, 2, 4, 7, 12, 40]) func `a world may have fewer or more services`(count: Int) {
    let world = World(seed: 2, services: count, rate: 40, origin: worldOrigin)
    #expect(world.services.count == count && Set(world.services).count == count)
    let lines = world.documents(from: worldOrigin - .seconds(30), to: worldOrigin, now: worldOrigin + .seconds(30))
    #expect(lines.count > 500)
    let traces = world.traces(
      TraceQuery(start: worldOrigin.microseconds - 60_000_000, end: worldOrigin.microseconds, limit: 50),
      now: worldOrigin + .seconds(30))
    #expect(traces.count == 50)
    let up = world.series(named: "up").map { $0["service"] ?? "" }
    #expect(up == world.services)
    _ = world.alerts(now: worldOrigin)
  }

  @Test func `the world goes on for days, and has no past before its day`() {
    let later = worldOrigin + .seconds(3 * 86_400)
    let lines = world.documents(from: later - .seconds(60), to: later, now: later + .seconds(20))
    #expect(lines.count > 400)
    #expect(lines.first?.index == "rustim-2026.11.25")
    #expect(world.indices(now: later).first == "rustim-2026.11.21" && world.indices(now: later).count == 5)
    let labels = world.series(named: "app_request_total")[0]
    let samples = world.samples(
      of: labels, from: later.milliseconds - 3_600_000, to: later.milliseconds, now: later.milliseconds)
    #expect(samples.count == 240 && (samples.last?.value ?? 0) > (samples.first?.value ?? 0))
    let past = worldOrigin - .seconds(86_400)
    #expect(world.documents(from: past - .seconds(60), to: past, now: later).isEmpty)
    #expect(world.documentCount(from: past - .seconds(600), to: past, now: later) == 0)
    #expect(
      world.documents(from: Timestamp(nanoseconds: .min), to: past + .seconds(1), now: later).count
        == world.documents(from: past, to: past + .seconds(1), now: later).count)
    let future = world.documents(from: later, to: Timestamp(nanoseconds: .max), now: later)
    #expect(future.isEmpty)
  }

  @Test func `a request of five slow calls still writes its lines into its second`() {
    let incident = Incident(
      name: "slow", kind: .latency, dependency: .postgres, onset: -600, duration: 900, strength: 1)
    let world = World(seed: 4, rate: 200, scenario: Scenario(incidents: [incident]), origin: worldOrigin)
    for second in 0..<20 {
      let second = Int(worldOrigin.seconds) - 300 + second
      let lines = world.lines(of: second)
      #expect(lines.count == world.lineCount(from: second, to: second + 1))
      #expect(lines.allSatisfy { $0.milliseconds / 1_000 == Int64(second) })
    }
  }
}
