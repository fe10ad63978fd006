import ObsData

/// What a look at a dashboard's file finds: which panels are drawn, which are not and why, and what would be asked.
struct DashboardReport: Equatable {
  /// One panel.
  struct Panel: Equatable {
    let id: Int
    let title: String
    let plugin: String
    /// Why it is not drawn; nil for one that is.
    let obstacle: String?
    /// What of it is missing.
    let remarks: [String]
    let queries: [PanelQuery]
  }

  let file: String
  let title: String
  let panels: [Panel]
  let remarks: [String]
  /// Variables whose values only Prometheus knows: they stay in the expressions.
  let unresolved: [String]
  /// Why the file is no dashboard; nil for one.
  let failure: String?

  /// Looks at a dashboard without asking anybody.
  init(_ file: String, _ definition: DashboardDefinition, variables: ResolvedVariables, range: TimeRange) {
    let scene = DashboardScene(definition, variables: variables)
    self.file = file
    title = definition.title
    failure = nil
    remarks = scene.remarks
    panels = scene.sections.flatMap(\.panels).map { item in
      let queries = item.obstacle == nil ? item.queries(in: scene, range: range, points: 200) : []
      let unknown = item.panel.transformations.compactMap { step in
        if case .unknown(let id) = step { "the transformation \(id) is not done" } else { nil }
      }
      return Panel(
        id: item.panel.id, title: item.panel.title, plugin: item.panel.plugin, obstacle: item.obstacle,
        remarks: unknown + (item.shortfall.map { [$0] } ?? []), queries: queries)
    }
    unresolved = Set(panels.flatMap(\.queries).flatMap(\.unknown)).sorted()
  }

  /// A file that is no dashboard.
  init(_ file: String, failure: String) {
    self.file = file
    self.failure = failure
    title = ""
    (panels, remarks, unresolved) = ([], [], [])
  }

  var drawn: Int { panels.count { $0.obstacle == nil } }

  /// The report as lines of text.
  var lines: [String] {
    if let failure { return ["\(file): \(failure)"] }
    let missing = panels.count - drawn
    var lines = [
      "\(file): \(title.isEmpty ? "without a title" : "“\(title)”"), \(panels.count) panels: \(drawn) drawn, "
        + "\(missing) not"
    ]
    lines += remarks.map { "  note: \($0)" }
    if !unresolved.isEmpty {
      lines.append("  only the store knows: \(unresolved.map { "$" + $0 }.joined(separator: ", "))")
    }
    for panel in panels {
      let name = panel.title.isEmpty ? "without a title" : panel.title
      guard panel.obstacle == nil else {
        lines.append("  not drawn: \(panel.id) \(panel.plugin) “\(name)”: \(panel.obstacle ?? "")")
        continue
      }
      lines.append("  drawn: \(panel.id) \(panel.plugin) “\(name)”")
      lines += panel.remarks.map { "    note: \($0)" }
      for query in panel.queries {
        let expression = query.expression.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let how = query.isInstant ? "instant" : "every \(DurationText.text(query.grid.step))"
        lines.append("    \(query.refID) (\(how)): \(expression)")
      }
    }
    return lines
  }

  /// The report as JSON.
  var json: JSONTree {
    if let failure { return ["file": .string(file), "error": .string(failure)] }
    return [
      "file": .string(file), "title": .string(title), "drawn": .int(Int64(drawn)),
      "not_drawn": .int(Int64(panels.count - drawn)), "unresolved": .array(unresolved.map(JSONTree.string)),
      "remarks": .array(remarks.map(JSONTree.string)),
      "panels": .array(
        panels.map { panel in
          [
            "id": .int(Int64(panel.id)), "title": .string(panel.title), "type": .string(panel.plugin),
            "drawn": .bool(panel.obstacle == nil), "reason": panel.obstacle.map(JSONTree.string) ?? .null,
            "remarks": .array(panel.remarks.map(JSONTree.string)),
            "queries": .array(panel.queries.map(DashboardReport.json)),
          ]
        }),
    ]
  }

  /// One question as JSON.
  static func json(_ query: PanelQuery) -> JSONTree {
    [
      "ref_id": .string(query.refID), "expression": .string(query.expression), "instant": .bool(query.isInstant),
      "step_seconds": .double(query.grid.step.seconds), "unresolved": .array(query.unknown.map(JSONTree.string)),
    ]
  }
}
