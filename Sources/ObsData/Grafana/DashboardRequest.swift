/// Where a Grafana dashboard lies.
public enum DashboardSource: Hashable, Sendable {
  /// A file of JSON.
  case file(String)
  /// A dashboard of the context's Grafana server.
  case grafana(uid: String)
}

/// A dashboard that can be opened.
public struct DashboardEntry: Hashable, Sendable {
  /// Where it lies.
  public let source: DashboardSource
  /// Its name.
  public let title: String
  /// The folder on the server, or the file's name.
  public let place: String
  /// Its tags.
  public let tags: [String]
}

/// The dashboards that can be opened, and what could not be read.
public struct DashboardList: Equatable, Sendable {
  /// The dashboards by title.
  public var entries: [DashboardEntry] = []
  /// What could not be read, a sentence each.
  public var remarks: [String] = []

  /// Makes an empty list.
  public init() {}
}

/// Which dashboard is wanted, and what of its variables is chosen.
public struct DashboardRequest: Hashable, Sendable {
  /// Where it lies.
  public var source: DashboardSource
  /// The chosen values by variable; what is missing is as the dashboard says.
  public var wanted: [String: [String]]
  /// From when to when.
  public var window: TimeWindow
  /// How often its file has been changed from here: it is read anew then.
  public var revision: Int

  /// Makes a request.
  public init(
    source: DashboardSource, wanted: [String: [String]] = [:], window: TimeWindow, revision: Int = 0
  ) {
    self.revision = revision
    self.source = source
    self.wanted = wanted
    self.window = window
  }
}

/// A dashboard with its variables resolved.
public struct DashboardAnswer: Equatable, Sendable {
  /// One variable that can be chosen.
  public struct Choice: Equatable, Sendable {
    /// The variable's name.
    public let name: String
    /// What a person reads for it.
    public let label: String
    /// Whether several values may be chosen.
    public let isMulti: Bool
    /// Whether all may be chosen at once.
    public let includesAll: Bool
    /// What can be chosen.
    public let options: [DashboardVariable.Option]
  }

  /// The dashboard.
  public let scene: DashboardScene
  /// Its variables that can be chosen.
  public let choices: [Choice]
}

/// Which panels of a dashboard are in view.
public struct PanelsRequest: Hashable, Sendable {
  /// One panel in view.
  public struct Item: Hashable, Sendable {
    /// The panel's name in the scene.
    public let panel: String
    /// How many points its series have at most.
    public let points: Int

    /// Makes an item.
    public init(panel: String, points: Int) {
      self.panel = panel
      self.points = points
    }
  }

  /// The dashboard.
  public let scene: DashboardScene
  /// The panels in view.
  public let items: [Item]
  /// From when to when.
  public let window: TimeWindow

  /// Makes a request.
  public init(scene: DashboardScene, items: [Item], window: TimeWindow) {
    self.scene = scene
    self.items = items
    self.window = window
  }

  /// The scene is long: its title and size tell most scenes apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(scene.title)
    hasher.combine(scene.sections.count)
    hasher.combine(items)
    hasher.combine(window)
  }
}

/// What came for panels.
public struct PanelsAnswer: Equatable, Sendable {
  /// The data by the panels' names.
  public let panels: [String: PanelData]
  /// The range that was asked for.
  public let range: TimeRange

  /// Makes an answer.
  public init(panels: [String: PanelData], range: TimeRange) {
    self.panels = panels
    self.range = range
  }
}
