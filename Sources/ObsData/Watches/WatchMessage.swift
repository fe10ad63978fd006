/// A message in the words and forms of the channels. Labels and annotations come from strangers: nothing in them may become a header,
/// an escape sequence or a mention.
public struct WatchMessage: Sendable {
  /// What is told.
  public let changes: [WatchChange]
  /// The context whose stores were asked.
  public let context: String
  /// How many changes before these were left out.
  public let lost: Int

  /// Makes a message.
  public init(changes: [WatchChange], context: String, lost: Int = 0) {
    self.changes = changes
    self.context = context
    self.lost = lost
  }

  /// One line that says the most: `FIRING high-errors msg-server: summary`, or how many there are of each.
  public var subject: String {
    if changes.count == 1, lost == 0, let change = changes.first {
      let words = [change.kind.heading, change.watch, change.service].compactMap { $0 }.joined(separator: " ")
      let text = change.summary.map { "\(words): \($0)" } ?? words
      return FetchError.bounded(WatchMessage.plain(text), to: 160)
    }
    let kinds: [WatchChange.Kind] = [.firing, .resolved, .test]
    let counts = kinds.map { kind in (kind, changes.count { $0.kind == kind }) }.filter { $0.1 > 0 }
      .map { "\($0.1) \($0.0.heading)" }
    let names = Set(changes.map(\.watch)).sorted().joined(separator: ", ")
    return FetchError.bounded(WatchMessage.plain("\(counts.joined(separator: ", ")): \(names)"), to: 160)
  }

  /// A paragraph for each change.
  public var body: String {
    var paragraphs = changes.map { $0.lines.map(WatchMessage.plain).joined(separator: "\n") }
    if lost > 0 { paragraphs.insert("\(lost) earlier messages could not be sent and were left out.", at: 0) }
    return paragraphs.joined(separator: "\n\n") + "\n\nobs-tui, context \(WatchMessage.plain(context))\n"
  }

  /// One JSON object a line for each change: what a command gets.
  public var jsonLines: String { changes.map { $0.tree(context: context).text + "\n" }.joined() }

  /// What Alertmanager's own webhooks send (version 4), so that their receivers understand it.
  public func webhook(channel: String) -> JSONTree {
    let isFiring = changes.contains { $0.kind != .resolved }
    let severities = Set(changes.map { $0.instance.labels["severity"] ?? "" })
    let names = Set(changes.map(\.watch))
    func common(_ key: String, _ values: Set<String>) -> [(key: String, value: JSONTree)] {
      guard values.count == 1, let value = values.first, !value.isEmpty else { return [] }
      return [(key, .string(value))]
    }
    return .object([
      ("version", "4"), ("groupKey", .string("obs-tui:\(context)")), ("truncatedAlerts", .int(Int64(lost))),
      ("status", isFiring ? "firing" : "resolved"), ("receiver", .string(channel)),
      ("groupLabels", .object(common("alertname", names))),
      ("commonLabels", .object(common("alertname", names) + common("severity", severities))),
      ("commonAnnotations", .object([])), ("externalURL", ""),
      ("alerts", .array(changes.map { $0.tree(context: context) })),
    ])
  }

  /// What a Slack-compatible incoming webhook takes.
  public var slack: JSONTree {
    var lines = changes.map { change in
      let mark = change.kind == .resolved ? ":white_check_mark:" : ":rotating_light:"
      let head = "\(mark) *\(WatchMessage.slackText("\(change.kind.heading) \(change.watch)"))*"
      return head + change.lines.dropFirst().map { "\n" + WatchMessage.slackText($0) }.joined()
    }
    if lost > 0 { lines.insert("\(lost) earlier messages were left out", at: 0) }
    return .object([("text", .string(FetchError.bounded(lines.joined(separator: "\n\n"), to: 30_000)))])
  }

  /// A text in which Slack sees no mention, link or markup: `<!channel>` stays what it is.
  static func slackText(_ text: String) -> String {
    plain(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("*", with: "∗")
  }

  /// One line without control characters and without what turns the direction of writing.
  public static func plain(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in FetchError.singleLine(text).unicodeScalars {
      let value = scalar.value
      let isUnsafe =
        value < 0x20 || (0x7F...0x9F).contains(value) || (0x202A...0x202E).contains(value)
        || (0x2066...0x2069).contains(value) || value == 0x2028 || value == 0x2029
      result.append(isUnsafe ? " " : scalar)
    }
    return String(result)
  }
}

extension WatchChange.Kind {
  /// In capitals, for a first word.
  public var heading: String {
    switch self {
    case .firing: "FIRING"
    case .resolved: "RESOLVED"
    case .pending: "PENDING"
    case .dropped: "INACTIVE"
    case .test: "TEST"
    }
  }
}

extension WatchChange {
  /// The service it is about, by the labels that usually say it.
  public var service: String? { ["service", "service_name", "job"].lazy.compactMap { instance.labels[$0] }.first }
  /// The annotation that says in a sentence what is wrong.
  public var summary: String? {
    ["summary", "description", "message"].lazy.compactMap { instance.annotations[$0] }.first { !$0.isEmpty }
  }

  /// All that is known, a line each.
  var lines: [String] {
    var lines = [[kind.heading, watch, service].compactMap { $0 }.joined(separator: " ")]
    lines += [summary].compactMap { $0 }
    lines.append("Condition: \(condition), value \(Watch.figure(instance.value))")
    let start = instance.firedAt ?? instance.since
    lines.append(
      kind == .resolved
        ? "From \(start.iso8601(fractionDigits: 0)) to \(at.iso8601(fractionDigits: 0))"
        : "Since \(start.iso8601(fractionDigits: 0))")
    let labels = instance.labels.filter { $0.key != "alertname" }.sorted { $0.key < $1.key }
    if !labels.isEmpty { lines.append("Labels: " + labels.map { "\($0.key)=\($0.value)" }.joined(separator: " ")) }
    for (key, value) in instance.annotations.sorted(by: { $0.key < $1.key }) where value != summary {
      lines.append("\(key): \(value)")
    }
    return lines
  }

  /// The alert as JSON; `startsAt`, `endsAt`, `status` and `fingerprint` are what Alertmanager calls them.
  public func tree(context: String) -> JSONTree {
    func texts(_ values: [String: String]) -> JSONTree {
      .object(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }
    return .object([
      ("status", .string(kind == .resolved ? "resolved" : kind == .test ? "test" : "firing")),
      ("watch", .string(watch)), ("context", .string(context)),
      ("severity", instance.labels["severity"].map(JSONTree.string) ?? .null), ("labels", texts(instance.labels)),
      ("annotations", texts(instance.annotations)),
      ("value", instance.value.isFinite ? .double(instance.value) : .string("\(instance.value)")),
      ("condition", .string(condition)),
      ("startsAt", .string((instance.firedAt ?? instance.since).iso8601(fractionDigits: 3))),
      // Alertmanager's own zero for an end that has not come.
      ("endsAt", .string(kind == .resolved ? at.iso8601(fractionDigits: 3) : "0001-01-01T00:00:00Z")),
      ("generatorURL", ""), ("fingerprint", .string(Alert.fingerprint(instance.labels))),
    ])
  }
}

extension Alert {
  /// Prometheus's fingerprint of a set of labels: FNV-1a, 64 bits, over the names and values in order, each followed by 0xFF
  /// (`LabelSet.Fingerprint` in prometheus/common).
  static func fingerprint(_ labels: [String: String]) -> String {
    var sum: UInt64 = 14_695_981_039_346_656_037
    func add(_ byte: UInt8) { sum = (sum ^ UInt64(byte)) &* 1_099_511_628_211 }
    let sorted = labels.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (name, value) in sorted {
      for byte in name.utf8 { add(byte) }
      add(0xFF)
      for byte in value.utf8 { add(byte) }
      add(0xFF)
    }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
