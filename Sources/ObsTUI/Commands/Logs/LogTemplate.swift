import ObsData

/// A template for log lines: text with placeholders in braces. `{{` and `}}` are braces, `\t`, `\n` and `\\` a tab, a
/// line break and a backslash.
struct LogTemplate: Equatable, Sendable {
  private enum Part: Sendable, Equatable {
    case text(String)
    case value(String)
    case field(String)
  }

  private let parts: [Part]

  /// The placeholders; `fields.` takes the name of any field behind it.
  static let names = ["timestamp", "level", "service", "message", "trace_id", "span_id", "id", "index", "late_ms"]

  /// Reads a template. Throws a sentence for a placeholder that there is not.
  init(_ template: String) throws(UsageError) {
    var parts: [Part] = []
    var text = ""
    var rest = template[...]
    while let character = rest.popFirst() {
      switch (character, rest.first) {
      case ("{", "{"), ("}", "}"):
        text.append(character)
        rest.removeFirst()
      case ("\\", "t"), ("\\", "n"), ("\\", "\\"):
        switch rest.removeFirst() {
        case "t": text += "\t"
        case "n": text += "\n"
        default: text += "\\"
        }
      case ("{", _):
        guard let end = rest.firstIndex(of: "}") else {
          throw UsageError("--format: the { before “\(rest.prefix(20))” is never closed; {{ is a brace")
        }
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(try LogTemplate.placeholder(String(rest[..<end])))
        rest = rest[rest.index(after: end)...]
      case ("}", _): throw UsageError("--format: a } without a {; }} is a brace")
      default: text.append(character)
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  private static func placeholder(_ name: String) throws(UsageError) -> Part {
    if names.contains(name) { return .value(name) }
    if name.hasPrefix("fields."), name.count > 7 { return .field(String(name.dropFirst(7))) }
    let all = names.map { "{\($0)}" }.joined(separator: " ")
    throw UsageError(
      "--format: there is no {\(name)}\(NearestName.suggestion(for: name, among: names)); there are \(all) {fields.NAME}"
    )
  }

  /// A line after the template. Values cannot steer a terminal, and hold no line breaks.
  func text(_ entry: LogEntry, lateness: Duration?) -> String {
    var line = ""
    for part in parts {
      switch part {
      case .text(let text): line += text
      case .value(let name): line += LogPrinter.visible(LogTemplate.value(name, entry, lateness))
      case .field(let path): line += LogPrinter.visible(LogTemplate.field(path[...], of: entry.source) ?? "")
      }
    }
    return line
  }

  private static func value(_ name: String, _ entry: LogEntry, _ lateness: Duration?) -> String {
    switch name {
    case "timestamp": LogPrinter.timestamp(entry)
    case "level": entry.level.word ?? ""
    case "service": entry.service ?? ""
    case "message": entry.message
    case "trace_id": entry.traceID?.description ?? ""
    case "span_id": entry.spanID?.description ?? ""
    case "id": entry.id.document
    case "index": entry.id.index
    default: lateness.map { "\($0.nanoseconds / 1_000_000)" } ?? ""
    }
  }

  /// A field by its path, whose dots may stand in a key or between objects.
  private static func field(_ path: Substring, of value: JSONValue) -> String? {
    if let found = value[String(path)] { return found.string ?? found.tree.text }
    var end = path.startIndex
    while let dot = path[end...].firstIndex(of: ".") {
      if let inner = value[String(path[..<dot])], let found = field(path[path.index(after: dot)...], of: inner) {
        return found
      }
      end = path.index(after: dot)
    }
    return nil
  }
}
