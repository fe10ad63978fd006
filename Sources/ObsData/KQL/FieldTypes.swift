/// What the fields that a query names are, by `_field_caps`: their types in Elasticsearch's words, and which of them are the
/// parents of nested documents.
public struct FieldTypes: Hashable, Sendable {
  /// The types of each field; several where the indices of the pattern do not agree.
  public private(set) var types: [String: Set<String>]
  /// The names that were asked about, wildcards included: what is missing of them does not exist.
  public private(set) var asked: Set<String>

  /// Nothing is known.
  public static let unknown = FieldTypes(types: [:], asked: [])

  /// Makes what is known of some fields.
  public init(types: [String: Set<String>], asked: Set<String>) {
    self.types = types
    self.asked = asked
  }

  /// Reads the answer of `_field_caps` to a question about `names`.
  init(_ answer: JSONValue, asked names: some Sequence<String>) {
    var types: [String: Set<String>] = [:]
    for (name, kinds) in answer["fields"]?.members ?? [] {
      // Fields of the store's own, such as `_id`, are told only where they are asked for by name.
      let kinds = Set(kinds.members.map(\.key)).subtracting(["unmapped"])
      if !kinds.isEmpty { types[name] = kinds }
    }
    self.init(types: types, asked: Set(names))
  }

  /// Both together.
  mutating func add(_ other: FieldTypes) {
    types.merge(other.types) { $0.union($1) }
    asked.formUnion(other.asked)
  }

  /// The fields that hold values: those that a wildcard stands for.
  func names(matching field: KQLTerm) -> [String] {
    types.keys.filter { isLeaf($0) && !$0.hasPrefix("_") && field.matches($0) }.sorted()
  }

  private func isLeaf(_ name: String) -> Bool { types[name].map { !$0.isSubset(of: ["object", "nested"]) } ?? false }

  /// The innermost parent of nested documents that a field lies below; nil for none.
  func nestedPath(of name: String) -> String? {
    parents(of: name).first { types[$0]?.contains("nested") ?? false }
  }

  /// The names above a field, the nearest first.
  private func parents(of name: String) -> [String] {
    var parents: [String] = []
    var name = Substring(name)
    while let dot = name.lastIndex(of: ".") {
      name = name[..<dot]
      parents.append(String(name))
    }
    return parents
  }

  /// The parents of the fields found, as far as they were not asked about: they tell what is nested.
  var unaskedParents: [String] {
    let all = Set(types.keys.flatMap { parents(of: $0) })
    return all.filter { types[$0] == nil && !asked.contains($0) }.sorted()
  }

  /// How a field is searched.
  enum Kind: Hashable, Sendable {
    case keyword
    /// Analysed; also a text in some indices and a keyword in others.
    case text
    /// Whole values, but not of the type `keyword`.
    case exact
    case date, number, boolean, ip
    /// Any other type, such as a place on a map.
    case other
    /// Types that take different values.
    case conflict
  }

  /// How the field of that name is searched; nil where no index has it, or nothing is known.
  func kind(of name: String) -> Kind? {
    guard let types = types[name]?.subtracting(["object", "nested"]), !types.isEmpty else { return nil }
    let kinds = Set(types.map(FieldTypes.kind))
    if kinds.count == 1 { return kinds.first }
    return kinds.isSubset(of: [.keyword, .text, .exact]) ? .text : .conflict
  }

  private static func kind(_ type: String) -> Kind {
    switch type {
    case "keyword": .keyword
    case "text", "match_only_text", "search_as_you_type", "annotated_text": .text
    case "constant_keyword", "wildcard", "flattened", "flat_object", "counted_keyword", "version": .exact
    case "date", "date_nanos": .date
    case "long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float", "unsigned_long": .number
    case "boolean": .boolean
    case "ip": .ip
    default: .other
    }
  }

  /// Whether the store was asked about a name and knows of nothing by it, neither field nor object.
  func isMissing(_ field: KQLTerm) -> Bool {
    guard asked.contains(field.text) else { return false }
    if field.pieces != nil { return !types.keys.contains { field.matches($0) } }
    return types[field.text] == nil
  }
}
