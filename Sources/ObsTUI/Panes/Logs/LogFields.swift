import ObsData

/// One line of the field view: a field's name, or nothing on the lines below it, and a line of its value.
struct FieldLine: Equatable, Sendable {
  let name: String
  let value: String

  /// The name of the line that shows what the reader has written; no field is called so.
  static let note = "(note)"
}

/// A log document as lines: objects flattened to dotted names, in alphabetical order; arrays of objects and JSON in strings
/// indented; texts of several lines as lines; numbers as they came.
struct LogFields {
  /// No document makes more lines than this.
  static let maximumLines = 20_000
  /// Objects deeper than this are shown as JSON text.
  private static let maximumDepth = 64

  private(set) var lines: [FieldLine] = []

  init(_ entry: LogEntry) {
    add("_index", text: entry.id.index)
    add("_id", text: entry.id.document)
    var fields: [(name: String, value: JSONValue)] = []
    LogFields.flatten(entry.source, name: "", depth: 0, into: &fields)
    if fields.isEmpty {
      add("@timestamp", text: entry.timestamp.iso8601(fractionDigits: 9))
      add("message", text: entry.message)
    }
    for field in fields.sorted(by: { $0.name < $1.name }) { add(field.name, value: field.value) }
    if lines.count >= LogFields.maximumLines {
      lines.append(FieldLine(name: "…", value: "the rest of the document is not shown"))
    }
  }

  private static func flatten(
    _ value: JSONValue, name: String, depth: Int, into fields: inout [(name: String, value: JSONValue)]
  ) {
    guard value.kind == .object, depth < maximumDepth, fields.count < maximumLines else {
      if !name.isEmpty, fields.count < maximumLines { fields.append((name, value)) }
      return
    }
    let members = value.members
    if members.isEmpty, !name.isEmpty { fields.append((name, value)) }
    for member in members {
      flatten(member.value, name: name.isEmpty ? member.key : name + "." + member.key, depth: depth + 1, into: &fields)
    }
  }

  private mutating func add(_ name: String, value: JSONValue) {
    guard let text = value.string else {
      add(name, lines: LogFields.pretty(value, indent: "", depth: 0))
      return
    }
    let start = text.utf8.first { $0 > 32 }
    if start == UInt8(ascii: "{") || start == UInt8(ascii: "["), text.utf8.count <= 1 << 20,
      let document = try? JSONDocument(parsing: Array(text.utf8))
    {
      add(name, lines: LogFields.pretty(document.root, indent: "", depth: 0))
    } else {
      add(name, text: text)
    }
  }

  private mutating func add(_ name: String, text: String) {
    var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
    while lines.count > 1, lines.last?.isEmpty ?? false { lines.removeLast() }
    add(name, lines: lines)
  }

  private mutating func add(_ name: String, lines values: [String]) {
    for (index, value) in values.prefix(max(0, LogFields.maximumLines - lines.count)).enumerated() {
      lines.append(FieldLine(name: index == 0 ? name : "", value: value))
    }
  }

  /// JSON over several lines, two spaces a level; arrays of plain values stay on one line.
  static func pretty(_ value: JSONValue, indent: String, depth: Int) -> [String] {
    guard depth < maximumDepth else { return [indent + value.tree.text] }
    switch value.kind {
    case .object where !value.members.isEmpty:
      return bracketed("{", "}", indent, value.members.map { ($0.value, JSONTree.string($0.key).text + ": ") }, depth)
    case .array where value.elements.contains { $0.kind == .object || $0.kind == .array }:
      return bracketed("[", "]", indent, value.elements.map { ($0, "") }, depth)
    case .array: return [indent + "[" + value.elements.map(\.tree.text).joined(separator: ", ") + "]"]
    default: return [indent + value.tree.text]
    }
  }

  private static func bracketed(
    _ open: String, _ close: String, _ indent: String, _ items: [(value: JSONValue, name: String)], _ depth: Int
  ) -> [String] {
    let inner = indent + "  "
    var lines = [indent + open]
    for (index, item) in items.enumerated() where lines.count < maximumLines {
      var below = pretty(item.value, indent: inner, depth: depth + 1)
      below[0] = inner + item.name + below[0].dropFirst(inner.count)
      if index < items.count - 1 { below[below.count - 1] += "," }
      lines += below
    }
    return lines + [indent + close]
  }
}
