import ObsData

/// One key of a sort.
struct SortKey: Sendable {
  enum Kind: Sendable {
    case field(String, FieldType)
    /// A field that no index maps, sorted as if all documents lacked it.
    case unmapped(FieldType)
    case score
    /// The order in which a shard holds its documents; `_shard_doc` and `_doc` alike.
    case document
  }
  enum Missing: Sendable { case first, last, value(FieldValue) }

  var kind: Kind
  var isDescending = false
  var missing = Missing.last
  var format: DateFormatPattern?
  /// `numeric_type: date_nanos`: dates are nanoseconds, in answers and in `search_after`.
  var usesNanoseconds = false

  var isTime: Bool { if case .field("@timestamp", _) = kind { true } else { false } }

  /// A document's value under this key; of several the one that counts in this direction.
  func value(_ reader: SegmentReader, _ row: Int, score: Double) -> FieldValue? {
    let value: FieldValue? =
      switch kind {
      case .score: .double(score)
      case .document: .long(reader.shardDocument(row))
      case .unmapped: nil
      case .field("@timestamp", _): .date(reader.segment.time(row))
      case .field(let field, _):
        isDescending ? reader.values(of: field, row).max() : reader.values(of: field, row).min()
      }
    if value == nil, case .value(let substitute) = missing { return substitute }
    return value
  }

  /// Negative where `a` comes first.
  func order(_ a: FieldValue?, _ b: FieldValue?) -> Int {
    switch (a, b) {
    case (nil, nil): return 0
    case (nil, _): if case .first = missing { return -1 } else { return 1 }
    case (_, nil): if case .first = missing { return 1 } else { return -1 }
    case (let a?, let b?):
      if a == b { return 0 }
      return (a < b) != isDescending ? -1 : 1
    }
  }

  /// The value as a hit's `sort` says it.
  func json(_ value: FieldValue?) -> JSONTree {
    guard let value else {
      let type: FieldType =
        switch kind {
        case .field(_, let type), .unmapped(let type): type
        default: .long
        }
      var isFirst = false
      if case .first = missing { isFirst = true }
      switch type {
      case .long, .date: return .int(isFirst == isDescending ? .max : .min)
      case .double: return .string(isFirst == isDescending ? "Infinity" : "-Infinity")
      case .boolean: return .int(isFirst == isDescending ? .max : .min)
      default: return .null
      }
    }
    switch value {
    case .date(let milliseconds):
      if let format { return .string(format.format(milliseconds)) }
      return .int(usesNanoseconds ? milliseconds.multipliedReportingOverflow(by: 1_000_000).partialValue : milliseconds)
    case .bool(let flag): return .int(flag ? 1 : 0)
    default: return value.json
    }
  }

  /// A value of `search_after`, read back.
  func value(of json: RequestJSON, now: Timestamp) throws -> FieldValue? {
    if json.isNull { return nil }
    func refuse() -> ElasticsearchError {
      .shardArgument("Failed to parse search_after value for field [\(name)].")
    }
    let type: FieldType =
      switch kind {
      case .field(_, let type), .unmapped(let type): type
      case .score: .double
      case .document: .long
      }
    switch type {
    case .date:
      if case .int(.max) = json.content { return nil }
      if case .int(.min) = json.content { return nil }
      if format == nil, let number = json.int {
        return .date(usesNanoseconds ? Int64(number).flooredQuotient(by: 1_000_000) : Int64(number))
      }
      guard let text = json.text, let format else { throw refuse() }
      return .date(try DateMath(now: now, format: format).milliseconds(text, roundsUp: false))
    case .long:
      guard let number = json.int else { throw refuse() }
      return number == .max || number == .min ? nil : .long(Int64(number))
    case .double:
      if json.text == "Infinity" || json.text == "-Infinity" { return nil }
      guard let number = json.double else { throw refuse() }
      return .double(number)
    case .boolean:
      guard let number = json.int else { throw refuse() }
      return .bool(number != 0)
    default:
      guard let text = json.text else { throw refuse() }
      return .string(text)
    }
  }

  var name: String {
    switch kind {
    case .field(let name, _): name
    case .unmapped: "unmapped"
    case .score: "_score"
    case .document: "_doc"
    }
  }
}

/// A whole sort: its keys, and the order of documents behind them.
struct SearchSort: Sendable {
  var keys: [SortKey]

  /// Without a sort, the best come first.
  static let byScore = SearchSort(keys: [SortKey(kind: .score, isDescending: true)])

  func order(_ a: [FieldValue?], _ b: [FieldValue?]) -> Int {
    for (index, key) in keys.enumerated() {
      let order = key.order(a[index], b[index])
      if order != 0 { return order }
    }
    return 0
  }
}

extension SearchSort {
  /// Reads `sort` of a body: a name, an object, or a list of both.
  static func parse(_ json: RequestJSON, mapping: FieldMapping, now: Timestamp) throws -> SearchSort {
    var keys: [SortKey] = []
    for item in json.list {
      if let name = item.text {
        keys.append(try key(name, options: RequestJSON(.object([])), mapping: mapping, now: now))
      } else if let members = item.members {
        for member in members {
          let options =
            member.value.isObject ? member.value : RequestJSON(.object([.init(key: "order", value: member.value)]))
          keys.append(try key(member.key, options: options, mapping: mapping, now: now))
        }
      } else {
        throw ElasticsearchError.illegalArgument(
          "malformed sort format, within the sort array, an object, or an actual string are allowed")
      }
    }
    return SearchSort(keys: keys)
  }

  private static let options: Set<String> = [
    "order", "missing", "mode", "unmapped_type", "nested", "format", "numeric_type",
  ]

  private static func key(
    _ name: String, options: RequestJSON, mapping: FieldMapping, now: Timestamp
  ) throws -> SortKey {
    for member in options.members ?? [] where !Self.options.contains(member.key) {
      throw ElasticsearchError.content("[field_sort] unknown field [\(member.key)]", at: member.keyPlace)
    }
    var key = SortKey(kind: .score, isDescending: name == "_score")
    if let order = options["order"]?.text {
      guard ["asc", "desc"].contains(order.lowercased()) else {
        var error = ElasticsearchError.content(
          "[field_sort] failed to parse field [order]", at: options["order"]?.place ?? options.place)
        error.causes = [
          .illegalArgument("No enum constant org.elasticsearch.search.sort.SortOrder.\(order.uppercased())")
        ]
        throw error
      }
      key.isDescending = order.lowercased() == "desc"
    }
    if name == "_score" { return key }
    if name == "_doc" || name == "_shard_doc" {
      key.kind = .document
      return key
    }
    if let format = options["format"]?.text { key.format = try DateFormatPattern(format) }
    if let type = options["numeric_type"]?.text {
      guard ["long", "double", "date", "date_nanos"].contains(type) else {
        throw ElasticsearchError.shardArgument(
          "invalid value for [numeric_type], must be [long, double, date, date_nanos], got \(type)")
      }
      key.usesNanoseconds = type == "date_nanos"
    }
    guard let type = mapping[name], type != .object else {
      guard let unmapped = options["unmapped_type"]?.text else {
        throw ElasticsearchError.shard("No mapping found for [\(name)] in order to sort on")
      }
      let type: FieldType =
        switch unmapped {
        case "date", "date_nanos": .date
        case "long", "integer", "short", "byte", "unsigned_long": .long
        case "double", "float", "half_float": .double
        case "boolean": .boolean
        case "keyword": .keyword
        default: throw ElasticsearchError.shardArgument("No mapper found for type [\(unmapped)]")
        }
      key.kind = .unmapped(type)
      if options["missing"]?.text == "_first" { key.missing = .first }
      return key
    }
    if type == .text { throw FieldAccess.noFielddata(name) }
    if type == .identifier {
      throw ElasticsearchError.shardArgument(
        "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster setting: indices.id_field_data.enabled"
      )
    }
    key.kind = .field(name, type)
    switch options["missing"]?.text {
    case nil, "_last": break
    case "_first": key.missing = .first
    case let text?:
      let plain = SortKey(kind: key.kind, format: key.format)
      let json = options["missing"] ?? RequestJSON(.string(text))
      if let value = try plain.value(of: json, now: now) { key.missing = .value(value) }
    }
    return key
  }
}

/// Access to a field's values outside of queries.
enum FieldAccess {
  static func noFielddata(_ name: String) -> ElasticsearchError {
    .shardArgument(
      "Fielddata is disabled on [\(name)] in [{index}]. Text fields are not optimised for operations that require per-document "
        + "field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field "
        + "instead. Alternatively, set fielddata=true on [\(name)] in order to load field data by uninverting the inverted "
        + "index. Note that this can use significant memory.")
  }
}
