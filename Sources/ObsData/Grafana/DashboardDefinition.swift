/// A Grafana dashboard as its file says it, whatever schema it is written in: what to ask and how to draw it, free of JSON.
public struct DashboardDefinition: Equatable, Sendable {
  /// The dashboard's name.
  public var title = ""
  /// What the server knows it by; empty in a file without one.
  public var uid = ""
  /// Its tags.
  public var tags: [String] = []
  /// The beginning of its own time range, such as `now-6h`; empty where it has none.
  public var from = ""
  /// The end of its own time range, such as `now`; empty where it has none.
  public var to = ""
  /// Its variables, in the order of the file.
  public var variables: [DashboardVariable] = []
  /// Its rows, each with its panels. Panels above the first row have a section of their own.
  public var sections: [DashboardSection] = []
  /// The placeholders for data sources that an exported file brings (`__inputs`), with the plugin that each stands for.
  public var inputs: [String: String] = [:]
  /// What of the file could not be understood, a sentence each.
  public var remarks: [String] = []

  /// All panels, in reading order, those of collapsed rows among them.
  public var panels: [DashboardPanel] { sections.flatMap(\.panels) }
}

/// A row of a dashboard with its panels.
public struct DashboardSection: Equatable, Sendable {
  /// The row's title; nil for the panels above the first row.
  public var title: String?
  /// Whether the row is folded.
  public var isCollapsed = false
  /// The variable for each of whose values the row is repeated; nil for none.
  public var repeatedBy: String?
  /// Its panels; their `y` counts from the top of the section.
  public var panels: [DashboardPanel] = []
}

/// A place on Grafana's grid of 24 columns.
public struct GridPlace: Hashable, Sendable {
  /// The first column, 0 to 23.
  public var x: Int
  /// The first line.
  public var y: Int
  /// How many columns, 1 to 24.
  public var width: Int
  /// How many lines; a line is about 38 pixels in the browser.
  public var height: Int

  /// How many columns the grid has.
  public static let columns = 24

  /// Makes a place; what lies off the grid is moved onto it.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.width = min(max(width, 1), GridPlace.columns)
    self.x = min(max(x, 0), GridPlace.columns - self.width)
    self.y = min(max(y, 0), 1_000_000)
    self.height = min(max(height, 1), 1_000)
  }

  /// The first line below.
  public var bottom: Int { y + height }

  /// Whether the two share a cell of the grid.
  func overlaps(_ other: GridPlace) -> Bool {
    x < other.x + other.width && other.x < x + width && y < other.bottom && other.y < bottom
  }
}

/// The kinds of panels that are drawn.
public enum PanelKind: String, Hashable, Sendable, CaseIterable {
  case timeSeries, stat, gauge, barGauge, table, text, heatmap, stateTimeline, barChart, pieChart

  /// The kind of a panel by its plugin's name, older names among them; nil for one that is not drawn.
  public init?(plugin: String) {
    switch plugin {
    case "timeseries", "graph", "trend": self = .timeSeries
    case "stat", "singlestat", "grafana-singlestat-panel": self = .stat
    case "gauge": self = .gauge
    case "bargauge": self = .barGauge
    case "table", "table-old": self = .table
    case "text": self = .text
    case "heatmap", "heatmap-new", "heatmap-old": self = .heatmap
    case "state-timeline", "status-history": self = .stateTimeline
    case "barchart": self = .barChart
    case "piechart", "grafana-piechart-panel": self = .pieChart
    default: return nil
    }
  }
}

/// Which data source a panel or a query asks: by plugin, by uid or name, or by a variable that stands for it.
public struct DataSourceReference: Hashable, Sendable {
  /// The plugin, such as `prometheus`; nil where the file does not say.
  public var type: String?
  /// The uid or name; nil for the default.
  public var uid: String?
}

/// One panel.
public struct DashboardPanel: Equatable, Sendable, Identifiable {
  /// The panel's number on the dashboard.
  public var id = 0
  /// What stands above it.
  public var title = ""
  /// The text behind its information sign.
  public var description = ""
  /// The plugin's name in the file, such as `timeseries`.
  public var plugin = ""
  /// How it is drawn; nil where nothing here draws it.
  public var kind: PanelKind?
  /// Its place on the grid, `y` from the top of its section.
  public var place = GridPlace(x: 0, y: 0, width: 12, height: 8)
  /// Which data source its queries ask where they do not say.
  public var dataSource: DataSourceReference?
  /// Its queries.
  public var targets: [PanelTarget] = []
  /// How its values are shown where no override says otherwise.
  public var settings = FieldSettings()
  /// How the values of some of its fields are shown.
  public var overrides: [FieldOverride] = []
  /// What is done to the answers, in order.
  public var transformations: [Transformation] = []
  /// What the plugin is told.
  public var options = PanelOptions()
  /// The variable for each of whose values the panel is repeated; nil for none.
  public var repeatedBy: String?
  /// Whether the repetitions stand one below the other.
  public var repeatsDown = false
  /// How many repetitions stand beside each other at most.
  public var maximumPerRow = 4
  /// The least step of its queries, such as `1m`; empty where it does not say.
  public var interval = ""
  /// How many points a series has at most; nil where it does not say.
  public var maximumPoints: Int?
  /// The length of its own time range, such as `2h`; empty for the dashboard's.
  public var timeFrom = ""
  /// How far its time range is moved back, such as `1d`; empty for not at all.
  public var timeShift = ""
  /// The library panel that it refers to, where the file does not hold it.
  public var libraryPanel: String?
}

/// One query of a panel.
public struct PanelTarget: Equatable, Sendable {
  /// How the answer is shaped.
  public enum Format: String, Hashable, Sendable { case timeSeries, table, heatmap }

  /// The letter that names it: `A`.
  public var refID = ""
  /// The PromQL, variables not yet replaced; empty where the query is in another language.
  public var expression = ""
  /// The template of the legend; empty or `__auto` to make one of the labels.
  public var legend = ""
  /// How the answer is shaped.
  public var format = Format.timeSeries
  /// Whether it is asked at the end of the range alone.
  public var isInstant = false
  /// The least step, such as `30s` or a variable; empty where it does not say.
  public var interval = ""
  /// What the step is multiplied with.
  public var intervalFactor = 1
  /// Whether the measurements with traces are shown on the chart.
  public var showsExemplars = false
  /// Whether it is switched off.
  public var isHidden = false
  /// Whether it is written in another language than PromQL.
  public var isForeign = false
  /// Which data source it asks; nil for the panel's.
  public var dataSource: DataSourceReference?
}
