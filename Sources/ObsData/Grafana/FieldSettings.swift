/// How the values of a field are shown. What is nil is not said, so that settings can be laid over one another.
public struct FieldSettings: Equatable, Sendable {
  /// How series are stacked.
  public enum Stacking: String, Hashable, Sendable { case none, normal, percent }
  /// How a series is drawn.
  public enum Drawing: String, Hashable, Sendable { case line, bars, points }

  /// Grafana's unit, such as `bytes` or `percentunit`.
  public var unit: String?
  /// How many digits stand behind the point.
  public var decimals: Int?
  /// The least value of the axis.
  public var minimum: Double?
  /// The greatest value of the axis.
  public var maximum: Double?
  /// The name to show; may hold `${__field.labels.x}`.
  public var displayName: String?
  /// What stands where there is no value.
  public var noValue: String?
  /// What is shown instead of some values.
  public var mappings: [ValueMapping]?
  /// The colours of values.
  public var thresholds: Thresholds?
  /// `thresholds`, `palette-classic`, `fixed` and the like.
  public var colorMode: String?
  /// The colour, where it is fixed.
  public var fixedColor: String?
  /// How a series is drawn.
  public var drawing: Drawing?
  /// How series are stacked.
  public var stacking: Stacking?
  /// The base of a logarithmic scale; 1 for a linear one.
  public var logarithm: Double?
  /// Whether the axis stands at the right: a scale of its own.
  public var isRightAxis: Bool?
  /// Whether gaps are drawn over.
  public var spansGaps: Bool?
  /// Whether the thresholds are drawn as lines.
  public var showsThresholds: Bool?
  /// How much of the area below a line is filled, 0 to 100.
  public var fill: Double?
  /// Whether the field is not drawn.
  public var isHidden: Bool?
  /// Whether the series is drawn upside down.
  public var isNegated: Bool?
  /// How a table draws the cell, such as `color-text` or `gauge`.
  public var cell: String?

  /// Makes settings that say nothing.
  public init() {}

  /// These settings with what the others say laid over them.
  func overlaid(with other: FieldSettings) -> FieldSettings {
    var result = self
    func lay<Value>(_ path: WritableKeyPath<FieldSettings, Value?>) {
      if let value = other[keyPath: path] { result[keyPath: path] = value }
    }
    lay(\.unit)
    lay(\.decimals)
    lay(\.minimum)
    lay(\.maximum)
    lay(\.displayName)
    lay(\.noValue)
    lay(\.mappings)
    lay(\.thresholds)
    lay(\.colorMode)
    lay(\.fixedColor)
    lay(\.drawing)
    lay(\.stacking)
    lay(\.logarithm)
    lay(\.isRightAxis)
    lay(\.spansGaps)
    lay(\.showsThresholds)
    lay(\.fill)
    lay(\.isHidden)
    lay(\.isNegated)
    lay(\.cell)
    return result
  }
}

/// Settings for some of a panel's fields.
public struct FieldOverride: Equatable, Sendable {
  /// Which fields are meant.
  public enum Matcher: Equatable, Sendable {
    /// The field of this name, as it is shown or as it came.
    case name(String)
    /// The fields of these names, or all but these.
    case names([String], isExclusion: Bool)
    /// The fields whose name the expression matches.
    case pattern(String)
    /// Fields of a type: `number`, `string`, `time`, `boolean`.
    case type(String)
    /// The fields of a query's answer.
    case query(String)
    /// Fields whose reduced value compares so: `gte`, `lte`, `gt`, `lt`, `eq`, `neq`.
    case value(calculation: String, comparison: String, Double)
    /// A matcher that is not known; it matches nothing.
    case unknown(String)
  }

  /// Which fields are meant.
  public var matcher: Matcher
  /// What is laid over their settings.
  public var settings: FieldSettings
}
