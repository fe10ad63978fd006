import ObsData

/// Log lines as `obs-tui logs` prints them, one record after the other; files and the clipboard get the same.
struct LogPrinter: Equatable, Sendable {
  /// What a record looks like.
  enum Style: Equatable, Sendable {
    /// As on the screen: time, level, service, message.
    case text
    /// One object a line.
    case json
    /// RFC 4180.
    case csv
    case template(LogTemplate)
  }

  var style: Style
  /// How times are written as text; the other styles use UTC.
  var time = TimeDisplay.utc
  var hasColour = false
  /// Whether a terminal reads it: then nothing may steer it, whatever the style.
  var isTerminal = false
  /// Whether it is kept: then a line of text has its day, its zone and its trace, and no spreadsheet may run a value of CSV.
  var isKept = false
  /// Fields that have columns of their own in CSV.
  var fields: [String] = []

  /// For a file: its name's ending says how, and it is plain text for any that is not known.
  init(path: String, fields: [String] = []) {
    switch path.split(separator: ".").last.map({ $0.lowercased() }) ?? "" {
    case "ndjson", "jsonl", "json": style = .json
    case "csv": style = .csv
    default: style = .text
    }
    isKept = true
    self.fields = fields
  }

  init(
    style: Style, time: TimeDisplay = .utc, hasColour: Bool = false, isTerminal: Bool = false, isKept: Bool = false
  ) {
    self.style = style
    self.time = time
    self.hasColour = hasColour
    self.isTerminal = isTerminal
    self.isKept = isKept
  }

  private static let columns = [
    "id", "index", "timestamp", "level", "service", "message", "trace_id", "span_id", "late_ms", "fields",
  ]

  /// What stands before the first line.
  var header: String {
    if case .csv = style { row(LogPrinter.columns + fields) + "\r\n" } else { "" }
  }

  /// A record with its line break.
  func line(_ entry: LogEntry, lateness: Duration?) -> String {
    switch style {
    case .text: text(entry, lateness)
    case .json: LogPrinter.escaped(json(entry, lateness).text) + "\n"
    case .csv: csv(entry, lateness) + "\r\n"
    case .template(let template): template.text(entry, lateness: lateness) + "\n"
    }
  }

  private func text(_ entry: LogEntry, _ lateness: Duration?) -> String {
    let shown = Formatting.time(entry.timestamp, as: time, now: entry.timestamp, withDate: true)
    var line = paint(isKept ? LogPrinter.timestamp(entry) : shown, "2")
    line += " " + paint(entry.level.letter, entry.level.colour)
    if let service = entry.service ?? (isKept ? "-" : nil) { line += " " + paint(LogPrinter.visible(service), "36") }
    if let lateness, lateness >= LogRow.noticeableLateness {
      line += " " + paint("late +\(Formatting.delay(lateness))", "33")
    }
    // What follows the first line of a message is indented: it cannot pass for a line of its own.
    for (number, part) in LogPrinter.lines(entry.message).enumerated() {
      line += (number == 0 ? " " : "\n    ") + LogPrinter.visible(part)
    }
    if isKept, let trace = entry.traceID { line += " " + trace.description }
    return line + "\n"
  }

  private func paint(_ text: String, _ code: String) -> String {
    hasColour && !code.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private func json(_ entry: LogEntry, _ lateness: Duration?) -> JSONTree {
    .object([
      ("id", .string(entry.id.document)), ("index", .string(entry.id.index)),
      ("timestamp", .string(LogPrinter.timestamp(entry))), ("level", entry.level.word.map(JSONTree.string) ?? .null),
      ("service", entry.service.map(JSONTree.string) ?? .null), ("message", .string(entry.message)),
      ("trace_id", entry.traceID.map { .string($0.description) } ?? .null),
      ("span_id", entry.spanID.map { .string($0.description) } ?? .null),
      ("late_ms", lateness.map { .int($0.nanoseconds / 1_000_000) } ?? .null),
      ("fields", entry.source.kind == .object ? entry.source.tree : .object([])),
    ])
  }

  private func csv(_ entry: LogEntry, _ lateness: Duration?) -> String {
    let values = [
      entry.id.document, entry.id.index, LogPrinter.timestamp(entry), entry.level.word ?? "", entry.service ?? "",
      entry.message, entry.traceID?.description ?? "", entry.spanID?.description ?? "",
      lateness.map { "\($0.nanoseconds / 1_000_000)" } ?? "",
      entry.source.kind == .object ? LogPrinter.escaped(entry.source.tree.text) : "",
    ]
    return row(values + fields.map { LogColumn.field($0).text(of: entry) ?? "" })
  }

  private func row(_ values: [String]) -> String {
    values.map { value in
      var shown = isTerminal ? LogPrinter.visible(value) : value
      // A spreadsheet would run a text that begins like a formula: a quote before it keeps it a text.
      if isKept, let first = shown.first, "=+-@\t\r".contains(first) { shown = "'" + shown }
      let isPlain = shown.utf8.allSatisfy { $0 != 0x22 && $0 != 0x2C && $0 != 10 && $0 != 13 }
      return isPlain ? shown : "\"" + shown.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",")
  }

  /// RFC 3339 in UTC: milliseconds, and what is below them where there is anything.
  static func timestamp(_ entry: LogEntry) -> String {
    let below = entry.timestamp.nanoseconds % 1_000_000
    return entry.timestamp.iso8601(fractionDigits: below == 0 ? 3 : below % 1_000 == 0 ? 6 : 9)
  }

  /// The lines of a message; breaks at its end open no further one.
  static func lines(_ message: String) -> [Substring] {
    guard message.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return [message[...]] }
    var lines = message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.count > 1, lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }

  /// Text that cannot steer a terminal: as the screen shows it.
  static func visible(_ text: some StringProtocol) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    if isPlain { return String(text) }
    var glyphs = GlyphIterator(String(text))
    var result = ""
    while let glyph = glyphs.next() { result.append(glyph.character) }
    return result
  }

  /// JSON may hold DEL and the controls from U+0080 to U+009F as they are, which a terminal would obey, what turns text around or
  /// hides in it, and any number of marks on one letter. All these become escapes, which every reader of JSON takes for the same.
  static func escaped(_ json: String) -> String {
    guard json.utf8.contains(where: { $0 >= 0x7F }) else { return json }
    var result = ""
    result.reserveCapacity(json.utf8.count)
    var marks = 0
    for scalar in json.unicodeScalars {
      let kind: CharacterWidth.Kind = scalar.value < 0x7F ? .narrow : CharacterWidth.kind(of: scalar)
      marks = kind == .mark ? marks + 1 : 0
      // White space of JSON itself is below 0x20 and stays.
      if (kind == .hidden && scalar.value >= 0x7F) || marks > 3 {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension LogLevel {
  /// The number of its colour in ECMA-48's SGR; empty for none.
  fileprivate var colour: String {
    switch self {
    case .critical: "1;31"
    case .error: "31"
    case .warning: "33"
    case .notice, .info: "32"
    default: "2"
    }
  }
}
