import ObsData

/// What a reader may look for in a span: service and operation, and a line for each tag, event and warning.
enum SpanText {
  /// The span's name as its row shows it.
  static func name(of index: Int, in trace: Trace) -> String {
    "\(trace.service(of: index)): \(trace.spans[index].operation)"
  }

  /// Appends all that the row does not show, a line for each thing.
  static func append(_ details: SpanDetails, to bytes: inout [UInt8]) {
    func line(_ parts: String...) {
      for part in parts { bytes.append(contentsOf: part.utf8) }
      bytes.append(UInt8(ascii: "\n"))
    }
    for tag in details.tags { line(tag.key, "=", tag.value.text) }
    for event in details.events {
      if !event.name.isEmpty { line(event.name) }
      for attribute in event.attributes { line(attribute.key, "=", attribute.value.text) }
    }
    for warning in details.warnings { line(warning) }
  }

  /// Where in a span a search finds something, in words; nil where the row itself shows it, or where it finds nothing.
  static func place(of search: TextSearch, in index: Int, of trace: Trace) -> String? {
    if search.matches(name(of: index, in: trace)) { return nil }
    let details = trace.details(of: index)
    func holds(_ attribute: Attribute) -> Bool { search.matches("\(attribute.key)=\(attribute.value.text)") }
    if let tag = details.tags.first(where: holds) { return "in tag \(tag.key)" }
    for event in details.events {
      if search.matches(event.name) { return "in event \(event.name)" }
      if let field = event.attributes.first(where: holds) { return "in event \(event.name), \(field.key)" }
    }
    return details.warnings.contains { search.matches($0) } ? "in a warning" : nil
  }
}
