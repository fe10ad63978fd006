/// What a sample of the newest log lines tells, and what the index says of its fields.
struct LogJudgement {
  /// What was counted in the sample.
  struct Sample: Equatable {
    var lines = 0
    var withLevel = 0
    var withService = 0
    var withTrace = 0
    var unparsed = 0
    /// The first unparsed line's message, and where those lines come from.
    var example: String?
    var sources: [String] = []

    init() {}

    init(_ entries: [LogEntry]) {
      for entry in entries {
        lines += 1
        if entry.level != .unknown { withLevel += 1 }
        if entry.service != nil { withService += 1 }
        if entry.traceID != nil { withTrace += 1 }
        let source = entry.source
        guard LogJudgement.isUnparsed(source, message: entry.message, level: entry.level) else { continue }
        unparsed += 1
        example = example ?? entry.message
        let place =
          entry.service ?? source[path: "log", "file", "path"]?.string ?? source["log.file.path"]?.string
          ?? source[path: "container", "name"]?.string
        if let place, !sources.contains(place), sources.count < 20 { sources.append(place) }
      }
    }
  }

  /// The index pattern.
  let pattern: String
  let catalogue: FieldCatalogue

  /// Tags and keys by which shippers say that they could not take a line apart.
  private static let tags: Set<String> = [
    "_jsonparsefailure", "_grokparsefailure", "_dissectfailure", "_rubyexception", "_logfmtparsefailure",
  ]

  /// Whether a document is a line that nobody took apart.
  static func isUnparsed(_ source: JSONValue, message: String, level: LogLevel) -> Bool {
    let tags = source["tags"]
    let names = tags?.string.map { [$0] } ?? (tags?.elements ?? []).compactMap(\.string)
    if names.contains(where: LogJudgement.tags.contains) { return true }
    if source[path: "error", "type"]?.string == "json" || source["error.type"]?.string == "json" { return true }
    guard level == .unknown, let text = message.drop(while: \.isWhitespace).first else { return false }
    if text == "{", (try? JSONDocument(parsing: Array(message.utf8)).root.kind) == .object { return true }
    // A level that stands in the text at the beginning of a line: `2026-11-22T08:50:00Z ERROR msg_server: …`.
    let words = message.prefix(120).split { !($0.isLetter && $0.isASCII) }.prefix(8)
    return words.contains { ["TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL"].contains($0) }
  }

  // MARK: Fields by the mapping

  /// What is wrong with the time field; nil where it can be sorted by. `dates` are the fields of the pattern that are dates.
  func time(dates: [String]) -> Finding? {
    let names = catalogue.names(for: .time)
    guard catalogue.isKnown else { return nil }
    let there = names.filter { catalogue[$0] != nil }
    let isUsable = there.contains { name in
      let kinds = catalogue[name]?.kinds ?? []
      return kinds == [.number] || !kinds.isDisjoint(with: [.date, .dateNanos])
    }
    guard !isUsable else { return nil }
    let seen = there.first.map { "\($0) is \(kinds($0)), not a date" } ?? "none of \(Doctor.list(names, 4)) is there"
    return Finding(
      .timeField, .logs, "time field", .failed,
      "\(pattern): \(seen)" + (dates.isEmpty ? "" : "; dates are \(Doctor.list(dates))"),
      next: dates.first.map { "set fields.time: [\($0)] in the settings" }
        ?? "map \(there.first ?? "@timestamp") as date in the index template; the next index has it")
  }

  /// The roles that `wanted` fields are looked for: what is missing, or mapped so that it does not serve.
  func field(_ role: FieldNames.Role, _ sample: Sample, likely: [String]) -> Finding? {
    let (kind, word, key, found): (FindingKind, String, String, Int)
    switch role {
    case .level: (kind, word, key, found) = (.levelField, "level", "level", sample.withLevel)
    case .service: (kind, word, key, found) = (.serviceField, "service", "service", sample.withService)
    case .trace: (kind, word, key, found) = (.traceField, "trace id", "trace_id", sample.withTrace)
    case .time, .message, .span: return nil
    }
    let there = catalogue.names(for: role).filter { catalogue[$0] != nil || catalogue[$0 + ".keyword"] != nil }
    func finding(_ evidence: String, _ next: String) -> Finding {
      Finding(kind, .logs, "\(word) field", .warning, evidence, next: next)
    }
    let candidates = likely.filter { name in !there.contains { name == $0 || name.hasPrefix($0 + ".") } }
    let name = candidates.first.map { "set fields.\(key): [\($0)] in the settings, if that is it" }
    let ways = candidates.isEmpty ? "" : "; likely names: \(Doctor.list(candidates))"
    if found == 0 {
      let seen =
        there.isEmpty
        ? "no field is known by a usual name"
        : "\(Doctor.list(there, 3)) is in the mapping, but holds none that can be read"
      return finding(
        "none of the \(sample.lines) newest lines has a \(word): \(seen)\(ways)",
        name
          ?? (role == .trace
            ? "let the services write it (RustIM: log.format: json, telemetry.enabled: true), or name its field: fields.\(key)"
            : "name its field in the settings: fields.\(key)"))
    }
    if role == .service, catalogue.isKnown, !there.isEmpty, catalogue.groupable(.service).isEmpty,
      let first = there.first
    {
      return finding(
        "\(first) is \(kinds(first)): lines cannot be grouped by it, the service bar has none from the logs",
        "map \(first) as keyword in the index template; the next index has it")
    }
    if role == .trace, let first = there.first(where: { catalogue[$0]?.kinds.contains(.number) ?? false }) {
      return finding(
        "\(first) is \(kinds(first)): an id of 128 bits does not fit", "map \(first) as keyword in the index template")
    }
    return nil
  }

  /// That the fields are there, with the names that count.
  func fields(_ sample: Sample) -> Finding {
    func first(_ role: FieldNames.Role) -> String? {
      catalogue.names(for: role).first { catalogue[$0] != nil || catalogue[$0 + ".keyword"] != nil }
    }
    let names = [catalogue.time.name] + [FieldNames.Role.level, .service, .trace].compactMap(first)
    let evidence = catalogue.isKnown ? names.joined(separator: ", ") : "found in the lines; the mapping may not be read"
    return Finding(.fields, .logs, "time, level, service and trace fields", .ok, evidence)
  }

  private func kinds(_ name: String) -> String {
    guard let kinds = catalogue[name]?.kinds, !kinds.isEmpty else { return "of no type that is known" }
    let words = kinds.map { kind in
      switch kind {
      case .keyword: "a keyword"
      case .text: "a text"
      case .number: "a number"
      case .date, .dateNanos: "a date"
      case .other: "of another type"
      }
    }
    return Set(words).sorted().joined(separator: " and ")
  }

  // MARK: What the lines are like

  /// Whether the lines were taken apart. One line in twenty may be a panic's or a start script's.
  static func parsed(_ sample: Sample) -> Finding {
    let step = "lines taken apart"
    guard sample.unparsed * 20 > sample.lines else {
      let rest = sample.unparsed == 0 ? "" : ", but for \(sample.unparsed)"
      return Finding(.parsed, .logs, step, .ok, "all of the \(sample.lines) newest lines\(rest)")
    }
    let places = sample.sources.isEmpty ? "" : " from \(Doctor.list(sample.sources, 3))"
    let example = sample.example.map { ", such as “\(FetchError.bounded(FetchError.singleLine($0), to: 100))”" } ?? ""
    return Finding(
      .unparsed, .logs, step, .warning,
      "\(sample.unparsed) of the \(sample.lines) newest lines (\(Doctor.percent(sample.unparsed, of: sample.lines)))\(places) came unparsed\(example)",
      next: "set log.format: json (LOG_FORMAT=json) in the service that writes them")
  }

  /// What it means that the window holds no line; `newest` is the time of the newest of all.
  static func empty(_ pattern: String, newest: Timestamp?, range: TimeRange) -> Finding {
    let length = DurationText.text(.seconds(Int64(range.duration.seconds)))
    guard let newest else {
      return Finding(
        .logsNone, .logs, "lines in the window", .failed, "\(pattern) holds no document at all",
        next: "look at what ships the lines: Filebeat's acked events, Logstash's events out, the log files (--log-path)"
      )
    }
    if newest >= range.end {
      let ahead = DurationText.text(.seconds(Int64((newest - range.end).seconds)))
      return Finding(
        .clocksApart, .logs, "lines in the window", .failed,
        "no line in the last \(length); the newest is \(ahead) ahead of this machine's clock (\(newest.iso8601))",
        next:
          "compare the clocks of this machine and of the services (timedatectl status), and the time zone that they write"
      )
    }
    let age = DurationText.text(.seconds(Int64((range.end - newest).seconds)))
    return Finding(
      .logsOld, .logs, "lines in the window", .failed,
      "no line in the last \(length); the newest is \(age) old (\(newest.iso8601))",
      next:
        "see why nothing follows: is the service up, does Filebeat send, does Logstash write? (--since \(age) looks further back)"
    )
  }

  /// What it means that the pattern matches no index; `indices` are those that there are.
  static func nothing(_ pattern: String, indices: [String]?) -> Finding {
    let seen: String
    switch indices {
    case nil: seen = "which indices there are may not be read"
    case let names? where names.isEmpty: seen = "there are no indices"
    case let names?: seen = "there are \(Doctor.list(names, 8))"
    }
    return Finding(
      .indexNothing, .logs, "index pattern", .failed, "\(pattern) matches no index; \(seen)",
      next: indices?.isEmpty == false
        ? "set elasticsearch.indices, or --index, to what fits"
        : "let something write first: Filebeat, Logstash or the service")
  }
}
