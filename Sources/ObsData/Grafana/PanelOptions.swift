/// What a panel tells its plugin, as far as a terminal can do it.
public struct PanelOptions: Equatable, Sendable {
  /// A column that rows are sorted by.
  public struct Sorting: Hashable, Sendable {
    /// The column's name as it is shown.
    public var field: String
    /// Whether the greatest comes first.
    public var isDescending: Bool
  }

  /// How a text panel's content is written.
  public enum TextMode: String, Hashable, Sendable { case markdown, html, code }

  /// What a series is reduced to, such as `lastNotNull`; empty for the plugin's default.
  public var calculations: [String] = []
  /// Whether every row is shown rather than one figure of each series.
  public var showsEveryValue = false
  /// Which fields are shown: empty for the numbers, else a name or `/expression/`.
  public var fields = ""
  /// What a stat shows: `auto`, `value`, `value_and_name`, `name`, `none`.
  public var textMode = "auto"
  /// What of a stat has the threshold's colour: `value`, `background`, `none`.
  public var colorMode = "value"
  /// Whether a stat draws the series behind the figure.
  public var drawsSparkline = false
  /// Whether bars lie; nil where the plugin decides.
  public var isHorizontal: Bool?
  /// The figures of the legend, such as `mean`.
  public var legendCalculations: [String] = []
  /// Whether there is a legend.
  public var showsLegend = true
  /// A text panel's content.
  public var content = ""
  /// How that is written.
  public var textFormat = TextMode.markdown
  /// How a table's rows are sorted.
  public var sorting: [Sorting] = []
  /// Whether a heat map makes the buckets itself, of plain series.
  public var countsIntoBuckets = false
  /// What stands before and behind the figure of an old panel.
  public var prefix = ""
  /// What stands behind the figure of an old panel.
  public var postfix = ""
}

/// The colours of a value: the colour of the last step that it reaches.
public struct Thresholds: Hashable, Sendable {
  /// One step.
  public struct Step: Hashable, Sendable {
    /// From here on; minus infinity for the base.
    public var value: Double
    /// The colour's name or `#rrggbb`.
    public var color: String
  }

  /// Whether the steps are shares of the range from minimum to maximum, in percent.
  public var isPercentage = false
  /// The steps, the lowest first.
  public var steps: [Step] = []

  /// The step that a value has reached; nil where there are none, or for NaN.
  public func step(of value: Double, minimum: Double?, maximum: Double?) -> Step? {
    var value = value
    if isPercentage {
      let (low, high) = (minimum ?? 0, maximum ?? 100)
      value = high > low ? (value - low) / (high - low) * 100 : 0
    }
    return steps.last { $0.value <= value }
  }
}

/// What is shown instead of a value.
public struct ValueMapping: Equatable, Sendable {
  /// Which values are meant.
  public enum Match: Equatable, Sendable {
    /// This text, or the number that it spells.
    case value(String)
    /// From one number to the other, both included; nil for no end.
    case range(Double?, Double?)
    /// Texts that an expression matches; `$1` in the result is its first group.
    case pattern(String)
    /// `null`, `nan`, `null+nan`, `true`, `false` or `empty`.
    case special(String)
  }

  /// Which values are meant.
  public var match: Match
  /// What is shown; empty to show the value itself.
  public var text: String
  /// Its colour; empty where it has none.
  public var color: String
}
