/// One value of a frame.
public enum DataValue: Hashable, Sendable {
  case null
  case number(Double)
  case text(String)
  case time(Timestamp)

  /// The number that it is, or that its text spells.
  public var number: Double? {
    switch self {
    case .number(let value): value
    case .text(let text): Double(text)
    case .time(let time): Double(time.milliseconds)
    case .null: nil
    }
  }
}

/// The values of a field, kept by their type: a series of numbers is the very array that the decoder made.
public enum DataColumn: Hashable, Sendable {
  case numbers([Double?])
  case texts([String?])
  case times([Timestamp?])

  /// A column of whatever values these are: numbers where all are, else texts.
  public init(_ values: [DataValue]) {
    if values.allSatisfy({ if case .time = $0 { true } else { $0 == .null } }), values.contains(where: { $0 != .null })
    {
      self = .times(values.map { if case .time(let time) = $0 { time } else { nil } })
    } else if values.allSatisfy({ if case .number = $0 { true } else { $0 == .null } }) {
      self = .numbers(values.map(\.number))
    } else {
      self = .texts(
        values.map { value in
          switch value {
          case .text(let text): text
          case .number(let number): UnitFormat.plain(number)
          case .time(let time): time.iso8601(fractionDigits: 0)
          case .null: nil
          }
        })
    }
  }

  /// How many values there are.
  public var count: Int {
    switch self {
    case .numbers(let values): values.count
    case .texts(let values): values.count
    case .times(let values): values.count
    }
  }

  /// A value; null off the ends.
  public subscript(_ index: Int) -> DataValue {
    switch self {
    case .numbers(let values): values.indices.contains(index) ? values[index].map(DataValue.number) ?? .null : .null
    case .texts(let values): values.indices.contains(index) ? values[index].map(DataValue.text) ?? .null : .null
    case .times(let values): values.indices.contains(index) ? values[index].map(DataValue.time) ?? .null : .null
    }
  }

  /// All values.
  public var values: [DataValue] { (0..<count).map { self[$0] } }

  /// The numbers, where it holds such.
  public var numbers: [Double?]? { if case .numbers(let values) = self { values } else { nil } }
  /// The instants, where it holds such.
  public var times: [Timestamp?]? { if case .times(let values) = self { values } else { nil } }

  /// The values at some places.
  func picked(_ indexes: [Int]) -> DataColumn {
    switch self {
    case .numbers(let values): .numbers(indexes.map { values.indices.contains($0) ? values[$0] : nil })
    case .texts(let values): .texts(indexes.map { values.indices.contains($0) ? values[$0] : nil })
    case .times(let values): .times(indexes.map { values.indices.contains($0) ? values[$0] : nil })
    }
  }
}

/// A column of a frame with its name, labels and settings.
public struct DataField: Equatable, Sendable {
  /// The name that it came with: `Time`, `Value`, a label's name.
  public var name: String
  /// The series' labels; empty for a column of a table.
  public var labels: [String: String] = [:]
  /// The values.
  public var column: DataColumn
  /// The name that the query's legend gives it; nil where there is none.
  public var legend: String?
  /// How its values are shown.
  public var settings = FieldSettings()

  /// Makes a field.
  public init(_ name: String, _ column: DataColumn, labels: [String: String] = [:], legend: String? = nil) {
    self.name = name
    self.column = column
    self.labels = labels
    self.legend = legend
  }

  /// Whether it holds instants.
  public var isTime: Bool { if case .times = column { true } else { false } }
  /// Whether it holds numbers.
  public var isNumber: Bool { if case .numbers = column { true } else { false } }

  /// The name that is shown: what the settings say, the legend, or its own name.
  public var displayName: String {
    if let name = settings.displayName, !name.isEmpty { return FieldName.filled(name, of: self) }
    return legend ?? name
  }
}

/// A table of columns of equal length: what a query answers, one for each series, or one for all of them as a table.
public struct DataFrame: Equatable, Sendable {
  /// The query that it answers: `A`.
  public var refID: String
  /// The columns.
  public var fields: [DataField]

  /// Makes a frame.
  public init(refID: String, fields: [DataField]) {
    self.refID = refID
    self.fields = fields
  }

  /// How many rows there are.
  public var count: Int { fields.map(\.column.count).max() ?? 0 }
  /// The column of instants.
  public var time: DataField? { fields.first(where: \.isTime) }

  /// The frame with some of its rows, in this order.
  func picked(_ rows: [Int]) -> DataFrame {
    var frame = self
    for index in frame.fields.indices { frame.fields[index].column = fields[index].column.picked(rows) }
    return frame
  }

  /// The place of a column by its shown or own name.
  public func index(of name: String) -> Int? {
    fields.firstIndex { $0.displayName == name } ?? fields.firstIndex { $0.name == name }
  }
}

/// Names that settings make of a field.
enum FieldName {
  /// `${__field.labels.job}`, `${__series.name}`, `${__field.name}` filled in.
  static func filled(_ template: String, of field: DataField) -> String {
    guard template.contains("$") else { return template }
    var result = ""
    for piece in Interpolation.pieces(template) {
      switch piece {
      case .text(let text): result += text
      case .variable("__field", let part, _, let source):
        if let part, part.hasPrefix("labels.") {
          result += field.labels[String(part.dropFirst(7))] ?? ""
        } else if part == "labels" {
          result += LegendFormat.labels(field.labels)
        } else {
          result += part == "name" || part == "displayName" || part == nil ? field.legend ?? field.name : String(source)
        }
      case .variable("__series", _, _, _): result += field.legend ?? field.name
      case .variable(_, _, _, let source): result += source
      }
    }
    return result
  }
}
