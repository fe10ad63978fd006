import ObsData
import OrderedCollections

/// How a field is indexed.
enum FieldType: String, Sendable {
  case keyword, text, date, long, double, boolean, object
  case identifier = "_id"
  case indexName = "_index"

  var isNumeric: Bool { self == .long || self == .double }
}

/// One indexed value of a field. Values of one field are all of one case.
enum FieldValue: Hashable, Sendable {
  case string(String)
  case long(Int64)
  case double(Double)
  case bool(Bool)
  /// Milliseconds since the epoch: Elasticsearch's `date` keeps no more.
  case date(Int64)

  var json: JSONTree {
    switch self {
    case .string(let value): .string(value)
    case .long(let value): .int(value)
    case .double(let value): .double(value)
    case .bool(let value): .bool(value)
    case .date(let value): .int(value)
    }
  }
  /// The value as a number, as metric aggregations and `numeric_type` see it.
  var number: Double? {
    switch self {
    case .string: nil
    case .long(let value), .date(let value): Double(value)
    case .double(let value): value
    case .bool(let value): value ? 1 : 0
    }
  }
  var string: String? { if case .string(let value) = self { value } else { nil } }
}

extension FieldValue: Comparable {
  static func < (a: FieldValue, b: FieldValue) -> Bool {
    switch (a, b) {
    case (.string(let a), .string(let b)): a < b
    case (.long(let a), .long(let b)), (.date(let a), .date(let b)): a < b
    case (.string, _): false
    case (_, .string): true
    default: (a.number ?? 0) < (b.number ?? 0)
    }
  }
}

/// The mapping that all indices of the world share, as an index template gives it: texts are keywords, but for those that
/// people write sentences into. Fields are learnt from the documents, in the order they are met.
struct FieldMapping: Sendable, Equatable {
  private(set) var fields: OrderedDictionary<String, FieldType> = ["@timestamp": .date]

  /// Fields that hold sentences.
  static let texts: Set<String> = ["message", "stack_trace", "error.message", "error.stack_trace", "exception"]

  /// The type of a field, metadata fields included; nil where it is not mapped.
  subscript(_ name: String) -> FieldType? {
    switch name {
    case "_id": .identifier
    case "_index": .indexName
    default: fields[name]
    }
  }

  /// Fields that a pattern with `*` names; objects are not among them.
  func names(matching pattern: String) -> [String] {
    if !pattern.contains("*") { return self[pattern].map { $0 == .object ? [] : [pattern] } ?? [] }
    let pattern = WildcardPattern(names: pattern)
    return fields.filter { $0.value != .object && pattern.matches($0.key) }.map(\.key)
  }

  /// Takes over the fields that another mapping has learnt.
  mutating func merge(_ other: FieldMapping) {
    guard other.fields.count > fields.count || other != self else { return }
    for (name, type) in other.fields where fields[name] == nil { fields[name] = type }
  }

  mutating func learn(_ document: WorldDocument) {
    for field in document.fields { learn(field.name, field.value) }
  }

  mutating func learn(_ path: String, _ value: JSONTree) {
    switch value {
    case .null, .raw: break
    case .array(let items): for item in items { learn(path, item) }
    case .object(let members):
      if fields[path] == nil { fields[path] = .object }
      for member in members { learn(path + "." + member.key, member.value) }
    case .string: if fields[path] == nil { fields[path] = Self.texts.contains(path) ? .text : .keyword }
    case .int: if fields[path] == nil { fields[path] = .long }
    case .double: if fields[path] == nil { fields[path] = .double }
    case .bool: if fields[path] == nil { fields[path] = .boolean }
    }
  }

  /// What the index holds for a value of `_source`; nil where the value does not fit the type (as `ignore_malformed`).
  static func indexed(_ value: JSONTree, as type: FieldType) -> FieldValue? {
    switch (type, value) {
    case (.keyword, .string(let text)), (.text, .string(let text)), (.indexName, .string(let text)): .string(text)
    case (.keyword, .int(let value)), (.text, .int(let value)): .string(String(value))
    case (.keyword, .double(let value)), (.text, .double(let value)): .string("\(value)")
    case (.keyword, .bool(let value)), (.text, .bool(let value)): .string(String(value))
    case (.long, .int(let value)): .long(value)
    case (.long, .double(let value)): Int64(exactly: value.rounded(.towardZero)).map(FieldValue.long)
    case (.long, .string(let text)): Int64(text).map(FieldValue.long)
    case (.double, .int(let value)): .double(Double(value))
    case (.double, .double(let value)): .double(value)
    case (.double, .string(let text)): Double(text).map(FieldValue.double)
    case (.boolean, .bool(let value)): .bool(value)
    case (.date, .int(let value)): .date(value)
    case (.date, .string(let text)): Timestamp(iso8601: text).map { .date($0.milliseconds) }
    default: nil
    }
  }

  /// `properties` as `GET /INDEX/_mapping` shows them: dotted names become objects.
  var properties: JSONTree {
    let root = PropertyNode()
    for (name, type) in fields { root.insert(name.split(separator: ".").map(String.init)[...], type) }
    return root.json
  }
}

/// A tree of properties in the making.
private final class PropertyNode {
  var type: FieldType?
  var children: OrderedDictionary<String, PropertyNode> = [:]

  func insert(_ path: ArraySlice<String>, _ type: FieldType) {
    guard let first = path.first else {
      self.type = type
      return
    }
    let child = children[first] ?? PropertyNode()
    children[first] = child
    child.insert(path.dropFirst(), type)
  }

  var json: JSONTree {
    .object(
      children.sorted { $0.key < $1.key }.map { name, node in
        if !node.children.isEmpty { return (name, ["properties": node.json]) }
        return (name, ["type": .string((node.type ?? .object).rawValue)])
      })
  }
}

extension WorldDocument {
  /// The values of `_source` at a dotted path, arrays opened: `a.b` finds `{"a.b":1}` as well as `{"a":{"b":1}}`.
  func sourceValues(at path: String) -> [JSONTree] {
    var result: [JSONTree] = []
    for field in fields { Self.collect(field.name, field.value, path[...], into: &result) }
    return result
  }

  /// The values that the index holds for a field.
  func indexedValues(of field: String, as type: FieldType) -> [FieldValue] {
    switch type {
    case .identifier: [.string(id)]
    case .indexName: [.string(index)]
    case .date where field == "@timestamp": [.date(timestamp.milliseconds)]
    default: sourceValues(at: field).compactMap { FieldMapping.indexed($0, as: type) }
    }
  }

  private static func collect(_ name: String, _ value: JSONTree, _ path: Substring, into result: inout [JSONTree]) {
    guard path.hasPrefix(name) else { return }
    let rest = path.dropFirst(name.count)
    if rest.isEmpty { return open(value, into: &result) }
    guard rest.first == "." else { return }
    descend(value, rest.dropFirst(), into: &result)
  }

  private static func descend(_ value: JSONTree, _ path: Substring, into result: inout [JSONTree]) {
    switch value {
    case .object(let members): for member in members { collect(member.key, member.value, path, into: &result) }
    case .array(let items): for item in items { descend(item, path, into: &result) }
    default: break
    }
  }

  private static func open(_ value: JSONTree, into result: inout [JSONTree]) {
    switch value {
    case .null: break
    case .array(let items): for item in items { open(item, into: &result) }
    default: result.append(value)
    }
  }
}
