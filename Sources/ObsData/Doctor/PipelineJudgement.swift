/// What the programs between services and stores tell by their own counters.
enum PipelineJudgement {
  /// Filebeat's counters of output events at a moment, since its start.
  struct FilebeatCounters: Equatable {
    var published = 0
    var acked = 0
    var failed = 0
    /// Sent and not yet acknowledged.
    var active = 0

    init(published: Int = 0, acked: Int = 0, failed: Int = 0, active: Int = 0) {
      self.published = published
      self.acked = acked
      self.failed = failed
      self.active = active
    }

    /// Reads an answer of `/stats`; nil for what is none.
    init?(_ root: JSONValue) {
      guard let libbeat = root["libbeat"] else { return nil }
      func number(_ value: JSONValue?) -> Int { Int(clamping: value?.int ?? 0) }
      let output = libbeat[path: "output", "events"]
      published = number(libbeat[path: "pipeline", "events", "published"])
      acked = number(output?["acked"])
      failed = number(output?["failed"])
      active = max(number(output?["active"]), number(libbeat[path: "pipeline", "events", "active"]))
    }
  }

  /// What two looks at Filebeat's counters tell. Counters that fell belong to a new start.
  static func filebeat(_ first: FilebeatCounters, _ second: FilebeatCounters) -> Finding {
    let step = "Filebeat's events"
    let acked = second.acked - first.acked
    let failed = second.failed - first.failed
    let isStuck = second.active > 0 && acked <= 0 && (failed > 0 || second.acked == 0 || first.active > 0)
    guard isStuck || failed > 0 && failed > acked else {
      return Finding(
        .pipeline, .logs, step, .ok, "\(second.acked) acknowledged since its start, \(second.active) under way")
    }
    return Finding(
      // A batch may just be taking its time.
      .filebeatNotAcking, .logs, step, failed > 0 || second.acked == 0 ? .failed : .warning,
      "\(second.active) events are under way, \(max(acked, 0)) were acknowledged and \(max(failed, 0)) failed between two looks",
      next: "see what its output says: Filebeat's log, then Logstash or Elasticsearch behind it")
  }

  /// What an answer of Logstash's `/_node/stats` tells: how full the fullest queue on disk is, and how much of the time its
  /// inputs wait.
  static func logstash(_ root: JSONValue) -> Finding {
    let step = "Logstash's queues"
    var fullest: (name: String, share: Double)?
    for (name, pipeline) in root["pipelines"]?.members ?? [] {
      guard let queue = pipeline["queue"], queue["type"]?.string == "persisted" else { continue }
      let size = (queue["queue_size_in_bytes"] ?? queue[path: "capacity", "queue_size_in_bytes"])?.double ?? 0
      let most = (queue["max_queue_size_in_bytes"] ?? queue[path: "capacity", "max_queue_size_in_bytes"])?.double ?? 0
      guard most > 0, size / most >= fullest?.share ?? 0 else { continue }
      fullest = (name, size / most)
    }
    // A string where the figure is infinite.
    let pressure = root[path: "flow", "queue_backpressure", "current"]?.double ?? 0
    let full = fullest.map { "queue of \($0.name) \(percent($0.share)) full" }
    if let fullest, fullest.share >= 0.8 {
      return Finding(
        .logstashQueueFull, .logs, step, fullest.share >= 0.99 ? .failed : .warning, full ?? "",
        next: "see why what is behind it takes so little: Elasticsearch's rejected writes and disk, slow filters")
    }
    if pressure >= 1 {
      return Finding(
        .logstashQueueFull, .logs, step, .warning,
        "its inputs wait for room in the queue all the time",
        next: "more pipeline.workers, or a faster output: see Elasticsearch's rejected writes")
    }
    let events = root[path: "events", "out"]?.int.map { "\($0) events out since its start" }
    let facts = [events, full].compactMap { $0 }
    return Finding(.pipeline, .logs, step, .ok, facts.isEmpty ? "none on disk" : facts.joined(separator: ", "))
  }

  /// What the collector's counters of spans tell, whether as rates or since its start.
  static func collector(accepted: Double, refused: Double, failed: Double, unit: String) -> Finding {
    let step = "the collector's spans"
    func text(_ value: Double) -> String {
      let tenths = Int64(exactly: (value * 10).rounded()) ?? 0
      return tenths % 10 == 0 || value >= 100 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
    guard refused > 0 || failed > 0 else {
      return Finding(.pipeline, .traces, step, .ok, "\(text(accepted))\(unit) accepted, none refused")
    }
    let isWhole = refused >= accepted && refused > 0
    return Finding(
      .collectorRefusing, .traces, step, isWhole ? .failed : .warning,
      "\(text(accepted))\(unit) accepted, \(text(refused)) refused, \(text(failed)) not handed on",
      next: refused > 0
        ? "look at memory_limiter in the collector's configuration, and at its memory"
        : "look at the exporter's target: is Jaeger up, and does the address fit?")
  }

  /// The counters of spans in the collector's own metrics, summed up; nil where it has none.
  static func collectorCounters(_ page: String) -> (accepted: Double, refused: Double, failed: Double)? {
    var sums: [String: Double] = [:]
    for line in page.split(whereSeparator: \.isNewline) where line.hasPrefix("otelcol_") {
      let name = line.prefix { $0 != "{" && $0 != " " }
      let plain = name.hasSuffix("_total") ? name.dropLast(6) : name
      // A label's value may hold a space or a brace, the sample's value none.
      let rest = line.lastIndex(of: "}").map { line[line.index(after: $0)...] } ?? line[name.endIndex...]
      guard let value = rest.split(separator: " ").first.flatMap({ Double($0) }), value.isFinite else { continue }
      sums[String(plain), default: 0] += value
    }
    guard let accepted = sums["otelcol_receiver_accepted_spans"] else { return nil }
    return (
      accepted, sums["otelcol_receiver_refused_spans"] ?? 0,
      (sums["otelcol_exporter_send_failed_spans"] ?? 0) + (sums["otelcol_exporter_enqueue_failed_spans"] ?? 0)
    )
  }

  /// What Kibana's status tells, in the form of 8 or of 7.
  static func kibana(_ root: JSONValue) -> Finding? {
    guard let overall = root[path: "status", "overall"], let level = (overall["level"] ?? overall["state"])?.string
    else {
      return nil
    }
    let version = root[path: "version", "number"]?.string.map { "version \($0), " } ?? ""
    let isWell = ["available", "green"].contains(level)
    return Finding(
      isWell ? .answers : .storeError, .logs, "Kibana answers", isWell ? .ok : .warning, "\(version)\(level)",
      next: isWell ? nil : "Kibana's page /status says which part; mostly it is Elasticsearch behind it")
  }

  private static func percent(_ share: Double) -> String { "\(Int((min(max(share, 0), 10) * 100).rounded())) %" }
}
