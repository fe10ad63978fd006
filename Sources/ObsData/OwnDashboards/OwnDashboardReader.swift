import Foundation

/// Reads dashboards in obs-tui's own form: YAML, a few lines a panel. What they come to is the same as what Grafana's files come to.
/// `docs/dashboards.md` describes the keys.
public struct OwnDashboardReader {
  var reader = SettingsReader(environment: [:], folder: "")
  /// The line that is being filled: where the next panel stands.
  private var (x, y, tallest) = (0, 0, 0)

  /// Whether a path is one of such a file.
  public static func isOwn(_ path: String) -> Bool {
    let path = path.lowercased()
    return path.hasSuffix(".yaml") || path.hasSuffix(".yml")
  }

  /// Reads the text of a dashboard; throws with all that is wrong with it, each with its line.
  public static func read(_ text: String) throws(DashboardError) -> DashboardDefinition {
    let root: SettingsNode?
    do throws(SettingsError) {
      root = try SettingsYAML.parse(text, file: "")
    } catch {
      throw DashboardError(sentence(error.problems))
    }
    guard let root else { throw DashboardError("is empty: a dashboard has a title and panels") }
    guard case .map = root.content else {
      throw DashboardError("is no dashboard: it holds \(root.kind), not a map with title and panels")
    }
    var reader = OwnDashboardReader()
    let definition = reader.definition(root)
    guard reader.reader.problems.isEmpty else {
      throw DashboardError(sentence(SettingsError(reader.reader.problems).problems))
    }
    return definition
  }

  /// `line 7: panels know no “untit”, did you mean “unit”?`, a few of many.
  private static func sentence(_ problems: [SettingsProblem]) -> String {
    let shown = problems.prefix(5).map { problem -> String in
      if case .file(_, let line, _) = problem.origin { return "line \(line): \(problem.message)" }
      return problem.message
    }
    let more = problems.count > 5 ? "; and \(problems.count - 5) more" : ""
    return shown.joined(separator: "; ") + more
  }

  private mutating func definition(_ root: SettingsNode) -> DashboardDefinition {
    let members = reader.members(
      root, keys: ["title", "tags", "time", "from", "to", "variables", "panels"], of: "dashboards")
    var definition = DashboardDefinition()
    definition.title = text(members["title"], "title") ?? ""
    definition.tags = texts(members["tags"], "tags")
    if let time = members["time"].flatMap({ duration($0, "time") }) {
      (definition.from, definition.to) = ("now-" + time, "now")
    }
    if let from = text(members["from"], "from") { definition.from = from }
    if let to = text(members["to"], "to") { definition.to = to }
    if !definition.from.isEmpty, definition.to.isEmpty { definition.to = "now" }
    definition.variables = variables(members["variables"])
    guard let panels = members["panels"] else {
      reader.report(root.origin, "a dashboard has panels, and there are none")
      return definition
    }
    definition.sections = sections(items(panels, "panels"))
    return definition
  }

  /// Panels flow from left to right by their widths; a row begins a new section.
  private mutating func sections(_ nodes: [SettingsNode]) -> [DashboardSection] {
    var sections = [DashboardSection()]
    for (index, node) in nodes.enumerated() {
      guard index < DashboardReader.maximumPanels else {
        reader.report(node.origin, "a dashboard has \(DashboardReader.maximumPanels) panels at most")
        break
      }
      if case .map(let entries) = node.content, entries.contains(where: { $0.key == "row" }) {
        let members = reader.members(node, keys: ["row", "collapsed", "repeat"], of: "rows")
        var section = DashboardSection()
        section.title = text(members["row"], "row") ?? ""
        section.isCollapsed = reader.bool(members["collapsed"], "collapsed")?.value ?? false
        section.repeatedBy = text(members["repeat"], "repeat")
        sections.append(section)
        (x, y, tallest) = (0, 0, 0)
      } else if var panel = panel(node) {
        // Names the item of the file: what `:edit` moves and removes.
        panel.id = index + 1
        place(&panel)
        sections[sections.count - 1].panels.append(panel)
      }
    }
    sections.removeAll { $0.title == nil && $0.panels.isEmpty }
    return sections
  }

  private mutating func place(_ panel: inout DashboardPanel) {
    if x + panel.place.width > GridPlace.columns { (x, y, tallest) = (0, y + tallest, 0) }
    panel.place = GridPlace(x: x, y: y, width: panel.place.width, height: panel.place.height)
    x += panel.place.width
    tallest = max(tallest, panel.place.height)
  }

  // MARK: Values

  /// A single text as it is written: `${…}` is a variable of the dashboard, not of the environment.
  mutating func text(_ node: SettingsNode?, _ key: String) -> String? { reader.raw(node, key)?.value }

  /// A number within bounds.
  mutating func number(_ node: SettingsNode?, _ key: String, in bounds: ClosedRange<Double>? = nil) -> Double? {
    guard let raw = reader.raw(node, key) else { return nil }
    guard let value = Double(raw.value), value.isFinite else {
      reader.report(raw.origin, "\(key) is a number, not “\(FetchError.bounded(raw.value, to: 60))”")
      return nil
    }
    if let bounds, !bounds.contains(value) {
      reader.report(raw.origin, "\(key) lies between \(Int(bounds.lowerBound)) and \(Int(bounds.upperBound))")
      return nil
    }
    return value
  }

  /// A length of time such as `6h`, as it is written.
  mutating func duration(_ node: SettingsNode?, _ key: String) -> String? {
    guard let raw = reader.raw(node, key) else { return nil }
    guard DurationText.parse(raw.value) != nil else {
      reader.report(
        raw.origin, "\(key) is a length of time such as 30m, not “\(FetchError.bounded(raw.value, to: 60))”")
      return nil
    }
    return raw.value
  }

  /// One of several words.
  mutating func word(_ node: SettingsNode?, _ key: String, among words: [String]) -> String? {
    guard let raw = reader.raw(node, key) else { return nil }
    guard words.contains(raw.value) else {
      let near = NearestName.suggestion(for: raw.value, among: words)
      let rest = near.isEmpty ? "; it is one of \(words.joined(separator: ", "))" : near
      reader.report(raw.origin, "\(key) is not “\(FetchError.bounded(raw.value, to: 60))”\(rest)")
      return nil
    }
    return raw.value
  }

  /// Several texts, or one.
  mutating func texts(_ node: SettingsNode?, _ key: String) -> [String] {
    guard let node else { return [] }
    if case .list(let nodes) = node.content { return nodes.compactMap { text($0, key) } }
    return text(node, key).map { [$0] } ?? []
  }

  /// The items of a list; an error for what is none.
  mutating func items(_ node: SettingsNode, _ key: String) -> [SettingsNode] {
    switch node.content {
    case .list(let nodes): return nodes
    case .empty: return []
    default:
      reader.report(node.origin, "\(key) are a list, not \(node.kind)")
      return []
    }
  }
}
