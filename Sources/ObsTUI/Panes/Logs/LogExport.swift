import ObsData

/// Lines as they are written to a file: the file's ending says how.
enum LogFormat: Equatable, Sendable {
  case text, ndjson, csv

  /// By the ending of a file's name; plain text for any that is not known.
  init(path: String) {
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    switch ending {
    case "ndjson", "jsonl", "json": self = .ndjson
    case "csv": self = .csv
    default: self = .text
    }
  }

  /// The first line of a file; nil where the format has none.
  func header(_ fields: [String]) -> String? {
    guard self == .csv else { return nil }
    return (["timestamp", "level", "service", "message", "trace_id", "span_id"] + fields).map(LogFormat.quoted)
      .joined(separator: ",")
  }

  /// A line of the file. In CSV, `fields` are columns of their own; NDJSON has the whole document.
  func text(of entry: LogEntry, lateness: Duration? = nil, fields: [String] = []) -> String {
    switch self {
    case .text: return LogPane.plainText(entry)
    case .csv:
      let own = fields.map { LogColumn.field($0).text(of: entry) ?? "" }
      return
        ([
          entry.timestamp.iso8601, (entry.level.word ?? ""), entry.service ?? "", entry.message,
          entry.traceID?.description ?? "", entry.spanID?.description ?? "",
        ] + own).map(LogFormat.quoted).joined(separator: ",")
    case .ndjson:
      func text(_ value: String?) -> JSONTree { value.map(JSONTree.string) ?? .null }
      let tree: JSONTree = [
        "id": .string(entry.id.document), "index": .string(entry.id.index),
        "timestamp": .string(entry.timestamp.iso8601(fractionDigits: 9)), "level": .string((entry.level.word ?? "")),
        "service": text(entry.service), "message": .string(entry.message),
        "trace_id": text(entry.traceID?.description), "span_id": text(entry.spanID?.description),
        "late_ms": lateness.map { .int($0.nanoseconds / 1_000_000) } ?? .null,
        "fields": entry.source.kind == .object ? entry.source.tree : [:],
      ]
      return tree.text
    }
  }

  /// RFC 4180, 2.5 to 2.7. A spreadsheet would run a text that begins like a formula: a quote before it keeps it a text.
  private static func quoted(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    let text = isFormula ? "'" + text : text
    guard text.contains(where: { $0 == "\"" || $0 == "," || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

/// The lines of a pane on their way to a file; written away from the main thread.
struct LogExport: Equatable, Sendable {
  let lines: LogRows
  let format: LogFormat
  /// The fields that have columns of their own in CSV.
  let fields: [String]
  /// Whether the format's first line stands before them.
  var hasHeader = true

  /// Calls `write` with the file's text, piece by piece.
  func forEachPiece(_ write: (String) throws -> Void) rethrows {
    var piece = (hasHeader ? format.header(fields) : nil).map { $0 + "\n" } ?? ""
    for start in stride(from: 0, to: lines.count, by: LogBuffer.chunkCapacity) {
      for line in lines.lines(in: start..<min(start + LogBuffer.chunkCapacity, lines.count)) {
        piece += format.text(of: line.entry, lateness: line.lateness, fields: fields) + "\n"
      }
      try write(piece)
      piece = ""
    }
    if !piece.isEmpty { try write(piece) }
  }
}

extension LogPane {
  /// What the pane holds, for a file of that name; nil while something else is shown over the lines.
  func export(to path: String) -> LogExport? {
    guard fields == nil, statistics == nil, !isBoardShown else { return nil }
    // The lines of one pattern where that is listed; repeated lines are all there.
    let lines = reading.only.map { LogRows(buffer, keys: $0.keys) } ?? LogRows(buffer)
    return LogExport(lines: lines, format: LogFormat(path: path), fields: fieldColumns)
  }

  /// The names of the fields that have a column.
  var fieldColumns: [String] {
    manner.columns.compactMap { column in
      if case .field(let name) = column { name } else { nil }
    }
  }
}
