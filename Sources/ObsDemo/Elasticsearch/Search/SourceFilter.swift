import ObsData

/// What of `_source` a search wants: all, nothing, or fields by pattern.
struct SourceFilter: Sendable {
  var isEnabled: Bool
  var includes: [String]
  var excludes: [String]

  init(enabled: Bool = true, includes: [String] = [], excludes: [String] = []) {
    isEnabled = enabled
    self.includes = includes
    self.excludes = excludes
  }

  init(_ json: RequestJSON) throws {
    self.init()
    if case .bool(let flag) = json.content {
      isEnabled = flag
    } else if let members = json.members {
      for member in members {
        let patterns = member.value.list.compactMap(\.text)
        switch member.key {
        case "includes", "include": includes = patterns
        case "excludes", "exclude": excludes = patterns
        default:
          throw ElasticsearchError.parsing(
            "Unknown key for a \(member.value.token) in [\(member.key)].", at: member.value.place)
        }
      }
    } else {
      includes = try json.list.map { item in
        guard case .string(let text) = item.content else {
          throw ElasticsearchError.parsing(
            "Expected one of [VALUE_BOOLEAN, START_OBJECT, VALUE_STRING, START_ARRAY] but found [\(item.token)]",
            at: item.place)
        }
        return text
      }
    }
  }

  func source(of document: WorldDocument) -> JSONTree? {
    guard isEnabled else { return nil }
    let fields = document.fields.map { (key: $0.name, value: $0.value) }
    if includes.isEmpty, excludes.isEmpty { return .object(fields) }
    return .object(filtered(fields, prefix: "", includes.map(PathPattern.init), excludes.map(PathPattern.init)))
  }

  private func filtered(
    _ members: [(key: String, value: JSONTree)], prefix: String, _ includes: [PathPattern], _ excludes: [PathPattern]
  ) -> [(key: String, value: JSONTree)] {
    members.compactMap { member in
      let path = prefix + member.key
      if excludes.contains(where: { $0.covers(path) }) { return nil }
      if case .object(let inner) = member.value {
        let kept = filtered(inner, prefix: path + ".", includes, excludes)
        return kept.isEmpty ? nil : (member.key, .object(kept))
      }
      return includes.isEmpty || includes.contains { $0.covers(path) } ? member : nil
    }
  }

  /// A pattern names a path or anything above it.
  private struct PathPattern {
    let exact: WildcardPattern
    let below: WildcardPattern
    init(_ text: String) {
      exact = WildcardPattern(names: text)
      below = WildcardPattern(names: text + ".*")
    }
    func covers(_ path: String) -> Bool { exact.matches(path) || below.matches(path) }
  }
}

/// A field, or a pattern of fields, of `fields` and `docvalue_fields`.
struct FieldFetch: Sendable {
  var pattern: String
  var format: DateFormatPattern?

  static func list(_ json: RequestJSON) throws -> [FieldFetch] {
    try json.list.map { item in
      if let name = item.text { return FieldFetch(pattern: name) }
      guard let name = item["field"]?.text else {
        throw ElasticsearchError.content("[field_and_format] requires [field]", at: item.place)
      }
      let known: Set<String> = ["field", "format", "include_unmapped"]
      for member in item.members ?? [] where !known.contains(member.key) {
        throw ElasticsearchError.content("[field_and_format] unknown field [\(member.key)]", at: member.keyPlace)
      }
      return FieldFetch(pattern: name, format: try item["format"]?.text.map { try DateFormatPattern($0) })
    }
  }

  /// The values of a document's fields as `fields` lists them: always arrays.
  static func values(
    _ fetches: [FieldFetch], of document: WorldDocument, mapping: FieldMapping, areDocvalues: Bool
  ) -> JSONTree? {
    var result: [(key: String, value: JSONTree)] = []
    for fetch in fetches {
      let names = mapping.names(matching: fetch.pattern).filter { !areDocvalues || mapping[$0] != .text }
      for name in names where !result.contains(where: { $0.key == name }) {
        guard let type = mapping[name], type != .identifier else { continue }
        var values = document.indexedValues(of: name, as: type)
        if areDocvalues { values = Set(values).sorted() }
        if values.isEmpty { continue }
        let format = fetch.format ?? .standard
        let json = values.map { value -> JSONTree in
          if case .date(let time) = value { .string(format.format(time)) } else { value.json }
        }
        result.append((name, .array(json)))
      }
    }
    return result.isEmpty ? nil : .object(result)
  }
}
