/// A condition on one field, as it is added from a line: that it has a value, or that it is there at all.
public struct LogFilter: Hashable, Sendable {
  /// What is asked of the field.
  public enum Test: Hashable, Sendable {
    /// That it has this value.
    case value(String)
    /// That it has any.
    case exists
  }

  /// The field's name, with dots.
  public var field: String
  /// What is asked of it.
  public var test: Test
  /// Whether the lines that fulfil it are left out, and the others shown.
  public var isExcluding: Bool

  /// Makes a filter.
  public init(field: String, test: Test, isExcluding: Bool = false) {
    self.field = field
    self.test = test
    self.isExcluding = isExcluding
  }

  /// The same as a query that a person could have typed; KQL and Lucene read it alike.
  public var queryText: String {
    let name = LogFilter.escaped(field)
    switch test {
    case .exists: return isExcluding ? "NOT \(name):*" : "\(name):*"
    case .value(let value):
      let quoted = value.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : $0.isNewline ? [" "] : [$0] }
      return (isExcluding ? "NOT " : "") + "\(name):\"\(String(quoted))\""
    }
  }

  /// A field's name with what would end it escaped.
  private static func escaped(_ name: String) -> String {
    String(name.flatMap { "\\():<>\"*{} ".contains($0) ? ["\\", $0] : [$0] })
  }
}

extension LogSearch {
  /// Lines that pass a filter. The field's kind decides how a value is compared: whole where it can be, in an analysed text by
  /// its words in order.
  func clause(_ filter: LogFilter) -> JSONTree {
    let clause = positive(filter)
    return filter.isExcluding ? ["bool": ["must_not": [clause]]] : clause
  }

  /// The same without regard to whether it excludes.
  func positive(_ filter: LogFilter) -> JSONTree {
    let name = filter.field
    guard case .value(let value) = filter.test else { return ["exists": ["field": .string(name)]] }
    let kinds = filterFields[name]?.kinds ?? []
    let keyword = filterFields[name + ".keyword"]?.kinds == [.keyword] ? name + ".keyword" : nil
    if !filterFields.isKnown || kinds.count > 1 {
      // Whatever the field is: what an index cannot compare is passed over there.
      return [
        "multi_match": [
          "query": .string(value), "type": "phrase", "lenient": true,
          "fields": .array([.string(name), .string(name + ".keyword")]),
        ]
      ]
    }
    if kinds == [.text] {
      return keyword.map { ["term": [$0: .string(value)]] } ?? ["match_phrase": [name: .string(value)]]
    }
    return ["term": [name: .string(value)]]
  }
}

/// How many lines each of several filters meets, among the lines that a query finds without them.
public struct LogFilterCountsQuery: Hashable, Sendable {
  /// The query; its own filters are not regarded.
  public var logs: LogQuery
  /// The filters to count.
  public var filters: [LogFilter]

  /// Makes a query.
  public init(logs: LogQuery, filters: [LogFilter]) {
    self.logs = logs
    self.logs.filters = []
    self.filters = filters
  }
}

/// The answer to `LogFilterCountsQuery`.
public struct LogFilterCounts: Sendable, Equatable {
  /// How many lines there are without any of the filters.
  public let total: Int
  /// How many of them have what each filter asks for, whether it includes or excludes.
  public let matching: [Int]

  /// Makes counts.
  public init(total: Int, matching: [Int]) {
    self.total = total
    self.matching = matching
  }
}
