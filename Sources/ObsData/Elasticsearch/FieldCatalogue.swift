/// What an index pattern's fields are, by `_field_caps`: it decides by which name and how a role is filtered.
struct FieldCatalogue: Sendable {
  /// How a field is searched.
  enum Kind: Hashable, Sendable { case keyword, text, number, date, dateNanos, other }

  /// What is known of a field: several kinds where the indices of the pattern do not agree.
  struct Field: Sendable {
    var kinds: Set<Kind> = []
    var isAggregatable = true
  }

  /// The fields that exist among those that were asked for.
  private let fields: [String: Field]
  /// Whether the store has told. Otherwise queries are written so that they fit whatever the fields are.
  let isKnown: Bool
  private let names: FieldNames

  /// A catalogue of a store that does not tell.
  init(unknownWith names: FieldNames) {
    self.names = names
    fields = [:]
    isKnown = false
  }

  /// Reads the answer of `_field_caps`.
  init(_ answer: JSONValue, names: FieldNames) {
    var fields: [String: Field] = [:]
    for (name, types) in answer["fields"]?.members ?? [] {
      var field = Field()
      for (type, details) in types.members {
        switch type {
        case "object", "nested", "unmapped": continue
        case "keyword", "constant_keyword", "wildcard", "flattened", "flat_object": field.kinds.insert(.keyword)
        case "text", "match_only_text": field.kinds.insert(.text)
        case "long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float", "unsigned_long":
          field.kinds.insert(.number)
        case "date": field.kinds.insert(.date)
        case "date_nanos": field.kinds.insert(.dateNanos)
        default: field.kinds.insert(.other)
        }
        if details["aggregatable"]?.bool == false { field.isAggregatable = false }
      }
      if !field.kinds.isEmpty { fields[name] = field }
    }
    self.fields = fields
    self.names = names
    isKnown = true
  }

  /// The names to ask about: those of time, level, service and trace, each also as the keyword below a text.
  static func wanted(_ names: FieldNames) -> [String] {
    let searched = [FieldNames.Role.level, .service, .trace].flatMap { names.names(for: $0) }
    return names.names(for: .time) + searched.flatMap { [$0, $0 + ".keyword"] }
  }

  /// The fields whose values can be read without a document.
  var valueFields: [String] {
    fields.filter { $0.value.isAggregatable && !$0.value.kinds.contains(.text) && $0.key != time.name }.keys.sorted()
  }

  /// Whether the pattern has any of the fields.
  var isEmpty: Bool { fields.isEmpty }

  /// What is known of the field of that name.
  subscript(_ name: String) -> Field? { fields[name] }

  /// Every name for a role, in order.
  func names(for role: FieldNames.Role) -> [String] { names.names(for: role) }

  /// The field that time is filtered and sorted by: the first that is a date, otherwise the first that is a number.
  var time: TimeField {
    let candidates = names.names(for: .time)
    func isDate(_ name: String) -> Bool {
      fields[name].map { !$0.kinds.isDisjoint(with: [.date, .dateNanos]) } ?? false
    }
    if let name = candidates.first(where: isDate) {
      let kinds = fields[name]?.kinds ?? []
      return TimeField(name: name, kind: kinds.isSuperset(of: [.date, .dateNanos]) ? .mixed : .date)
    }
    if let name = candidates.first(where: { fields[$0]?.kinds == [.number] }) {
      return TimeField(name: name, kind: .milliseconds)
    }
    return TimeField(name: candidates.first ?? "@timestamp", kind: .date)
  }

  /// The fields by which lines can be grouped for a role, in order.
  func groupable(_ role: FieldNames.Role) -> [String] {
    names.names(for: role).compactMap { name in
      [name, name + ".keyword"].first { fields[$0].map { $0.kinds == [.keyword] && $0.isAggregatable } ?? false }
    }
  }
}

/// The field that lines are filtered and sorted by.
struct TimeField: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case date
    /// `date` in some indices and `date_nanos` in others, whose sort values differ by a factor of a million.
    case mixed
    /// A number of milliseconds.
    case milliseconds
  }

  let name: String
  let kind: Kind
}
