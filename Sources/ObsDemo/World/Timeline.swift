import Synchronization

/// What of an incident is there in a stretch of time.
struct ActiveIncident: Hashable, Sendable {
  let incident: Int
  let stage: Stage
}

/// When which incidents are there, and when services start: made a day at a time when somebody asks.
final class Timeline: Sendable {
  /// A stretch of time in which nothing changes but the load.
  struct Segment: Sendable {
    let start: Int
    let end: Int
    let active: [ActiveIncident]
  }

  /// A service's process begins, or dies.
  struct Event: Sendable {
    enum Kind: Sendable { case died, restarted, deployed, rolledBack }

    let second: Int
    let service: Int
    let kind: Kind
    let occurrence: Occurrence
  }

  /// A service's process, from `second` on.
  struct Process: Sendable {
    let second: Int
    /// When it began, in seconds since the epoch.
    let start: Int
    let version: String
  }

  /// What is known of a day.
  struct Day: Sendable {
    let segments: [Segment]
    /// In order of time.
    let events: [Event]
    let occurrences: [Occurrence]
    /// For each service its processes: the one that the day begins with, then those that begin in it.
    let processes: [[Process]]
  }

  let scenario: Scenario
  /// The second at which the world was started.
  let origin: Int
  /// Incidents begin to happen here: a day before the start.
  let firstSecond: Int
  private let seed: UInt64
  private let services: [String]
  /// Days from `firstSecond` on, each made from the one before it.
  private let days = Mutex<[Day]>([])

  init(scenario: Scenario, services: [String], seed: UInt64, origin: Int) {
    self.scenario = scenario
    self.services = services
    self.seed = SplitMix.hash(seed, 2)
    self.origin = origin
    firstSecond = origin - 86_400
  }

  func day(_ second: Int) -> Day {
    guard second >= firstSecond else {
      return Day(
        segments: [Segment(start: .min, end: firstSecond, active: [])], events: [], occurrences: [],
        processes: services.indices.map { [firstProcess(of: $0)] })
    }
    // Ten years: beyond lies nobody's clock.
    let index = min((second - firstSecond) / 86_400, 3_660)
    return days.withLock { days in
      while days.count <= index { days.append(makeDay(days.count, before: days.last)) }
      return days[index]
    }
  }

  private func stableVersion(of service: Int) -> (text: String, minor: UInt64) {
    let hash = SplitMix.hash(seed, Int64(service), 8)
    return ("2.\(10 + hash % 20).\((hash >> 8) % 8)", 10 + hash % 20)
  }

  /// The versions that a service may have: the stable one, and that of its deploys.
  func versions(of service: Int) -> [String] {
    let stable = stableVersion(of: service)
    return [stable.text, "2.\(stable.minor + 1).0"]
  }

  private func firstProcess(of service: Int) -> Process {
    let start = firstSecond - 3_600 - Int(SplitMix.hash(seed, Int64(service), 7) % 36_000)
    return Process(second: .min, start: start, version: stableVersion(of: service).text)
  }

  /// The process of a service at a second.
  func process(of service: Int, at second: Int) -> Process {
    let processes = day(second).processes[service]
    return processes.last { $0.second <= second } ?? processes[0]
  }

  /// All times that incidents touch `start ..< end`, in order of their start.
  func occurrences(from start: Int, to end: Int) -> [Occurrence] {
    var found: [Occurrence] = []
    for (index, incident) in scenario.incidents.enumerated() {
      let onset = origin + incident.onset
      guard let every = incident.every, every > 0 else {
        let occurrence = Occurrence(incident: index, number: 0, start: onset, end: onset + incident.duration)
        if occurrence.start < end, occurrence.end > start { found.append(occurrence) }
        continue
      }
      // A repeated incident comes up to a fifth of its period early or late, so that the world does not tick like a clock.
      let jitter = every / 5
      let first = (start - incident.duration - jitter - onset) / every - 1
      let last = (end + jitter - onset) / every + 1
      guard first <= last else { continue }
      for number in first...last {
        let draw = SplitMix.unit(SplitMix.hash(seed, Int64(index), Int64(number))) * 2 - 1
        let begin = onset + number * every + (number == 0 ? 0 : Int(draw * Double(jitter)))
        let occurrence = Occurrence(incident: index, number: number, start: begin, end: begin + incident.duration)
        if begin >= firstSecond, occurrence.start < end, occurrence.end > start { found.append(occurrence) }
      }
    }
    return found.sorted { ($0.start, $0.incident) < ($1.start, $1.incident) }
  }

  private func stages(of occurrence: Occurrence) -> [(start: Int, end: Int, stage: Stage)] {
    let incident = scenario.incidents[occurrence.incident]
    let ramp = min(40, incident.duration / 5)
    let (start, end) = (occurrence.start, occurrence.end)
    switch incident.kind {
    case .crash: return [(start, end, .full)]
    case .badDeploy: return [(start, start + ramp, .onset), (start + ramp, end, .full)]
    default:
      return [(start, start + ramp, .onset), (start + ramp, end - ramp, .full), (end - ramp, end, .fading)]
    }
  }

  private func makeDay(_ index: Int, before: Day?) -> Day {
    let start = firstSecond + index * 86_400
    let end = start + 86_400
    let occurrences = occurrences(from: start, to: end)
    let stretches = occurrences.flatMap { occurrence in
      stages(of: occurrence).map { (incident: occurrence.incident, start: $0.start, end: $0.end, stage: $0.stage) }
    }
    var boundaries = Set([start, end])
    for stretch in stretches {
      if stretch.start > start, stretch.start < end { boundaries.insert(stretch.start) }
      if stretch.end > start, stretch.end < end { boundaries.insert(stretch.end) }
    }
    let sorted = boundaries.sorted()
    var coming = stretches.sorted { $0.start > $1.start }
    var present: [(incident: Int, start: Int, end: Int, stage: Stage)] = []
    let segments = zip(sorted, sorted.dropFirst()).map { from, to in
      while let next = coming.last, next.start <= from { present.append(coming.removeLast()) }
      present.removeAll { $0.end <= from }
      // In the order of the scenario, so that the same incidents make the same regime.
      let active = present.map { ActiveIncident(incident: $0.incident, stage: $0.stage) }
        .sorted { ($0.incident, $0.stage.rawValue) < ($1.incident, $1.stage.rawValue) }
      return Segment(start: from, end: to, active: active)
    }
    let events = events(of: occurrences, from: start, to: end)
    var processes = services.indices.map { [before?.processes[$0].last ?? firstProcess(of: $0)] }
    for event in events {
      let version: String
      let stable = stableVersion(of: event.service)
      switch event.kind {
      case .died: continue
      case .restarted: version = processes[event.service].last?.version ?? stable.text
      case .deployed: version = "2.\(stable.minor + 1).0"
      case .rolledBack: version = stable.text
      }
      processes[event.service].append(Process(second: event.second, start: event.second, version: version))
    }
    return Day(segments: segments, events: events, occurrences: occurrences, processes: processes)
  }

  private func events(of occurrences: [Occurrence], from start: Int, to end: Int) -> [Event] {
    var events: [Event] = []
    for occurrence in occurrences {
      let incident = scenario.incidents[occurrence.incident]
      guard let name = incident.service, let service = services.firstIndex(of: name) else { continue }
      let kinds: (Event.Kind, Event.Kind)
      switch incident.kind {
      case .crash: kinds = (.died, .restarted)
      case .badDeploy: kinds = (.deployed, .rolledBack)
      default: continue
      }
      events.append(Event(second: occurrence.start, service: service, kind: kinds.0, occurrence: occurrence))
      events.append(Event(second: occurrence.end, service: service, kind: kinds.1, occurrence: occurrence))
    }
    return events.filter { $0.second >= start && $0.second < end }
      .sorted { ($0.second, $0.service, $0.occurrence.incident) < ($1.second, $1.service, $1.occurrence.incident) }
  }

  /// The segment that holds a second.
  func segment(at second: Int) -> Segment {
    let segments = day(second).segments
    var (low, high) = (0, segments.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if segments[middle].start <= second { low = middle } else { high = middle - 1 }
    }
    return segments[low]
  }

  /// What happens to processes in `start ..< end`.
  func events(from start: Int, to end: Int) -> [Event] {
    var found: [Event] = []
    var second = start
    while second < end {
      let day = day(second)
      guard let dayEnd = day.segments.last?.end else { break }
      found += day.events.filter { $0.second >= start && $0.second < end }
      second = dayEnd
    }
    return found
  }
}
