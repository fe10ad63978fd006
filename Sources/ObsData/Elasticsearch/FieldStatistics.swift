/// Which values a field has among the lines of a query.
public struct FieldStatisticsQuery: Hashable, Sendable {
  /// Whose lines are looked at.
  public var logs: LogQuery
  /// The field's name in a document, with dots.
  public var field: String

  /// Makes a query.
  public init(logs: LogQuery, field: String) {
    self.logs = logs
    self.field = field
  }
}

/// The most frequent values of a field, counted by the store.
public struct FieldStatistics: Sendable, Equatable {
  /// A value and how many lines have it.
  public struct Value: Sendable, Equatable {
    /// The value as it is filtered by.
    public let text: String
    /// How many lines have it.
    public let count: Int

    /// Makes a value.
    public init(_ text: String, _ count: Int) {
      self.text = text
      self.count = count
    }
  }

  /// What numbers tell.
  public struct Numbers: Sendable, Equatable {
    /// The least, the mean and the greatest.
    public let minimum, average, maximum: Double
    /// The 50th, 90th, 95th and 99th percentile, estimated by the store; empty where it gives none.
    public let percentiles: [Double]

    /// Makes the figures.
    public init(minimum: Double, average: Double, maximum: Double, percentiles: [Double] = []) {
      self.minimum = minimum
      self.average = average
      self.maximum = maximum
      self.percentiles = percentiles
    }
  }

  /// The field that was counted: the keyword below a text where there is one.
  public var counted: String
  /// How many lines the query finds, exactly.
  public var total = 0
  /// How many of them have the field.
  public var present = 0
  /// The most frequent values, the most frequent first.
  public var values: [Value] = []
  /// How many lines have other values (`sum_other_doc_count`).
  public var other = 0
  /// By how much a count may be too low at most (`doc_count_error_upper_bound`): shards send only their own most frequent values.
  public var errorBound = 0
  /// What the numbers tell; nil where they are none.
  public var numbers: Numbers?
  /// Why there are no values, in words; nil where there are.
  public var refusal: String?
  /// Why the counts are incomplete, in words.
  public var partial: String?

  /// Makes statistics.
  public init(counted: String) { self.counted = counted }

  /// The percentiles that are asked for.
  static let percents: [Double] = [50, 90, 95, 99]
}

/// Whether and how the values of a field can be counted.
struct CountableField: Equatable {
  var name: String
  var isNumber = false
  /// Why they cannot be, in words.
  var refusal: String?

  /// Decides by what the store says of the field.
  init(_ field: String, in catalogue: FieldCatalogue) {
    name = field
    let known = catalogue[field]
    let keyword = field + ".keyword"
    let hasKeyword = catalogue[keyword].map { $0.kinds == [.keyword] && $0.isAggregatable } ?? false
    switch known?.kinds {
    case nil where CountableField.parents(of: field).contains { catalogue[$0]?.kinds == [.keyword] }: break
    case nil:
      refusal = "the mapping has no field \(field): what is in the documents only can be neither counted nor filtered"
    case let kinds? where kinds.contains(.text):
      if hasKeyword {
        name = keyword
      } else {
        refusal =
          "\(field) is a text without a keyword beside it: its words are indexed, whole values cannot be counted"
      }
    case let kinds? where kinds.count > 1 && kinds != [.date, .dateNanos]:
      refusal = "the indices do not agree on what \(field) is (a mapping conflict): no common values can be counted"
    case .some where known?.isAggregatable == false:
      refusal = "\(field) is kept without doc values: its values cannot be counted"
    case let kinds?: isNumber = kinds == [.number]
    }
  }

  /// The names of the objects that hold a field: one of them may be mapped as a whole (`flattened`).
  static func parents(of field: String) -> [String] {
    let parts = field.split(separator: ".", omittingEmptySubsequences: false)
    return parts.indices.dropFirst().prefix(16).map { parts[..<$0].joined(separator: ".") }
  }
}

extension FieldStatistics {
  /// Reads the aggregations of `LogSearch.statistics`.
  init(_ answer: SearchAnswer, of field: CountableField) {
    self.init(counted: field.name)
    refusal = field.refusal
    partial = answer.partial
    total = answer.total ?? 0
    let aggregations = answer.aggregations
    func count(_ value: JSONValue?) -> Int { Int(clamping: max(0, value?.int ?? 0)) }
    present = count(aggregations?[path: "present", "doc_count"])
    guard let terms = aggregations?["values"] else { return }
    other = count(terms["sum_other_doc_count"])
    errorBound = count(terms["doc_count_error_upper_bound"])
    values = (terms["buckets"]?.elements ?? []).compactMap { bucket in
      guard let key = bucket["key_as_string"]?.string ?? bucket["key"].map({ $0.string ?? $0.tree.text }) else {
        return nil
      }
      return Value(key, count(bucket["doc_count"]))
    }
    if let stats = aggregations?["figures"], let minimum = stats["min"]?.double, let maximum = stats["max"]?.double,
      let average = stats["avg"]?.double
    {
      let percentiles = (aggregations?[path: "percentiles", "values"]?.elements ?? []).compactMap {
        $0["value"]?.double
      }
      numbers = Numbers(
        minimum: minimum, average: average, maximum: maximum,
        percentiles: percentiles.count == FieldStatistics.percents.count ? percentiles : [])
    }
  }
}
