/// What a prompt wants to offer.
public enum CompletionQuery: Hashable, Sendable {
  /// The names of all fields.
  case fields
  /// Values of a field that begin with a text, in any case, among the lines of a window.
  case values(field: String, prefix: String, window: TimeWindow)
}

/// What can be offered in a prompt.
public struct CompletionAnswer: Sendable, Equatable {
  /// A field.
  public struct Field: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its types in the store's words: `keyword`.
    public let types: [String]

    /// Makes a field.
    public init(_ name: String, _ types: [String]) {
      self.name = name
      self.types = types
    }
  }

  /// The fields, by name.
  public var fields: [Field] = []
  /// The values, the most frequent first where the store counts them.
  public var values: [String] = []
  /// Why there is nothing to offer, in words.
  public var notice: String?

  /// Makes an answer.
  public init(fields: [Field] = [], values: [String] = [], notice: String? = nil) {
    self.fields = fields
    self.values = values
    self.notice = notice
  }

  /// So many fields are offered at most, and so many values.
  static let mostFields = 20_000
  static let mostValues = 20
}

/// What can be typed next in a query.
public enum KQLCompletion {
  /// What is put into the line, and what is said of it.
  public struct Candidate: Hashable, Sendable {
    /// What takes the place of the text from the cursor's start.
    public let insertion: String
    /// A field's types; empty for anything else.
    public let detail: String

    init(_ insertion: String, _ detail: String = "") {
      self.insertion = insertion
      self.detail = detail
    }
  }

  /// So many are offered at most.
  public static let limit = 50

  /// The candidates where the cursor stands, in order: those that begin with what is typed, then those that contain it.
  public static func candidates(
    at cursor: KQLCursor, fields: [CompletionAnswer.Field], values: [String]
  ) -> [Candidate] {
    switch cursor.place {
    case .field(let path):
      let inside = path.isEmpty ? "" : path + "."
      let names = fields.compactMap { field -> (name: String, field: CompletionAnswer.Field)? in
        guard field.name.hasPrefix(inside) else { return nil }
        return (String(field.name.dropFirst(inside.count)), field)
      }
      let found = ranked(names, by: cursor.text) { $0.name }.map {
        Candidate(KQLText.field($0.name) + ": ", $0.field.types.joined(separator: ", "))
      }
      let isNot = !cursor.text.isEmpty && "not".hasPrefix(cursor.text.lowercased())
      return isNot ? found + [Candidate("not ")] : found
    case .comparison(let name):
      guard let field = fields.first(where: { $0.name == name }) else { return [] }
      let isOrdered = field.types.contains { FieldTypes.isOrdered($0) }
      return ([": ", ": *"] + (isOrdered ? [" >= ", " > ", " <= ", " < "] : [])).map { Candidate($0) }
    case .value(let name):
      let types = fields.first { $0.name == name }?.types ?? []
      let isPlain = !types.isEmpty && types.allSatisfy { $0 == "boolean" || FieldTypes.isOrdered($0) }
      // Values that came for a shorter beginning serve as far as they fit.
      let wanted = cursor.text.lowercased()
      return values.filter { $0.lowercased().hasPrefix(wanted) }.prefix(limit).map { value in
        Candidate(
          isPlain && !value.contains(where: { !$0.isLetter && !$0.isNumber && $0 != "." })
            ? value : KQLText.quoted(value))
      }
    case .connector:
      return ["and ", "or "].filter { $0.hasPrefix(cursor.text.lowercased()) }.map { Candidate($0) }
    case .nothing: return []
    }
  }

  private static func ranked<Item>(_ items: [Item], by text: String, _ name: (Item) -> String) -> [Item] {
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return Array(items.prefix(limit)) }
    var begin: [Item] = []
    var contain: [Item] = []
    for item in items where begin.count < limit {
      let name = name(item).lowercased()
      if name.hasPrefix(wanted) { begin.append(item) } else if name.contains(wanted) { contain.append(item) }
    }
    return Array((begin + contain).prefix(limit))
  }
}

extension FieldTypes {
  /// Whether values of a type are compared by their size or time.
  static func isOrdered(_ type: String) -> Bool {
    let kind = FieldTypes(types: ["": [type]], asked: []).kind(of: "")
    return kind == .number || kind == .date
  }

  /// Every field that holds values and is not the store's own, by name.
  var completions: [CompletionAnswer.Field] {
    types.filter { !$0.key.hasPrefix("_") && !$0.value.isSubset(of: ["object", "nested"]) }
      .map { CompletionAnswer.Field($0.key, $0.value.sorted()) }
      .sorted { $0.name < $1.name }
  }
}
