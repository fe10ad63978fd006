/// The panels of own dashboards.
extension OwnDashboardReader {
  private static let panelKeys = [
    "title", "description", "kind", "expr", "legend", "unit", "decimals", "min", "max", "width", "height", "thresholds",
    "stack", "draw", "log", "calculate", "legend_figures", "exemplars", "instant", "step", "text", "repeat", "no_value",
    "fill_gaps", "sparkline",
  ]
  /// The kinds by the names that the file has for them.
  static let kinds: [String: PanelKind] = [
    "timeseries": .timeSeries, "stat": .stat, "gauge": .gauge, "bargauge": .barGauge, "table": .table, "text": .text,
    "heatmap": .heatmap, "state-timeline": .stateTimeline, "barchart": .barChart, "piechart": .pieChart,
  ]
  private static let calculations = [
    "last", "lastNotNull", "first", "mean", "min", "max", "sum", "count", "range", "diff", "delta", "median", "stdDev",
  ]

  /// One panel; nil where the item is none.
  mutating func panel(_ node: SettingsNode) -> DashboardPanel? {
    guard case .map = node.content else {
      reader.report(node.origin, "a panel is a map with title and expr, not \(node.kind)")
      return nil
    }
    let members = reader.members(node, keys: OwnDashboardReader.panelKeys, of: "panels")
    var panel = DashboardPanel()
    panel.title = text(members["title"], "title") ?? ""
    panel.description = text(members["description"], "description") ?? ""
    let isText = members["text"] != nil
    let word = word(members["kind"], "kind", among: OwnDashboardReader.kinds.keys.sorted())
    panel.plugin = word ?? (isText ? "text" : "timeseries")
    panel.kind = OwnDashboardReader.kinds[panel.plugin]
    let isFigure = [.stat, .gauge].contains(panel.kind)
    panel.place = GridPlace(
      x: 0, y: 0,
      width: Int(number(members["width"], "width", in: 1...24) ?? (isText ? 24 : isFigure ? 6 : 12)),
      height: Int(number(members["height"], "height", in: 1...100) ?? (isText ? 3 : isFigure ? 4 : 8)))
    panel.repeatedBy = text(members["repeat"], "repeat")
    panel.interval = duration(members["step"], "step") ?? ""
    panel.options.content = text(members["text"], "text") ?? ""
    panel.options.calculations =
      calculation(members["calculate"], "calculate").map { [$0] } ?? []
    panel.options.legendCalculations = texts(members["legend_figures"], "legend_figures")
    panel.options.drawsSparkline = reader.bool(members["sparkline"], "sparkline")?.value ?? isFigure
    panel.targets = targets(members, panel)
    readSettings(members, into: &panel)
    if isText, members["expr"] != nil {
      reader.report(node.origin, "a panel has expr or text, not both")
    } else if !isText, members["expr"] == nil {
      reader.report(node.origin, "a panel has an expr to draw, or a text")
    }
    return panel
  }

  private mutating func calculation(_ node: SettingsNode?, _ key: String) -> String? {
    word(node, key, among: OwnDashboardReader.calculations).map { $0 == "last" ? "lastNotNull" : $0 }
  }

  /// `expr: up`, a list of such, or a list of maps with a legend each.
  private mutating func targets(_ members: [String: SettingsNode], _ panel: DashboardPanel) -> [PanelTarget] {
    guard let node = members["expr"] else { return [] }
    let legend = text(members["legend"], "legend") ?? ""
    let exemplars = reader.bool(members["exemplars"], "exemplars")?.value ?? false
    let isInstant = reader.bool(members["instant"], "instant")?.value
    let nodes: [SettingsNode] = if case .list(let items) = node.content { items } else { [node] }
    return nodes.prefix(26).enumerated().compactMap { index, node in
      var target = PanelTarget()
      target.refID = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index)))
      target.legend = legend
      if case .map = node.content {
        let own = reader.members(node, keys: ["expr", "legend", "hidden"], of: "queries")
        target.expression = text(own["expr"], "expr") ?? ""
        target.legend = text(own["legend"], "legend") ?? legend
        target.isHidden = reader.bool(own["hidden"], "hidden")?.value ?? false
        if own["expr"] == nil { reader.report(node.origin, "a query has an expr") }
      } else {
        target.expression = text(node, "expr") ?? ""
      }
      target.showsExemplars = exemplars
      target.isInstant = isInstant ?? (panel.kind == .table || panel.kind == .pieChart)
      switch panel.kind {
      case .table: target.format = .table
      case .heatmap: target.format = .heatmap
      default: break
      }
      return target
    }
  }

  private mutating func readSettings(_ members: [String: SettingsNode], into panel: inout DashboardPanel) {
    var settings = panel.settings
    settings.unit = text(members["unit"], "unit")
    settings.decimals = number(members["decimals"], "decimals", in: 0...15).map { Int($0) }
    settings.minimum = number(members["min"], "min")
    settings.maximum = number(members["max"], "max")
    settings.noValue = text(members["no_value"], "no_value")
    settings.spansGaps = reader.bool(members["fill_gaps"], "fill_gaps")?.value
    settings.drawing = word(members["draw"], "draw", among: ["line", "bars", "points"])
      .flatMap(FieldSettings.Drawing.init)
    switch word(members["stack"], "stack", among: ["true", "false", "percent"]) {
    case "true": settings.stacking = .normal
    case "percent": settings.stacking = .percent
    default: break
    }
    settings.logarithm = number(members["log"], "log", in: 2...1_000)
    if let low = settings.minimum, let high = settings.maximum, low >= high, let node = members["max"] {
      reader.report(node.origin, "max is greater than min")
    }
    if let node = members["thresholds"] {
      settings.thresholds = thresholds(node)
      settings.showsThresholds = true
      settings.colorMode = "thresholds"
    }
    panel.settings = settings
  }

  /// `{0.01: yellow, 0.05: red}`: from each value on its colour; below the least one green.
  private mutating func thresholds(_ node: SettingsNode) -> Thresholds {
    var thresholds = Thresholds()
    for entry in reader.entries(node, of: "thresholds") {
      guard let color = text(entry.value, "a threshold's colour") else { continue }
      guard let value = Double(entry.key), value.isFinite else {
        reader.report(entry.keyOrigin, "a threshold is a number, not “\(FetchError.bounded(entry.key, to: 60))”")
        continue
      }
      thresholds.steps.append(Thresholds.Step(value: value, color: color))
    }
    thresholds.steps.sort { $0.value < $1.value }
    thresholds.steps.insert(Thresholds.Step(value: -.infinity, color: "green"), at: 0)
    return thresholds
  }
}
