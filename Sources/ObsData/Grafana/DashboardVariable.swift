/// A variable of a dashboard: what `$name` stands for.
public struct DashboardVariable: Equatable, Sendable {
  /// Where its values come from.
  public enum Kind: Equatable, Sendable {
    /// A question to the data source, such as `label_values(up, job)`.
    case query
    /// A list in the dashboard.
    case custom
    /// One value that nobody changes.
    case constant
    /// Durations, with `auto` for one that suits the range.
    case interval(automaticCount: Int, automaticMinimum: String)
    /// What the user types.
    case textBox
    /// The data sources of a plugin.
    case dataSource
    /// Label filters that go into every query.
    case adHoc([LabelFilter])
    /// A kind that is not known.
    case unknown(String)
  }

  /// One value with the text that a person chooses it by.
  public struct Option: Hashable, Sendable {
    /// What a person reads.
    public var text: String
    /// What goes into a query.
    public var value: String
  }

  /// A condition on a label: `job=~"node.*"`.
  public struct LabelFilter: Hashable, Sendable {
    /// The label.
    public var label: String
    /// `=`, `!=`, `=~` or `!~`.
    public var operation: String
    /// The value.
    public var value: String
  }

  /// The name, without `$`.
  public var name: String
  /// What a person reads; the name where there is none.
  public var label: String
  /// Where its values come from.
  public var kind: Kind
  /// The question, list or plugin, by its kind.
  public var query = ""
  /// Which of the values are taken, and which part of them; empty for all.
  public var pattern = ""
  /// Whether several values may be chosen.
  public var isMulti = false
  /// Whether all values may be chosen at once.
  public var includesAll = false
  /// What stands for all values, as it is; nil for the values themselves.
  public var allValue: String?
  /// The chosen values as the file has them; `$__all` for all.
  public var current: [String] = []
  /// The values that the file has.
  public var options: [Option] = []
  /// How values are sorted, 0 to 8 as Grafana numbers it.
  public var sorting = 0
  /// Whether it is shown to the user.
  public var isHidden = false
  /// Which data source is asked.
  public var dataSource: DataSourceReference?

  /// What the files write for all values.
  public static let all = "$__all"
}

/// What a variable stands for in one interpolation.
public struct VariableBinding: Hashable, Sendable {
  /// The chosen values; empty where there is none.
  public var values: [String]
  /// What a person reads for them.
  public var texts: [String]
  /// Whether it is one of the variables of which several values, or all, can be chosen: its values are escaped as expressions.
  public var isMulti = false
  /// Whether all values are chosen.
  public var isAll = false
  /// What stands for all values, as it is.
  public var allValue: String?

  /// A binding to one value, inserted as it is.
  public init(_ value: String) { self.init(values: [value], texts: [value]) }

  /// Makes a binding.
  public init(
    values: [String], texts: [String], isMulti: Bool = false, isAll: Bool = false, allValue: String? = nil
  ) {
    self.values = values
    self.texts = texts
    self.isMulti = isMulti
    self.isAll = isAll
    self.allValue = allValue
  }
}
