/// A dashboard with its variables chosen: panels and rows repeated, each in its place. What is drawn is a scene.
public struct DashboardScene: Equatable, Sendable {
  /// A row with its panels.
  public struct Section: Equatable, Sendable {
    /// The row's title; nil for the panels above the first row.
    public var title: String?
    /// Whether the row is folded.
    public var isCollapsed: Bool
    /// Its panels; their places count from the section's top.
    public var panels: [ScenePanel]
  }

  /// The dashboard's name.
  public var title: String
  /// Its rows.
  public var sections: [Section]
  /// The chosen values of its variables.
  public var bindings: [String: VariableBinding]
  /// The label filters that go into every query.
  public var filters: [DashboardVariable.LabelFilter]
  /// What could not be done, a sentence each.
  public var remarks: [String]

  /// More panels than this are not made by repeating.
  static let maximumPanels = 4_000

  /// Repeats what is to be repeated and puts everything in its place.
  public init(_ definition: DashboardDefinition, variables: ResolvedVariables) {
    bindings = variables.bindings
    filters = variables.filters
    remarks = definition.remarks + variables.remarks
    let interpolation = Interpolation(variables.bindings)
    title = interpolation.text(definition.title, format: .text)
    sections = []
    let sources = DataSourceLookup(definition)
    var count = 0
    for section in definition.sections {
      for scope in DashboardScene.scopes(section.repeatedBy, variables.bindings) {
        let names = Interpolation(variables.bindings.merging(scope) { $1 })
        let panels = DashboardScene.placed(section.panels, scope, variables.bindings, sources, &count)
        sections.append(
          Section(
            title: section.title.map { names.text($0, format: .text) }, isCollapsed: section.isCollapsed,
            panels: panels))
      }
    }
    if count > DashboardScene.maximumPanels {
      remarks.append("repeating makes \(count) panels: the first \(DashboardScene.maximumPanels) are shown")
    }
  }

  /// A binding of the repeated variable for each of its values; one that is empty where nothing repeats.
  private static func scopes(
    _ name: String?, _ bindings: [String: VariableBinding]
  ) -> [[String: VariableBinding]] {
    guard let name, let binding = bindings[name], !binding.values.isEmpty else { return [[:]] }
    return zip(binding.values, binding.texts).map { value, text in
      [name: VariableBinding(values: [value], texts: [text], isMulti: binding.isMulti)]
    }
  }

  /// The panels of a section with repetitions; what stands below a panel that has grown moves down.
  private static func placed(
    _ panels: [DashboardPanel], _ outer: [String: VariableBinding], _ bindings: [String: VariableBinding],
    _ sources: DataSourceLookup, _ count: inout Int
  ) -> [ScenePanel] {
    var result: [ScenePanel] = []
    // How far everything that begins at or below a line is moved down.
    var shifts: [(line: Int, by: Int)] = []
    for panel in panels {
      let shift = shifts.filter { $0.line <= panel.place.y }.reduce(0) { $0 + $1.by }
      let scopes = scopes(panel.repeatedBy, bindings.merging(outer) { $1 })
      let isRepeated = panel.repeatedBy != nil && (scopes.count > 1 || scopes.first?.isEmpty == false)
      let perRow = min(max(panel.maximumPerRow, 1), max(scopes.count, 1))
      let width = isRepeated && !panel.repeatsDown ? GridPlace.columns / perRow : panel.place.width
      var bottom = panel.place.bottom
      for (index, scope) in scopes.enumerated() {
        count += 1
        guard count <= maximumPanels else { break }
        var copy = panel
        copy.place.y += shift
        if isRepeated {
          if panel.repeatsDown {
            copy.place.y += index * panel.place.height
          } else {
            copy.place.width = max(width, 1)
            copy.place.x = index % perRow * width
            copy.place.y += index / perRow * panel.place.height
          }
          bottom = max(bottom, copy.place.bottom - shift)
        }
        let all = outer.merging(scope) { $1 }
        copy.title = Interpolation(bindings.merging(all) { $1 }).text(panel.title, format: .text)
        let suffix = all.values.flatMap(\.values).sorted().joined(separator: ",")
        result.append(
          ScenePanel(
            id: "\(panel.id)#\(result.count)" + (suffix.isEmpty ? "" : ":" + suffix), panel: copy, scope: all,
            sources: sources))
      }
      if bottom > panel.place.bottom { shifts.append((panel.place.bottom, bottom - panel.place.bottom)) }
    }
    return separated(result)
  }

  /// Panels that would cover one another are moved down, as the browser does.
  private static func separated(_ panels: [ScenePanel]) -> [ScenePanel] {
    var panels = panels
    // Comparing every panel with every other is for sections of a usual size.
    guard panels.count <= 400 else { return panels }
    for index in panels.indices.dropFirst() {
      var isMoved = true
      while isMoved {
        isMoved = false
        for other in panels[..<index] where other.panel.place.overlaps(panels[index].panel.place) {
          panels[index].panel.place.y = other.panel.place.bottom
          isMoved = true
        }
      }
    }
    return panels
  }
}

/// A panel of a scene, with the values of the variables that it is repeated by.
public struct ScenePanel: Equatable, Sendable, Identifiable {
  /// Names it among the panels of the scene.
  public let id: String
  /// The panel, its title filled in.
  public var panel: DashboardPanel
  /// The values that it is repeated by.
  public let scope: [String: VariableBinding]
  private let targets: [PanelTarget]
  private let others: [String]

  init(id: String, panel: DashboardPanel, scope: [String: VariableBinding], sources: DataSourceLookup) {
    self.id = id
    self.panel = panel
    self.scope = scope
    var targets: [PanelTarget] = []
    var others: [String] = []
    for target in panel.targets where !target.isHidden {
      switch sources.answer(for: target, in: panel) {
      case .prometheus: if !target.expression.trimmingBlanks().isEmpty { targets.append(target) }
      case .other(let name): if !others.contains(name) { others.append(name) }
      }
    }
    self.targets = targets
    self.others = others
  }

  /// The queries that Prometheus can be asked.
  public var prometheusTargets: [PanelTarget] { targets }

  /// Why the panel is not drawn; nil for one that is.
  public var obstacle: String? {
    if let library = panel.libraryPanel {
      return "it is the library panel “\(library)”, which lies on the Grafana server and not in this file"
    }
    guard let kind = panel.kind else {
      return panel.plugin.isEmpty
        ? "it does not say what kind it is" : "nothing here draws the kind \(panel.plugin)"
    }
    if kind == .text { return nil }
    if targets.isEmpty, !others.isEmpty {
      return "it asks \(others.joined(separator: ", ")), and only Prometheus is asked here"
    }
    if targets.isEmpty { return panel.targets.isEmpty ? "it has no query" : "its queries are empty or switched off" }
    return nil
  }

  /// What of a panel that is drawn is missing; nil for nothing.
  public var shortfall: String? {
    guard obstacle == nil, !others.isEmpty, panel.kind != .text else { return nil }
    return "queries for \(others.joined(separator: ", ")) are left out"
  }
}
