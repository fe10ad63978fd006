import Foundation
import ObsData

extension World: SampleSource {
  var scrapeInterval: Duration { .seconds(15) }
  var metrics: [WorldMetric] { metricTable.catalog.metrics + [World.buildInfo] }

  func series(named name: String?) -> [[String: String]] {
    let catalog = metricTable.catalog
    guard let name else { return catalog.rows.map(\.labels) + buildInfoSeries }
    if name == World.buildInfoName { return buildInfoSeries }
    return (catalog.ranges[name] ?? 0..<0).map { catalog.rows[$0].labels }
  }

  func samples(of labels: [String: String], from start: Int64, to end: Int64, now: Int64) -> [WorldSample] {
    let catalog = metricTable.catalog
    guard let number = catalog.index[labels] else {
      return labels["__name__"] == World.buildInfoName
        ? buildInfoSamples(labels, from: start, to: end, now: now) : []
    }
    let row = catalog.rows[number]
    // Every target has its own moment within the interval, as Prometheus spreads them.
    let offset = Int64(SplitMix.hash(seed, Int64(row.service), 16) % 15_000)
    let first = max(start, Int64(firstSecond) * 1_000 - 1)
    let last = min(end, now)
    guard first < last else { return [] }
    var time = ((first - offset) / 15_000 + 1) * 15_000 + offset
    if time - 15_000 > first { time -= 15_000 }
    var samples: [WorldSample] = []
    samples.reserveCapacity(Int((last - first) / 15_000) + 1)
    var counter = CounterWalk(world: self, row: row, from: time)
    while time <= last {
      let second = Int(time / 1_000)
      if case .up = row.source {
        samples.append(WorldSample(time: time, value: isDown(service: row.service, at: second) ? 0 : 1))
      } else if case .counter = row.source {
        if let value = counter.value(at: time) { samples.append(WorldSample(time: time, value: value)) }
      } else if !isDown(service: row.service, at: second) {
        samples.append(WorldSample(time: time, value: gauge(row, at: time)))
      }
      time += 15_000
    }
    return samples
  }

  /// The load of the minute before, over what is usual at the start.
  private func level(at time: Int64) -> Double {
    let requests = load.cumulative(milliseconds: time) - load.cumulative(milliseconds: time - 60_000)
    return requests / 60 / (rate * 0.48)
  }

  /// How much of an incident of one of these kinds there is at a service, 0 to 1.
  private func trouble(_ kinds: Set<Incident.Kind>, service: Int, dependency: Dependency?, at second: Int) -> Double {
    var most = 0.0
    for active in timeline.segment(at: second).active {
      let incident = scenario.incidents[active.incident]
      guard kinds.contains(incident.kind), incident.service.map({ $0 == graph.services[service] }) ?? true,
        dependency == nil || incident.dependency == dependency
      else { continue }
      most = max(most, active.stage.factor)
    }
    return most
  }

  private func gauge(_ row: MetricCatalog.Row, at time: Int64) -> Double {
    let second = Int(time / 1_000)
    let salt = SplitMix.hash(seed, Int64(row.service), time / 15_000, 17)
    let noise = SplitMix.unit(salt) * 2 - 1
    switch row.source {
    case .counter, .up: return 0
    case .processStart: return Double(timeline.process(of: row.service, at: second).start)
    case .memory:
      let age = Double(second - timeline.process(of: row.service, at: second).start)
      let base = 60 + Double(SplitMix.hash(seed, Int64(row.service), 18) % 120)
      return ((base + 40 * (1 - exp(-age / 20_000)) + 2 * noise) * 1_048_576).rounded()
    case .connections:
      let isGateway = graph.services[row.service].hasSuffix("gateway")
      let base = isGateway ? 1_800.0 : 40 + Double(SplitMix.hash(seed, Int64(row.service), 19) % 120)
      let trouble = trouble([.saturation, .latency, .timeouts], service: row.service, dependency: nil, at: second)
      return (base * level(at: time) * (1 + 0.04 * noise + 0.8 * trouble)).rounded()
    case .pool(let dependency, let state):
      let size = dependency == .redis ? 64.0 : 50.0
      let idle = size * min(0.8, 0.22 * level(at: time) * (1 + 0.25 * noise))
      let trouble = trouble([.saturation], service: row.service, dependency: dependency, at: second)
      let used = min(size, (idle + (size - idle) * (trouble >= 0.5 ? 1 : trouble)).rounded())
      return state == .inUse ? used : size - used
    case .consumerLag(let partition):
      let idle = Double(SplitMix.hash(seed, time, Int64(partition), 21) % 40)
      return (idle + backlog(at: second) * (0.8 + 0.08 * Double(partition))).rounded()
    }
  }

  /// Messages that wait because of a lag or a crash: they heap up until its end and are worked off in the minute after.
  func backlog(at second: Int) -> Double {
    var backlog = 0.0
    for occurrence in timeline.occurrences(from: second - 60, to: second + 1) {
      let incident = scenario.incidents[occurrence.incident]
      let stopsConsumer = incident.kind == .crash && incident.service == "push-server"
      guard incident.kind == .lag || stopsConsumer else { continue }
      let growth = rate * 0.48 * 0.45 * min(1, 1.6 * incident.strength) / 6
      let peak = growth * Double(min(second, occurrence.end) - occurrence.start)
      let drained = second > occurrence.end ? Double(second - occurrence.end) / 60 : 0
      backlog += peak * max(0, 1 - drained)
    }
    return backlog
  }
}

/// Sums a counter up along the time line, from one sample to the next, and starts again where the process does.
struct CounterWalk {
  private let world: World
  private let row: MetricCatalog.Row
  private let cells: [Int]
  private let slot: Int
  private let factor: Double
  private let isWhole: Bool
  private let phase: Double
  /// 2π over the requests of the two wobbles' periods, which make the rate of each series its own.
  private let wave: (Double, Double)
  private var time: Int64
  private var position: Double
  private var sum = 0.0
  private var segments: ArraySlice<Timeline.MetricSegment> = []

  init(world: World, row: MetricCatalog.Row, from first: Int64) {
    self.world = world
    self.row = row
    if case .counter(let cells, let slot, let factor, let isWhole) = row.source {
      (self.cells, self.slot, self.factor, self.isWhole) = (cells, slot, factor, isWhole)
    } else {
      (cells, slot, factor, isWhole) = ([], 0, 1, false)
    }
    phase = SplitMix.unit(SplitMix.hash(world.seed, Int64(row.phase), 22)) * 2 * .pi
    let perSecond = world.rate * 0.48
    wave = (2 * .pi / (170 * perSecond), 2 * .pi / (47 * perSecond))
    time = Int64(world.timeline.process(of: row.service, at: Int(first / 1_000)).start) * 1_000
    position = 0
    position = progress(time)
  }

  /// Requests so far, with a wobble that keeps them growing.
  private func progress(_ time: Int64) -> Double {
    let requests = world.load.cumulative(milliseconds: time)
    return requests + 0.14 / wave.0 * sin(wave.0 * requests + phase) + 0.1 / wave.1
      * sin(wave.1 * requests + 2.3 * phase)
  }

  /// The value at a time not before the last one asked for; nil while nobody is there to be scraped.
  mutating func value(at target: Int64) -> Double? {
    var isDown = false
    while time < target {
      if segments.isEmpty { segments = world.metricSegments(at: Int(time / 1_000))[...] }
      guard let segment = segments.first else { return nil }
      guard segment.end > time else {
        segments.removeFirst()
        continue
      }
      let next = min(target, segment.end)
      let reached = progress(next)
      let rate = segment.coefficients.sum(cells, slot: slot)
      sum += rate * (reached - position)
      (time, position) = (next, reached)
      isDown = segment.down.contains(row.service)
      if segment.end == next, segment.starts.contains(row.service) { sum = 0 }
    }
    if isDown { return nil }
    let value = sum * factor
    return isWhole ? (value + 1e-6).rounded(.down) : value
  }
}
