extension DashboardReader {
  /// How deep layouts may be nested.
  private static let maximumDepth = 16

  /// Reads schema v2: elements by name, and a tree that says where they stand.
  static func second(_ spec: JSONValue) throws(DashboardError) -> DashboardDefinition {
    var definition = DashboardDefinition()
    definition.title = spec["title"]?.lenientText ?? ""
    definition.tags = spec["tags"]?.lenientTexts ?? []
    definition.from = spec[path: "timeSettings", "from"]?.lenientText ?? ""
    definition.to = spec[path: "timeSettings", "to"]?.lenientText ?? ""
    definition.variables = (spec["variables"]?.elements ?? []).compactMap(secondVariable)
    var elements: [String: DashboardPanel] = [:]
    for (name, element) in (spec["elements"]?.members ?? []).prefix(maximumPanels) {
      elements[name] = secondPanel(element)
    }
    var layout = SecondLayout(elements: elements)
    if let root = spec["layout"] { layout.read(root, depth: maximumDepth) }
    layout.close()
    definition.sections = layout.sections.filter { $0.title != nil || !$0.panels.isEmpty }.map(movedUp)
    definition.remarks = layout.remarks
    return definition
  }

  /// Walks the tree of layouts. Rows and tabs become sections; what is nested in one follows it.
  private struct SecondLayout {
    let elements: [String: DashboardPanel]
    var sections: [DashboardSection] = []
    var remarks: [String] = []
    private var current = DashboardSection()
    private var count = 0

    init(elements: [String: DashboardPanel]) { self.elements = elements }

    mutating func close() {
      sections.append(current)
      current = DashboardSection()
    }

    mutating func read(_ layout: JSONValue, depth: Int) {
      guard depth > 0 else {
        remarks.append("layouts are nested too deep: the innermost are left out")
        return
      }
      let spec = layout["spec"]
      switch layout["kind"]?.string ?? "" {
      case "GridLayout":
        let top = current.panels.map(\.place.bottom).max() ?? 0
        for item in spec?["items"]?.elements ?? [] {
          if item["kind"]?.string == "GridLayoutRow" {
            openSection(item["spec"], depth: depth)
            continue
          }
          let inner = item["spec"]
          place(
            inner,
            at: GridPlace(
              x: inner?["x"]?.lenientInt ?? 0, y: top + (inner?["y"]?.lenientInt ?? 0),
              width: inner?["width"]?.lenientInt ?? 12, height: inner?["height"]?.lenientInt ?? 8))
        }
      case "AutoGridLayout", "ResponsiveGridLayout":
        let columns = min(max(spec?["maxColumnCount"]?.lenientInt ?? 3, 1), GridPlace.columns)
        let top = current.panels.map(\.place.bottom).max() ?? 0
        for (index, item) in (spec?["items"]?.elements ?? []).enumerated() {
          let width = GridPlace.columns / columns
          place(
            item["spec"],
            at: GridPlace(x: index % columns * width, y: top + index / columns * 8, width: width, height: 8))
        }
      case "RowsLayout":
        for row in spec?["rows"]?.elements ?? [] { openSection(row["spec"], depth: depth) }
      case "TabsLayout":
        for tab in spec?["tabs"]?.elements ?? [] { openSection(tab["spec"], depth: depth) }
      case let kind:
        remarks.append("the layout \(kind.isEmpty ? "without a kind" : kind) is not known: its panels are left out")
      }
    }

    private mutating func openSection(_ spec: JSONValue?, depth: Int) {
      guard let spec else { return }
      close()
      current.title = spec["title"]?.lenientText ?? ""
      current.isCollapsed = spec["collapse"]?.lenientBool ?? spec["collapsed"]?.lenientBool ?? false
      current.repeatedBy = DashboardReader.text(spec[path: "repeat", "value"])
      if let layout = spec["layout"] { read(layout, depth: depth - 1) }
      for item in spec["elements"]?.elements ?? [] {
        let inner = item["spec"]
        place(
          inner,
          at: GridPlace(
            x: inner?["x"]?.lenientInt ?? 0, y: inner?["y"]?.lenientInt ?? 0,
            width: inner?["width"]?.lenientInt ?? 12, height: inner?["height"]?.lenientInt ?? 8))
      }
    }

    private mutating func place(_ spec: JSONValue?, at place: GridPlace) {
      let name = spec?[path: "element", "name"]?.string ?? ""
      guard var panel = elements[name] else {
        remarks.append("the layout names an element “\(name)” that is not there")
        return
      }
      count += 1
      guard count <= DashboardReader.maximumPanels else { return }
      panel.place = place
      if let again = spec?["repeat"], let variable = DashboardReader.text(again["value"]) {
        panel.repeatedBy = variable
        panel.repeatsDown = again["direction"]?.string == "v"
        panel.maximumPerRow = min(max(again["maxPerRow"]?.lenientInt ?? 4, 1), GridPlace.columns)
      }
      current.panels.append(panel)
    }
  }

  /// One element of schema v2.
  private static func secondPanel(_ element: JSONValue) -> DashboardPanel {
    var panel = DashboardPanel()
    let spec = element["spec"]
    panel.id = spec?["id"]?.lenientInt ?? 0
    panel.title = spec?["title"]?.lenientText ?? ""
    panel.description = spec?["description"]?.string ?? ""
    if element["kind"]?.string == "LibraryPanel" {
      panel.libraryPanel = spec?[path: "libraryPanel", "name"]?.string ?? ""
      return panel
    }
    let visual = spec?["vizConfig"]
    let kind = visual?["kind"]?.string ?? ""
    panel.plugin = visual?["group"]?.string ?? (kind == "VizConfig" ? "" : kind)
    panel.kind = PanelKind(plugin: panel.plugin)
    let data = spec?[path: "data", "spec"]
    panel.targets = (data?["queries"]?.elements ?? []).compactMap { $0["spec"].map(secondTarget) }
    panel.transformations = (data?["transformations"]?.elements ?? []).compactMap { item in
      let name = item["group"]?.string ?? item["kind"]?.string ?? ""
      guard let spec = item["spec"], spec["disabled"]?.lenientBool != true else { return nil }
      return Transformation.read(named: name == "Transformation" ? spec["id"]?.string ?? "" : name, spec["options"])
    }
    let query = data?["queryOptions"]
    panel.interval = text(query?["interval"]) ?? ""
    panel.maximumPoints = query?["maxDataPoints"]?.lenientInt
    panel.timeFrom = text(query?["timeFrom"]) ?? ""
    panel.timeShift = text(query?["timeShift"]) ?? ""
    readFieldConfiguration(visual?[path: "spec", "fieldConfig"], into: &panel)
    readOptions(visual?[path: "spec", "options"], into: &panel)
    return panel
  }

  private static func secondTarget(_ spec: JSONValue) -> PanelTarget {
    let query = spec["query"]
    var result = query?["spec"].map(target) ?? PanelTarget()
    result.refID = spec["refId"]?.string ?? result.refID
    result.isHidden = spec["hidden"]?.lenientBool ?? false
    let kind = query?["kind"]?.string ?? ""
    let plugin = text(query?["group"]) ?? (kind == "DataQuery" || kind.isEmpty ? nil : kind)
    let named = dataSource(query?["datasource"]) ?? dataSource(spec["datasource"])
    result.dataSource = DataSourceReference(type: named?.type ?? plugin, uid: named?.uid)
    return result
  }
}
