/// Evaluates a query on one document, for lines that no server has searched: files, standard input, tests.
///
/// A file has no mapping, so the fields are taken for what they usually are:
/// * Those that hold a message (`FieldNames`) are analysed text: unquoted words match if any of them occurs, a quoted text as a
///   phrase, both in any case, Chinese by character; wildcards are compared with single words.
/// * All other strings are keywords: compared as a whole, with their case. Wildcards span the whole value.
/// * A number is compared as a number, `true` and `false` as such.
/// * A string that is a date is compared as a date where the query has a date, too: `2026-11-22` is the whole day.
/// * An array matches if one of its values does. Field names may be dotted keys, nested objects, or a mixture.
/// * A value without a field is looked for in every field.
public struct KQLMatcher: Sendable {
  let node: KQLNode
  /// The fields that are analysed.
  private let texts: Set<String>
  let now: Timestamp
  let zone: Int

  /// Makes a matcher. `now` is what `now-1h` counts from; dates without a zone are meant `zone` seconds ahead of UTC.
  public init(
    _ node: KQLNode, fields: FieldNames = FieldNames(), now: Timestamp = Timestamp(nanoseconds: 0), zone: Int = 0
  ) {
    self.node = node
    self.now = now
    self.zone = zone
    texts = Set(fields.names(for: .message) + ["stack_trace", "error.stack_trace", "exception.stacktrace"])
  }

  /// Whether the document is one that the query asks for.
  public func matches(_ document: JSONValue) -> Bool { matches(node, document, below: "") }

  private func matches(_ node: KQLNode, _ value: JSONValue, below path: String) -> Bool {
    switch node {
    case .everything: true
    case .or(let nodes): nodes.contains { matches($0, value, below: path) }
    case .and(let nodes): nodes.allSatisfy { matches($0, value, below: path) }
    case .not(let node): !matches(node, value, below: path)
    case .nested(let field, let node):
      KQLPath.values(of: field, in: value).contains { object in
        object.value.kind == .object && matches(node, object.value, below: path + object.name + ".")
      }
    case .equals(nil, let wanted):
      KQLPath.leaves(of: value).contains { equals($0.value, wanted, isText: texts.contains(path + $0.name)) }
    case .equals(.some(let field), let wanted):
      KQLPath.values(of: field, in: value).contains { found in
        wanted.isAnything
          ? KQLPath.hasValue(found.value) : equals(found.value, wanted, isText: texts.contains(path + found.name))
      }
    case .range(let field, let comparison, let wanted):
      KQLPath.values(of: field, in: value).contains { compares($0.value, comparison, wanted) }
    }
  }

  // MARK: Values

  private func equals(_ value: JSONValue, _ wanted: KQLTerm, isText: Bool) -> Bool {
    if wanted.isAnything { return !value.isNull }
    switch value.kind {
    case .string:
      let text = value.string ?? ""
      if isText { return KQLText.contains(text, wanted) }
      if let pieces = wanted.pieces { return KQLWildcard.matches(text, pieces) }
      if text == wanted.text { return true }
      guard let date = KQLDate(wanted.text, now: now, zone: zone), let time = Timestamp(iso8601: text) else {
        return false
      }
      return date.span.contains(time)
    case .int, .double:
      if wanted.pieces != nil { return false }
      guard let number = Double(wanted.text) else { return false }
      return value.double == number
    case .bool: return wanted.text == (value.bool == true ? "true" : "false")
    case .null, .array, .object: return false
    }
  }

  private func compares(_ value: JSONValue, _ comparison: KQLComparison, _ wanted: KQLTerm) -> Bool {
    if let number = Double(wanted.text), let found = value.double ?? value.string.flatMap(Double.init) {
      return comparison.holds(found, number)
    }
    guard let text = value.string else { return false }
    guard let date = KQLDate(wanted.text, now: now, zone: zone), let time = Timestamp(iso8601: text) else {
      return comparison.holds(text, wanted.text)
    }
    // As Elasticsearch rounds: behind the whole day, or from its beginning.
    return switch comparison {
    case .less: time < date.span.start
    case .lessOrEqual: time < date.span.end
    case .greater: time >= date.span.end
    case .greaterOrEqual: time >= date.span.start
    }
  }
}

extension KQLComparison {
  fileprivate func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
    switch self {
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}

extension KQLText {
  /// Whether an analysed text holds what is looked for.
  static func contains(_ text: String, _ wanted: KQLTerm) -> Bool {
    let words = StandardWords.words(of: text)
    if let pieces = wanted.pieces {
      // What white space separates is looked for by itself; a part without a wildcard is analysed.
      return pieces.joined(separator: "\u{0}").split(whereSeparator: \.isWhitespace).contains { part in
        let pieces = part.split(separator: "\u{0}", omittingEmptySubsequences: false).map { $0.lowercased() }
        if pieces.count > 1 { return words.contains { KQLWildcard.matches($0, pieces) } }
        return StandardWords.words(of: String(part)).contains { words.contains($0) }
      }
    }
    let looked = StandardWords.words(of: wanted.text)
    guard !looked.isEmpty, looked.count <= words.count || !wanted.isQuoted else { return false }
    guard wanted.isQuoted else { return looked.contains { words.contains($0) } }
    return (0...(words.count - looked.count)).contains { start in
      words[start..<(start + looked.count)].elementsEqual(looked)
    }
  }
}

/// Where a field's values are in a document.
enum KQLPath {
  /// Deeper documents are not looked into.
  private static let depth = 64

  /// The values of a field, each element of an array by itself. The dots of its name may stand in a key or between objects.
  static func values(of field: KQLTerm, in value: JSONValue) -> [(name: String, value: JSONValue)] {
    if field.pieces != nil { return leaves(of: value).filter { field.matches($0.name) } }
    var found: [(name: String, value: JSONValue)] = []
    find(field.text[...], in: value, depth: 0) { found.append((field.text, $0)) }
    return found
  }

  private static func find(_ name: Substring, in value: JSONValue, depth: Int, _ found: (JSONValue) -> Void) {
    guard depth < KQLPath.depth else { return }
    if value.kind == .array {
      for element in value.elements { find(name, in: element, depth: depth + 1, found) }
      return
    }
    guard value.kind == .object else { return }
    if let member = value[String(name)] { flatten(member, depth: depth + 1, found) }
    var index = name.startIndex
    while let dot = name[index...].firstIndex(of: ".") {
      index = name.index(after: dot)
      if let member = value[String(name[..<dot])] { find(name[index...], in: member, depth: depth + 1, found) }
    }
  }

  private static func flatten(_ value: JSONValue, depth: Int, _ found: (JSONValue) -> Void) {
    guard value.kind == .array else { return found(value) }
    guard depth < KQLPath.depth else { return }
    for element in value.elements { flatten(element, depth: depth + 1, found) }
  }

  /// Every value that is neither object nor array, by its whole name.
  static func leaves(of value: JSONValue) -> [(name: String, value: JSONValue)] {
    var leaves: [(name: String, value: JSONValue)] = []
    collect(value, name: "", depth: 0, into: &leaves)
    return leaves
  }

  private static func collect(
    _ value: JSONValue, name: String, depth: Int, into leaves: inout [(name: String, value: JSONValue)]
  ) {
    guard depth < KQLPath.depth else { return }
    switch value.kind {
    case .object:
      for (key, member) in value.members {
        collect(member, name: name.isEmpty ? key : name + "." + key, depth: depth + 1, into: &leaves)
      }
    case .array: for element in value.elements { collect(element, name: name, depth: depth + 1, into: &leaves) }
    default: leaves.append((name, value))
    }
  }

  /// Whether anything but `null` is in a value: then the field exists.
  static func hasValue(_ value: JSONValue) -> Bool { leaves(of: value).contains { !$0.value.isNull } }
}
