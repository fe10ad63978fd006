/// Why a file gives no dashboard: a sentence for the user.
public struct DashboardError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence, to stand behind the file's name.
  public let description: String

  /// Makes an error of its sentence.
  public init(_ description: String) { self.description = description }
}

/// Reads dashboards: the classic model of all versions, bare or wrapped by an API, and schema v2.
public enum DashboardReader {
  /// No file of a dashboard is larger: the largest known ones have two megabytes.
  public static let maximumBytes = 32 << 20
  /// More panels than this are not read.
  static let maximumPanels = 4_000

  /// Reads a file.
  public static func read(file path: String) throws(DashboardError) -> DashboardDefinition {
    switch FileReading.read(path, maximumBytes: maximumBytes) {
    case .failure(let failure): throw DashboardError(failure.reason)
    case .success(let bytes):
      return OwnDashboardReader.isOwn(path)
        ? try OwnDashboardReader.read(String(decoding: bytes, as: UTF8.self)) : try read(bytes)
    }
  }

  /// Whether a path leads to something.
  public static func exists(_ path: String) -> Bool {
    guard case .failure(let failure) = FileReading.read(path, maximumBytes: maximumBytes) else { return true }
    return !failure.isMissing
  }

  /// Reads the text of a dashboard.
  public static func read(_ bytes: [UInt8]) throws(DashboardError) -> DashboardDefinition {
    let document: JSONDocument
    let repairs: [JSONRepair]
    do throws(JSONSyntaxError) {
      (document, repairs) = try JSONReader.read(bytes)
    } catch {
      throw DashboardError("is no JSON: \(error)")
    }
    var definition = try read(document.root)
    if let first = repairs.first { definition.remarks.append("an odd value was replaced: \(first.summary)") }
    return definition
  }

  /// Reads a dashboard that is a part of a document.
  static func read(_ root: JSONValue) throws(DashboardError) -> DashboardDefinition {
    guard root.kind == .object else {
      throw DashboardError("is no dashboard: it holds \(word(root.kind)), not an object")
    }
    // What the API answers with, and what some exports are wrapped in.
    if let inner = root["dashboard"], inner.kind == .object, root["panels"] == nil, root["rows"] == nil {
      return try read(inner)
    }
    if let spec = root["spec"], spec.kind == .object, root["apiVersion"] != nil || root["kind"] != nil {
      var definition = try isSecondSchema(spec) ? DashboardReader.second(spec) : classic(spec)
      if definition.uid.isEmpty { definition.uid = root[path: "metadata", "name"]?.string ?? "" }
      return definition
    }
    return try isSecondSchema(root) ? second(root) : classic(root)
  }

  private static func isSecondSchema(_ value: JSONValue) -> Bool {
    value["elements"]?.kind == .object && value["layout"]?.kind == .object
  }

  private static func word(_ kind: JSONValue.Kind) -> String {
    switch kind {
    case .null: "null"
    case .bool: "a truth"
    case .int, .double: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

// MARK: - The classic model

extension DashboardReader {
  /// Reads the classic model: `panels` on a grid, or the older `rows`.
  static func classic(_ root: JSONValue) throws(DashboardError) -> DashboardDefinition {
    let panels = root["panels"]?.kind == .array
    let rows = root["rows"]?.kind == .array
    guard panels || rows || (root["title"]?.string != nil && root["schemaVersion"] != nil) else {
      throw DashboardError("is no dashboard: it has neither panels nor rows")
    }
    var definition = DashboardDefinition()
    definition.title = root["title"]?.lenientText ?? ""
    definition.uid = root["uid"]?.string ?? ""
    definition.tags = root["tags"]?.lenientTexts ?? []
    definition.from = root[path: "time", "from"]?.lenientText ?? ""
    definition.to = root[path: "time", "to"]?.lenientText ?? ""
    for input in root["__inputs"]?.elements ?? [] where input["type"]?.string == "datasource" {
      guard let name = input["name"]?.string else { continue }
      definition.inputs[name] = input["pluginId"]?.string ?? "prometheus"
    }
    definition.variables = (root[path: "templating", "list"]?.elements ?? []).compactMap(variable)
    var count = 0
    if panels { definition.sections = sections(root["panels"]?.elements ?? [], &count) }
    if rows { definition.sections += (root["rows"]?.elements ?? []).map { legacyRow($0, &count) } }
    definition.sections.removeAll { $0.title == nil && $0.panels.isEmpty }
    if count > maximumPanels {
      definition.remarks.append("it has \(count) panels: the first \(maximumPanels) are read")
    }
    return definition
  }

  /// Panels on one grid: a row is a panel too, and those that stand below it, up to the next, are its own.
  private static func sections(_ items: [JSONValue], _ count: inout Int) -> [DashboardSection] {
    var placed: [(place: GridPlace, isRow: Bool, order: Int, value: JSONValue)] = []
    for (order, item) in items.enumerated() where item.kind == .object {
      placed.append((place(item), item["type"]?.string == "row", order, item))
    }
    placed.sort {
      ($0.place.y, $0.isRow ? 0 : 1, $0.place.x, $0.order) < ($1.place.y, $1.isRow ? 0 : 1, $1.place.x, $1.order)
    }
    var sections = [DashboardSection()]
    for (_, isRow, _, item) in placed {
      guard isRow else {
        if let panel = panel(item, &count) { sections[sections.count - 1].panels.append(panel) }
        continue
      }
      var section = DashboardSection()
      section.title = item["title"]?.lenientText ?? ""
      section.isCollapsed = item["collapsed"]?.lenientBool ?? false
      section.repeatedBy = text(item["repeat"])
      for inner in item["panels"]?.elements ?? [] {
        if let panel = panel(inner, &count) { section.panels.append(panel) }
      }
      section.panels.sort { ($0.place.y, $0.place.x) < ($1.place.y, $1.place.x) }
      sections.append(section)
    }
    return sections.map(movedUp)
  }

  /// The rows of schema versions up to 16: panels flow from left to right by their span of twelve columns.
  private static func legacyRow(_ row: JSONValue, _ count: inout Int) -> DashboardSection {
    var section = DashboardSection()
    let title = row["title"]?.lenientText ?? ""
    // The title of most old rows was never shown.
    section.title = row["showTitle"]?.lenientBool ?? !title.isEmpty ? title : nil
    section.isCollapsed = row["collapse"]?.lenientBool ?? false
    section.repeatedBy = text(row["repeat"])
    if section.isCollapsed || section.repeatedBy != nil { section.title = title }
    let rowHeight = pixels(row["height"]) ?? 250
    var (x, y, tallest) = (0, 0, 0)
    for item in row["panels"]?.elements ?? [] {
      guard var panel = panel(item, &count) else { continue }
      let width = Int(min(max(item["span"]?.lenientNumber ?? 4, 0.5), 12) * 2)
      // A line of the grid is 30 pixels with a gap of 8.
      let height = max(3, ((pixels(item["height"]) ?? rowHeight) + 37) / 38)
      if x + width > GridPlace.columns { (x, y, tallest) = (0, y + tallest, 0) }
      panel.place = GridPlace(x: x, y: y, width: width, height: height)
      x += width
      tallest = max(tallest, height)
      section.panels.append(panel)
    }
    return section
  }

  /// A section whose panels begin at its top.
  static func movedUp(_ section: DashboardSection) -> DashboardSection {
    var section = section
    let top = section.panels.map(\.place.y).min() ?? 0
    for index in section.panels.indices { section.panels[index].place.y -= top }
    return section
  }

  private static func pixels(_ value: JSONValue?) -> Int? {
    guard let text = value?.lenientText else { return nil }
    return Double(text.prefix { $0.isNumber || $0 == "." }).map { Int(min($0, 10_000)) }
  }

  /// A text that is not empty.
  static func text(_ value: JSONValue?) -> String? {
    value?.lenientText.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func place(_ item: JSONValue) -> GridPlace {
    let grid = item["gridPos"]
    return GridPlace(
      x: grid?["x"]?.lenientInt ?? 0, y: grid?["y"]?.lenientInt ?? 0, width: grid?["w"]?.lenientInt ?? 12,
      height: grid?["h"]?.lenientInt ?? 8)
  }

  private static func panel(_ item: JSONValue, _ count: inout Int) -> DashboardPanel? {
    guard item.kind == .object, item["type"]?.string != "row" else { return nil }
    count += 1
    guard count <= maximumPanels else { return nil }
    var panel = DashboardPanel()
    panel.id = item["id"]?.lenientInt ?? count
    panel.title = item["title"]?.lenientText ?? ""
    panel.description = item["description"]?.string ?? ""
    panel.plugin = item["type"]?.string ?? ""
    panel.kind = PanelKind(plugin: panel.plugin)
    panel.place = place(item)
    panel.dataSource = dataSource(item["datasource"])
    panel.targets = (item["targets"]?.elements ?? []).filter { $0.kind == .object }.map(target)
    panel.interval = text(item["interval"]) ?? ""
    panel.maximumPoints = item["maxDataPoints"]?.lenientInt
    panel.timeFrom = text(item["timeFrom"]) ?? ""
    panel.timeShift = text(item["timeShift"]) ?? ""
    panel.repeatedBy = text(item["repeat"])
    panel.repeatsDown = item["repeatDirection"]?.string == "v"
    panel.maximumPerRow = min(max(item["maxPerRow"]?.lenientInt ?? 4, 1), GridPlace.columns)
    panel.transformations = (item["transformations"]?.elements ?? []).compactMap(Transformation.read)
    if panel.plugin.isEmpty || panel.targets.isEmpty, panel.kind == nil, let library = item["libraryPanel"] {
      panel.libraryPanel = library["name"]?.string ?? library["uid"]?.string ?? ""
    }
    readFieldConfiguration(item["fieldConfig"], into: &panel)
    readOptions(item["options"], into: &panel)
    readLegacy(item, into: &panel)
    return panel
  }

  /// The data source of a panel, query or variable: an object, or a name.
  static func dataSource(_ value: JSONValue?) -> DataSourceReference? {
    guard let value, !value.isNull else { return nil }
    if let name = value.string { return DataSourceReference(type: nil, uid: name) }
    guard value.kind == .object else { return nil }
    return DataSourceReference(type: text(value["type"]), uid: text(value["uid"]) ?? text(value["name"]))
  }

  /// What queries of other languages are told by.
  private static let foreignKeys = [
    "rawSql", "rawQuery", "query", "queryText", "queryType", "metrics", "bucketAggs", "target", "measurement",
    "dimensions", "expression",
  ]

  /// One query.
  static func target(_ item: JSONValue) -> PanelTarget {
    var target = PanelTarget()
    target.refID = item["refId"]?.string ?? ""
    target.expression = item["expr"]?.string ?? ""
    target.legend = item["legendFormat"]?.string ?? ""
    target.isForeign = target.expression.isEmpty && foreignKeys.contains { item[$0] != nil }
    switch item["format"]?.string {
    case "table": target.format = .table
    case "heatmap": target.format = .heatmap
    default: break
    }
    // Both may be said: a range is then asked, which holds the instant as its end.
    target.isInstant = (item["instant"]?.lenientBool ?? false) && !(item["range"]?.lenientBool ?? false)
    target.interval = text(item["interval"]) ?? ""
    target.intervalFactor = min(max(item["intervalFactor"]?.lenientInt ?? 1, 1), 1_000)
    target.showsExemplars = item["exemplar"]?.lenientBool ?? false
    target.isHidden = item["hide"]?.lenientBool ?? false
    target.dataSource = dataSource(item["datasource"])
    return target
  }
}
