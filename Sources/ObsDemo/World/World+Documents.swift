import ObsData

extension World: DocumentSource {
  /// A document is found so many milliseconds after its timestamp: a second until the refresh, and one in a hundred is late by
  /// up to ten.
  private func delay(slot: Int, milliseconds: Int64) -> Int64 {
    let hash = SplitMix.hash(seed, milliseconds, Int64(slot), 12)
    return hash % 100 == 0 ? 1_500 + Int64((hash >> 8) % 8_500) : 700 + Int64((hash >> 8) % 500)
  }
  /// Behind this, all of a second's documents are there.
  private static let longestDelay = 10

  /// The day's index, as Filebeat and Logstash name it.
  static func index(second: Int) -> String {
    let day = CivilTime(Timestamp(nanoseconds: Int64(second) * 1_000_000_000))
    let month = (day.month < 10 ? "0" : "") + String(day.month)
    return "rustim-\(day.year).\(month).\((day.day < 10 ? "0" : "") + String(day.day))"
  }

  func indices(now: Timestamp) -> [String] {
    var names: [String] = []
    let last = Int(now.milliseconds / 1_000)
    var second = firstSecond - (firstSecond % 86_400)
    while second <= last, names.count < 4_000 {
      names.append(World.index(second: second))
      second += 86_400
    }
    return names
  }

  /// The seconds that a range touches, cut to the world's past and to now; nil where there are none.
  private func seconds(_ start: Timestamp, _ end: Timestamp, now: Timestamp) -> (from: Int64, to: Int64)? {
    // `start <= @timestamp < end` in whole milliseconds, both rounded up.
    func ceiling(_ time: Timestamp) -> Int64 {
      time.milliseconds + (time.nanoseconds == Timestamp(milliseconds: time.milliseconds).nanoseconds ? 0 : 1)
    }
    let from = max(ceiling(start), Int64(firstSecond) * 1_000)
    let to = min(ceiling(end), now.milliseconds + 1)
    return from < to ? (from, to) : nil
  }

  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp) -> [WorldDocument] {
    documents(from: start, to: end, now: now, hint: DocumentHint())
  }

  func documents(from start: Timestamp, to end: Timestamp, now: Timestamp, hint: DocumentHint) -> [WorldDocument] {
    guard let range = seconds(start, end, now: now) else { return [] }
    if let traces = hint.traceIDs { return documents(ofTraces: traces, range: range, now: now) }
    let levels = hint.levels.map { names in Set(LineLevel.allCases.filter { names.contains($0.rawValue) }) }
    let services = hint.services.map { names in
      Set(graph.services.indices.filter { names.contains(graph.services[$0]) })
    }
    let isBare = hint.fields.map(cheapFields.isSuperset) ?? false
    var documents: [WorldDocument] = []
    var places = PlaceCache()
    for second in Int(range.from / 1_000)...Int((range.to - 1) / 1_000) {
      for line in lines(of: second, levels: levels, services: services)
      where line.milliseconds >= range.from && line.milliseconds < range.to && isVisible(line, now: now) {
        documents.append(isBare ? bareDocument(line, places: &places) : document(line, places: &places))
      }
    }
    return documents
  }

  /// What a line tells without its text.
  var cheapFields: Set<String> { ["@timestamp", "_index", "level", "service_name"] }

  private func bareDocument(_ line: Line, places: inout PlaceCache) -> WorldDocument {
    WorldDocument(
      index: places.index(second: Int(line.milliseconds / 1_000)), id: "",
      timestamp: Timestamp(milliseconds: line.milliseconds),
      fields: [
        ("level", .string(line.level.rawValue)), ("service_name", .string(graph.services[line.service])),
      ])
  }

  /// The lines of a trace are those of the second that its identifier names.
  private func documents(ofTraces traces: Set<String>, range: (from: Int64, to: Int64), now: Timestamp)
    -> [WorldDocument]
  {
    var lines: [Line] = []
    // Upper and lower case name the same trace: its lines are there once.
    var seen: Set<UInt64> = []
    for text in traces {
      guard let (high, low) = World.parse(traceID: text), let (second, _) = request(high: high, low: low),
        seen.insert(high).inserted
      else { continue }
      lines += self.lines(of: second).filter { line in
        guard case .request(let context) = line.content else { return false }
        return context.high == high && line.milliseconds >= range.from && line.milliseconds < range.to
          && isVisible(line, now: now)
      }
    }
    var places = PlaceCache()
    return lines.sorted { ($0.milliseconds, $0.slot) < ($1.milliseconds, $1.slot) }
      .map { document($0, places: &places) }
  }

  /// Both halves of a trace identifier of 32 hexadecimal digits.
  static func parse(traceID text: String) -> (high: UInt64, low: UInt64)? {
    let digits = Array(text.utf8)
    guard digits.count == 32, digits.allSatisfy({ $0 != 43 && $0 != 45 }),
      let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
      let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
    else { return nil }
    return (high, low)
  }

  private func isVisible(_ line: Line, now: Timestamp) -> Bool {
    let age = now.milliseconds - line.milliseconds
    return age > Int64(World.longestDelay) * 1_000
      || age >= delay(slot: line.slot, milliseconds: line.milliseconds)
  }

  func documentCount(from start: Timestamp, to end: Timestamp, now: Timestamp) -> Int {
    guard let range = seconds(start, end, now: now) else { return 0 }
    // Seconds that are whole and whose last late document has come are counted from the table; the others line by line.
    let settled = Int(now.milliseconds / 1_000) - World.longestDelay - 1
    let first = Int((range.from + 999) / 1_000)
    let last = min(Int(range.to / 1_000), settled)
    guard first < last else { return countLines(from: range.from, to: range.to, now: now) }
    return countLines(from: range.from, to: Int64(first) * 1_000, now: now) + lineCount(from: first, to: last)
      + countLines(from: Int64(last) * 1_000, to: range.to, now: now)
  }

  private func countLines(from: Int64, to: Int64, now: Timestamp) -> Int {
    guard from < to else { return 0 }
    var count = 0
    for second in Int(from / 1_000)...Int((to - 1) / 1_000) {
      for line in lines(of: second)
      where line.milliseconds >= from && line.milliseconds < to && isVisible(line, now: now) { count += 1 }
    }
    return count
  }

  /// The document of a line.
  func document(_ line: Line, places: inout PlaceCache) -> WorldDocument {
    let second = Int(line.milliseconds / 1_000)
    let timestamp = Timestamp(milliseconds: line.milliseconds)
    let (text, target) = message(of: line)
    let instance: Int
    switch line.content {
    case .request(let context): instance = World.instance(high: context.high, service: line.service)
    case .background(let hash): instance = Int(hash >> 3 & 1)
    case .event: instance = 0
    }
    let place = places.place(self, service: line.service, instance: instance, at: second)
    var fields: [(name: String, value: JSONTree)] = [
      ("@timestamp", .string(timestamp.iso8601)), ("level", .string(line.level.rawValue)),
      ("service_name", .string(graph.services[line.service])), ("message", .string(text)), ("target", .string(target)),
    ]
    fields.reserveCapacity(16)
    if case .request(let context) = line.content {
      fields.append(("trace_id", .string(hexadecimal(context.high) + hexadecimal(context.low))))
      fields.append(("span_id", .string(hexadecimal(spanID(high: context.high, span: context.span)))))
      fields.append(("user_id", .string(World.user(context.high))))
      fields.append(("duration_ms", .int(context.duration / 1_000)))
      if let status = World.status(of: context) { fields.append(("status_code", .int(Int64(status.code)))) }
    }
    fields.append(("host", .string(place.host)))
    fields.append(("pod", .string(place.pod)))
    fields.append(("version", .string(place.version)))
    fields.append(("env", "demo"))
    return WorldDocument(
      index: places.index(second: second), id: identifier(second: second, slot: line.slot), timestamp: timestamp,
      fields: fields)
  }

  /// The status that a line speaks of; nil where it speaks of none.
  private static func status(of context: RequestLineContext) -> StatusClass? {
    switch (context.kind, context.effect) {
    case (.failedAccess, .fail(let failure)), (.rejected, .fail(let failure)): failure.status
    case (.access, _): .success
    default: nil
    }
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)

  /// Twenty characters, as Elasticsearch makes them.
  private func identifier(second: Int, slot: Int) -> String {
    let first = SplitMix.hash(seed, Int64(second), Int64(slot), 13)
    let last = SplitMix.mix(first)
    return String(unsafeUninitializedCapacity: 20) { buffer in
      for index in 0..<20 {
        let hash = index < 10 ? first : last
        buffer[index] = World.alphabet[Int(hash >> UInt64(6 * (index % 10)) & 63)]
      }
      return 20
    }
  }

  /// Which of a service's two instances serves a request.
  static func instance(high: UInt64, service: Int) -> Int { Int(high >> UInt64(service % 60) & 1) }

  /// Where an instance runs: its node, its pod, the version of its program.
  func place(service: Int, instance: Int, at second: Int) -> Place {
    let process = timeline.process(of: service, at: second)
    let replica = SplitMix.hash(SplitMix.hash(process.version), Int64(service), 15)
    let pod = SplitMix.hash(seed, Int64(service), Int64(process.start), Int64(instance))
    let name = graph.services[service]
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    let tail = String((0..<5).map { letters[Int(pod >> UInt64(8 * $0) & 0xFF) % letters.count] })
    return Place(
      host: "node-\(1 + Int(pod >> 50) % 4)", pod: "\(name)-\(hexadecimal(replica).prefix(10))-\(tail)",
      version: process.version, address: "10.0.\(1 + service % 200).\(10 + instance)")
  }
}

/// Where an instance of a service runs.
struct Place: Sendable {
  let host: String
  let pod: String
  let version: String
  let address: String
}

/// The places and the index of the second that documents were last made for: thousands may share them.
struct PlaceCache {
  private var second = Int.min
  private var places: [Int: Place] = [:]
  private var day = Int.min
  private var index = ""

  mutating func place(_ world: World, service: Int, instance: Int, at second: Int) -> Place {
    if second != self.second {
      places.removeAll(keepingCapacity: true)
      self.second = second
    }
    let key = service * 2 + instance
    if let place = places[key] { return place }
    let place = world.place(service: service, instance: instance, at: second)
    places[key] = place
    return place
  }

  mutating func index(second: Int) -> String {
    if second / 86_400 != day {
      day = second / 86_400
      index = World.index(second: second)
    }
    return index
  }
}
